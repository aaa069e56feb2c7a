/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>

#include "core/core_state.h"

static const char *const state_names[CORE_STATES] = {
	[CORE_SEARCHING] = "searching",
	[CORE_AMBIGUOUS] = "ambiguous",
	[CORE_COARSE_ONLY] = "coarse",
	[CORE_LOCKED] = "locked",
	[CORE_HOLDOVER] = "holdover",
	[CORE_NO_FIX] = "nofix",
	[CORE_STALE] = "stale",
	[CORE_DISPUTED] = "disputed",
	[CORE_SUSPECT] = "suspect",
	[CORE_TRAINS] = "trains",
	[CORE_PROVISIONAL] = "provisional",
	[CORE_SPOOFED] = "spoofed",
};

static const char *const cause_names[CORE_CAUSES] = {
	[CORE_GLITCH] = "glitch",
	[CORE_POPCORN] = "popcorn",
	[CORE_UNSETTLED] = "unsettled",
	[CORE_OTHER_EDGE] = "other_edge",
	[CORE_WITHHELD_LABEL] = "no_label",
	[CORE_WITHHELD_FIX] = "no_fix",
	[CORE_WITHHELD_STALE] = "stale",
	[CORE_WITHHELD_DISPUTE] = "dispute",
	[CORE_WITHHELD_LEAP] = "leap",
	[CORE_WITHHELD_STEP] = "step",
	[CORE_WITHHELD_SUSPECT] = "suspect",
	[CORE_WITHHELD_AMBIGUOUS] = "ambiguous",
	[CORE_WITHHELD_TRAINS] = "trains",
	[CORE_WITHHELD_PROVISIONAL] = "provisional",
	[CORE_WITHHELD_SPOOFING] = "spoofing",
	[CORE_CHECKSUM] = "checksum",
	[CORE_MALFORMED] = "malformed",
	[CORE_OVERLONG] = "overlong",
	[CORE_FRACTION] = "fraction",
	[CORE_DATE] = "date",
	[CORE_ODD] = "odd",
	[CORE_BACKLOG] = "backlog",
};

/* The words for a and b of each kind; NULL where there is none. */
static const struct {
	const char *event, *a, *b;
} notice_words[CORE_NOTICES] = {
	[CORE_NOTICE_REJECT] = {"reject", "value_ns", "limit_ns"},
	[CORE_NOTICE_STATE] = {"state", NULL, NULL},
	[CORE_NOTICE_LABEL] = {"label", "utc_s", "lag_ns"},
	[CORE_NOTICE_RELABEL] = {"relabel", "old_utc_s", "new_utc_s"},
	[CORE_NOTICE_LEAP] = {"leap", "utc_s", "seconds"},
	[CORE_NOTICE_SUSPECT] = {"suspect", "receiver_utc_s", "clock_utc_s"},
	[CORE_NOTICE_PHASE] = {"phase", "shift_ns", NULL},
	[CORE_NOTICE_LAG] = {"lag", "old_ns", "new_ns"},
	[CORE_NOTICE_ERA] = {"era", "weeks", NULL},
	[CORE_NOTICE_MISSED] = {"missed", "edges", NULL},
	[CORE_NOTICE_TRAINS] = {"trains", "offset_ns", NULL},
	[CORE_NOTICE_COUNT] = {"leap_count", "confirmed_by", "corrected"},
};

const char *core_state_name(enum core_state state)
{
	return (unsigned int)state < CORE_STATES ? state_names[state] : "unknown";
}

const char *core_cause_name(enum core_cause cause)
{
	return (unsigned int)cause < CORE_CAUSES ? cause_names[cause] : "unknown";
}

const char *core_leap_by_name(enum core_leap_by by)
{
	static const char *const names[CORE_LEAP_BY_COUNT] = {
		[CORE_LEAP_BY_NOTHING] = "nothing", [CORE_LEAP_BY_RECEIVER] = "receiver",
		[CORE_LEAP_BY_CLOCK] = "clock",     [CORE_LEAP_BY_LIST] = "list",
		[CORE_LEAP_BY_TIME] = "time",
	};

	return (unsigned int)by < CORE_LEAP_BY_COUNT ? names[by] : "unknown";
}

const char *core_time_leap_name(int time_leap)
{
	return time_leap == CORE_LEAP_WAIT    ? "wait"
	       : time_leap == CORE_LEAP_TRUST ? "trust"
					      : "auto";
}

int core_sample_json(const struct core_sample *s, char *text, size_t size)
{
	return snprintf(text, size,
			"{\"unit\":%d,\"raw_ns\":%" PRId64 ",\"clock_ns\":%" PRId64
			",\"receive_ns\":%" PRId64 ",\"leap\":%d,\"precision\":%d}",
			(int)s->unit, s->raw_ns, s->clock_ns, s->receive_ns, s->leap, s->precision);
}

int core_notice_json(const struct core_notice *n, char *text, size_t size)
{
	if (n->kind == CORE_NOTICE_STATE) {
		return snprintf(
			text, size,
			"{\"event\":\"state\",\"from\":\"%s\",\"to\":\"%s\",\"raw_ns\":%" PRId64
			"}",
			core_state_name((enum core_state)n->a),
			core_state_name((enum core_state)n->b), n->raw_ns);
	}

	char cause[40] = "";
	char b[48] = "";

	if (n->kind == CORE_NOTICE_REJECT) {
		snprintf(cause, sizeof(cause), ",\"cause\":\"%s\"", core_cause_name(n->cause));
	}
	if (notice_words[n->kind].b) {
		snprintf(b, sizeof(b), ",\"%s\":%" PRId64, notice_words[n->kind].b, n->b);
	}
	return snprintf(
		text, size, "{\"event\":\"%s\"%s,\"raw_ns\":%" PRId64 ",\"%s\":%" PRId64 "%s}",
		notice_words[n->kind].event, cause, n->raw_ns, notice_words[n->kind].a, n->a, b);
}

void core_note(struct core *core, enum core_notice_kind kind, int64_t raw_ns, int64_t a, int64_t b)
{
	struct core_notice notice = {.kind = kind, .raw_ns = raw_ns, .a = a, .b = b};

	if (core->output.notice) {
		core->output.notice(core->output.arg, &notice);
	}
}

void core_reject(struct core *core, enum core_cause cause, int64_t raw_ns, int64_t value,
		 int64_t limit)
{
	struct core_notice notice = {CORE_NOTICE_REJECT, cause, raw_ns, value, limit};

	core->status.rejects[cause]++;
	if (core->output.notice) {
		core->output.notice(core->output.arg, &notice);
	}
}

void core_publish(struct core *core, const struct core_sample *sample)
{
	core->status.samples[sample->unit]++;
	core->published_raw_ns = core->last_raw_ns;
	if (core->output.sample) {
		core->output.sample(core->output.arg, sample);
	}
}

int core_precision(int64_t sigma_ns, int least, int most)
{
	int precision = least;

	/* 2^p s in ns, times the square root of two: halfway to the next on the log scale. */
	while (precision < most && sigma_ns > INT64_C(1414213562) >> -precision) {
		precision++;
	}
	return precision;
}
