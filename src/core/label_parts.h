/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/calendar.h"
#include "core/label.h"

/*
 * The label's rooms, for each other: label.c counts it and weighs fixes, label_agree.c makes a
 * first one and attaches pulses, label_waited.c judges bursts that may have waited in the receiver,
 * label_dispute.c hears what contradicts, label_witness.c the clock, label_suspend.c a raw clock that
 * stood still, label_leap.c knows half-years.
 */

/*
 * A lag continues the recent ones if nearer than this. Half a second would be the most that tells
 * one second from the next; late bursts among the recent ones ask for less.
 */
#define CONTINUOUS_NS (350 * NS_PER_MS)
/* Lags differ from the usual one by so much, mostly: nearer is the very same lag. */
#define LABEL_USUAL_NS (60 * NS_PER_MS)
/* No receiver speaks so long before its pulse. */
#define LABEL_FAR_EARLY_NS (CANDIDATE_EARLY_NS * 6 / 5)
/* Where a label is in dispute, only bursts that come when those before did speak for it. */
#define SAME_PHASE_NS (200 * NS_PER_MS)
/*
 * The pulses moved by more than GATE_MOVED_NS: the label must be agreed anew, or is carried over if
 * it had settled; near to half a second it cannot be known which of two seconds a pulse begins.
 */
#define CARRIABLE_NS (400 * NS_PER_MS)
/* A label is young, and its lag's phase may yet prove it wrong, for so long. */
#define YOUNG_NS (60 * NS_PER_S)
/*
 * A jump of one second that moves the phase too could be bursts that come late for once; but no
 * receiver is a second late for minutes on a line that is not full. So many holds end it.
 */
#define STORY_HOLDS 2
/* A receiver may need so long after a half-year's end to learn that there was a leap second. */
#define LEAP_LATE_S 60

/* A fix that is being weighed. */
struct weighing {
	const struct fix *fix;
	const struct gate *pulses; /* those that come now; not locked: none */
	const struct witness *witness;
	const struct core_config *config;
	struct label_result result;
};

/* label.c: the counted second nearest to an instant; and how far that lies after it. */
int64_t label_utc_at(const struct label *label, int64_t raw_ns, int64_t *off_ns);
/* The fix weighed last. */
const struct fix *label_newest(const struct label *label);
void label_forget_candidates(struct label *label);
/* From here on the second that begins at raw_ns is utc_s. */
void label_adopt(struct label *label, const struct fix *fix, int64_t raw_ns, int64_t utc_s);
/* The fix speaks for the label; and: its lag is lag_ns, as those before. */
void label_uphold(struct label *label, const struct weighing *weighing);
void label_confirm(struct label *label, const struct weighing *weighing, int64_t lag_ns);
/* Disputed or at a half-year's end: another label is possible. */
bool label_in_doubt(const struct label *label);
/* It must be confirmed anew; state: UNCONFIRMED or DISPUTED. */
void label_doubt(struct label *label, enum label_state state);

/* label_witness.c, rule 10. */
/* A witness contradicts; and: one did less than a hold ago. */
void label_suspect(struct label *label, const struct fix *fix);
/* The witness is there, and has not changed its word that was heard last. */
void label_still_suspect(struct label *label, const struct weighing *weighing);
bool label_held_back(const struct label *label, const struct weighing *weighing);
/* What the second (jump_s more than the one counted) would be by a witness; false: none. */
bool label_witness(const struct label *label, int64_t jump_s, struct weighing *weighing);
/* A label that stands is held against a clock that became a witness later, too. */
void label_hear_witness(struct label *label, struct weighing *weighing);

/* label_agree.c, rules 1 to 4. */
bool label_usable(struct label *label, const struct weighing *weighing);
enum label_verdict label_gather(struct label *label, struct weighing *weighing);
bool label_attach(struct label *label, struct weighing *weighing);

/* label_waited.c, rule 3. */
/* It may have waited in the receiver for long. */
bool label_late(const struct fix *fix);
/* …and, by that, be one that comes as usual: then it confirms, and tells nothing of the lag. */
bool label_bears(const struct label *label, const struct weighing *weighing);
enum label_verdict label_bear(struct label *label, struct weighing *weighing);

/* label_suspend.c, rule 7. */
/* The burst comes as much sooner as the raw clock may have stood still, rather than as usual. */
bool label_shows_suspend(const struct label *label, const struct fix *fix, int64_t lag_ns);
/* The pulses have moved by as much of a second as it may have stood still. */
bool label_moved_by_suspend(const struct label *label, int64_t shift_ns);
/* A pulse that came where the pulses came before: it has not, if not for whole seconds. */
void label_deny_suspend(struct label *label, int64_t raw_ns);

/* label_dispute.c, rules 1, 9 and 10. */
enum label_verdict label_contradict(struct label *label, struct weighing *weighing);

/* label_leap.c, rule 9. */
/* The next half-year's end after utc_s that may have a leap second is the one to wait for. */
void label_leap_settled(struct label *label, int64_t utc_s, const struct core_config *config);
/* At the half-year's end after utc_s the label must be agreed anew. */
void label_leap_expect(struct label *label, int64_t utc_s);
/* The half-year's end so near to utc_s that a leap second may be told there; 0: none. */
int64_t label_leap_window(int64_t utc_s, const struct core_config *config);
/* While LEAPING, a fix goes on as before: enough of them say that there was no leap second. */
void label_leap_denied(struct label *label, const struct weighing *weighing, int64_t lag_ns);
/* The rival is one second away, told by enough bursts of the usual phase where that may be. */
bool label_leap_told(struct label *label, const struct weighing *weighing);
/* The label is provisional, and the rival some whole seconds away in the usual phase… */
bool label_stepped(const struct label *label);
/* …and nothing is published: then it is taken over at once. */
bool label_step_told(const struct label *label, const struct weighing *weighing);
