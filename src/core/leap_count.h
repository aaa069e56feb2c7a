/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "core/said.h"

/*
 * Whether the second being counted can be wrong by whole seconds because the receiver does not know
 * the leap seconds yet (rule 9). A label is provisional until one of these has confirmed it:
 *
 *	CORE_LEAP_BY_RECEIVER  it says that it knows, since its fix came
 *	CORE_LEAP_BY_CLOCK     a witness tells the same second
 *	CORE_LEAP_BY_LIST      it does not know, but counts as the list of leap seconds says
 *	CORE_LEAP_BY_TIME      a fix without a break for LEAP_SURE_NS: the page has come by then; for
 *	                       LEAP_SURE_LATE_NS if it says that it does not know
 *
 * Once confirmed it stays so while it is counted on, whatever becomes of the fix: a receiver that
 * has lost its memory contradicts it.
 */

/* GPS sends the page every 12.5 minutes; not each is received at once. */
#define LEAP_SURE_NS      (INT64_C(795) * 1000000000)
#define LEAP_SURE_LATE_NS (INT64_C(2400) * 1000000000)
/* Without a fix for so long its fix has broken: none comes from the cold as soon. */
#define LEAP_BREAK_NS INT64_C(10000000000)
/* A step that was taken over at once must hold for so long. */
#define LEAP_STEP_HOLD_NS INT64_C(60000000000)
/* No count differs from another by more. */
#define LEAP_STEP_MOST_S 18

struct leap_count {
	int64_t run_raw_ns;     /* fixes without a break since; 0: none */
	int64_t fix_raw_ns;     /* the last of them */
	int64_t break_raw_ns;   /* the last break began; 0: none yet */
	int64_t confirm_raw_ns; /* the label was last confirmed */
	int64_t stood_ns;       /* …and the raw clock may have stood still since, for so long */
	struct said word;       /* what was said of the count last */
	int64_t word_raw_ns;
	bool word_fixed;        /* …after the first fix */
	int64_t learned_raw_ns; /* its time is by what it says from then on */
	int64_t step_raw_ns;    /* the label came by whole seconds then, as after the page; 0: no */
	enum core_leap_by by;   /* the label being counted is confirmed by this */
	/*
	 * It has to wait: it contradicted itself by whole seconds after a break; or its model is known
	 * for it.
	 */
	bool distrusted;
	bool corrected; /* it was wrong by whole seconds at a start, and corrected itself */
};

/* All zero is initialised. It said something of the count. */
void leap_count_hear(struct leap_count *count, const struct said *said, int64_t raw_ns);

/* A fix that came then; and it has none. */
void leap_count_fix(struct leap_count *count, int64_t raw_ns);
void leap_count_lost(struct leap_count *count, int64_t raw_ns);
/* The line was lost: the next may be another receiver's. */
void leap_count_gone(struct leap_count *count, int64_t raw_ns);

/* The clock was set forward by so much, as after a suspend. */
void leap_count_stood_still(struct leap_count *count, int64_t for_ns);

/* Another label than the one before, by so many seconds, told since then; 0: none was before. */
struct leap_jump {
	int64_t by_s;
	int64_t since_raw_ns;
};
/* Such a one is counted from now on. */
void leap_count_anew(struct leap_count *count, const struct leap_jump *jump);
/* …in the same phase, where the one before was provisional; held: after a hold. */
void leap_count_stepped(struct leap_count *count, const struct leap_jump *jump, bool held,
			int64_t raw_ns);

/* A fix speaks for the label. vouched: a witness does; listed: the count by the list, 0 unknown. */
void leap_count_confirm(struct leap_count *count, bool vouched, int listed, int64_t raw_ns);

/* The receiver says that it does not know. */
bool leap_count_unknown(const struct leap_count *count, int64_t raw_ns);

/* Nothing may be published. */
bool leap_count_withholds(const struct leap_count *count, const struct core_config *config);

/* When time alone will have confirmed it; 0: nobody knows, as there is no fix; or it is. */
int64_t leap_count_sure_raw_ns(const struct leap_count *count, int64_t raw_ns);
