/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* From power-on: pulses that run free, buffers that are full, a process that does not run yet. */

/* The phase before the fix is any; where bursts come soon after their pulse it matters most. */
static void runs_free_first(struct play *play, int64_t free)
{
	for (int64_t phase = 0; phase < 1000; phase += 40) {
		play_init(play, play->config.seed);
		play->config.p[WORLD_FIX] = 0;
		play->config.p[WORLD_LAG] = 60 * MS_NS;
		play->config.p[WORLD_FREE] = free;
		play->config.p[WORLD_FREE_PHASE] = (phase + (int64_t)play->config.seed) * MS_NS;
		play->config.p[WORLD_FREE_PPB] = 3000;
		at(play, 20, WORLD_FREE, 0);
		at(play, 20, WORLD_FIX, 1);
		starts(play, 90);
		struct judge_window *after = watch(play, 20, 90);
		ends(play);
		assert_back_within(play, after, 15);
	}
}

SCENARIO(pulses_that_run_free_before_the_fix_never_give_a_wrong_second)
{
	runs_free_first(play, 1);
}

SCENARIO(pulses_and_bursts_that_run_free_before_the_fix_never_give_a_wrong_second)
{
	runs_free_first(play, 2);
}

/* Nothing on the line shows how old it is. */
static void starts_with_a_full_buffer(struct play *play, int64_t rate, int64_t bps)
{
	play->config.p[WORLD_RATE] = rate;
	play->config.p[WORLD_BPS] = bps;
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	play->config.p[WORLD_LAG] = 150 * MS_NS / rate;
	play->config.p[WORLD_LAG_JITTER] = 2 * MS_NS;
	play->config.p[WORLD_READ] = READ_LOOP;
	play->config.p[WORLD_FILL] = bps * (102 + (int64_t)play->config.seed) / 1000 / rate;
	play->config.p[WORLD_BUFFER] = 4096;
	play->config.p[WORLD_BACKLOG] = 4096;
	play->config.p[WORLD_DROP] = play->config.seed % 2;
	starts(play, 200);
	struct judge_window *all = watch(play, 0, 200);
	ends(play);
	assert_silent(play, all);
	assert_int_equal(all->coarse, 0);
}

SCENARIO(a_line_too_full_started_with_a_full_buffer_says_nothing)
{
	starts_with_a_full_buffer(play, 1, 9600);
}

SCENARIO(a_line_too_full_says_nothing_without_pulses_either)
{
	play->config.p[WORLD_PULSES] = 0;
	starts_with_a_full_buffer(play, 1, 9600);
}

SCENARIO(two_to_ten_fixes_a_second_on_a_line_too_full_say_nothing)
{
	starts_with_a_full_buffer(play, 2, 9600);
	play_init(play, play->config.seed);
	starts_with_a_full_buffer(play, 5, 9600);
	play_init(play, play->config.seed);
	starts_with_a_full_buffer(play, 10, 19200);
}

SCENARIO(without_pulses_a_stall_at_the_start_gives_no_stale_coarse_time)
{
	play->config.p[WORLD_PULSES] = 0;
	play->config.p[WORLD_FILL] = 500 + 30 * (int64_t)play->config.seed;
	play->config.p[WORLD_READ] = READ_LOOP;
	for (int64_t ms = 500; ms < 16000; ms += 1300) {
		play->config.change_count = 0;
		at(play, 0, WORLD_STALL, ms * MS_NS);
		starts(play, 60);
		struct judge_window *all = watch(play, 20, 60);
		ends(play);
		if (all->coarse < 20) {
			fail_msg("seed %" PRIu64 ": after a stall of %" PRId64 " ms %d coarse",
				 play->config.seed, ms, all->coarse);
		}
	}
}

SCENARIO(a_stall_of_twenty_seconds_at_the_start_is_over_when_it_is_over)
{
	play->config.p[WORLD_READ] = READ_LOOP;
	world_change(&play->config, (int64_t)play->config.seed * 300 * MS_NS, WORLD_STALL,
		     20 * SECOND_NS);
	starts(play, 120);
	struct judge_window *after = watch(play, 24, 120);
	ends(play);
	assert_back_within(play, after, 15);
}

/* Nobody can know before the ninth. */
SCENARIO(the_first_eight_bursts_late_do_not_silence_for_ever)
{
	play->config.p[WORLD_LAG] = 1400 * MS_NS;
	at(play, 8, WORLD_LAG, 200 * MS_NS);
	starts(play, 300);
	play->judge.forgive_ns = 24 * SECOND_NS;
	struct judge_window *after = watch(play, 240, 300);
	ends(play);
	assert_back_within(play, after, 2);
	assert_covered(play, after, 990);
}

/* GPS time is 18 s ahead of UTC; firmware of 2016 knows 17, and of 2014 15 of them. */
SCENARIO(a_leap_count_learned_late_is_followed)
{
	static const int64_t off_s[] = {1, 2, 3, 18};

	play->config.p[WORLD_LIE] = off_s[play->config.seed % 4];
	at(play, 40, WORLD_LIE, 0);
	starts(play, 240);
	struct judge_window *after = watch(play, 120, 240);
	ends(play);
	assert_covered(play, after, 990);
}

/* ntpd tells the kernel so at its mere start. */
static void ntpd_starts(struct play *play, int64_t off_ns)
{
	play->config.clock_start_ns = play->config.start_utc_s * SECOND_NS + off_ns;
	at(play, (int64_t)play->config.seed % 4, WORLD_MAXERR_US, 16);
	at(play, (int64_t)play->config.seed % 4, WORLD_SYNC, 1);
}

SCENARIO(a_false_witness_does_not_make_a_healthy_receiver_suspect)
{
	ntpd_starts(play, play->config.seed % 2 ? 30 * SECOND_NS : -48 * 3600 * SECOND_NS);
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_false(play->judge.been[CORE_SUSPECT]);
	assert_back_within(play, all, 6);
}

SCENARIO(a_false_witness_does_not_vouch_in_an_ambiguous_start)
{
	play->config.p[WORLD_LAG] = play->config.seed % 2 ? 5 * MS_NS : 985 * MS_NS;
	ntpd_starts(play, play->config.seed % 2 ? SECOND_NS : -SECOND_NS);
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_silent(play, all);
	assert_false(play->judge.been[CORE_SUSPECT]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pulses_that_run_free_before_the_fix_never_give_a_wrong_second),
		cmocka_unit_test(
			pulses_and_bursts_that_run_free_before_the_fix_never_give_a_wrong_second),
		cmocka_unit_test(a_line_too_full_started_with_a_full_buffer_says_nothing),
		cmocka_unit_test(a_line_too_full_says_nothing_without_pulses_either),
		cmocka_unit_test(two_to_ten_fixes_a_second_on_a_line_too_full_say_nothing),
		cmocka_unit_test(without_pulses_a_stall_at_the_start_gives_no_stale_coarse_time),
		cmocka_unit_test(a_stall_of_twenty_seconds_at_the_start_is_over_when_it_is_over),
		cmocka_unit_test(the_first_eight_bursts_late_do_not_silence_for_ever),
		cmocka_unit_test(a_leap_count_learned_late_is_followed),
		cmocka_unit_test(a_false_witness_does_not_make_a_healthy_receiver_suspect),
		cmocka_unit_test(a_false_witness_does_not_vouch_in_an_ambiguous_start),
	};

	return scenario_main(tests);
}
