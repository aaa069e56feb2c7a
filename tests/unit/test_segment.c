/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "segment_fixture.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/said.h"

/* A daemon that dies without closing; its segment showed a heartbeat of long ago. */
static void leave_stale_segment(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		update_at(create(), 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void readers_see_what_was_written(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct core_status status = {
		.state = CORE_HOLDOVER,
		.label_utc_s = 1767225600,
		.label_raw_ns = 77,
		.lag_learned = true,
		.lag_ns = 130000000,
		.clock_sync = true,
		.clock_witness = true,
		.receiver = {.fix = true, .satellites_used = 9, .talker = "GN"},
		.pulses = 5,
		.rejects[CORE_GLITCH] = 3,
	};
	struct segment_extra extra = {
		.raw_ns = 12,
		.real_ns = 34,
		.foreign = 5,
		.unpaired = 6,
		.stamps = {.count = {7, 8, 9}, .width_ns = 10, .bias_ns = -11, .kind = 1},
		.units[CORE_PPS] = {.unit = 1, .writable = 1, .consumed_raw_ns = 11},
		.sources[PPS2SHM_SEGMENT_SERIAL] = {.configured = 1, .name = "/dev/serial0"},
	};
	struct core_sample sample = {CORE_PPS, 12, 1000, 990, 0, -20};

	(void)state;
	segment_sample(segment, &sample);
	segment_update(segment, &status, &extra);
	struct pps2shm_segment_snapshot seen = read_segment(reader);

	assert_string_equal(seen.head.program, "1.2 (test)");
	assert_int_equal(seen.head.pid, getpid());
	assert_string_equal(seen.head.state_names[seen.page.state], core_state_name(CORE_HOLDOVER));
	assert_string_equal(seen.head.cause_names[CORE_GLITCH], core_cause_name(CORE_GLITCH));
	assert_int_equal(seen.page.rejects[CORE_GLITCH], 3);
	assert_int_equal(seen.page.label_utc_s, 1767225600);
	assert_int_equal(seen.page.label_raw_ns, 77);
	assert_int_equal(seen.page.lag_ns, 130000000);
	assert_int_equal(seen.page.lag_learned, 1);
	assert_int_equal(seen.page.clock_sync,
			 PPS2SHM_SEGMENT_SYNC_SAID | PPS2SHM_SEGMENT_SYNC_SEEN);
	assert_int_equal(seen.page.raw_ns, 12);
	assert_int_equal(seen.page.foreign, 5);
	assert_int_equal(seen.page.unpaired, 6);
	assert_int_equal(seen.page.stamps.count[PPS2SHM_SEGMENT_POLLED], 9);
	assert_int_equal(seen.page.stamps.width_ns, 10);
	assert_int_equal(seen.page.stamps.bias_ns, -11);
	assert_int_equal(seen.page.stamps.kind, PPS2SHM_SEGMENT_CORRECTED);
	assert_int_equal(seen.page.receiver.satellites_used, 9);
	assert_string_equal(seen.page.receiver.talker, "GN");
	assert_int_equal(seen.page.units[CORE_PPS].unit, 1);
	assert_int_equal(seen.page.units[CORE_PPS].clock_ns, 1000);
	assert_int_equal(seen.page.units[CORE_PPS].precision, -20);
	assert_string_equal(seen.page.sources[PPS2SHM_SEGMENT_SERIAL].name, "/dev/serial0");
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void what_is_known_of_the_leap_seconds_is_shown(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct segment_extra extra = {.raw_ns = 12};
	struct core_status status = {
		.frames = 77,
		.receiver = {.jamming = SAID_SOME, .spoofing = SAID_MUCH},
		.leap = {.by = CORE_LEAP_BY_LIST,
			 .said_by = SAID_CASIC,
			 .unknown = true,
			 .withheld = true,
			 .corrected = true,
			 .count = 18,
			 .sure_raw_ns = 333,
			 .leap = -1,
			 .leap_utc_s = 444},
	};

	(void)state;
	segment_update(segment, &status, &extra);

	struct pps2shm_segment_page seen = read_segment(reader).page;

	assert_int_equal(seen.frames, 77);
	assert_int_equal(seen.receiver.jamming, 2);
	assert_int_equal(seen.receiver.spoofing, 3);
	assert_int_equal(seen.leap.confirmed_by, 3);
	assert_int_equal(seen.leap.said_by, SAID_CASIC);
	assert_int_equal(seen.leap.unknown, 1);
	assert_int_equal(seen.leap.withheld, 1);
	assert_int_equal(seen.leap.corrected, 1);
	assert_int_equal(seen.leap.count_s, 18);
	assert_int_equal(seen.leap.sure_raw_ns, 333);
	assert_int_equal(seen.leap.leap, -1);
	assert_int_equal(seen.leap.leap_utc_s, 444);
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void every_state_and_cause_has_a_name_that_fits(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct pps2shm_segment_snapshot seen = read_segment(reader);

	(void)state;
	for (int i = 0; i < CORE_STATES; i++) {
		assert_string_equal(seen.head.state_names[i], core_state_name((enum core_state)i));
	}
	for (int i = 0; i < CORE_CAUSES; i++) {
		assert_string_equal(seen.head.cause_names[i], core_cause_name((enum core_cause)i));
	}
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void readers_see_what_the_time_logic_goes_by(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct pps2shm_segment_settings seen = read_segment(reader).head.settings;

	(void)state;
	assert_int_equal(seen.pivot_utc_s, 1924992000);
	assert_int_equal(seen.agree, 5);
	assert_int_equal(seen.relabel_hold_ns, 61);
	assert_int_equal(seen.holdover_ns, 31);
	assert_int_equal(seen.pps_offset_ns, -7);
	assert_int_equal(seen.configured_lag_ns, 8);
	assert_int_equal(seen.clear_edge, 1);
	assert_int_equal(seen.leap_known_until_utc_s, 1940544000);
	assert_int_equal(seen.leap_utc_s, 1940630400);
	assert_int_equal(seen.leap, -1);
	assert_int_equal(seen.leap_count_s, 19);
	assert_int_equal(seen.time_leap, 1);
	assert_int_equal(seen.leap_corrected, 1);
	/* Alone of all this, it may change. */
	segment_trace(segment, &(struct event){.type = EVENT_OFFSET, .offset = {-9}});
	seen = read_segment(reader).head.settings;
	assert_int_equal(seen.pps_offset_ns, -9);
	assert_int_equal(seen.configured_lag_ns, 8);
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void all_users_may_read_it_whatever_the_umask(void **state)
{
	mode_t old = umask(077);
	struct segment *segment = create();
	struct stat st;
	int fd = shm_open(name, O_RDONLY, 0);

	(void)state;
	umask(old);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_size, sizeof(struct pps2shm_segment_layout));
	close(fd);
	segment_close(segment);
}

static void a_second_daemon_is_refused_and_told_the_pid(void **state)
{
	struct segment *segment = create();
	struct error err = {""};
	char pid[32];

	(void)state;
	snprintf(pid, sizeof(pid), "(pid %d)", getpid());
	assert_null(segment_create(name, "second", &segment_config, &err));
	assert_non_null(strstr(err.text, pid));
	/* ... and the first one's segment is whole. */
	struct pps2shm_segment *reader = open_segment();

	assert_string_equal(read_segment(reader).head.program, "1.2 (test)");
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void what_a_dead_daemon_left_is_taken_over(void **state)
{
	(void)state;
	leave_stale_segment();
	struct pps2shm_segment *before = open_segment();

	struct pps2shm_segment_snapshot seen = read_segment(before);

	assert_string_equal(pps2shm_segment_dead(&seen, raw_now()), "the daemon died unexpectedly");
	struct segment *segment = create();

	/* Who kept the old one open sees the new one. */
	assert_int_equal(read_segment(before).head.pid, getpid());
	pps2shm_segment_close(before);
	segment_close(segment);
}

static void a_readers_lock_on_a_dead_segment_stops_nobody(void **state)
{
	(void)state;
	leave_stale_segment();
	int fd = shm_open(name, O_RDONLY, 0);

	assert_int_equal(flock(fd, LOCK_SH), 0);
	segment_close(create());
	close(fd);
}

static void an_orderly_end_removes_the_segment_and_says_so_to_its_readers(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();

	(void)state;
	update_at(segment, raw_now());
	struct pps2shm_segment_snapshot seen = read_segment(reader);

	assert_null(pps2shm_segment_dead(&seen, raw_now()));
	segment_close(segment);
	seen = read_segment(reader);
	assert_string_equal(pps2shm_segment_dead(&seen, raw_now()), "the daemon has ended");
	assert_null(pps2shm_segment_open(name, why, sizeof(why)));
	assert_non_null(strstr(why, "no daemon is running"));
	pps2shm_segment_close(reader);
}

static void a_daemon_that_hangs_is_told_from_its_heartbeat(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();

	(void)state;
	update_at(segment, 1000000000);
	struct pps2shm_segment_snapshot seen = read_segment(reader);

	assert_null(pps2shm_segment_dead(&seen, 5000000000));
	assert_non_null(strstr(pps2shm_segment_dead(&seen, 6000000001), "hangs"));
	assert_non_null(strstr(pps2shm_segment_dead(&seen, 999999999), "hangs"));
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void bad_names_are_refused(void **state)
{
	struct error err;

	(void)state;
	assert_null(segment_create("pps2shm", "", &segment_config, &err));
	assert_null(segment_create("/", "", &segment_config, &err));
	assert_null(segment_create("/a/b", "", &segment_config, &err));
	assert_non_null(strstr(err.text, "status segment name '/a/b'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_see_what_was_written),
		cmocka_unit_test(what_is_known_of_the_leap_seconds_is_shown),
		cmocka_unit_test(every_state_and_cause_has_a_name_that_fits),
		cmocka_unit_test(readers_see_what_the_time_logic_goes_by),
		cmocka_unit_test(all_users_may_read_it_whatever_the_umask),
		cmocka_unit_test(a_second_daemon_is_refused_and_told_the_pid),
		cmocka_unit_test(what_a_dead_daemon_left_is_taken_over),
		cmocka_unit_test(a_readers_lock_on_a_dead_segment_stops_nobody),
		cmocka_unit_test(an_orderly_end_removes_the_segment_and_says_so_to_its_readers),
		cmocka_unit_test(a_daemon_that_hangs_is_told_from_its_heartbeat),
		cmocka_unit_test(bad_names_are_refused),
	};

	snprintf(name, sizeof(name), "/pps2shm-test-%d", getpid());
	return cmocka_run_group_tests(tests, NULL, remove_segment);
}
