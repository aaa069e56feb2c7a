/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/epoch.h"

#include "core/calendar.h"

/* A line idle for so long is before a new burst. */
#define BURST_QUIET_NS INT64_C(50000000)
/* …and for so long, after the burst that went before. */
#define BURST_PAUSE_NS INT64_C(25000000)
#define LEAD_NS        INT64_C(950000000)
#define LEAD_OFTEN_NS  INT64_C(300000000)
/* How long the last dated fix may lend its date to sentences without one. */
#define DATE_LENT_NS (INT64_C(3600) * NS_PER_S)
/* No date after this (2116) is plausible; the difference of any two in ns cannot overflow. */
#define LATEST_S (INT64_MAX / 2 / NS_PER_S)

void epoch_read(struct epoch *e, const struct arrival *first, int64_t quiet_ns, int64_t read_raw_ns)
{
	if (e->last_read_raw_ns == 0 || quiet_ns >= BURST_QUIET_NS) {
		e->burst = *first;
		e->burst_unused = true;
	} else if (quiet_ns > BURST_PAUSE_NS) {
		e->burst_unused = false; /* what led it is over */
	}
	e->last_read_raw_ns = read_raw_ns;
}

void arrival_earlier(struct arrival *a, unsigned look, int64_t earlier_ns, bool idle)
{
	if (a->look != look) {
		return;
	}
	a->raw_ns -= earlier_ns;
	a->real_ns -= earlier_ns;
	a->made_raw_ns =
		idle && a->made_raw_ns != LINE_NEVER ? a->made_raw_ns - earlier_ns : LINE_NEVER;
}

void epoch_earlier(struct epoch *e, unsigned look, int64_t earlier_ns, bool idle)
{
	arrival_earlier(&e->burst, look, earlier_ns, idle);
	arrival_earlier(&e->begin, look, earlier_ns, idle);
}

bool epoch_begins(const struct epoch *e, const struct sentence *s)
{
	return e->open && (e->merged.second_of_day != s->second_of_day ||
			   e->merged.fraction_ns != s->fraction_ns);
}

static void merge_date(struct epoch *e, const struct sentence *s)
{
	if (!s->has_date) {
		return;
	}
	if (e->merged.has_date && (e->merged.month != s->month || e->merged.day != s->day ||
				   e->merged.year % 100 != s->year % 100)) {
		e->date_conflict = true;
	}
	if (!e->merged.full_year) {
		e->merged.year = s->year;
		e->merged.full_year = s->full_year;
		e->merged.month = s->month;
		e->merged.day = s->day;
		e->merged.has_date = true;
	}
}

/*
 * Sentences without a time may have led the burst; but not for so long that they are rather what is
 * left of an epoch whose own time never came.
 */
static bool led(const struct epoch *e, const struct arrival *begin)
{
	return e->burst_unused &&
	       begin->raw_ns - e->burst.raw_ns < (e->often ? LEAD_OFTEN_NS : LEAD_NS);
}

void epoch_add(struct epoch *e, const struct sentence *s, const struct arrival *begin,
	       int64_t end_raw_ns)
{
	if (!e->open) {
		e->open = true;
		e->merged = *s;
		e->merged.has_date = false;
		e->merged.full_year = false;
		e->date_conflict = false;

		e->begin = led(e, begin) ? e->burst : *begin;
		e->burst_unused = false;
	}
	if (s->validity > e->merged.validity) {
		e->merged.validity = s->validity;
	}
	merge_date(e, s);
	e->end_raw_ns = end_raw_ns;
}

void epoch_date(struct epoch *e, const struct fix *fix)
{
	e->dated = true;
	e->dated_utc_s = fix->utc_s;
	e->dated_raw_ns = fix->raw_ns;
	e->dated_era_weeks = fix->era_weeks;
}

bool epoch_over(const struct epoch *e, int64_t raw_ns)
{
	return e->open &&
	       (raw_ns - e->last_read_raw_ns >= EPOCH_GAP_NS || raw_ns - e->end_raw_ns >= NS_PER_S);
}

/* Date and time as the sentences give them, century and GPS era mended. */
static bool date_of_sentences(const struct sentence *s, const struct date_reference *ref,
			      struct fix *fix)
{
	int year = s->full_year ? s->year : calendar_full_year(s->year, ref->pivot_s);

	if (!calendar_valid(year, s->month, s->day)) {
		return false;
	}
	int64_t said = calendar_day_start_s(year, s->month, s->day) + s->second_of_day;

	fix->utc_s = ref->clock_trusted ? calendar_era_from_clock_s(said, ref->clock_s)
					: calendar_era_from_pivot_s(said, ref->pivot_s);
	fix->era_weeks = (fix->utc_s - said) / (7 * S_PER_DAY);
	return fix->utc_s >= 0 && fix->utc_s <= LATEST_S;
}

/* The time of day alone, on the day that lies nearest to the last dated fix carried on. */
static bool date_from_earlier(const struct epoch *e, struct fix *fix)
{
	int64_t since_ns = fix->raw_ns - e->dated_raw_ns;

	if (!e->dated || since_ns > DATE_LENT_NS) {
		return false;
	}
	int64_t expected = e->dated_utc_s + ns_to_nearest_s(since_ns);
	int64_t in_day = e->merged.second_of_day;
	int64_t day = floor_div(expected - in_day + S_PER_DAY / 2, S_PER_DAY);

	fix->utc_s = day * S_PER_DAY + in_day;
	fix->era_weeks = e->dated_era_weeks;
	return true;
}

struct fix epoch_close(struct epoch *e, const struct date_reference *ref)
{
	struct fix fix = {
		.fraction_ns = e->merged.fraction_ns,
		.leap_second = e->merged.second_of_day == S_PER_DAY,
		.valid = e->merged.validity == VALIDITY_GOOD,
		.raw_ns = e->begin.raw_ns,
		.real_ns = e->begin.real_ns,
		.made_raw_ns = e->begin.made_raw_ns,
		.stale = e->begin.stale,
	};

	e->open = false;
	if (e->date_conflict) {
		return fix;
	}
	if (e->merged.has_date) {
		fix.dated = date_of_sentences(&e->merged, ref, &fix);
	} else {
		fix.dated = date_from_earlier(e, &fix);
	}
	return fix;
}
