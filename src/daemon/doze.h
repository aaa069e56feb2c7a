/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sources/source.h"

struct engine;

/*
 * While all is well no burst wakes anybody: the loop lends the line to the engine and sleeps, and
 * with each pulse the engine first fetches what the line has brought, so that bad news acts before
 * that very pulse is published. The pulse thread, awake then, keeps house as well.
 *
 * Only the first byte of each eighth burst, which keeps the lag true, wakes the loop; it lends the
 * line again at once. When anything is in doubt or a pulse is overdue it is roused, and the line is
 * its own.
 *
 * All this is the engine's, and for use within engine_enter() and engine_leave(), unless it says
 * otherwise.
 */
struct doze {
	struct byte_source *source; /* while it is lent; else NULL */
	int64_t since_raw_ns;       /* nobody has looked at it since then */
	bool whole;                 /* what was read last ended with a sentence or frame */
	bool listening;             /* to the burst that comes */
	bool steady;                /* nothing was in doubt after the pulse thread's last round */
	int64_t pulse_raw_ns;       /* the last pulse */
	unsigned int fetches;
	int rouse; /* an eventfd */
	int wake;  /* an epoll descriptor over it and, while it is listened to, the line */
};

int doze_init(struct doze *doze, struct error *err);
void doze_close(struct doze *doze);

/* A line that was opened; false if it cannot be lent: a file, or one whose reader may sleep. */
bool doze_can(const struct doze *doze, int fd);

/* Nothing was in doubt at the last pulse, and it came less than a second ago, or a bit more. */
bool doze_is_steady(const struct engine *engine);

/* whole: what was read so far ended with a sentence or frame. */
void doze_lend(struct engine *engine, struct byte_source *source, bool whole);

/*
 * The line is the loop's again. Returns since when nobody has looked at it; 0 if it was listened
 * to: what is read now has just come.
 */
int64_t doze_take_back(struct engine *engine);

/* Before that pulse goes to the core: what the line has brought. */
void doze_fetch(struct engine *engine, const struct pulse *pulse);

/* After each round of the pulse thread; pulses: their source is there. */
enum doze_round {
	DOZE_NOT,    /* the line is the loop's, and it is awake */
	DOZE_ENDS,   /* the line is the loop's from now on: rouse it */
	DOZE_ON,     /* the loop may sleep on */
	DOZE_LISTEN, /* … until the first byte of the burst that comes */
};
enum doze_round doze_round(struct engine *engine, bool pulses);

/* How long to wait until a pulse is overdue; otherwise_ms where that does not matter. */
int doze_wait_ms(const struct engine *engine, int otherwise_ms);

/*
 * Since when nobody has looked at the line, for an event at that instant that tells what came. A
 * bit more than a second is told as one; more says that it was read too late to be of use.
 */
int64_t doze_since(int64_t alone_ns, int64_t raw_ns);

/* Without the lock: the loop is woken, at once or by that line; and it was woken. */
void doze_rouse(const struct doze *doze);
void doze_listen(const struct doze *doze, int fd);
void doze_woken(const struct doze *doze, int fd);
