/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any events to the core. The input is a list of steps, one letter each with what belongs to it
 * (see step()); letters that mean nothing are skipped, so that every input is a list. Whatever
 * comes: no undefined behaviour, nothing published against the rules (rules.h), and the same again
 * when the input is played again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/calendar.h"
#include "core/core.h"
#include "core/frame.h"
#include "fuzz.h"
#include "rules.h"

#define START_UTC_S INT64_C(1794000000) /* a second in November 2026 */

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

struct player {
	struct core *core;
	struct rules rules;
	int64_t raw_ns, real_ns;
	uint32_t seq;
	int64_t utc_s; /* of the sentences that 'B' makes */
	int year;      /* two digits of it */
	uint64_t sum;  /* of all output */
};

static void add_to_sum(struct player *p, const char *text)
{
	for (; *text; text++) {
		p->sum = (p->sum ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	}
}

static void on_sample(void *arg, const struct core_sample *s)
{
	struct player *p = arg;
	char text[256];

	rules_sample(&p->rules, s);
	must(core_sample_json(s, text, sizeof(text)) < (int)sizeof(text));
	add_to_sum(p, text);
}

static void on_notice(void *arg, const struct core_notice *n)
{
	struct player *p = arg;
	char text[256];

	rules_notice(&p->rules, n);
	must(core_notice_json(n, text, sizeof(text)) < (int)sizeof(text));
	add_to_sum(p, text);
}

/* What is left of the input. */
struct input {
	const uint8_t *at, *end;
};

static uint64_t number(struct input *in, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0 && in->at < in->end) {
		value = value << 8 | *in->at++;
	}
	return value;
}

static void send(struct player *p, struct event event)
{
	event.raw_ns = p->raw_ns;
	event.real_ns = p->real_ns;
	rules_before(&p->rules, &event);
	core_event(p->core, &event);
	rules_after(&p->rules);
}

/* Of the configured kind, or the other. */
static void pulse(struct player *p, bool other)
{
	bool clear = p->rules.config.clear_edge != other;

	send(p, (struct event){.type = EVENT_PULSE, .pulse = {.clear = clear, .seq = ++p->seq}});
}

static void bytes(struct player *p, uint32_t bps, const void *data, size_t len)
{
	/* Every seventh bit rate is that of a read which was put off, by up to two seconds. */
	uint64_t put_off_ns = bps % 7 == 1 ? bps % 4001 * UINT64_C(500000) : 0;
	int64_t since = put_off_ns ? (int64_t)((uint64_t)p->raw_ns - put_off_ns) : 0;

	send(p, (struct event){
			.type = EVENT_BYTES,
			.bytes = {.bps = bps, .data = data, .len = len, .since_raw_ns = since}});
}

static void later(struct player *p, int64_t ns)
{
	/* Unsigned, since these sums may wrap: the core must bear any order. */
	p->raw_ns = (int64_t)((uint64_t)p->raw_ns + (uint64_t)ns);
	p->real_ns = (int64_t)((uint64_t)p->real_ns + (uint64_t)ns);
}

/* A burst of one RMC sentence for the second p->utc_s. */
static void burst(struct player *p, char status)
{
	char text[100];
	char body[80];
	unsigned int sum = 0;
	int64_t day = p->utc_s - floor_div(p->utc_s, S_PER_DAY) * S_PER_DAY;

	/* The date need not be right; it must only agree with itself for some days. */
	snprintf(body, sizeof(body), "GNRMC,%02d%02d%02d.00,%c,,,,,,,%02d11%02d,,,A",
		 (int)(day / 3600), (int)(day / 60 % 60), (int)(day % 60), status,
		 (int)((floor_div(p->utc_s, S_PER_DAY) - START_UTC_S / S_PER_DAY) % 28 + 28) % 28 +
			 1,
		 p->year);
	for (const char *c = body; *c; c++) {
		sum ^= (uint8_t)*c;
	}
	int len = snprintf(text, sizeof(text), "$%s*%02X\r\n", body, sum);

	later(p, len * (10 * NS_PER_S / 9600));
	bytes(p, 9600, text, (size_t)len);
}

/* Whole seconds as a good receiver makes them: pulse, burst after some ms, quiet line. */
static void good_seconds(struct player *p, struct input *in)
{
	int count = (int)number(in, 1);
	int64_t lag_ns = (int64_t)number(in, 1) * 4000000;

	for (int i = 0; i < count; i++) {
		uint64_t begin = (uint64_t)p->raw_ns;

		pulse(p, false);
		later(p, lag_ns);
		burst(p, 'A');
		p->utc_s++;
		later(p, (int64_t)(begin + (uint64_t)NS_PER_S - (uint64_t)p->raw_ns));
	}
}

/*
 * Seconds of a receiver that has its ways. ways: 1 no pulse, 2 no burst, 4 the second is said
 * again, 8 status V, 16 an edge shortly before the pulse, 32 one after it, 64 a tick, 128 the clock
 * is set. Each second is slower or later by the last two numbers.
 */
static void odd_seconds(struct player *p, struct input *in)
{
	int count = (int)number(in, 1);
	unsigned int ways = (unsigned int)number(in, 1);
	int64_t lag_ns = (int64_t)number(in, 1) * 4000000;
	int64_t more_lag_ns = (int8_t)number(in, 1) * INT64_C(100000);
	int64_t longer_ns = (int8_t)number(in, 1) * INT64_C(10000);

	for (int i = 0; i < count; i++) {
		uint64_t end = (uint64_t)p->raw_ns + (uint64_t)(NS_PER_S + longer_ns);

		if (ways & 16) {
			pulse(p, false);
			later(p, 3000000);
		}
		if (!(ways & 1)) {
			pulse(p, false);
		}
		if (ways & 32) {
			later(p, 100000000);
			pulse(p, false);
		}
		if (ways & 128) {
			p->real_ns = (int64_t)((uint64_t)p->real_ns + NS_PER_S / 2);
			send(p, (struct event){.type = EVENT_STEP});
		}
		later(p, lag_ns);
		if (!(ways & 2)) {
			burst(p, ways & 8 ? 'V' : 'A');
		}
		p->utc_s += !(ways & 4);
		lag_ns = lag_ns + more_lag_ns < 0 ? 0 : lag_ns + more_lag_ns;
		if (ways & 64) {
			later(p, 250000000);
			send(p, (struct event){.type = EVENT_TICK});
		}
		int64_t left = (int64_t)(end - (uint64_t)p->raw_ns);

		later(p, left > 0 ? left : 0);
	}
}

/* A frame; the last number says how many of its bytes come: all, or less. */
static void binary_frame(struct player *p, struct input *in)
{
	uint8_t text[FRAME_MAX];
	struct frame frame = {
		.protocol = (enum frame_protocol)(number(in, 1) % FRAME_PROTOCOLS),
		.class = (uint8_t)number(in, 1),
		.id = (uint8_t)number(in, 1),
		.length = (size_t)number(in, 1),
	};
	size_t cut = (size_t)number(in, 1);
	size_t left = (size_t)(in->end - in->at);

	frame.length = frame.length < left ? frame.length : left;
	frame.payload = in->at;
	in->at += frame.length;

	size_t len = frame_encode(&frame, text, sizeof(text));

	len = cut < len ? len - cut : len;
	later(p, (int64_t)len * (10 * NS_PER_S / 9600));
	bytes(p, 9600, text, len);
}

static void step(struct player *p, struct input *in)
{
	size_t len;

	switch (*in->at++) {
	case 'G':
		good_seconds(p, in);
		break;
	case 'O':
		odd_seconds(p, in);
		break;
	case 'P':
		pulse(p, false);
		break;
	case 'C':
		pulse(p, true);
		break;
	case 'E': /* the edge before, once more */
		p->seq--;
		pulse(p, false);
		break;
	case 'N':
		p->seq = (uint32_t)number(in, 4);
		break;
	case 'B':
		burst(p, 'A');
		break;
	case 'V':
		burst(p, 'V');
		break;
	case 'Y':
		p->year = (int)(number(in, 1) % 100);
		break;
	case 'U':
		p->utc_s += (int8_t)number(in, 1);
		break;
	case 'F':
		binary_frame(p, in);
		break;
	case 'S':
		len = number(in, 1);
		len = len < (size_t)(in->end - in->at) ? len : (size_t)(in->end - in->at);
		bytes(p, 9600, in->at, len);
		in->at += len;
		break;
	case 'R': {
		uint32_t bps = (uint32_t)number(in, 4);

		bytes(p, bps, in->at, (size_t)(in->end - in->at) < 40 ? 0 : 40);
		break;
	}
	case 'T':
		send(p, (struct event){.type = EVENT_TICK});
		break;
	case 'J':
		p->real_ns = (int64_t)number(in, 8);
		send(p, (struct event){.type = EVENT_STEP});
		break;
	case 'K':
		len = number(in, 1);
		send(p, (struct event){
				.type = EVENT_CLOCK,
				.clock = {.sync = len & 1, .maxerr_us = (int64_t)number(in, 8)}});
		break;
	case 'X':
		len = number(in, 1);
		send(p, (struct event){.type = EVENT_SOURCE,
				       .source = {.pps = len & 1, .back = len & 2}});
		break;
	case 'm': /* milliseconds */
		later(p, (int64_t)number(in, 2) * 1000000);
		break;
	case 'u': /* microseconds */
		later(p, (int64_t)number(in, 2) * 1000);
		break;
	case 's': /* seconds */
		later(p, (int64_t)number(in, 3) * NS_PER_S);
		break;
	case 'd': { /* seconds, for the receiver too */
		int64_t seconds = (int64_t)number(in, 3);

		later(p, seconds * NS_PER_S);
		p->utc_s += seconds;
		break;
	}
	case 'a': /* anywhere */
		p->raw_ns = (int64_t)number(in, 8);
		break;
	default:
		break;
	}
}

static uint64_t play(const uint8_t *data, size_t size)
{
	static struct player p;
	struct input in = {data, data + size};
	struct core_config config;
	struct core_output output = {.arg = &p, .sample = on_sample, .notice = on_notice};
	unsigned int shape = (unsigned int)number(&in, 1);
	struct core *core = p.core ? p.core : malloc(core_size());

	must(core != NULL);
	memset(&p, 0, sizeof(p));
	p.core = core;
	p.raw_ns = 1000 * NS_PER_S;
	p.real_ns = START_UTC_S * NS_PER_S;
	p.utc_s = START_UTC_S;
	p.year = 26;
	p.sum = UINT64_C(0xcbf29ce484222325);
	core_config_default(&config);
	config.agree = 2 + (int)(shape & 3);
	config.pps_offset_ns = shape & 4 ? -1234 : 0;
	config.clear_edge = shape & 8;
	if (shape & 128) {
		config.time_leap = (int)(shape >> 5 & 3) % 3;
		config.leap_corrected = shape & 16;
		config.leap_count_s = 18;
		config.leap_known_until_s = START_UTC_S + 100000;
	}
	config.learned_lag_ns = shape & 16 ? 123456789 : CORE_NO_LAG;
	core_init(core, &config, &output);
	rules_init(&p.rules, core, &config);
	while (in.at < in.end) {
		step(&p, &in);
	}
	return p.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(play(data, size) == play(data, size));
	return 0;
}
