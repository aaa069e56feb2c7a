/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

#include <string.h>

/*
 * A long time in one life of the core, every pulse of it: a leap second inserted at the end of
 * June, a clock that nobody synchronises, a pulse that glitches and fails, a fix lost and a line
 * silent now and then. Three weeks round midsummer 2028, or with --year all of that year, which
 * takes two minutes. RMC alone, to be quick.
 */

#define YEAR_2028 INT64_C(1830297600)
#define JULY_2028 INT64_C(1846022400)
#define DAY_S     INT64_C(86400)

static int64_t first_s = JULY_2028 - 10 * DAY_S, days = 21;

static void every_pulse_of_a_long_life_is_labelled_without_a_fault(void **state)
{
	struct play *play = *state;
	struct judge_window *year;

	play_init(play, 2028);
	begins(play, first_s);
	play->config.leap_utc_s = JULY_2028;
	play->config.leap = 1;
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	play->config.p[WORLD_READ] = READ_BURST;
	play->config.p[WORLD_RAW_WANDER] = 1;
	play->config.p[WORLD_CLOCK_PPB] = 0;
	play->config.p[WORLD_GLITCH] = 1000;
	play->config.p[WORLD_POPCORN] = 1000;
	play->config.p[WORLD_MISSING] = 1000;
	play->config.p[WORLD_CORRUPT] = 1000;
	play->config.p[WORLD_LIE_ONCE] = 100;
	for (int64_t s = 7 * DAY_S; s < days * DAY_S; s += 28 * DAY_S) {
		at(play, s, WORLD_FIX, 0);
		at(play, s + 3600, WORLD_FIX, 1);
		at(play, s + 40000, WORLD_SERIAL, 0);
		at(play, s + 40600, WORLD_SERIAL, 1);
	}
	starts(play, days * DAY_S);
	year = watch(play, 10, days * DAY_S);
	ends(play);
	/* An hour without fix and ten minutes without sentences every four weeks are silent. */
	assert_covered(play, year, 995);
	assert_int_equal(play->judge.notices[CORE_NOTICE_RELABEL], 0);
	assert_int_equal(play->judge.notices[CORE_NOTICE_LEAP], 1);
	print_message("%d pulses published\n", play->judge.samples[CORE_PPS]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pulse_of_a_long_life_is_labelled_without_a_fault),
	};

	if (argc > 1 && strcmp(argv[1], "--year") == 0) {
		first_s = YEAR_2028;
		days = 366;
	}
	return scenario_main(tests);
}
