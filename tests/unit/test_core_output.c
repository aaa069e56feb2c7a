/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* States, status, JSON lines; and that the same events give the same bytes. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>

#include "core_rig.h"

static const int64_t extremes[] = {INT64_MIN, -1, 0, 1, INT64_MAX};

static int64_t integer(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

/* A line as `replay` prints it, parsed. */
static json_t *parsed(const char *text, int length)
{
	json_error_t error;
	json_t *object;

	assert_in_range(length, 2, 255);
	assert_int_equal(strlen(text), length);
	assert_null(strchr(text, '\n'));
	object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(object);
	return object;
}

static void sample_line_holds_every_field_to_the_nanosecond(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct core_sample s = {.unit = CORE_PPS,
					.raw_ns = extremes[i],
					.clock_ns = extremes[4 - i],
					.receive_ns = extremes[i],
					.leap = 2,
					.precision = -30};
		char text[256];
		json_t *object = parsed(text, core_sample_json(&s, text, sizeof(text)));

		assert_int_equal(integer(object, "unit"), 1);
		assert_int_equal(integer(object, "raw_ns"), s.raw_ns);
		assert_int_equal(integer(object, "clock_ns"), s.clock_ns);
		assert_int_equal(integer(object, "receive_ns"), s.receive_ns);
		assert_int_equal(integer(object, "leap"), 2);
		assert_int_equal(integer(object, "precision"), -30);
		assert_int_equal(json_object_size(object), 6);
		json_decref(object);
	}
}

static void notice_line_of_every_kind_and_cause_can_be_parsed(void **state)
{
	(void)state;
	for (enum core_notice_kind kind = 0; kind < CORE_NOTICES; kind++) {
		for (enum core_cause cause = 0; cause < CORE_CAUSES; cause++) {
			for (size_t i = 0; i < 5; i++) {
				struct core_notice n = {kind, cause, extremes[i], extremes[i],
							extremes[4 - i]};
				char text[256];
				json_t *object =
					parsed(text, core_notice_json(&n, text, sizeof(text)));

				assert_true(json_is_string(json_object_get(object, "event")));
				assert_int_equal(integer(object, "raw_ns"), extremes[i]);
				json_decref(object);
			}
		}
	}
}

static void notice_lines_say_what_their_numbers_are(void **state)
{
	const struct {
		struct core_notice notice;
		const char *text;
	} cases[] = {
		{{CORE_NOTICE_REJECT, CORE_POPCORN, 7, 50000, 10000},
		 "{\"event\":\"reject\",\"cause\":\"popcorn\",\"raw_ns\":7,\"value_ns\":50000,"
		 "\"limit_ns\":10000}"},
		{{CORE_NOTICE_STATE, 0, 7, CORE_SEARCHING, CORE_LOCKED},
		 "{\"event\":\"state\",\"from\":\"searching\",\"to\":\"locked\",\"raw_ns\":7}"},
		{{CORE_NOTICE_LABEL, 0, 7, 8, 9},
		 "{\"event\":\"label\",\"raw_ns\":7,\"utc_s\":8,\"lag_ns\":9}"},
		{{CORE_NOTICE_LEAP, 0, 7, 8, -1},
		 "{\"event\":\"leap\",\"raw_ns\":7,\"utc_s\":8,\"seconds\":-1}"},
		{{CORE_NOTICE_PHASE, 0, 7, -8, 0},
		 "{\"event\":\"phase\",\"raw_ns\":7,\"shift_ns\":-8}"},
		{{CORE_NOTICE_ERA, 0, 7, 1024, 0},
		 "{\"event\":\"era\",\"raw_ns\":7,\"weeks\":1024}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256];

		core_notice_json(&cases[i].notice, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void assert_word(const char *word)
{
	assert_non_null(word);
	assert_true(strlen(word) > 2 && strlen(word) < 20);
	for (const char *c = word; *c; c++) {
		assert_true(islower((unsigned char)*c) || *c == '_');
	}
}

static void every_state_and_cause_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (enum core_state a = 0; a < CORE_STATES; a++) {
		assert_word(core_state_name(a));
		for (enum core_state b = 0; b < a; b++) {
			assert_string_not_equal(core_state_name(a), core_state_name(b));
		}
	}
	for (enum core_cause a = 0; a < CORE_CAUSES; a++) {
		assert_word(core_cause_name(a));
		for (enum core_cause b = 0; b < a; b++) {
			assert_string_not_equal(core_cause_name(a), core_cause_name(b));
		}
	}
	assert_string_equal(core_state_name(CORE_STATES), "unknown");
	assert_string_equal(core_cause_name(CORE_CAUSES), "unknown");
	assert_string_equal(core_state_name((enum core_state) - 1), "unknown");
}

static void precision_is_the_nearest_power_of_two(void **state)
{
	(void)state;
	assert_int_equal(core_precision(0, -30, -1), -30);
	assert_int_equal(core_precision(1, -30, -1), -30);
	assert_int_equal(core_precision(954, -30, -1), -20);
	assert_int_equal(core_precision(1348, -30, -1), -20);
	assert_int_equal(core_precision(1349, -30, -1), -19);
	assert_int_equal(core_precision(1000000, -30, -1), -10);
	assert_int_equal(core_precision(INT64_MAX, -30, -1), -1);
	assert_int_equal(core_precision(5, -10, -1), -10);
}

static void pps_precision_follows_the_measured_jitter(void **state)
{
	const int64_t jitters[] = {300, 3000, 30000};

	for (size_t i = 0; i < 3; i++) {
		fresh(state);
		for (int n = 0; n < 60; n++) {
			pulse(raw_at(n) + (n * 7919 % 201 - 100) * jitters[i] / 100);
			burst(n, 0, 'A');
			if (rig.sample_count[CORE_PPS] == 1) {
				/* Not known yet: a millisecond's worth of doubt. */
				assert_int_equal(last_sample(CORE_PPS)->precision, -10);
			}
		}
		int64_t sigma = core_status(&rig.core)->jitter_ns;

		assert_in_range(sigma, jitters[i] / 3, jitters[i]);
		assert_int_equal(last_sample(CORE_PPS)->precision, core_precision(sigma, -30, -10));
	}
}

static void states_are_told_as_they_change(void **state)
{
	const enum core_state expected[] = {CORE_NO_FIX, CORE_SEARCHING,   CORE_COARSE_ONLY,
					    CORE_LOCKED, CORE_HOLDOVER,    CORE_STALE,
					    CORE_LOCKED, CORE_COARSE_ONLY, CORE_NO_FIX};
	enum core_state seen[40];
	int count = 0;

	(void)state;
	assert_int_equal(state_now(), CORE_SEARCHING);
	burst(0, 0, 'V');
	for (int n = 1; n < 8; n++) {
		burst(n, 0, 'A');
	}
	good(8, 20);
	for (int n = 21; n < 60; n++) {
		pulse(raw_at(n));
	}
	good(60, 70);
	for (int n = 71; n < 80; n++) {
		burst(n, 0, 'A');
	}
	burst(80, 0, 'V');
	for (int i = 0; i < rig.notice_count; i++) {
		if (rig.notices[i].kind == CORE_NOTICE_STATE) {
			assert_true(count < 40);
			if (count > 0) {
				assert_int_equal(rig.notices[i].a, seen[count - 1]);
			}
			seen[count++] = (enum core_state)rig.notices[i].b;
		}
	}
	assert_int_equal(count, sizeof(expected) / sizeof(expected[0]));
	for (int i = 0; i < count; i++) {
		assert_int_equal(seen[i], expected[i]);
	}
	assert_in_range(core_status(&rig.core)->state_since_raw_ns, raw_at(80) + LAG,
			raw_at(80) + 800 * MS);
}

static void status_counts_what_came_and_went(void **state)
{
	const struct core_status *s = core_status(&rig.core);

	(void)state;
	good(0, 29);
	assert_int_equal(s->pulses, 30);
	assert_int_equal(s->fixes, 30);
	assert_int_equal(s->sentences, 60);
	assert_int_equal(s->samples[CORE_PPS], rig.sample_count[CORE_PPS]);
	assert_int_equal(s->samples[CORE_PPS], 27);
	assert_int_equal(s->samples[CORE_COARSE], rig.sample_count[CORE_COARSE]);
	assert_int_equal(s->last_pulse_raw_ns, raw_at(29));
	assert_int_equal(s->last_confirm_raw_ns, raw_at(29) + LAG);
	assert_in_range(s->last_sentence_raw_ns, raw_at(29) + LAG, raw_at(29) + 400 * MS);
	assert_int_equal(s->label_utc_s, rig.utc_s + 29);
}

static void frequency_of_the_raw_clock_is_measured(void **state)
{
	(void)state;
	for (int64_t ppm = -100; ppm <= 100; ppm += 50) {
		fresh(state);
		for (int64_t n = 0; n < 60; n++) {
			pulse(raw_at(n) + n * ppm * 1000);
		}
		assert_in_range(core_status(&rig.core)->period_error_ppb - ppm * 1000 + 3, 0, 6);
	}
}

static void defaults_are_those_of_the_manual(void **state)
{
	struct core_config config;

	(void)state;
	core_config_default(&config);
	assert_int_equal(config.agree, 3);
	assert_int_equal(config.relabel_hold_ns, 60 * NS_PER_S);
	assert_int_equal(config.holdover_ns, 30 * NS_PER_S);
	assert_int_equal(config.pps_offset_ns, 0);
	assert_int_equal(config.configured_lag_ns, 0);
	assert_int_equal(config.learned_lag_ns, CORE_NO_LAG);
	assert_int_equal(config.pivot_s, calendar_day_start_s(2026, 11, 1));
	assert_false(config.clear_edge);
}

static void core_without_listeners_works(void **state)
{
	struct core_output none = {0};

	(void)state;
	core_init(&rig.core, &rig.config, &none);
	tick(raw_at(-1));
	good(0, 20);
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_int_equal(core_status(&rig.core)->samples[CORE_PPS], 18);
	assert_int_equal(core_size(), sizeof(struct core));
}

/* A life with everything in it, by a random number of this seed; its output as one hash. */
static uint64_t life(unsigned int seed)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char text[256];

	memset(&rig, 0, sizeof(rig));
	rig.utc_s = calendar_day_start_s(2027, 7, 1) - 60;
	core_config_default(&rig.config);
	restart();
	srand(seed);
	for (int n = 0; n < 300; n++) {
		if (rand() % 10) {
			pulse(raw_at(n) + rand() % 2000);
		}
		if (rand() % 20 == 0) {
			pulse(raw_at(n) + rand() % 50 * MS);
		}
		int wrong_s = rand() % 30 == 0 ? rand() % 5 : 0;

		burst(n, wrong_s, rand() % 40 ? 'A' : 'V');
		if (rand() % 50 == 0) {
			rig.clock_ns = rand() * NS_PER_S;
			send((struct event){.type = EVENT_STEP, .raw_ns = raw_at(n) + 900 * MS});
		}
	}
	for (int i = 0; i < rig.notice_count; i++) {
		core_notice_json(&rig.notices[i], text, sizeof(text));
		for (const char *c = text; *c; c++) {
			hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
		}
	}
	for (int i = 0; i < rig.sample_count[CORE_PPS]; i++) {
		core_sample_json(&rig.samples[CORE_PPS][i], text, sizeof(text));
		for (const char *c = text; *c; c++) {
			hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
		}
	}
	assert_in_range(rig.notice_count, 30, KEEP);
	assert_in_range(rig.sample_count[CORE_PPS], 20, KEEP);
	return hash;
}

static void same_events_give_the_same_bytes(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= 20; seed++) {
		uint64_t once = life(seed);

		assert_true(life(seed) == once);
		assert_true(life(seed + 1) != once);
	}
}

static void core_can_be_moved_between_two_events(void **state)
{
	struct core copy;

	(void)state;
	good(0, 10);
	copy = rig.core;
	memset(&rig.core, 0xa5, sizeof(rig.core));
	rig.core = copy;
	good(11, 20);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 20) * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(sample_line_holds_every_field_to_the_nanosecond),
		test(notice_line_of_every_kind_and_cause_can_be_parsed),
		test(notice_lines_say_what_their_numbers_are),
		test(every_state_and_cause_has_a_word_of_its_own),
		test(precision_is_the_nearest_power_of_two),
		test(pps_precision_follows_the_measured_jitter),
		test(states_are_told_as_they_change),
		test(status_counts_what_came_and_went),
		test(frequency_of_the_raw_clock_is_measured),
		test(defaults_are_those_of_the_manual),
		test(core_without_listeners_works),
		test(same_events_give_the_same_bytes),
		test(core_can_be_moved_between_two_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
