/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The grid: found, followed, changed and given up; what lies on it and what does not. */
#include "gate_rig.h"

static void third_edge_of_a_train_finds_the_grid(void **state)
{
	(void)state;
	assert_int_equal(edge(pulse(0)), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(1)), GATE_UNSETTLED);
	assert_false(gate.locked);
	assert_int_equal(edge(pulse(2)), GATE_FOUND);
	assert_true(result.first);
	assert_int_equal(result.shift_ns, 0);
	assert_true(gate.locked);
	assert_int_equal(edge(pulse(3)), GATE_GOOD);
}

static void train_with_a_gap_begins_again(void **state)
{
	(void)state;
	edge(pulse(0));
	edge(pulse(1));
	assert_int_equal(edge(pulse(3)), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(4)), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(5)), GATE_FOUND);
}

static void glitches_between_the_first_edges_do_not_hide_the_train(void **state)
{
	(void)state;
	edge(pulse(0));
	assert_int_equal(edge(pulse(0) + 137 * MS), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(0) + 801 * MS), GATE_UNSETTLED);
	edge(pulse(1));
	assert_int_equal(edge(pulse(1) + 455 * MS), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(2)), GATE_FOUND);
	assert_int_equal(gate.grid_raw_ns, pulse(2));
}

static void glitch_every_four_seconds_does_not_hide_the_train_for_ever(void **state)
{
	(void)state;
	for (int n = 0; n < 600; n++) {
		edge(pulse(n));
		if (n % 4 == 1) {
			edge(pulse(n) + (100 + n * 7919 % 800) * MS);
		}
	}
	assert_true(gate.locked);
}

static void two_trains_a_second_are_refused_from_their_second_edges_on(void **state)
{
	(void)state;
	for (int n = 0; n < 100; n++) {
		assert_int_equal(edge(pulse(n)), GATE_UNSETTLED);
		assert_int_equal(edge(pulse(n) + 300 * MS), GATE_UNSETTLED);
	}
	assert_false(gate.locked);
}

static void many_trains_a_second_are_refused(void **state)
{
	(void)state;
	for (int rate = 2; rate <= 10; rate++) {
		gate_init(&gate);
		for (int n = 0; n < 30 * rate; n++) {
			assert_int_equal(edge(START + n * NS_PER_S / rate), GATE_UNSETTLED);
		}
		/* Until all but one have been gone for a while. */
		int n = 31;

		while (edge(pulse(n)) != GATE_FOUND) {
			assert_true(++n < 40);
		}
		assert_in_range(n, 35, 36);
		assert_int_equal(gate.grid_raw_ns, pulse(n));
	}
}

static void two_trains_give_no_grid_whatever_gaps_they_have(void **state)
{
	(void)state;
	edge(pulse(0));
	edge(pulse(0) + 500 * MS);
	edge(pulse(1));
	edge(pulse(1) + 500 * MS);
	for (int n = 3; n < 20; n++) {
		assert_int_equal(edge(pulse(n) + 250 * MS), GATE_UNSETTLED);
		assert_int_equal(edge(pulse(n) + 750 * MS), GATE_UNSETTLED);
	}
}

static void edges_far_off_the_grid_are_glitches_and_change_nothing(void **state)
{
	(void)state;
	train(0, 20);
	struct gate before = gate;

	for (int64_t off = 6 * MS; off < 994 * MS; off += 13 * MS) {
		assert_int_equal(edge(pulse(20) + off), GATE_GLITCH);
	}
	assert_int_equal(gate.grid_raw_ns, before.grid_raw_ns);
	assert_int_equal(gate.period_q16, before.period_q16);
	assert_int_equal(gate.residuals.count, before.residuals.count);
	assert_int_equal(edge(pulse(21)), GATE_GOOD);
}

static void second_edge_of_the_same_second_is_a_glitch(void **state)
{
	(void)state;
	train(0, 20);
	assert_int_equal(edge(pulse(20) + 2 * US), GATE_GLITCH);
	assert_int_equal(edge(pulse(20) + 400 * US), GATE_GLITCH);
	assert_int_equal(edge(pulse(21)), GATE_GOOD);
}

static void limit_is_ten_times_the_spread_of_the_first_three_until_the_jitter_is_known(void **state)
{
	const struct {
		int64_t off_us, limit_us;
	} cases[] = {{0, 30}, {2, 30}, {12, 120}, {15, 150}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int more = 0; more <= 1; more++) {
			int64_t late = cases[i].limit_us * US + more;

			gate_init(&gate);
			edge(pulse(0));
			edge(pulse(1) + cases[i].off_us * US);
			assert_int_equal(edge(pulse(2)), GATE_FOUND);
			assert_int_equal(edge(pulse(3) + late), more ? GATE_POPCORN : GATE_GOOD);
			assert_int_equal(result.limit_ns, cases[i].limit_us * US);
			assert_int_equal(result.residual_ns, late);
			assert_int_equal(gate_jitter_ns(&gate), 0);
		}
	}
}

static void three_that_do_not_lie_on_a_line_exactly_need_two_more(void **state)
{
	/* One of them may be late: how far does not matter. */
	const struct {
		int64_t off_us, next_off_us, limit_us;
	} cases[] = {{16, 0, 30},   {99, 0, 30},   {60, 60, 300},
		     {99, 60, 495}, {60, 30, 300}, {50, 80, 400}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		gate_init(&gate);
		edge(pulse(0));
		edge(pulse(1) + cases[i].off_us * US);
		assert_int_equal(edge(pulse(2)), GATE_UNSETTLED);
		assert_int_equal(edge(pulse(3) + cases[i].next_off_us * US), GATE_UNSETTLED);
		assert_int_equal(edge(pulse(4)), GATE_FOUND);
		edge(pulse(5));
		assert_int_equal(result.limit_ns, cases[i].limit_us * US);
	}
}

static void late_one_far_from_two_others_makes_no_line_with_them(void **state)
{
	const int64_t late_us[] = {80, 1500, 2500, 1000, 2000, 0, 0, 0};

	(void)state;
	for (int n = 0; n < 8; n++) {
		assert_int_equal(edge(pulse(n) + late_us[n] * US), GATE_UNSETTLED);
	}
	assert_int_equal(edge(pulse(8)), GATE_FOUND);
	assert_int_equal(gate.grid_raw_ns, pulse(8));
	assert_int_equal(gate_period_ns(&gate), NS_PER_S);
}

static void edges_before_the_pulse_do_not_widen_the_limit(void **state)
{
	(void)state;
	train(0, 40);
	int64_t before = gate.sigma_ns;

	/* A second train, 2.6 ms early, and pulses that are late. */
	for (int64_t n = 41; n <= 70; n++) {
		edge(pulse(n) - 2600 * US);
		edge(pulse(n) + 900 * US);
	}
	edge(pulse(71) + jitter(71));
	assert_in_range(gate.sigma_ns, 0, 2 * before);
}

static void first_pulse_after_many_seconds_tells_more_than_one_of_many(void **state)
{
	(void)state;
	train(0, 40);
	/* The crystal has gone 20 us astray meanwhile. */
	assert_int_equal(edge(pulse(65) - 20 * US), GATE_GOOD);
	for (int64_t n = 66; n <= 70; n++) {
		assert_int_equal(edge(pulse(n) - 20 * US - (n - 65) * 800), GATE_GOOD);
	}
}

static void limit_falls_to_ten_microseconds_on_a_quiet_line(void **state)
{
	(void)state;
	train(0, 40);
	assert_in_range(gate_jitter_ns(&gate), 50, 400);
	assert_int_equal(edge(pulse(41) + 11 * US), GATE_POPCORN);
	assert_int_equal(result.limit_ns, 10 * US);
	assert_in_range(result.residual_ns, 10500, 11500);
	assert_int_equal(edge(pulse(42) - 12 * US), GATE_POPCORN);
	assert_int_equal(edge(pulse(43) + 9 * US), GATE_GOOD);
}

static void limit_is_seven_sigma_on_a_noisy_line_and_more_of_few_pulses(void **state)
{
	bool good = false;
	int n = 0;

	(void)state;
	for (; n < 100; n++) {
		int64_t sigma = gate_jitter_ns(&gate);
		int count = gate.residuals.count;
		int64_t more = count && count < 64 ? 7 * sigma * 100 / (count * count) : 0;
		int64_t limit = 7 * sigma + more;
		bool told = good && count >= 8;

		good = edge(pulse(n) + jitter(n) * 50) == GATE_GOOD;
		if (told) {
			assert_int_equal(result.limit_ns, limit < 10 * US ? 10 * US : limit);
		}
	}
	assert_in_range(gate_jitter_ns(&gate), 5 * US, 18 * US);
	assert_int_equal(edge(pulse(n) + 4 * MS), GATE_POPCORN);
}

static void few_residuals_that_are_near_by_chance_make_no_pulse_late(void **state)
{
	int late = 0;

	(void)state;
	for (int64_t first = 0; first < 5000; first += 25) {
		gate_init(&gate);
		for (int64_t n = 0; n < 20; n++) {
			edge(pulse(n) + jitter(first + n * n) * 150);
			late += n >= 8 && result.verdict == GATE_POPCORN;
		}
	}
	assert_in_range(late, 0, 24); /* one in a hundred */
}

static void exact_start_is_not_exchanged_for_a_pulse_more(void **state)
{
	(void)state;
	for (int late_us = 25; late_us <= 90; late_us += 65) {
		gate_init(&gate);
		train(0, 2);
		edge(pulse(3) + late_us * US);
		edge(pulse(4));
		assert_in_range(llabs(result.residual_ns), 0, late_us < 30 ? 30 * US : US);
	}
}

/* The newest lies on it only by tilting it: the others are as exact as a line of their own. */
static void exact_start_with_a_late_pulse_is_not_exchanged_for_one_of_late_pulses(void **state)
{
	const int64_t late_us[] = {0, 0, 0, 0, 0, 301, 2813, 2183, 244, 1094, 2291, 0};

	(void)state;
	for (int n = 0; n < 12; n++) {
		int64_t drift_ns = n * INT64_C(62730);

		edge(pulse(n) + drift_ns + late_us[n] * US);
		if (n < 3) {
			edge(pulse(n) + drift_ns + 985 * MS); /* another train: no grid yet */
		}
		assert_int_equal(gate.locked, n >= 8);
	}
	assert_int_equal(result.verdict, GATE_GOOD);
	assert_in_range(llabs(gate_period_ns(&gate) - NS_PER_S - 62730), 0, US);
}

static void popcorn_does_not_move_the_grid(void **state)
{
	(void)state;
	train(0, 40);
	for (int n = 41; n < 200; n++) {
		if (n % 5 == 0) {
			assert_int_equal(edge(pulse(n) + 300 * US), GATE_POPCORN);
		} else {
			assert_int_equal(edge(pulse(n) + jitter(n)), GATE_GOOD);
			assert_true(llabs(result.residual_ns) < US);
		}
	}
}

static void late_pulses_among_the_first_do_not_bend_the_grid(void **state)
{
	(void)state;
	for (int late = 3; late < 8; late++) {
		gate_init(&gate);
		for (int n = 0; n < 10; n++) {
			int64_t delay = n == late || n == late - 2 ? 400 * US : 0;

			edge(pulse(n) + n * 50 * US + delay);
		}
		assert_in_range(gate.grid_raw_ns - pulse(9) - 9 * 50 * US + 10 * US, 0, 20 * US);
		assert_in_range(gate_period_ns(&gate) - NS_PER_S - 50 * US + 5 * US, 0, 10 * US);
	}
}

static void late_pulses_on_a_line_of_their_own_are_late_for_a_minute(void **state)
{
	uint32_t random = 4711;
	int64_t n;

	(void)state;
	/* Later by 40 us each second, more than the period is known to be wrong by. */
	train(0, 39);
	for (n = 40; edge(pulse(n) + 600 * US + (n - 40) * 40 * US) == GATE_POPCORN; n++) {
	}
	assert_int_equal(result.verdict, GATE_FOUND);
	assert_int_equal(n, 39 + 60);
	/* As steady as the others were, they are the pulses of a receiver that has changed. */
	gate_init(&gate);
	train(0, 39);
	for (n = 40; edge(pulse(n) + 600 * US + jitter(n)) == GATE_POPCORN; n++) {
	}
	assert_int_equal(result.verdict, GATE_FOUND);
	assert_int_equal(n, 47);
	/* They are not if they scatter, even where five lie on one line by chance. */
	gate_init(&gate);
	train(0, 39);
	for (n = 40; n < 70; n++) {
		random = random * 1664525U + 1013904223U;
		assert_int_equal(edge(pulse(n) + 2500 * US + (random >> 8) % 50 * US),
				 GATE_POPCORN);
	}
	/* Nor is it known that they are late where the grid is young. */
	gate_init(&gate);
	train(0, 14);
	for (n = 15; edge(pulse(n) + 600 * US + (n - 15) * 40 * US) == GATE_POPCORN; n++) {
	}
	assert_int_equal(result.verdict, GATE_FOUND);
	assert_int_equal(n, 19);
}

static void train_beside_late_pulses_is_no_new_phase(void **state)
{
	(void)state;
	train(0, 39);
	for (int64_t n = 40; n < 60; n++) {
		assert_int_equal(edge(pulse(n) + (n % 2 ? 900 : 2400) * US), GATE_POPCORN);
		assert_int_equal(edge(pulse(n) + 37 * MS), GATE_GLITCH);
	}
	/* Once they are gone it may be. */
	assert_int_equal(edge(pulse(60) + 37 * MS), GATE_GLITCH);
	assert_int_equal(edge(pulse(61) + 37 * MS), GATE_GLITCH);
	assert_int_equal(edge(pulse(62) + 37 * MS), GATE_FOUND);
}

static void chance_makes_no_finer_line_of_a_noisy_one(void **state)
{
	(void)state;
	/* Eight of them on a line, within a sixth of the spread of all. */
	for (int64_t n = 0; n < 200; n++) {
		int64_t scale = n / 8 == 12 ? 15 : 100;

		edge(pulse(n) + jitter(n) * scale);
		assert_true(n < 100 || gate_jitter_ns(&gate) > 8 * US);
	}
}

static void pulses_late_now_and_then_from_the_start_hide_the_good_ones_for_a_minute_at_most(
	void **state)
{
	(void)state;
	for (int64_t seed = 0; seed < 200; seed++) {
		gate_init(&gate);
		for (int64_t n = 0; n < 90; n++) {
			int64_t chance = (n + seed * 100) * (n + 7) * 7919 % 1009;

			edge(pulse(n) + (chance < 303 ? (50 + chance) * US : jitter(n)));
		}
		assert_in_range(gate_jitter_ns(&gate), 0, 10 * US);
	}
}

static void delays_that_become_the_rule_widen_the_limit(void **state)
{
	int good = 0;

	(void)state;
	train(0, 60);
	for (int n = 61; n < 161; n++) {
		good += edge(pulse(n) + labs((long)jitter(n)) * 100) == GATE_GOOD;
	}
	assert_true(good > 50);
}

static void pulses_may_be_missing(void **state)
{
	const int gaps[] = {2, 3, 5, 10, 60, 200, 299};
	int64_t n = 60;

	(void)state;
	train(0, 60);
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		n += gaps[i];
		assert_int_equal(edge(pulse(n)), GATE_GOOD);
		assert_int_equal(result.limit_ns, 10 * US + (gaps[i] - 1) * US);
		for (int k = 0; k < 20; k++) {
			assert_int_equal(edge(pulse(++n)), GATE_GOOD);
		}
	}
}

static void missing_pulse_before_the_period_is_learned_is_judged_by_the_line_so_far(void **state)
{
	(void)state;
	edge(pulse(0));
	edge(pulse(1));
	edge(pulse(2));
	/* Each second without one: half of the limit, over the two seconds seen, and 1 us. */
	assert_int_equal(edge(pulse(5) + 61 * US), GATE_GOOD);
	assert_int_equal(result.limit_ns, 62 * US);
	/* Later than 0.8 ms is late, however long. */
	gate_init(&gate);
	edge(pulse(0));
	edge(pulse(1));
	edge(pulse(2));
	assert_int_equal(edge(pulse(100) + 801 * US), GATE_POPCORN);
	assert_int_equal(result.limit_ns, 800 * US);
}

static void clock_worse_than_any_crystal_gives_a_grid_from_five_pulses(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		assert_int_equal(edge(pulse(n) + n * 400 * US), n < 4   ? GATE_UNSETTLED
								: n > 4 ? GATE_GOOD
									: GATE_FOUND);
	}
}

static void crystals_of_100_ppm_are_followed_from_the_first_pulses(void **state)
{
	(void)state;
	for (int64_t ppm = -100; ppm <= 100; ppm += 25) {
		gate_init(&gate);
		for (int64_t n = 0; n < 100; n++) {
			enum gate_verdict verdict = edge(pulse(n) + n * ppm * US);

			assert_int_equal(verdict, n < 2    ? GATE_UNSETTLED
						  : n == 2 ? GATE_FOUND
							   : GATE_GOOD);
		}
		assert_in_range(gate_period_ns(&gate) - NS_PER_S - ppm * US + 5, 0, 10);
		/* A minute without pulses is bridged. */
		assert_int_equal(edge(pulse(160) + 160 * ppm * US), GATE_GOOD);
	}
}

static void train_that_is_not_of_seconds_gives_no_grid(void **state)
{
	const int64_t wrong_us[] = {-2500, -1000, -510, 510, 1000, 1400, 2500};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong_us) / sizeof(wrong_us[0]); i++) {
		gate_init(&gate);
		for (int64_t n = 0; n < 50; n++) {
			assert_int_equal(edge(pulse(n) + n * wrong_us[i] * US), GATE_UNSETTLED);
		}
	}
}

static void train_that_drifts_out_of_the_second_is_given_up(void **state)
{
	int64_t at = START;
	bool was_locked = false;

	(void)state;
	/* Slowly enough to be followed for a while. */
	for (int64_t n = 0; n < 2000; n++) {
		at += NS_PER_S + n * 400;
		edge(at);
		was_locked |= gate.locked;
	}
	assert_true(was_locked);
	assert_false(gate.locked);
}

static void temperature_is_followed(void **state)
{
	int64_t at = START;

	(void)state;
	/* The frequency changes by 0.1 ppm/s up and down: far more than a crystal does. */
	for (int n = 0; n < 1000; n++) {
		int64_t ppb = 100 * llabs(n % 200 - 100);

		at += NS_PER_S + ppb;
		edge(at);
		if (n > 2) {
			assert_int_equal(result.verdict, GATE_GOOD);
		}
	}
}

static void changed_phase_is_believed_once_it_persists(void **state)
{
	/*
	 * Another altogether with its third edge, and one a little early, too, as no interrupt is;
	 * a near one with its fifth; one that is a little later only when nothing earlier has been
	 * seen for 16 s.
	 */
	const struct {
		int64_t shift;
		int first, last;
	} cases[] = {
		{300 * MS, 53, 53}, {-300 * MS, 53, 53}, {25 * MS, 53, 53},  {-25 * MS, 53, 53},
		{499 * MS, 53, 53}, {15 * MS, 55, 56},   {-15 * MS, 55, 56}, {-2 * MS, 55, 56},
		{2 * MS, 67, 68},   {-300 * US, 53, 54},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t shift = cases[i].shift;
		int n;

		gate_init(&gate);
		train(0, 50);
		for (n = 51; n < 80; n++) {
			if (edge(pulse(n) + shift) == GATE_FOUND) {
				break;
			}
			assert_int_equal(result.verdict,
					 llabs(shift) < 5 * MS ? GATE_POPCORN : GATE_GLITCH);
		}
		assert_in_range(n, cases[i].first, cases[i].last);
		assert_false(result.first);
		assert_in_range(result.shift_ns - shift + 10 * US, 0, 20 * US);
		assert_int_equal(edge(pulse(n + 1) + shift), GATE_GOOD);
	}
}

static void late_pulses_in_a_row_each_by_its_own_delay_are_no_new_phase(void **state)
{
	const int64_t late_us[] = {1900, 3300, 1200, 700, 2600, 450, 1800};

	(void)state;
	train(0, 39);
	for (int64_t n = 40; n < 47; n++) {
		assert_int_equal(edge(pulse(n) + late_us[n - 40] * US), GATE_POPCORN);
	}
	assert_int_equal(edge(pulse(47)), GATE_GOOD);
}

static void other_train_does_not_overrule_the_grid_while_good_pulses_come(void **state)
{
	(void)state;
	train(0, 50);
	for (int n = 51; n < 400; n++) {
		/* Every other second the true pulse is there. */
		if (n % 2 == 0) {
			assert_int_equal(edge(pulse(n)), GATE_GOOD);
		}
		assert_int_equal(edge(pulse(n) + 400 * MS), GATE_GLITCH);
	}
}

static void edges_at_random_are_never_a_grid(void **state)
{
	int64_t at = START;

	(void)state;
	srand(6);
	/* A bouncing line, but no two edges a second apart within some ms, but by chance. */
	for (int n = 0; n < 500; n++) {
		at += 350 * MS + rand() % 600 * MS;
		edge(at);
		if (gate.locked) {
			break;
		}
	}
	/* By chance three may line up; a grid must then not be kept alive by the noise. */
	for (int n = 0; n < 2000; n++) {
		at += 350 * MS + rand() % 600 * MS;
		assert_true(edge(at) != GATE_FOUND || result.first);
	}
}

static void grid_is_given_up_300_s_after_the_last_good_pulse(void **state)
{
	(void)state;
	train(0, 50);
	int64_t last = gate.last_good_raw_ns;

	gate_tick(&gate, last + 300 * NS_PER_S);
	assert_true(gate.locked);
	gate_tick(&gate, last + 300 * NS_PER_S + 1);
	assert_false(gate.locked);
	assert_int_equal(gate_jitter_ns(&gate), 0);
	assert_int_equal(gate_period_ns(&gate), NS_PER_S);
	assert_int_equal(edge(pulse(400)), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(401)), GATE_UNSETTLED);
	assert_int_equal(edge(pulse(402)), GATE_FOUND);
	assert_true(result.first);
}

static void edge_after_300_s_does_not_meet_the_old_grid(void **state)
{
	(void)state;
	train(0, 50);
	assert_int_equal(edge(pulse(351)), GATE_UNSETTLED);
}

static void floor_is_the_grid_point_at_or_before(void **state)
{
	(void)state;
	train(0, 50);
	int64_t grid = gate.grid_raw_ns;
	int64_t period = gate_period_ns(&gate);

	assert_int_equal(gate_floor(&gate, grid), grid);
	assert_int_equal(gate_floor(&gate, grid + period - 1), grid);
	assert_in_range(gate_floor(&gate, grid - 1), grid - period - 1, grid - period);
	for (int64_t s = -20; s <= 300; s++) {
		int64_t at = grid + s * period + 500 * MS;
		int64_t floor = gate_floor(&gate, at);

		assert_in_range(at - floor, 499 * MS, 501 * MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(third_edge_of_a_train_finds_the_grid),
		test(train_with_a_gap_begins_again),
		test(glitches_between_the_first_edges_do_not_hide_the_train),
		test(glitch_every_four_seconds_does_not_hide_the_train_for_ever),
		test(two_trains_a_second_are_refused_from_their_second_edges_on),
		test(many_trains_a_second_are_refused),
		test(two_trains_give_no_grid_whatever_gaps_they_have),
		test(edges_far_off_the_grid_are_glitches_and_change_nothing),
		test(second_edge_of_the_same_second_is_a_glitch),
		test(limit_is_ten_times_the_spread_of_the_first_three_until_the_jitter_is_known),
		test(three_that_do_not_lie_on_a_line_exactly_need_two_more),
		test(late_one_far_from_two_others_makes_no_line_with_them),
		test(edges_before_the_pulse_do_not_widen_the_limit),
		test(first_pulse_after_many_seconds_tells_more_than_one_of_many),
		test(limit_falls_to_ten_microseconds_on_a_quiet_line),
		test(limit_is_seven_sigma_on_a_noisy_line_and_more_of_few_pulses),
		test(few_residuals_that_are_near_by_chance_make_no_pulse_late),
		test(exact_start_is_not_exchanged_for_a_pulse_more),
		test(exact_start_with_a_late_pulse_is_not_exchanged_for_one_of_late_pulses),
		test(popcorn_does_not_move_the_grid),
		test(late_pulses_among_the_first_do_not_bend_the_grid),
		test(late_pulses_on_a_line_of_their_own_are_late_for_a_minute),
		test(train_beside_late_pulses_is_no_new_phase),
		test(chance_makes_no_finer_line_of_a_noisy_one),
		test(pulses_late_now_and_then_from_the_start_hide_the_good_ones_for_a_minute_at_most),
		test(delays_that_become_the_rule_widen_the_limit),
		test(pulses_may_be_missing),
		test(missing_pulse_before_the_period_is_learned_is_judged_by_the_line_so_far),
		test(clock_worse_than_any_crystal_gives_a_grid_from_five_pulses),
		test(crystals_of_100_ppm_are_followed_from_the_first_pulses),
		test(train_that_is_not_of_seconds_gives_no_grid),
		test(train_that_drifts_out_of_the_second_is_given_up),
		test(temperature_is_followed),
		test(changed_phase_is_believed_once_it_persists),
		test(late_pulses_in_a_row_each_by_its_own_delay_are_no_new_phase),
		test(other_train_does_not_overrule_the_grid_while_good_pulses_come),
		test(edges_at_random_are_never_a_grid),
		test(grid_is_given_up_300_s_after_the_last_good_pulse),
		test(edge_after_300_s_does_not_meet_the_old_grid),
		test(floor_is_the_grid_point_at_or_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
