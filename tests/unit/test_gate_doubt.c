/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Refused edges and what they say of the spread; late and early ones; second trains. */
#include "gate_rig.h"

static void refused_edges_do_not_widen_the_limit(void **state)
{
	(void)state;
	train_of(50);
	/* An edge 3 ms before each pulse, and some of a ringing line after it. */
	for (int64_t n = 51; n < 300; n++) {
		assert_int_equal(edge(pulse(n) - 3 * MS), GATE_POPCORN);
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
		assert_int_equal(result.limit_ns, 10 * US);
		edge(pulse(n) + 30 * US);
		edge(pulse(n) + 900 * US);
	}
}

static void early_edges_count_once_a_second_and_late_ones_not_at_all(void **state)
{
	(void)state;
	train_of(48);
	int count = gate.residuals.count;

	/* A second with a late edge alone, and one with a good one. */
	for (int n = 51; n < 57; n += 2) {
		assert_int_equal(edge(pulse(n) + 50 * US), GATE_POPCORN);
		assert_int_equal(edge(pulse(n + 1)), GATE_GOOD);
		assert_int_equal(gate.residuals.count, ++count);
	}
	/* Early ones: the nearest, as soon as no nearer one can come, and cut to four limits. */
	edge(pulse(57) - 30 * US);
	edge(pulse(57) - 15 * US);
	edge(pulse(57) - 25 * US);
	assert_int_equal(gate.residuals.count, count);
	edge(pulse(58));
	assert_int_equal(gate.residuals.count, count + 2);
	assert_in_range(gate.residuals.values[count] + 15 * US, 0, 2 * US);
	edge(pulse(59) - 200 * US);
	edge(pulse(60) - 20 * US);
	edge(pulse(61));
	assert_int_equal(gate.residuals.count, count + 5);
	assert_in_range(gate.residuals.values[count + 2] + 40 * US, 0, 2 * US);
	assert_in_range(gate.residuals.values[count + 3] + 20 * US, 0, 2 * US);
	/* And none, if it is followed by a good one. */
	edge(pulse(62) - 60 * US);
	edge(pulse(62));
	edge(pulse(63));
	assert_int_equal(gate.residuals.count, count + 7);
	/* Each second's own. */
	edge(pulse(64) - 15 * US);
	edge(pulse(65) - 30 * US);
	edge(pulse(66));
	assert_int_equal(gate.residuals.count, count + 10);
	assert_in_range(gate.residuals.values[count + 8] + 30 * US, 0, 2 * US);
}

static void half_of_all_stamps_late_are_refused_and_the_rest_published(void **state)
{
	(void)state;
	srand(4);
	train_of(50);
	for (int64_t n = 51; n < 2000; n++) {
		bool late = rand() % 2;

		edge(pulse(n) + (late ? 100 * US + rand() % 2900 * US : jitter(n)));
		assert_int_equal(result.verdict, late ? GATE_POPCORN : GATE_GOOD);
	}
}

static void early_edge_ends_a_young_grid_that_was_made_of_late_ones(void **state)
{
	(void)state;
	edge(pulse(0) + 1200 * US);
	edge(pulse(1) + 1200 * US);
	assert_int_equal(edge(pulse(2) + 1200 * US), GATE_FOUND);
	assert_int_equal(edge(pulse(3)), GATE_POPCORN);
	assert_false(gate.locked);
	int n = 4;

	while (edge(pulse(n)) != GATE_FOUND) {
		assert_true(++n < 10);
	}
	assert_int_equal(gate.grid_raw_ns, pulse(n));
	/* Earlier by half a millisecond at least; and not once it has been alone for 30 s. */
	for (int64_t more = 0; more <= 1; more++) {
		train_of(10);
		assert_int_equal(edge(pulse(51) - 500 * US - more), GATE_POPCORN);
		assert_int_equal(gate.locked, !more);
	}
	train_of(40);
	assert_int_equal(edge(pulse(51) - 1200 * US), GATE_POPCORN);
	assert_true(gate.locked);
}

static void second_train_makes_a_young_grid_doubtful(void **state)
{
	(void)state;
	train_of(20);
	edge(pulse(50) + 500 * MS);
	assert_false(gate_doubtful(&gate, pulse(50) + 500 * MS));
	edge(pulse(51));
	edge(pulse(51) + 500 * MS);
	assert_true(gate_doubtful(&gate, pulse(51) + 500 * MS));
	assert_false(gate_live(&gate, pulse(51) + 500 * MS));
	/* Until the pulse was seen to be alone for 5 s. */
	for (int n = 52; n <= 56; n++) {
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
		assert_true(gate_doubtful(&gate, pulse(n)));
	}
	assert_false(gate_doubtful(&gate, pulse(57)));
	assert_true(gate_live(&gate, pulse(57)));
}

/* A second train beside a young grid. */
static void doubt_at_51(void)
{
	train_of(20);
	edge(pulse(50) + 300 * MS);
	edge(pulse(51));
	edge(pulse(51) + 300 * MS);
}

static void other_edges_keep_a_doubt_wherever_they_come(void **state)
{
	(void)state;
	doubt_at_51();
	for (int n = 52; n < 90; n++) {
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
		assert_true(gate_doubtful(&gate, pulse(n)));
		edge(pulse(n) + 300 * MS + n % 5 * 7 * MS);
	}
}

static void time_that_nobody_has_seen_ends_no_doubt(void **state)
{
	(void)state;
	doubt_at_51();
	/* The process stalls. */
	for (int n = 70; n <= 73; n++) {
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
		assert_true(gate_doubtful(&gate, pulse(n)));
	}
	edge(pulse(74));
	edge(pulse(75));
	assert_false(gate_doubtful(&gate, pulse(75)));
}

static void pulse_that_comes_back_beside_a_train_that_went_on_is_doubtful(void **state)
{
	(void)state;
	for (int others = 0; others <= 1; others++) {
		train_of(45);
		for (int n = 51; others && n <= 53; n++) {
			edge(pulse(n) + 7 * MS);
		}
		assert_int_equal(edge(pulse(54) + 10 * US), GATE_GOOD);
		assert_int_equal(gate_doubtful(&gate, pulse(54)), others);
	}
}

static void grid_does_not_move_onto_one_of_two_trains(void **state)
{
	(void)state;
	for (int others = 0; others <= 1; others++) {
		train_of(20);
		edge(pulse(52) + 100 * MS);
		if (others) {
			edge(pulse(52) + 600 * MS);
		}
		edge(pulse(53) + 100 * MS);
		if (others) {
			edge(pulse(53) + 603 * MS); /* late, as interrupts are: no pair */
		}
		edge(pulse(54) + 100 * MS);
		assert_int_equal(result.verdict, others ? GATE_GLITCH : GATE_FOUND);
	}
}

/* A limit that most stamps have widened to its most. */
static void pulse_much_later_than_another_of_the_last_seconds_is_late(void **state)
{
	(void)state;
	train_of(30);
	gate.sigma_ns = 200 * US;
	assert_int_equal(edge(pulse(51) + 700 * US), GATE_POPCORN);
	assert_int_equal(result.limit_ns, 800 * US);
	gate.sigma_ns = 200 * US;
	assert_int_equal(edge(pulse(52) + 500 * US), GATE_GOOD);
	/* The one that came back after a long absence counts, too. */
	train_of(50);
	gate.sigma_ns = 200 * US;
	assert_int_equal(edge(pulse(70) - 200 * US), GATE_GOOD);
	gate.sigma_ns = 200 * US;
	assert_int_equal(edge(pulse(71) + 500 * US), GATE_POPCORN);
	assert_true(result.residual_ns < result.limit_ns);
	/* What has another edge right behind it is no exact pulse. */
	train_of(50);
	for (int64_t n = 51; n < 68; n++) {
		edge(pulse(n) - 1 * MS);
		gate.sigma_ns = 200 * US;
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
	}
}

/*
 * Whether a train that far from the pulses, heard beside them for so long, is adopted when it has
 * gone on without them for a while.
 */
static bool adopted_after(int64_t off_ns, int64_t beside_s, int64_t without_s)
{
	bool adopted = false;

	train_of(50);
	for (int64_t n = 51; n < 51 + beside_s + without_s; n++) {
		for (int k = 0; k < 2; k++) {
			bool pulses = k == (off_ns < 0);

			if (!pulses) {
				adopted |= edge(pulse(n) + off_ns) == GATE_FOUND;
			} else if (n < 51 + beside_s) {
				assert_int_equal(edge(pulse(n)), GATE_GOOD);
			}
		}
	}
	return adopted;
}

static void train_that_came_beside_the_pulses_is_not_theirs_when_they_pause(void **state)
{
	const int64_t offs_ms[] = {-300, -3, 3, 300};

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_true(adopted_after(offs_ms[i] * MS, 0, 30));
		assert_true(adopted_after(offs_ms[i] * MS, 10, 130));
		assert_false(adopted_after(offs_ms[i] * MS, 10, 30));
		/* Nor does it make them doubtful when they go on; if it is near, after a while. */
		for (int64_t n = 91; n < 111; n++) {
			edge(pulse(n) + (offs_ms[i] < 0 ? offs_ms[i] : 0) * MS);
			edge(pulse(n) + (offs_ms[i] < 0 ? 0 : offs_ms[i]) * MS);
			assert_false(gate_doubtful(&gate, pulse(n) + 300 * MS));
		}
		edge(pulse(111) + (offs_ms[i] < 0 ? offs_ms[i] : 0) * MS);
		assert_true(offs_ms[i] > 0 || edge(pulse(111)) == GATE_GOOD);
	}
}

static void train_that_was_gone_before_the_pulses_paused_may_be_where_they_moved_to(void **state)
{
	int64_t n;

	(void)state;
	for (int64_t gone = 3; gone <= 6; gone += 3) {
		train_of(50);
		for (n = 51; n < 61; n++) {
			edge(pulse(n));
			edge(pulse(n) + 300 * MS);
		}
		for (; n < 61 + gone; n++) {
			edge(pulse(n));
		}
		for (int i = 0; i < 10 && result.verdict != GATE_FOUND; i++, n++) {
			edge(pulse(n) + 300 * MS);
		}
		assert_int_equal(result.verdict == GATE_FOUND, gone > 5);
	}
}

static void train_that_passes_through_the_pulses_does_not_take_the_grid_along(void **state)
{
	(void)state;
	gate_init(&gate);
	for (int64_t n = 0; n < 250; n++) {
		int64_t own = pulse(n) + jitter(n) * 30,
			other = pulse(n) + (600 - (n - 50) * 10) * US;

		if (n >= 50 && other < own) {
			edge(other);
		}
		edge(own);
		if (n >= 50 && other > own) {
			edge(other);
		}
		assert_true(n < 50 || llabs(gate.grid_raw_ns - pulse(n)) < 50 * US);
	}
	assert_int_equal(edge(pulse(250)), GATE_GOOD);
}

static void ringing_right_behind_the_pulses_stops_the_grid_for_a_while_only(void **state)
{
	(void)state;
	train_of(50);
	for (int64_t n = 51; n < 400; n++) {
		/* The crystal changes by 2 ppb a second, once the grid goes on. */
		int64_t changed = n < 260 ? 0 : (n - 260) * (n - 260);

		assert_int_equal(edge(pulse(n) + changed), GATE_GOOD);
		assert_int_equal(edge(pulse(n) + changed + 300 * US), GATE_GLITCH);
	}
}

static void grid_that_the_raw_clock_may_have_left_is_borne_out_soon_or_given_up(void **state)
{
	(void)state;
	for (int64_t n = 59; n < 62; n++) {
		train_of(50);
		gate_stood_still(&gate);
		assert_int_equal(edge(pulse(n)), n <= 60 ? GATE_GOOD : GATE_UNSETTLED);
		/* Once it has been, it is as any other. */
		assert_true(n > 60 || edge(pulse(100)) == GATE_GOOD);
	}
}

static void late_pulses_on_a_line_of_another_crystal_make_no_grid_after_a_good_one(void **state)
{
	(void)state;
	train_of(50);
	gate_stood_still(&gate);
	for (int64_t n = 61; n < 66; n++) {
		assert_int_equal(edge(pulse(n) + (n - 55) * 85 * US), GATE_UNSETTLED);
	}
	int64_t n = 66;

	while (edge(pulse(n)) == GATE_UNSETTLED) {
		assert_in_range(n++, 66, 69);
	}
	assert_int_equal(result.verdict, GATE_FOUND);
	assert_in_range(gate.grid_raw_ns - pulse(n) + US, 0, 2 * US);
	/* All eight are none by chance: it may be another clock. */
	gate_stood_still(&gate);
	for (n = 81; n < 89; n++) {
		assert_int_equal(edge(pulse(n) + (n - 80) * 85 * US),
				 n < 88 ? GATE_UNSETTLED : GATE_FOUND);
	}
}

static void few_pulses_do_not_make_the_limit_wander(void **state)
{
	uint32_t random = 4711;

	(void)state;
	for (int times = 0; times < 300; times++) {
		gate_init(&gate);
		for (int64_t n = 0; n < 30; n++) {
			random = random * 1664525U + 1013904223U;
			edge(pulse(n) + (random >> 8) % 40 * US);
			/* 40 us of jitter are a sigma of 11.5. */
			assert_true(gate.residuals.count < 22 || result.limit_ns < 230 * US);
		}
	}
}

static void neighbours_by_chance_do_not_make_few_pulses_exact(void **state)
{
	uint32_t random = 4711;

	(void)state;
	for (int times = 0; times < 2000; times++) {
		gate_init(&gate);
		for (int64_t n = 0; n < 60; n++) {
			int64_t off = 0;

			for (int i = 0; i < 4; i++) {
				random = random * 1664525U + 1013904223U;
				off += (random >> 8) % 100 * US;
			}
			edge(pulse(n) + off);
			/* A sigma of 58 us. */
			assert_true(gate.residuals.count < 24 || gate.sigma_ns > 8 * US);
		}
	}
}

static void train_that_follows_the_grid_is_no_second_one(void **state)
{
	(void)state;
	train_of(20);
	for (int n = 51; n < 53; n++) {
		assert_int_equal(edge(pulse(n) + 300 * MS), GATE_GLITCH);
	}
	assert_int_equal(edge(pulse(53) + 300 * MS), GATE_FOUND);
	assert_true(gate_live(&gate, pulse(53) + 300 * MS));
}

static void second_train_does_not_make_an_old_grid_doubtful(void **state)
{
	(void)state;
	train_of(40);
	for (int n = 51; n < 100; n++) {
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
		assert_int_equal(edge(pulse(n) + 500 * MS), GATE_GLITCH);
		assert_false(gate_doubtful(&gate, pulse(n) + 500 * MS));
	}
}

static void second_train_makes_an_old_grid_doubtful_that_ran_free(void **state)
{
	(void)state;
	train_of(40);
	gate_ran_free(&gate, pulse(50));
	edge(pulse(50) + 500 * MS);
	edge(pulse(51));
	edge(pulse(51) + 500 * MS);
	assert_true(gate_doubtful(&gate, pulse(51) + 500 * MS));
}

static void second_train_makes_an_old_grid_doubtful_that_was_away(void **state)
{
	(void)state;
	for (int away = 10; away <= 11; away++) {
		gate_init(&gate);
		train_of(40);
		for (int n = 50 + away; n < 53 + away; n++) {
			assert_int_equal(edge(pulse(n)), GATE_GOOD);
			edge(pulse(n) + 500 * MS);
		}
		assert_int_equal(gate_doubtful(&gate, pulse(53 + away)), away > 10);
	}
}

static void ringing_makes_a_young_grid_doubtful_the_second_time(void **state)
{
	(void)state;
	train_of(20);
	edge(pulse(50) + 2 * MS);
	assert_false(gate_doubtful(&gate, pulse(50) + 2 * MS));
	for (int n = 51; n < 55; n++) {
		edge(pulse(n));
	}
	edge(pulse(54) + 2 * MS);
	assert_true(gate_doubtful(&gate, pulse(54) + 2 * MS));
	/* Two within one second are one. */
	train_of(20);
	edge(pulse(50) + 2 * MS);
	edge(pulse(50) + 4 * MS);
	assert_false(gate_doubtful(&gate, pulse(50) + 4 * MS));
}

static void late_pulses_do_not_outvote_the_first(void **state)
{
	(void)state;
	edge(pulse(0));
	edge(pulse(1));
	assert_int_equal(edge(pulse(2)), GATE_FOUND);
	for (int n = 3; n < 7; n++) {
		assert_int_equal(edge(pulse(n) + 400 * US), GATE_POPCORN);
	}
	assert_int_equal(edge(pulse(7)), GATE_GOOD);
	assert_int_equal(result.residual_ns, 0);
}

static void two_trains_overrule_no_grid(void **state)
{
	(void)state;
	train_of(40);
	for (int n = 51; n < 200; n++) {
		assert_int_equal(edge(pulse(n) + 300 * MS), GATE_GLITCH);
		assert_int_equal(edge(pulse(n) + 600 * MS), GATE_GLITCH);
	}
}

static void new_phase_nearby_needs_five_without_a_gap(void **state)
{
	(void)state;
	train_of(40);
	edge(pulse(51) - 15 * MS);
	edge(pulse(52) - 15 * MS);
	for (int n = 54; n < 58; n++) {
		assert_int_equal(edge(pulse(n) - 15 * MS), GATE_GLITCH);
	}
	assert_int_equal(edge(pulse(58) - 15 * MS), GATE_FOUND);
}

static void grid_is_live_until_a_pulse_is_overdue(void **state)
{
	(void)state;
	assert_false(gate_live(&gate, START));
	train_of(20);
	assert_true(gate_live(&gate, pulse(50) + GATE_LIVE_NS));
	assert_false(gate_live(&gate, pulse(50) + GATE_LIVE_NS + 1));
}

static void grid_of_late_pulses_is_fitted_anew_once_better_ones_come(void **state)
{
	(void)state;
	for (int64_t n = 0; n < 40; n++) {
		edge(pulse(n) + jitter(n) * 100);
	}
	assert_true(gate.sigma_ns > 5 * US);
	/* Within 24 pulses on a line of their own. */
	for (int64_t n = 40; n < 64; n++) {
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
	}
	assert_in_range(gate.grid_raw_ns - pulse(63) + 100, 0, 200);
	assert_true(gate.sigma_ns < US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(refused_edges_do_not_widen_the_limit),
		test(early_edges_count_once_a_second_and_late_ones_not_at_all),
		test(half_of_all_stamps_late_are_refused_and_the_rest_published),
		test(early_edge_ends_a_young_grid_that_was_made_of_late_ones),
		test(second_train_makes_a_young_grid_doubtful),
		test(train_that_follows_the_grid_is_no_second_one),
		test(second_train_does_not_make_an_old_grid_doubtful),
		test(second_train_makes_an_old_grid_doubtful_that_ran_free),
		test(second_train_makes_an_old_grid_doubtful_that_was_away),
		test(ringing_makes_a_young_grid_doubtful_the_second_time),
		test(late_pulses_do_not_outvote_the_first),
		test(two_trains_overrule_no_grid),
		test(new_phase_nearby_needs_five_without_a_gap),
		test(grid_is_live_until_a_pulse_is_overdue),
		test(grid_of_late_pulses_is_fitted_anew_once_better_ones_come),
		test(other_edges_keep_a_doubt_wherever_they_come),
		test(time_that_nobody_has_seen_ends_no_doubt),
		test(pulse_that_comes_back_beside_a_train_that_went_on_is_doubtful),
		test(grid_does_not_move_onto_one_of_two_trains),
		test(pulse_much_later_than_another_of_the_last_seconds_is_late),
		test(train_that_came_beside_the_pulses_is_not_theirs_when_they_pause),
		test(train_that_was_gone_before_the_pulses_paused_may_be_where_they_moved_to),
		test(train_that_passes_through_the_pulses_does_not_take_the_grid_along),
		test(ringing_right_behind_the_pulses_stops_the_grid_for_a_while_only),
		test(grid_that_the_raw_clock_may_have_left_is_borne_out_soon_or_given_up),
		test(late_pulses_on_a_line_of_another_crystal_make_no_grid_after_a_good_one),
		test(few_pulses_do_not_make_the_limit_wander),
		test(neighbours_by_chance_do_not_make_few_pulses_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
