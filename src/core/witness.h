/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/epoch.h"
#include "core/event.h"

/*
 * The system clock as a witness against the receiver, and what makes it one.
 *
 * The kernel's word "synchronised" alone does not. ntpd, NTPsec's to 1.2.2 and the classic one,
 * says it at its mere start, before it has heard any source, with an error bound of 16 us
 * (start_kern_loop() writes MAXDISPERSE, 16 seconds, where microseconds are meant); a clock that is
 * hours off is then synchronised to 16 us. So a clock is a witness only when its discipline has
 * been seen at work.
 *
 * What shows that is the bound (maxerror of adjtimex(2)). By itself it only grows, 500 us each
 * second; at an update, a measurement that ntpd, chronyd or timesyncd has just acted on, it is set
 * anew. The rules, for the words of the kernel as they are told one after the other (EVENT_CLOCK):
 *
 * - Update: two words in succession say "synchronised", the second with a lower bound, the clock
 *   was not set in between (EVENT_STEP), and it is no start of ntpd.
 * - Start of ntpd: such a fall, to 16 us and the growth of a few whole seconds. (A true update
 *   may look like that by chance; the next one mends it.)
 * - Established: by an update that cannot have followed our own samples, because none was published
 *   in DISCIPLINE_QUIET_NS before it. A clock that we set vouches for nothing.
 * - Kept: while the kernel goes on to say "synchronised" with a bound of at most WITNESS_NS,
 *   whoever is followed now.
 * - Lost: by another word or a larger bound, when the clock is set, and at a start of ntpd, which
 *   knows nothing of what the one before it knew. Then it must be established anew.
 * - Leap second: the kernel's own is no setting. It is one where the clock moved by a second at the
 *   end of June or December and the kernel's next word is "synchronised" all the same; setting the
 *   clock takes that back (ntp_clear()).
 *
 * What no bound can tell: ntpd disciplined by its own undisciplined local clock (refclock local),
 * and that timesyncd's bound leaves out its server's distance.
 */

/* The system clock can vouch for a second if it is surely within this of the truth. */
#define WITNESS_NS INT64_C(200000000)

/*
 * Longer than anybody follows a sample of ours: ntpd and chronyd act on it at their poll, 16 s
 * apart at most with the lines that we document and write, or at the one after; ntpd may take it
 * from the segment 5 s late; and the kernel is asked once a second.
 */
#define DISCIPLINE_QUIET_NS INT64_C(40000000000)

/* The discipline of the system clock, as far as it was seen. All zero at the start. */
struct discipline {
	bool witness; /* by the rules above */
	bool leaping; /* it was, before what looks like a leap second */
	bool sync;    /* the kernel's last word, none since the clock was set */
	int64_t maxerr_us;
	int64_t real_minus_raw_ns; /* of that word */
};

/* EVENT_CLOCK. independent: none of our samples in DISCIPLINE_QUIET_NS. */
void discipline_hear(struct discipline *discipline, const struct event *event, bool independent);
/* EVENT_STEP. */
void discipline_step(struct discipline *discipline, const struct event *event);

/* Bursts come no earlier and no later than this after the second they name, for the witness. */
#define WITNESS_LAG_EARLIEST_NS INT64_C(-250000000)
#define WITNESS_LAG_LATEST_NS   INT64_C(1500000000)

/* What the system clock can say at one moment: true time is within error_ns of it. */
struct witness {
	bool usable; /* it is a witness */
	int64_t real_minus_raw_ns;
	int64_t error_ns;
};

/* By the system clock, how long after the second utc_s began an instant is. */
int64_t witness_lag_ns(const struct witness *witness, int64_t raw_ns, int64_t utc_s);

/*
 * The system clock's word on which second began at second_raw_ns, a pulse; and on whether a burst
 * can name the second it does (else the second it should have named). False: it can say nothing.
 */
bool witness_second(const struct witness *witness, int64_t second_raw_ns, int64_t *utc_s);
bool witness_burst(const struct witness *witness, const struct fix *fix, int64_t *utc_s);
