/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * The reader at a line of 9600 bit/s whose UART gives its bytes in portions, as the daemon's loop
 * would run it: woken by the descriptor or by the time it asked for.
 */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "daemon/open.h"
#include "daemon/reader.h"
#include "engine_rig.h"

#define BPS     9600
#define BYTE_NS (10 * NS_PER_S / BPS)
#define NEVER   INT64_MAX
#define LAG     (130 * MS)

static struct reader reader;
static struct config config;

/* The line: one burst a second, LAG after the whole second. */
static struct {
	int64_t burst_s; /* the second of the burst in data */
	char data[2000];
	size_t len, taken;
	size_t portion; /* bytes at which the UART raises its interrupt */
	size_t wanted;  /* length of a burst */
	bool silent;
	bool fixless;
	int64_t lag_ns;
} line;
static int line_fds[2]; /* what there is to poll: readable while bytes wait */

static struct byte_source source;
static bool source_there, source_lost, source_at_end;
static int opens, closes, ticks;
static uint32_t hint;
static int64_t edge_ns;
static bool thread_hangs;

static void next_burst(int64_t second)
{
	line.burst_s = second;
	line.taken = 0;
	line.len = 0;
	/* Sentences without a time lead, as GSV does. */
	while (line.len + 200 < line.wanted) {
		line.len += nmea_text(line.data + line.len, "GPTXT,01,01,02,%032d", 0);
	}
	line.len += burst_text(line.data + line.len, second);
	if (line.fixless) {
		line.len += nmea_text(line.data + line.len, "GPRMC,,V,,,,,,,,,,N");
	}
	while (line.len < line.wanted) {
		line.len += nmea_text(line.data + line.len, "GPVTG,,,,,,,,,N");
	}
}

static int64_t burst_begin_ns(void)
{
	return RAW + line.burst_s * NS_PER_S + line.lag_ns;
}

static size_t arrived(void)
{
	int64_t bytes = (raw_now - burst_begin_ns()) / BYTE_NS;

	return bytes < 0 ? 0 : bytes > (int64_t)line.len ? line.len : (size_t)bytes;
}

/* When poll() would say that there is something to read. */
static int64_t readable_ns(void)
{
	size_t portion = line.taken + line.portion;

	if (line.silent) {
		return NEVER;
	}
	if (line.taken == line.len) {
		return burst_begin_ns() + NS_PER_S + (int64_t)line.portion * BYTE_NS;
	}
	/* The rest of a burst comes by the UART's timeout. */
	return burst_begin_ns() + (int64_t)(portion < line.len ? portion : line.len + 4) * BYTE_NS;
}

static ssize_t fake_read(struct byte_source *s, uint8_t *buffer, size_t size, struct error *err)
{
	(void)s;
	if (source_lost) {
		source.end = source_at_end;
		return error_set(err, "unplugged");
	}
	if (line.taken == line.len && raw_now >= burst_begin_ns() + NS_PER_S) {
		next_burst(line.burst_s + 1);
	}
	size_t count = line.silent ? 0 : arrived() - line.taken;

	count = count < size ? count : size;
	memcpy(buffer, line.data + line.taken, count);
	line.taken += count;
	return (ssize_t)count;
}

static void fake_tick(struct byte_source *s, int64_t raw_ns)
{
	(void)s;
	(void)raw_ns;
	ticks++;
}

static void fake_close(struct byte_source *s)
{
	(void)s;
	closes++;
}

static struct {
	int times;
	int64_t raw_ns; /* the last time */
	bool in_burst;  /* …before the burst was over */
} asked;

static ssize_t fake_write(struct byte_source *s, const uint8_t *bytes, size_t count,
			  struct error *err)
{
	(void)s;
	(void)bytes;
	(void)err;
	asked.times++;
	asked.raw_ns = raw_now;
	asked.in_burst = line.taken < line.len;
	return (ssize_t)count;
}

static const struct byte_ops fake_ops = {
	.read = fake_read, .write = fake_write, .tick = fake_tick, .close = fake_close};

struct byte_source *__wrap_open_bytes(const struct config *c, uint32_t hint_bps, struct error *err);

struct byte_source *__wrap_open_bytes(const struct config *c, uint32_t hint_bps, struct error *err)
{
	assert_ptr_equal(c, &config);
	opens++;
	hint = hint_bps;
	if (!source_there) {
		error_set(err, "no such line");
		return NULL;
	}
	source = (struct byte_source){
		.ops = &fake_ops, .fd = line_fds[0], .bps = BPS, .name = "fake line"};
	return &source;
}

static int edge_read(struct pulse_source *s, struct pulse *pulse, struct error *err)
{
	(void)s;
	(void)err;
	if (raw_now < edge_ns) {
		return 0;
	}
	*pulse = (struct pulse){
		.raw_ns = edge_ns,
		.real_ns = edge_ns - RAW + utc_at_raw * NS_PER_S,
		.seq = (uint32_t)(edge_ns / NS_PER_S),
	};
	edge_ns += NS_PER_S;
	return 1;
}

static const struct pulse_ops edge_ops = {.read = edge_read};
static struct pulse_source edges = {.ops = &edge_ops, .name = "fake"};

static int set_up(void **state)
{
	(void)state;
	memset(&line, 0, sizeof(line));
	assert_int_equal(pipe2(line_fds, O_NONBLOCK), 0);
	line.portion = 8;
	line.lag_ns = LAG;
	line.wanted = 432; /* 0.45 s */
	source_there = true;
	source_lost = source_at_end = thread_hangs = false;
	opens = closes = ticks = 0;
	config.serial_ask = false;
	asked.times = 0;
	engine_begin();
	engine.outlets[CORE_PPS].number = 1;
	edge_ns = RAW;
	engine.pulses = &edges;
	next_burst(0);
	reader_init(&reader, &engine, &config, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	reader_end(&reader);
	engine_end(&engine);
	close(line_fds[0]);
	close(line_fds[1]);
	return 0;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What poll() finds of the line's descriptor. */
static void show_line(void)
{
	char byte;

	while (read(line_fds[0], &byte, 1) > 0) {
	}
	if (readable_ns() <= raw_now) {
		assert_int_equal(write(line_fds[1], "", 1), 1);
	}
}

static bool is_woken(void)
{
	struct pollfd watched = {.fd = reader_fd(&reader), .events = POLLIN};

	show_line();
	return poll(&watched, 1, 0) == 1;
}

/* When the line wakes the loop, if it is watched at all. */
static int64_t wakes_ns(void)
{
	if (reader_fd(&reader) < 0) {
		return NEVER;
	}
	if (reader.dozing && !engine.doze.listening) {
		return is_woken() ? raw_now : NEVER;
	}
	return readable_ns();
}

/* As the pulse thread's; returns when it comes again without a pulse. */
static int64_t pulse_round(void)
{
	engine_enter(&engine);
	enum doze_round round = doze_round(&engine, true);
	int wait_ms = doze_wait_ms(&engine, 1000000);

	engine_leave(&engine);
	if (round == DOZE_LISTEN) {
		doze_listen(&engine.doze, line_fds[0]);
	}
	if (round == DOZE_ENDS) {
		doze_rouse(&engine.doze);
	}
	return raw_now + wait_ms * MS;
}

/* Up to that instant; returns how often the loop was woken. */
static int run_until(int64_t end_ns)
{
	static int64_t overdue_ns;
	int wakes = 0;

	overdue_ns = overdue_ns > raw_now ? overdue_ns : NEVER;
	for (;;) {
		int64_t wake_ns = reader.wake_raw_ns ? reader.wake_raw_ns : NEVER;
		int64_t loop_ns = least(wakes_ns(), wake_ns);
		int64_t thread_ns = thread_hangs ? NEVER : least(edge_ns, overdue_ns);
		int64_t next = least(loop_ns, thread_ns);

		if (next >= end_ns) {
			raw_now = end_ns;
			return wakes;
		}
		raw_now = next > raw_now ? next : raw_now;
		if (next == thread_ns) {
			overdue_ns = pulse_round();
		} else {
			assert_true(next == wake_ns || is_woken());
			reader_run(&reader);
			wakes++;
		}
		assert_true(wakes < 100000);
	}
}

static void open_line(void)
{
	reader.wake_raw_ns = 1;
	reader_run(&reader);
}

static const struct core_status *status(void)
{
	return core_status(&engine.core);
}

static void burst_of_450_ms_costs_at_most_six_wake_ups(void **state)
{
	const size_t portions[] = {1, 4, 8, 16, 32};

	for (size_t i = 0; i < sizeof(portions) / sizeof(portions[0]); i++) {
		set_up(state);
		line.portion = portions[i];
		open_line();
		for (int64_t s = 1; s < 40; s++) {
			assert_in_range(run_until(RAW + s * NS_PER_S), 2, 6);
		}
		assert_int_equal(status()->bytes, 39 * line.len);
		assert_int_equal(status()->sentences % 39, 0);
		tear_down(state);
	}
	set_up(state);
}

static void burst_of_known_length_costs_three_wake_ups(void **state)
{
	const size_t portions[] = {1, 4, 8, 16};

	for (size_t i = 0; i < sizeof(portions) / sizeof(portions[0]); i++) {
		set_up(state);
		line.portion = portions[i];
		open_line();
		run_until(RAW + 3 * NS_PER_S);
		for (int64_t s = 4; s < 40; s++) {
			/* Its first byte, the rest, and that no more comes. */
			assert_int_equal(run_until(RAW + s * NS_PER_S), 3);
		}
		assert_int_equal(status()->rejects[CORE_CHECKSUM], 0);
		tear_down(state);
	}
	set_up(state);
}

static void where_the_second_is_ambiguous_every_byte_is_read_as_it_comes(void **state)
{
	(void)state;
	/* As near to the pulse either of two seconds fits. */
	line.lag_ns = 5 * INT64_C(1000000);
	open_line();
	run_until(RAW + 10 * NS_PER_S);
	assert_int_equal(status()->state, CORE_AMBIGUOUS);
	for (int64_t s = 11; s < 20; s++) {
		/* 432 bytes, by eight. */
		assert_in_range(run_until(RAW + s * NS_PER_S), 50, 60);
	}
	assert_int_equal(status()->rejects[CORE_CHECKSUM], 0);
}

static void bursts_of_changing_length_stay_whole(void **state)
{
	(void)state;
	open_line();
	for (int64_t s = 1; s < 60; s++) {
		/* Satellites are told every third second. */
		line.wanted = s % 3 ? 240 : 600;
		assert_in_range(run_until(RAW + s * NS_PER_S), 2, 7);
	}
	assert_int_equal(status()->state, CORE_LOCKED);
	assert_int_equal(status()->rejects[CORE_ODD], 0);
	for (int k = 0; k < LABEL_RECENT; k++) {
		assert_int_equal(engine.core.label.recent.values[k], LAG);
	}
}

static void bursts_that_become_short_are_learned_at_once(void **state)
{
	(void)state;
	line.wanted = 600;
	next_burst(0);
	open_line();
	run_until(RAW + 20 * NS_PER_S);
	line.wanted = 200;
	run_until(RAW + 22 * NS_PER_S);
	assert_int_equal(status()->state, CORE_LOCKED);
	assert_true(status()->rejects[CORE_ODD] <= 1);
	for (int64_t s = 23; s < 40; s++) {
		assert_int_equal(run_until(RAW + s * NS_PER_S), 3);
	}
	assert_true(status()->rejects[CORE_ODD] <= 1);
}

static void pause_after_what_lasts_nearly_a_second_is_looked_for(void **state)
{
	(void)state;
	line.wanted = 850;
	next_burst(0);
	open_line();
	run_until(RAW + 4 * NS_PER_S);
	for (int64_t s = 5; s < 20; s++) {
		/* 0.6 s by 0.16 s, and 0.29 s by 0.02 s. */
		assert_in_range(run_until(RAW + s * NS_PER_S), 17, 21);
	}
}

/* Once nothing is in doubt. */
static void doze(int64_t until_s)
{
	line.wanted = 240;
	next_burst(0);
	open_line();
	run_until(RAW + until_s * NS_PER_S);
	assert_int_equal(status()->state, CORE_LOCKED);
	assert_true(reader.dozing);
}

/* The same, and no burst is listened to for some seconds; returns the second that has begun. */
static int64_t doze_for_long(void)
{
	int64_t second = 100;

	doze(second);
	while (!reader.dozing || engine.doze.listening || engine.doze.fetches % 8 > 2) {
		run_until(RAW + ++second * NS_PER_S + 1);
	}
	assert_true(reader.dozing);
	return second;
}

static int64_t after(int64_t second, int64_t ms)
{
	return RAW + second * NS_PER_S + ms * MS;
}

static void steady_line_wakes_the_loop_once_in_eight_seconds(void **state)
{
	const size_t portions[] = {1, 8, 16, 32};

	for (size_t i = 0; i < sizeof(portions) / sizeof(portions[0]); i++) {
		set_up(state);
		line.portion = portions[i];
		doze(100);
		uint64_t samples = status()->samples[CORE_PPS];
		uint64_t coarse = status()->samples[CORE_COARSE];
		uint64_t backlog = status()->rejects[CORE_BACKLOG];

		/* By the first byte of each eighth burst, which is listened to. */
		assert_int_equal(run_until(RAW + 900 * NS_PER_S), 100);
		assert_int_equal(status()->samples[CORE_PPS], samples + 800);
		assert_int_equal(status()->samples[CORE_COARSE], coarse + 100);
		assert_int_equal(status()->state, CORE_LOCKED);
		assert_int_equal(status()->lag_ns, LAG);
		assert_int_equal(status()->lag_jitter_ns, 0);
		assert_int_equal(status()->rejects[CORE_BACKLOG], backlog);
		assert_int_equal(status()->rejects[CORE_ODD], 0);
		assert_int_equal(status()->rejects[CORE_CHECKSUM], 0);
		tear_down(state);
	}
	set_up(state);
}

static void where_coarse_time_is_all_there_is_nobody_dozes(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		engine.outlets[CORE_PPS].number = i ? 1 : -1;
		engine.holdoff.need_ns = i ? NS_PER_S : 0;
		line.wanted = 240;
		next_burst(0);
		open_line();
		run_until(RAW + 100 * NS_PER_S);
		uint64_t coarse = status()->samples[CORE_COARSE];

		assert_int_equal(run_until(RAW + 200 * NS_PER_S), 300);
		assert_int_equal(status()->samples[CORE_COARSE], coarse + 100);
		tear_down(state);
		set_up(state);
	}
}

/* As by USB: all of a burst is there at once, and listened to at once. */
static void line_without_a_bit_rate_dozes_too(void **state)
{
	(void)state;
	line.wanted = 240;
	next_burst(0);
	line.portion = line.len;
	open_line();
	source.bps = 0;
	run_until(RAW + 100 * NS_PER_S);
	assert_int_equal(run_until(RAW + 900 * NS_PER_S), 100);
	assert_int_equal(status()->state, CORE_LOCKED);
	assert_int_equal(status()->rejects[CORE_BACKLOG] + status()->rejects[CORE_ODD], 0);
}

static void bad_news_fetched_with_a_pulse_silences_that_very_pulse(void **state)
{
	(void)state;
	for (int64_t s = 100; s < 116; s++) {
		doze(s);
		line.fixless = true;
		next_burst(line.burst_s); /* the one that comes, if it has not */
		run_until(RAW + (s + 1) * NS_PER_S + 1);
		/* Either in this second or in the one that has begun. */
		uint64_t samples = status()->samples[CORE_PPS];

		run_until(RAW + (s + 2) * NS_PER_S + 1);
		assert_int_equal(status()->samples[CORE_PPS], samples);
		assert_int_equal(status()->rejects[CORE_WITHHELD_FIX] > 0, true);
		assert_int_equal(status()->state, CORE_NO_FIX);
		tear_down(state);
		set_up(state);
	}
}

static void burst_at_an_unusual_time_is_heard_before_the_pulse(void **state)
{
	(void)state;
	int64_t s = doze_for_long();

	line.lag_ns = 700 * MS;
	line.fixless = true;
	next_burst(s);
	run_until(after(s, 999));
	assert_true(reader.dozing);
	uint64_t samples = status()->samples[CORE_PPS];

	run_until(after(s + 1, 0) + 1);
	assert_int_equal(status()->samples[CORE_PPS], samples);
	assert_int_equal(status()->state, CORE_NO_FIX);
	line.lag_ns = LAG;
	line.fixless = false;
	next_burst(s + 1);
	/* All is heard as ever until nothing has been in doubt for a minute. */
	run_until(after(s + 3, 0));
	assert_false(reader.dozing);
	assert_in_range(run_until(after(s + 43, 0)), 120, 125);
	run_until(after(s + 300, 0));
	assert_true(reader.dozing);
}

static void burst_that_is_not_over_at_the_pulse_ends_the_doze(void **state)
{
	(void)state;
	int64_t s = doze_for_long();

	line.wanted = 850; /* it ends 15 ms after the next pulse */
	next_burst(s);
	run_until(after(s, 999));
	assert_true(reader.dozing);
	run_until(after(s + 1, 1));
	assert_false(reader.dozing);
	run_until(after(s + 200, 0));
	/* They have been read as ever since. */
	assert_false(reader.dozing);
	assert_int_equal(status()->state, CORE_LOCKED);
	assert_int_equal(status()->rejects[CORE_CHECKSUM], 0);
}

static void burst_that_is_not_whole_is_none_to_doze_on(void **state)
{
	(void)state;
	int64_t s = doze_for_long();

	next_burst(s);
	line.len -= 20;
	run_until(after(s + 1, 1));
	assert_false(reader.dozing);
	/* Not for a few bursts, though nothing else was wrong. */
	run_until(after(s + 6, 0));
	assert_false(reader.dozing);
	run_until(after(s + 20, 0));
	assert_true(reader.dozing);
}

static void silence_of_the_line_ends_the_doze(void **state)
{
	(void)state;
	int64_t s = doze_for_long();

	line.silent = true;
	run_until(after(s + 1, 1));
	assert_false(reader.dozing);
	assert_int_equal(run_until(after(s + 20, 0)), 0);
	assert_int_equal(reader_fd(&reader), line_fds[0]);
	assert_int_equal(status()->state, CORE_HOLDOVER);
}

static void refused_pulse_has_two_bursts_listened_to_and_no_more(void **state)
{
	(void)state;
	int64_t s = doze_for_long();

	edge_ns += 3 * MS;
	run_until(after(s + 1, 4));
	edge_ns -= 3 * MS;
	assert_int_equal(status()->rejects[CORE_POPCORN], 1);
	assert_false(reader.dozing);
	/* That of the refused pulse, and that of the next, which is well. */
	assert_int_equal(run_until(after(s + 3, 0)), 6);
	assert_true(reader.dozing);
	assert_int_equal(run_until(after(s + 19, 0)), 2);
}

static void pulse_that_is_overdue_has_the_line_watched_at_once(void **state)
{
	(void)state;
	int64_t s = doze_for_long();
	uint64_t backlog = status()->rejects[CORE_BACKLOG];

	edge_ns = NEVER;
	run_until(after(s + 1, 9));
	assert_true(reader.dozing);
	run_until(after(s + 1, 13));
	assert_false(reader.dozing);
	assert_int_equal(reader_fd(&reader), line_fds[0]);
	run_until(after(s + 1, 900));
	/* And what came up to then has been heard. */
	assert_int_equal(status()->rejects[CORE_BACKLOG], backlog);
	assert_int_equal(status()->last_confirm_raw_ns, after(s + 1, 0) + LAG);
	run_until(after(s + 10, 0));
	assert_int_equal(status()->state, CORE_COARSE_ONLY);
	assert_int_equal(status()->rejects[CORE_BACKLOG], backlog);
	assert_false(reader.dozing);
}

static void if_the_pulse_thread_hangs_the_line_is_read_all_the_same(void **state)
{
	(void)state;
	int64_t s = doze_for_long();

	thread_hangs = true;
	edge_ns = NEVER;
	run_until(after(s + 11, 0));
	assert_false(reader.dozing);
	run_until(after(s + 20, 0));
	assert_true(line.taken == line.len);
	assert_int_equal(status()->last_confirm_raw_ns, after(s + 19, 0) + LAG);
}

static void what_is_fetched_much_too_late_says_nothing_but_bad_news(void **state)
{
	for (int fixless = 0; fixless < 2; fixless++) {
		int64_t s = doze_for_long();

		line.fixless = fixless;
		next_burst(s);
		run_until(after(s, 500));
		uint64_t samples = status()->samples[CORE_PPS];
		int64_t confirmed = status()->last_confirm_raw_ns;

		/* Neither thread runs until then. */
		raw_now = after(s + 1, 100);
		pulse_round();
		assert_int_equal(status()->samples[CORE_PPS], samples + !fixless);
		assert_int_equal(status()->last_confirm_raw_ns, confirmed);
		assert_true(is_woken());
		tear_down(state);
		set_up(state);
	}
}

static void end_of_the_line_wakes_who_dozes(void **state)
{
	struct pollfd watched;

	(void)state;
	doze_for_long();
	watched = (struct pollfd){.fd = reader_fd(&reader), .events = POLLIN};
	assert_int_equal(write(line_fds[1], "", 1), 1);
	assert_int_equal(poll(&watched, 1, 0), 0);
	close(line_fds[1]);
	assert_int_equal(poll(&watched, 1, 0), 1);
	line_fds[1] = dup(line_fds[0]);
	source_lost = true;
	reader_run(&reader);
	assert_int_equal(closes, 1);
	assert_false(reader.dozing);
}

static void line_that_may_have_a_reader_sleep_is_not_lent(void **state)
{
	(void)state;
	assert_int_equal(fcntl(line_fds[0], F_SETFL, 0), 0);
	line.wanted = 240;
	next_burst(0);
	open_line();
	assert_int_equal(fcntl(line_fds[0], F_SETFL, O_NONBLOCK), 0);
	run_until(RAW + 100 * NS_PER_S);
	assert_false(reader.dozing);
}

static void first_bytes_instant_is_exact(void **state)
{
	const size_t portions[] = {1, 4, 8, 16, 32};

	for (size_t i = 0; i < sizeof(portions) / sizeof(portions[0]); i++) {
		set_up(state);
		line.portion = portions[i];
		open_line();
		run_until(RAW + 30 * NS_PER_S);
		assert_int_equal(status()->state, CORE_LOCKED);
		for (int k = 0; k < LABEL_RECENT; k++) {
			assert_int_equal(engine.core.label.recent.values[k], LAG);
		}
		assert_int_equal(status()->lag_ns, LAG);
		assert_int_equal(status()->lag_jitter_ns, 0);
		tear_down(state);
	}
	set_up(state);
}

static void burst_is_over_soon_after_its_last_byte(void **state)
{
	(void)state;
	open_line();
	run_until(RAW + 10 * NS_PER_S);
	uint64_t fixes = status()->fixes;
	int64_t last_byte = LAG + (int64_t)line.len * BYTE_NS;

	run_until(RAW + 10 * NS_PER_S + last_byte + 150 * MS);
	assert_int_equal(status()->fixes, fixes);
	run_until(RAW + 10 * NS_PER_S + last_byte + 360 * MS);
	assert_int_equal(status()->fixes, fixes + 1);
}

static void burst_that_ends_just_before_the_pulse_is_read_before_it(void **state)
{
	(void)state;
	/* It ends 30 ms before the next pulse. */
	line.wanted = (size_t)((840 * MS) / BYTE_NS);
	next_burst(0);
	open_line();
	run_until(RAW + 30 * NS_PER_S);
	for (int64_t s = 30; s < 40; s++) {
		run_until(RAW + (s + 1) * NS_PER_S - 1 * MS);
		assert_true(line.taken == line.len);
		run_until(RAW + (s + 1) * NS_PER_S);
	}
	assert_true(status()->rejects[CORE_ODD] == 0);
}

static void silent_line_wakes_nobody(void **state)
{
	(void)state;
	open_line();
	run_until(RAW + 10 * NS_PER_S);
	line.silent = true;
	run_until(RAW + 11 * NS_PER_S);
	assert_int_equal(run_until(RAW + 100 * NS_PER_S), 0);
	assert_int_equal(reader_fd(&reader), line_fds[0]);
	assert_int_equal(reader.wake_raw_ns, 0);
}

static void line_without_a_bit_rate_is_collected_too(void **state)
{
	(void)state;
	open_line();
	source.bps = 0;
	for (int64_t s = 1; s < 30; s++) {
		assert_in_range(run_until(RAW + s * NS_PER_S), 2, 6);
	}
	assert_int_equal(status()->rejects[CORE_CHECKSUM], 0);
	assert_int_equal(status()->state, CORE_LOCKED);
}

static void descriptor_is_slept_on_only_between_bursts(void **state)
{
	(void)state;
	assert_int_equal(reader_fd(&reader), -1);
	open_line();
	assert_int_equal(reader_fd(&reader), line_fds[0]);
	run_until(RAW + LAG + 20 * BYTE_NS);
	assert_int_equal(reader_fd(&reader), -1);
	assert_true(reader_in_burst(&reader));
	run_until(RAW + NS_PER_S + LAG);
	assert_int_equal(reader_fd(&reader), line_fds[0]);
	assert_false(reader_in_burst(&reader));
}

static void missing_line_is_tried_again_with_growing_patience(void **state)
{
	const int64_t waits_ms[] = {500, 1000, 2000, 4000, 8000, 16000, 16000, 16000};

	(void)state;
	source_there = false;
	engine.pulses = NULL;
	open_line();
	for (size_t i = 0; i < sizeof(waits_ms) / sizeof(waits_ms[0]); i++) {
		assert_int_equal(reader.wake_raw_ns, raw_now + waits_ms[i] * MS);
		assert_string_equal(engine.serial.error.text, "no such line");
		assert_false(engine.serial.up);
		raw_now = reader.wake_raw_ns;
		reader_run(&reader);
	}
	assert_int_equal(opens, 9);
	source_there = true;
	raw_now = reader.wake_raw_ns;
	reader_run(&reader);
	assert_true(engine.serial.up);
	assert_string_equal(engine.serial.name, "fake line");
}

static void lost_line_is_closed_and_opened_again_with_the_rate_it_had(void **state)
{
	(void)state;
	open_line();
	run_until(RAW + 20 * NS_PER_S);
	source_lost = true;
	reader_run(&reader);
	assert_int_equal(closes, 1);
	assert_int_equal(reader_fd(&reader), -1);
	assert_int_equal(engine.serial.losses, 1);
	assert_string_equal(engine.serial.error.text, "unplugged");
	assert_int_equal(reader.wake_raw_ns, raw_now + 500 * MS);
	source_lost = false;
	raw_now = reader.wake_raw_ns;
	reader_run(&reader);
	assert_int_equal(opens, 2);
	assert_int_equal(hint, BPS);
	assert_true(engine.serial.up);
}

static void line_lost_at_once_each_time_is_not_tried_at_full_speed(void **state)
{
	(void)state;
	engine.pulses = NULL;
	source_lost = true;
	open_line();
	for (int i = 0; i < 6; i++) {
		reader_run(&reader);
		raw_now = reader.wake_raw_ns;
		reader_run(&reader);
	}
	reader_run(&reader);
	assert_int_equal(reader.wake_raw_ns, raw_now + 16000 * MS);
	/* Once it has been there for a while, patience begins anew. */
	raw_now = reader.wake_raw_ns;
	reader_run(&reader);
	raw_now += 11 * NS_PER_S;
	reader_run(&reader);
	assert_int_equal(reader.wake_raw_ns, raw_now + 500 * MS);
}

static void end_of_a_plain_file_is_the_end(void **state)
{
	(void)state;
	open_line();
	run_until(RAW + 5 * NS_PER_S);
	source_lost = source_at_end = true;
	reader_run(&reader);
	assert_int_equal(closes, 1);
	assert_int_equal(run_until(RAW + 100000 * NS_PER_S), 0);
	assert_int_equal(opens, 1);
}

static void housekeeping_ticks_the_source_and_shows_its_rate(void **state)
{
	(void)state;
	reader_keep(&reader, raw_now);
	assert_int_equal(ticks, 0);
	open_line();
	source.searching = true;
	reader_keep(&reader, raw_now);
	engine_enter(&engine);
	reader_show(&reader);
	engine_leave(&engine);
	assert_int_equal(ticks, 1);
	assert_int_equal(engine.serial.bps, BPS);
	assert_true(engine.serial.searching);
}

static void end_closes_the_line_once(void **state)
{
	(void)state;
	open_line();
	reader_end(&reader);
	reader_end(&reader);
	assert_int_equal(closes, 1);
	assert_int_equal(reader_fd(&reader), -1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void receiver_is_asked_when_a_burst_is_over(void **state)
{
	(void)state;
	config.serial_ask = true;
	open_line();
	assert_int_equal(asked.times, 0); /* it has said nothing yet */
	run_until(RAW + NS_PER_S);
	assert_int_equal(asked.times, 1);
	for (int n = 2; n < 20; n++) {
		run_until(RAW + n * NS_PER_S);
		assert_false(asked.in_burst);
	}
	assert_in_range(asked.times, 3, 6);
}

static void on_a_line_that_is_never_quiet_it_is_asked_all_the_same(void **state)
{
	(void)state;
	config.serial_ask = true;
	line.wanted = 900;
	open_line();
	run_until(RAW + 8 * NS_PER_S);
	assert_in_range(asked.times, 1, 3);
}

static void receiver_that_does_not_answer_is_asked_while_dozing_too(void **state)
{
	(void)state;
	config.serial_ask = true;
	open_line();
	run_until(RAW + 200 * NS_PER_S);
	assert_true(reader.dozing);
	assert_true(asked.raw_ns > RAW + 110 * NS_PER_S);
	assert_in_range(asked.times, 5, 12);
}

static void nobody_is_asked_where_that_is_not_wanted(void **state)
{
	(void)state;
	open_line();
	run_until(RAW + 30 * NS_PER_S);
	assert_int_equal(asked.times, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(burst_of_450_ms_costs_at_most_six_wake_ups),
		test(burst_of_known_length_costs_three_wake_ups),
		test(where_the_second_is_ambiguous_every_byte_is_read_as_it_comes),
		test(pause_after_what_lasts_nearly_a_second_is_looked_for),
		test(bursts_of_changing_length_stay_whole),
		test(bursts_that_become_short_are_learned_at_once),
		test(steady_line_wakes_the_loop_once_in_eight_seconds),
		test(where_coarse_time_is_all_there_is_nobody_dozes),
		test(line_without_a_bit_rate_dozes_too),
		test(bad_news_fetched_with_a_pulse_silences_that_very_pulse),
		test(burst_at_an_unusual_time_is_heard_before_the_pulse),
		test(burst_that_is_not_over_at_the_pulse_ends_the_doze),
		test(burst_that_is_not_whole_is_none_to_doze_on),
		test(silence_of_the_line_ends_the_doze),
		test(refused_pulse_has_two_bursts_listened_to_and_no_more),
		test(pulse_that_is_overdue_has_the_line_watched_at_once),
		test(if_the_pulse_thread_hangs_the_line_is_read_all_the_same),
		test(what_is_fetched_much_too_late_says_nothing_but_bad_news),
		test(end_of_the_line_wakes_who_dozes),
		test(line_that_may_have_a_reader_sleep_is_not_lent),
		test(first_bytes_instant_is_exact),
		test(burst_is_over_soon_after_its_last_byte),
		test(burst_that_ends_just_before_the_pulse_is_read_before_it),
		test(silent_line_wakes_nobody),
		test(line_without_a_bit_rate_is_collected_too),
		test(descriptor_is_slept_on_only_between_bursts),
		test(missing_line_is_tried_again_with_growing_patience),
		test(lost_line_is_closed_and_opened_again_with_the_rate_it_had),
		test(line_lost_at_once_each_time_is_not_tried_at_full_speed),
		test(end_of_a_plain_file_is_the_end),
		test(housekeeping_ticks_the_source_and_shows_its_rate),
		test(end_closes_the_line_once),
		test(receiver_is_asked_when_a_burst_is_over),
		test(on_a_line_that_is_never_quiet_it_is_asked_all_the_same),
		test(receiver_that_does_not_answer_is_asked_while_dozing_too),
		test(nobody_is_asked_where_that_is_not_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
