/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/calendar.h"
#include "core/core_state.h"

/* log2 s; before the jitter is known, a millisecond's worth of doubt. */
#define PPS_PRECISION_UNKNOWN (-10)
#define PPS_PRECISION_LEAST   (-30)

/* Sequence numbers tell what the source itself has lost; false for an edge already seen. */
static bool new_edge(struct core *core, const struct event *event)
{
	uint32_t ahead = event->pulse.seq - core->seq;

	if (core->seq_known && ahead == 0) {
		return false;
	}
	/* A step back, or absurdly far ahead, is a source that began to count anew. */
	if (core->seq_known && ahead > 1 && ahead < UINT32_C(1000000)) {
		core->status.missed += ahead - 1;
		core_note(core, CORE_NOTICE_MISSED, event->raw_ns, ahead - 1, 0);
	}
	core->seq_known = true;
	core->seq = event->pulse.seq;
	return true;
}

static enum core_cause refusal(enum gate_verdict verdict)
{
	switch (verdict) {
	case GATE_POPCORN:
		return CORE_POPCORN;
	case GATE_GLITCH:
		return CORE_GLITCH;
	default:
		return CORE_UNSETTLED;
	}
}

/* Why a good pulse may not be published; CORE_CAUSES if it may. */
static enum core_cause withheld(const struct core *core, const struct event *event)
{
	bool before_step = core->step_raw_ns && core->given_raw_ns <= core->step_raw_ns;

	return before_step ? CORE_WITHHELD_STEP : core_withheld(core, CORE_PPS, event->raw_ns);
}

static void publish_pulse(struct core *core, const struct event *event)
{
	int64_t jitter = gate_jitter_ns(&core->gate);
	int64_t utc_ns = core->label.anchor_utc_s * NS_PER_S;

	core->status.label_utc_s = core->label.anchor_utc_s;
	core->status.label_raw_ns = event->raw_ns;
	core->status.label_real_ns = event->real_ns;
	core_publish(core, &(struct core_sample){
				   .unit = CORE_PPS,
				   .raw_ns = event->raw_ns,
				   .clock_ns = utc_ns + core->config.pps_offset_ns,
				   .receive_ns = event->real_ns,
				   .leap = core_leap_field(core, core->label.anchor_utc_s),
				   .precision = jitter ? core_precision(jitter, PPS_PRECISION_LEAST,
									PPS_PRECISION_UNKNOWN)
						       : PPS_PRECISION_UNKNOWN,
			   });
}

/* The grid is there, or there again: has it moved under the label? */
static void grid_found(struct core *core, const struct gate_result *result, int64_t raw_ns)
{
	if (result->first) {
		return;
	}
	core->phase_raw_ns = raw_ns;
	core_note(core, CORE_NOTICE_PHASE, raw_ns, result->shift_ns, 0);
	label_phase(&core->label, result->shift_ns);
}

void core_pulse(struct core *core, const struct event *event)
{
	if (event->pulse.clear != core->config.clear_edge) {
		core->status.rejects[CORE_OTHER_EDGE]++;
		return;
	}
	if (!new_edge(core, event)) {
		return;
	}
	core->status.pulses++;
	core->status.last_pulse_raw_ns = event->raw_ns;

	struct gate_result result = gate_edge(&core->gate, event->raw_ns);

	if (result.rival) {
		core_note(core, CORE_NOTICE_TRAINS, event->raw_ns, result.residual_ns, 0);
	}
	if (result.verdict == GATE_FOUND) {
		grid_found(core, &result, event->raw_ns);
	} else if (result.verdict != GATE_GOOD) {
		core_reject(core, refusal(result.verdict), event->raw_ns, result.residual_ns,
			    result.limit_ns);
		return;
	}
	label_pulse(&core->label, &core->gate);

	enum core_cause cause = withheld(core, event);

	if (cause == CORE_CAUSES) {
		publish_pulse(core, event);
	} else {
		core_reject(core, cause, event->raw_ns, 0, 0);
	}
}
