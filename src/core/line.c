/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/line.h"

/* A FIFO may hold back 16 bytes, and the read may come late by as much as 8 more take. */
#define FIFO_BYTES   16
#define MARGIN_BYTES 24

void line_init(struct line *l)
{
	*l = (struct line){.empty_raw_ns = LINE_NEVER};
}

void line_look(struct line *l, int64_t raw_ns)
{
	if (l->look_raw_ns && raw_ns - l->look_raw_ns > LINE_STALL_NS) {
		l->stale = true;
	}
	l->look_raw_ns = raw_ns;
	if (!l->read_raw_ns) {
		l->read_raw_ns = raw_ns;
	}
}

void line_read(struct line *l, int64_t raw_ns, size_t count, int64_t byte_ns, bool inside)
{
	int64_t busy = (int64_t)count * byte_ns;
	int64_t margin = MARGIN_BYTES * byte_ns;
	int64_t gap;

	line_look(l, raw_ns);
	gap = raw_ns - l->read_raw_ns;
	l->before_raw_ns = l->read_raw_ns;
	l->read_raw_ns = raw_ns;
	l->first_raw_ns = raw_ns - busy;
	l->byte_ns = byte_ns;
	l->inside = inside;
	/* Or it is more than the line can have brought since the read before. */
	l->stale = l->stale || busy > gap + margin;
	l->idle = !l->stale && (byte_ns ? gap - busy > margin : gap >= LINE_QUIET_NS);
	if (l->stale) {
		l->empty_raw_ns = LINE_NEVER;
	}
}

/*
 * The line was idle before the read's first byte; or, if that one continues a sentence, at the
 * soonest when the so many bytes were through.
 */
static int64_t idle_raw_ns(const struct line *l, size_t count)
{
	int64_t through = l->before_raw_ns + ((int64_t)count - FIFO_BYTES) * l->byte_ns;

	if (!l->inside) {
		return l->first_raw_ns;
	}
	return through > l->before_raw_ns ? through : l->before_raw_ns;
}

int64_t line_made_raw_ns(const struct line *l, size_t index)
{
	return l->idle ? idle_raw_ns(l, index) : l->empty_raw_ns;
}

void line_done(struct line *l, size_t count)
{
	if (l->idle) {
		l->empty_raw_ns = idle_raw_ns(l, count);
	}
	l->stale = false;
}
