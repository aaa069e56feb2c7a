/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/epoch.h"

#include "core/calendar.h"

/* A line idle for so long is before a new burst. */
#define BURST_QUIET_NS INT64_C(50000000)
/* …and for so long, after the burst that went before. */
#define BURST_PAUSE_NS INT64_C(25000000)
/* A group of sentences without a time goes before the rest of its burst by less than this. */
#define GROUP_QUIET_NS INT64_C(300000000)
/* So long may sentences without a time have led a burst; where there are several a second, less. */
#define LEAD_NS       INT64_C(950000000)
#define LEAD_OFTEN_NS INT64_C(180000000)
/* …and if the line may have been idle a little before, or behind, the first of them. */
#define LEAD_UNSURE_NS INT64_C(700000000)
/* How long the last dated fix may lend its date to sentences without one. */
#define DATE_LENT_NS (INT64_C(3600) * NS_PER_S)
/* No date after this (2116) is plausible; the difference of any two in ns cannot overflow. */
#define LATEST_S (INT64_MAX / 2 / NS_PER_S)

/* Of two groups of sentences a second the first is behind the longer pause, and no pulse between. */
static bool goes_on(const struct burst *burst, const struct epoch_pause *pause)
{
	return burst->unused && pause->quiet_ns < GROUP_QUIET_NS &&
	       pause->quiet_ns * 3 / 2 < burst->quiet_ns && !pause->pulse;
}

void epoch_read(struct epoch *e, const struct arrival *first, const struct epoch_pause *pause,
		int64_t read_raw_ns)
{
	e->resumable &= pause->quiet_ns <= BURST_PAUSE_NS;
	if (e->last_read_raw_ns == 0 ||
	    (pause->quiet_ns >= BURST_QUIET_NS && !goes_on(&e->burst, pause))) {
		e->burst_before = e->burst;
		e->burst = (struct burst){*first, pause->quiet_ns, .unused = true, .empty = true};
	}
	e->last_read_raw_ns = read_raw_ns;
}

/* A sentence behind noise was made after what came before the noise. */
static void begin_burst(struct burst *burst, const struct arrival *begin)
{
	int64_t made_raw_ns = burst->first.made_raw_ns;

	burst->first = *begin;
	if (begin->made_raw_ns < made_raw_ns) {
		burst->first.made_raw_ns = made_raw_ns;
	}
	burst->empty = false;
}

void epoch_sentence(struct epoch *e, const struct arrival *begin)
{
	if (e->burst.empty) {
		begin_burst(&e->burst, begin);
	}
}

void epoch_broken(struct epoch *e)
{
	e->burst.unused = false;
	e->burst.broken = true;
}

void arrival_earlier(struct arrival *a, const struct line *line)
{
	if (a->look != line->look) {
		return;
	}
	a->raw_ns -= line->overlap_ns;
	a->real_ns -= line->overlap_ns;
	if (a->last || !line->idle) {
		a->made_raw_ns = line->empty_raw_ns;
		a->last = false;
	} else if (a->made_raw_ns != LINE_NEVER) {
		a->made_raw_ns -= line->overlap_ns;
	}
}

void epoch_earlier(struct epoch *e, const struct line *line)
{
	if (e->burst.first.look == line->look &&
	    (e->burst.first.last || line->quiet_ns < BURST_QUIET_NS)) {
		struct burst later = e->burst;

		e->burst = e->burst_before; /* there it was not idle, or not for long */
		if (e->burst.empty && !later.empty) {
			begin_burst(&e->burst, &later.first);
		}
	}
	arrival_earlier(&e->burst.first, line);
	arrival_earlier(&e->begin, line);
	arrival_earlier(&e->proof, line);
}

void epoch_unproven(struct epoch *e, unsigned look)
{
	if (e->begin.look == look) {
		e->begin.made_raw_ns = LINE_NEVER;
	}
	if (e->proof.look == look) {
		e->proof.made_raw_ns = LINE_NEVER;
	}
}

static bool same_instant(const struct epoch *e, const struct sentence *s)
{
	return e->merged.second_of_day == s->second_of_day &&
	       e->merged.fraction_ns == s->fraction_ns;
}

bool epoch_begins(const struct epoch *e, const struct sentence *s)
{
	return e->open && !same_instant(e, s);
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
	const struct arrival *first = &e->burst.first;
	bool exact = first->made_raw_ns == first->raw_ns;
	int64_t most = exact ? LEAD_NS : LEAD_UNSURE_NS;

	if (e->often) {
		most = e->apart_ns * 9 / 10;
		most = most > LEAD_OFTEN_NS ? most : LEAD_OFTEN_NS;
	}
	return e->burst.unused && begin->raw_ns - first->raw_ns < most;
}

/*
 * The beginning of the burst may have waited in the receiver; but if the line was idle before one
 * of its sentences, and not later than it began, then for no longer than since then.
 */
static void prove(struct epoch *e, const struct arrival *sentence)
{
	if (!e->headless && sentence->made_raw_ns <= e->begin.raw_ns &&
	    sentence->made_raw_ns > e->proof.made_raw_ns) {
		e->proof = *sentence;
	}
}

void epoch_add(struct epoch *e, const struct sentence *s, const struct arrival *begin,
	       int64_t end_raw_ns)
{
	if (!e->open && !(e->resumable && same_instant(e, s))) {
		e->merged = *s;
		e->merged.has_date = false;
		e->merged.full_year = false;
		e->date_conflict = false;

		e->begin = led(e, begin) ? e->burst.first : *begin;
		e->proof.made_raw_ns = LINE_NEVER;
		e->headless = e->burst.broken;
		if (e->headless && e->burst.first.made_raw_ns < e->begin.made_raw_ns) {
			e->begin.made_raw_ns = e->burst.first.made_raw_ns;
		}
	}
	e->burst.unused = false; /* this one's, or the rest of the epoch before */
	e->burst.broken = false;
	e->open = true;
	prove(e, begin);
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

static int64_t made_raw_ns(const struct epoch *e)
{
	int64_t proven = e->proof.made_raw_ns;

	return proven > e->begin.made_raw_ns ? proven : e->begin.made_raw_ns;
}

int64_t fix_wait_ns(const struct fix *fix)
{
	return fix->made_raw_ns == LINE_NEVER ? 0 : fix->raw_ns - fix->made_raw_ns;
}

struct fix epoch_close(struct epoch *e, const struct date_reference *ref)
{
	struct fix fix = {
		.fraction_ns = e->merged.fraction_ns,
		.leap_second = e->merged.second_of_day == S_PER_DAY,
		.valid = e->merged.validity == VALIDITY_GOOD,
		.raw_ns = e->begin.raw_ns,
		.real_ns = e->begin.real_ns,
		.made_raw_ns = made_raw_ns(e),
		.stale = e->begin.stale,
		.put_off = e->begin.put_off,
		.headless = e->headless,
	};

	e->open = false;
	e->resumable = true;
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
