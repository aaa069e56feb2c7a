/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/core.h"
#include "core/epoch.h"
#include "core/frame.h"
#include "core/gate.h"
#include "core/label.h"
#include "core/leap_count.h"
#include "core/nmea.h"
#include "core/witness.h"

/* Constellations whose satellite counts are kept apart. */
#define CORE_TALKERS 8

struct talker_seen {
	char talker[3];
	int satellites;
	int64_t raw_ns;
};

struct core {
	struct core_config config;
	struct core_output output;
	struct core_status status;

	/* sentences */
	struct nmea_framer framer;
	struct line line;
	struct arrival sentence; /* its '$' */
	struct frame_parser frames;
	struct arrival frame; /* its first byte */
	bool framed;          /* the line has brought frames */
	/* A whole sentence within what may be a frame: it is none if that is one. */
	struct held_sentence {
		bool any;
		struct sentence sentence;
		struct arrival begin;
		int64_t end_raw_ns;
	} held;
	bool put_off; /* the read in hand came late on purpose */
	struct epoch epoch;
	struct talker_seen talkers[CORE_TALKERS];
	bool fix;
	bool fix_denied;       /* the last word of the receiver: it has none */
	int64_t denied_raw_ns; /* when it said so last */
	int64_t era_weeks;

	/* pulses */
	struct gate gate;
	bool seq_known;
	uint32_t seq;

	/* the second */
	struct label label;
	struct robust lags; /* of confirming bursts after their pulses */
	struct leap_count leap;
	int64_t spoof_raw_ns; /* the receiver last said that it is spoofed; 0 not, or no more */
	bool suspect_told;
	int64_t coarse_utc_s;        /* of the last coarse sample… */
	int64_t coarse_raw_ns;       /* …and its instant; 0 none */
	int64_t told_ns;             /* UTC of the last fix; 0 none, or without a date */
	int64_t whole_raw_ns;        /* the last fix of a whole second */
	int64_t fraction_raw_ns;     /* …and of a fraction; 0 none */
	int64_t confirm_made_raw_ns; /* the last fix that confirmed was made at or after this */

	/* clocks */
	int64_t last_raw_ns;
	int64_t given_raw_ns; /* of the event in hand, which may lie before the last one */
	int64_t real_minus_raw_ns;
	int64_t step_raw_ns;      /* CLOCK_REALTIME was last set */
	int64_t step_unread_ns;   /* …and bytes from before it are read for so long after it */
	int64_t phase_raw_ns;     /* the grid was last found again; 0 never */
	int64_t published_raw_ns; /* last sample of either unit, CORE_NEVER none */
	struct discipline discipline;
};

/* core_output.c */
void core_reject(struct core *core, enum core_cause cause, int64_t raw_ns, int64_t value,
		 int64_t limit);
void core_note(struct core *core, enum core_notice_kind kind, int64_t raw_ns, int64_t a, int64_t b);
void core_publish(struct core *core, const struct core_sample *sample);

/* core_bytes.c: from the bytes of a read to sentences and frames. */
void core_bytes(struct core *core, const struct event *event);
/* Ends what is open if the line has been quiet long enough by raw_ns. */
void core_settle(struct core *core, int64_t raw_ns);

/* core_leap.c: what the receiver says beside its fix, and what that means for the label. */
void core_said(struct core *core, const struct said *said, int64_t raw_ns);
/* Before a fix is weighed; and after it was, that found the label like that. */
struct core_label_before {
	enum label_state state;
	struct leap_jump rival;
	bool withheld;
};
struct core_label_before core_leap_before(struct core *core);
void core_leap_weighed(struct core *core, const struct fix *fix,
		       const struct core_label_before *before, const struct label_result *result);
/* The leap field of a sample of that second. */
int core_leap_field(const struct core *core, int64_t utc_s);
bool core_spoofed(const struct core *core, int64_t raw_ns);
void core_leap_status(struct core *core);

/* core_sentence.c: a sentence that began and ended then; and the fix of those with one time. */
void core_sentence(struct core *core, const struct sentence *sentence, const struct arrival *begin,
		   int64_t end_raw_ns);
void core_close_epoch(struct core *core);

/* core_fix.c: what a fix means for the label, the lag and coarse time. */
struct witness core_witness(const struct core *core);
void core_fix(struct core *core, const struct fix *fix);
/* Brings the lag in the status up to date with what has been measured. */
void core_lag_update(struct core *core);
/* The bursts measured last came when bursts usually do; there must have been some. */
bool core_lag_steady(const struct core *core);

/* core_pulse.c: from an edge to PPS time, or the reason why not. */
void core_pulse(struct core *core, const struct event *event);

/* core_silence.c: why a unit may not be written, CORE_CAUSES if it may; and what to call that. */
enum core_cause core_withheld(const struct core *core, enum core_unit unit, int64_t raw_ns);
enum core_state core_state_now(const struct core *core);

/* The nearest power of two to a duration, as its exponent in seconds, within [least, most]. */
int core_precision(int64_t sigma_ns, int least, int most);
