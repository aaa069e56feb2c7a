/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/capture.h"
#include "core/capture_text.h"

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
	out = capture_put_field(out, event->bytes.bps);
	if (event->bytes.since_raw_ns > 0) {
		out = capture_put_field(out, event->bytes.since_raw_ns);
	}
	*out++ = ' ';
	for (size_t i = 0; i < len; i++) {
		out = put_byte(out, event->bytes.data[i]);
	}
	return out;
}

size_t capture_format(const struct event *event, char *text)
{
	char *out = text;

	bool put_off = event->type == EVENT_BYTES && event->bytes.since_raw_ns > 0;

	*out++ = put_off ? 'D' : (char)event->type;
	out = capture_put_field(out, event->raw_ns);
	out = capture_put_field(out, event->real_ns);
	switch (event->type) {
	case EVENT_PULSE:
		out = capture_put_text(out, event->pulse.clear ? " clear" : " assert");
		out = capture_put_field(out, event->pulse.seq);
		if (event->pulse.kind) {
			out = capture_put_text(out,
					       event->pulse.kind == 2 ? " polled" : " corrected");
			out = capture_put_field(out, event->pulse.width_ns);
			out = capture_put_field(out, event->pulse.bias_ns);
		}
		break;
	case EVENT_BYTES:
		out = put_bytes(out, event);
		break;
	case EVENT_CLOCK:
		out = capture_put_text(out, event->clock.sync ? " sync" : " unsync");
		out = capture_put_field(out, event->clock.maxerr_us);
		break;
	case EVENT_SOURCE:
		out = capture_put_text(out, event->source.pps ? " pps" : " serial");
		out = capture_put_text(out, event->source.back ? " back" : " lost");
		break;
	case EVENT_OFFSET:
		out = capture_put_field(out, event->offset.pps_offset_ns);
		break;
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	*out++ = '\n';
	*out = '\0';
	return (size_t)(out - text);
}
