/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 3: a burst proves its second only if the line was idle since the second before. */

/* So many thousandths of what the line can carry, bursts 150 ms after their pulse. */
static void fills(struct play *play, int64_t permille)
{
	play->config.p[WORLD_FILL] = play->config.p[WORLD_BPS] * permille / 10000;
	play->config.p[WORLD_FILL_FIRST] = play->config.seed % 2;
	play->config.p[WORLD_BUFFER] = 2048;
	play->config.p[WORLD_LAG] = 150 * MS_NS;
	play->config.p[WORLD_LAG_JITTER] = 3 * MS_NS;
	play->config.p[WORLD_READ] = READ_LOOP;
}

static void works(struct play *play)
{
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	struct judge_window *later = watch(play, 12, 120);
	ends(play);
	assert_back_within(play, all, 10);
	assert_covered(play, later, 990);
	assert_true(later->coarse > 90);
}

SCENARIO(a_line_nine_tenths_full_is_labelled_right_within_ten_seconds)
{
	static const int64_t permille[] = {800, 850, 870, 900, 925};

	for (int i = 0; i < 5; i++) {
		play_init(play, play->config.seed);
		fills(play, permille[i]);
		works(play);
	}
}

SCENARIO(a_line_nine_tenths_full_at_4800_baud_is_labelled_right_too)
{
	play->config.p[WORLD_BPS] = 4800;
	fills(play, 900);
	works(play);
}

SCENARIO(a_line_nine_tenths_full_that_is_read_in_pieces_is_labelled_right_too)
{
	fills(play, 925);
	play->config.p[WORLD_READ] = READ_FIFO;
	works(play);
}

static void fills_at(struct play *play, int64_t rate, int64_t bps)
{
	play->config.p[WORLD_RATE] = rate;
	play->config.p[WORLD_BPS] = bps;
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	fills(play, 800);
	play->config.p[WORLD_FILL] /= rate;
	play->config.p[WORLD_LAG] = rate == 2 ? 75 * MS_NS : 45 * MS_NS;
	play->config.p[WORLD_READ] = rate == 2 ? READ_LOOP : READ_FIFO;
	starts(play, 120);
	struct judge_window *later = watch(play, 15, 120);
	ends(play);
	assert_covered(play, later, 950);
}

SCENARIO(two_to_ten_fixes_a_second_on_a_line_four_fifths_full_are_labelled_right)
{
	fills_at(play, 2, 9600);
	play_init(play, play->config.seed);
	fills_at(play, 5, 19200);
	play_init(play, play->config.seed);
	fills_at(play, 10, 38400);
}

SCENARIO(a_line_more_than_full_never_gives_a_label_without_a_witness)
{
	fills(play, 1010 + 30 * (int64_t)play->config.seed);
	starts(play, 300);
	struct judge_window *all = watch(play, 0, 300);
	ends(play);
	assert_silent(play, all);
}

SCENARIO(a_line_more_than_full_is_labelled_by_a_witness)
{
	fills(play, 1050);
	play->config.p[WORLD_BUFFER] = 1200;
	synchronised(play);
	starts(play, 200);
	struct judge_window *all = watch(play, 5, 200);
	ends(play);
	assert_back_within(play, all, 10);
	assert_covered(play, all, 900);
}

SCENARIO(a_line_that_becomes_too_full_keeps_the_label_or_is_silent)
{
	fills(play, 600);
	at(play, 60, WORLD_FILL, 1050);
	at(play, 160, WORLD_FILL, 600);
	starts(play, 260);
	struct judge_window *after = watch(play, 190, 260);
	ends(play);
	assert_covered(play, after, 950);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_nine_tenths_full_is_labelled_right_within_ten_seconds),
		cmocka_unit_test(a_line_nine_tenths_full_at_4800_baud_is_labelled_right_too),
		cmocka_unit_test(
			a_line_nine_tenths_full_that_is_read_in_pieces_is_labelled_right_too),
		cmocka_unit_test(
			two_to_ten_fixes_a_second_on_a_line_four_fifths_full_are_labelled_right),
		cmocka_unit_test(a_line_more_than_full_never_gives_a_label_without_a_witness),
		cmocka_unit_test(a_line_more_than_full_is_labelled_by_a_witness),
		cmocka_unit_test(a_line_that_becomes_too_full_keeps_the_label_or_is_silent),
	};

	return scenario_main(tests);
}
