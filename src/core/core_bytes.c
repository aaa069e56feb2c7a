/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "core/calendar.h"
#include "core/capture.h"
#include "core/core_state.h"

/* Start bit, eight data bits, stop bit. */
static int64_t byte_ns(uint32_t bps)
{
	return bps ? 10 * NS_PER_S / bps : 0;
}

static void take_held(struct core *core)
{
	struct held_sentence held = core->held;

	core->held.any = false;
	if (held.any) {
		core_sentence(core, &held.sentence, &held.begin, held.end_raw_ns);
	}
}

/* True if a frame ended with the last byte. */
static bool hear_frames(struct core *core, int64_t raw_ns)
{
	enum frame_result result;
	struct frame frame;
	struct said said;
	bool ended = false;

	while ((result = frame_next(&core->frames, &frame)) >= FRAME_WHOLE) {
		if (result == FRAME_BROKEN) {
			take_held(core);
			continue;
		}
		core->status.frames++;
		core->framed = true;
		epoch_sentence(&core->epoch, &core->frame);
		if (said_by_frame(&frame, &said)) {
			core_said(core, &said, raw_ns);
		}
		ended = !frame_open(&core->frames);
		core->held.any = false;
	}
	return ended;
}

/* What may have been a frame is none. */
static void give_up_frame(struct core *core, int64_t raw_ns)
{
	take_held(core);
	while (frame_open(&core->frames)) {
		frame_give_up(&core->frames);
		hear_frames(core, raw_ns);
	}
}

/* No receiver pauses within a frame. */
static void settle_frame(struct core *core, int64_t raw_ns)
{
	if (raw_ns - core->epoch.last_read_raw_ns >= EPOCH_GAP_NS) {
		give_up_frame(core, raw_ns);
	}
}

void core_settle(struct core *core, int64_t raw_ns)
{
	settle_frame(core, raw_ns);
	if (epoch_over(&core->epoch, raw_ns)) {
		core_close_epoch(core);
	}
}

static void end_sentence(struct core *core, bool framed, int64_t raw_ns)
{
	struct nmea_fields fields;
	struct sentence sentence;
	struct said said;

	nmea_split(&core->framer, &fields);
	if (!framed && said_by_sentence(&fields, &said)) {
		core_said(core, &said, raw_ns);
	}
	if (!sentence_parse(&fields, &sentence)) {
		core_reject(core, CORE_MALFORMED, raw_ns, 0, 0);
		return;
	}
	if (framed && !core->held.any) {
		core->held = (struct held_sentence){true, sentence, core->sentence, raw_ns};
		return;
	}
	if (framed) {
		give_up_frame(core, raw_ns); /* no frame has two sentences within it */
	}
	core_sentence(core, &sentence, &core->sentence, raw_ns);
}

/*
 * A sentence that began then is of the burst in hand; also if it was cut short before that, unless the
 * pause between them is longer than what is lost of a sentence.
 */
static bool within_burst(const struct core *core, int64_t begun_raw_ns)
{
	const struct burst *burst = &core->epoch.burst;

	return begun_raw_ns >= burst->first.raw_ns ||
	       burst->quiet_ns < NMEA_LINE_MAX * core->line.byte_ns;
}

static void take_byte(struct core *core, uint8_t byte, const struct arrival *at)
{
	bool framed = frame_open(&core->frames);
	int64_t begun_raw_ns = core->sentence.raw_ns;

	frame_put(&core->frames, byte);
	if (!framed && frame_open(&core->frames)) {
		core->frame = *at;
	}
	if (hear_frames(core, at->raw_ns)) {
		core->framer.inside = false; /* no '$' within it began a sentence */
		return;
	}
	framed &= frame_open(&core->frames);
	if (byte == '$') {
		core->sentence = *at;
		if (!framed) {
			epoch_sentence(&core->epoch, at);
		}
	}

	enum nmea_result result = nmea_feed(&core->framer, byte);

	if (result == NMEA_SENTENCE) {
		end_sentence(core, framed, at->raw_ns);
	} else if (result != NMEA_MORE && !framed) {
		bool overlong = result == NMEA_OVERLONG;

		if (within_burst(core, begun_raw_ns)) {
			epoch_broken(&core->epoch);
		}
		core_reject(core, overlong ? CORE_OVERLONG : CORE_CHECKSUM, at->raw_ns, 0,
			    overlong ? NMEA_LINE_MAX : 0);
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
	for (size_t i = 0, frame_at = 0; i < count; i++) {
		if (!frame_open(&core->frames)) {
			frame_at = i < frame_at ? frame_at : i + frame_skip(data + i, count - i);
			i += nmea_skip(&core->framer, data + i, frame_at - i);
		}
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

/* It may have begun, and even ended, before the read. */
static void mark_frame(uint8_t *marks, ptrdiff_t begin, size_t len, bool whole)
{
	ptrdiff_t last = begin + (ptrdiff_t)len - 1;

	for (ptrdiff_t i = begin < 0 ? 0 : begin; i <= last; i++) {
		marks[i] = i == begin ? '$' : i == last && whole ? '\n' : 0;
	}
}

/* The read as line.c sees it: a frame begins with '$' and ends with a newline like a sentence. */
static const uint8_t *mark_frames(const struct core *core, const uint8_t *data, size_t count,
				  uint8_t marks[CAPTURE_BYTES_MAX])
{
	struct frame_parser parser = core->frames;
	enum frame_result result;
	struct frame frame;

	if (!core->framed || count > CAPTURE_BYTES_MAX ||
	    (!frame_open(&parser) && frame_skip(data, count) == count)) {
		return data;
	}
	memcpy(marks, data, count);
	for (size_t i = 0; i < count; i++) {
		frame_put(&parser, data[i]);
		while ((result = frame_next(&parser, &frame)) >= FRAME_WHOLE) {
			if (result == FRAME_WHOLE) {
				mark_frame(marks, (ptrdiff_t)(i + 1 - parser.len), parser.told,
					   true);
			}
		}
	}
	mark_frame(marks, (ptrdiff_t)(count - parser.len), parser.len - parser.told, false);
	return marks;
}

void core_bytes(struct core *core, const struct event *given)
{
	uint8_t marks[CAPTURE_BYTES_MAX];
	struct event in_time = *given;
	const struct event *event = &in_time;
	size_t count = event->bytes.len;

	if (count == 0) {
		return;
	}
	read_in_time(core, &in_time);
	core->status.bytes += count;
	settle_frame(core, event->raw_ns - (int64_t)count * byte_ns(event->bytes.bps));
	line_read(&core->line, event->raw_ns, mark_frames(core, event->bytes.data, count, marks),
		  count, byte_ns(event->bytes.bps),
		  core->framer.inside || (core->framed && frame_open(&core->frames)));
	if (core->line.overlap_ns) {
		epoch_earlier(&core->epoch, &core->line);
		arrival_earlier(&core->sentence, &core->line);
		arrival_earlier(&core->held.begin, &core->line);
		arrival_earlier(&core->frame, &core->line);
	}
	core_settle(core, core->line.first_raw_ns);
	take_bytes(core, event);
}
