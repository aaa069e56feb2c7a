/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "core/core.h"
#include "core/said.h"
#include "spans.h"
#include "status/status_json.h"

#define NOW (1000 * S)

/* A segment of a daemon (this process) that is locked and where nothing is missing. */
static struct pps2shm_segment_snapshot good_segment(void)
{
	struct pps2shm_segment_snapshot segment = {
		.head = {.magic = PPS2SHM_SEGMENT_MAGIC,
			 .version = 1,
			 .pid = (uint32_t)getpid(),
			 .program = "1.2"},
		.page = {.raw_ns = NOW - S / 2,
			 .state = CORE_LOCKED,
			 .state_since_raw_ns = NOW - 90 * S,
			 .label_utc_s = 1795159178,
			 .label_raw_ns = NOW - S / 3,
			 .last_pulse_raw_ns = NOW - S / 3,
			 .last_sentence_raw_ns = NOW - S / 5,
			 .jitter_ns = 1400,
			 .lag_ns = 120500000,
			 .lag_learned = 1,
			 .clock_sync = 1,
			 .clock_maxerr_us = 1500,
			 .rejects[CORE_GLITCH] = 3,
			 .receiver = {.fix = 1, .satellites_used = 9, .satellites_seen = -1}},
	};

	strcpy(segment.head.state_names[CORE_LOCKED], "locked");
	strcpy(segment.head.cause_names[CORE_GLITCH], "glitch");
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		segment.page.units[i] =
			(struct pps2shm_segment_unit){.unit = i,
						      .writable = 1,
						      .write_raw_ns = NOW - S / 3,
						      .consumed_raw_ns = NOW - 2 * S,
						      .clock_ns = 2000,
						      .receive_ns = 800};
		segment.page.sources[i] = (struct pps2shm_segment_source){
			.configured = 1, .up = 1, .since_raw_ns = S};
	}
	strcpy(segment.page.sources[PPS2SHM_SEGMENT_SERIAL].name, "/dev/serial0");
	strcpy(segment.page.sources[PPS2SHM_SEGMENT_PULSE].name, "/dev/pps0");
	return segment;
}

static const struct status *judge(const struct pps2shm_segment_snapshot *segment)
{
	static struct status status;

	status_judge(&status, segment, NOW);
	return &status;
}

static void check_advice(const struct pps2shm_segment_snapshot *segment, const char *text)
{
	const struct status *status = judge(segment);

	for (int i = 0; i < status->advices; i++) {
		if (strstr(status->advice[i], text)) {
			return;
		}
	}
	fail_msg("no advice says '%s'; the first of %d: '%s'", text, status->advices,
		 status->advice[0]);
}

static void check_unread(const struct pps2shm_segment_snapshot *segment, const char *daemon,
			 const char *text)
{
	struct status status = *judge(segment);

	status_advise_unread(&status, daemon);
	assert_int_equal(status.advices, 1);
	if (!strstr(status.advice[0], text)) {
		fail_msg("with %s the advice is '%s', not '%s'", daemon ? daemon : "none",
			 status.advice[0], text);
	}
}

static void check_text(const struct pps2shm_segment_snapshot *segment, const char *text)
{
	char *all;
	size_t size;
	FILE *out = open_memstream(&all, &size);

	status_print(judge(segment), out);
	fclose(out);
	if (!strstr(all, text)) {
		fail_msg("'%s' is not in:\n%s", text, all);
	}
	free(all);
}

static void when_all_is_well_nothing_is_advised(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();
	const struct status *status = judge(&segment);

	(void)state;
	assert_true(status->alive);
	assert_true(status->healthy);
	assert_int_equal(status->advices, 0);
	assert_string_equal(status->verdict, "Locked: GPS time goes to NTP shared memory unit 1.");
	assert_true(status_pps_enabled(status));
	assert_true(status_shm_valid(status));
}

/* Nobody shall think that a simulated receiver's time is GPS time. */
static void simulated_time_is_called_that(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	json_t *json = status_json(judge(&segment));

	assert_true(json_is_false(json_object_get(json, "simulated")));
	json_decref(json);
	strcpy(segment.page.sources[PPS2SHM_SEGMENT_PULSE].name, "simulated pulses");
	assert_string_equal(judge(&segment)->verdict,
			    "Locked: simulated time goes to NTP shared memory unit 1.");
	json = status_json(judge(&segment));
	assert_true(json_is_true(json_object_get(json, "simulated")));
	json_decref(json);
	segment.page.units[PPS2SHM_SEGMENT_PPS].writable = 0;
	assert_string_equal(judge(&segment)->verdict,
			    "Locked, but simulated time does not reach NTP shared memory unit 1.");
	segment.page.units[PPS2SHM_SEGMENT_PPS].unit = -1;
	assert_string_equal(
		judge(&segment)->verdict,
		"Locked to simulated time; no shared memory unit is configured for it.");
	segment.page.sockets[PPS2SHM_SEGMENT_PPS] =
		(struct pps2shm_segment_socket){.configured = 1, .path = "/run/chrony.x.sock"};
	assert_string_equal(
		judge(&segment)->verdict,
		"Locked, but simulated time does not reach chrony by /run/chrony.x.sock.");
	segment.page.sockets[PPS2SHM_SEGMENT_PPS].connected = 1;
	assert_string_equal(judge(&segment)->verdict,
			    "Locked: simulated time goes to chrony by /run/chrony.x.sock.");
}

static void missing_devices_are_named_with_their_error(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.sources[PPS2SHM_SEGMENT_SERIAL].up = 0;
	strcpy(segment.page.sources[PPS2SHM_SEGMENT_SERIAL].error,
	       "Permission denied: join dialout");
	check_advice(&segment, "/dev/serial0, is not available: Permission denied: join dialout");
	segment = good_segment();
	segment.page.sources[PPS2SHM_SEGMENT_PULSE].up = 0;
	strcpy(segment.page.sources[PPS2SHM_SEGMENT_PULSE].error, "no overlay");
	check_advice(&segment, "/dev/pps0 is not available: no overlay");
	assert_false(status_pps_enabled(judge(&segment)));
}

static void second_writer_of_a_unit_is_told_and_no_health(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	strcpy(segment.page.units[PPS2SHM_SEGMENT_PPS].error, "another program also writes it");
	check_advice(&segment, "Unit 1: another program also writes it. End that one");
	const struct status *status = judge(&segment);

	assert_false(status->healthy);
	assert_string_equal(status->verdict,
			    "Locked, but another program also writes NTP shared memory unit 1.");
}

static void silent_devices_are_named(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.last_pulse_raw_ns = NOW - 4 * S;
	segment.page.last_sentence_raw_ns = 0;
	check_advice(&segment, "No pulses from /dev/pps0");
	check_advice(&segment, "No valid sentences from /dev/serial0");
	assert_false(status_pps_enabled(judge(&segment)));
}

static void a_bit_rate_being_searched_is_told(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.sources[PPS2SHM_SEGMENT_SERIAL].searching = 1;
	check_advice(&segment, "bit rate of /dev/serial0 has not been found yet");
}

static void a_full_line_is_told(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();
	struct pps2shm_segment_source *serial = &segment.page.sources[PPS2SHM_SEGMENT_SERIAL];

	(void)state;
	serial->bps = 9600;
	serial->since_raw_ns = segment.page.raw_ns - 100 * S;
	segment.page.bytes = 85000; /* of the 96000 that fit into 100 s */
	assert_int_equal(status_line_percent(judge(&segment)), 88);
	check_advice(&segment, "line (9600 bit/s) is 88 % full");
	check_advice(&segment, "sudo pps2shm receiver setup");
	segment.page.bytes = 75000;
	assert_int_equal(judge(&segment)->advices, 0);
}

static void an_ambiguous_second_is_told_with_what_ends_it(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.state = CORE_AMBIGUOUS;
	check_advice(&segment, "sudo pps2shm receiver setup");
}

static void a_line_whose_bytes_tell_nothing_is_not_judged(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();
	struct pps2shm_segment_source *serial = &segment.page.sources[PPS2SHM_SEGMENT_SERIAL];

	(void)state;
	segment.page.bytes = 95000;
	serial->since_raw_ns = segment.page.raw_ns - 100 * S;
	assert_int_equal(status_line_percent(judge(&segment)), -1); /* USB */
	serial->bps = 9600;
	serial->losses = 1; /* the bytes are those of two lines */
	assert_int_equal(status_line_percent(judge(&segment)), -1);
	serial->losses = 0;
	serial->since_raw_ns = segment.page.raw_ns - 2 * S; /* opened just now */
	assert_int_equal(status_line_percent(judge(&segment)), -1);
}

static void a_unit_that_nobody_reads_is_told_with_the_line_for_ntp_conf(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.units[PPS2SHM_SEGMENT_PPS].unit = 7;
	segment.page.units[PPS2SHM_SEGMENT_PPS].consumed_raw_ns = NOW - 61 * S;
	segment.page.units[PPS2SHM_SEGMENT_PPS].written = 100;
	check_unread(&segment, "ntpd", "Nobody reads unit 7: add 'refclock shm unit 7 refid PPS");
	check_unread(&segment, "chronyd", "add 'refclock SHM 7 refid PPS");
	check_unread(&segment, NULL, "neither ntpd nor chronyd is running");
	check_unread(&segment, "", "whether ntpd or chronyd is running only root can see");
	assert_true(judge(&segment)->healthy);
}

static void a_socket_of_chrony_is_told_of_like_a_unit(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();
	struct pps2shm_segment_socket *socket = &segment.page.sockets[PPS2SHM_SEGMENT_PPS];

	(void)state;
	*socket = (struct pps2shm_segment_socket){.configured = 1,
						  .connected = 1,
						  .since_raw_ns = NOW - 90 * S,
						  .sent_raw_ns = NOW - S / 3,
						  .sent = 88,
						  .losses = 2,
						  .path = "/run/chrony.x.sock"};
	segment.page.units[PPS2SHM_SEGMENT_PPS].consumed_raw_ns = 0;
	segment.page.units[PPS2SHM_SEGMENT_PPS].written = 100;
	assert_non_null(strstr(judge(&segment)->verdict, "goes to chrony by /run/chrony.x.sock"));
	assert_true(judge(&segment)->healthy);
	/* Its unit may be left unread then. */
	struct status status = *judge(&segment);

	status_advise_unread(&status, "chronyd");
	assert_int_equal(status.advices, 0);
	check_text(&segment, "socket     PPS time, /run/chrony.x.sock, connected 90.0 s ago, 88 "
			     "sent, last 0.3 s ago, disconnected 2 times\n");
	segment.page.units[PPS2SHM_SEGMENT_PPS].unit = -1;
	assert_non_null(strstr(judge(&segment)->verdict, "goes to chrony by /run/chrony.x.sock."));

	/* A chronyd that stopped reading: one lost is nothing, none sent for seconds is. */
	socket->lost = 70;
	assert_true(judge(&segment)->healthy);
	socket->sent_raw_ns = NOW - 70 * S;
	check_advice(&segment, "Nobody reads /run/chrony.x.sock: its queue is full");
	assert_non_null(strstr(judge(&segment)->verdict, "does not reach chrony by /run/chrony.x"));
	assert_false(judge(&segment)->healthy);
	socket->since_raw_ns = NOW - S; /* restarted */
	assert_true(judge(&segment)->healthy);
	socket->since_raw_ns = NOW - 90 * S;
	socket->sent_raw_ns = NOW - S / 3;

	socket->connected = 0;
	strcpy(socket->error, "may not be written");
	segment.page.units[PPS2SHM_SEGMENT_PPS].unit = 1;
	check_advice(&segment, "chrony does not get the PPS time: may not be written");
	check_text(&segment,
		   "not connected since 90.0 s ago, 88 sent, last 0.3 s ago, 70 lost to a full "
		   "queue, disconnected 2 times\n           may not be written\n");
	assert_non_null(strstr(judge(&segment)->verdict, "does not reach chrony by /run/chrony.x"));
	assert_false(judge(&segment)->healthy);
}

static void sockets_are_an_array_of_the_json(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();
	json_t *json = status_json(judge(&segment));

	(void)state;
	assert_int_equal(json_array_size(json_object_get(json, "chrony_sockets")), 0);
	json_decref(json);
	segment.page.sockets[PPS2SHM_SEGMENT_COARSE] =
		(struct pps2shm_segment_socket){.configured = 1,
						.sent = 3,
						.lost = 4,
						.losses = 5,
						.path = "/run/x",
						.error = "why"};
	json = status_json(judge(&segment));
	json_t *socket = json_array_get(json_object_get(json, "chrony_sockets"), 0);
	const char *role, *path, *error;
	int connected, sent, lost, losses;

	assert_int_equal(json_unpack(socket, "{s:s, s:s, s:s, s:b, s:i, s:i, s:i, s:n, s:n}",
				     "role", &role, "path", &path, "error", &error, "connected",
				     &connected, "sent", &sent, "lost", &lost, "losses", &losses,
				     "since_raw_ns", "sent_raw_ns"),
			 0);
	assert_string_equal(role, "coarse");
	assert_string_equal(path, "/run/x");
	assert_string_equal(error, "why");
	assert_false(connected);
	assert_int_equal(sent, 3);
	assert_int_equal(lost, 4);
	assert_int_equal(losses, 5);
	json_decref(json);
}

static void a_unit_just_begun_is_not_yet_said_to_be_unread(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.units[PPS2SHM_SEGMENT_PPS].consumed_raw_ns = 0;
	segment.page.units[PPS2SHM_SEGMENT_PPS].written = 5;
	struct status status = *judge(&segment);

	status_advise_unread(&status, "ntpd");
	assert_int_equal(status.advices, 0);
}

static void a_unit_that_cannot_be_written_is_unhealthy(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.units[PPS2SHM_SEGMENT_PPS].writable = 0;
	strcpy(segment.page.units[PPS2SHM_SEGMENT_PPS].error, "has 80 bytes, not 96");
	check_advice(&segment, "Unit 1 cannot be written: has 80 bytes, not 96");
	assert_false(judge(&segment)->healthy);
	assert_false(status_shm_valid(judge(&segment)));
}

static void a_sample_too_old_for_ntpd_is_not_valid(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.units[PPS2SHM_SEGMENT_PPS].write_raw_ns = NOW - 5 * S;
	assert_false(status_shm_valid(judge(&segment)));
	assert_false(judge(&segment)->healthy);
}

static void only_locked_and_holdover_are_healthy_and_every_state_has_its_verdict(void **state)
{
	const char *verdicts[CORE_STATES];

	(void)state;
	for (int i = 0; i < CORE_STATES; i++) {
		struct pps2shm_segment_snapshot segment = good_segment();

		segment.page.state = (uint32_t)i;
		const struct status *status = judge(&segment);

		assert_int_equal(status->healthy, i == CORE_LOCKED || i == CORE_HOLDOVER);
		verdicts[i] = strdup(status->verdict);
		assert_null(strstr(verdicts[i], "does not know"));
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(verdicts[i], verdicts[k]);
		}
	}
	for (int i = 0; i < CORE_STATES; i++) {
		free((void *)verdicts[i]);
	}
}

static struct pps2shm_segment_snapshot provisional_segment(void)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	segment.page.state = CORE_PROVISIONAL;
	segment.page.leap = (struct pps2shm_segment_leap){
		.withheld = 1, .count_s = -1, .sure_raw_ns = NOW + 125 * S};
	return segment;
}

static bool advised(const struct status *status, const char *what)
{
	for (int i = 0; i < status->advices; i++) {
		if (strstr(status->advice[i], what)) {
			return true;
		}
	}
	return false;
}

static void provisional_says_how_long_still_and_what_ends_it_sooner(void **state)
{
	struct pps2shm_segment_snapshot segment = provisional_segment();
	const struct status *status = judge(&segment);

	(void)state;
	assert_non_null(strstr(status->verdict, "may not know the number of leap seconds"));
	assert_true(advised(status, "for 2:06 more"));
	assert_true(advised(status, "the system clock"));
	assert_false(advised(status, "says that it knows"));
	assert_false(advised(status, "state file"));

	segment.page.leap.corrected = 1;
	assert_true(advised(judge(&segment), "remove leap_corrected from that file"));

	segment.page.leap.unknown = 1;
	segment.page.leap.said_by = SAID_TIMELS;
	segment.page.leap.count_s = 16;
	status = judge(&segment);
	assert_non_null(strstr(status->verdict, "says that it does not know"));
	assert_true(advised(status, "when the receiver says that it knows"));
	assert_true(advised(status, "leap.file"));
	assert_false(advised(status, "state file"));

	segment.page.leap.sure_raw_ns = 0;
	assert_true(advised(judge(&segment), "It has to have a fix first"));
	segment.page.leap.sure_raw_ns = INT64_MIN; /* anybody may have written it */
	assert_int_equal(status_leap_left_s(judge(&segment)), 0);
	segment.page.leap.sure_raw_ns = INT64_MAX;
	assert_true(status_leap_left_s(judge(&segment)) > 0);
}

static void leap_line_says_by_what_it_is_confirmed_and_what_is_said(void **state)
{
	struct pps2shm_segment_snapshot segment = provisional_segment();

	(void)state;
	check_text(&segment, "\nleap       provisional, so nothing is published, "
			     "confirmed by time in 126 s\n");
	segment.page.leap = (struct pps2shm_segment_leap){.confirmed_by = CORE_LEAP_BY_RECEIVER,
							  .said_by = SAID_TIMELS,
							  .count_s = 18,
							  .leap = 1,
							  .leap_utc_s = 1814400000};
	check_text(&segment, "\nleap       confirmed by receiver, UBX-NAV-TIMELS: known, "
			     "GPS - UTC 18 s, a leap second is inserted right before 2027-07-01\n");
	segment.page.receiver.jamming = SAID_SOME;
	segment.page.receiver.spoofing = SAID_SOME;
	check_text(&segment, ", jammed a little, spoofed\n");
	/* A hostile segment may hold any number. */
	segment.page.leap.confirmed_by = segment.page.leap.said_by = UINT32_MAX;
	segment.page.leap.leap_utc_s = INT64_MAX;
	check_text(&segment, "confirmed by unknown");
}

static void a_dead_daemon_is_never_healthy(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();

	(void)state;
	segment.page.raw_ns = NOW - 6 * S;
	const struct status *status = judge(&segment);

	assert_false(status->alive);
	assert_false(status->healthy);
	assert_false(status_pps_enabled(status));
	assert_false(status_shm_valid(status));
	assert_non_null(strstr(status->verdict, "no heartbeat"));
}

static json_t *json_of(const struct status *status)
{
	json_t *json = status_json(status);
	char *text = json_dumps(json, 0);

	json_decref(json);
	assert_non_null(text);
	json = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(json);
	return json;
}

static void json_says_the_same_of_the_leap_seconds(void **state)
{
	struct pps2shm_segment_snapshot segment = provisional_segment();
	int provisional = 0, withheld = 0, unknown = 1;
	json_int_t left = 0, count = 0;
	const char *by = "", *said = "";
	json_t *json = json_of(judge(&segment));

	(void)state;
	assert_int_equal(json_unpack(json, "{s:{s:b, s:b, s:b, s:I, s:n, s:n, s:n}}", "leap",
				     "provisional", &provisional, "withheld", &withheld, "unknown",
				     &unknown, "seconds_left", &left, "confirmed_by", "said_by",
				     "count_s"),
			 0);
	assert_true(provisional && withheld && !unknown);
	assert_int_equal(left, 126);
	json_decref(json);
	segment.page.leap.confirmed_by = CORE_LEAP_BY_TIME;
	segment.page.leap.said_by = SAID_PUBX;
	segment.page.leap.count_s = 18;
	segment.page.receiver.spoofing = SAID_NONE;
	json = json_of(judge(&segment));
	assert_int_equal(json_unpack(json, "{s:{s:b, s:s, s:s, s:I}, s:{s:n, s:I}}", "leap",
				     "provisional", &provisional, "confirmed_by", &by, "said_by",
				     &said, "count_s", &count, "receiver", "jamming", "spoofing",
				     &left),
			 0);
	assert_false(provisional);
	assert_string_equal(by, "time");
	assert_string_equal(said, "$PUBX,04");
	assert_int_equal(count, 18);
	assert_int_equal(left, SAID_NONE);
	json_decref(json);
}

static void json_carries_the_four_keys_and_the_rest(void **state)
{
	struct pps2shm_segment_snapshot segment = good_segment();
	segment.page.unpaired = 2;
	json_t *json = json_of(judge(&segment));
	int unit = -1;
	const char *key = "", *text = "", *utc = "";
	json_int_t offset = 0, glitches = 0, foreign = 1, unpaired = 0;
	int enabled = 0, valid = 0, sync = 0, witness = 1;

	(void)state;
	assert_int_equal(json_unpack(json, "{s:b, s:b, s:{s:b, s:b}, s:[{}, {s:i, s:s, s:I}]}",
				     "pps_enabled", &enabled, "shm_valid", &valid, "hardware_clock",
				     "synchronised", &sync, "witness", &witness, "shm_interface",
				     "unit", &unit, "key", &key, "offset_ns", &offset),
			 0);
	assert_true(enabled && valid && sync);
	assert_false(witness);
	assert_int_equal(unit, 1);
	assert_string_equal(key, "0x4e545031");
	assert_int_equal(offset, 1200);
	assert_int_equal(json_unpack(json, "{s:s, s:{s:s}, s:{s:I}}", "state", &text, "label",
				     "utc", &utc, "rejects", "glitch", &glitches),
			 0);
	assert_string_equal(text, "locked");
	assert_string_equal(utc, "2026-11-20T07:19:38Z");
	assert_int_equal(glitches, 3);
	assert_int_equal(json_unpack(json, "{s:{s:I, s:I}}", "pulses", "foreign", &foreign,
				     "unpaired", &unpaired),
			 0);
	assert_true(foreign == 0 && unpaired == 2);
	assert_true(json_is_null(
		json_object_get(json_object_get(json, "receiver"), "satellites_seen")));
	json_decref(json);

	segment.page.clock_sync |= PPS2SHM_SEGMENT_SYNC_SEEN;
	json = json_of(judge(&segment));
	assert_int_equal(json_unpack(json, "{s:{s:b, s:b}}", "hardware_clock", "synchronised",
				     &sync, "witness", &witness),
			 0);
	assert_true(sync && witness);
	json_decref(json);
}

static void without_a_segment_json_has_the_same_keys(void **state)
{
	static struct status none;
	struct pps2shm_segment_snapshot segment = good_segment();
	json_t *there = json_of(judge(&segment));
	const char *key;
	json_t *value;

	(void)state;
	status_judge_none(&none, "no daemon is running", NOW);
	json_t *json = json_of(&none);

	json_object_foreach(there, key, value)
	{
		assert_non_null(json_object_get(json, key));
	}
	assert_string_equal(json_string_value(json_object_get(json, "state")), "down");
	assert_true(json_is_false(json_object_get(json, "shm_valid")));
	assert_int_equal(json_array_size(json_object_get(json, "shm_interface")), 0);
	json_decref(json);
	json_decref(there);
}

static void the_page_for_people_begins_with_the_verdict_and_shows_the_numbers(void **state)
{
	static const char *const parts[] = {
		"2026-11-20 07:19:38 UTC",
		"jitter 1.4 us",
		"lag 120.5 ms (learned)",
		"9 satellites used",
		"offset +1.2 us",
		"glitch 3",
		"error at most 1.500 ms",
		"/dev/pps0",
		"not used: 4 stamped before the clock was set, 2 read",
		"stamps: 30 polled, 2 corrected, 1 the kernel's; last polled, bracket 2.0 us; the kernel is late by 12.0 us"};
	struct pps2shm_segment_snapshot segment = good_segment();
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	segment.page.foreign = 4;
	segment.page.unpaired = 2;
	segment.page.stamps = (struct pps2shm_segment_stamps){
		.count = {1, 2, 30}, .width_ns = 2000, .bias_ns = 12000, .kind = 2};
	status_print(judge(&segment), out);
	fclose(out);
	assert_int_equal(strncmp(text, "Locked: ", 8), 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(text, parts[i])) {
			fail_msg("'%s' is not in:\n%s", parts[i], text);
		}
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_all_is_well_nothing_is_advised),
		cmocka_unit_test(simulated_time_is_called_that),
		cmocka_unit_test(missing_devices_are_named_with_their_error),
		cmocka_unit_test(second_writer_of_a_unit_is_told_and_no_health),
		cmocka_unit_test(silent_devices_are_named),
		cmocka_unit_test(a_bit_rate_being_searched_is_told),
		cmocka_unit_test(a_full_line_is_told),
		cmocka_unit_test(an_ambiguous_second_is_told_with_what_ends_it),
		cmocka_unit_test(a_line_whose_bytes_tell_nothing_is_not_judged),
		cmocka_unit_test(a_socket_of_chrony_is_told_of_like_a_unit),
		cmocka_unit_test(sockets_are_an_array_of_the_json),
		cmocka_unit_test(a_unit_that_nobody_reads_is_told_with_the_line_for_ntp_conf),
		cmocka_unit_test(a_unit_just_begun_is_not_yet_said_to_be_unread),
		cmocka_unit_test(a_unit_that_cannot_be_written_is_unhealthy),
		cmocka_unit_test(a_sample_too_old_for_ntpd_is_not_valid),
		cmocka_unit_test(
			only_locked_and_holdover_are_healthy_and_every_state_has_its_verdict),
		cmocka_unit_test(provisional_says_how_long_still_and_what_ends_it_sooner),
		cmocka_unit_test(leap_line_says_by_what_it_is_confirmed_and_what_is_said),
		cmocka_unit_test(a_dead_daemon_is_never_healthy),
		cmocka_unit_test(json_carries_the_four_keys_and_the_rest),
		cmocka_unit_test(json_says_the_same_of_the_leap_seconds),
		cmocka_unit_test(without_a_segment_json_has_the_same_keys),
		cmocka_unit_test(the_page_for_people_begins_with_the_verdict_and_shows_the_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
