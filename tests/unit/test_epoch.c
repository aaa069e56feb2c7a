/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/epoch.h"
#include "spans.h"

/* The tests' raw clock reads this at UTC second 0 of the day below; realtime is 5 s ahead. */
#define RAW  (INT64_C(1000) * NS_PER_S)
#define REAL (RAW + 5 * NS_PER_S)

static struct epoch epoch;
static struct date_reference reference;
static int64_t midnight; /* of 2026-11-20 */

static int fresh(void **state)
{
	(void)state;
	epoch = (struct epoch){0};
	reference = (struct date_reference){.pivot_s = calendar_day_start_s(2026, 11, 1)};
	midnight = calendar_day_start_s(2026, 11, 20);
	return 0;
}

static struct sentence at_second(int second_of_day)
{
	return (struct sentence){.has_time = true, .second_of_day = second_of_day};
}

static struct sentence good(int second_of_day)
{
	struct sentence s = at_second(second_of_day);

	s.validity = VALIDITY_GOOD;
	return s;
}

static struct sentence rmc(int second_of_day, int day, int month, int year)
{
	struct sentence s = good(second_of_day);

	s.has_date = true;
	s.day = day;
	s.month = month;
	s.year = year;
	return s;
}

static struct sentence zda(int second_of_day, int day, int month, int year)
{
	struct sentence s = rmc(second_of_day, day, month, year);

	s.validity = VALIDITY_NONE;
	s.full_year = true;
	return s;
}

/* What began to arrive then, in that look at the line, and had not waited. */
static struct arrival at(int64_t after_ns, unsigned look)
{
	return (struct arrival){
		.raw_ns = RAW + after_ns,
		.real_ns = REAL + after_ns,
		.made_raw_ns = RAW + after_ns,
		.look = look,
	};
}

/* A read of bytes that arrived from..to, after the line had been idle for quiet_ns. */
static void arrives(int64_t from_ns, int64_t to_ns, int64_t quiet_ns)
{
	struct arrival first = at(from_ns, 1);

	epoch_read(&epoch, &first, &(struct epoch_pause){quiet_ns, false}, RAW + to_ns);
}

static void add(struct sentence s, int64_t after_ns)
{
	struct arrival begin = at(after_ns, 1);

	epoch_add(&epoch, &s, &begin, RAW + after_ns + MS);
}

static struct fix close_now(void)
{
	return epoch_close(&epoch, &reference);
}

/* The fix of these two sentences; the second may have no time. */
static struct fix fix_of(struct sentence a, struct sentence b)
{
	epoch.resumable = false;
	add(a, 0);
	if (b.has_time) {
		add(b, MS);
	}
	return close_now();
}

static const struct sentence none;

static void sentences_of_one_time_of_day_are_one_epoch(void **state)
{
	struct sentence next = at_second(101);
	struct sentence tenth = at_second(100);
	struct sentence same = good(100);

	(void)state;
	tenth.fraction_ns = 100000000;
	assert_false(epoch_begins(&epoch, &same));
	add(rmc(100, 20, 11, 26), 0);
	assert_false(epoch_begins(&epoch, &same));
	assert_true(epoch_begins(&epoch, &next));
	assert_true(epoch_begins(&epoch, &tenth));
	close_now();
	assert_false(epoch_begins(&epoch, &next));
}

static void fix_begins_with_its_first_sentence(void **state)
{
	struct fix fix;

	(void)state;
	add(rmc(100, 20, 11, 26), 7 * MS);
	add(good(100), 90 * MS);
	fix = close_now();
	assert_true(fix.valid && fix.dated);
	assert_int_equal(fix.utc_s, midnight + 100);
	assert_int_equal(fix.raw_ns, RAW + 7 * MS);
	assert_int_equal(fix.real_ns, REAL + 7 * MS);
	assert_int_equal(fix.made_raw_ns, RAW + 7 * MS);
	assert_false(fix.stale);
	assert_int_equal(fix.fraction_ns, 0);
	assert_int_equal(fix.era_weeks, 0);
	assert_false(fix.leap_second);
}

static void sentences_without_a_time_that_lead_the_burst_are_its_begin(void **state)
{
	struct fix fix;

	(void)state;
	arrives(0, 50 * MS, 0);
	arrives(50 * MS, 200 * MS, 0);
	add(rmc(100, 20, 11, 26), 120 * MS);
	fix = close_now();
	assert_int_equal(fix.raw_ns, RAW);
	assert_int_equal(fix.real_ns, REAL);
	assert_int_equal(fix.made_raw_ns, RAW);
}

static void what_is_known_of_the_wait_goes_with_the_first_byte(void **state)
{
	struct arrival first = at(0, 1);
	struct arrival begin = at(60 * MS, 1);
	struct sentence s = rmc(100, 20, 11, 26);
	struct fix fix;

	(void)state;
	first.made_raw_ns = LINE_NEVER;
	first.stale = true;
	epoch_read(&epoch, &first, &(struct epoch_pause){0, false}, RAW + 50 * MS);
	epoch_add(&epoch, &s, &begin, RAW + 61 * MS);
	fix = close_now();
	assert_int_equal(fix.made_raw_ns, LINE_NEVER);
	assert_true(fix.stale);
	/* The next epoch of the same burst begins with its own sentence, and its own wait. */
	s.second_of_day++;
	epoch_add(&epoch, &s, &begin, RAW + 61 * MS);
	fix = close_now();
	assert_int_equal(fix.made_raw_ns, RAW + 60 * MS);
	assert_false(fix.stale);
}

static void rest_of_an_epoch_told_after_its_fix_belongs_to_it(void **state)
{
	struct sentence rest = zda(100, 20, 11, 2026);

	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		epoch = (struct epoch){0};
		arrives(0, 10 * MS, NS_PER_S);
		add(good(100), 5 * MS);
		assert_false(close_now().dated);
		/* A loop that did not look again meanwhile; idle for longer it is another burst. */
		arrives(300 * MS, 310 * MS, 25 * MS + more);
		add(rest, 300 * MS);
		struct fix fix = close_now();

		assert_true(fix.dated);
		assert_int_equal(fix.valid, !more);
		assert_int_equal(fix.raw_ns, more ? RAW + 300 * MS : RAW);
	}
}

static void rest_of_an_epoch_leads_no_other(void **state)
{
	(void)state;
	arrives(200 * MS, 280 * MS, NS_PER_S);
	add(rmc(1, 20, 11, 2026), 200 * MS);
	/* As if after a pause; from there on the line is full until the next epoch. */
	arrives(350 * MS, 430 * MS, 60 * MS);
	add(good(1), 350 * MS);
	arrives(430 * MS, 1100 * MS, 0);
	close_now();
	arrives(1200 * MS, 1280 * MS, 0);
	add(rmc(2, 20, 11, 2026), 1200 * MS);
	assert_int_equal(close_now().raw_ns, RAW + 1200 * MS);
}

static void idle_line_before_a_later_sentence_proves_the_burst(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		struct arrival first = at(0, 1);
		struct arrival later = at(60 * MS, 2);
		struct sentence s = rmc(100, 20, 11, 26);

		epoch = (struct epoch){0};
		first.made_raw_ns = LINE_NEVER;
		epoch_read(&epoch, &first, &(struct epoch_pause){NS_PER_S, false}, RAW + 50 * MS);
		/* After the burst had begun, it says nothing of that. */
		later.made_raw_ns = RAW + more;
		epoch_add(&epoch, &s, &later, RAW + 61 * MS);
		assert_int_equal(close_now().made_raw_ns, more ? LINE_NEVER : RAW);
	}
}

static void epoch_behind_broken_sentences_may_have_begun_with_them(void **state)
{
	struct fix fix;

	(void)state;
	arrives(0, 300 * MS, NS_PER_S);
	epoch_broken(&epoch);
	add(rmc(100, 20, 11, 26), 200 * MS);
	/* The line looked idle before a later sentence, where bytes were lost. */
	add(good(100), 200 * MS);
	fix = close_now();
	assert_true(fix.headless);
	assert_int_equal(fix.raw_ns, RAW + 200 * MS);
	assert_int_equal(fix.made_raw_ns, RAW);
	/* What comes behind it, in the same burst, did not. */
	add(rmc(101, 20, 11, 26), 290 * MS);
	fix = close_now();
	assert_false(fix.headless);
	assert_int_equal(fix.made_raw_ns, RAW + 290 * MS);
}

/* A look that goes on: its bytes so far came so much earlier. */
static struct line look(unsigned number, int64_t earlier_ns, bool idle)
{
	return (struct line){.look = number,
			     .quiet_ns = NS_PER_S,
			     .overlap_ns = earlier_ns,
			     .idle = idle,
			     .empty_raw_ns = LINE_NEVER};
}

/* A burst of the look 7 that began to arrive at 100 ms, and an epoch in it at 150 ms. */
static void burst_of_look_seven(void)
{
	struct arrival first = at(100 * MS, 7);
	struct arrival begin = at(150 * MS, 7);
	struct sentence s = rmc(100, 20, 11, 26);

	epoch = (struct epoch){0};
	epoch_read(&epoch, &first, &(struct epoch_pause){0, false}, RAW + 140 * MS);
	epoch.burst.unused = false;
	epoch_add(&epoch, &s, &begin, RAW + 160 * MS);
}

static void further_read_of_the_same_look_dates_it_back(void **state)
{
	struct line line = look(7, 30 * MS, true);
	struct fix fix;

	(void)state;
	burst_of_look_seven();
	epoch_earlier(&epoch, &line);
	assert_int_equal(epoch.burst.first.raw_ns, RAW + 70 * MS);
	assert_int_equal(epoch.burst.first.made_raw_ns, RAW + 70 * MS);
	fix = close_now();
	assert_int_equal(fix.raw_ns, RAW + 120 * MS);
	assert_int_equal(fix.real_ns, REAL + 120 * MS);
	assert_int_equal(fix.made_raw_ns, RAW + 120 * MS);
}

static void further_read_that_fills_the_look_leaves_no_proof_of_it(void **state)
{
	struct line full = look(7, 30 * MS, false);
	struct line idle = look(7, 30 * MS, true);
	struct fix fix;

	(void)state;
	burst_of_look_seven();
	epoch_earlier(&epoch, &full);
	fix = close_now();
	assert_int_equal(fix.raw_ns, RAW + 120 * MS);
	assert_int_equal(fix.made_raw_ns, LINE_NEVER);
	/* What was never proven is not so by being dated back. */
	burst_of_look_seven();
	epoch.begin.made_raw_ns = LINE_NEVER;
	epoch.proof.made_raw_ns = LINE_NEVER;
	epoch_earlier(&epoch, &idle);
	assert_int_equal(close_now().made_raw_ns, LINE_NEVER);
}

static void further_read_shows_that_the_last_sentence_was_not_the_last(void **state)
{
	struct arrival first = at(100 * MS, 7);
	struct arrival sentence = at(150 * MS, 8);
	struct line line = look(8, 30 * MS, true);
	struct sentence s = rmc(100, 20, 11, 26);

	(void)state;
	epoch_read(&epoch, &first, &(struct epoch_pause){NS_PER_S, false}, RAW + 140 * MS);
	sentence.last = true;
	epoch_read(&epoch, &sentence, &(struct epoch_pause){NS_PER_S, false}, RAW + 180 * MS);
	assert_int_equal(epoch.burst.first.raw_ns, RAW + 150 * MS);
	epoch_earlier(&epoch, &line);
	arrival_earlier(&sentence, &line);
	assert_int_equal(epoch.burst.first.raw_ns, RAW + 100 * MS);
	assert_int_equal(sentence.made_raw_ns, LINE_NEVER);
	epoch_add(&epoch, &s, &sentence, RAW + 190 * MS);
	assert_int_equal(close_now().raw_ns, RAW + 100 * MS);
}

static void further_read_shows_that_the_line_was_not_idle_for_long(void **state)
{
	struct arrival first = at(100 * MS, 7);
	struct arrival second = at(500 * MS, 8);

	(void)state;
	for (int64_t less = 0; less <= 1; less++) {
		struct line line = look(8, 30 * MS, true);

		epoch = (struct epoch){0};
		epoch_read(&epoch, &first, &(struct epoch_pause){100 * MS, false}, RAW + 140 * MS);
		epoch_read(&epoch, &second, &(struct epoch_pause){80 * MS, false}, RAW + 580 * MS);
		line.quiet_ns = 50 * MS - less;
		epoch_earlier(&epoch, &line);
		assert_int_equal(epoch.burst.first.raw_ns, RAW + (less ? 100 : 470) * MS);
	}
}

static void of_two_groups_of_sentences_the_first_is_behind_the_longer_pause(void **state)
{
	const struct {
		int64_t before_ms, between_ms;
		bool timed;
		int64_t begin_ms;
	} cases[] = {
		{500, 190, false, 0},   {500, 190, true, 400},  {500, 299, false, 0},
		{500, 300, false, 400}, {285, 190, false, 400}, {286, 190, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		epoch = (struct epoch){0};
		arrives(0, 200 * MS, cases[i].before_ms * MS);
		if (cases[i].timed) {
			add(rmc(99, 20, 11, 26), 0);
			close_now();
		}
		arrives(400 * MS, 500 * MS, cases[i].between_ms * MS);
		add(rmc(100, 20, 11, 26), 400 * MS);
		assert_int_equal(close_now().raw_ns, RAW + cases[i].begin_ms * MS);
	}
}

static void what_came_before_a_pulse_is_no_group_of_the_burst_behind_it(void **state)
{
	struct arrival second = at(400 * MS, 2);

	(void)state;
	for (int pulse = 0; pulse <= 1; pulse++) {
		epoch = (struct epoch){0};
		arrives(0, 200 * MS, 500 * MS);
		epoch_read(&epoch, &second, &(struct epoch_pause){190 * MS, pulse}, RAW + 500 * MS);
		add(rmc(100, 20, 11, 26), 400 * MS);
		assert_int_equal(close_now().raw_ns, RAW + pulse * 400 * MS);
	}
}

static void noise_does_not_begin_a_burst(void **state)
{
	struct arrival begin = at(3 * MS, 1);
	struct fix fix;

	(void)state;
	arrives(0, 200 * MS, 500 * MS);
	epoch_sentence(&epoch, &begin);
	add(good(100), 150 * MS);
	assert_int_equal(close_now().raw_ns, RAW + 3 * MS);

	/* The sentence was made after the noise, whatever the line shows of it. */
	epoch = (struct epoch){0};
	arrives(0, 200 * MS, 500 * MS);
	begin.made_raw_ns = LINE_NEVER;
	epoch_sentence(&epoch, &begin);
	add(good(100), 150 * MS);
	fix = close_now();
	assert_int_equal(fix.raw_ns, RAW + 3 * MS);
	assert_int_equal(fix.made_raw_ns, RAW);
}

static void burst_that_was_not_behind_a_pause_begins_where_the_one_before_has_a_sentence(
	void **state)
{
	struct arrival noise = at(100 * MS, 7);
	struct arrival second = at(500 * MS, 8);
	struct line line = look(8, 30 * MS, true);

	(void)state;
	epoch_read(&epoch, &noise, &(struct epoch_pause){100 * MS, false}, RAW + 101 * MS);
	epoch_read(&epoch, &second, &(struct epoch_pause){80 * MS, true}, RAW + 580 * MS);
	epoch_sentence(&epoch, &second);
	line.quiet_ns = 49 * MS;
	epoch_earlier(&epoch, &line);
	assert_int_equal(epoch.burst.first.raw_ns, RAW + 470 * MS);
	assert_false(epoch.burst.empty);
}

static void what_began_in_another_look_is_not_dated_back(void **state)
{
	struct line line = look(8, 30 * MS, false);
	struct fix fix;

	(void)state;
	burst_of_look_seven();
	epoch_earlier(&epoch, &line);
	fix = close_now();
	assert_int_equal(fix.raw_ns, RAW + 150 * MS);
	assert_int_equal(fix.made_raw_ns, RAW + 150 * MS);
}

static void second_epoch_of_a_burst_begins_with_its_own_sentence(void **state)
{
	(void)state;
	arrives(0, 300 * MS, 0);
	add(rmc(100, 20, 11, 26), 120 * MS);
	assert_int_equal(close_now().raw_ns, RAW);
	add(rmc(101, 20, 11, 26), 200 * MS);
	assert_int_equal(close_now().raw_ns, RAW + 200 * MS);
}

static void burst_goes_on_until_the_line_was_idle_for_a_twentieth_of_a_second(void **state)
{
	(void)state;
	arrives(0, 10 * MS, 0);
	arrives(60 * MS - 1, 200 * MS, 50 * MS - 1);
	assert_int_equal(epoch.burst.first.raw_ns, RAW);
	arrives(250 * MS, 400 * MS, 50 * MS);
	assert_int_equal(epoch.burst.first.raw_ns, RAW + 250 * MS);
	assert_int_equal(epoch.burst.first.real_ns, REAL + 250 * MS);
}

static void short_pause_does_not_part_a_burst_from_what_led_it(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		epoch = (struct epoch){0};
		arrives(0, 10 * MS, 0);
		arrives(60 * MS + more, 200 * MS, 50 * MS - 1 + more);
		add(rmc(100, 20, 11, 26), 80 * MS);
		assert_int_equal(close_now().raw_ns, more ? RAW + 60 * MS + more : RAW);
	}
}

static void epoch_is_over_when_the_line_has_been_quiet(void **state)
{
	(void)state;
	arrives(0, 10 * MS, 0);
	assert_false(epoch_over(&epoch, RAW + NS_PER_S));
	add(rmc(100, 20, 11, 26), 0);
	assert_false(epoch_over(&epoch, RAW + 10 * MS + EPOCH_GAP_NS - 1));
	assert_true(epoch_over(&epoch, RAW + 10 * MS + EPOCH_GAP_NS));
	close_now();
	assert_false(epoch_over(&epoch, RAW + NS_PER_S));
}

static void one_bad_word_makes_the_fix_invalid_wherever_it_stands(void **state)
{
	struct sentence bad = at_second(100);

	(void)state;
	bad.validity = VALIDITY_BAD;
	assert_true(fix_of(rmc(100, 20, 11, 26), good(100)).valid);
	assert_false(fix_of(rmc(100, 20, 11, 26), bad).valid);
	assert_false(fix_of(bad, rmc(100, 20, 11, 26)).valid);
	assert_false(fix_of(zda(100, 20, 11, 2026), none).valid);
	assert_true(fix_of(zda(100, 20, 11, 2026), good(100)).valid);
	assert_true(fix_of(good(100), zda(100, 20, 11, 2026)).valid);
}

static void full_year_of_zda_stands_over_the_two_digits_of_rmc(void **state)
{
	(void)state;
	/* Two digits mean 1995 here. */
	reference.pivot_s = calendar_day_start_s(1995, 1, 1);
	int64_t then = calendar_day_start_s(2095, 11, 20) + 100;

	assert_int_equal(fix_of(rmc(100, 20, 11, 95), zda(100, 20, 11, 2095)).utc_s, then);
	assert_int_equal(fix_of(zda(100, 20, 11, 2095), rmc(100, 20, 11, 95)).utc_s, then);
}

static void dates_that_contradict_each_other_are_no_date(void **state)
{
	(void)state;
	assert_false(fix_of(rmc(100, 20, 11, 26), zda(100, 21, 11, 2026)).dated);
	assert_false(fix_of(rmc(100, 20, 11, 26), zda(100, 20, 12, 2026)).dated);
	assert_false(fix_of(rmc(100, 20, 11, 26), zda(100, 20, 11, 2027)).dated);
	assert_false(fix_of(zda(100, 20, 11, 2026), rmc(100, 20, 11, 27)).dated);
	assert_false(fix_of(rmc(100, 20, 11, 26), rmc(100, 20, 11, 27)).dated);
	/* The next epoch does not suffer for it. */
	assert_true(fix_of(rmc(101, 20, 11, 26), zda(101, 20, 11, 2026)).dated);
}

static void day_that_does_not_exist_is_no_date(void **state)
{
	(void)state;
	assert_false(fix_of(rmc(100, 29, 2, 27), none).dated);
	assert_true(fix_of(rmc(100, 29, 2, 28), none).dated);
	assert_false(fix_of(rmc(100, 31, 4, 27), none).dated);
	assert_false(fix_of(rmc(100, 0, 0, 0), none).dated);
	assert_false(fix_of(zda(100, 1, 1, 0), good(100)).dated);
}

static void date_beyond_2116_is_no_date(void **state)
{
	(void)state;
	assert_true(fix_of(zda(100, 1, 1, 2116), good(100)).dated);
	assert_false(fix_of(zda(100, 1, 1, 2117), good(100)).dated);
	assert_false(fix_of(zda(100, 31, 12, 9999), good(100)).dated);
}

static void two_digit_year_means_the_century_of_the_pivot(void **state)
{
	(void)state;
	assert_int_equal(fix_of(rmc(0, 1, 3, 85), none).utc_s, calendar_day_start_s(2085, 3, 1));
	/* 1986 for a pivot in 2026, and long before it. */
	assert_int_equal(fix_of(rmc(0, 1, 3, 86), none).utc_s,
			 calendar_day_start_s(1986, 3, 1) + 3 * GPS_ERA_S);
}

static void date_of_an_era_ago_is_mended_by_the_pivot(void **state)
{
	struct fix fix = fix_of(rmc(100, 5, 4, 7), none);

	(void)state;
	assert_int_equal(fix.utc_s, calendar_day_start_s(2007, 4, 5) + 100 + GPS_ERA_S);
	assert_int_equal(fix.era_weeks, 1024);
}

static void trusted_clock_mends_in_both_directions(void **state)
{
	struct fix fix;

	(void)state;
	reference.clock_trusted = true;
	reference.clock_s = calendar_day_start_s(2047, 1, 1);
	fix = fix_of(rmc(100, 20, 5, 27), none);
	assert_int_equal(fix.era_weeks, 1024);
	assert_int_equal(fix.utc_s, calendar_day_start_s(2027, 5, 20) + 100 + GPS_ERA_S);
	reference.clock_s = midnight;
	fix = fix_of(zda(100, 6, 7, 2046), good(100));
	assert_int_equal(fix.era_weeks, -1024);
}

static void sixtieth_second_is_the_next_days_first(void **state)
{
	struct fix fix = fix_of(rmc(86400, 31, 12, 26), none);

	(void)state;
	assert_true(fix.leap_second);
	assert_int_equal(fix.utc_s, calendar_day_start_s(2027, 1, 1));
}

static void fraction_is_kept(void **state)
{
	struct sentence s = rmc(100, 20, 11, 26);

	(void)state;
	s.fraction_ns = 200000000;
	assert_int_equal(fix_of(s, none).fraction_ns, 200000000);
}

/* The same, believed. */
static void believe(struct sentence a)
{
	struct fix fix = fix_of(a, none);

	epoch_date(&epoch, &fix);
}

static void time_without_a_date_takes_it_from_the_fix_believed_last(void **state)
{
	struct fix fix;

	(void)state;
	believe(rmc(100, 20, 11, 26));
	add(good(101), NS_PER_S);
	fix = close_now();
	assert_true(fix.valid && fix.dated);
	assert_int_equal(fix.utc_s, midnight + 101);
	assert_int_equal(fix.era_weeks, 0);
}

static void lent_date_comes_with_its_era(void **state)
{
	struct fix fix;

	(void)state;
	believe(rmc(100, 5, 4, 7));
	add(good(101), NS_PER_S);
	fix = close_now();
	assert_int_equal(fix.utc_s, calendar_day_start_s(2007, 4, 5) + 101 + GPS_ERA_S);
	assert_int_equal(fix.era_weeks, 1024);
}

static void lent_date_goes_on_across_midnight_and_back(void **state)
{
	(void)state;
	believe(rmc(86399, 20, 11, 26));
	add(good(0), NS_PER_S);
	assert_int_equal(close_now().utc_s, midnight + S_PER_DAY);
	/* A receiver that steps back over midnight is taken at its word, on the day before. */
	believe(rmc(1, 21, 11, 26));
	add(good(86398), NS_PER_S);
	assert_int_equal(close_now().utc_s, midnight + 86398);
}

static void lent_date_ends_after_an_hour(void **state)
{
	(void)state;
	believe(rmc(100, 20, 11, 26));
	add(good(3700), 3600 * NS_PER_S);
	assert_true(close_now().dated);
	add(good(3701), 3601 * NS_PER_S);
	assert_false(close_now().dated);
}

static void only_a_believed_fix_lends_its_date(void **state)
{
	(void)state;
	add(good(99), -NS_PER_S);
	assert_false(close_now().dated);
	fix_of(rmc(100, 20, 11, 26), none);
	add(good(101), NS_PER_S);
	assert_false(close_now().dated);
}

static void believed_without_a_date_of_its_own_it_lends_the_one_it_got(void **state)
{
	(void)state;
	believe(rmc(100, 20, 11, 26));
	for (int second = 0; second <= 7200; second += 3600) {
		struct fix fix;

		add(good(100 + second), second * NS_PER_S);
		fix = close_now();
		assert_true(fix.dated);
		epoch_date(&epoch, &fix);
	}
}

static void epoch_is_over_a_second_after_its_last_sentence_whatever_the_line_does(void **state)
{
	(void)state;
	add(good(100), 0);
	epoch.last_read_raw_ns = RAW + MS + NS_PER_S - 1;
	assert_false(epoch_over(&epoch, RAW + MS + NS_PER_S - 1));
	assert_true(epoch_over(&epoch, RAW + MS + NS_PER_S));
}

#define test(name) cmocka_unit_test_setup(name, fresh)

static void what_led_a_burst_for_too_long_is_left_of_another(void **state)
{
	(void)state;
	const struct {
		bool often;
		int64_t apart_ms, most_ms;
	} rates[] = {{false, 0, 950}, {true, 0, 180}, {true, 200, 180}, {true, 500, 450}};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		int64_t most = rates[i].most_ms * MS;

		for (int64_t more = 0; more <= 1; more++) {
			epoch = (struct epoch){
				.often = rates[i].often,
				.apart_ns = rates[i].apart_ms * MS,
			};
			arrives(0, 1000 * MS, 0);
			add(rmc(100, 20, 11, 26), most - 1 + more);
			assert_int_equal(close_now().raw_ns, more ? RAW + most : RAW);
		}
	}
}

static void what_led_a_burst_from_about_a_pause_led_it_for_less(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		epoch = (struct epoch){0};
		arrives(0, 1000 * MS, 0);
		epoch.burst.first.made_raw_ns -= 1;
		add(rmc(100, 20, 11, 26), 700 * MS - 1 + more);
		assert_int_equal(close_now().raw_ns, more ? RAW + 700 * MS : RAW);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(sentences_of_one_time_of_day_are_one_epoch),
		test(fix_begins_with_its_first_sentence),
		test(sentences_without_a_time_that_lead_the_burst_are_its_begin),
		test(what_is_known_of_the_wait_goes_with_the_first_byte),
		test(rest_of_an_epoch_told_after_its_fix_belongs_to_it),
		test(rest_of_an_epoch_leads_no_other),
		test(idle_line_before_a_later_sentence_proves_the_burst),
		test(epoch_behind_broken_sentences_may_have_begun_with_them),
		test(further_read_of_the_same_look_dates_it_back),
		test(further_read_shows_that_the_last_sentence_was_not_the_last),
		test(further_read_shows_that_the_line_was_not_idle_for_long),
		test(of_two_groups_of_sentences_the_first_is_behind_the_longer_pause),
		test(what_came_before_a_pulse_is_no_group_of_the_burst_behind_it),
		test(noise_does_not_begin_a_burst),
		test(burst_that_was_not_behind_a_pause_begins_where_the_one_before_has_a_sentence),
		test(further_read_that_fills_the_look_leaves_no_proof_of_it),
		test(what_began_in_another_look_is_not_dated_back),
		test(second_epoch_of_a_burst_begins_with_its_own_sentence),
		test(short_pause_does_not_part_a_burst_from_what_led_it),
		test(what_led_a_burst_for_too_long_is_left_of_another),
		test(what_led_a_burst_from_about_a_pause_led_it_for_less),
		test(burst_goes_on_until_the_line_was_idle_for_a_twentieth_of_a_second),
		test(epoch_is_over_when_the_line_has_been_quiet),
		test(one_bad_word_makes_the_fix_invalid_wherever_it_stands),
		test(full_year_of_zda_stands_over_the_two_digits_of_rmc),
		test(dates_that_contradict_each_other_are_no_date),
		test(day_that_does_not_exist_is_no_date),
		test(date_beyond_2116_is_no_date),
		test(two_digit_year_means_the_century_of_the_pivot),
		test(date_of_an_era_ago_is_mended_by_the_pivot),
		test(trusted_clock_mends_in_both_directions),
		test(sixtieth_second_is_the_next_days_first),
		test(fraction_is_kept),
		test(time_without_a_date_takes_it_from_the_fix_believed_last),
		test(lent_date_comes_with_its_era),
		test(lent_date_goes_on_across_midnight_and_back),
		test(lent_date_ends_after_an_hour),
		test(only_a_believed_fix_lends_its_date),
		test(believed_without_a_date_of_its_own_it_lends_the_one_it_got),
		test(epoch_is_over_a_second_after_its_last_sentence_whatever_the_line_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
