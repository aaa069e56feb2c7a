/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Bytes, edges and clocks as they come in: refusals by cause, order, numbering, what is shown. */
#include "core_rig.h"

static const struct core_status *status(void)
{
	return core_status(&rig.core);
}

static void refused_line(const char *text, enum core_cause cause)
{
	uint64_t before = rejects(cause);

	bytes(rig.core.last_raw_ns + MS, text, strlen(text));
	assert_int_equal(rejects(cause), before + 1);
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->cause, cause);
}

static void lines_that_are_no_sentences_are_counted_by_cause(void **state)
{
	char overlong[400];

	(void)state;
	refused_line("$GPZDA,,,,,00,00*49\r\n", CORE_CHECKSUM);
	refused_line("$GPZDA,,,,,00,00\r\n", CORE_CHECKSUM);
	memset(overlong, 'x', sizeof(overlong));
	overlong[0] = '$';
	overlong[sizeof(overlong) - 1] = '\0';
	refused_line(overlong, CORE_OVERLONG);
	assert_int_equal(last_notice(CORE_NOTICE_REJECT)->b, NMEA_LINE_MAX);
	assert_int_equal(status()->sentences, 0);
	assert_int_equal(status()->last_sentence_raw_ns, 0);
}

static void sentence_with_a_malformed_field_is_counted_and_ignored(void **state)
{
	(void)state;
	sentence(raw_at(0), "GPRMC,246060,V,,,,,,,100327,,,N");
	assert_int_equal(rejects(CORE_MALFORMED), 1);
	assert_int_equal(status()->sentences, 0);
	assert_int_equal(state_now(), CORE_SEARCHING);
}

static void fix_off_the_whole_second_labels_pulses_where_there_is_no_other(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		char text[300];

		pulse(raw_at(n));
		bytes(raw_at(n) + 200 * MS + LAG, text,
		      nmea_text(text, "GPRMC,0101%02d.20,A,,,,,,,100327,,,A", n));
		tick(raw_at(n) + 900 * MS);
	}
	assert_int_equal(rejects(CORE_FRACTION), 0);
	assert_int_equal(status()->fixes, 20);
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_int_equal(status()->lag_ns, LAG);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns,
			 (calendar_day_start_s(2027, 3, 10) + 3660 + 19) * NS_PER_S);
}

static void five_fixes_a_second_label_by_the_whole_one(void **state)
{
	(void)state;
	for (int n = 0; n < 20; n++) {
		uint64_t before = rejects(CORE_FRACTION);

		pulse(raw_at(n));
		for (int k = 0; k < 5; k++) {
			char text[300];

			bytes(raw_at(n) + LAG / 2 + k * 200 * MS, text,
			      nmea_text(text, "GPRMC,0101%02d.%d00,A,,,,,,,100327,,,A", n, k * 2));
		}
		/* The first label takes what it can get; then four of five are of no use. */
		if (n >= 4) {
			assert_int_equal(rejects(CORE_FRACTION), before + 4);
			assert_in_range(last_notice(CORE_NOTICE_REJECT)->a, 200 * MS, 800 * MS);
		}
	}
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns,
			 (calendar_day_start_s(2027, 3, 10) + 3660 + 19) * NS_PER_S);
}

/* At 2 Hz there is room for many sentences before the one that has the time. */
static void half_a_second_is_led_by_what_came_in_most_of_it(void **state)
{
	char rmc[100];

	(void)state;
	for (int n = 0; n < 40; n++) {
		int64_t begin = RAW + n * (NS_PER_S / 2);
		int64_t utc_s = rig.utc_s + n / 2;

		for (int i = 0; i < 10; i++) {
			sentence(begin + i * 40 * MS, "GPGSV,1,1,01,02,40,100,30");
		}
		snprintf(rmc, sizeof(rmc), "GNRMC,00%02d%02d.%d0,A,,,,,,,100327,,,A",
			 (int)(utc_s / 60 % 60), (int)(utc_s % 60), n % 2 * 5);
		sentence(begin + 400 * MS, rmc);
	}
	assert_int_equal(last_sample(CORE_COARSE)->receive_ns % NS_PER_S, real_of(RAW) % NS_PER_S);
}

static void fix_without_a_possible_date_is_counted(void **state)
{
	(void)state;
	sentence(raw_at(0), "GPRMC,010100.00,A,,,,,,,310227,,,A");
	tick(raw_at(0) + 900 * MS);
	assert_int_equal(rejects(CORE_DATE), 1);
	sentence(raw_at(1), "GPGGA,010101.00,,,,,1,08,1.0");
	tick(raw_at(1) + 900 * MS);
	assert_int_equal(rejects(CORE_DATE), 2);
	assert_int_equal(status()->fixes, 2);
}

static void fix_that_is_not_valid_is_no_fix(void **state)
{
	(void)state;
	sentence(raw_at(0), "GPZDA,010100.00,10,03,2027,00,00");
	tick(raw_at(0) + 900 * MS);
	assert_int_equal(status()->fixes, 0);
	assert_int_equal(status()->sentences, 1);
}

static void era_repair_is_told_once(void **state)
{
	(void)state;
	int64_t eras_ago = rig.utc_s - GPS_ERA_S;
	char text[600];

	for (int n = 0; n < 10; n++) {
		pulse(raw_at(n));
		bytes(raw_at(n) + LAG, text, burst_text(text, eras_ago + n, 'A'));
		tick(raw_at(n) + 900 * MS);
	}
	published_pulse(10);
	int told = 0;

	for (int i = 0; i < rig.notice_count; i++) {
		told += rig.notices[i].kind == CORE_NOTICE_ERA;
	}
	assert_int_equal(told, 1);
	assert_int_equal(last_notice(CORE_NOTICE_ERA)->a, 1024);
}

/* Ten seconds of pulses and bursts, the bytes in reads of at most size. */
static void play_in_reads_of(size_t size)
{
	restart();
	rig.seq = 0;
	for (int n = 0; n < 10; n++) {
		char text[600];
		size_t len = burst_text(text, rig.utc_s + n, 'A');

		pulse(raw_at(n));
		for (size_t at = 0; at < len; at += size) {
			size_t count = len - at < size ? len - at : size;

			bytes(raw_at(n) + LAG + (int64_t)at * BYTE_NS, text + at, count);
		}
		tick(raw_at(n) + 800 * MS);
	}
}

static void reads_of_any_size_give_the_same_samples(void **state)
{
	(void)state;
	play_in_reads_of(4096);
	int count = rig.sample_count[CORE_COARSE];
	struct core_sample whole = *last_sample(CORE_COARSE);

	assert_int_equal(count, 8);
	for (size_t size = 1; size < 140; size += 3) {
		play_in_reads_of(size);
		assert_int_equal(rig.sample_count[CORE_COARSE], count);
		assert_int_equal(last_sample(CORE_COARSE)->raw_ns, whole.raw_ns);
		assert_int_equal(last_sample(CORE_COARSE)->clock_ns, whole.clock_ns);
		assert_int_equal(last_sample(CORE_COARSE)->receive_ns, whole.receive_ns);
		assert_int_equal(last_sample(CORE_COARSE)->precision, whole.precision);
	}
}

static void first_byte_is_dated_back_by_the_bit_rate(void **state)
{
	const uint32_t rates[] = {4800, 9600, 38400, 115200, 460800};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		char text[600];
		size_t len = burst_text(text, rig.utc_s, 'A');

		restart();
		send((struct event){
			.type = EVENT_BYTES,
			.raw_ns = raw_at(5),
			.bytes = {.bps = rates[i], .data = (uint8_t *)text, .len = len}});
		assert_int_equal(rig.core.epoch.begin.raw_ns,
				 raw_at(5) - (int64_t)len * (10 * NS_PER_S / rates[i]));
		assert_int_equal(rig.core.epoch.begin.real_ns,
				 real_of(rig.core.epoch.begin.raw_ns));
	}
}

static void bytes_without_a_bit_rate_are_dated_by_their_read(void **state)
{
	char text[600];
	size_t len = burst_text(text, rig.utc_s, 'A');

	(void)state;
	send((struct event){.type = EVENT_BYTES,
			    .raw_ns = raw_at(5),
			    .bytes = {.bps = 0, .data = (uint8_t *)text, .len = len}});
	assert_int_equal(rig.core.epoch.begin.raw_ns, raw_at(5));
}

static void read_of_nothing_is_nothing(void **state)
{
	(void)state;
	send((struct event){.type = EVENT_BYTES,
			    .raw_ns = raw_at(5),
			    .bytes = {.bps = 9600, .data = NULL, .len = 0}});
	assert_int_equal(status()->bytes, 0);
	assert_int_equal(rig.core.epoch.last_read_raw_ns, 0);
}

static void event_from_before_the_last_one_is_taken_at_its_instant(void **state)
{
	(void)state;
	good(0, 20);
	tick(raw_at(21) + 40 * MS);
	pulse(raw_at(21));
	assert_int_equal(status()->last_pulse_raw_ns, raw_at(21) + 40 * MS);
	assert_int_equal(rig.core.last_raw_ns, raw_at(21) + 40 * MS);
	tick(raw_at(20));
	assert_int_equal(rig.core.last_raw_ns, raw_at(21) + 40 * MS);
}

static void times_beyond_all_bounds_are_borne(void **state)
{
	const int64_t extremes[] = {INT64_MIN, INT64_MIN / 2, 0, INT64_MAX / 2, INT64_MAX};

	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; k < 5; k++) {
			fresh(state);
			good(0, 10);
			struct event event = {
				.type = EVENT_TICK, .raw_ns = extremes[i], .real_ns = extremes[k]};

			core_event(&rig.core, &event);
			event.type = EVENT_CLOCK;
			event.clock.sync = true;
			event.clock.maxerr_us = extremes[i];
			core_event(&rig.core, &event);
			good(11, 15);
		}
	}
}

/* A pulse, something 0.12 s before it, and its burst 50 ms after it. */
static int samples_after(const char *before, size_t len)
{
	fresh(NULL);
	for (int n = 0; n < 20; n++) {
		char text[600];

		if (n > 0 && len > 0) {
			bytes(raw_at(n) - 120 * MS, before, len);
		}
		pulse(raw_at(n));
		bytes(raw_at(n) + 50 * MS, text, burst_text(text, rig.utc_s + n, 'A'));
		tick(raw_at(n) + 600 * MS);
		len = n < 1 ? len : 0;
	}
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 19) * NS_PER_S);
	return rig.sample_count[CORE_PPS];
}

static void what_comes_before_a_pulse_does_not_begin_the_burst_behind_it(void **state)
{
	char text[300];

	(void)state;
	int all = samples_after(NULL, 0);

	assert_int_equal(samples_after("\xff", 1), all);
	assert_int_equal(samples_after(text, nmea_text(text, "%s", "GNTXT,01,01,02,ok")), all);
}

static void gap_in_the_numbers_is_pulses_that_the_source_lost(void **state)
{
	(void)state;
	good(0, 9);
	rig.seq += 3;
	published_pulse(13);
	assert_int_equal(status()->missed, 3);
	assert_int_equal(last_notice(CORE_NOTICE_MISSED)->a, 3);
}

static void number_seen_before_is_the_same_edge(void **state)
{
	(void)state;
	good(0, 9);
	rig.seq--;
	int samples = rig.sample_count[CORE_PPS];
	uint64_t pulses = status()->pulses;

	pulse(raw_at(10));
	assert_int_equal(rig.sample_count[CORE_PPS], samples);
	assert_int_equal(status()->pulses, pulses);
}

static void numbers_wrap_around(void **state)
{
	(void)state;
	rig.seq = UINT32_MAX - 5;
	good(0, 20);
	assert_int_equal(status()->missed, 0);
	assert_int_equal(status()->pulses, 21);
}

static void numbers_that_begin_anew_are_no_loss(void **state)
{
	(void)state;
	rig.seq = 5000;
	good(0, 9);
	rig.seq = 0;
	published_pulse(10);
	rig.seq = 3000000000;
	published_pulse(11);
	assert_int_equal(status()->missed, 0);
	send((struct event){.type = EVENT_SOURCE,
			    .raw_ns = raw_at(11) + 1,
			    .source = {.pps = true, .back = true}});
	rig.seq += 7;
	published_pulse(12);
	assert_int_equal(status()->missed, 0);
}

static void line_that_went_away_leaves_no_half_sentence(void **state)
{
	char text[300];
	size_t len = nmea_text(text, "GPZDA,010100.00,10,03,2027,00,00");

	(void)state;
	bytes(raw_at(0), text, len / 2);
	send((struct event){.type = EVENT_SOURCE, .raw_ns = raw_at(1), .source = {.pps = false}});
	bytes(raw_at(2), text + len / 2, len - len / 2);
	assert_int_equal(status()->sentences, 0);
	assert_int_equal(rejects(CORE_CHECKSUM), 0);
}

static void sentence_cut_short_in_a_burst_is_not_of_the_next(void **state)
{
	char text[600];

	(void)state;
	good(0, 9);
	for (int64_t n = 10; n < 13; n++) {
		bool before = n == 11;
		size_t len = burst_text(text, rig.utc_s + n, 'A');

		pulse(raw_at(n));
		if (before) {
			memmove(text + 8, text, len);
			memcpy(text, "$GNGLL,4", 8);
			len += 8;
		}
		bytes(raw_at(n) + LAG, text, len);
		assert_int_equal(rig.core.epoch.headless, before);
		bytes(raw_at(n) + 600 * MS, "$GNGLL,4", 8);
		tick(raw_at(n) + 900 * MS);
	}
}

static void burst_that_the_line_did_not_finish_is_no_fix(void **state)
{
	(void)state;
	sentence(raw_at(0), "GPRMC,010100.00,A,,,,,,,100327,,,A");
	send((struct event){.type = EVENT_SOURCE,
			    .raw_ns = rig.core.last_raw_ns + MS,
			    .source = {.pps = false}});
	tick(raw_at(1));
	assert_int_equal(status()->fixes, 0);
}

static void pulse_line_that_went_away_leaves_the_sentences_alone(void **state)
{
	char text[300];
	size_t len = nmea_text(text, "GPZDA,010100.00,10,03,2027,00,00");

	(void)state;
	bytes(raw_at(0), text, len / 2);
	send((struct event){.type = EVENT_SOURCE, .raw_ns = raw_at(1), .source = {.pps = true}});
	bytes(raw_at(2), text + len / 2, len - len / 2);
	assert_int_equal(status()->sentences, 1);
}

static void receiver_is_described_by_its_sentences(void **state)
{
	(void)state;
	assert_int_equal(status()->receiver.satellites_used, -1);
	assert_int_equal(status()->receiver.satellites_seen, -1);
	assert_int_equal(status()->receiver.hdop_x100, -1);
	good(0, 5);
	sentence(raw_at(5) + 850 * MS, "GNGSA,A,3,23,29,,,,,,,,,,,1.94,1.18,1.54");
	const struct core_receiver *r = &status()->receiver;

	assert_true(r->fix);
	assert_int_equal(r->fix_mode, 3);
	assert_int_equal(r->satellites_used, 8);
	assert_int_equal(r->hdop_x100, 118);
	assert_int_equal(r->utc_s, rig.utc_s + 5);
	assert_string_equal(r->talker, "GN");
	assert_int_equal(status()->fixes, 6);
	assert_int_equal(status()->sentences, 13);
	/* Texts and satellites in view do not say whose fix it is. */
	sentence(raw_at(6), "GPTXT,01,01,02,hello");
	sentence(raw_at(6) + 100 * MS, "GLGSV,1,1,05,10,32,066,24");
	assert_string_equal(r->talker, "GN");
}

static void satellites_in_view_are_summed_over_the_constellations(void **state)
{
	const char *const talkers[] = {"GP", "GL", "GA", "GB", "GQ", "GI", "IR", "BD", "XX", "YY"};

	(void)state;
	sentence(raw_at(0), "GPGSV,3,1,11,10,32,066,24");
	sentence(raw_at(0) + 100 * MS, "GPGSV,3,2,11,10,32,066,24");
	sentence(raw_at(0) + 200 * MS, "GLGSV,2,1,07,10,32,066,24");
	assert_int_equal(status()->receiver.satellites_seen, 18);
	sentence(raw_at(4), "GPGSV,3,1,09,10,32,066,24");
	assert_int_equal(status()->receiver.satellites_seen, 16);
	/* GLONASS was last heard of at 0.2 s. */
	sentence(raw_at(6), "GPGSV,3,1,09,10,32,066,24");
	assert_int_equal(status()->receiver.satellites_seen, 9);
	for (int i = 0; i < 10; i++) {
		char body[60];

		snprintf(body, sizeof(body), "%sGSV,1,1,01,10,32,066,24", talkers[i]);
		sentence(raw_at(20) + i * 50 * MS, body);
	}
	/* More than there is room for: the oldest give way. */
	assert_int_equal(status()->receiver.satellites_seen, CORE_TALKERS);
}

static void next_pulse_is_known_once_there_is_a_grid(void **state)
{
	(void)state;
	pulse(raw_at(0));
	pulse(raw_at(1));
	assert_int_equal(core_next_pulse_raw_ns(&rig.core), 0);
	pulse(raw_at(2));
	assert_int_equal(core_next_pulse_raw_ns(&rig.core), raw_at(3));
	tick(raw_at(2) + 999 * MS);
	assert_int_equal(core_next_pulse_raw_ns(&rig.core), raw_at(3));
	tick(raw_at(3) + 1 * MS);
	assert_int_equal(core_next_pulse_raw_ns(&rig.core), raw_at(4));
}

static void grid_that_time_has_taken_announces_no_pulse(void **state)
{
	(void)state;
	good(0, 20);
	tick(raw_at(320) - MS);
	assert_true(core_next_pulse_raw_ns(&rig.core) > 0);
	tick(raw_at(320) + 100 * MS);
	assert_int_equal(core_next_pulse_raw_ns(&rig.core), 0);
	assert_false(rig.core.label.attached);
	assert_int_not_equal(rig.core.label.state, LABEL_UNKNOWN);
}

static void moved_pulses_are_told_and_published_when_confirmed_again(void **state)
{
	(void)state;
	good(0, 20);
	for (int n = 21; n < 40; n++) {
		pulse(raw_at(n) - 50 * MS);
		burst(n, 0, 'A');
	}
	assert_non_null(last_notice(CORE_NOTICE_PHASE));
	assert_in_range(last_notice(CORE_NOTICE_PHASE)->a + 50 * MS + 1000, 0, 2000);
	assert_int_equal(state_now(), CORE_LOCKED);
	assert_int_equal(last_sample(CORE_PPS)->raw_ns, raw_at(39) - 50 * MS);
	assert_int_equal(last_sample(CORE_PPS)->clock_ns, (rig.utc_s + 39) * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(lines_that_are_no_sentences_are_counted_by_cause),
		test(sentence_with_a_malformed_field_is_counted_and_ignored),
		test(fix_off_the_whole_second_labels_pulses_where_there_is_no_other),
		test(five_fixes_a_second_label_by_the_whole_one),
		test(half_a_second_is_led_by_what_came_in_most_of_it),
		test(fix_without_a_possible_date_is_counted),
		test(fix_that_is_not_valid_is_no_fix),
		test(era_repair_is_told_once),
		test(reads_of_any_size_give_the_same_samples),
		test(first_byte_is_dated_back_by_the_bit_rate),
		test(bytes_without_a_bit_rate_are_dated_by_their_read),
		test(read_of_nothing_is_nothing),
		test(event_from_before_the_last_one_is_taken_at_its_instant),
		test(times_beyond_all_bounds_are_borne),
		test(what_comes_before_a_pulse_does_not_begin_the_burst_behind_it),
		test(gap_in_the_numbers_is_pulses_that_the_source_lost),
		test(number_seen_before_is_the_same_edge),
		test(numbers_wrap_around),
		test(numbers_that_begin_anew_are_no_loss),
		test(line_that_went_away_leaves_no_half_sentence),
		test(sentence_cut_short_in_a_burst_is_not_of_the_next),
		test(burst_that_the_line_did_not_finish_is_no_fix),
		test(pulse_line_that_went_away_leaves_the_sentences_alone),
		test(receiver_is_described_by_its_sentences),
		test(satellites_in_view_are_summed_over_the_constellations),
		test(next_pulse_is_known_once_there_is_a_grid),
		test(grid_that_time_has_taken_announces_no_pulse),
		test(moved_pulses_are_told_and_published_when_confirmed_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
