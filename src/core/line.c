/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/line.h"

#include <string.h>

/* A FIFO may hold back 16 bytes, and the read may come late by as much as 8 more take. */
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

/* Where the sentence begins that the read ends within, as no receiver pauses within one. */
static size_t last_begun(const uint8_t *data, size_t count)
{
	const uint8_t *begin = memrchr(data, '$', count);

	if (!begin || memchr(begin, '\n', count - (size_t)(begin - data))) {
		return count;
	}
	return (size_t)(begin - data);
}

void line_read(struct line *l, int64_t raw_ns, const uint8_t *data, size_t count, int64_t byte_ns,
	       bool inside)
{
	int64_t busy = (int64_t)count * byte_ns;
	int64_t margin = MARGIN_BYTES * byte_ns;
	int64_t gap;

	line_look(l, raw_ns);
	gap = raw_ns - l->read_raw_ns;
	l->read_raw_ns = raw_ns;
	l->first_raw_ns = raw_ns - busy;
	l->byte_ns = byte_ns;
	/* Or it is more than the line can have brought since the read before. */
	l->stale = l->stale || busy > gap + margin;
	l->quiet_ns = inside ? 0 : gap - busy + (l->whole ? l->idle_ns : 0);
	l->idle_ns = gap - busy;
	l->whole = count > 0 && data[count - 1] == '\n';
	l->idle = !l->stale && gap - busy > (byte_ns ? margin : LINE_PAUSE_NS);
	/*
	 * A busy line would hardly have been read just between two sentences: it was idle before
	 * the first byte. Else it may have been idle at the end.
	 */
	l->after = inside ? last_begun(data, count) : 0;
	if (l->stale) {
		l->empty_raw_ns = LINE_NEVER;
	}
}

int64_t line_made_raw_ns(const struct line *l, size_t index)
{
	if (!l->idle || index < l->after) {
		return l->empty_raw_ns;
	}
	return l->first_raw_ns - (index ? MARGIN_BYTES * l->byte_ns : 0);
}

void line_done(struct line *l)
{
	if (l->idle) {
		l->empty_raw_ns = l->first_raw_ns - MARGIN_BYTES * l->byte_ns;
	}
	l->stale = false;
}
