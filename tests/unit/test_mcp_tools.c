/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "common/simulated.h"
#include "core/core.h"
#include "mcp/tools.h"
#include "spans.h"

#define NOW   (1000 * S)
#define LABEL INT64_C(1795159178)

/* A world of our own, and what the tools asked of it. */
static struct fake {
	struct pps2shm_segment_snapshot segment;
	bool segment_there;
	int64_t real_ns;
	int64_t maxerr_us; /* -1: not synchronised */
	const char *running;
	const char *ntpq, *chronyc; /* their output; NULL: there is no such program */
	enum doctor_how how;
	int status;
	struct pps2shm_segment_sample samples[PPS2SHM_SEGMENT_SAMPLES];
	int sample_count;
	int asked_for;
	const char *diagnosis; /* NULL: it failed */
} fake;

static void fake_status(void *arg, struct status *status, int64_t *real_ns)
{
	(void)arg;
	if (fake.segment_there) {
		status_judge(status, &fake.segment, NOW);
	} else {
		status_judge_none(status, "no daemon is running (there is no status segment)", NOW);
	}
	*real_ns = fake.real_ns;
}

static bool fake_trusts(void *arg, uint32_t owner)
{
	(void)arg;
	return owner == 0;
}

static int fake_samples(void *arg, struct pps2shm_segment_sample *samples, int most,
			struct error *err)
{
	int n = fake.sample_count < most ? fake.sample_count : most;

	(void)arg;
	fake.asked_for = most;
	if (!fake.segment_there) {
		return error_set(err, "no daemon is running");
	}
	memcpy(samples, fake.samples + fake.sample_count - n, (size_t)n * sizeof(*samples));
	return n;
}

static bool fake_clock(void *arg, int64_t *maxerr_us)
{
	(void)arg;
	*maxerr_us = fake.maxerr_us;
	return fake.maxerr_us >= 0;
}

static json_t *fake_units(void *arg)
{
	(void)arg;
	return json_pack("[{s:i}]", "unit", 7);
}

static const char *fake_time_daemon(void *arg)
{
	(void)arg;
	return fake.running;
}

static void fake_run(void *arg, const char *const *argv, struct doctor_output *output)
{
	const char *text = strcmp(argv[0], "ntpq") == 0 ? fake.ntpq : fake.chronyc;

	(void)arg;
	if (text) {
		text_add(&output->text, text, strlen(text));
		output->how = fake.how;
		output->status = fake.status;
	} else {
		output->how = DOCTOR_NO_TOOL;
	}
}

static json_t *fake_diagnosis(void *arg, struct error *err)
{
	(void)arg;
	if (!fake.diagnosis) {
		error_set(err, "no root \033[1m here");
		return NULL;
	}
	return json_loads(fake.diagnosis, JSON_ALLOW_NUL, NULL);
}

static const struct mcp_world world = {
	.status = fake_status,
	.trusts = fake_trusts,
	.samples = fake_samples,
	.clock = fake_clock,
	.units = fake_units,
	.time_daemon = fake_time_daemon,
	.run = fake_run,
	.diagnosis = fake_diagnosis,
};

/* A daemon (this process) that is locked, and whose last pulse came 400 ms ago. */
static int begin(void **state)
{
	(void)state;
	fake = (struct fake){
		.segment_there = true,
		.segment = {.head = {.pid = (uint32_t)getpid()},
			    .page = {.raw_ns = NOW - S / 2,
				     .state = CORE_LOCKED,
				     .label_utc_s = LABEL,
				     .label_raw_ns = NOW - 400 * MS,
				     .last_pulse_raw_ns = NOW - 400 * MS,
				     .jitter_ns = 1000,
				     .period_error_ppb = 10000,
				     .leap = {.confirmed_by = 1},
				     .units = {{.unit = -1}, {.unit = -1}}}},
		.real_ns = LABEL * S + 500 * MS,
		.maxerr_us = -1,
	};
	strcpy(fake.segment.head.state_names[CORE_LOCKED], "locked");
	strcpy(fake.segment.head.state_names[CORE_NO_FIX], "nofix");
	return 0;
}

static json_t *said; /* the result of the last call */

static void call(const char *name, const char *arguments)
{
	json_t *given = arguments ? json_loads(arguments, 0, NULL) : NULL;
	const struct mcp_tool *tool = mcp_tools_find(name);

	assert_non_null(tool);
	json_decref(said);
	said = mcp_tools_call(tool, given, &world);
	json_decref(given);
}

static const char *said_text(void)
{
	return json_string_value(
		json_object_get(json_array_get(json_object_get(said, "content"), 0), "text"));
}

/* What it made, which is also said in text, and has all that its output schema requires. */
static json_t *made(const char *name, const char *arguments)
{
	json_t *structured, *again, *tool, *key, *list = mcp_tools_list();
	size_t i, k;

	call(name, arguments);
	assert_true(json_is_false(json_object_get(said, "isError")));
	structured = json_object_get(said, "structuredContent");
	assert_true(json_is_object(structured));
	again = json_loads(said_text(), 0, NULL);
	assert_true(json_equal(again, structured));
	json_decref(again);
	json_array_foreach(list, i, tool)
	{
		if (strcmp(json_string_value(json_object_get(tool, "name")), name) == 0) {
			json_array_foreach(
				json_object_get(json_object_get(tool, "outputSchema"), "required"),
				k, key)
			{
				assert_non_null(
					json_object_get(structured, json_string_value(key)));
			}
		}
	}
	json_decref(list);
	return structured;
}

static void failed(const char *name, const char *arguments, const char *why)
{
	call(name, arguments);
	assert_true(json_is_true(json_object_get(said, "isError")));
	assert_null(json_object_get(said, "structuredContent"));
	assert_string_equal(said_text(), why);
}

static const char *text_at(json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static int64_t int_at(json_t *json, const char *key)
{
	assert_true(json_is_integer(json_object_get(json, key)));
	return json_integer_value(json_object_get(json, key));
}

static bool null_at(json_t *json, const char *key)
{
	return json_is_null(json_object_get(json, key));
}

/* ---- get_utc_time ---- */

static void time_is_carried_on_from_the_last_pulse(void **state)
{
	json_t *time = made("get_utc_time", NULL);

	(void)state;
	/* The raw clock runs 10 ppm fast: 400 ms of it are 4 us less. */
	assert_int_equal(int_at(time, "utc_ns"), LABEL * S + 400 * MS - 4000);
	assert_string_equal(text_at(time, "utc"), "2026-11-20T07:19:38.399996000Z");
	assert_string_equal(text_at(time, "source"), "gps_pps");
	assert_true(json_is_true(json_object_get(time, "pps_disciplined")));
	assert_int_equal(int_at(time, "system_clock_offset_ns"), 100 * MS + 4000);
	assert_string_equal(text_at(time, "state"), "locked");
	assert_true(json_is_object(json_object_get(time, "leap")));
	assert_true(null_at(time, "doubt"));
}

static void what_the_board_stamps_late_is_added(void **state)
{
	(void)state;
	fake.segment.head.settings.pps_offset_ns = 5500;
	assert_int_equal(int_at(made("get_utc_time", NULL), "utc_ns"),
			 LABEL * S + 400 * MS - 4000 + 5500);
}

static void a_segment_of_a_stranger_is_not_believed(void **state)
{
	(void)state;
	fake.segment.owner = 1001;
	json_t *time = made("get_utc_time", NULL);

	assert_string_equal(text_at(time, "source"), "system_clock");
	assert_int_equal(int_at(time, "utc_ns"), fake.real_ns);
	assert_non_null(strstr(text_at(time, "doubt"), "belongs to user 1001"));
}

static void leap_seconds_that_nothing_confirms_are_a_doubt(void **state)
{
	(void)state;
	fake.segment.page.leap.confirmed_by = 0;
	assert_string_equal(text_at(made("get_utc_time", NULL), "doubt"),
			    "the receiver may not know the number of leap seconds yet");
}

static void its_uncertainty_is_less_where_more_is_known(void **state)
{
	(void)state;
	int64_t plain_ns = int_at(made("get_utc_time", NULL), "uncertainty_ns");

	assert_int_equal(plain_ns, 20000 + 3 * 1000 + 400);
	fake.segment.head.settings.pps_offset_ns = 5000;
	assert_int_equal(int_at(made("get_utc_time", NULL), "uncertainty_ns"), 2000 + 3000 + 400);
	fake.segment.head.settings.pps_offset_ns = 0;
	fake.segment.page.stamps.kind = PPS2SHM_SEGMENT_POLLED;
	assert_int_equal(int_at(made("get_utc_time", NULL), "uncertainty_ns"), 2000 + 3000 + 400);
	fake.segment.page.jitter_ns = 0;
	fake.segment.page.period_error_ppb = 0;
	assert_int_equal(int_at(made("get_utc_time", NULL), "uncertainty_ns"),
			 2000 + 20000 + 80000);
}

static void a_simulated_receiver_disciplines_nothing(void **state)
{
	(void)state;
	strcpy(fake.segment.page.sources[PPS2SHM_SEGMENT_PULSE].name, SIMULATED_PULSES);
	json_t *time = made("get_utc_time", NULL);

	assert_string_equal(text_at(time, "source"), "simulated");
	assert_true(json_is_false(json_object_get(time, "pps_disciplined")));
	assert_string_equal(text_at(time, "doubt"), "the receiver is simulated");
}

static void expect_system_clock(void)
{
	json_t *time = made("get_utc_time", NULL);

	assert_string_equal(text_at(time, "source"), "system_clock");
	assert_int_equal(int_at(time, "utc_ns"), fake.real_ns);
	assert_true(json_is_false(json_object_get(time, "pps_disciplined")));
	assert_true(null_at(time, "system_clock_offset_ns"));
}

static void without_pulses_the_system_clock_is_told_for_what_it_is(void **state)
{
	(void)state;
	fake.segment.page.state = CORE_NO_FIX;
	expect_system_clock();
	assert_true(null_at(json_object_get(said, "structuredContent"), "uncertainty_ns"));
	assert_string_equal(text_at(json_object_get(said, "structuredContent"), "doubt"),
			    "the system clock is not synchronised");
	fake.maxerr_us = 1500;
	expect_system_clock();
	assert_int_equal(int_at(json_object_get(said, "structuredContent"), "uncertainty_ns"),
			 1500000);
	assert_true(null_at(json_object_get(said, "structuredContent"), "doubt"));
	fake.segment.page.state = CORE_LOCKED;
	fake.segment.page.ended = 1;
	expect_system_clock();
	fake.segment_there = false;
	expect_system_clock();
	assert_string_equal(text_at(json_object_get(said, "structuredContent"), "state"), "down");
	assert_true(null_at(json_object_get(said, "structuredContent"), "leap"));
}

static void a_label_that_makes_no_sense_is_not_carried_on(void **state)
{
	struct pps2shm_segment_page *page = &fake.segment.page;

	(void)state;
	page->label_raw_ns = NOW - 10 * S;
	expect_system_clock();
	page->label_raw_ns = NOW + 1;
	expect_system_clock();
	page->label_raw_ns = INT64_MIN;
	expect_system_clock();
	page->label_raw_ns = NOW;
	page->label_utc_s = INT64_MAX;
	expect_system_clock();
	page->label_utc_s = 0;
	expect_system_clock();
	page->label_utc_s = LABEL;
	page->period_error_ppb = INT64_MIN;
	expect_system_clock();
	page->period_error_ppb = 0;
	fake.segment.head.settings.pps_offset_ns = INT64_MIN;
	expect_system_clock();
	fake.segment.head.settings.pps_offset_ns = 0;
	page->jitter_ns = INT64_MAX;
	expect_system_clock();
	page->jitter_ns = 0;
	assert_string_equal(text_at(made("get_utc_time", NULL), "source"), "gps_pps");
}

/* ---- get_ntp_status ---- */

static const char billboard[] =
	"     remote           refid      st t when poll reach   delay   offset   jitter\n"
	"===============================================================================\n"
	" SHM(0)          .GPS.            0 l    -   16    0   0.0000   0.0000   0.0001\n"
	"*SHM(1)          .PPS.            0 l    3    1  377   0.0000  -0.0006   0.0009\n"
	"+192.0.2.7       10.0.0.1         2 u   12   64   17   1.2500   0.4000   0.1000\n";

static void peers_are_those_that_ntpd_sees(void **state)
{
	(void)state;
	fake.running = "ntpd";
	fake.ntpq = billboard;
	json_t *status = made("get_ntp_status", NULL);
	json_t *peers = json_object_get(status, "peers");
	json_t *pps = json_array_get(peers, 1);

	assert_string_equal(text_at(status, "time_daemon"), "ntpd");
	assert_true(null_at(status, "peers_error"));
	assert_int_equal(json_array_size(peers), 3);
	assert_string_equal(text_at(pps, "name"), "SHM(1)");
	assert_string_equal(text_at(pps, "refid"), ".PPS.");
	assert_string_equal(text_at(pps, "reach"), "377");
	assert_string_equal(text_at(pps, "tally"), "*");
	assert_true(json_is_true(json_object_get(pps, "selected")));
	assert_true(json_is_true(json_object_get(pps, "refclock")));
	assert_true(json_real_value(json_object_get(pps, "offset_ms")) == -0.0006);
	assert_false(json_is_true(json_object_get(json_array_get(peers, 0), "selected")));
	assert_int_equal(int_at(json_array_get(peers, 2), "stratum"), 2);
	assert_int_equal(int_at(json_array_get(peers, 2), "poll_s"), 64);
	assert_true(json_is_false(json_object_get(json_array_get(peers, 2), "refclock")));
}

static void or_those_that_chronyd_sees(void **state)
{
	(void)state;
	fake.running = "chronyd";
	fake.chronyc = "#,*,PPS,0,3,377,6,0.000000123,0.000000124,0.000001\n";
	json_t *status = made("get_ntp_status", NULL);
	json_t *pps = json_array_get(json_object_get(status, "peers"), 0);

	assert_string_equal(text_at(status, "time_daemon"), "chronyd");
	assert_string_equal(text_at(pps, "name"), "PPS");
	assert_true(null_at(pps, "refid"));
	assert_true(null_at(pps, "delay_ms"));
	assert_int_equal(int_at(pps, "poll_s"), 8);
	assert_true(json_is_true(json_object_get(pps, "selected")));
}

static void what_time_daemons_say_need_not_be_text(void **state)
{
	(void)state;
	fake.running = "ntpd";
	fake.ntpq =
		"\xff"
		"SHM\x1b(1)        .\xe4PS.            0 l    3    1  377   0.0000  -0.0006   0.0009\n";
	json_t *peer = json_array_get(json_object_get(made("get_ntp_status", NULL), "peers"), 0);

	assert_string_equal(text_at(peer, "name"), "SHM?(1)");
	assert_string_equal(text_at(peer, "refid"), ".?PS.");
	assert_string_equal(text_at(peer, "tally"), "?");
	fake.ntpq = "\n \n\xff\n";
	assert_string_equal(text_at(made("get_ntp_status", NULL), "peers_error"),
			    "ntpq shows no peers of ntpd: ''");
	fake.ntpq = "\xff\n";
	assert_string_equal(text_at(made("get_ntp_status", NULL), "peers_error"),
			    "ntpq shows no peers of ntpd: '?'");
}

static const char *no_peers(void)
{
	json_t *status = made("get_ntp_status", NULL);

	assert_true(null_at(status, "time_daemon"));
	assert_int_equal(json_array_size(json_object_get(status, "peers")), 0);
	return text_at(status, "peers_error");
}

static void a_time_daemon_that_cannot_be_asked_is_no_failure(void **state)
{
	(void)state;
	assert_string_equal(no_peers(), "neither ntpd nor chronyd is running");
	fake.running = "ntpd";
	assert_string_equal(no_peers(), "ntpq is not installed");
	fake.ntpq = "";
	fake.how = DOCTOR_HUNG;
	assert_string_equal(no_peers(), "ntpq did not end in time");
	fake.how = DOCTOR_ENDED;
	fake.ntpq = "127.0.0.1: timed out\n***Request timed out\n";
	assert_string_equal(no_peers(), "ntpq shows no peers of ntpd: '127.0.0.1: timed out'");
	fake.running = "chronyd";
	fake.chronyc = "506 Cannot talk to daemon\n";
	fake.status = 1;
	assert_non_null(strstr(no_peers(), "'506 Cannot talk to daemon'"));
}

static void where_it_cannot_be_seen_which_one_runs_both_are_asked(void **state)
{
	(void)state;
	fake.running = "";
	fake.chronyc = "^,-,192.0.2.1,2,6,17,6,-0.001,-0.001,0.002\n";
	json_t *status = made("get_ntp_status", NULL);

	assert_string_equal(text_at(status, "time_daemon"), "chronyd");
	assert_true(null_at(status, "peers_error"));
}

static void the_state_is_that_of_status(void **state)
{
	(void)state;
	json_t *status = made("get_ntp_status", NULL);

	assert_string_equal(text_at(status, "state"), "locked");
	assert_true(json_is_true(json_object_get(status, "alive")));
	assert_true(json_is_object(json_object_get(status, "hardware_clock")));
	assert_int_equal(int_at(json_array_get(json_object_get(status, "ntp_units"), 0), "unit"),
			 7);
	fake.segment_there = false;
	status = made("get_ntp_status", NULL);
	assert_string_equal(text_at(status, "state"), "down");
	assert_string_equal(text_at(status, "verdict"),
			    "No daemon is running (there is no status segment).");
}

/* ---- get_pulse_history ---- */

/* Offsets 0, 1, 2 … ns; every tenth second without PPS. */
static void fill_history(int count)
{
	fake.sample_count = count;
	for (int i = 0; i < count; i++) {
		fake.samples[i] = (struct pps2shm_segment_sample){
			.utc_s = LABEL + i,
			.pps_offset_ns = i,
			.coarse_offset_ns = 5 * MS,
			.lag_ns = 120 * MS,
			.jitter_ns = 900 + i,
			.state = i % 10 ? CORE_LOCKED : CORE_NO_FIX,
			.flags = PPS2SHM_SEGMENT_HAS_LABEL | (i % 10 ? PPS2SHM_SEGMENT_HAS_PPS : 0),
		};
	}
}

static void history_is_summarised_and_its_end_listed(void **state)
{
	(void)state;
	fill_history(1000);
	json_t *history = made("get_pulse_history", "{\"seconds\":100,\"samples\":2}");
	json_t *summary = json_object_get(history, "summary");
	json_t *samples = json_object_get(history, "samples");
	json_t *pps = json_object_get(summary, "pps");
	json_t *spread = json_object_get(pps, "offset_ns");

	assert_int_equal(int_at(summary, "seconds"), 100);
	assert_string_equal(text_at(summary, "from_utc"), "2026-11-20T07:34:38.000000000Z");
	assert_string_equal(text_at(summary, "to_utc"), "2026-11-20T07:36:17.000000000Z");
	assert_int_equal(int_at(summary, "jitter_ns"), 1899);
	assert_int_equal(int_at(json_object_get(summary, "states"), "locked"), 90);
	assert_int_equal(int_at(json_object_get(summary, "states"), "nofix"), 10);
	assert_int_equal(int_at(pps, "published"), 90);
	assert_int_equal(int_at(spread, "min"), 901);
	assert_int_equal(int_at(spread, "p05"), 905);
	assert_int_equal(int_at(spread, "median"), 951);
	assert_int_equal(int_at(spread, "p95"), 995);
	assert_int_equal(int_at(spread, "max"), 999);
	assert_int_equal(int_at(json_object_get(summary, "coarse"), "published"), 0);
	assert_true(null_at(json_object_get(summary, "coarse"), "offset_ns"));
	assert_int_equal(json_array_size(samples), 2);
	assert_int_equal(int_at(json_array_get(samples, 1), "utc_s"), LABEL + 999);
	assert_int_equal(int_at(json_array_get(samples, 1), "pps_offset_ns"), 999);
	assert_true(null_at(json_array_get(samples, 1), "coarse_offset_ns"));
}

static void history_has_defaults_and_ends(void **state)
{
	(void)state;
	fill_history(PPS2SHM_SEGMENT_SAMPLES);
	json_t *history = made("get_pulse_history", NULL);

	assert_int_equal(fake.asked_for, 600);
	assert_int_equal(json_array_size(json_object_get(history, "samples")), 60);
	history = made("get_pulse_history", "{\"seconds\":3600,\"samples\":3600}");
	assert_int_equal(json_array_size(json_object_get(history, "samples")), 3600);
	history = made("get_pulse_history", "{\"samples\":0}");
	assert_int_equal(json_array_size(json_object_get(history, "samples")), 0);
	fake.sample_count = 0;
	history = made("get_pulse_history", NULL);
	assert_true(null_at(json_object_get(history, "summary"), "from_utc"));
	fill_history(1);
	fake.samples[0].utc_s = INT64_MAX;
	history = made("get_pulse_history", NULL);
	assert_true(null_at(json_object_get(history, "summary"), "from_utc"));
	fake.segment_there = false;
	failed("get_pulse_history", NULL, "no daemon is running");
}

/* ---- all ---- */

static void arguments_are_held_to_the_schema(void **state)
{
	(void)state;
	failed("get_pulse_history", "{\"seconds\":0}", "seconds must be an integer from 1 to 3600");
	failed("get_pulse_history", "{\"seconds\":3601}",
	       "seconds must be an integer from 1 to 3600");
	failed("get_pulse_history", "{\"samples\":-1}",
	       "samples must be an integer from 0 to 3600");
	failed("get_pulse_history", "{\"samples\":\"5\"}",
	       "samples must be an integer from 0 to 3600");
	failed("get_pulse_history", "{\"samples\":null}",
	       "samples must be an integer from 0 to 3600");
	failed("get_pulse_history", "{\"samples\":9223372036854775807}",
	       "samples must be an integer from 0 to 3600");
	failed("get_pulse_history", "{\"\\u001b[1m\":5}", "there is no argument '?[1m'");
	failed("get_utc_time", "{\"zone\":5}", "there is no argument 'zone'");
}

static void diagnose_tells_what_doctor_found(void **state)
{
	(void)state;
	fake.diagnosis =
		"{\"verdict\":\"ok\",\"broken\":0,\"warnings\":0,\"unknown\":0,\"first\":null,\"links\":[]}";
	assert_string_equal(text_at(made("diagnose", NULL), "verdict"), "ok");
	fake.diagnosis = NULL;
	failed("diagnose", NULL, "no root ?[1m here");
}

static void no_text_of_others_plays_tricks(void **state)
{
	(void)state;
	fake.diagnosis =
		"{\"verdict\":\"a\\u001b[2Jb\\nc\\u0000d\\u202ee\\u200bf\",\"broken\":0,\"warnings\":0,\"unknown\":0,\"first\":null,\"links\":[]}";
	assert_string_equal(text_at(made("diagnose", NULL), "verdict"), "a?[2Jb?c?d?e?f");
}

static void no_text_of_others_is_long(void **state)
{
	static char diagnosis[8 * MCP_TEXT_MAX] =
		"{\"verdict\":\"ok\",\"broken\":0,\"warnings\":0,\"unknown\":0,\"first\":null,\"links\":[{\"seen\":\"";
	const size_t begun = strlen(diagnosis);

	(void)state;
	memset(diagnosis + begun, 'x', 5 * MCP_TEXT_MAX);
	strcpy(diagnosis + begun + 5 * MCP_TEXT_MAX, "\"}]}");
	fake.diagnosis = diagnosis;
	json_t *link = json_array_get(json_object_get(made("diagnose", NULL), "links"), 0);

	assert_int_equal(json_string_length(json_object_get(link, "seen")), MCP_TEXT_MAX);
}

static int end(void **state)
{
	(void)state;
	json_decref(said);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(time_is_carried_on_from_the_last_pulse, begin),
		cmocka_unit_test_setup(what_the_board_stamps_late_is_added, begin),
		cmocka_unit_test_setup(a_segment_of_a_stranger_is_not_believed, begin),
		cmocka_unit_test_setup(leap_seconds_that_nothing_confirms_are_a_doubt, begin),
		cmocka_unit_test_setup(its_uncertainty_is_less_where_more_is_known, begin),
		cmocka_unit_test_setup(a_simulated_receiver_disciplines_nothing, begin),
		cmocka_unit_test_setup(without_pulses_the_system_clock_is_told_for_what_it_is,
				       begin),
		cmocka_unit_test_setup(a_label_that_makes_no_sense_is_not_carried_on, begin),
		cmocka_unit_test_setup(peers_are_those_that_ntpd_sees, begin),
		cmocka_unit_test_setup(or_those_that_chronyd_sees, begin),
		cmocka_unit_test_setup(what_time_daemons_say_need_not_be_text, begin),
		cmocka_unit_test_setup(a_time_daemon_that_cannot_be_asked_is_no_failure, begin),
		cmocka_unit_test_setup(where_it_cannot_be_seen_which_one_runs_both_are_asked,
				       begin),
		cmocka_unit_test_setup(the_state_is_that_of_status, begin),
		cmocka_unit_test_setup(history_is_summarised_and_its_end_listed, begin),
		cmocka_unit_test_setup(history_has_defaults_and_ends, begin),
		cmocka_unit_test_setup(arguments_are_held_to_the_schema, begin),
		cmocka_unit_test_setup(diagnose_tells_what_doctor_found, begin),
		cmocka_unit_test_setup(no_text_of_others_plays_tricks, begin),
		cmocka_unit_test_setup(no_text_of_others_is_long, begin),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
