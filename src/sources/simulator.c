/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/simulator.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/simulated.h"

#define FIFO_BYTES 8
#define IDLE_BITS  32 /* a UART hands out less than a FIFO load when its line was idle that long */

void simulator_default(struct simulator_config *config)
{
	receiver_default(&config->receiver);
	config->pulse_jitter_ns = 1000;
	config->lag_ns = 120000000;
	config->lag_jitter_ns = 8000000;
	config->seed = 1;
}

/* splitmix64: a well-mixed number for each n. */
static uint64_t mix(uint64_t n)
{
	n += 0x9e3779b97f4a7c15;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

/* About normal with the given rms, never beyond 3.5 of it: four even numbers summed up. */
static int64_t noise(uint64_t seed, int64_t n, int64_t rms)
{
	int64_t half = rms * 866 / 1000; /* rms of the sum is half * 2 / sqrt(3) */
	int64_t sum = 0;

	for (uint64_t i = 0; i < 4 && half > 0; i++) {
		uint64_t random = mix(mix(seed + i) ^ (uint64_t)n);

		sum += (int64_t)(random % (uint64_t)(2 * half + 1)) - half;
	}
	return sum;
}

int64_t simulator_pulse_ns(const struct simulator_config *config, int64_t utc_s)
{
	return utc_s * NS_PER_S + noise(config->seed, utc_s, config->pulse_jitter_ns);
}

int64_t simulator_burst_ns(const struct simulator_config *config, int64_t utc_s)
{
	return utc_s * NS_PER_S + config->lag_ns +
	       noise(config->seed + 4, utc_s, config->lag_jitter_ns);
}

/* Pulses */

struct pulses {
	struct pulse_source source;
	struct simulator_config config;
	uint32_t seq;
	_Atomic int64_t last_s; /* the second of the last pulse returned by read() */
};

/* The second whose pulse is the last one up to now. */
static int64_t last_pulse_s(const struct pulses *pulses, int64_t now_ns)
{
	int64_t s = now_ns / NS_PER_S + 1;

	while (simulator_pulse_ns(&pulses->config, s) > now_ns) {
		s--;
	}
	return s;
}

static int pulses_wait(struct pulse_source *source, int timeout_ms, struct error *err)
{
	struct pulses *pulses = (struct pulses *)source;
	int64_t now_ns = clock_ns(CLOCK_REALTIME);
	int64_t most_ns = (int64_t)timeout_ms * 1000000;
	int64_t last_s = last_pulse_s(pulses, now_ns);

	(void)err;
	if (last_s != atomic_load(&pulses->last_s)) {
		return 1;
	}
	int64_t next_ns = simulator_pulse_ns(&pulses->config, last_s + 1) - now_ns;
	struct timespec sleep = ns_timespec(next_ns < most_ns ? next_ns : most_ns);

	/*
	 * Not until an instant of CLOCK_REALTIME: set back an hour, it would hold us for that hour.
	 */
	clock_nanosleep(CLOCK_MONOTONIC, 0, &sleep, NULL);
	return last_pulse_s(pulses, clock_ns(CLOCK_REALTIME)) != atomic_load(&pulses->last_s);
}

static int pulses_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	struct pulses *pulses = (struct pulses *)source;

	(void)err;
	int64_t s = last_pulse_s(pulses, clock_ns(CLOCK_REALTIME));
	int64_t before = atomic_exchange(&pulses->last_s, s);

	if (s == before) {
		return 0;
	}
	/* Seconds that nobody fetched were edges all the same; a clock set back brings one. */
	pulses->seq += s > before ? (uint32_t)(s - before) : 1;
	*pulse = (struct pulse){.seq = pulses->seq};
	pulse_place(pulse, CLOCK_REALTIME, simulator_pulse_ns(&pulses->config, s));
	return 1;
}

static void pulses_close(struct pulse_source *source)
{
	free(source);
}

static const struct pulse_ops pulses_ops = {
	.wait = pulses_wait,
	.read = pulses_read,
	.close = pulses_close,
};

struct pulse_source *simulator_pulses(const struct simulator_config *config, struct error *err)
{
	struct pulses *pulses = calloc(1, sizeof(*pulses));

	if (!pulses) {
		error_set(err, "out of memory");
		return NULL;
	}
	pulses->source.ops = &pulses_ops;
	snprintf(pulses->source.name, sizeof(pulses->source.name), "%s", SIMULATED_PULSES);
	pulses->config = *config;
	pulses->last_s = last_pulse_s(pulses, clock_ns(CLOCK_REALTIME));
	return &pulses->source;
}

/* Bytes */

struct bytes {
	struct byte_source source;
	struct simulator_config config;
	int64_t burst_s; /* the second whose burst is being sent */
	size_t length;
	size_t sent;
	char text[RECEIVER_BURST_MAX];
};

static void start_burst(struct bytes *bytes, int64_t utc_s)
{
	bytes->burst_s = utc_s;
	bytes->sent = 0;
	bytes->length = receiver_burst(&bytes->config.receiver, utc_s, false, bytes->text,
				       sizeof(bytes->text));
}

/* When the UART hands out its bytes up to end: a full FIFO at once, the rest after idling. */
static int64_t load_ns(const struct bytes *bytes, size_t end)
{
	const struct simulator_config *c = &bytes->config;
	int64_t ns = simulator_burst_ns(c, bytes->burst_s) + receiver_wire_ns(&c->receiver, end);

	return end % FIFO_BYTES ? ns + IDLE_BITS * NS_PER_S / c->receiver.bps : ns;
}

/* Where the next load ends. */
static size_t next_end(const struct bytes *bytes)
{
	size_t end = (bytes->sent / FIFO_BYTES + 1) * FIFO_BYTES;

	return end < bytes->length ? end : bytes->length;
}

/* Readable from the next load on; also when the clock is set, to look at it anew. */
static void arm(const struct bytes *bytes)
{
	struct itimerspec at = {.it_value = ns_timespec(load_ns(bytes, next_end(bytes)))};

	timerfd_settime(bytes->source.fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL);
}

/*
 * A clock that was set leaves the burst at hand in the past or the future: on to the current one.
 */
static void follow_clock(struct bytes *bytes, int64_t now_ns)
{
	int64_t now_s = now_ns / NS_PER_S;

	if (now_s > bytes->burst_s + 2 || now_s < bytes->burst_s - 2) {
		start_burst(bytes, now_s + 1);
	}
}

static ssize_t bytes_read(struct byte_source *source, uint8_t *buffer, size_t size,
			  struct error *err)
{
	struct bytes *bytes = (struct bytes *)source;
	int64_t now_ns = clock_ns(CLOCK_REALTIME);
	size_t n = 0;

	(void)err;
	follow_clock(bytes, now_ns);
	while (n < size && load_ns(bytes, next_end(bytes)) <= now_ns) {
		size_t count = next_end(bytes) - bytes->sent;

		count = count < size - n ? count : size - n;
		memcpy(buffer + n, bytes->text + bytes->sent, count);
		n += count;
		bytes->sent += count;
		if (bytes->sent == bytes->length) {
			start_burst(bytes, bytes->burst_s + 1);
		}
	}
	arm(bytes);
	return (ssize_t)n;
}

static void bytes_close(struct byte_source *source)
{
	close(source->fd);
	free(source);
}

static const struct byte_ops bytes_ops = {
	.read = bytes_read,
	.close = bytes_close,
};

struct byte_source *simulator_bytes(const struct simulator_config *config, struct error *err)
{
	struct bytes *bytes = calloc(1, sizeof(*bytes));

	if (!bytes) {
		error_set(err, "out of memory");
		return NULL;
	}
	bytes->source.fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (bytes->source.fd < 0) {
		error_set(err, "simulator: no timer: %s", strerror(errno));
		free(bytes);
		return NULL;
	}
	bytes->source.ops = &bytes_ops;
	bytes->source.bps = config->receiver.bps;
	snprintf(bytes->source.name, sizeof(bytes->source.name), "simulated receiver");
	bytes->config = *config;
	start_burst(bytes, clock_ns(CLOCK_REALTIME) / NS_PER_S + 1);
	arm(bytes);
	return &bytes->source;
}
