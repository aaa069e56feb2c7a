/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/core.h"
#include "witnessed.h"
#include "world.h"

/*
 * What a perfect observer could believe who hears what the core hears and knows which sentences
 * came through whole. Labels are told apart by how far they are ahead of the truth, in seconds;
 * the right one is 0.
 *
 * - The truth may always be believed: it is never a wrong second.
 * - At the start a label is believed once `agree` bursts in a row told it, later another one once
 *   nearly all bursts of relabel_hold told it, and all of the last ten seconds. Within a minute of
 *   the end of a half-year where a leap second may be, one second more or less needs no hold.
 * - While there is a witness (witnessed.h) only 0 is believed; what was told until it left does
 *   not count.
 * - Where it depends on a moment whether a label is believed yet, both are allowed until the core
 *   publishes one of them.
 */

/* A dispute of so many bursts over so many seconds is persistent: silence from then on. */
#define BELIEF_DISPUTE_BURSTS 10
#define BELIEF_DISPUTE_NS     (10 * SECOND_NS)
/* A burst may be taken for told when it ends, and dated by its pulse. */
#define BELIEF_SLACK_NS (SECOND_NS * 3 / 2)
/* A leap second may be done a little earlier or later, and learned of this much later. */
#define BELIEF_LEAP_EARLY_NS (3 * SECOND_NS)
#define BELIEF_LEAP_LATE_NS  (65 * SECOND_NS)

/* All of the last ten seconds, and of the hold this many in a hundred: nearly all. */
#define BELIEF_LAST_NS     (10 * SECOND_NS)
#define BELIEF_NEARLY_ALL  80
#define BELIEF_TOLD_BURSTS 128 /* remembered */

/* Bursts in a row that tell one label. */
struct belief_streak {
	int bursts; /* 0: none */
	int64_t ahead_s;
	int64_t n; /* the last world second spoken of */
};

/* One burst of late. */
struct belief_told {
	int64_t ahead_s, n, raw_ns;
};

/* When a label was told last, and how often another one since. */
struct belief_voice {
	bool heard;
	int64_t ahead_s;
	int64_t last_raw_ns;
	int64_t contradicted_raw_ns; /* when another was told last */
	int contradicted;
	int64_t n;     /* the last world second told */
	int repeated;  /* told in a row */
	bool disputed; /* persistently, and not agreed again since */
};

#define BELIEF_VOICES 8

struct belief {
	const struct core_config *core;
	const struct world_config *world;
	int64_t t_ns, raw_ns; /* of the event being heard */
	int said;             /* last word on the fix: 1, 0, -1 none yet */
	bool said_lost;       /* it was lost in this very event */
	struct witnessed witness;
	int64_t witness_raw_ns; /* since when there is one, or there is none */
	int64_t heard_raw_ns;   /* last sentence with a fix and a time */
	int64_t whole_raw_ns;   /* …of a whole second */
	int64_t first_fix_ns;   /* first burst with fix and date, true time; -1 none */
	bool dated;
	int64_t dated_s;          /* how far ahead the last date was */
	int64_t valid_n, named_n; /* the last world second said to be valid, and named */
	bool believes;
	int64_t believed_s;
	int64_t older_s; /* believed before, and still good until then */
	int64_t older_until_raw_ns;
	bool published; /* a pulse, ever */
	struct belief_streak rival;
	struct belief_told told[BELIEF_TOLD_BURSTS];
	unsigned told_count;
	int64_t wrong_raw_ns; /* when a wrong label that is believed was told last */
	bool wrong;           /* ever */
	int64_t told_last_s;  /* by the last burst */
	bool contradicted;    /* by a witness, and nothing else was believed since */
	struct belief_voice voices[BELIEF_VOICES];
};

void belief_init(struct belief *belief, const struct core_config *core,
		 const struct world_config *world);

void belief_hear(struct belief *belief, const struct event *event, const struct truth *truth);

/* Whether that label may be published now. */
bool belief_allows(const struct belief *belief, int64_t ahead_s);

/* A sample was published. */
void belief_sample(struct belief *belief, int64_t raw_ns);

/* …with a pulse: of two that were allowed the core chose this one. */
void belief_choose(struct belief *belief, int64_t ahead_s);

/* How many bursts have told otherwise since that label was told, if persistently; else 0. */
int belief_disputed(struct belief *belief, int64_t ahead_s);

/* What was told last, for messages. */
int64_t belief_told_s(const struct belief *belief);
