/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sources/source.h"

#define SECOND 1000000000LL
#define US     1000LL

/* The clocks: each reading takes 100 ns, and some are interrupted right after they were taken. */
#define READING_NS 100
#define RAW_AT     (77 * SECOND)
#define REAL_AT    (1700000000 * SECOND)
#define MONO_AT    (76 * SECOND)

static struct {
	int64_t now_ns;
	int readings;
	int64_t interruption_ns;
	int from, every; /* which readings it follows: from, from + every, … */
	int until;
	int64_t set_by_ns; /* CLOCK_REALTIME is set by this after reading `from` */
} fake;

int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	int64_t ns = fake.now_ns + (id == CLOCK_MONOTONIC_RAW ? RAW_AT
				    : id == CLOCK_MONOTONIC   ? MONO_AT
							      : REAL_AT);

	ns += id == CLOCK_REALTIME && fake.readings > fake.from ? fake.set_by_ns : 0;
	t->tv_sec = (time_t)(ns / SECOND);
	t->tv_nsec = (long)(ns % SECOND);
	fake.now_ns += READING_NS;
	if (fake.readings >= fake.from && fake.readings < fake.until &&
	    (fake.readings - fake.from) % fake.every == 0) {
		fake.now_ns += fake.interruption_ns;
	}
	fake.readings++;
	return 0;
}

static void quiet_clocks(void)
{
	fake.now_ns = 0;
	fake.readings = fake.from = fake.until = 0;
	fake.every = 1;
	fake.interruption_ns = fake.set_by_ns = 0;
}

static void interrupted(int64_t by_ns, int from, int every, int times)
{
	quiet_clocks();
	fake.interruption_ns = by_ns;
	fake.from = from;
	fake.every = every;
	fake.until = from + every * times;
}

static const clockid_t stamping[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};

/* An edge 100 us before the clocks are read. */
static struct pulse place(clockid_t clock)
{
	struct pulse pulse = {0};

	pulse_place(&pulse, clock, (clock == CLOCK_REALTIME ? REAL_AT : MONO_AT) - 100 * US);
	return pulse;
}

static int64_t raw_error(const struct pulse *pulse)
{
	return pulse->raw_ns - (RAW_AT - 100 * US);
}

static int64_t real_error(const struct pulse *pulse)
{
	return pulse->real_ns - (REAL_AT - 100 * US);
}

static void edge_is_placed_as_near_as_the_clocks_are_read(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		quiet_clocks();
		struct pulse pulse = place(stamping[i]);

		assert_int_equal(pulse.refusal, PULSE_GOOD);
		assert_in_range(raw_error(&pulse), 0, 2 * READING_NS);
		assert_in_range(real_error(&pulse), 0, READING_NS);
		/* Nothing was wrong: once is enough. */
		assert_in_range(fake.readings, 1, 4);
	}
}

static void one_interruption_anywhere_changes_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		for (int at = 0; at < 4; at++) {
			interrupted(57 * US, at, 1, 1);
			struct pulse pulse = place(stamping[i]);

			assert_int_equal(pulse.refusal, PULSE_GOOD);
			assert_in_range(raw_error(&pulse), 0, 2 * READING_NS);
			assert_in_range(real_error(&pulse), 0, READING_NS);
		}
	}
}

static void what_cannot_be_read_uninterrupted_is_late_and_never_early(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		for (int at = 0; at < 4; at++) {
			interrupted(40 * US, at, 3 + i, 100);
			struct pulse pulse = place(stamping[i]);

			assert_int_equal(pulse.refusal, PULSE_GOOD);
			assert_in_range(raw_error(&pulse), 0, 41 * US);
			/* Whoever judges by the raw clock judges the other. */
			assert_in_range(real_error(&pulse), 0, raw_error(&pulse));
		}
	}
}

static void stamp_of_the_realtime_clock_stays_as_it_is(void **state)
{
	(void)state;
	interrupted(40 * US, 0, 1, 100);
	struct pulse pulse = place(CLOCK_REALTIME);

	assert_int_equal(real_error(&pulse), 0);
}

static void wider_than_the_bound_is_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		/* After the last reading of a bracket it would be of no matter. */
		for (int at = 0; at < 2 + i; at++) {
			interrupted(PAIRING_MAX_NS, at, 3 + i, 100);
			assert_int_equal(place(stamping[i]).refusal, PULSE_UNPAIRED);
		}
	}
}

static void clock_set_between_two_readings_pairs_nothing(void **state)
{
	(void)state;
	interrupted(0, 0, 1, 1);
	fake.set_by_ns = -3 * US; /* narrower than any bracket, were it taken for a width */
	struct pulse pulse = place(CLOCK_REALTIME);

	assert_int_equal(pulse.refusal, PULSE_GOOD);
	/* The edge stands as the clock counts that is set; the raw instant is right by it. */
	assert_in_range(raw_error(&pulse) - 3 * US, 0, 2 * READING_NS);
}

static enum pulse_refusal stamped(int64_t stamp_ns)
{
	struct pulse pulse = {0};

	quiet_clocks();
	pulse_place(&pulse, CLOCK_REALTIME, stamp_ns);
	return pulse.refusal;
}

static void stamp_of_this_very_instant_is_good_and_of_the_next_is_not(void **state)
{
	(void)state;
	assert_int_equal(stamped(REAL_AT), PULSE_GOOD);
	assert_int_equal(stamped(REAL_AT + 1), PULSE_FOREIGN);
}

static void stamp_as_old_as_allowed_is_good_and_older_is_not(void **state)
{
	(void)state;
	assert_int_equal(stamped(REAL_AT - STAMP_AGE_MAX_NS), PULSE_GOOD);
	assert_int_equal(stamped(REAL_AT - STAMP_AGE_MAX_NS - 1), PULSE_FOREIGN);
}

static void any_number_is_taken_without_overflow(void **state)
{
	(void)state;
	assert_int_equal(stamped(INT64_MIN), PULSE_FOREIGN);
	assert_int_equal(stamped(INT64_MAX), PULSE_FOREIGN);
}

static void clocks_read_together_are_of_one_instant(void **state)
{
	int64_t raw, real;

	(void)state;
	for (int at = 0; at < 3; at++) {
		interrupted(SECOND, at, 1, 1);
		clocks_read(&raw, &real);
		assert_in_range(real - raw - (REAL_AT - RAW_AT) + 2 * READING_NS, 0,
				4 * READING_NS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edge_is_placed_as_near_as_the_clocks_are_read),
		cmocka_unit_test(one_interruption_anywhere_changes_nothing),
		cmocka_unit_test(what_cannot_be_read_uninterrupted_is_late_and_never_early),
		cmocka_unit_test(stamp_of_the_realtime_clock_stays_as_it_is),
		cmocka_unit_test(wider_than_the_bound_is_refused),
		cmocka_unit_test(clock_set_between_two_readings_pairs_nothing),
		cmocka_unit_test(stamp_of_this_very_instant_is_good_and_of_the_next_is_not),
		cmocka_unit_test(stamp_as_old_as_allowed_is_good_and_older_is_not),
		cmocka_unit_test(any_number_is_taken_without_overflow),
		cmocka_unit_test(clocks_read_together_are_of_one_instant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
