/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Each reason to withhold time: its cause for either unit, and the state that people read. */
#include "core_rig.h"

#define NOW (raw_at(1000))

static struct label *label(void)
{
	return &rig.core.label;
}

/* Everything wanted is there. */
static void all_well(void)
{
	fresh(NULL);
	rig.core.fix = true;
	rig.core.last_raw_ns = NOW;
	label()->state = LABEL_TRUSTED;
	label()->attached = true;
	label()->last_confirm_raw_ns = NOW - NS_PER_S;
	rig.core.confirm_made_raw_ns = NOW - NS_PER_S;
	rig.core.gate.locked = true;
	rig.core.gate.last_good_raw_ns = NOW;
}

static void nothing(void)
{
}

static void nothing_agreed(void)
{
	label()->state = LABEL_UNKNOWN;
}

static void first_label_suspect(void)
{
	nothing_agreed();
	label()->suspect = true;
	label()->ambiguous = true;
}

static void first_label_ambiguous(void)
{
	nothing_agreed();
	label()->ambiguous = true;
}

static void no_fix_and_no_label(void)
{
	nothing_agreed();
	rig.core.fix = false;
	rig.core.fix_denied = true;
}

static void suspect(void)
{
	label()->suspect = true;
	label()->state = LABEL_DISPUTED;
}

static void disputed(void)
{
	label()->state = LABEL_DISPUTED;
	rig.core.fix = false;
}

static void no_fix(void)
{
	rig.core.fix = false;
	label()->state = LABEL_LEAPING;
}

static void leaping(void)
{
	label()->state = LABEL_LEAPING;
	label()->last_confirm_raw_ns = NOW - rig.config.holdover_ns - 1;
}

static void stale(void)
{
	label()->last_confirm_raw_ns = NOW - rig.config.holdover_ns - 1;
	label()->state = LABEL_UNCONFIRMED;
}

static void unconfirmed(void)
{
	label()->state = LABEL_UNCONFIRMED;
	rig.core.step_raw_ns = NOW;
}

static void clock_set_since(void)
{
	rig.core.step_raw_ns = rig.core.confirm_made_raw_ns;
	rig.core.gate.rival_raw_ns = NOW;
}

static void clock_set_before(void)
{
	rig.core.step_raw_ns = rig.core.confirm_made_raw_ns - 1;
}

static void spoofed(void)
{
	rig.core.spoof_raw_ns = NOW;
	label()->state = LABEL_DISPUTED;
}

static void spoofed_long_ago(void)
{
	rig.core.spoof_raw_ns = NOW - 120 * NS_PER_S;
}

static void spoofed_but_trusted(void)
{
	rig.core.spoof_raw_ns = NOW;
	rig.core.config.time_leap = CORE_LEAP_TRUST;
}

static void provisional(void)
{
	rig.core.config.time_leap = CORE_LEAP_WAIT;
	rig.core.gate.rival_raw_ns = NOW;
}

static void two_trains(void)
{
	rig.core.gate.rival_raw_ns = NOW;
	label()->attached = false;
}

static void ambiguous_beside_coarse(void)
{
	label()->attached = false;
	label()->ambiguous = true;
}

static void no_pulses_ever(void)
{
	label()->attached = false;
	rig.core.gate.locked = false;
}

static void pulses_overdue(void)
{
	rig.core.gate.last_good_raw_ns = NOW - NS_PER_S * 5 / 2 - 1;
}

static void pulses_just_in_time(void)
{
	rig.core.gate.last_good_raw_ns = NOW - NS_PER_S * 5 / 2;
}

static void bursts_overdue(void)
{
	label()->last_confirm_raw_ns = NOW - NS_PER_S * 5 / 2 - 1;
}

static void bursts_just_in_time(void)
{
	label()->last_confirm_raw_ns = NOW - NS_PER_S * 5 / 2;
}

static void holdover_to_the_last(void)
{
	label()->last_confirm_raw_ns = NOW - rig.config.holdover_ns;
}

/* In the order in which they are asked: what comes later may be true as well. */
static const struct {
	const char *name;
	void (*happens)(void);
	enum core_cause pps, coarse;
	enum core_state state;
} cases[] = {
	{"first label suspect", first_label_suspect, CORE_WITHHELD_SUSPECT, CORE_WITHHELD_SUSPECT,
	 CORE_SUSPECT},
	{"first label ambiguous", first_label_ambiguous, CORE_WITHHELD_AMBIGUOUS,
	 CORE_WITHHELD_AMBIGUOUS, CORE_AMBIGUOUS},
	{"no fix and no label", no_fix_and_no_label, CORE_WITHHELD_FIX, CORE_WITHHELD_FIX,
	 CORE_NO_FIX},
	{"nothing agreed", nothing_agreed, CORE_WITHHELD_LABEL, CORE_WITHHELD_LABEL,
	 CORE_SEARCHING},
	{"suspect", suspect, CORE_WITHHELD_SUSPECT, CORE_WITHHELD_SUSPECT, CORE_SUSPECT},
	{"spoofed", spoofed, CORE_WITHHELD_SPOOFING, CORE_WITHHELD_SPOOFING, CORE_SPOOFED},
	{"disputed", disputed, CORE_WITHHELD_DISPUTE, CORE_WITHHELD_DISPUTE, CORE_DISPUTED},
	{"no fix", no_fix, CORE_WITHHELD_FIX, CORE_WITHHELD_FIX, CORE_NO_FIX},
	{"leaping", leaping, CORE_WITHHELD_LEAP, CORE_WITHHELD_LEAP, CORE_SEARCHING},
	{"stale", stale, CORE_WITHHELD_STALE, CORE_WITHHELD_STALE, CORE_STALE},
	{"unconfirmed", unconfirmed, CORE_WITHHELD_FIX, CORE_WITHHELD_FIX, CORE_SEARCHING},
	{"clock set since", clock_set_since, CORE_WITHHELD_STEP, CORE_WITHHELD_STEP,
	 CORE_SEARCHING},
	{"provisional", provisional, CORE_WITHHELD_PROVISIONAL, CORE_WITHHELD_PROVISIONAL,
	 CORE_PROVISIONAL},
	/* What concerns the pulses alone leaves coarse time. */
	{"two trains", two_trains, CORE_WITHHELD_TRAINS, CORE_CAUSES, CORE_TRAINS},
	{"ambiguous beside coarse", ambiguous_beside_coarse, CORE_WITHHELD_AMBIGUOUS, CORE_CAUSES,
	 CORE_AMBIGUOUS},
	{"no pulses ever", no_pulses_ever, CORE_WITHHELD_LABEL, CORE_CAUSES, CORE_COARSE_ONLY},
	/* Nothing withholds: a pulse that came would be published. */
	{"pulses overdue", pulses_overdue, CORE_CAUSES, CORE_CAUSES, CORE_COARSE_ONLY},
	{"pulses just in time", pulses_just_in_time, CORE_CAUSES, CORE_CAUSES, CORE_LOCKED},
	{"bursts overdue", bursts_overdue, CORE_CAUSES, CORE_CAUSES, CORE_HOLDOVER},
	{"bursts just in time", bursts_just_in_time, CORE_CAUSES, CORE_CAUSES, CORE_LOCKED},
	{"holdover to the last", holdover_to_the_last, CORE_CAUSES, CORE_CAUSES, CORE_HOLDOVER},
	{"clock set before", clock_set_before, CORE_CAUSES, CORE_CAUSES, CORE_LOCKED},
	{"spoofed long ago", spoofed_long_ago, CORE_CAUSES, CORE_CAUSES, CORE_LOCKED},
	{"spoofed but trusted", spoofed_but_trusted, CORE_CAUSES, CORE_CAUSES, CORE_LOCKED},
	{"nothing", nothing, CORE_CAUSES, CORE_CAUSES, CORE_LOCKED},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void each_cause_withholds_and_has_its_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		all_well();
		cases[i].happens();
		enum core_cause pps = core_withheld(&rig.core, CORE_PPS, NOW);
		enum core_cause coarse = core_withheld(&rig.core, CORE_COARSE, NOW);
		enum core_state now = core_state_now(&rig.core);

		if (pps != cases[i].pps || coarse != cases[i].coarse || now != cases[i].state) {
			fail_msg("%s: PPS %s, coarse %s, state %s", cases[i].name,
				 core_cause_name(pps), core_cause_name(coarse),
				 core_state_name(now));
		}
	}
}

static void every_cause_that_withholds_is_shown(void **state)
{
	bool shown[CORE_CAUSES + 1] = {false};

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		shown[cases[i].pps] = true;
	}
	for (enum core_cause cause = CORE_WITHHELD_LABEL; cause <= CORE_WITHHELD_SPOOFING;
	     cause++) {
		assert_true(shown[cause]);
	}
}

static void every_state_is_shown(void **state)
{
	bool shown[CORE_STATES] = {false};

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		shown[cases[i].state] = true;
	}
	for (enum core_state s = 0; s < CORE_STATES; s++) {
		assert_true(shown[s]);
	}
}

static void coarse_time_goes_on_while_two_trains_silence_the_pulses(void **state)
{
	(void)state;
	good(0, 12);
	int coarse = rig.sample_count[CORE_COARSE];

	for (int n = 13; n < 30; n++) {
		int pps = rig.sample_count[CORE_PPS];

		pulse(raw_at(n));
		if (n > 14) {
			assert_int_equal(rig.sample_count[CORE_PPS], pps);
		}
		burst(n, 0, 'A');
		assert_true(rig.sample_count[CORE_COARSE] > coarse);
		pulse(raw_at(n) + 900 * MS);
		coarse = rig.sample_count[CORE_COARSE];
	}
	assert_int_equal(state_now(), CORE_TRAINS);
	assert_true(rejects(CORE_WITHHELD_TRAINS) >= 14);
	/* Until one of them is gone. */
	good(30, 45);
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_int_equal(last_sample(CORE_PPS)->raw_ns, raw_at(45));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(each_cause_withholds_and_has_its_state),
		test(every_cause_that_withholds_is_shown),
		test(every_state_is_shown),
		test(coarse_time_goes_on_while_two_trains_silence_the_pulses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
