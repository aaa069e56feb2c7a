/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)
/* A larger shift of the pulses needs a new agreement. */
#define PHASE_KEPT (SECOND / 50)
/* Beyond this the count is not checked against raw time. */
#define COUNT_CHECKED (60 * SECOND)

/* RULES_IGNORE="name name": to look beyond what is known. */
static bool ignored(const char *rule)
{
	const char *list = getenv("RULES_IGNORE");
	size_t len = strlen(rule);

	while (list && (list = strstr(list, rule)) != NULL) {
		bool begins = list == getenv("RULES_IGNORE") || list[-1] == ' ';

		list += len;
		if (begins && (*list == ' ' || *list == '\0')) {
			return true;
		}
	}
	return false;
}

__attribute__((format(printf, 3, 4))) static void broken(const struct rules *rules,
							 const char *rule, const char *format, ...)
{
	va_list args;

	if (ignored(rule)) {
		return;
	}
	va_start(args, format);
	fprintf(stderr, "rule '%s' is broken at event %llu (%c, raw %lld): ", rule,
		(unsigned long long)rules->begun, (char)rules->event.type,
		(long long)rules->event.raw_ns);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

#define require(holds, rules, name, ...)                                                           \
	do {                                                                                       \
		if (!(holds)) {                                                                    \
			broken(rules, name, __VA_ARGS__);                                          \
		}                                                                                  \
	} while (0)

static long long ll(int64_t ns)
{
	return (long long)ns;
}

void rules_init(struct rules *rules, const struct core *core, const struct core_config *config)
{
	*rules = (struct rules){.core = core, .config = *config};
}

/* ------------------------------------------------------------------ what was fed */

static int64_t limited(int64_t ns, int64_t most)
{
	return ns > most ? most : ns < -most ? -most : ns;
}

/* "$ttRMC,time,V,…*hh\r\n" and nothing else. */
static bool is_denial(const struct event *event)
{
	const char *text = (const char *)event->bytes.data;
	const size_t len = event->bytes.len;
	const char *status;
	unsigned int sum = 0;
	char end[6];

	if (len < 20 || len > 82 || text[0] != '$' || memcmp(text + 3, "RMC,", 4) != 0) {
		return false;
	}
	for (size_t i = 1; i < len - 5; i++) {
		if (text[i] < ' ' || text[i] > '~' || text[i] == '$' || text[i] == '*') {
			return false;
		}
		sum ^= (unsigned char)text[i];
	}
	snprintf(end, sizeof(end), "*%02X\r\n", sum);
	status = memchr(text + 7, ',', len - 7);
	return memcmp(text + len - 5, end, 5) == 0 && status && memcmp(status, ",V,", 3) == 0;
}

/* An edge that counts: of the configured kind, and not the one before once more. */
static bool is_new_edge(const struct rules *rules)
{
	return rules->event.type == EVENT_PULSE &&
	       rules->event.pulse.clear == rules->config.clear_edge &&
	       (!rules->edge_known || rules->event.pulse.seq != rules->seq);
}

static uint64_t pulse_causes(const struct core_status *status)
{
	uint64_t sum = 0;

	for (int i = 0; i < CORE_CHECKSUM; i++) {
		sum += i == CORE_OTHER_EDGE ? 0 : status->rejects[i];
	}
	return sum;
}

void rules_before(struct rules *rules, const struct event *event)
{
	int64_t last_raw_ns = rules->event.raw_ns;

	rules->event = *event;
	rules->given_raw_ns = limited(event->raw_ns, EVENT_RAW_MAX);
	rules->event.raw_ns = rules->given_raw_ns < last_raw_ns ? last_raw_ns : rules->given_raw_ns;
	rules->event.real_ns = limited(event->real_ns, EVENT_REAL_MAX);
	rules->before = *core_status(rules->core);
	memset(rules->now, 0, sizeof(rules->now));
	rules->begun++;
	if (event->type == EVENT_STEP) {
		rules->stepped = true;
		rules->read_since_step = false;
		rules->step_raw_ns = rules->event.raw_ns;
	}
	if (event->type == EVENT_CLOCK) {
		rules->ever_synced = rules->ever_synced || event->clock.sync;
	}
	if (event->type == EVENT_BYTES && event->bytes.len) {
		/* What this read leads to may be published with it. */
		rules->said_no = false;
		rules->read_since_step = true;
		rules->last_read_raw_ns = rules->event.raw_ns;
	}
}

/* ------------------------------------------------------------------ what came out */

static void check_fields(const struct rules *rules, const struct core_sample *s)
{
	int least = s->unit == CORE_PPS ? -30 : -10;
	int most = s->unit == CORE_PPS ? -10 : -1;
	int announced = core_status(rules->core)->leap.leap;

	require(s->leap == 0 || s->leap == (announced > 0   ? 1
					    : announced < 0 ? 2
							    : 0),
		rules, "fields", "leap is %d, announced %d", s->leap, announced);
	require(s->precision >= least && s->precision <= most, rules, "fields",
		"precision of unit %d is %d", (int)s->unit, s->precision);
	require(rules->ever_synced || s->clock_ns >= rules->config.pivot_s * SECOND - SECOND, rules,
		"dates", "clock %lld is before the pivot, and no clock was ever synchronised",
		ll(s->clock_ns));
}

static void check_silence(const struct rules *rules, const struct core_sample *s)
{
	require(!rules->said_no, rules, "nofix", "unit %d: the last word is: no fix", (int)s->unit);
	require(rules->any[s->unit] ||
			core_status(rules->core)->fixes >= (uint64_t)rules->config.agree,
		rules, "confirmed", "unit %d: a first sample after %llu fixes, %d must agree",
		(int)s->unit, (unsigned long long)core_status(rules->core)->fixes,
		rules->config.agree);
}

/* Since another label was told, there is nothing to compare with. */
static void check_order(const struct rules *rules, const struct core_sample *s)
{
	const struct core_sample *last = &rules->last[s->unit];
	int64_t passed = s->raw_ns - last->raw_ns;
	int64_t counted = s->clock_ns - last->clock_ns;

	if (!rules->any[s->unit]) {
		return;
	}
	if (s->unit == CORE_PPS) {
		require(passed >= SECOND / 2, rules, "too-near", "two PPS samples in %lld ns",
			ll(passed));
	}
	if (rules->relabelled[s->unit]) {
		return;
	}
	require(counted > 0, rules, s->unit == CORE_PPS ? "order" : "coarse-order",
		"unit %d: clock went from %lld to %lld", (int)s->unit, ll(last->clock_ns),
		ll(s->clock_ns));
	if (s->unit == CORE_PPS && passed <= COUNT_CHECKED) {
		int64_t off = passed - counted;

		require(llabs(off) <= PHASE_KEPT + passed / 200, rules, "phase",
			"%lld ns were counted while %lld passed", ll(counted), ll(passed));
	}
}

static void check_pps(const struct rules *rules, const struct core_sample *s)
{
	const struct event *e = &rules->event;
	const struct core_status *status = core_status(rules->core);

	require(is_new_edge(rules), rules, "one-a-pulse",
		"a PPS sample without a pulse of its own");
	require(rules->now[CORE_PPS] == 1, rules, "one-a-pulse", "two PPS samples of one pulse");
	require(s->raw_ns == e->raw_ns && s->receive_ns == e->real_ns, rules, "one-a-pulse",
		"raw %lld, receive %lld: the pulse is stamped %lld, %lld", ll(s->raw_ns),
		ll(s->receive_ns), ll(e->raw_ns), ll(e->real_ns));
	require(status->label_utc_s * SECOND + rules->config.pps_offset_ns == s->clock_ns &&
			status->label_raw_ns == s->raw_ns && status->label_real_ns == s->receive_ns,
		rules, "counted", "clock %lld, label %lld of raw %lld", ll(s->clock_ns),
		ll(status->label_utc_s), ll(status->label_raw_ns));
	require(s->raw_ns - status->last_confirm_raw_ns <= rules->config.holdover_ns, rules,
		"confirmed", "the last burst that confirmed is %lld ns old",
		ll(s->raw_ns - status->last_confirm_raw_ns));
	require(s->raw_ns - rules->last_read_raw_ns <= rules->config.holdover_ns, rules,
		"confirmed", "the last read is %lld ns old",
		ll(s->raw_ns - rules->last_read_raw_ns));
	require(!rules->stepped || (rules->given_raw_ns > rules->step_raw_ns), rules, "step",
		"stamped %lld, the clock was set at %lld", ll(rules->given_raw_ns),
		ll(rules->step_raw_ns));
	require(!rules->stepped || rules->read_since_step, rules, "step",
		"nothing was read since the clock was set");
}

static void check_coarse(const struct rules *rules, const struct core_sample *s)
{
	require(s->raw_ns == rules->event.raw_ns, rules, "coarse-whole", "caused at %lld",
		ll(s->raw_ns));
	require(s->clock_ns % SECOND == 0, rules, "coarse-whole", "clock is %lld", ll(s->clock_ns));
}

void rules_sample(struct rules *rules, const struct core_sample *s)
{
	require(s->unit == CORE_PPS || s->unit == CORE_COARSE, rules, "fields", "unit %d",
		(int)s->unit);
	rules->now[s->unit]++;
	check_fields(rules, s);
	if (s->unit == CORE_PPS) {
		check_pps(rules, s);
	} else {
		check_coarse(rules, s);
	}
	check_silence(rules, s);
	check_order(rules, s);
	rules->last[s->unit] = *s;
	rules->any[s->unit] = true;
	rules->relabelled[s->unit] = false;
}

void rules_notice(struct rules *rules, const struct core_notice *notice)
{
	require(notice->kind >= 0 && notice->kind < CORE_NOTICES, rules, "notices", "kind %d",
		(int)notice->kind);
	require(notice->raw_ns <= rules->event.raw_ns, rules, "notices", "raw %lld is yet to come",
		ll(notice->raw_ns));
	if (notice->kind == CORE_NOTICE_LABEL || notice->kind == CORE_NOTICE_RELABEL ||
	    notice->kind == CORE_NOTICE_LEAP) {
		rules->relabelled[CORE_PPS] = true;
		rules->relabelled[CORE_COARSE] = true;
	}
}

/* ------------------------------------------------------------------ what is left behind */

static bool silent_state(enum core_state state)
{
	return state == CORE_AMBIGUOUS || state == CORE_NO_FIX || state == CORE_STALE ||
	       state == CORE_DISPUTED || state == CORE_SUSPECT || state == CORE_PROVISIONAL ||
	       state == CORE_SPOOFED;
}

static void check_state(const struct rules *rules, const struct core_status *status)
{
	require(status->state >= 0 && status->state < CORE_STATES, rules, "state", "state %d",
		(int)status->state);
	if (rules->now[CORE_PPS]) {
		require(status->state == CORE_LOCKED || status->state == CORE_HOLDOVER, rules,
			"state", "a PPS sample in state %s", core_state_name(status->state));
	}
	/* A read may hold several bursts, and the last of them end what the first allowed. */
	if (rules->now[CORE_COARSE] && rules->event.type != EVENT_BYTES) {
		/* Which pulse a known second belongs to may be open, the second is not. */
		require(!silent_state(status->state) || status->state == CORE_AMBIGUOUS, rules,
			"coarse-state", "a coarse sample in state %s",
			core_state_name(status->state));
	}
}

static void check_told(struct rules *rules, const struct core_status *status)
{
	uint64_t told = pulse_causes(status) - pulse_causes(&rules->before);
	uint64_t expected = is_new_edge(rules);

	require(told + (uint64_t)rules->now[CORE_PPS] == expected, rules, "told",
		"%d samples and %llu causes for %llu new edges", rules->now[CORE_PPS],
		(unsigned long long)told, (unsigned long long)expected);
	if (rules->event.type == EVENT_PULSE &&
	    rules->event.pulse.clear == rules->config.clear_edge) {
		rules->edge_known = true;
		rules->seq = rules->event.pulse.seq;
	}
	if (rules->event.type == EVENT_SOURCE && rules->event.source.pps) {
		rules->edge_known = false;
	}
}

void rules_after(struct rules *rules)
{
	const struct core_status *status = core_status(rules->core);
	int64_t next = core_next_pulse_raw_ns(rules->core);

	check_state(rules, status);
	check_told(rules, status);
	for (int i = 0; i < CORE_UNITS; i++) {
		require(status->samples[i] == rules->before.samples[i] + (uint64_t)rules->now[i],
			rules, "told", "unit %d: %d samples came, %llu are counted", i,
			rules->now[i],
			(unsigned long long)(status->samples[i] - rules->before.samples[i]));
	}
	require(next == 0 || (next >= rules->event.raw_ns &&
			      next <= rules->event.raw_ns + SECOND + SECOND / 10),
		rules, "next-pulse", "due at %lld", ll(next));
	if (rules->event.type == EVENT_BYTES && is_denial(&rules->event)) {
		rules->said_no = true;
		require(!status->receiver.fix, rules, "nofix-status", "the status tells of a fix");
	}
}
