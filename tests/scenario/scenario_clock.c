/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Rule 6: the system clock is set, slewed, wrong by decades; the label must not care. */

static void steps(struct play *play, int64_t step_ns)
{
	at(play, 60, WORLD_STEP, step_ns);
	starts(play, 120);
	struct judge_window *after = watch(play, 61, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_back_within(play, after, 4);
	assert_covered(play, all, 970);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
	assert_true(after->coarse > 50);
}

SCENARIO(a_clock_set_forward_does_not_shift_the_label)
{
	steps(play, 700 * MS_NS);
}

SCENARIO(a_clock_set_back_does_not_shift_the_label)
{
	steps(play, -700 * MS_NS);
}

SCENARIO(a_clock_set_by_a_whole_second_does_not_shift_the_label)
{
	steps(play, play->config.seed % 2 ? SECOND_NS : -SECOND_NS);
}

SCENARIO(a_clock_set_by_years_does_not_shift_the_label)
{
	steps(play, (play->config.seed % 2 ? 1 : -1) * 400000000 * SECOND_NS);
}

SCENARIO(a_clock_set_in_the_midst_of_a_burst_spoils_only_that_burst)
{
	/* Bursts last from x.12 to x.57. */
	for (int64_t s = 20; s < 110; s += 5) {
		world_change(&play->config,
			     s * SECOND_NS +
				     rng_range(&(struct rng){play->config.seed + (uint64_t)s}, 120,
					       570) *
					     MS_NS,
			     WORLD_STEP, s % 2 ? 2500 * MS_NS : -2500 * MS_NS);
	}
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	/* After each setting nothing goes out before a fix has confirmed: 18 pulses. */
	assert_covered(play, all, 830);
	assert_true(all->coarse >= 85);
}

SCENARIO(a_pulse_stamped_before_the_clock_was_set_but_read_after_is_not_published)
{
	play->config.p[WORLD_STEP_RACE] = 1;
	play->config.p[WORLD_JITTER] = 10 * US_NS;
	if (play->config.seed % 2) {
		play->config.p[WORLD_STEP_NOTICE] = 0; /* so near that only the step tells */
	}
	for (int64_t s = 20; s < 110; s += 5) {
		world_change(&play->config, s * SECOND_NS + 500 * MS_NS, WORLD_STEP,
			     s % 2 ? SECOND_NS : -SECOND_NS);
	}
	starts(play, 120);
	struct judge_window *all = watch(play, 15, 120);
	ends(play);
	assert_covered(play, all, 950);
}

SCENARIO(a_board_that_boots_in_1970_gives_the_right_time)
{
	play->config.clock_start_ns = 37 * SECOND_NS;
	at(play, 60, WORLD_STEP_TO, 20 * MS_NS);
	at(play, 90, WORLD_SYNC, 1);
	starts(play, 150);
	struct judge_window *all = watch(play, 10, 150);
	ends(play);
	assert_covered(play, all, 970);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
}

SCENARIO(a_board_that_boots_with_a_clock_in_the_future_gives_the_right_time)
{
	play->config.clock_start_ns += 2000000000 * SECOND_NS;
	starts(play, 60);
	struct judge_window *all = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(a_clock_slewed_at_eight_percent_disturbs_nothing)
{
	at(play, 40, WORLD_CLOCK_PPB, 83000000);
	at(play, 80, WORLD_CLOCK_PPB, -83000000);
	at(play, 120, WORLD_CLOCK_PPB, 500000);
	starts(play, 160);
	struct judge_window *all = watch(play, 10, 160);
	ends(play);
	assert_covered(play, all, 1000);
}

SCENARIO(a_clock_that_gains_and_loses_synchronisation_disturbs_nothing)
{
	synchronised(play);
	for (int64_t s = 5; s < 150; s += 7) {
		at(play, s, WORLD_SYNC, s % 2);
	}
	starts(play, 160);
	struct judge_window *all = watch(play, 10, 160);
	ends(play);
	assert_covered(play, all, 1000);
}

SCENARIO(a_clock_called_synchronised_with_an_error_of_seconds_is_no_witness)
{
	/* 1.2 s off, and the kernel admits as much: it must not stop a sound receiver. */
	play->config.clock_start_ns += 1200 * MS_NS;
	play->config.p[WORLD_SYNC] = 1;
	play->config.p[WORLD_MAXERR_US] = 3000000;
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 990);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_set_forward_does_not_shift_the_label),
		cmocka_unit_test(a_clock_set_back_does_not_shift_the_label),
		cmocka_unit_test(a_clock_set_by_a_whole_second_does_not_shift_the_label),
		cmocka_unit_test(a_clock_set_by_years_does_not_shift_the_label),
		cmocka_unit_test(a_clock_set_in_the_midst_of_a_burst_spoils_only_that_burst),
		cmocka_unit_test(
			a_pulse_stamped_before_the_clock_was_set_but_read_after_is_not_published),
		cmocka_unit_test(a_board_that_boots_in_1970_gives_the_right_time),
		cmocka_unit_test(
			a_board_that_boots_with_a_clock_in_the_future_gives_the_right_time),
		cmocka_unit_test(a_clock_slewed_at_eight_percent_disturbs_nothing),
		cmocka_unit_test(a_clock_that_gains_and_loses_synchronisation_disturbs_nothing),
		cmocka_unit_test(
			a_clock_called_synchronised_with_an_error_of_seconds_is_no_witness),
	};

	return scenario_main(tests);
}
