/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/line.h"

#include <string.h>

/* A FIFO may hold back 16 bytes, and the read may come late by as much as 8 more take. */
#define MARGIN_BYTES 24
/* A read right after one that came back full: its bytes cannot all have come since. */
#define SAME_LOOK_NS INT64_C(5000000)
#define TIDY_LOOKS   3
/* A receiver that was seen to pause within a sentence is taken to do so for so long. */
#define SPLITS_NS INT64_C(10000000000)

void line_init(struct line *l)
{
	*l = (struct line){.empty_raw_ns = LINE_NEVER};
}

void line_look(struct line *l, int64_t raw_ns)
{
	if (l->look_raw_ns && raw_ns - l->look_raw_ns > LINE_STALL_NS) {
		l->stalled = true;
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

/*
 * The line was idle before the first byte, and not only at the end. A busy line is rarely read just
 * between two sentences, once; a long pause ends what the loop collects, and it reads at once.
 */
static bool begins_tidily(const struct line *l)
{
	return l->tidy >= TIDY_LOOKS || (l->tidy && l->gap_ns - l->busy_ns >= LINE_QUIET_NS) ||
	       (l->tidy && l->pausing && l->clean >= TIDY_LOOKS);
}

/* When the pause of this look was over, at worst: all that can have come after it did. */
static int64_t emptied_raw_ns(const struct line *l)
{
	return l->read_raw_ns - (l->busy_ns - l->rest_ns) - MARGIN_BYTES * l->byte_ns;
}

/* Returns how many bytes of the read belong to a sentence that had begun before the look. */
static size_t take_rest(struct line *l, const uint8_t *data, size_t count)
{
	size_t rest = 0;

	while (l->in_rest && rest < count && data[rest] != '$') {
		l->in_rest = data[rest++] != '\n' || rest == count;
	}
	l->in_rest &= rest == count;
	l->rest_ns += (int64_t)rest * l->byte_ns;
	return rest;
}

static void begin_look(struct line *l, int64_t gap_ns, int64_t busy_ns, int64_t margin_ns,
		       bool inside)
{
	int64_t idle = gap_ns - busy_ns;
	/* The look before ended with its pause, if that went on or its sentence was over. */
	bool ended = l->whole && (l->in_rest || idle > margin_ns / 3);
	int64_t before = ended ? l->gap_ns - l->busy_ns : 0;

	bool paused = l->idle && idle > margin_ns;

	l->pausing = paused && l->whole;
	if (paused) {
		l->clean = l->whole && !inside ? l->clean + 1 : 0;
	}
	if (l->idle) {
		l->empty_raw_ns = emptied_raw_ns(l);
	}

	l->look++;
	l->gap_ns = gap_ns;
	l->busy_ns = busy_ns;
	l->tidy = inside ? 0 : l->tidy + 1;
	l->quiet_ns = inside ? 0 : idle + before;
	l->quiet_at = 0;
	l->in_rest = inside;
	l->rest_ns = 0;
	/*
	 * Or it is more than the line can have brought since the look before, or the end of that.
	 */
	l->stale =
		l->stalled || busy_ns > gap_ns + margin_ns || (l->stale && gap_ns < SAME_LOOK_NS);
	l->stalled = false;
	if (l->stale) {
		l->empty_raw_ns = LINE_NEVER;
	}
}

void line_read(struct line *l, int64_t raw_ns, const uint8_t *data, size_t count, int64_t byte_ns,
	       bool inside)
{
	int64_t busy = (int64_t)count * byte_ns;
	int64_t margin = MARGIN_BYTES * byte_ns;

	line_look(l, raw_ns);

	int64_t gap = raw_ns - l->read_raw_ns;

	l->first_raw_ns = raw_ns - busy;
	if (gap < SAME_LOOK_NS && busy > gap + 2 * byte_ns && l->look) {
		l->overlap_ns = busy - gap;
		l->goes_on = true;
		l->gap_ns += gap;
		l->busy_ns += busy;
		l->quiet_ns -= l->overlap_ns;
	} else {
		l->overlap_ns = 0;
		l->goes_on = false;
		/* A sentence that was cut short does not go on. */
		begin_look(l, gap, busy, margin, inside && data[0] != '$');
	}
	l->read_raw_ns = raw_ns;
	l->byte_ns = byte_ns;
	l->whole = data[count - 1] == '\n';

	bool splits = l->split_raw_ns && raw_ns - l->split_raw_ns < SPLITS_NS;
	size_t rest = splits ? 0 : take_rest(l, data, count);

	l->idle = !l->stale && l->gap_ns - l->busy_ns > (byte_ns ? margin : LINE_PAUSE_NS);
	l->tidily = begins_tidily(l);
	l->after = l->tidily ? 0 : last_begun(data, count);
	if (l->idle && inside && !memchr(data, '\n', count)) {
		l->split_raw_ns = raw_ns;
	}
	if (!l->goes_on && l->tidy && !l->tidily && memchr(data, '\n', count)) {
		l->quiet_ns -= gap - busy; /* it may as well have been idle behind a sentence */
	}
	if (!l->goes_on && rest > 0 && rest < count && rest == l->after) {
		/* Only between these two sentences can it have been idle. */
		l->quiet_ns = gap - busy;
		l->quiet_at = rest;
	}
}

int64_t line_made_raw_ns(const struct line *l, size_t index)
{
	if (!l->idle || index < l->after) {
		return l->empty_raw_ns;
	}
	if (index == 0 && !l->goes_on) {
		return l->first_raw_ns;
	}
	return emptied_raw_ns(l);
}
