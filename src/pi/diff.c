/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/diff.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/clean.h"

enum { CONTEXT = 3 };

struct lines {
	struct text_line *at;
	size_t count;
};

static void split(const struct text *text, struct lines *lines)
{
	struct text_line line = {0};
	size_t most = 1;

	for (size_t i = 0; i < text->len; i++) {
		most += text->at[i] == '\n' ? 1 : 0;
	}
	lines->count = 0;
	lines->at = calloc(most, sizeof(*lines->at));
	if (!lines->at) {
		abort();
	}
	while (text_next_line(text, &line)) {
		lines->at[lines->count++] = line;
	}
}

static bool same_line(const struct text_line *a, const struct text_line *b)
{
	return a->len == b->len && a->newline == b->newline && a->carriage == b->carriage &&
	       memcmp(a->at, b->at, a->len) == 0;
}

static void add_line(struct text *out, char mark, const struct text_line *line)
{
	text_addf(out, "%c", mark);
	text_add(out, line->at, line->len);
	text_addf(out, "%s%s", line->carriage ? "\r" : "",
		  line->newline ? "\n" : "\n\\ No newline at end of file\n");
}

/*
 * common[i * (b's count + 1) + j]: how many lines a from i on and b from j on have in common. The
 * caller leaves equal heads and tails out, so that both are short.
 */
static size_t *count_common(const struct lines *a, const struct lines *b)
{
	size_t width = b->count + 1;
	size_t *common = calloc((a->count + 1) * width, sizeof(*common));

	if (!common) {
		abort();
	}
	for (size_t i = a->count; i-- > 0;) {
		for (size_t j = b->count; j-- > 0;) {
			size_t down = common[(i + 1) * width + j],
			       right = common[i * width + j + 1];

			common[i * width + j] = same_line(&a->at[i], &b->at[j])
							? common[(i + 1) * width + j + 1] + 1
							: (down > right ? down : right);
		}
	}
	return common;
}

/* One line of the whole comparison: kept ' ', taken out '-' or put in '+'. */
struct step {
	char mark;
	size_t a, b; /* lines of each before this step */
	const struct text_line *line;
};

struct steps {
	struct step *at;
	size_t count;
	size_t a, b; /* lines gone through */
};

static void add_step(struct steps *steps, char mark, const struct text_line *line)
{
	steps->at[steps->count++] =
		(struct step){.mark = mark, .a = steps->a, .b = steps->b, .line = line};
	steps->a += mark != '+' ? 1 : 0;
	steps->b += mark != '-' ? 1 : 0;
}

static void compare_middle(const struct lines *a, const struct lines *b, struct steps *steps)
{
	size_t *common = count_common(a, b);
	size_t i = 0, j = 0, width = b->count + 1;

	while (i < a->count || j < b->count) {
		if (i < a->count && j < b->count && same_line(&a->at[i], &b->at[j])) {
			add_step(steps, ' ', &a->at[i++]);
			j++;
		} else if (i < a->count && (j == b->count || common[(i + 1) * width + j] >=
								     common[i * width + j + 1])) {
			add_step(steps, '-', &a->at[i++]);
		} else {
			add_step(steps, '+', &b->at[j++]);
		}
	}
	free(common);
}

static void compare(const struct lines *a, const struct lines *b, struct steps *steps)
{
	size_t head = 0, tail = 0;

	while (head < a->count && head < b->count && same_line(&a->at[head], &b->at[head])) {
		add_step(steps, ' ', &a->at[head++]);
	}
	while (tail < a->count - head && tail < b->count - head &&
	       same_line(&a->at[a->count - 1 - tail], &b->at[b->count - 1 - tail])) {
		tail++;
	}
	struct lines a_middle = {a->at + head, a->count - head - tail};
	struct lines b_middle = {b->at + head, b->count - head - tail};

	compare_middle(&a_middle, &b_middle, steps);
	for (size_t i = a->count - tail; i < a->count; i++) {
		add_step(steps, ' ', &a->at[i]);
	}
}

/* A range as diff -u writes it: the line before it if it is empty. */
static void add_range(struct text *out, char mark, size_t from, size_t lines)
{
	text_addf(out, " %c%zu,%zu", mark, lines ? from + 1 : from, lines);
}

static void add_hunk(struct text *out, const struct step *steps, size_t from, size_t to)
{
	size_t a = 0, b = 0;

	for (size_t i = from; i < to; i++) {
		a += steps[i].mark != '+' ? 1 : 0;
		b += steps[i].mark != '-' ? 1 : 0;
	}
	text_addf(out, "@@");
	add_range(out, '-', steps[from].a, a);
	add_range(out, '+', steps[from].b, b);
	text_addf(out, " @@\n");
	for (size_t i = from; i < to; i++) {
		add_line(out, steps[i].mark, steps[i].line);
	}
}

/* Changes with no more than twice the context between them share a hunk. */
static void add_hunks(struct text *out, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t last = i;

		if (steps[i].mark == ' ') {
			continue;
		}
		for (size_t k = i; k < count && k <= last + 2 * CONTEXT + 1; k++) {
			last = steps[k].mark != ' ' ? k : last;
		}
		size_t end = last + 1 + CONTEXT < count ? last + 1 + CONTEXT : count;

		add_hunk(out, steps, i > CONTEXT ? i - CONTEXT : 0, end);
		i = last;
	}
}

static void diff_text(const struct text *before, const struct text *after, struct text *out)
{
	struct steps steps = {0};
	struct lines a, b;

	split(before, &a);
	split(after, &b);
	steps.at = calloc(a.count + b.count + 1, sizeof(*steps.at));
	if (!steps.at) {
		abort();
	}
	compare(&a, &b, &steps);
	add_hunks(out, steps.at, steps.count);
	free(steps.at);
	free(a.at);
	free(b.at);
}

/* A target may hold line breaks, which would look like lines of the diff. */
static void add_link(struct text *out, const char *what, const char *path,
		     const struct text *target)
{
	char clean[PATH_MAX];

	clean_bytes(clean, sizeof(clean), target->at, target->len);
	text_addf(out, "# %s %s -> %s\n", what, path, clean);
}

void diff_change(const struct change *change, struct text *out)
{
	const struct state *before = &change->before, *after = &change->after;

	if (after->kind == STATE_LINK) {
		add_link(out, "link", change->path, &after->bytes);
	} else if (before->kind == STATE_LINK) {
		add_link(out, "remove link", change->path, &before->bytes);
	} else if (memchr(after->bytes.at, '\0', after->bytes.len)) {
		text_addf(out, "# file %s, %zu bytes\n", change->path, after->bytes.len);
	} else {
		text_addf(out, "--- %s%s\n", before->kind == STATE_ABSENT ? "/dev/null" : "a",
			  before->kind == STATE_ABSENT ? "" : change->path);
		text_addf(out, "+++ b%s\n", change->path);
		diff_text(&before->bytes, &after->bytes, out);
	}
}
