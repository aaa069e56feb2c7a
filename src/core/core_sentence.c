/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "core/calendar.h"
#include "core/core_state.h"

/* A constellation not heard of for this long is no longer counted. */
#define TALKER_NS (5 * NS_PER_S)

static struct date_reference date_reference(const struct core *core)
{
	return (struct date_reference){
		.pivot_s = core->config.pivot_s,
		.clock_trusted = core->discipline.witness,
		.clock_s = floor_div(core->last_raw_ns + core->real_minus_raw_ns, NS_PER_S),
	};
}

void core_close_epoch(struct core *core)
{
	struct date_reference reference = date_reference(core);

	struct fix fix = epoch_close(&core->epoch, &reference);

	core_fix(core, &fix);
}

static void count_satellites(struct core *core, const struct sentence *s, int64_t raw_ns)
{
	struct talker_seen *slot = &core->talkers[0];
	int sum = 0;

	for (int i = 0; i < CORE_TALKERS; i++) {
		struct talker_seen *t = &core->talkers[i];

		if (strcmp(t->talker, s->talker) == 0) {
			slot = t;
			break;
		}
		if (t->raw_ns < slot->raw_ns) {
			slot = t;
		}
	}
	memcpy(slot->talker, s->talker, sizeof(slot->talker));
	slot->satellites = s->satellites_seen;
	slot->raw_ns = raw_ns;
	for (int i = 0; i < CORE_TALKERS; i++) {
		if (core->talkers[i].talker[0] && raw_ns - core->talkers[i].raw_ns < TALKER_NS) {
			sum += core->talkers[i].satellites;
		}
	}
	core->status.receiver.satellites_seen = sum;
}

static void describe_receiver(struct core *core, const struct sentence *s, int64_t raw_ns)
{
	struct core_receiver *r = &core->status.receiver;

	if (s->fix_mode) {
		r->fix_mode = s->fix_mode;
	}
	if (s->satellites_used >= 0) {
		r->satellites_used = s->satellites_used;
	}
	if (s->hdop_x100 >= 0) {
		r->hdop_x100 = s->hdop_x100;
	}
	if (s->satellites_seen >= 0) {
		count_satellites(core, s, raw_ns);
	}
	if (s->type != SENTENCE_OTHER && s->type != SENTENCE_GSV) {
		memcpy(r->talker, s->talker, sizeof(r->talker));
	}
}

void core_sentence(struct core *core, const struct sentence *sentence, const struct arrival *begin,
		   int64_t raw_ns)
{
	epoch_sentence(&core->epoch, begin); /* what may have been a frame may have hidden it */
	core->status.sentences++;
	core->status.last_sentence_raw_ns = raw_ns;
	describe_receiver(core, sentence, raw_ns);
	if (sentence->validity == VALIDITY_BAD) {
		/* Bad news at once; good news when the whole epoch agrees. */
		core->fix = false;
		core->fix_denied = true;
		core->denied_raw_ns = raw_ns;
		label_fix_lost(&core->label);
		leap_count_lost(&core->leap, raw_ns);
	}
	if (!sentence->has_time) {
		return;
	}
	if (epoch_begins(&core->epoch, sentence)) {
		if (core->line.goes_on) {
			/* More may follow in this look: then the line was not idle. */
			epoch_unproven(&core->epoch, core->line.look);
		}
		core_close_epoch(core);
	}
	epoch_add(&core->epoch, sentence, begin, raw_ns);
}
