/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any bytes as a receiver's line. The frames that come out must be those that a look from the front
 * at all of the bytes finds, one after the other, each encoded as it stood.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/said.h"
#include "fuzz.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static uint32_t number(const uint8_t *at, int bytes)
{
	uint32_t value = 0;

	while (bytes-- > 0) {
		value = value << 8 | at[bytes];
	}
	return value;
}

/* UBX and Allystar. */
static size_t fletcher_frame(const uint8_t *d, size_t left)
{
	uint8_t a = 0, b = 0;
	size_t n = left < 8 ? FRAME_MAX : number(d + 4, 2);

	if (n > FRAME_PAYLOAD_MAX || n + 8 > left) {
		return 0;
	}
	for (size_t i = 2; i < n + 6; i++) {
		a = (uint8_t)(a + d[i]);
		b = (uint8_t)(b + a);
	}
	return d[n + 6] == a && d[n + 7] == b ? n + 8 : 0;
}

static size_t casic_frame(const uint8_t *d, size_t left)
{
	size_t n = left < 10 ? FRAME_MAX : number(d + 2, 2);

	if (n > FRAME_PAYLOAD_MAX || n % 4 || n + 10 > left) {
		return 0;
	}
	uint32_t sum = number(d + 4, 1) * 0x10000 + number(d + 5, 1) * 0x1000000 + (uint32_t)n;

	for (size_t i = 6; i < n + 6; i += 4) {
		sum += number(d + i, 4);
	}
	return number(d + n + 6, 4) == sum ? n + 10 : 0;
}

static size_t skytraq_frame(const uint8_t *d, size_t left)
{
	size_t n = left < 8 ? 0 : (size_t)d[2] * 256 + d[3];
	uint8_t sum = 0;

	if (n < 1 || n > FRAME_PAYLOAD_MAX + 1 || n + 7 > left) {
		return 0;
	}
	for (size_t i = 4; i < n + 4; i++) {
		sum ^= d[i];
	}
	return d[n + 4] == sum && d[n + 5] == '\r' && d[n + 6] == '\n' ? n + 7 : 0;
}

/* The length of the frame that begins there, 0: none. */
static size_t frame_at(const uint8_t *d, size_t left)
{
	switch (left < 2 ? 0 : d[0] << 8 | d[1]) {
	case 0xb562:
	case 0xf1d9:
		return fletcher_frame(d, left);
	case 0xbace:
		return casic_frame(d, left);
	case 0xa0a1:
		return skytraq_frame(d, left);
	default:
		return 0;
	}
}

static void check_said(const struct said *said)
{
	must(said->by != SAID_NOTHING || said->spoofing || said->jamming);
	must(said->count >= SAID_NO_COUNT && said->count <= 127);
	must(said->spoofing <= SAID_MUCH && said->jamming <= SAID_MUCH && !said->old_count);
	must(said->leap == 0 || (said->by == SAID_TIMELS && said->knows && said->leap_in_s >= 0));
}

struct run {
	const uint8_t *data;
	size_t size, at; /* what the look from the front has come to */
	struct frame_parser parser;
};

static void hear(struct run *run)
{
	enum frame_result result;
	uint8_t bytes[FRAME_MAX];
	struct frame frame;
	struct said said;
	size_t len = 0;

	while ((result = frame_next(&run->parser, &frame)) >= FRAME_WHOLE) {
		must(run->parser.len <= FRAME_MAX);
		if (result == FRAME_BROKEN) {
			continue;
		}
		while (run->at < run->size &&
		       !(len = frame_at(run->data + run->at, run->size - run->at))) {
			run->at++;
		}
		must(run->at < run->size);
		if (said_by_frame(&frame, &said)) {
			check_said(&said);
		}
		must(frame_encode(&frame, bytes, sizeof(bytes)) == len);
		must(memcmp(bytes, run->data + run->at, len) == 0);
		run->at += len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run run = {.data = data, .size = size};

	for (size_t i = 0; i < size; i++) {
		frame_put(&run.parser, data[i]);
		hear(&run);
	}
	while (frame_open(&run.parser)) {
		frame_give_up(&run.parser);
		hear(&run);
	}
	while (run.at < size) {
		must(frame_at(data + run.at, size - run.at) == 0);
		run.at++;
	}
	return 0;
}
