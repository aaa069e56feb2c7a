/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "play.h"

#include <stdlib.h>

#include "core/capture.h"
#include "core/capture_head.h"

void play_init(struct play *play, uint64_t seed)
{
	world_config_default(&play->config, seed);
	core_config_default(&play->core_config);
	play->events = 0;
	play->last_raw_ns = 0;
}

static void capture_settings(struct play *play)
{
	static char text[CAPTURE_HEAD_MAX];
	struct capture_head head;

	capture_head_init(&head);
	snprintf(head.program, sizeof(head.program), "scenario");
	head.config = play->core_config;
	fwrite(text, 1, capture_format_head(&head, text), play->capture);
}

void play_start(struct play *play)
{
	struct core_output output = {&play->judge, judge_sample, judge_notice};

	if (play->core == NULL) {
		play->core = malloc(core_size());
	}
	if (play->core == NULL) {
		abort();
	}
	play->core_config.clear_edge = play->config.p[WORLD_CLEAR_MARKS];
	world_init(&play->world, &play->config);
	judge_init(&play->judge, &play->core_config, &play->world);
	core_init(play->core, &play->core_config, &output);
	if (play->capture != NULL) {
		capture_settings(play);
	}
}

/* A stamp older than what went before stands there as late as that: captures are in order. */
static void play_capture(struct play *play, const struct event *event)
{
	static char text[CAPTURE_LINE_MAX];
	struct event ordered = *event;

	if (ordered.raw_ns < play->last_raw_ns) {
		ordered.raw_ns = play->last_raw_ns;
	}
	play->last_raw_ns = ordered.raw_ns;
	fwrite(text, 1, capture_format(&ordered, text), play->capture);
}

void play_until(struct play *play, int64_t until_ns)
{
	struct event event;
	struct truth truth;

	while ((play->world.now_ns < until_ns || play->world.due != NULL) &&
	       world_next(&play->world, &event, &truth)) {
		if (play->capture != NULL) {
			play_capture(play, &event);
		}
		judge_event(&play->judge, &event, &truth);
		core_event(play->core, &event);
		play->world.line.ambiguous = core_status(play->core)->state == CORE_AMBIGUOUS;
		if (event.type == EVENT_PULSE &&
		    event.pulse.clear == play->core_config.clear_edge) {
			world_line_pulse(&play->world, event.raw_ns,
					 core_status(play->core)->label_raw_ns == event.raw_ns,
					 core_steady(play->core));
		}
		play->events++;
	}
}

void play_end(struct play *play)
{
	play_until(play, INT64_MAX);
}

void play_free(struct play *play)
{
	free(play->core);
	play->core = NULL;
}
