/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/candidate.h"
#include "core/core.h"
#include "core/rival.h"

/*
 * Which UTC second it is. Once agreed, the label is counted on the raw clock and every fix confirms
 * or contradicts it. docs/architecture.md shows the states and what leads from one to another; the
 * numbers are those of the rules there.
 *
 * The lag of a fix is its first byte's instant minus the instant of the second it names, by the
 * label as counted. A fix confirms if its lag continues that of the fixes before, wherever in or
 * beyond the second it lies; only a first label must argue from the lag's phase alone.
 */

#define LABEL_RECENT 5
#define LABEL_PAST   20 /* the most that config's agree may ask for */

enum label_state {
	LABEL_UNKNOWN,     /* nothing agreed: fixes are gathered */
	LABEL_UNCONFIRMED, /* counted; not confirmed often enough since something happened */
	LABEL_TRUSTED,     /* counted and confirmed */
	LABEL_DISPUTED,    /* counted, but persistently contradicted */
	LABEL_LEAPING,     /* a half-year's end: one second more or less is possible */
};

struct label {
	enum label_state state;
	bool attached;          /* to pulses: anchor_raw_ns is the instant of one */
	bool carried;           /* it was, and what was counted then goes on on the raw clock */
	bool settled;           /* …for so long that no phase seen anew overrules it */
	int64_t stood_ns;       /* the raw clock may have stood still for so long; 0 no… */
	int64_t stood_raw_ns;   /* …last then */
	bool ambiguous;         /* enough fixes agree, but their phase allows two labels */
	bool vouched;           /* a witness gave it, whatever the bursts' lag */
	bool suspect;           /* a witness contradicts */
	bool provisional;       /* the receiver may not know the leap seconds yet… */
	bool withheld;          /* …and nothing is published until it does */
	int64_t suspect_raw_ns; /* when one last did; 0 never */
	int64_t anchor_raw_ns;
	int64_t anchor_utc_s; /* the second that began at anchor_raw_ns */
	int64_t second_ns;    /* a second on the raw clock, as the pulses told it last */
	int64_t adopted_raw_ns;
	int64_t latest_ns;       /* the greatest lag since */
	struct robust recent;    /* lags that confirmed, LABEL_RECENT */
	bool recent_exact;       /* none of them may have waited for long */
	int confirms;            /* of late; at agree it is trusted */
	int contrary;            /* in a row, each for itself on any other label */
	int64_t disputed_raw_ns; /* since then, if it is disputed */
	int lag_changes;         /* in a row: the same label, but another lag… */
	int64_t changed_lag_ns;  /* …the last of them */
	int contradicted;        /* confirming fixes in a row that a witness contradicts */
	int unproven;            /* in a row that may have waited in the receiver */
	int64_t last_confirm_raw_ns;
	int64_t steady_lag_ns;       /* what unattached fixes keep the anchor at */
	struct fix past[LABEL_PAST]; /* fixes weighed, newest at past_next - 1 */
	int past_count, past_next;
	struct candidate paired;   /* a first label, or pulses to attach this one to */
	struct candidate unpaired; /* …from fixes without pulses */
	struct rival rival;        /* another label than the one counted */
	int64_t half_year_s;       /* the next second before which a leap second may be */
	int64_t leap_lag_ns;       /* usual when LEAPING began */
};

/* What became of a fix. */
enum label_verdict {
	LABEL_IGNORED,  /* the second weighed just before, or of no use */
	LABEL_GATHERED, /* counts towards a first label */
	LABEL_AGREED,   /* the first label stands, or pulses are attached to it */
	LABEL_CONFIRMED,
	LABEL_BORNE, /* it had waited, nobody knows how long; the label is within what it may be */
	LABEL_ODD,   /* contradicts; changes nothing */
	LABEL_LAG,   /* the lag has changed for good, the label not */
	LABEL_CHANGED, /* a contradicting label has held long enough */
	LABEL_LEAPED,  /* a leap second has passed */
};

struct label_result {
	enum label_verdict verdict;
	int64_t lag_ns;     /* of this fix under the label counted before it */
	int64_t new_lag_ns; /* LAG */
	int64_t old_utc_s;  /* CHANGED, LEAPED: of the anchor */
	bool stepped;       /* CHANGED: as a receiver that has learned the leap seconds */
	int64_t claimed_s;  /* when suspect: the receiver's second */
	int64_t witness_s;  /* when suspect: the system clock's second for it */
};

void label_init(struct label *label);

/* Weighs, now, a valid, dated fix on a whole second. gate gives the pulses' grid. */
struct label_result label_weigh(struct label *label, const struct fix *fix, int64_t now_raw_ns,
				const struct gate *gate, const struct witness *witness,
				const struct core_config *config);

/* The first byte's instant after the second it names, by the label as counted; it must be known. */
int64_t label_lag_ns(const struct label *label, const struct fix *fix);

/* A good pulse: the label is counted on. */
void label_pulse(struct label *label, const struct gate *gate);

/* The pulses' phase moved by shift_ns: it goes along, or must be agreed anew. */
void label_phase(struct label *label, int64_t shift_ns);
/* The grid is gone. */
void label_detach(struct label *label);

/*
 * The raw clock may have stood still for so long, in a suspend. If bursts or pulses come that much
 * sooner now, it has: then what was counted is none. A year at most.
 */
#define LABEL_STOOD_MOST_NS (365 * 86400 * NS_PER_S)
void label_stood_still(struct label *label, int64_t raw_ns, int64_t for_ns);

/* Time passes: leap-second boundaries, and labels too old to be carried on a free crystal. */
void label_tick(struct label *label, int64_t raw_ns);

/* The receiver has no fix: what it says next must be agreed again. */
void label_fix_lost(struct label *label);
