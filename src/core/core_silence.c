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
	return core->step_raw_ns == 0 || core->confirm_made_raw_ns > core->step_raw_ns
		       ? CORE_CAUSES
		       : CORE_WITHHELD_STEP;
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
