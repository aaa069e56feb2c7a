/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any bytes as a capture file; what parses must be the same event after writing and reading again,
 * and so must the settings of the head. A pivot found in it is never later than that of the format.
 */
#include <stdlib.h>
#include <string.h>

#include "core/capture.h"
#include "core/capture_pivot.h"
#include "fuzz.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_round_trip(const struct event *event)
{
	static struct capture_reader reader;
	static char text[CAPTURE_LINE_MAX];
	struct event again;
	struct error err;
	size_t len = capture_format(event, text);

	must(len > 0 && len < CAPTURE_LINE_MAX && text[len - 1] == '\n' && text[len] == '\0');
	capture_reader_init(&reader);
	reader.line = 1;
	reader.head.format = CAPTURE_VERSION;
	must(capture_parse(&reader, text, len - 1, &again, &err) == 1);
	must(again.type == event->type && again.raw_ns == event->raw_ns &&
	     again.real_ns == event->real_ns);
	if (event->type == EVENT_BYTES) {
		must(again.bytes.len == event->bytes.len && again.bytes.bps == event->bytes.bps &&
		     again.bytes.since_raw_ns == event->bytes.since_raw_ns &&
		     memcmp(again.bytes.data, event->bytes.data, again.bytes.len) == 0);
	}
}

/* All that the head has said by now, through its text and back. */
static void check_head(const struct capture_head *head)
{
	static struct capture_reader reader;
	char text[CAPTURE_HEAD_MAX];
	char again[CAPTURE_HEAD_MAX];
	struct event event;
	struct error err;
	size_t len = capture_format_head(head, text);
	const char *at = text;

	must(len < CAPTURE_HEAD_MAX && text[len] == '\0');
	capture_reader_init(&reader);
	while (at < text + len) {
		const char *newline = strchr(at, '\n');

		must(newline != NULL);
		must(capture_parse(&reader, at, (size_t)(newline - at), &event, &err) == 0);
		at = newline + 1;
	}
	must(reader.head.given == (1U << CAPTURE_KEYS) - 1);
	must(capture_format_head(&reader.head, again) == len && memcmp(again, text, len) == 0);
}

/* What may come into the head is within what the configuration allows. */
static void check_ranges(const struct core_config *c)
{
	must(c->agree >= 2 && c->agree <= 20);
	must(c->holdover_ns >= 0 && c->relabel_hold_ns >= INT64_C(1000000000));
	must(c->pps_offset_ns >= -500000000 && c->pps_offset_ns <= 500000000);
	must(c->pivot_s % 86400 == 0);
	must(c->leap >= -1 && c->leap <= 1);
	must(c->leap_utc_s >= 0 && c->leap_utc_s <= CAPTURE_UTC_MAX_S);
	must(c->leap_known_until_s >= 0 && c->leap_known_until_s <= CAPTURE_UTC_MAX_S);
}

static void check_pivot(struct capture_dating *dating, const struct event *event)
{
	bool before = dating->dated;
	int64_t pivot = capture_dating_pivot_s(dating);
	bool after = capture_dating_event(dating, event);

	must(capture_dating_pivot_s(dating) <= CAPTURE_PIVOT_S);
	must(!before || (after && capture_dating_pivot_s(dating) == pivot));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct capture_reader reader;
	struct capture_dating dating;
	const char *at = (const char *)data;
	const char *end = at + size;

	capture_reader_init(&reader);
	capture_dating_init(&dating);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		struct event event;
		struct error err = {""};
		uint32_t given = reader.head.given;
		int rc = capture_parse(&reader, at, (size_t)(stop - at), &event, &err);

		must(rc >= 0 || strncmp(err.text, "line ", 5) == 0);
		if (rc == 1) {
			check_round_trip(&event);
			check_pivot(&dating, &event);
		}
		if (reader.head.given != given) {
			must(rc == 0 && reader.head.format >= 2);
			check_ranges(&reader.head.config);
			check_head(&reader.head);
		}
		at = stop + 1;
	}
	return 0;
}
