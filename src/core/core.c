/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "core/calendar.h"
#include "core/core_state.h"

/* After a suspend the loop runs at once, and reads what came while it was frozen already. */
#define RESUMED_NS (60 * NS_PER_MS)
/* …and a loop that waits for the line finds no more of a burst at first. */
#define PROMPT_BYTES 64
/* A step forward by more may have been a suspend. */
#define SUSPEND_LEAST_NS (100 * NS_PER_MS)

void core_config_default(struct core_config *config)
{
	*config = (struct core_config){
		.agree = 3,
		.relabel_hold_ns = 60 * NS_PER_S,
		.holdover_ns = 30 * NS_PER_S,
		.learned_lag_ns = CORE_NO_LAG,
		.published_raw_ns = CORE_NEVER,
		.pivot_s = calendar_day_start_s(2026, 11, 1),
	};
}

size_t core_size(void)
{
	return sizeof(struct core);
}

void core_init(struct core *core, const struct core_config *config,
	       const struct core_output *output)
{
	memset(core, 0, sizeof(*core));
	core->config = *config;
	core->output = *output;
	core->status.receiver.satellites_used = -1;
	core->status.receiver.satellites_seen = -1;
	core->status.receiver.hdop_x100 = -1;
	core->status.leap.count = SAID_NO_COUNT;
	gate_init(&core->gate);
	label_init(&core->label);
	line_init(&core->line);
	core->published_raw_ns = config->published_raw_ns;
	robust_init(&core->lags, ROBUST_MAX);
	core_lag_update(core);
}

const struct core_status *core_status(const struct core *core)
{
	return &core->status;
}

int64_t core_next_pulse_raw_ns(const struct core *core)
{
	if (!core->gate.locked) {
		return 0;
	}
	return gate_floor(&core->gate, core->last_raw_ns) + gate_period_ns(&core->gate);
}

/* The reciprocal of the measured second, as the raw clock's frequency error. */
static int64_t period_error_ppb(const struct gate *gate)
{
	return gate->locked ? (gate->period_q16 - (NS_PER_S << 16)) >> 16 : 0;
}

static void update_status(struct core *core)
{
	struct core_status *s = &core->status;
	enum core_state state = core_state_now(core);

	s->jitter_ns = gate_jitter_ns(&core->gate);
	s->period_error_ppb = period_error_ppb(&core->gate);
	s->receiver.fix = core->fix;
	core_leap_status(core);
	if (state != s->state) {
		core_note(core, CORE_NOTICE_STATE, core->last_raw_ns, s->state, state);
		s->state = state;
		s->state_since_raw_ns = core->last_raw_ns;
	}
}

/* For how long after the clock was set bytes are read that may have come before. */
static int64_t unread_ns(const struct core *core, bool forward)
{
	if (core->last_raw_ns - core->line.read_raw_ns < EPOCH_GAP_NS) {
		return EPOCH_GAP_NS;
	}
	return forward ? RESUMED_NS : 0;
}

static void clock_set(struct core *core, const struct event *event, int64_t by_ns)
{
	bool forward = by_ns > SUSPEND_LEAST_NS;

	core->step_raw_ns = core->last_raw_ns;
	core->step_unread_ns = unread_ns(core, forward);
	if (forward) {
		gate_stood_still(&core->gate);
		label_stood_still(&core->label, core->last_raw_ns, by_ns);
		leap_count_stood_still(&core->leap, by_ns);
	}
	/* Whoever set it must vouch for it anew. */
	core->status.clock_sync = false;
	core->status.clock_witness = false;
	discipline_step(&core->discipline, event);
}

static int64_t limited(int64_t ns, int64_t most)
{
	return ns > most ? most : ns < -most ? -most : ns;
}

static void hear_kernel(struct core *core, struct event *event)
{
	bool independent = core->last_raw_ns - core->published_raw_ns > DISCIPLINE_QUIET_NS;

	event->clock.maxerr_us = limited(event->clock.maxerr_us, INT64_MAX / 1000000);
	discipline_hear(&core->discipline, event, independent);
	core->status.clock_sync = event->clock.sync;
	core->status.clock_maxerr_us = event->clock.maxerr_us;
	core->status.clock_witness = core->discipline.witness;
}

/* In halves: the difference of any two would overflow. */
static int64_t set_by_ns(int64_t before_ns, int64_t now_ns)
{
	return 2 * limited(now_ns / 2 - before_ns / 2, LABEL_STOOD_MOST_NS / 2);
}

/*
 * While the loop collects a burst, leaves the line alone, or is frozen before a suspend, bytes lie
 * in the kernel. Those that the first read after a step brings may be of before it.
 */
static void read_after_step(struct core *core, const struct event *event)
{
	int64_t since = event->bytes.since_raw_ns;
	bool unread =
		core->step_unread_ns && (event->raw_ns - core->step_raw_ns < core->step_unread_ns ||
					 event->bytes.len > PROMPT_BYTES);

	if (unread || (since > 0 && since <= core->step_raw_ns)) {
		core->step_raw_ns = event->raw_ns;
	}
	core->step_unread_ns = 0;
}

static void source_changed(struct core *core, const struct event *event)
{
	if (event->source.pps) {
		core->seq_known = false;
		return;
	}
	memset(&core->framer, 0, sizeof(core->framer));
	memset(&core->frames, 0, sizeof(core->frames));
	core->framed = false;
	leap_count_gone(&core->leap, core->last_raw_ns);
	core->held.any = false;
	core->epoch.open = false;
	core->epoch.resumable = false;
	core->epoch.last_read_raw_ns = 0;
	line_init(&core->line);
}

void core_event(struct core *core, const struct event *given)
{
	struct event event = *given;

	event.raw_ns = limited(event.raw_ns, EVENT_RAW_MAX);
	event.real_ns = limited(event.real_ns, EVENT_REAL_MAX);
	if (event.raw_ns < core->last_raw_ns) {
		event.raw_ns = core->last_raw_ns;
	}
	int64_t before_ns = core->real_minus_raw_ns;

	core->last_raw_ns = event.raw_ns;
	core->given_raw_ns = given->raw_ns;
	core->real_minus_raw_ns = event.real_ns - event.raw_ns;
	gate_tick(&core->gate, event.raw_ns);
	if (!core->gate.locked && core->label.attached) {
		label_detach(&core->label);
	}
	if (event.type == EVENT_STEP) {
		/* Before a burst from before it is dealt with. */
		clock_set(core, &event, set_by_ns(before_ns, core->real_minus_raw_ns));
	}
	if (event.type != EVENT_BYTES) {
		core_settle(core, event.raw_ns);
	}
	/* Pulses and settings of the clock reach us while the loop is stopped, too. */
	if (event.type != EVENT_PULSE && event.type != EVENT_STEP && event.type != EVENT_BYTES) {
		line_look(&core->line, event.raw_ns);
	}
	switch (event.type) {
	case EVENT_PULSE:
		core_pulse(core, &event);
		break;
	case EVENT_BYTES:
		read_after_step(core, &event);
		core_bytes(core, &event);
		break;
	case EVENT_CLOCK:
		hear_kernel(core, &event);
		break;
	case EVENT_SOURCE:
		source_changed(core, &event);
		break;
	case EVENT_OFFSET:
		core->config.pps_offset_ns = event.offset.pps_offset_ns;
		break;
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	label_tick(&core->label, event.raw_ns);
	update_status(core);
}
