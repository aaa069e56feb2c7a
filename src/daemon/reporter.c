/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/reporter.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/log.h"
#include "common/ns.h"
#include "core/calendar.h"

#define REJECT_EVERY_NS (10 * NS_PER_S)
#define LAST_S          INT64_C(253402300799) /* of the year 9999 */

static const char *utc_text(int64_t utc_s, char *text, size_t size)
{
	int64_t second = utc_s - floor_div(utc_s, S_PER_DAY) * S_PER_DAY;
	int year, month, day;

	if (utc_s < 0 || utc_s > LAST_S) {
		snprintf(text, size, "%" PRId64, utc_s);
		return text;
	}
	/* Not by the C library, which would look at /etc/localtime first. */
	calendar_date(utc_s, &year, &month, &day);
	snprintf(text, size, "%04d-%02d-%02d %02d:%02d:%02d UTC", year, month, day,
		 (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
	return text;
}

/* Pulses that had to wait while nothing was wrong yet are no news at every start. */
static enum log_level reject_level(enum core_cause cause)
{
	switch (cause) {
	case CORE_UNSETTLED:
	case CORE_WITHHELD_LABEL:
	case CORE_WITHHELD_FIX:
	case CORE_WITHHELD_AMBIGUOUS:
	case CORE_WITHHELD_PROVISIONAL:
	case CORE_FRACTION:
		return LOG_LEVEL_DEBUG;
	case CORE_CHECKSUM:
	case CORE_OVERLONG:
	case CORE_MALFORMED:
		return LOG_LEVEL_INFO;
	default:
		return LOG_LEVEL_NOTICE;
	}
}

static const char *reject_words(enum core_cause cause)
{
	switch (cause) {
	case CORE_GLITCH:
		return "edge ignored: too far from the second";
	case CORE_POPCORN:
		return "pulse rejected: stamped too far from the second";
	case CORE_UNSETTLED:
		return "pulse not used: no regular pulses once a second yet";
	case CORE_WITHHELD_LABEL:
		return "pulse not published: its second is not known yet";
	case CORE_WITHHELD_FIX:
		return "pulse not published: no fix, or not yet confirmed again";
	case CORE_WITHHELD_STALE:
		return "pulse not published: no sentence has confirmed it within the holdover time";
	case CORE_WITHHELD_DISPUTE:
		return "pulse not published: the sentences contradict its second";
	case CORE_WITHHELD_LEAP:
		return "pulse not published: a leap second is possible here, sentences must agree again";
	case CORE_WITHHELD_STEP:
		return "pulse not published: the system clock was set, and no fix has confirmed its second since";
	case CORE_WITHHELD_SUSPECT:
		return "pulse not published: the system clock, a witness, contradicts its second";
	case CORE_WITHHELD_AMBIGUOUS:
		return "pulse not published: two seconds fit, and there is no witness to decide";
	case CORE_WITHHELD_TRAINS:
		return "pulse not published: more than one per second";
	case CORE_WITHHELD_PROVISIONAL:
		return "pulse not published: the receiver may not know the leap seconds yet";
	case CORE_WITHHELD_SPOOFING:
		return "pulse not published: the receiver reports spoofing";
	case CORE_CHECKSUM:
		return "sentence with a wrong checksum, or none";
	case CORE_MALFORMED:
		return "sentence with a malformed field";
	case CORE_OVERLONG:
		return "sentence without an end";
	case CORE_FRACTION:
		return "fix is not on a whole second and cannot label a pulse";
	case CORE_DATE:
		return "fix without a plausible date";
	case CORE_ODD:
		return "burst contradicts the counted second: its lag does not fit";
	case CORE_BACKLOG:
		return "burst was read late and cannot be used for time";
	default:
		return NULL;
	}
}

static void report_reject(struct reporter *r, const struct core_notice *n)
{
	const char *words = reject_words(n->cause);
	char numbers[60] = "";
	char more[60] = "";

	if (!words) {
		return;
	}
	if (r->told_raw_ns[n->cause] && n->raw_ns - r->told_raw_ns[n->cause] < REJECT_EVERY_NS) {
		r->unsaid[n->cause]++;
		return;
	}
	if (r->unsaid[n->cause]) {
		snprintf(more, sizeof(more), " (and %" PRIu64 " more before)", r->unsaid[n->cause]);
	}
	if (n->a && n->b) {
		snprintf(numbers, sizeof(numbers), ": %+.6f s, limit %.6f s", (double)n->a / 1e9,
			 (double)n->b / 1e9);
	}
	r->told_raw_ns[n->cause] = n->raw_ns;
	r->unsaid[n->cause] = 0;
	log_line(reject_level(n->cause), "%s%s%s", words, numbers, more);
}

static void report_count(const struct core_notice *n)
{
	static const char *const words[CORE_LEAP_BY_COUNT] = {
		[CORE_LEAP_BY_RECEIVER] = "the receiver says that it knows them",
		[CORE_LEAP_BY_CLOCK] = "a synchronised clock tells the same second",
		[CORE_LEAP_BY_LIST] = "the receiver counts as the list says",
		[CORE_LEAP_BY_TIME] = "it has had a fix for long enough",
	};
	const char *by = n->a > 0 && n->a < CORE_LEAP_BY_COUNT ? words[n->a] : "by nothing";

	if (n->b) {
		log_warning(
			"the receiver was wrong by whole seconds, and corrected itself: from the next start on it is not believed until it knows the leap seconds (time.leap)");
	} else {
		log_info("leap seconds confirmed: %s", by);
	}
}

void reporter_notice(struct reporter *r, const struct core_notice *n)
{
	char a[40], b[40];

	switch (n->kind) {
	case CORE_NOTICE_REJECT:
		report_reject(r, n);
		break;
	case CORE_NOTICE_STATE:
		log_notice("%s (was %s)", core_state_name((enum core_state)n->b),
			   core_state_name((enum core_state)n->a));
		break;
	case CORE_NOTICE_LABEL:
		log_notice("second agreed: %s, bursts %.3f s after their pulse",
			   utc_text(n->a, a, sizeof(a)), (double)n->b / 1e9);
		break;
	case CORE_NOTICE_RELABEL:
		log_warning("the receiver's time changed and stayed so: %s is now %s",
			    utc_text(n->a, a, sizeof(a)), utc_text(n->b, b, sizeof(b)));
		break;
	case CORE_NOTICE_LEAP:
		log_notice("leap second %s, agreed again at %s", n->b > 0 ? "inserted" : "deleted",
			   utc_text(n->a, a, sizeof(a)));
		break;
	case CORE_NOTICE_SUSPECT:
		log_warning(
			"receiver says %s, the synchronised system clock %s: receiver fault or spoofing suspected, nothing is published",
			utc_text(n->a, a, sizeof(a)), utc_text(n->b, b, sizeof(b)));
		break;
	case CORE_NOTICE_PHASE:
		log_warning("pulses shifted by %+.6f s and stayed there", (double)n->a / 1e9);
		break;
	case CORE_NOTICE_LAG:
		log_notice("bursts now lag by %.3f s (was %.3f s)", (double)n->b / 1e9,
			   (double)n->a / 1e9);
		break;
	case CORE_NOTICE_ERA:
		log_notice("receiver's dates corrected by %+" PRId64 " weeks (GPS week rollover)",
			   n->a);
		break;
	case CORE_NOTICE_MISSED:
		log_notice("%" PRId64 " pulses missed", n->a);
		break;
	case CORE_NOTICE_TRAINS:
		log_notice("more than one pulse a second: another series is %" PRId64
			   " ns from the one in use",
			   n->a);
		break;
	case CORE_NOTICE_COUNT:
		report_count(n);
		break;
	case CORE_NOTICES:
		break;
	}
}
