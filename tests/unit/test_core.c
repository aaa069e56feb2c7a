/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* What is published, and for each reason not to publish: silence, a count and a notice. */
#include "core_rig.h"

static void fourth_pulse_of_a_good_receiver_is_published(void **state)
{
	(void)state;
	withheld_pulse(raw_at(0), CORE_UNSETTLED);
	burst(0, 0, 'A');
	withheld_pulse(raw_at(1), CORE_UNSETTLED);
	burst(1, 0, 'A');
	withheld_pulse(raw_at(2), CORE_WITHHELD_LABEL);
	burst(2, 0, 'A');
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_non_null(last_notice(CORE_NOTICE_LABEL));
	assert_int_equal(last_notice(CORE_NOTICE_LABEL)->a, rig.utc_s + 2);
	assert_int_equal(last_notice(CORE_NOTICE_LABEL)->b, LAG);
	published_pulse(3);
}

static void pps_sample_pairs_the_second_with_the_stamp_of_its_edge(void **state)
{
	(void)state;
	rig.clock_ns = -123456;
	good(0, 9);
	pulse(raw_at(10) + 1234);
	const struct core_sample *s = last_sample(CORE_PPS);

	assert_int_equal(s->unit, CORE_PPS);
	assert_int_equal(s->raw_ns, raw_at(10) + 1234);
	assert_int_equal(s->clock_ns, (rig.utc_s + 10) * NS_PER_S);
	assert_int_equal(s->receive_ns, (rig.utc_s + 10) * NS_PER_S - 123456 + 1234);
	assert_int_equal(s->leap, 0);
	assert_int_equal(core_status(&rig.core)->label_utc_s, rig.utc_s + 10);
	assert_int_equal(core_status(&rig.core)->label_raw_ns, s->raw_ns);
	assert_int_equal(core_status(&rig.core)->label_real_ns, s->receive_ns);
}

static void configured_offset_is_added_to_pps_time_only(void **state)
{
	(void)state;
	rig.config.pps_offset_ns = -4567;
	restart();
	good(0, 20);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 20) * NS_PER_S - 4567);
	assert_int_equal(last_sample(CORE_COARSE)->clock_ns, (rig.utc_s + 20) * NS_PER_S);
}

static void offset_that_changes_counts_from_the_next_pulse_on(void **state)
{
	(void)state;
	rig.config.pps_offset_ns = 100;
	restart();
	good(0, 20);
	send((struct event){
		.type = EVENT_OFFSET, .raw_ns = raw_at(20) + 900 * MS, .offset = {12000}});
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 20) * NS_PER_S + 100);
	good(21, 21);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 21) * NS_PER_S + 12000);
	assert_int_equal(core_status(&rig.core)->state, CORE_LOCKED);
}

static void coarse_sample_has_the_learned_lag_taken_off(void **state)
{
	(void)state;
	rig.clock_ns = 5 * MS;
	good(0, 40);
	const struct core_sample *s = last_sample(CORE_COARSE);

	assert_true(core_status(&rig.core)->lag_learned);
	assert_int_equal(core_status(&rig.core)->lag_ns, LAG);
	assert_int_equal(s->clock_ns, (rig.utc_s + 40) * NS_PER_S);
	assert_int_equal(s->receive_ns, (rig.utc_s + 40) * NS_PER_S + 5 * MS);
	assert_int_equal(s->leap, 0);
	assert_int_equal(s->precision, -10);
}

static void coarse_time_without_pulses_goes_by_the_configured_lag(void **state)
{
	(void)state;
	rig.config.configured_lag_ns = LAG - 30 * MS;
	restart();
	for (int n = 0; n < 20; n++) {
		burst(n, 0, 'A');
	}
	assert_int_equal(state_now(), CORE_COARSE_ONLY);
	assert_int_equal(rig.sample_count[CORE_PPS], 0);
	assert_false(core_status(&rig.core)->lag_learned);
	assert_int_equal(last_sample(CORE_COARSE)->clock_ns, (rig.utc_s + 19) * NS_PER_S);
	assert_int_equal(last_sample(CORE_COARSE)->receive_ns,
			 (rig.utc_s + 19) * NS_PER_S + 30 * MS);
	assert_int_equal(last_sample(CORE_COARSE)->precision, -1);
}

static void coarse_time_without_pulses_prefers_the_remembered_lag(void **state)
{
	(void)state;
	rig.config.configured_lag_ns = 300 * MS;
	rig.config.learned_lag_ns = LAG;
	restart();
	for (int n = 0; n < 20; n++) {
		burst(n, 0, 'A');
	}
	assert_true(core_status(&rig.core)->lag_learned);
	assert_int_equal(last_sample(CORE_COARSE)->receive_ns, last_sample(CORE_COARSE)->clock_ns);
}

static void edges_far_from_the_second_are_glitches(void **state)
{
	(void)state;
	good(0, 20);
	withheld_pulse(raw_at(20) + 850 * MS, CORE_GLITCH);
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->a, -150 * MS);
	published_pulse(21);
}

static void late_stamps_are_popcorn_with_their_numbers(void **state)
{
	(void)state;
	good(0, 20);
	withheld_pulse(raw_at(21) + 50000, CORE_POPCORN);
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->a, 50000);
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->b, 10000);
	published_pulse(22);
}

static void edge_that_is_not_configured_is_counted_and_nothing_else(void **state)
{
	(void)state;
	good(0, 20);
	int notices = rig.notice_count;

	send((struct event){.type = EVENT_PULSE,
			    .raw_ns = raw_at(20) + 900 * MS,
			    .pulse = {.clear = true, .seq = 1}});
	assert_int_equal(rejects(CORE_OTHER_EDGE), 1);
	assert_int_equal(rig.notice_count, notices);
	assert_int_equal(core_status(&rig.core)->pulses, 21);
	published_pulse(21);
}

static void clear_edge_is_the_pulse_if_configured(void **state)
{
	(void)state;
	rig.config.clear_edge = true;
	restart();
	for (int n = 0; n < 5; n++) {
		pulse(raw_at(n) - 100 * MS);
		send((struct event){.type = EVENT_PULSE,
				    .raw_ns = raw_at(n),
				    .pulse = {.clear = true, .seq = (uint32_t)n}});
		burst(n, 0, 'A');
	}
	assert_int_equal(rejects(CORE_OTHER_EDGE), 5);
	assert_int_equal(rig.sample_count[CORE_PPS], 2);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 4) * NS_PER_S);
}

static void without_a_fix_the_next_pulse_is_silent_and_three_bursts_bring_it_back(void **state)
{
	(void)state;
	good(0, 20);
	published_pulse(21);
	burst(21, 0, 'V');
	assert_int_equal(state_now(), CORE_NO_FIX);
	for (int n = 22; n < 30; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_FIX);
		burst(n, 0, 'V');
	}
	int coarse = rig.sample_count[CORE_COARSE];

	for (int n = 30; n < 33; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_FIX);
		burst(n, 0, 'A');
	}
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse + 1);
	published_pulse(33);
}

static void one_bad_sentence_silences_before_its_burst_has_ended(void **state)
{
	(void)state;
	good(0, 20);
	pulse(raw_at(21));
	sentence(raw_at(21) + 900 * MS, "GPGGA,,,,,,0,00,99.99,,,,,,");
	withheld_pulse(raw_at(22), CORE_WITHHELD_FIX);
}

static void pulses_without_sentences_are_published_for_the_holdover_time_only(void **state)
{
	(void)state;
	good(0, 20);
	/* The last confirming burst began at 20.12 s. */
	for (int n = 21; n <= 50; n++) {
		published_pulse(n);
		tick(raw_at(n) + 500 * MS);
	}
	assert_int_equal(state_now(), CORE_STALE);
	for (int n = 51; n < 60; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_STALE);
		tick(raw_at(n) + 50 * MS);
	}
	burst(59, 0, 'A');
	published_pulse(60);
	assert_int_equal(state_now(), CORE_LOCKED);
}

static void holdover_shows_in_the_state_while_it_lasts(void **state)
{
	(void)state;
	good(0, 20);
	for (int n = 21; n < 30; n++) {
		pulse(raw_at(n));
	}
	assert_int_equal(state_now(), CORE_HOLDOVER);
}

static void disputed_label_is_silent_until_three_bursts_confirm_it_again(void **state)
{
	(void)state;
	good(0, 20);
	for (int n = 21; n < 24; n++) {
		published_pulse(n);
		burst(n, 3, 'A');
	}
	assert_int_equal(rejects(CORE_ODD), 3);
	assert_int_equal(state_now(), CORE_DISPUTED);
	int coarse = rig.sample_count[CORE_COARSE];

	for (int n = 24; n < 50; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_DISPUTE);
		burst(n, 3, 'A');
	}
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse);
	for (int n = 50; n < 53; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_DISPUTE);
		assert_int_equal(rig.sample_count[CORE_COARSE], coarse);
		burst(n, 0, 'A');
	}
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse + 1);
	published_pulse(53);
}

static void receiver_against_a_synchronised_clock_is_suspect_and_silent(void **state)
{
	(void)state;
	rig.clock_ns = -10 * NS_PER_S;
	disciplined(raw_at(0) - 1, 20000);
	good(0, 60);
	assert_int_equal(state_now(), CORE_SUSPECT);
	assert_int_equal(rig.sample_count[CORE_PPS] + rig.sample_count[CORE_COARSE], 0);
	const struct core_notice *n = last_notice(CORE_NOTICE_SUSPECT);

	assert_non_null(n);
	assert_int_equal(n->a - n->b, 10);
	assert_int_equal(rejects(CORE_WITHHELD_LABEL), 1);
	assert_int_equal(rejects(CORE_WITHHELD_SUSPECT), 58);
}

static void half_year_is_silent_until_the_label_is_confirmed_after_it(void **state)
{
	(void)state;
	rig.utc_s = calendar_day_start_s(2027, 7, 1) - 20;
	good(0, 18);
	int coarse = rig.sample_count[CORE_COARSE];

	for (int n = 19; n < 24; n++) {
		withheld_pulse(raw_at(n), CORE_WITHHELD_LEAP);
		assert_int_equal(rig.sample_count[CORE_COARSE], coarse);
		burst(n, 0, 'A');
	}
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse + 1);
	assert_int_equal(state_now(), CORE_LOCKED);
	published_pulse(24);
}

static void leap_second_is_told_and_passed_after_ten_fixes(void **state)
{
	(void)state;
	rig.utc_s = calendar_day_start_s(2027, 1, 1) - 20;
	good(0, 19);
	pulse(raw_at(20));
	sentence(raw_at(20) + LAG, "GNRMC,235960.00,A,,,,,,,311226,,,A");
	tick(raw_at(20) + 800 * MS);
	rig.utc_s--;
	for (int n = 21; n < 31; n++) {
		assert_null(last_notice(CORE_NOTICE_LEAP));
		pulse(raw_at(n));
		burst(n, 0, 'A');
	}
	assert_non_null(last_notice(CORE_NOTICE_LEAP));
	published_pulse(31);
	assert_int_equal(last_notice(CORE_NOTICE_LEAP)->b, 1);
	assert_null(last_notice(CORE_NOTICE_RELABEL));
}

static void stamps_from_before_the_clock_was_set_are_not_published(void **state)
{
	(void)state;
	good(0, 20);
	tick(raw_at(21) - MS);
	rig.clock_ns = 3600 * NS_PER_S;
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(21) + 5 * MS});
	/* An edge from before the step, taken after it. */
	uint64_t before =
		rejects(CORE_WITHHELD_STEP) + rejects(CORE_POPCORN) + rejects(CORE_GLITCH);

	pulse(raw_at(21));
	assert_int_equal(rejects(CORE_WITHHELD_STEP) + rejects(CORE_POPCORN) + rejects(CORE_GLITCH),
			 before + 1);
	withheld_pulse(raw_at(22), CORE_WITHHELD_STEP);
	burst(22, 0, 'A'); /* so much in one read may have come before */
	withheld_pulse(raw_at(23), CORE_WITHHELD_STEP);
	burst(23, 0, 'A');
	published_pulse(24);
	assert_int_equal(last_sample(CORE_PPS)->receive_ns,
			 (rig.utc_s + 24) * NS_PER_S + 3600 * NS_PER_S);
}

static void pulse_at_the_instant_of_the_step_is_withheld_for_it(void **state)
{
	(void)state;
	good(0, 20);
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(21)});
	withheld_pulse(raw_at(21), CORE_WITHHELD_STEP);
}

static void second_train_silences_pulses_that_may_have_run_free_without_a_fix(void **state)
{
	(void)state;
	for (int lost = 0; lost <= 1; lost++) {
		restart();
		good(0, 60);
		burst(61, 0, lost ? 'V' : 'A');
		good(62, 66);
		for (int64_t n = 67; n < 75; n++) {
			good(n, n);
			pulse(raw_at(n) + 900 * MS);
		}
		assert_int_equal(state_now(), lost ? CORE_TRAINS : CORE_LOCKED);
	}
}

static void burst_that_began_before_the_step_gives_no_coarse_time(void **state)
{
	char text[600];
	size_t len = burst_text(text, rig.utc_s + 21, 'A');

	(void)state;
	good(0, 20);
	int coarse = rig.sample_count[CORE_COARSE];

	pulse(raw_at(21));
	bytes(raw_at(21) + LAG, text, len);
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(21) + 700 * MS});
	tick(raw_at(21) + 800 * MS);
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse);
	good(22, 22);
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse + 1);
}

static void clock_that_was_set_is_no_witness_until_it_is_vouched_for_again(void **state)
{
	(void)state;
	disciplined(raw_at(0), 1234);
	assert_true(core_status(&rig.core)->clock_sync);
	assert_true(core_status(&rig.core)->clock_witness);
	assert_int_equal(core_status(&rig.core)->clock_maxerr_us, 1234);
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(1)});
	assert_false(core_status(&rig.core)->clock_sync);
	assert_false(core_status(&rig.core)->clock_witness);
}

static void label_survives_a_step_and_goes_on_with_the_first_burst_after_it(void **state)
{
	(void)state;
	good(0, 20);
	rig.clock_ns = -1700000000 * NS_PER_S;
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(20) + 900 * MS});
	withheld_pulse(raw_at(21), CORE_WITHHELD_STEP);
	burst(21, 0, 'A');
	for (int n = 22; n < 40; n++) {
		published_pulse(n);
		burst(n, 0, 'A');
	}
}

static void time_alone_makes_a_label_stale_and_drops_it_in_the_end(void **state)
{
	(void)state;
	good(0, 20);
	for (int n = 21; n < 1000; n++) {
		tick(raw_at(n));
	}
	assert_int_equal(state_now(), CORE_STALE);
	for (int n = 1000; n < 1030; n++) {
		tick(raw_at(n));
	}
	assert_int_equal(state_now(), CORE_SEARCHING);
}

static void ambiguous_bursts_leave_everything_silent(void **state)
{
	char text[600];

	(void)state;
	for (int n = 0; n < 60; n++) {
		pulse(raw_at(n));
		bytes(raw_at(n) + 5 * MS, text, burst_text(text, rig.utc_s + n, 'A'));
		tick(raw_at(n) + 800 * MS);
	}
	assert_int_equal(state_now(), CORE_AMBIGUOUS);
	assert_int_equal(rig.sample_count[CORE_PPS] + rig.sample_count[CORE_COARSE], 0);
}

/* The clock goes forward so long before a burst that takes 38 ms and is read at once. */
static bool confirmed_by_a_burst_after_the_step(int64_t after_ns)
{
	char text[100];
	time_t t = (time_t)rig.utc_s + 21;
	struct tm tm;

	fresh(NULL);
	good(0, 20);
	pulse(raw_at(21));
	rig.clock_ns += 3000 * NS_PER_S;
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(21) + LAG - after_ns});
	gmtime_r(&t, &tm);
	bytes(raw_at(21) + LAG, text,
	      nmea_text(text, "GNRMC,%02d%02d%02d,A,,,,,,,%02d%02d%02d,,,A", tm.tm_hour, tm.tm_min,
			tm.tm_sec, tm.tm_mday, tm.tm_mon + 1, tm.tm_year % 100));
	tick(raw_at(21) + 800 * MS);
	return core_status(&rig.core)->state == CORE_LOCKED;
}

static void what_may_have_lain_unread_through_a_suspend_confirms_nothing(void **state)
{
	(void)state;
	assert_true(confirmed_by_a_burst_after_the_step(30 * MS));
	assert_false(confirmed_by_a_burst_after_the_step(15 * MS));
}

/* Seconds without a pulse after the clock was set; returns whether the pulse then is published. */
static bool published_after_the_clock_went(int64_t by_ns)
{
	fresh(NULL);
	good(0, 20);
	rig.clock_ns += by_ns;
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(20) + 850 * MS});
	for (int n = 21; n < 31; n++) {
		burst(n, 0, 'A');
	}
	pulse(raw_at(31));
	return core_status(&rig.core)->label_raw_ns == raw_at(31);
}

static void what_may_have_been_a_suspend_leaves_no_grid_to_wait_for_pulses(void **state)
{
	(void)state;
	assert_false(published_after_the_clock_went(39 * NS_PER_S));
	assert_int_equal(rejects(CORE_UNSETTLED), 3); /* the first two, and this one */
	assert_true(published_after_the_clock_went(-39 * NS_PER_S));
}

static void clock_sure_of_its_second_denies_bursts_half_a_second_early(void **state)
{
	const struct {
		int64_t lag_ns, seconds;
	} cases[] = {
		{-249 * MS, 0}, {-251 * MS, -1}, {-470 * MS, -1}, {1499 * MS, 0}, {1501 * MS, 1}};
	struct witness clock = {.usable = true};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fix fix = {.utc_s = 1000, .raw_ns = 1000 * NS_PER_S + cases[i].lag_ns};
		int64_t utc_s;

		assert_true(witness_burst(&clock, &fix, &utc_s));
		assert_int_equal(utc_s - fix.utc_s, cases[i].seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(fourth_pulse_of_a_good_receiver_is_published),
		test(pps_sample_pairs_the_second_with_the_stamp_of_its_edge),
		test(configured_offset_is_added_to_pps_time_only),
		test(offset_that_changes_counts_from_the_next_pulse_on),
		test(coarse_sample_has_the_learned_lag_taken_off),
		test(coarse_time_without_pulses_goes_by_the_configured_lag),
		test(coarse_time_without_pulses_prefers_the_remembered_lag),
		test(edges_far_from_the_second_are_glitches),
		test(late_stamps_are_popcorn_with_their_numbers),
		test(edge_that_is_not_configured_is_counted_and_nothing_else),
		test(clear_edge_is_the_pulse_if_configured),
		test(without_a_fix_the_next_pulse_is_silent_and_three_bursts_bring_it_back),
		test(one_bad_sentence_silences_before_its_burst_has_ended),
		test(pulses_without_sentences_are_published_for_the_holdover_time_only),
		test(holdover_shows_in_the_state_while_it_lasts),
		test(disputed_label_is_silent_until_three_bursts_confirm_it_again),
		test(receiver_against_a_synchronised_clock_is_suspect_and_silent),
		test(half_year_is_silent_until_the_label_is_confirmed_after_it),
		test(leap_second_is_told_and_passed_after_ten_fixes),
		test(stamps_from_before_the_clock_was_set_are_not_published),
		test(pulse_at_the_instant_of_the_step_is_withheld_for_it),
		test(second_train_silences_pulses_that_may_have_run_free_without_a_fix),
		test(burst_that_began_before_the_step_gives_no_coarse_time),
		test(clock_that_was_set_is_no_witness_until_it_is_vouched_for_again),
		test(label_survives_a_step_and_goes_on_with_the_first_burst_after_it),
		test(time_alone_makes_a_label_stale_and_drops_it_in_the_end),
		test(ambiguous_bursts_leave_everything_silent),
		test(what_may_have_lain_unread_through_a_suspend_confirms_nothing),
		test(what_may_have_been_a_suspend_leaves_no_grid_to_wait_for_pulses),
		test(clock_sure_of_its_second_denies_bursts_half_a_second_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
