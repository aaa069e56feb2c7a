/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Any bytes as a capture file; what parses must be the same event after writing and reading again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/capture.h"
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
	must(capture_parse(&reader, text, len - 1, &again, &err) == 1);
	must(again.type == event->type && again.raw_ns == event->raw_ns &&
	     again.real_ns == event->real_ns);
	if (event->type == EVENT_BYTES) {
		must(again.bytes.len == event->bytes.len && again.bytes.bps == event->bytes.bps &&
		     memcmp(again.bytes.data, event->bytes.data, again.bytes.len) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct capture_reader reader;
	const char *at = (const char *)data;
	const char *end = at + size;

	capture_reader_init(&reader);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		struct event event;
		struct error err = {""};
		int rc = capture_parse(&reader, at, (size_t)(stop - at), &event, &err);

		must(rc >= 0 || strncmp(err.text, "line ", 5) == 0);
		if (rc == 1) {
			check_round_trip(&event);
		}
		at = stop + 1;
	}
	return 0;
}
