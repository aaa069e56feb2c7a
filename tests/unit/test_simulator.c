/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sources/simulator.h"

#define SECOND 1000000000LL

static struct simulator_config config;
static struct error err;

static int set_up(void **state)
{
	(void)state;
	simulator_default(&config);
	return 0;
}

static int64_t now_real(void)
{
	int64_t raw;
	int64_t real;

	clocks_read(&raw, &real);
	return real;
}

/* Mean and variance over many seconds of what at(second) lies off second + offset. */
static void measure(int64_t (*at)(const struct simulator_config *, int64_t), int64_t offset,
		    int64_t *mean, int64_t *variance)
{
	const int64_t count = 20000;
	int64_t sum = 0;
	int64_t squares = 0;

	for (int64_t s = 1700000000; s < 1700000000 + count; s++) {
		/* In parts of a thousand, so that squares fit. */
		int64_t off = at(&config, s) - s * SECOND - offset;

		sum += off;
		squares += off * off / 1000;
	}
	*mean = sum / count;
	*variance = squares / count * 1000;
}

static void pulses_lie_at_the_second_with_the_given_jitter(void **state)
{
	int64_t mean;
	int64_t variance;

	(void)state;
	measure(simulator_pulse_ns, 0, &mean, &variance);
	assert_in_range(mean + 50, 0, 100);
	assert_in_range(variance, 900 * 900, 1100 * 1100);
}

static void bursts_lag_with_the_given_jitter(void **state)
{
	int64_t mean;
	int64_t variance;

	(void)state;
	measure(simulator_burst_ns, 120000000, &mean, &variance);
	assert_in_range(mean + 400000, 0, 800000);
	assert_in_range(variance, 7200000LL * 7200000, 8800000LL * 8800000);
}

static void same_seed_gives_the_same_and_another_does_not(void **state)
{
	struct simulator_config other = config;
	int same = 0;

	(void)state;
	other.seed = 2;
	for (int64_t s = 0; s < 100; s++) {
		assert_int_equal(simulator_pulse_ns(&config, s), simulator_pulse_ns(&config, s));
		same += simulator_pulse_ns(&config, s) == simulator_pulse_ns(&other, s);
	}
	assert_true(same < 10);
}

static void without_jitter_pulses_are_the_seconds(void **state)
{
	(void)state;
	config.pulse_jitter_ns = 0;
	assert_int_equal(simulator_pulse_ns(&config, 1700000000), 1700000000 * SECOND);
}

static void pulse_comes_once_a_second_with_the_models_stamp(void **state)
{
	struct pulse pulse;
	struct pulse last = {0};

	(void)state;
	struct pulse_source *source = simulator_pulses(&config, &err);

	assert_non_null(source);
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	for (int i = 0; i < 3; i++) {
		int rc;

		while ((rc = source->ops->wait(source, 10000, &err)) == 0) {
		}
		assert_int_equal(rc, 1);
		assert_int_equal(source->ops->read(source, &pulse, &err), 1);
		int64_t s = (pulse.real_ns + SECOND / 2) / SECOND;

		assert_int_equal(pulse.real_ns, simulator_pulse_ns(&config, s));
		assert_true(pulse.real_ns <= now_real());
		if (i > 0) {
			/* A machine that slept over a second shows it in both. */
			assert_int_equal(pulse.seq - last.seq,
					 (pulse.real_ns - last.real_ns + SECOND / 2) / SECOND);
		}
		assert_int_equal(source->ops->read(source, &pulse, &err), 0);
		last = pulse;
		last.real_ns = simulator_pulse_ns(&config, s);
	}
	source->ops->close(source);
}

static void wait_ends_with_its_time(void **state)
{
	(void)state;
	struct pulse_source *source = simulator_pulses(&config, &err);
	int64_t before = now_real();
	int edges = 0;

	/* 30 waits of 100 ms take in 3 seconds at most, and so 4 pulses. */
	for (int i = 0; i < 30; i++) {
		struct pulse pulse;

		edges += source->ops->wait(source, 100, &err);
		source->ops->read(source, &pulse, &err);
	}
	assert_true(now_real() - before >= SECOND);
	assert_true(edges < 30);
	source->ops->close(source);
}

/* All that came up to `count` bytes, with the instants at which the loads could be read. */
static size_t collect(struct byte_source *source, char *text, size_t count, int *loads)
{
	size_t n = 0;

	for (*loads = 0; n < count; ++*loads) {
		struct pollfd p = {.fd = source->fd, .events = POLLIN};

		assert_int_equal(poll(&p, 1, 10000), 1);
		ssize_t got = source->ops->read(source, (uint8_t *)text + n, count - n, &err);

		assert_true(got >= 0);
		n += (size_t)got;
	}
	return n;
}

static void bytes_are_the_receivers_bursts_one_after_another(void **state)
{
	char expected[RECEIVER_BURST_MAX];
	char text[2 * RECEIVER_BURST_MAX];
	int loads;

	(void)state;
	config.receiver.bps = 115200;
	int64_t first = now_real() / SECOND + 1;
	struct byte_source *source = simulator_bytes(&config, &err);

	assert_non_null(source);
	assert_int_equal(source->bps, 115200);
	/* Opened on the last nanoseconds of a second, it begins one later. */
	size_t n = receiver_burst(&config.receiver, first, false, expected, sizeof(expected));

	collect(source, text, n, &loads);
	if (memcmp(text, expected, n) != 0) {
		first++;
		receiver_burst(&config.receiver, first, false, expected, sizeof(expected));
	}
	assert_memory_equal(text, expected, n);
	assert_true(now_real() >= simulator_burst_ns(&config, first));
	n = receiver_burst(&config.receiver, first + 1, false, expected, sizeof(expected));
	collect(source, text, n, &loads);
	assert_memory_equal(text, expected, n);
	source->ops->close(source);
}

static void bytes_come_no_sooner_than_the_line_carries_them(void **state)
{
	char text[16];
	int loads;

	(void)state;
	config.receiver.bps = 4800;
	struct byte_source *source = simulator_bytes(&config, &err);

	collect(source, text, 8, &loads);
	int64_t then = now_real();
	int64_t s = (then - config.lag_ns) / SECOND;

	/* The first FIFO load is full 80 bits after the burst began. */
	assert_true(then - simulator_burst_ns(&config, s) >= 80 * SECOND / 4800);
	source->ops->close(source);
}

static void descriptor_sleeps_between_loads(void **state)
{
	char text[400];
	int loads;

	(void)state;
	struct byte_source *source = simulator_bytes(&config, &err);

	collect(source, text, sizeof(text), &loads);
	/* One for each load and one or two of no use: never a busy loop. */
	assert_true(loads <= (int)sizeof(text) / 8 + 8);
	source->ops->close(source);
}

static void late_reader_gets_all_at_once(void **state)
{
	uint8_t buffer[RECEIVER_BURST_MAX];
	struct pollfd p;
	size_t n = 0;

	(void)state;
	config.receiver.bps = 460800;
	struct byte_source *source = simulator_bytes(&config, &err);

	p = (struct pollfd){.fd = source->fd, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 10000), 1);
	poll(NULL, 0, 100); /* a burst takes 10 ms */
	/* Still readable, as a UART with bytes in it is. */
	assert_int_equal(poll(&p, 1, 0), 1);
	n = (size_t)source->ops->read(source, buffer, sizeof(buffer), &err);
	assert_true(n > 400);
	assert_memory_equal(buffer, "$GPRMC", 6);
	source->ops->close(source);
}

#define WITH_DEFAULT(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DEFAULT(pulses_lie_at_the_second_with_the_given_jitter),
		WITH_DEFAULT(bursts_lag_with_the_given_jitter),
		WITH_DEFAULT(same_seed_gives_the_same_and_another_does_not),
		WITH_DEFAULT(without_jitter_pulses_are_the_seconds),
		WITH_DEFAULT(pulse_comes_once_a_second_with_the_models_stamp),
		WITH_DEFAULT(wait_ends_with_its_time),
		WITH_DEFAULT(bytes_are_the_receivers_bursts_one_after_another),
		WITH_DEFAULT(bytes_come_no_sooner_than_the_line_carries_them),
		WITH_DEFAULT(descriptor_sleeps_between_loads),
		WITH_DEFAULT(late_reader_gets_all_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
