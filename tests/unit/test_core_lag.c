/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The lag of the bursts and coarse time; labels that change for good. */
#include "core_rig.h"

/* Pulse n, and a burst for it that begins lag after it. */
static void second(int64_t n, int64_t lag_ns)
{
	char text[600];

	pulse(raw_at(n));
	bytes(raw_at(n) + lag_ns, text, burst_text(text, rig.utc_s + n, 'A'));
	tick(raw_at(n) + 999 * MS);
}

static int64_t coarse_error_ns(void)
{
	const struct core_sample *s = last_sample(CORE_COARSE);

	return s->receive_ns - s->clock_ns;
}

static void remembered_lag_is_used_until_eight_bursts_are_measured(void **state)
{
	(void)state;
	rig.config.learned_lag_ns = 200 * MS;
	restart();
	/* Two seconds until there is a grid and an agreement. */
	for (int n = 0; n < 9; n++) {
		second(n, 150 * MS);
	}
	assert_int_equal(core_status(&rig.core)->lag_ns, 200 * MS);
	assert_int_equal(coarse_error_ns(), -50 * MS);
	assert_int_equal(last_sample(CORE_COARSE)->precision, -1);
	for (int n = 9; n < 13; n++) {
		second(n, 150 * MS);
	}
	assert_int_equal(core_status(&rig.core)->lag_ns, 150 * MS);
	assert_int_equal(coarse_error_ns(), 0);
	assert_int_equal(last_sample(CORE_COARSE)->precision, -10);
}

static void remembered_lag_is_all_there_is_without_pulses(void **state)
{
	(void)state;
	rig.config.learned_lag_ns = 600 * MS;
	restart();
	for (int n = 0; n < 20; n++) {
		burst(n, 0, 'A');
	}
	assert_in_range(rig.sample_count[CORE_COARSE], 16, 19);
	assert_int_equal(coarse_error_ns(), LAG - 600 * MS);
}

static void remembered_lag_of_another_receiver_is_not_used_against_pulses(void **state)
{
	(void)state;
	rig.config.learned_lag_ns = 700 * MS;
	restart();
	for (int n = 0; n < 6; n++) {
		second(n, 150 * MS);
	}
	assert_int_equal(core_status(&rig.core)->lag_ns, 150 * MS);
	for (int i = 0; i < rig.sample_count[CORE_COARSE]; i++) {
		const struct core_sample *s = &rig.samples[CORE_COARSE][i];

		assert_int_equal(s->receive_ns - s->clock_ns, 0);
	}
}

static void coarse_time_goes_on_by_the_learned_lag_when_pulses_end(void **state)
{
	(void)state;
	good(0, 40);
	for (int n = 41; n < 600; n++) {
		burst(n, 0, 'A');
		assert_int_equal(last_sample(CORE_COARSE)->clock_ns, (rig.utc_s + n) * NS_PER_S);
		assert_in_range(coarse_error_ns() + MS, 0, 2 * MS);
	}
	assert_int_equal(core_status(&rig.core)->lag_ns, LAG);
	assert_int_equal(state_now(), CORE_COARSE_ONLY);
}

static void coarse_time_never_goes_back(void **state)
{
	(void)state;
	good(0, 40);
	for (int late = 0; late <= 1; late++) {
		int n = 41 + late, count = rig.sample_count[CORE_COARSE];

		/* A burst that was taken for one of another second may have told this instant. */
		rig.core.coarse_raw_ns = raw_at(n) - 1 + late;
		second(n, LAG);
		assert_int_equal(rig.sample_count[CORE_COARSE] - count, 1 - late);
	}
}

static void coarse_precision_is_that_of_the_bursts(void **state)
{
	(void)state;
	for (int n = 0; n < 200; n++) {
		second(n, 150 * MS + n * 7919 % 41 * MS - 20 * MS);
	}
	assert_in_range(core_status(&rig.core)->lag_jitter_ns, 8 * MS, 20 * MS);
	assert_int_equal(last_sample(CORE_COARSE)->precision, -6);
}

static void burst_that_is_far_too_late_gives_no_coarse_time(void **state)
{
	(void)state;
	good(0, 40);
	int count = rig.sample_count[CORE_COARSE];

	second(41, 700 * MS);
	assert_int_equal(rig.sample_count[CORE_COARSE], count);
	second(42, LAG);
	assert_int_equal(rig.sample_count[CORE_COARSE], count + 1);
	assert_int_equal(coarse_error_ns(), 0);
}

static void pulses_without_a_grid_keep_coarse_time_waiting_for_their_lag(void **state)
{
	(void)state;
	for (int n = 0; n < 30; n++) {
		pulse(raw_at(n) + n % 7 * 100 * MS);
		tick(raw_at(n) + 750 * MS);
		char text[600];

		bytes(raw_at(n) + 760 * MS, text, burst_text(text, rig.utc_s + n, 'A'));
	}
	assert_int_not_equal(rig.core.label.state, LABEL_UNKNOWN);
	assert_false(rig.core.gate.locked);
	assert_int_equal(rig.sample_count[CORE_COARSE], 0);
}

static void changed_lag_is_told_and_learned_anew(void **state)
{
	(void)state;
	good(0, 40);
	for (int n = 41; n < 50; n++) {
		second(n, 600 * MS);
		assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + n) * NS_PER_S);
	}
	assert_null(last_notice(CORE_NOTICE_LAG));
	second(50, 600 * MS);
	assert_non_null(last_notice(CORE_NOTICE_LAG));
	assert_int_equal(last_notice(CORE_NOTICE_LAG)->a, LAG);
	assert_int_equal(last_notice(CORE_NOTICE_LAG)->b, 600 * MS);
	second(51, 600 * MS);
	assert_int_equal(core_status(&rig.core)->lag_ns, 600 * MS);
	assert_int_equal(coarse_error_ns(), 0);
	published_pulse(52);
}

static void label_that_changed_for_good_is_told_and_published(void **state)
{
	(void)state;
	good(0, 40);
	for (int n = 41; n < 101; n++) {
		pulse(raw_at(n));
		burst(n, 7, 'A');
	}
	assert_null(last_notice(CORE_NOTICE_RELABEL));
	pulse(raw_at(101));
	burst(101, 7, 'A');
	assert_non_null(last_notice(CORE_NOTICE_RELABEL));
	assert_int_equal(last_notice(CORE_NOTICE_RELABEL)->a, rig.utc_s + 101);
	assert_int_equal(last_notice(CORE_NOTICE_RELABEL)->b, rig.utc_s + 108);
	pulse(raw_at(102));
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 109) * NS_PER_S);
	/* Not one sample said anything in between. */
	assert_in_range(rig.sample_count[CORE_PPS], 40, 43);
}

static void label_that_a_clock_denies_later_is_suspect(void **state)
{
	(void)state;
	good(0, 20);
	assert_int_equal(state_now(), CORE_LOCKED);
	rig.clock_ns = 30 * NS_PER_S;
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(20) + 850 * MS});
	/* Nothing of ours for so long that it is somebody else whom the clock follows. */
	tick(raw_at(61));
	disciplined(raw_at(61) + 860 * MS, 1000);
	good(62, 66);
	assert_int_equal(state_now(), CORE_SUSPECT);
	withheld_pulse(raw_at(67), CORE_WITHHELD_SUSPECT);
	assert_int_equal(last_notice(CORE_NOTICE_SUSPECT)->b - last_notice(CORE_NOTICE_SUSPECT)->a,
			 30);
	/* Once the clock agrees, nothing stands in the way. */
	rig.clock_ns = 0;
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(67) + 850 * MS});
	for (int n = 68; n < 107; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_SUSPECT);
		burst(n, 0, 'A');
	}
	disciplined(raw_at(106) + 860 * MS, 1000);
	good(107, 107);
	published_pulse(108);
}

static void suspect_label_must_hold_once_the_clock_that_denied_it_is_gone(void **state)
{
	(void)state;
	rig.clock_ns = 30 * NS_PER_S;
	disciplined(raw_at(0) - 1, 1000);
	good(0, 19);
	assert_int_equal(state_now(), CORE_SUSPECT);
	kernel_says(raw_at(19) + 850 * MS, false, 1000);
	for (int n = 20; n < 79; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_SUSPECT);
		burst(n, 0, 'A');
	}
	/* The last fix that it denied began at 19.12 s. */
	good(79, 79);
	published_pulse(80);
}

static void pulses_whose_second_is_not_sure_are_ambiguous_beside_coarse_time(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		char text[600];

		bytes(raw_at(n) + 5 * MS, text, burst_text(text, rig.utc_s + n, 'A'));
		tick(raw_at(n) + 800 * MS);
	}
	assert_int_equal(state_now(), CORE_COARSE_ONLY);
	for (int n = 20; n < 40; n++) {
		second(n, 5 * MS);
	}
	assert_int_equal(state_now(), CORE_AMBIGUOUS);
	assert_int_equal(rig.sample_count[CORE_PPS], 0);
}

static void burst_whose_beginning_was_missed_gives_no_coarse_time(void **state)
{
	(void)state;
	good(0, 40);
	int count = rig.sample_count[CORE_COARSE];

	second(41, LAG + 60 * MS);
	assert_int_equal(rig.sample_count[CORE_COARSE], count);
	second(42, LAG + 40 * MS);
	assert_int_equal(rig.sample_count[CORE_COARSE], count + 1);
}

static void lag_that_moved_a_little_is_learned_anew_by_eight_bursts(void **state)
{
	(void)state;
	good(0, 60);
	int count = rig.sample_count[CORE_COARSE];

	for (int64_t n = 61; n <= 67; n++) {
		second(n, LAG + 140 * MS);
	}
	assert_int_equal(rig.sample_count[CORE_COARSE], count);
	assert_null(last_notice(CORE_NOTICE_LAG));
	second(68, LAG + 140 * MS);
	assert_int_equal(last_notice(CORE_NOTICE_LAG)->b, LAG + 140 * MS);
	assert_int_equal(rig.sample_count[CORE_COARSE], count + 1);
	assert_int_equal(coarse_error_ns(), 0);
}

static void bursts_late_now_and_then_move_no_lag(void **state)
{
	(void)state;
	good(0, 60);
	for (int64_t n = 61; n <= 100; n++) {
		second(n, n % 8 ? LAG + 140 * MS : LAG);
	}
	assert_null(last_notice(CORE_NOTICE_LAG));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(remembered_lag_is_used_until_eight_bursts_are_measured),
		test(remembered_lag_is_all_there_is_without_pulses),
		test(remembered_lag_of_another_receiver_is_not_used_against_pulses),
		test(coarse_time_goes_on_by_the_learned_lag_when_pulses_end),
		test(coarse_time_never_goes_back),
		test(coarse_precision_is_that_of_the_bursts),
		test(burst_that_is_far_too_late_gives_no_coarse_time),
		test(pulses_without_a_grid_keep_coarse_time_waiting_for_their_lag),
		test(changed_lag_is_told_and_learned_anew),
		test(label_that_changed_for_good_is_told_and_published),
		test(label_that_a_clock_denies_later_is_suspect),
		test(suspect_label_must_hold_once_the_clock_that_denied_it_is_gone),
		test(pulses_whose_second_is_not_sure_are_ambiguous_beside_coarse_time),
		test(burst_whose_beginning_was_missed_gives_no_coarse_time),
		test(lag_that_moved_a_little_is_learned_anew_by_eight_bursts),
		test(bursts_late_now_and_then_move_no_lag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
