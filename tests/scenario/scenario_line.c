/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* The serial line: silent, spoilt, unplugged, slow, fast, and read in different ways. */

SCENARIO(a_silent_line_is_bridged_for_the_holdover_and_no_longer)
{
	at(play, 60, WORLD_SERIAL, 0);
	at(play, 160, WORLD_SERIAL, 1);
	starts(play, 220);
	struct judge_window *bridged = watch(play, 60, 88);
	struct judge_window *silent = watch(play, 93, 160);
	struct judge_window *after = watch(play, 160, 220);
	ends(play);
	assert_covered(play, bridged, 1000);
	assert_silent(play, silent);
	assert_true(play->judge.been[CORE_HOLDOVER] && play->judge.been[CORE_STALE]);
	assert_back_within(play, after, 6);
}

SCENARIO(the_holdover_is_what_is_configured)
{
	play->core_config.holdover_ns = 5 * SECOND_NS;
	at(play, 60, WORLD_SERIAL, 0);
	starts(play, 120);
	struct judge_window *bridged = watch(play, 60, 64);
	struct judge_window *silent = watch(play, 68, 120);
	ends(play);
	assert_covered(play, bridged, 1000);
	assert_silent(play, silent);
}

SCENARIO(a_line_silent_for_hours_comes_back_to_the_right_second)
{
	at(play, 60, WORLD_SERIAL, 0);
	at(play, 7200, WORLD_SERIAL, 1);
	starts(play, 7260);
	struct judge_window *after = watch(play, 7201, 7260);
	ends(play);
	assert_back_within(play, after, 6);
}

SCENARIO(an_unplugged_receiver_comes_back)
{
	at(play, 60, WORLD_SERIAL_GONE, 1);
	at(play, 150, WORLD_SERIAL_GONE, 0);
	starts(play, 220);
	struct judge_window *silent = watch(play, 93, 150);
	struct judge_window *after = watch(play, 150, 220);
	ends(play);
	assert_silent(play, silent);
	assert_back_within(play, after, 6);
}

SCENARIO(one_sentence_in_ten_corrupt_costs_nothing)
{
	play->config.p[WORLD_CORRUPT] = 100000;
	starts(play, 600);
	struct judge_window *all = watch(play, 15, 600);
	ends(play);
	assert_covered(play, all, 990);
	assert_true(core_status(play->core)->rejects[CORE_CHECKSUM] > 100);
}

SCENARIO(one_byte_in_ten_corrupt_gives_nothing_wrong)
{
	at(play, 30, WORLD_CORRUPT_BYTE, 100000);
	at(play, 230, WORLD_CORRUPT_BYTE, 0);
	starts(play, 300);
	struct judge_window *after = watch(play, 232, 300);
	ends(play);
	assert_back_within(play, after, 6);
}

SCENARIO(one_byte_in_ten_corrupt_from_the_start_gives_nothing_wrong)
{
	play->config.p[WORLD_CORRUPT_BYTE] = 100000;
	starts(play, 2000);
	ends(play);
}

SCENARIO(one_byte_in_a_hundred_corrupt_is_survived)
{
	play->config.p[WORLD_CORRUPT_BYTE] = 10000;
	starts(play, 600);
	struct judge_window *all = watch(play, 30, 600);
	ends(play);
	assert_covered(play, all, 950);
}

SCENARIO(truncated_sentences_cost_nothing)
{
	play->config.p[WORLD_TRUNCATE] = 150000;
	starts(play, 400);
	struct judge_window *all = watch(play, 15, 400);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(binary_noise_between_sentences_costs_nothing)
{
	play->config.p[WORLD_NOISE] = 300000;
	starts(play, 400);
	struct judge_window *all = watch(play, 15, 400);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(everything_on_the_line_at_once_gives_nothing_wrong)
{
	play->config.p[WORLD_CORRUPT] = 100000;
	play->config.p[WORLD_TRUNCATE] = 100000;
	play->config.p[WORLD_NOISE] = 300000;
	play->config.p[WORLD_CORRUPT_BYTE] = 2000;
	play->config.p[WORLD_LATE] = 100000;
	play->config.p[WORLD_LAG] = 300 * MS_NS;
	starts(play, 600);
	struct judge_window *all = watch(play, 60, 600);
	ends(play);
	assert_covered(play, all, 900);
}

static void reads(struct play *play, enum world_read read)
{
	static const int64_t rates[] = {4800, 9600, 38400, 115200, 460800};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		play_init(play, play->config.seed);
		play->config.p[WORLD_READ] = read;
		play->config.p[WORLD_BPS] = rates[i];
		if (rates[i] == 4800) {
			play->config.p[WORLD_SENTENCES] &= ~(1 << NMEA_GSV);
		}
		starts(play, 120);
		struct judge_window *all = watch(play, 10, 120);
		ends(play);
		assert_covered(play, all, 1000);
		assert_in_range(play->judge.pulses_since_fix, 1, 5);
	}
}

SCENARIO(every_bit_rate_is_read_by_the_first_load_and_then_in_pieces)
{
	reads(play, READ_PIECES);
}

SCENARIO(every_bit_rate_is_read_by_each_load)
{
	reads(play, READ_FIFO);
}

SCENARIO(every_bit_rate_is_read_in_whole_bursts)
{
	reads(play, READ_BURST);
}

SCENARIO(a_line_without_a_bit_rate_is_read_too)
{
	play->config.p[WORLD_BPS_KNOWN] = 0;
	play->config.p[WORLD_BPS] = 1000000;
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 1000);
}

/* 4800 baud and GSV: 0.9 s of burst, with RMC last, as on old mice. */
SCENARIO(a_line_full_to_nine_tenths_keeps_the_label)
{
	play->config.p[WORLD_BPS] = 4800;
	play->config.p[WORLD_LAG] = 60 * MS_NS;
	play->config.p[WORLD_ROTATE] = NMEA_GGA;
	starts(play, 400);
	ends(play);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

/* Every now and then a burst longer than a second pushes the next ones back. */
SCENARIO(bursts_longer_than_a_second_that_push_the_next_back_keep_the_label)
{
	play->config.p[WORLD_BPS] = 4800;
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC | 1 << NMEA_GGA;
	for (int64_t s = 30; s < 290; s += 10) {
		at(play, s, WORLD_SENTENCES, 0x7f);
		at(play, s + 1, WORLD_SENTENCES, 1 << NMEA_RMC | 1 << NMEA_GGA);
	}
	starts(play, 300);
	struct judge_window *all = watch(play, 10, 300);
	ends(play);
	assert_covered(play, all, 990);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_line_is_bridged_for_the_holdover_and_no_longer),
		cmocka_unit_test(the_holdover_is_what_is_configured),
		cmocka_unit_test(a_line_silent_for_hours_comes_back_to_the_right_second),
		cmocka_unit_test(an_unplugged_receiver_comes_back),
		cmocka_unit_test(one_sentence_in_ten_corrupt_costs_nothing),
		cmocka_unit_test(one_byte_in_ten_corrupt_gives_nothing_wrong),
		cmocka_unit_test(one_byte_in_ten_corrupt_from_the_start_gives_nothing_wrong),
		cmocka_unit_test(one_byte_in_a_hundred_corrupt_is_survived),
		cmocka_unit_test(truncated_sentences_cost_nothing),
		cmocka_unit_test(binary_noise_between_sentences_costs_nothing),
		cmocka_unit_test(everything_on_the_line_at_once_gives_nothing_wrong),
		cmocka_unit_test(every_bit_rate_is_read_by_the_first_load_and_then_in_pieces),
		cmocka_unit_test(every_bit_rate_is_read_by_each_load),
		cmocka_unit_test(every_bit_rate_is_read_in_whole_bursts),
		cmocka_unit_test(a_line_without_a_bit_rate_is_read_too),
		cmocka_unit_test(a_line_full_to_nine_tenths_keeps_the_label),
		cmocka_unit_test(
			bursts_longer_than_a_second_that_push_the_next_back_keep_the_label),
	};

	return scenario_main(tests);
}
