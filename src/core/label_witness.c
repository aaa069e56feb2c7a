/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/label_parts.h"

/* Bursts mostly come sooner than this after the second they name. */
#define ORDINARY_NS (750 * NS_PER_MS)

bool label_held_back(const struct label *l, const struct weighing *w)
{
	return l->suspect_raw_ns && w->fix->raw_ns - l->suspect_raw_ns < w->config->relabel_hold_ns;
}

void label_still_suspect(struct label *l, const struct weighing *w)
{
	if (w->witness->usable && label_held_back(l, w)) {
		l->suspect_raw_ns = w->fix->raw_ns;
	}
}

void label_suspect(struct label *l, const struct fix *fix)
{
	l->suspect = true;
	l->suspect_raw_ns = fix->raw_ns;
	l->rival.since_raw_ns = fix->raw_ns;
}

/* What is counted without pulses is, by the witness, what bursts of an ordinary lag name. */
static bool counted_fits(const struct label *l, const struct witness *w)
{
	int64_t lag = witness_lag_ns(w, l->anchor_raw_ns, l->anchor_utc_s);

	return lag > WITNESS_LAG_EARLIEST_NS && lag < ORDINARY_NS;
}

bool label_witness(const struct label *l, int64_t jump_s, struct weighing *w)
{
	if (l->attached) {
		w->result.claimed_s = l->anchor_utc_s + jump_s;
		return witness_second(w->witness, l->anchor_raw_ns, &w->result.witness_s);
	}
	w->result.claimed_s = w->fix->utc_s;
	if (!witness_burst(w->witness, w->fix, &w->result.witness_s)) {
		return false;
	}
	int64_t lag = witness_lag_ns(w->witness, w->fix->raw_ns, w->fix->utc_s);

	/* A burst may be late or early, but not to speak for another label. */
	w->result.witness_s += jump_s && w->result.witness_s == w->result.claimed_s &&
			       (counted_fits(l, w->witness) || lag > NS_PER_S ||
				lag < -w->witness->error_ns - CANDIDATE_EARLY_NS);
	return true;
}

void label_hear_witness(struct label *l, struct weighing *w)
{
	bool heard = label_witness(l, 0, w);
	bool same = w->result.witness_s == w->result.claimed_s;

	if (heard && same) {
		l->suspect_raw_ns = 0;
	}
	l->contradicted = heard && !same ? l->contradicted + 1 : 0;
	l->suspect = label_held_back(l, w);
	if (l->contradicted >= w->config->agree) {
		label_suspect(l, w->fix);
	}
}
