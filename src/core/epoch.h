/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/line.h"
#include "core/sentence.h"

/*
 * Sentences with the same time of day are one navigation epoch, and give one fix: what the receiver
 * says of one instant, and when the burst that says so began to arrive.
 */

/*
 * The line must have been quiet this long for a burst to be over. The reading loop must fetch what
 * has come at shorter intervals than this while a burst lasts.
 */
#define EPOCH_GAP_NS INT64_C(180000000)

struct fix {
	int64_t utc_s;
	int32_t fraction_ns; /* of the instant it describes; only whole seconds label a pulse */
	bool leap_second;    /* it said 23:59:60; utc_s is then the second after 23:59:59 */
	bool valid;          /* a sentence says good, and none says bad */
	bool dated;          /* utc_s holds */
	int64_t era_weeks;   /* what the era repair added */
	int64_t raw_ns;      /* first byte of the burst */
	int64_t real_ns;
	int64_t made_raw_ns; /* the burst was made at or after this (core/line.h); LINE_NEVER */
	bool stale;          /* it had waited to be read: its instant means nothing */
	bool put_off;        /* it was read late on purpose: its instant is the usual one */
	bool often;          /* there are several a second */
	/* Broken sentences went before it: it may have begun with them, and lost bytes look like a
	 * pause. */
	bool headless;
};

/* For so long it may have waited in the receiver; 0, too, if nobody knows. */
int64_t fix_wait_ns(const struct fix *fix);

/* What dates are held against. */
struct date_reference {
	int64_t pivot_s;
	bool clock_trusted;
	int64_t clock_s; /* now, by a synchronised system clock */
};

/* When something began to arrive, and what is known of how long it had waited. */
struct arrival {
	int64_t raw_ns, real_ns;
	int64_t made_raw_ns;
	bool stale;
	bool last; /* made_raw_ns holds because the read ended within what began here */
	bool put_off;
	unsigned look;
};

struct epoch {
	/* arrival of bytes */
	int64_t last_read_raw_ns;
	struct burst {
		struct arrival first; /* byte of a sentence since the line was quiet… */
		int64_t quiet_ns;     /* …for so long */
		bool unused;          /* no epoch has begun in it */
		bool empty;           /* nor any sentence: what came may be noise */
		bool broken;          /* a sentence since the last epoch was none */
	} burst, burst_before;
	bool often;       /* fixes come several times a second… */
	int64_t apart_ns; /* …so far apart; 0 not known */
	/* the epoch being gathered */
	bool open;
	bool resumable; /* closed, but the line was not seen idle since: more of it may come */
	struct sentence merged;
	bool date_conflict;
	bool headless; /* as in struct fix */
	struct arrival begin;
	struct arrival proof; /* of a later sentence of it, made after begin's burst was */
	int64_t end_raw_ns;
	/* the last fix believed, to date sentences that give only a time of day */
	int64_t dated_utc_s, dated_raw_ns, dated_era_weeks;
	bool dated;
};

/* The line was idle for so long, and whether a pulse came meanwhile. */
struct epoch_pause {
	int64_t quiet_ns;
	bool pulse;
};

/* Zeroed is initialised. Call for each read, with the arrival of its first byte, and the pause
 * before it. */
void epoch_read(struct epoch *epoch, const struct arrival *first, const struct epoch_pause *pause,
		int64_t read_raw_ns);
/* A sentence or frame begins: noise before it was no beginning of the burst. */
void epoch_sentence(struct epoch *epoch, const struct arrival *begin);

/* A sentence that was none: of this epoch, or of another whose time never came. */
void epoch_broken(struct epoch *epoch);

/* The look goes on: what began to arrive in it came that much earlier than it seemed. */
void epoch_earlier(struct epoch *epoch, const struct line *line);
void arrival_earlier(struct arrival *arrival, const struct line *line);
/* Nothing that came in this look proves anything. */
void epoch_unproven(struct epoch *epoch, unsigned look);

/* True if this sentence begins another epoch than the one open: epoch_close() that one first. */
bool epoch_begins(const struct epoch *epoch, const struct sentence *sentence);

/* A sentence with a time of day, whose '$' arrived at begin and whose end arrived at end. */
void epoch_add(struct epoch *epoch, const struct sentence *sentence, const struct arrival *begin,
	       int64_t end_raw_ns);

/* The last fix was believed: it may date those that follow without a date. */
void epoch_date(struct epoch *epoch, const struct fix *fix);

/*
 * True if an epoch is open and over: the line quiet for long enough, or no more of it for a second.
 */
bool epoch_over(const struct epoch *epoch, int64_t raw_ns);

/* Ends the open epoch. */
struct fix epoch_close(struct epoch *epoch, const struct date_reference *reference);
