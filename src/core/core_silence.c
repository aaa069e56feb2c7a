/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/calendar.h"
#include "core/core_state.h"

/*
 * The one judgement whether time may be published (rule 6). The state that people read, and what
 * becomes of pulses and bursts, follow from it.
 */

/* Pulses or confirming bursts overdue by half a second and more: they are missing. */
#define OVERDUE_NS (NS_PER_S * 5 / 2)

/* All has been well for so long, with a lag that was measured so often. */
#define STEADY_NS   (60 * NS_PER_S)
#define STEADY_LAGS 32
/* Bursts come so long after their pulse, to be told from those before it, and as regularly. */
#define STEADY_LAG_NS    (NS_PER_S / 50)
#define STEADY_JITTER_NS (NS_PER_S / 20)
#define STEADY_APART_NS  (NS_PER_S / 5)

static enum core_cause without_label(const struct core *core)
{
	if (core->label.suspect) {
		return CORE_WITHHELD_SUSPECT;
	}
	if (core->label.ambiguous) {
		return CORE_WITHHELD_AMBIGUOUS;
	}
	return core->fix_denied ? CORE_WITHHELD_FIX : CORE_WITHHELD_LABEL;
}

/* A fix has confirmed since that instant, 0: never mind. */
static bool confirmed_since(const struct core *core, int64_t raw_ns)
{
	return raw_ns == 0 || core->label.last_confirm_raw_ns > raw_ns;
}

/* What withholds both units. */
static enum core_cause time_withheld(const struct core *core, int64_t raw_ns)
{
	const struct label *l = &core->label;

	if (l->state == LABEL_UNKNOWN) {
		return without_label(core);
	}
	if (l->suspect) {
		return CORE_WITHHELD_SUSPECT;
	}
	if (core_spoofed(core, raw_ns)) {
		return CORE_WITHHELD_SPOOFING;
	}
	if (l->state == LABEL_DISPUTED) {
		return CORE_WITHHELD_DISPUTE;
	}
	if (!core->fix) {
		return CORE_WITHHELD_FIX;
	}
	if (l->state == LABEL_LEAPING) {
		return CORE_WITHHELD_LEAP;
	}
	if (raw_ns - l->last_confirm_raw_ns > core->config.holdover_ns) {
		return CORE_WITHHELD_STALE;
	}
	if (l->state != LABEL_TRUSTED) {
		return CORE_WITHHELD_FIX;
	}
	/*
	 * The raw clock stands still in suspend: a fix must show that the second still fits, and not
	 * one that was made before, though it may have been read after it.
	 */
	if (core->step_raw_ns && core->confirm_made_raw_ns <= core->step_raw_ns) {
		return CORE_WITHHELD_STEP;
	}
	return leap_count_withholds(&core->leap, &core->config) ? CORE_WITHHELD_PROVISIONAL
								: CORE_CAUSES;
}

enum core_cause core_withheld(const struct core *core, enum core_unit unit, int64_t raw_ns)
{
	enum core_cause cause = time_withheld(core, raw_ns);

	if (cause != CORE_CAUSES || unit == CORE_COARSE) {
		return cause;
	}
	if (gate_doubtful(&core->gate, raw_ns)) {
		return CORE_WITHHELD_TRAINS;
	}
	/* Pulses that move while the receiver is silent may have lost the fix and run free. */
	if (!confirmed_since(core, core->phase_raw_ns)) {
		return CORE_WITHHELD_FIX;
	}
	if (!core->label.attached) {
		return core->label.ambiguous ? CORE_WITHHELD_AMBIGUOUS : CORE_WITHHELD_LABEL;
	}
	return CORE_CAUSES;
}

/* Nothing has happened for so long that may have to be learned or judged. */
static bool long_ago(const struct core *core, int64_t raw_ns)
{
	return raw_ns == 0 || core->last_raw_ns - raw_ns > STEADY_NS;
}

/* Of a burst in two groups the first byte that is heard is not that of the one with the time. */
static bool in_one_group(const struct core *core)
{
	const struct epoch *e = &core->epoch;

	return e->burst.first.raw_ns - e->burst_before.first.raw_ns > NS_PER_S - STEADY_APART_NS;
}

bool core_steady(const struct core *core)
{
	const struct label *l = &core->label;
	int64_t pulse = core->status.label_raw_ns;

	return core->status.state == CORE_LOCKED && pulse == core->status.last_pulse_raw_ns &&
	       /* what the second before had to say has been heard, and was as usual */
	       !core->epoch.open && pulse - l->last_confirm_raw_ns < NS_PER_S && !l->contrary &&
	       !l->lag_changes && !l->contradicted && !l->rival.votes && !core->epoch.often &&
	       in_one_group(core) && l->steady_lag_ns > STEADY_LAG_NS &&
	       core->lags.count >= STEADY_LAGS && core_lag_steady(core) &&
	       core->status.lag_jitter_ns < STEADY_JITTER_NS &&
	       long_ago(core, core->status.state_since_raw_ns) &&
	       long_ago(core, l->adopted_raw_ns) && long_ago(core, core->phase_raw_ns) &&
	       long_ago(core, core->step_raw_ns);
}

enum core_state core_state_now(const struct core *core)
{
	int64_t now = core->last_raw_ns;

	switch (core_withheld(core, CORE_PPS, now)) {
	case CORE_WITHHELD_SUSPECT:
		return CORE_SUSPECT;
	case CORE_WITHHELD_AMBIGUOUS:
		return CORE_AMBIGUOUS;
	case CORE_WITHHELD_DISPUTE:
		return CORE_DISPUTED;
	case CORE_WITHHELD_STALE:
		return CORE_STALE;
	case CORE_WITHHELD_TRAINS:
		return CORE_TRAINS;
	case CORE_WITHHELD_PROVISIONAL:
		return CORE_PROVISIONAL;
	case CORE_WITHHELD_SPOOFING:
		return CORE_SPOOFED;
	case CORE_WITHHELD_FIX:
		return core->fix ? CORE_SEARCHING : CORE_NO_FIX;
	case CORE_WITHHELD_LABEL:
		return core->label.state == LABEL_UNKNOWN ? CORE_SEARCHING : CORE_COARSE_ONLY;
	case CORE_CAUSES:
		break;
	default:
		return CORE_SEARCHING;
	}
	if (now - core->gate.last_good_raw_ns > OVERDUE_NS) {
		return CORE_COARSE_ONLY;
	}
	return now - core->label.last_confirm_raw_ns > OVERDUE_NS ? CORE_HOLDOVER : CORE_LOCKED;
}
