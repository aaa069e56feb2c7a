/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/capture.h"

#include <string.h>

/* What is left of the line in hand. */
struct cursor {
	const char *at;
	const char *end;
	long line;
	struct error *err;
};

/* ------------------------------------------------------------------ writing */

static char *put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static char *put_number(char *out, int64_t value)
{
	char digits[20];
	size_t n = 0;
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	if (value < 0) {
		*out++ = '-';
	}
	do {
		digits[n++] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	while (n) {
		*out++ = digits[--n];
	}
	return out;
}

static char *put_field(char *out, int64_t value)
{
	*out++ = ' ';
	return put_number(out, value);
}

static char *put_byte(char *out, uint8_t byte)
{
	static const char hex[] = "0123456789abcdef";
	char letter;

	switch (byte) {
	case '\r':
		letter = 'r';
		break;
	case '\n':
		letter = 'n';
		break;
	case '\t':
		letter = 't';
		break;
	case '\\':
		letter = '\\';
		break;
	default:
		if (byte >= 0x20 && byte <= 0x7e) {
			*out++ = (char)byte;
			return out;
		}
		letter = 'x';
	}
	*out++ = '\\';
	*out++ = letter;
	if (letter == 'x') {
		*out++ = hex[byte >> 4];
		*out++ = hex[byte & 15];
	}
	return out;
}

static char *put_bytes(char *out, const struct event *event)
{
	size_t len = event->bytes.len;

	if (len > CAPTURE_BYTES_MAX) {
		len = CAPTURE_BYTES_MAX;
	}
	out = put_field(out, event->bytes.bps);
	*out++ = ' ';
	for (size_t i = 0; i < len; i++) {
		out = put_byte(out, event->bytes.data[i]);
	}
	return out;
}

size_t capture_format(const struct event *event, char *text)
{
	char *out = text;

	*out++ = (char)event->type;
	out = put_field(out, event->raw_ns);
	out = put_field(out, event->real_ns);
	switch (event->type) {
	case EVENT_PULSE:
		out = put_text(out, event->pulse.clear ? " clear" : " assert");
		out = put_field(out, event->pulse.seq);
		break;
	case EVENT_BYTES:
		out = put_bytes(out, event);
		break;
	case EVENT_CLOCK:
		out = put_text(out, event->clock.sync ? " sync" : " unsync");
		out = put_field(out, event->clock.maxerr_us);
		break;
	case EVENT_SOURCE:
		out = put_text(out, event->source.pps ? " pps" : " serial");
		out = put_text(out, event->source.back ? " back" : " lost");
		break;
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	*out++ = '\n';
	*out = '\0';
	return (size_t)(out - text);
}

/* ------------------------------------------------------------------ reading */

/* How much of a line of any bytes to show in an error. */
static int shown(const struct cursor *in)
{
	int n = 0;

	while (n < 24 && in->at + n < in->end && in->at[n] > ' ' && in->at[n] <= '~') {
		n++;
	}
	return n;
}

static int field_error(struct cursor *in, const char *what, const char *allowed)
{
	return error_set(in->err, "line %ld: %s is '%.*s': %s", in->line, what, shown(in), in->at,
			 allowed);
}

static int take_space(struct cursor *in, const char *what)
{
	if (in->at == in->end) {
		return error_set(in->err, "line %ld: ends before %s", in->line, what);
	}
	if (*in->at != ' ') {
		return field_error(in, "what stands before the next field",
				   "one space belongs there");
	}
	in->at++;
	return 0;
}

/* One space and a decimal number least..most; a sign only where least is below zero. */
static int take_number(struct cursor *in, const char *what, int64_t least, int64_t most,
		       int64_t *value)
{
	struct cursor start;
	uint64_t n = 0;
	bool minus;

	if (take_space(in, what)) {
		return -1;
	}
	start = *in;
	minus = least < 0 && in->at < in->end && *in->at == '-';
	in->at += minus;
	const char *first = in->at;
	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
		uint64_t digit = (uint64_t)(*in->at - '0');

		if (n > ((uint64_t)most - digit) / 10) {
			return field_error(&start, what, "out of range");
		}
		n = n * 10 + digit;
	}
	if (in->at == first || (in->at < in->end && *in->at != ' ')) {
		return field_error(&start, what, "want a decimal number");
	}
	*value = minus ? -(int64_t)n : (int64_t)n;
	return 0;
}

/* One space and one of two words; *second says which. */
static int take_word(struct cursor *in, const char *what, const char *no, const char *yes,
		     bool *second)
{
	size_t len;

	if (take_space(in, what)) {
		return -1;
	}
	for (len = 0; in->at + len < in->end && in->at[len] != ' '; len++) {
	}
	*second = len == strlen(yes) && memcmp(in->at, yes, len) == 0;
	if (!*second && (len != strlen(no) || memcmp(in->at, no, len) != 0)) {
		return error_set(in->err, "line %ld: %s is '%.*s': want %s or %s", in->line, what,
				 shown(in), in->at, no, yes);
	}
	in->at += len;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return -1;
}

/* The byte that the escape after a backslash stands for, or -1. */
static int take_escape(struct cursor *in)
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

static int take_text(struct cursor *in, uint8_t *bytes, size_t *len)
{
	size_t n = 0;

	if (take_space(in, "the text")) {
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

static int take_header(struct cursor *in)
{
	size_t len = (size_t)(in->end - in->at);

	if (len == sizeof(CAPTURE_HEADER) - 2 && memcmp(in->at, CAPTURE_HEADER, len) == 0) {
		return 0;
	}
	return error_set(
		in->err,
		"line %ld: not '# pps2shm capture %d': not a capture, or of another version",
		in->line, CAPTURE_VERSION);
}

static int take_fields(struct capture_reader *reader, struct cursor *in, struct event *event)
{
	int64_t number = 0;

	switch (event->type) {
	case EVENT_PULSE:
		if (take_word(in, "edge", "assert", "clear", &event->pulse.clear) ||
		    take_number(in, "seq", 0, UINT32_MAX, &number)) {
			return -1;
		}
		event->pulse.seq = (uint32_t)number;
		return 0;
	case EVENT_BYTES:
		event->bytes.data = reader->bytes;
		if (take_number(in, "bps", 0, UINT32_MAX, &number)) {
			return -1;
		}
		event->bytes.bps = (uint32_t)number;
		return take_text(in, reader->bytes, &event->bytes.len);
	case EVENT_CLOCK:
		if (take_word(in, "clock", "unsync", "sync", &event->clock.sync)) {
			return -1;
		}
		return take_number(in, "maxerr", 0, CAPTURE_TIME_MAX / 1000,
				   &event->clock.maxerr_us);
	case EVENT_SOURCE:
		if (take_word(in, "source", "serial", "pps", &event->source.pps)) {
			return -1;
		}
		return take_word(in, "source state", "lost", "back", &event->source.back);
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	return 0;
}

static int take_event(struct capture_reader *reader, struct cursor *in, struct event *event)
{
	char letter = *in->at;

	if (!strchr("PSKJXT", letter) || letter == '\0') {
		return field_error(in, "the event", "want P, S, K, J, X or T");
	}
	in->at++;
	*event = (struct event){.type = (enum event_type)letter};
	if (take_number(in, "raw", 0, CAPTURE_TIME_MAX, &event->raw_ns) ||
	    take_number(in, "real", -CAPTURE_TIME_MAX, CAPTURE_TIME_MAX, &event->real_ns) ||
	    take_fields(reader, in, event)) {
		return -1;
	}
	if (in->at != in->end) {
		return field_error(in, "after the last field there", "nothing belongs there");
	}
	if (event->raw_ns < reader->last_raw_ns) {
		return error_set(in->err,
				 "line %ld: raw runs backwards, from %lld to %lld: events are "
				 "ordered by raw",
				 in->line, (long long)reader->last_raw_ns,
				 (long long)event->raw_ns);
	}
	reader->last_raw_ns = event->raw_ns;
	return 1;
}

void capture_reader_init(struct capture_reader *reader)
{
	reader->line = 0;
	reader->last_raw_ns = 0;
}

int capture_parse(struct capture_reader *reader, const char *line, size_t len, struct event *event,
		  struct error *err)
{
	struct cursor in = {.at = line, .end = line + len, .line = ++reader->line, .err = err};

	if (reader->line == 1) {
		return take_header(&in);
	}
	if (len == 0 || line[0] == '#') {
		return 0;
	}
	return take_event(reader, &in, event);
}
