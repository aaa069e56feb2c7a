/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/replay_settings.h"

#include <stdio.h>
#include <string.h>

#include "core/capture_pivot.h"

static const char *const source_names[] = {
	[SETTING_DEFAULT] = "default",
	[SETTING_CAPTURE] = "capture",
	[SETTING_CONTENT] = "content",
	[SETTING_OPTION] = "option",
};

/* The options of the daemon that stand for a key of the capture. */
static const struct {
	enum capture_key key;
	const char *option;
} overrides[] = {
	{CAPTURE_AGREE, "agree"},           {CAPTURE_RELABEL_HOLD, "relabel-hold"},
	{CAPTURE_HOLDOVER, "holdover"},     {CAPTURE_PPS_OFFSET, "pps-offset"},
	{CAPTURE_COARSE_LAG, "coarse-lag"}, {CAPTURE_EDGE, "edge"},
	{CAPTURE_TIME_LEAP, "time-leap"},
};

/* The head alone if it says the pivot or none is asked for, else until the content has shown it. */
static void examine(struct lines *lines, bool pivot_wanted, struct capture_reader *reader,
		    struct capture_dating *dating)
{
	const char *line;
	struct event event;
	struct error ignored;
	size_t len;

	capture_reader_init(reader);
	capture_dating_init(dating);
	while (lines_next(lines, &line, &len, &ignored) > 0) {
		int kind = capture_parse(reader, line, len, &event, &ignored);

		if (kind < 0) {
			return;
		}
		if (kind > 0 && (!pivot_wanted || capture_head_says(&reader->head, CAPTURE_PIVOT) ||
				 capture_dating_event(dating, &event))) {
			return;
		}
	}
}

static void set_pivot(struct replay_settings *s, int64_t pivot_s, enum setting_source from)
{
	s->head.config.pivot_s = pivot_s;
	s->from[CAPTURE_PIVOT] = from;
}

static void apply_options(struct replay_settings *s, const struct config *config)
{
	for (size_t i = 0; i < sizeof(overrides) / sizeof(overrides[0]); i++) {
		if (config_given(config, overrides[i].option)) {
			capture_key_copy(&s->head.config, &config->core, overrides[i].key);
			s->from[overrides[i].key] = SETTING_OPTION;
		}
	}
}

int replay_settings_find(struct replay_settings *s, struct lines *lines,
			 const struct config *config, const int64_t *pivot_s, struct error *err)
{
	static struct capture_reader reader;
	struct capture_dating dating;

	examine(lines, !pivot_s, &reader, &dating);
	s->head = reader.head;
	for (int i = 0; i < CAPTURE_KEYS; i++) {
		s->from[i] = capture_head_says(&s->head, (enum capture_key)i) ? SETTING_CAPTURE
									      : SETTING_DEFAULT;
	}
	if (pivot_s) {
		set_pivot(s, *pivot_s, SETTING_OPTION);
	} else if (s->from[CAPTURE_PIVOT] == SETTING_DEFAULT &&
		   capture_dating_pivot_s(&dating) != CAPTURE_PIVOT_S) {
		set_pivot(s, capture_dating_pivot_s(&dating), SETTING_CONTENT);
	}
	apply_options(s, config);
	return lines_rewind(lines, err);
}

static void print_value(const struct capture_head *head, enum capture_key key)
{
	char text[100];

	capture_key_text(head, key, text, sizeof(text));
	if (!capture_key_is_number(key)) {
		printf("\"%s\"", text);
	} else {
		fputs(strcmp(text, "none") == 0 ? "null" : text, stdout);
	}
}

void replay_settings_print(const struct replay_settings *s)
{
	printf("\"format\":%d,\"settings\":{", s->head.format);
	for (int i = 0; i < CAPTURE_KEYS; i++) {
		printf("%s\"%s\":{\"value\":", i ? "," : "", capture_key_name((enum capture_key)i));
		print_value(&s->head, (enum capture_key)i);
		printf(",\"from\":\"%s\"}", source_names[s->from[i]]);
	}
	putchar('}');
}
