/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "core/calendar.h"
#include "core/core_state.h"

/* A constellation not heard of for this long is no longer counted. */
#define TALKER_NS (5 * NS_PER_S)

/* Start bit, eight data bits, stop bit. */
static int64_t byte_ns(uint32_t bps)
{
	return bps ? 10 * NS_PER_S / bps : 0;
}

static struct date_reference date_reference(const struct core *core)
{
	return (struct date_reference){
		.pivot_s = core->config.pivot_s,
		.clock_trusted = core->discipline.witness,
		.clock_s = floor_div(core->last_raw_ns + core->real_minus_raw_ns, NS_PER_S),
	};
}

static void close_epoch(struct core *core)
{
	struct date_reference reference = date_reference(core);

	struct fix fix = epoch_close(&core->epoch, &reference);

	core_fix(core, &fix);
}

void core_settle(struct core *core, int64_t raw_ns)
{
	if (epoch_over(&core->epoch, raw_ns)) {
		close_epoch(core);
	}
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

static void take_sentence(struct core *core, int64_t raw_ns)
{
	struct nmea_fields fields;
	struct sentence sentence;

	nmea_split(&core->framer, &fields);
	if (!sentence_parse(&fields, &sentence)) {
		core_reject(core, CORE_MALFORMED, raw_ns, 0, 0);
		return;
	}
	core->status.sentences++;
	core->status.last_sentence_raw_ns = raw_ns;
	describe_receiver(core, &sentence, raw_ns);
	if (sentence.validity == VALIDITY_BAD) {
		/* Bad news at once; good news when the whole epoch agrees. */
		core->fix = false;
		core->fix_denied = true;
		core->denied_raw_ns = raw_ns;
		label_fix_lost(&core->label);
	}
	if (!sentence.has_time) {
		return;
	}
	if (epoch_begins(&core->epoch, &sentence)) {
		if (core->line.goes_on) {
			/* More may follow in this look: then the line was not idle. */
			epoch_unproven(&core->epoch, core->line.look);
		}
		close_epoch(core);
	}
	epoch_add(&core->epoch, &sentence, &core->sentence, raw_ns);
}

static void take_byte(struct core *core, uint8_t byte, const struct arrival *at)
{
	if (byte == '$') {
		/* Within a sentence: that one was cut short. */
		core->epoch.burst.unused &= !core->framer.inside;
		core->sentence = *at;
		epoch_sentence(&core->epoch, at);
	}
	switch (nmea_feed(&core->framer, byte)) {
	case NMEA_MORE:
		break;
	case NMEA_SENTENCE:
		take_sentence(core, at->raw_ns);
		break;
	case NMEA_CHECKSUM:
		core->epoch.burst.unused = false; /* it may have been another epoch */
		core_reject(core, CORE_CHECKSUM, at->raw_ns, 0, 0);
		break;
	case NMEA_OVERLONG:
		core->epoch.burst.unused = false;
		core_reject(core, CORE_OVERLONG, at->raw_ns, 0, NMEA_LINE_MAX);
		break;
	}
}

/* The arrival of that byte of the read in hand. */
static struct arrival arrival(const struct core *core, const struct event *event, size_t index)
{
	const struct line *line = &core->line;
	int64_t raw_ns = line->first_raw_ns + (int64_t)index * line->byte_ns;

	return (struct arrival){
		.raw_ns = raw_ns,
		.real_ns = raw_ns + event->real_ns - event->raw_ns,
		.made_raw_ns = line_made_raw_ns(line, index),
		.stale = line->stale,
		.last = line->idle && !line->tidily && index >= line->after,
		.put_off = core->put_off,
		.look = line->look,
	};
}

/* While there is no grid, any edge may be a pulse. */
static bool pulse_between(const struct gate *gate, int64_t from_raw_ns, int64_t to_raw_ns)
{
	return gate->locked ? gate_floor(gate, to_raw_ns) > from_raw_ns
			    : edges_since(&gate->edges, from_raw_ns) >
				      edges_since(&gate->edges, to_raw_ns);
}

/* The line was idle before that byte of the read in hand, if it was at all. */
static void hear_pause(struct core *core, const struct event *event, size_t index)
{
	struct arrival at = arrival(core, event, index);
	struct epoch_pause pause = {.quiet_ns = core->line.goes_on ? 0 : core->line.quiet_ns};

	pause.pulse = pulse_between(&core->gate, at.raw_ns - pause.quiet_ns, at.raw_ns);
	epoch_read(&core->epoch, &at, &pause, event->raw_ns);
}

static void take_bytes(struct core *core, const struct event *event)
{
	const uint8_t *data = event->bytes.data;
	size_t count = event->bytes.len;
	size_t quiet_at = core->line.goes_on ? 0 : core->line.quiet_at;

	if (quiet_at == 0) {
		hear_pause(core, event, 0);
	}
	for (size_t i = 0; i < count; i++) {
		i += nmea_skip(&core->framer, data + i, count - i);
		if (i == count) {
			break;
		}
		if (i == quiet_at && i > 0) {
			hear_pause(core, event, i);
		}
		struct arrival at = arrival(core, event, i);

		take_byte(core, data[i], &at);
	}
}

/*
 * When the first byte came of a read that was put off: right after the read before, if nobody has
 * looked at the line since then; else when bursts usually do, after the line was last looked at.
 */
static int64_t usual_arrival(const struct core *core, int64_t since_raw_ns)
{
	const struct label *l = &core->label;
	int64_t usual = l->anchor_raw_ns + l->steady_lag_ns;
	int64_t seconds = -floor_div(usual - since_raw_ns, l->second_ns);

	return since_raw_ns <= core->line.read_raw_ns ? core->line.read_raw_ns
						      : usual + seconds * l->second_ns;
}

/*
 * What was put off is taken as if it had been read when it usually comes. So it can confirm the
 * label or contradict it, but tells nothing of the lag. Without a label that is beyond doubt, or if
 * the reader overslept, it tells nothing at all.
 */
static void read_in_time(struct core *core, struct event *event)
{
	int64_t since = event->bytes.since_raw_ns, now = event->raw_ns;
	int64_t busy = (int64_t)event->bytes.len * byte_ns(event->bytes.bps);

	core->put_off = since > 0;
	if (!core->put_off) {
		return;
	}
	if (since > now - busy || now - since > NS_PER_S || !core->label.attached ||
	    core->label.state != LABEL_TRUSTED) {
		core->line.stalled = true;
		return;
	}
	int64_t end = usual_arrival(core, since) + busy;

	event->raw_ns = end < since + busy ? since + busy : end < now ? end : now;
	event->real_ns -= now - event->raw_ns;
}

void core_bytes(struct core *core, const struct event *given)
{
	struct event in_time = *given;
	const struct event *event = &in_time;
	size_t count = event->bytes.len;

	if (count == 0) {
		return;
	}
	read_in_time(core, &in_time);
	core->status.bytes += count;
	line_read(&core->line, event->raw_ns, event->bytes.data, count, byte_ns(event->bytes.bps),
		  core->framer.inside);
	if (core->line.overlap_ns) {
		epoch_earlier(&core->epoch, &core->line);
		arrival_earlier(&core->sentence, &core->line);
	}
	core_settle(core, core->line.first_raw_ns);
	take_bytes(core, event);
}
