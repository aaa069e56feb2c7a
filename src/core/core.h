/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

/*
 * The time logic. Events in (core_event), samples and notices out (struct core_output). No clock
 * read, no I/O, no allocation, no globals: the same events give the same output, byte for byte.
 *
 * The rules it keeps are in docs/architecture.md ("Rules for the time").
 */

#define CORE_NO_LAG INT64_MIN
/* An instant on the raw clock, before all others. */
#define CORE_NEVER (-EVENT_REAL_MAX)

struct core_config {
	int agree;                 /* pulse/burst pairs that must agree on a label, 2..20 */
	int64_t relabel_hold_ns;   /* a contradicting label must hold this long */
	int64_t holdover_ns;       /* counting without sentences, at most */
	int64_t pps_offset_ns;     /* how late the board stamps pulses; added to the PPS clock */
	int64_t configured_lag_ns; /* pulse to first byte, used until one is learned */
	int64_t learned_lag_ns;    /* from an earlier run, or CORE_NO_LAG */
	int64_t published_raw_ns;  /* an earlier run may have published until then, or CORE_NEVER */
	int64_t pivot_s;           /* no date before this UTC second is believed as it stands */
	bool clear_edge;           /* the clear edge marks the second, not assert */
	/*
	 * What a list of leap seconds says: from the pivot up to this UTC second there is none but
	 * the one before leap_utc_s, its first second after it: +1 inserted, -1 deleted, 0 none. A
	 * half-year's end that lies outside is one at which there may be one.
	 */
	int64_t leap_known_until_s; /* 0: no list */
	int64_t leap_utc_s;
	int leap;
	int leap_count_s;    /* …and GPS time minus UTC at the pivot; 0: no list */
	int time_leap;       /* enum core_time_leap */
	bool leap_corrected; /* the receiver has been wrong at a start before (core/leap_count.h) */
};

/* What to publish while the receiver may not know the leap seconds yet (core/leap_count.h). */
enum core_time_leap {
	CORE_LEAP_AUTO,  /* all, but of a receiver that says so, or was wrong before, nothing */
	CORE_LEAP_WAIT,  /* nothing */
	CORE_LEAP_TRUST, /* all */
};

/* Defaults as documented in pps2shm.conf(5). */
void core_config_default(struct core_config *config);

enum core_unit { CORE_COARSE = 0, CORE_PPS = 1, CORE_UNITS };

struct core_sample {
	enum core_unit unit;
	int64_t raw_ns;     /* the event that caused it */
	int64_t clock_ns;   /* UTC */
	int64_t receive_ns; /* CLOCK_REALTIME at that same instant */
	int leap;           /* 0 none, 1 insert, 2 delete */
	int precision;      /* log2 of seconds, from the measured jitter */
};

enum core_state {
	CORE_SEARCHING,   /* no label agreed yet */
	CORE_AMBIGUOUS,   /* bursts lie so near the second that either label fits, and no witness */
	CORE_COARSE_ONLY, /* label agreed from sentences alone: no pulses */
	CORE_LOCKED,      /* label counted and confirmed */
	CORE_HOLDOVER,    /* counted on, no sentence confirms at present */
	CORE_NO_FIX,      /* the receiver says it has no fix */
	CORE_STALE,       /* holdover used up */
	CORE_DISPUTED,    /* sentences persistently contradict the label */
	CORE_SUSPECT,     /* the receiver contradicts a witness */
	CORE_TRAINS,      /* more than one pulse a second, and no telling which bears the second */
	CORE_PROVISIONAL, /* the receiver may not know the leap seconds yet */
	CORE_SPOOFED,     /* the receiver says that its signals are false */
	CORE_STATES
};

/* Why something that came in did not go out. */
enum core_cause {
	/* pulses */
	CORE_GLITCH,     /* an edge far from the one-second grid */
	CORE_POPCORN,    /* on the grid, but beyond the jitter limit */
	CORE_UNSETTLED,  /* no one-second grid recognised yet */
	CORE_OTHER_EDGE, /* the edge that is not configured */
	/* good pulses withheld */
	CORE_WITHHELD_LABEL,   /* no label */
	CORE_WITHHELD_FIX,     /* no fix, or not yet confirmed again after one */
	CORE_WITHHELD_STALE,   /* beyond holdover */
	CORE_WITHHELD_DISPUTE, /* label disputed */
	CORE_WITHHELD_LEAP,    /* around the end of June or December, until agreed again */
	CORE_WITHHELD_STEP,    /* stamped before the clock was set, or no fix has confirmed since */
	CORE_WITHHELD_SUSPECT, /* a witness contradicts the label */
	CORE_WITHHELD_AMBIGUOUS,   /* two labels fit, and no witness */
	CORE_WITHHELD_TRAINS,      /* two trains of pulses */
	CORE_WITHHELD_PROVISIONAL, /* the receiver may not know the leap seconds */
	CORE_WITHHELD_SPOOFING,    /* the receiver says that it is spoofed */
	/* sentences and bursts */
	CORE_CHECKSUM,  /* missing or wrong */
	CORE_MALFORMED, /* checksum right, a field is not */
	CORE_OVERLONG,  /* no end of sentence within the longest allowed */
	CORE_FRACTION,  /* fix not on a whole second: labels no pulse */
	CORE_DATE,      /* no date, or an impossible one */
	CORE_ODD,       /* a burst that contradicts the label */
	CORE_BACKLOG,   /* a burst that had waited to be read */
	CORE_CAUSES
};

enum core_notice_kind {
	CORE_NOTICE_REJECT,  /* cause; a = value, b = limit (ns; sentences: 0) */
	CORE_NOTICE_STATE,   /* a = from, b = to (enum core_state) */
	CORE_NOTICE_LABEL,   /* label agreed: a = UTC second of the last pulse, b = lag ns */
	CORE_NOTICE_RELABEL, /* a = old, b = new UTC second of the same pulse */
	CORE_NOTICE_LEAP,    /* a = first UTC second after it, b = +1 inserted, -1 deleted */
	CORE_NOTICE_SUSPECT, /* a = receiver's UTC second, b = system clock's */
	CORE_NOTICE_PHASE,   /* pulse phase changed for good: a = shift ns */
	CORE_NOTICE_LAG,     /* burst lag changed for good: a = old, b = new ns */
	CORE_NOTICE_ERA,     /* GPS era repaired: a = weeks added */
	CORE_NOTICE_MISSED,  /* a = edges that the source lost, by sequence number */
	CORE_NOTICE_TRAINS,  /* a second regular train: a = its distance from the grid, ns */
	CORE_NOTICE_COUNT,   /* leap seconds: a = enum core_leap_by, b = 1 it corrected itself */
	CORE_NOTICES
};

struct core_notice {
	enum core_notice_kind kind;
	enum core_cause cause; /* CORE_NOTICE_REJECT */
	int64_t raw_ns;
	int64_t a;
	int64_t b;
};

struct core_output {
	void *arg;
	void (*sample)(void *arg, const struct core_sample *sample);
	void (*notice)(void *arg, const struct core_notice *notice);
};

/* What the receiver last said of itself. */
struct core_receiver {
	bool fix;
	int fix_mode;        /* GSA: 1 none, 2 2D, 3 3D; 0 unknown */
	int satellites_used; /* GGA; -1 unknown */
	int satellites_seen; /* GSV, all constellations; -1 unknown */
	int hdop_x100;       /* GGA/GSA; -1 unknown */
	int64_t utc_s;       /* last fix, 0 none yet */
	char talker[3];
	int spoofing, jamming; /* enum said_flag (core/said.h) */
};

/* What has confirmed that the receiver knows the leap seconds (core/leap_count.h). */
enum core_leap_by {
	CORE_LEAP_BY_NOTHING, /* the label is provisional */
	CORE_LEAP_BY_RECEIVER,
	CORE_LEAP_BY_CLOCK,
	CORE_LEAP_BY_LIST,
	CORE_LEAP_BY_TIME,
	CORE_LEAP_BY_COUNT,
};

struct core_leap {
	enum core_leap_by by;
	int said_by;         /* enum said_by (core/said.h) */
	bool unknown;        /* the receiver says that it does not know */
	bool withheld;       /* nothing is published because of that */
	bool corrected;      /* it has corrected itself by whole seconds, at a start */
	int count;           /* GPS time minus UTC, as it last said; -1 not said */
	int64_t sure_raw_ns; /* when time alone will have confirmed it; 0 not known, or it is */
	int leap;            /* announced: +1 inserted, -1 deleted, 0 none */
	int64_t leap_utc_s;  /* …the first second after it */
};

struct core_status {
	enum core_state state;
	int64_t state_since_raw_ns;
	int64_t label_utc_s;  /* UTC second of the last good pulse; 0 none */
	int64_t label_raw_ns; /* its instant */
	int64_t label_real_ns;
	int64_t last_pulse_raw_ns;    /* any edge of the configured kind; 0 none */
	int64_t last_sentence_raw_ns; /* last valid sentence; 0 none */
	int64_t last_confirm_raw_ns;  /* last burst that confirmed the label; 0 none */
	bool lag_learned;
	int64_t lag_ns;           /* taken off the coarse unit */
	int64_t lag_jitter_ns;    /* robust sigma of the bursts */
	int64_t jitter_ns;        /* robust sigma of the pulses on the raw clock; 0 unknown */
	int64_t period_error_ppb; /* raw clock against the pulses: + raw clock runs fast */
	bool clock_sync;          /* what the kernel says of the system clock */
	int64_t clock_maxerr_us;
	bool clock_witness; /* its discipline has been seen at work (core/witness.h) */
	struct core_receiver receiver;
	struct core_leap leap;
	uint64_t pulses, missed, bytes, sentences, frames, fixes;
	uint64_t samples[CORE_UNITS];
	uint64_t rejects[CORE_CAUSES];
};

/* Lower-case words for states, causes and units, as they stand in JSON and logs. */
const char *core_state_name(enum core_state state);
const char *core_cause_name(enum core_cause cause);
const char *core_leap_by_name(enum core_leap_by by);
/* As in the configuration. */
const char *core_time_leap_name(int time_leap);

/* One line of JSON without newline, as `replay` prints it; returns its length, < 256. */
int core_sample_json(const struct core_sample *sample, char *text, size_t size);
int core_notice_json(const struct core_notice *notice, char *text, size_t size);

struct core; /* complete in core/core_state.h; core_size() bytes, no pointers into itself */

size_t core_size(void);

/* output is copied. */
void core_init(struct core *core, const struct core_config *config,
	       const struct core_output *output);

/*
 * One event; raw_ns must not be below that of the event before (it is taken as that one's if so).
 */
void core_event(struct core *core, const struct event *event);

const struct core_status *core_status(const struct core *core);

/*
 * Right after a pulse: it was published, and nothing is in doubt or being learned. What the coming
 * burst says will matter, but not when it begins, so that it may be read late
 * (event.bytes.since_raw_ns); before the next pulse, though, for what it may say.
 */
bool core_steady(const struct core *core);

/*
 * When the next pulse is due on the raw clock, 0 if no grid is known: the loop reads what the line
 * holds just before.
 */
int64_t core_next_pulse_raw_ns(const struct core *core);
