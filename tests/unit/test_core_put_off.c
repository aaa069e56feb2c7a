/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Bursts that are read late on purpose, while nothing is in doubt. */
#include "core_rig.h"

/* The line is left alone from right after the pulse until shortly before the next. */
#define SINCE (50 * INT64_C(1000))
#define READ  (900 * MS)

static void put_off(int64_t since_ns, int64_t read_ns, const char *data, size_t len)
{
	send((struct event){.type = EVENT_BYTES,
			    .raw_ns = read_ns,
			    .bytes = {.bps = BPS,
				      .data = (const uint8_t *)data,
				      .len = len,
				      .since_raw_ns = since_ns}});
}

/* Second n's burst, which names a second that is wrong by wrong_s. */
static void late_burst(int64_t n, int64_t wrong_s, char status)
{
	char text[600];

	put_off(raw_at(n) + SINCE, raw_at(n) + READ, text,
		burst_text(text, rig.utc_s + n + wrong_s, status));
}

static void steady(void)
{
	good(0, 99);
	pulse(raw_at(100));
	assert_true(core_steady(&rig.core));
}

static void bursts_in_two_groups_are_never_steady(void **state)
{
	char text[600];

	(void)state;
	for (int groups = 1; groups <= 2; groups++) {
		fresh(state);
		for (int n = 0; n < 100; n++) {
			pulse(raw_at(n));
			if (groups == 2) {
				sentence(raw_at(n) + 50 * MS, "GPGSV,1,1,01,10,63,137,39");
			}
			bytes(raw_at(n) + 400 * MS, text, burst_text(text, rig.utc_s + n, 'A'));
			tick(raw_at(n) + 900 * MS);
		}
		pulse(raw_at(100));
		assert_int_equal(core_steady(&rig.core), groups == 1);
	}
}

static void burst_read_late_confirms_at_the_next_pulse_and_teaches_nothing(void **state)
{
	(void)state;
	steady();
	struct robust lags = rig.core.lags, recent = rig.core.label.recent;
	int coarse = rig.sample_count[CORE_COARSE];

	for (int n = 100; n < 200; n++) {
		late_burst(n, 0, 'A');
		published_pulse(n + 1);
		assert_int_equal(core_status(&rig.core)->last_confirm_raw_ns, raw_at(n) + LAG);
		assert_int_equal(state_now(), CORE_LOCKED);
		assert_true(core_steady(&rig.core));
	}
	assert_memory_equal(&rig.core.lags, &lags, sizeof(lags));
	assert_memory_equal(&rig.core.label.recent, &recent, sizeof(recent));
	assert_int_equal(rig.sample_count[CORE_COARSE], coarse);
	assert_int_equal(rejects(CORE_BACKLOG), 0);
}

static void bad_news_read_late_acts_before_the_next_pulse(void **state)
{
	(void)state;
	steady();
	late_burst(100, 0, 'V');
	withheld_pulse(raw_at(101), CORE_WITHHELD_FIX);
	assert_false(core_steady(&rig.core));
}

static void bursts_read_late_that_tell_another_second_dispute_it_like_others(void **state)
{
	(void)state;
	steady();
	late_burst(100, 1, 'A');
	published_pulse(101);
	assert_false(core_steady(&rig.core));
	burst(101, 1, 'A');
	published_pulse(102);
	burst(102, 1, 'A');
	withheld_pulse(raw_at(103), CORE_WITHHELD_DISPUTE);
	/* However often it is told so, it is not believed sooner. */
	for (int n = 103; n < 150; n++) {
		late_burst(n, 1, 'A');
		withheld_pulse(raw_at(n + 1), CORE_WITHHELD_DISPUTE);
	}
}

static void no_label_comes_of_bursts_that_are_read_late(void **state)
{
	(void)state;
	for (int n = 0; n < 100; n++) {
		pulse(raw_at(n));
		late_burst(n, 0, 'A');
		assert_int_equal(state_now(), CORE_SEARCHING);
	}
	assert_in_range(rejects(CORE_BACKLOG), 98, 100);
	assert_int_equal(rig.sample_count[CORE_COARSE], 0);
}

static void reader_that_overslept_brings_a_backlog(void **state)
{
	(void)state;
	char text[600];

	steady();
	published_pulse(101);
	put_off(raw_at(100) + SINCE, raw_at(101) + 300 * MS, text,
		burst_text(text, rig.utc_s + 100, 'A'));
	tick(raw_at(101) + 900 * MS);
	assert_int_equal(rejects(CORE_BACKLOG), 1);
	assert_true(core_status(&rig.core)->last_confirm_raw_ns < raw_at(100));
}

static void more_than_the_line_can_have_brought_is_a_backlog(void **state)
{
	(void)state;
	char text[600];

	steady();
	put_off(raw_at(100) + SINCE, raw_at(100) + 100 * MS, text,
		burst_text(text, rig.utc_s + 100, 'A'));
	tick(raw_at(100) + 900 * MS);
	assert_int_equal(rejects(CORE_BACKLOG), 1);
}

static void rest_of_a_burst_read_late_leaves_its_beginning_exact(void **state)
{
	const size_t first = 8;
	char text[600];

	(void)state;
	steady();
	for (int n = 100; n < 200; n++) {
		size_t len = burst_text(text, rig.utc_s + n, 'A');
		int64_t read = raw_at(n) + LAG + 30 * MS + (int64_t)first * BYTE_NS;
		int coarse = rig.sample_count[CORE_COARSE];

		bytes(raw_at(n) + LAG + 30 * MS, text, first);
		put_off(read, raw_at(n) + READ, text + first, len - first);
		published_pulse(n + 1);
		assert_int_equal(rig.sample_count[CORE_COARSE], coarse + 1);
	}
	assert_int_equal(core_status(&rig.core)->lag_ns, LAG + 30 * MS);
}

static void burst_that_must_have_come_earlier_than_usual_is_taken_so(void **state)
{
	(void)state;
	char text[600];

	steady();
	/* 200 bytes before 250 ms after the pulse: it cannot have begun at 120 ms. */
	size_t len = burst_text(text, rig.utc_s + 100, 'A');

	put_off(raw_at(100) + SINCE, raw_at(100) + (int64_t)len * BYTE_NS + 60 * MS, text, len);
	published_pulse(101);
	assert_int_equal(core_status(&rig.core)->last_confirm_raw_ns, raw_at(100) + 60 * MS);
}

static void burst_at_another_time_is_looked_into(void **state)
{
	(void)state;
	char text[600];

	steady();
	bytes(raw_at(100) + LAG + 140 * MS, text, burst_text(text, rig.utc_s + 100, 'A'));
	tick(raw_at(100) + 999 * MS);
	pulse(raw_at(101));
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_false(core_steady(&rig.core));
	burst(101, 0, 'A');
	pulse(raw_at(102));
	assert_true(core_steady(&rig.core));
}

static void lag_that_drifts_is_measured_more_often(void **state)
{
	(void)state;
	char text[600];

	steady();
	for (int64_t n = 100; n < 103; n++) {
		bytes(raw_at(n) + LAG + 30 * MS, text, burst_text(text, rig.utc_s + n, 'A'));
		tick(raw_at(n) + 999 * MS);
		pulse(raw_at(n + 1));
		assert_int_equal(core_steady(&rig.core), n < 102);
	}
}

static void steady_is_only_what_has_been_well_for_a_minute(void **state)
{
	(void)state;
	for (int n = 0; n < 200; n++) {
		pulse(raw_at(n));
		assert_int_equal(core_steady(&rig.core), n > 62);
		burst(n, 0, 'A');
		assert_true(n < 3 || state_now() == CORE_LOCKED);
	}
	/* A burst that does not come. */
	pulse(raw_at(200));
	assert_true(core_steady(&rig.core));
	pulse(raw_at(201));
	assert_false(core_steady(&rig.core));
	burst(201, 0, 'A');
	pulse(raw_at(202));
	assert_true(core_steady(&rig.core));
	/* One that errs. */
	burst(202, 5, 'A');
	pulse(raw_at(203));
	assert_false(core_steady(&rig.core));
	good(204, 300);
	/* The clock is set. */
	send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(300) + 900 * MS});
	for (int n = 301; n < 400; n++) {
		pulse(raw_at(n));
		assert_int_equal(core_steady(&rig.core), n > 361);
		burst(n, 0, 'A');
	}
	/* Pulses that are refused. */
	pulse(raw_at(400) + 3 * MS);
	assert_false(core_steady(&rig.core));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(bursts_in_two_groups_are_never_steady),
		test(burst_read_late_confirms_at_the_next_pulse_and_teaches_nothing),
		test(bad_news_read_late_acts_before_the_next_pulse),
		test(bursts_read_late_that_tell_another_second_dispute_it_like_others),
		test(no_label_comes_of_bursts_that_are_read_late),
		test(reader_that_overslept_brings_a_backlog),
		test(more_than_the_line_can_have_brought_is_a_backlog),
		test(rest_of_a_burst_read_late_leaves_its_beginning_exact),
		test(burst_that_must_have_come_earlier_than_usual_is_taken_so),
		test(burst_at_another_time_is_looked_into),
		test(lag_that_drifts_is_measured_more_often),
		test(steady_is_only_what_has_been_well_for_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
