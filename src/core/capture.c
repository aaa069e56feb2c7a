/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/capture.h"

#include <string.h>

#include "common/ns.h"
#include "core/capture_text.h"
#include "core/hex.h"

/* The byte that the escape after a backslash stands for, or -1. */
static int take_escape(struct capture_cursor *in)
{
	int high, low;

	if (in->at == in->end) {
		return -1;
	}
	switch (*in->at++) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '\\':
		return '\\';
	case 'x':
		if (in->end - in->at < 2) {
			return -1;
		}
		high = hex_digit(in->at[0]);
		low = hex_digit(in->at[1]);
		in->at += 2;
		return high < 0 || low < 0 ? -1 : high * 16 + low;
	default:
		return -1;
	}
}

static int take_text(struct capture_cursor *in, uint8_t *bytes, size_t *len)
{
	size_t n = 0;

	if (capture_take_space(in, "the text")) {
		return -1;
	}
	while (in->at < in->end) {
		int byte = (unsigned char)*in->at++;

		if (byte == '\\') {
			byte = take_escape(in);
			if (byte < 0) {
				return error_set(in->err,
						 "line %ld: text has a bad escape at byte %zu: "
						 "\\r \\n \\t \\\\ \\xHH are known",
						 in->line, n);
			}
		} else if (byte < 0x20 || byte > 0x7e) {
			return error_set(in->err, "line %ld: text holds byte 0x%02x: write \\x%02x",
					 in->line, (unsigned)byte, (unsigned)byte);
		}
		if (n == CAPTURE_BYTES_MAX) {
			return error_set(in->err, "line %ld: text is longer than %d bytes",
					 in->line, CAPTURE_BYTES_MAX);
		}
		bytes[n++] = (uint8_t)byte;
	}
	if (n == 0) {
		return error_set(in->err, "line %ld: text is empty", in->line);
	}
	*len = n;
	return 0;
}

static int take_header(struct capture_reader *reader, struct capture_cursor *in)
{
	static const char name[] = "# pps2shm capture ";
	const size_t len = sizeof(name) - 1;

	if (in->end - in->at == sizeof(name) && memcmp(in->at, name, len) == 0) {
		int format = in->at[len] - '0';

		if (format >= CAPTURE_OLDEST && format <= CAPTURE_VERSION) {
			reader->head.format = format;
			return 0;
		}
	}
	return error_set(
		in->err,
		"line %ld: not '# pps2shm capture %d' or an older one: not a capture, or of a later version",
		in->line, CAPTURE_VERSION);
}

static int take_setting(struct capture_reader *reader, struct capture_cursor *in)
{
	if (reader->head.format < 2) {
		return capture_field_error(in, "the event",
					   "the head has lines of its own from format 2 on");
	}
	if (reader->events) {
		return capture_field_error(in, "the event", "C lines stand before the first event");
	}
	in->at++;
	return capture_take_setting(&reader->head, in);
}

/* How a pulse came by its stamp: nothing that the time logic goes by. */
static int take_kind(struct capture_cursor *in, struct event *event)
{
	int64_t width_ns, bias_ns;
	bool polled;

	if (capture_take_word(in, "stamp", "corrected", "polled", &polled) ||
	    capture_take_number(in, "width", 0, UINT32_MAX, &width_ns) ||
	    capture_take_number(in, "bias", -INT32_MAX, INT32_MAX, &bias_ns)) {
		return -1;
	}
	event->pulse.kind = polled ? 2 : 1;
	event->pulse.width_ns = (uint32_t)width_ns;
	event->pulse.bias_ns = (int32_t)bias_ns;
	return 0;
}

static int take_fields(struct capture_reader *reader, struct capture_cursor *in, bool put_off,
		       struct event *event)
{
	int64_t number = 0;

	switch (event->type) {
	case EVENT_PULSE:
		if (capture_take_word(in, "edge", "assert", "clear", &event->pulse.clear) ||
		    capture_take_number(in, "seq", 0, UINT32_MAX, &number)) {
			return -1;
		}
		event->pulse.seq = (uint32_t)number;
		return in->at < in->end && reader->head.format >= 4 ? take_kind(in, event) : 0;
	case EVENT_BYTES:
		event->bytes.data = reader->bytes;
		if (capture_take_number(in, "bps", 0, UINT32_MAX, &number)) {
			return -1;
		}
		event->bytes.bps = (uint32_t)number;
		if (put_off && capture_take_number(in, "since", 1, event->raw_ns,
						   &event->bytes.since_raw_ns)) {
			return -1;
		}
		return take_text(in, reader->bytes, &event->bytes.len);
	case EVENT_CLOCK:
		if (capture_take_word(in, "clock", "unsync", "sync", &event->clock.sync)) {
			return -1;
		}
		return capture_take_number(in, "maxerr", 0, EVENT_REAL_MAX / 1000,
					   &event->clock.maxerr_us);
	case EVENT_SOURCE:
		if (capture_take_word(in, "source", "serial", "pps", &event->source.pps)) {
			return -1;
		}
		return capture_take_word(in, "source state", "lost", "back", &event->source.back);
	case EVENT_OFFSET:
		return capture_take_number(in, "offset", -NS_PER_S / 2, NS_PER_S / 2,
					   &event->offset.pps_offset_ns);
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	return 0;
}

static int take_event(struct capture_reader *reader, struct capture_cursor *in, struct event *event)
{
	char letter = *in->at;
	bool put_off = letter == 'D' && reader->head.format >= 3;
	bool offset = letter == EVENT_OFFSET && reader->head.format >= 4;

	if (!put_off && !offset && (!strchr("PSKJXT", letter) || letter == '\0')) {
		return capture_field_error(
			in, "the event",
			"want P, S, K, J, X or T, D from format 3 on, O from 4 on, or C in the head");
	}
	in->at++;
	*event = (struct event){.type = put_off ? EVENT_BYTES : (enum event_type)letter};
	if (capture_take_number(in, "raw", 0, EVENT_REAL_MAX, &event->raw_ns) ||
	    capture_take_number(in, "real", -EVENT_REAL_MAX, EVENT_REAL_MAX, &event->real_ns) ||
	    take_fields(reader, in, put_off, event)) {
		return -1;
	}
	if (in->at != in->end) {
		return capture_field_error(in, "after the last field there",
					   "nothing belongs there");
	}
	if (event->raw_ns < reader->last_raw_ns) {
		return error_set(
			in->err,
			"line %ld: raw runs backwards, from %lld to %lld: events are ordered by raw",
			in->line, (long long)reader->last_raw_ns, (long long)event->raw_ns);
	}
	reader->last_raw_ns = event->raw_ns;
	reader->events = true;
	return 1;
}

void capture_reader_init(struct capture_reader *reader)
{
	reader->line = 0;
	reader->last_raw_ns = 0;
	reader->events = false;
	capture_head_init(&reader->head);
}

int capture_parse(struct capture_reader *reader, const char *line, size_t len, struct event *event,
		  struct error *err)
{
	struct capture_cursor in = {
		.at = line, .end = line + len, .line = ++reader->line, .err = err};

	if (reader->line == 1) {
		return take_header(reader, &in);
	}
	if (len == 0 || line[0] == '#') {
		return 0;
	}
	return line[0] == 'C' ? take_setting(reader, &in) : take_event(reader, &in, event);
}
