/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sinks/board.h"

static char name[64];
static char why[400];

static int64_t raw_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static struct board *create(void)
{
	struct error err = {""};
	struct board *board = board_create(name, "1.2 (test)", &err);

	if (!board) {
		fail_msg("%s", err.text);
	}
	return board;
}

static struct pps2shm_board *open_board(void)
{
	struct pps2shm_board *reader = pps2shm_board_open(name, why, sizeof(why));

	if (!reader) {
		fail_msg("%s", why);
	}
	return reader;
}

static struct pps2shm_board_snapshot read_board(struct pps2shm_board *reader)
{
	struct pps2shm_board_snapshot snapshot;

	if (pps2shm_board_read(reader, &snapshot, why, sizeof(why))) {
		fail_msg("%s", why);
	}
	return snapshot;
}

static void update_at(struct board *board, int64_t raw_ns)
{
	struct core_status status = {.state = CORE_LOCKED};
	struct board_extra extra = {.raw_ns = raw_ns};

	board_update(board, &status, &extra);
}

/* A daemon that dies without closing; its board showed a heartbeat of long ago. */
static void leave_stale_board(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		update_at(create(), 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int remove_board(void **state)
{
	(void)state;
	shm_unlink(name);
	return 0;
}

static void readers_see_what_was_written(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	struct core_status status = {
		.state = CORE_HOLDOVER,
		.label_utc_s = 1767225600,
		.label_raw_ns = 77,
		.lag_learned = true,
		.lag_ns = 130000000,
		.clock_sync = true,
		.receiver = {.fix = true, .satellites_used = 9, .talker = "GN"},
		.pulses = 5,
		.rejects[CORE_GLITCH] = 3,
	};
	struct board_extra extra = {
		.raw_ns = 12,
		.real_ns = 34,
		.units[CORE_PPS] = {.unit = 1, .writable = 1, .consumed_raw_ns = 11},
		.sources[PPS2SHM_BOARD_SERIAL] = {.configured = 1, .name = "/dev/serial0"},
	};
	struct core_sample sample = {CORE_PPS, 12, 1000, 990, 0, -20};

	(void)state;
	board_sample(board, &sample);
	board_update(board, &status, &extra);
	struct pps2shm_board_snapshot seen = read_board(reader);

	assert_string_equal(seen.head.program, "1.2 (test)");
	assert_int_equal(seen.head.pid, getpid());
	assert_string_equal(seen.head.state_names[seen.page.state], core_state_name(CORE_HOLDOVER));
	assert_string_equal(seen.head.cause_names[CORE_GLITCH], core_cause_name(CORE_GLITCH));
	assert_int_equal(seen.page.rejects[CORE_GLITCH], 3);
	assert_int_equal(seen.page.label_utc_s, 1767225600);
	assert_int_equal(seen.page.label_raw_ns, 77);
	assert_int_equal(seen.page.lag_ns, 130000000);
	assert_int_equal(seen.page.lag_learned, 1);
	assert_int_equal(seen.page.raw_ns, 12);
	assert_int_equal(seen.page.receiver.satellites_used, 9);
	assert_string_equal(seen.page.receiver.talker, "GN");
	assert_int_equal(seen.page.units[CORE_PPS].unit, 1);
	assert_int_equal(seen.page.units[CORE_PPS].clock_ns, 1000);
	assert_int_equal(seen.page.units[CORE_PPS].precision, -20);
	assert_string_equal(seen.page.sources[PPS2SHM_BOARD_SERIAL].name, "/dev/serial0");
	pps2shm_board_close(reader);
	board_close(board);
}

static void every_state_and_cause_has_a_name_that_fits(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	struct pps2shm_board_snapshot seen = read_board(reader);

	(void)state;
	for (int i = 0; i < CORE_STATES; i++) {
		assert_string_equal(seen.head.state_names[i], core_state_name((enum core_state)i));
	}
	for (int i = 0; i < CORE_CAUSES; i++) {
		assert_string_equal(seen.head.cause_names[i], core_cause_name((enum core_cause)i));
	}
	pps2shm_board_close(reader);
	board_close(board);
}

static void all_users_may_read_it_whatever_the_umask(void **state)
{
	mode_t old = umask(077);
	struct board *board = create();
	struct stat st;
	int fd = shm_open(name, O_RDONLY, 0);

	(void)state;
	umask(old);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_size, sizeof(struct pps2shm_board_layout));
	close(fd);
	board_close(board);
}

static void a_second_daemon_is_refused_and_told_the_pid(void **state)
{
	struct board *board = create();
	struct error err = {""};
	char pid[32];

	(void)state;
	snprintf(pid, sizeof(pid), "(pid %d)", getpid());
	assert_null(board_create(name, "second", &err));
	assert_non_null(strstr(err.text, pid));
	/* ... and the first one's board is whole. */
	struct pps2shm_board *reader = open_board();

	assert_string_equal(read_board(reader).head.program, "1.2 (test)");
	pps2shm_board_close(reader);
	board_close(board);
}

static void what_a_dead_daemon_left_is_taken_over(void **state)
{
	(void)state;
	leave_stale_board();
	struct pps2shm_board *before = open_board();

	struct pps2shm_board_snapshot seen = read_board(before);

	assert_string_equal(pps2shm_board_dead(&seen, raw_now()), "the daemon died without a word");
	struct board *board = create();

	/* Who kept the old one open sees the new one. */
	assert_int_equal(read_board(before).head.pid, getpid());
	pps2shm_board_close(before);
	board_close(board);
}

static void a_readers_lock_on_a_dead_board_stops_nobody(void **state)
{
	(void)state;
	leave_stale_board();
	int fd = shm_open(name, O_RDONLY, 0);

	assert_int_equal(flock(fd, LOCK_SH), 0);
	board_close(create());
	close(fd);
}

static void an_orderly_end_removes_the_board_and_says_so_to_its_readers(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();

	(void)state;
	update_at(board, raw_now());
	struct pps2shm_board_snapshot seen = read_board(reader);

	assert_null(pps2shm_board_dead(&seen, raw_now()));
	board_close(board);
	seen = read_board(reader);
	assert_string_equal(pps2shm_board_dead(&seen, raw_now()), "the daemon has ended");
	assert_null(pps2shm_board_open(name, why, sizeof(why)));
	assert_non_null(strstr(why, "no daemon is running"));
	pps2shm_board_close(reader);
}

static void a_daemon_that_hangs_is_told_from_its_heartbeat(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();

	(void)state;
	update_at(board, 1000000000);
	struct pps2shm_board_snapshot seen = read_board(reader);

	assert_null(pps2shm_board_dead(&seen, 5000000000));
	assert_non_null(strstr(pps2shm_board_dead(&seen, 6000000001), "hangs"));
	assert_non_null(strstr(pps2shm_board_dead(&seen, 999999999), "hangs"));
	pps2shm_board_close(reader);
	board_close(board);
}

static void bad_names_are_refused(void **state)
{
	struct error err;

	(void)state;
	assert_null(board_create("pps2shm", "", &err));
	assert_null(board_create("/", "", &err));
	assert_null(board_create("/a/b", "", &err));
	assert_non_null(strstr(err.text, "board name '/a/b'"));
}

/* A board whose writer damaged the bytes at an offset. */
static void check_refused(size_t at, const void *bytes, size_t len, off_t size, const char *text)
{
	struct board *board = create();
	int fd = shm_open(name, O_RDWR, 0);

	assert_int_equal(pwrite(fd, bytes, len, (off_t)at), len);
	if (size >= 0) {
		assert_int_equal(ftruncate(fd, size), 0);
	}
	assert_null(pps2shm_board_open_fd(dup(fd), why, sizeof(why)));
	/* Only its writer can cut a board, and this one goes on to write. */
	assert_int_equal(ftruncate(fd, sizeof(struct pps2shm_board_layout)), 0);
	close(fd);
	if (!strstr(why, text)) {
		fail_msg("'%s' does not say '%s'", why, text);
	}
	board_close(board);
}

static void foreign_and_damaged_boards_are_refused_by_name(void **state)
{
	const uint32_t version = 99;
	const uint64_t size = 7;

	(void)state;
	check_refused(0, "ELF", 3, -1, "no board of pps2shm");
	check_refused(0, "", 1, -1, "being made");
	check_refused(8, &version, sizeof(version), -1, "version 99");
	check_refused(16, &size, sizeof(size), -1, "7 bytes");
	check_refused(0, "P", 1, 100, "cut short");
	check_refused(0, "P", 1, 0, "cut short");
}

static void a_board_cut_short_while_open_is_an_error(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	struct pps2shm_board_snapshot snapshot;
	struct pps2shm_board_sample samples[4];
	int fd = shm_open(name, O_RDWR, 0);

	(void)state;
	update_at(board, 1);
	update_at(board, 2000000000);
	assert_int_equal(ftruncate(fd, 2000), 0);
	assert_int_equal(pps2shm_board_read(reader, &snapshot, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "cut short"));
	assert_int_equal(pps2shm_board_samples(reader, samples, 4, why, sizeof(why)), -1);
	assert_int_equal(ftruncate(fd, sizeof(struct pps2shm_board_layout)), 0);
	close(fd);
	pps2shm_board_close(reader);
	board_close(board);
}

static void hostile_text_cannot_reach_a_terminal(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	struct core_status status = {0};
	struct board_extra extra = {.raw_ns = 1};

	(void)state;
	memset(extra.sources[0].name, '\x1b', sizeof(extra.sources[0].name));
	board_update(board, &status, &extra);
	struct pps2shm_board_snapshot seen = read_board(reader);

	assert_int_equal(strlen(seen.page.sources[0].name), sizeof(seen.page.sources[0].name) - 1);
	assert_int_equal(seen.page.sources[0].name[0], '?');
	pps2shm_board_close(reader);
	board_close(board);
}

static void a_writer_that_died_while_writing_is_an_error_not_a_wait(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	struct pps2shm_board_snapshot snapshot;
	const uint64_t odd = 5;
	int fd = shm_open(name, O_RDWR, 0);

	(void)state;
	assert_int_equal(
		pwrite(fd, &odd, sizeof(odd), offsetof(struct pps2shm_board_head, page_seq)),
		sizeof(odd));
	assert_int_equal(pps2shm_board_read(reader, &snapshot, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "in the middle of writing"));
	close(fd);
	pps2shm_board_close(reader);
	board_close(board);
}

struct hammer {
	struct board *board;
	atomic_bool stop;
};

static void *hammer_write(void *arg)
{
	struct hammer *hammer = arg;

	for (int64_t k = 1; !atomic_load(&hammer->stop); k++) {
		struct core_status status = {.label_utc_s = k, .bytes = (uint64_t)k};
		struct board_extra extra = {.raw_ns = k};

		status.rejects[CORE_CAUSES - 1] = (uint64_t)k;
		extra.sources[PPS2SHM_BOARD_SOURCES - 1].losses = (uint64_t)k;
		board_update(hammer->board, &status, &extra);
	}
	return NULL;
}

static void a_torn_page_never_gets_out(void **state)
{
	struct hammer hammer = {.board = create()};
	struct pps2shm_board *reader = open_board();
	struct pps2shm_board_snapshot seen;
	pthread_t writer;
	int whole = 0;

	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, hammer_write, &hammer), 0);
	for (int i = 0; i < 20000; i++) {
		/* A writer without pause may leave no gap for a while: an error, never a mix. */
		if (pps2shm_board_read(reader, &seen, why, sizeof(why))) {
			continue;
		}
		const struct pps2shm_board_page *page = &seen.page;

		whole += page->label_utc_s > 0;
		assert_int_equal(page->bytes, page->label_utc_s);
		assert_int_equal(page->rejects[CORE_CAUSES - 1], page->label_utc_s);
		assert_int_equal(page->sources[PPS2SHM_BOARD_SOURCES - 1].losses,
				 page->label_utc_s);
		if (whole > 2000) {
			break;
		}
	}
	atomic_store(&hammer.stop, true);
	pthread_join(writer, NULL);
	assert_true(whole > 0);
	pps2shm_board_close(reader);
	board_close(hammer.board);
}

static void the_ring_holds_one_entry_for_each_second(void **state)
{
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	struct pps2shm_board_sample samples[4];
	struct core_sample pps = {CORE_PPS, 1, 1500, 1000, 0, -20};
	struct core_sample coarse = {CORE_COARSE, 1, 1000, 1700, 0, -1};

	(void)state;
	board_sample(board, &pps);
	update_at(board, 1100000000);
	board_sample(board, &coarse);
	update_at(board, 1900000000); /* the same second: no new entry */
	update_at(board, 2100000000);
	assert_int_equal(pps2shm_board_samples(reader, samples, 4, why, sizeof(why)), 2);
	assert_int_equal(samples[0].flags, PPS2SHM_BOARD_HAS_PPS);
	assert_int_equal(samples[0].pps_offset_ns, 500);
	assert_int_equal(samples[1].flags, PPS2SHM_BOARD_HAS_COARSE);
	assert_int_equal(samples[1].coarse_offset_ns, -700);
	assert_int_equal(samples[1].state, CORE_LOCKED);
	assert_int_equal(samples[1].index, 1);
	pps2shm_board_close(reader);
	board_close(board);
}

static void the_ring_keeps_the_last_hour(void **state)
{
	static struct pps2shm_board_sample samples[PPS2SHM_BOARD_SAMPLES];
	struct board *board = create();
	struct pps2shm_board *reader = open_board();
	const int seconds = 2 * PPS2SHM_BOARD_SAMPLES + 100;

	(void)state;
	for (int64_t i = 1; i <= seconds; i++) {
		update_at(board, i * 1000000000);
	}
	int n = pps2shm_board_samples(reader, samples, PPS2SHM_BOARD_SAMPLES, why, sizeof(why));

	/* The oldest may just be being overwritten: it is not given out. */
	assert_int_equal(n, PPS2SHM_BOARD_SAMPLES - 1);
	for (int i = 0; i < n; i++) {
		assert_int_equal(samples[i].raw_ns, (seconds - n + 1 + i) * INT64_C(1000000000));
	}
	assert_int_equal(pps2shm_board_samples(reader, samples, 2, why, sizeof(why)), 2);
	assert_int_equal(samples[1].raw_ns, seconds * INT64_C(1000000000));
	pps2shm_board_close(reader);
	board_close(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_see_what_was_written),
		cmocka_unit_test(every_state_and_cause_has_a_name_that_fits),
		cmocka_unit_test(all_users_may_read_it_whatever_the_umask),
		cmocka_unit_test(a_second_daemon_is_refused_and_told_the_pid),
		cmocka_unit_test(what_a_dead_daemon_left_is_taken_over),
		cmocka_unit_test(a_readers_lock_on_a_dead_board_stops_nobody),
		cmocka_unit_test(an_orderly_end_removes_the_board_and_says_so_to_its_readers),
		cmocka_unit_test(a_daemon_that_hangs_is_told_from_its_heartbeat),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(foreign_and_damaged_boards_are_refused_by_name),
		cmocka_unit_test(a_board_cut_short_while_open_is_an_error),
		cmocka_unit_test(hostile_text_cannot_reach_a_terminal),
		cmocka_unit_test(a_writer_that_died_while_writing_is_an_error_not_a_wait),
		cmocka_unit_test(a_torn_page_never_gets_out),
		cmocka_unit_test(the_ring_holds_one_entry_for_each_second),
		cmocka_unit_test(the_ring_keeps_the_last_hour),
	};

	snprintf(name, sizeof(name), "/pps2shm-test-%d", getpid());
	return cmocka_run_group_tests(tests, NULL, remove_board);
}
