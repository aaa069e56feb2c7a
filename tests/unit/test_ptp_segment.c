/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The segment of pps2shm-ptp: both sides of it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/clock.h"
#include "ptp/show.h"
#include "ptp/store.h"
#include "ptp_rig.h"

static char name[64], why[200];
static struct store store;
static struct pps2shm_ptp_page page;
static struct pps2shm_ptp_layout copy;
static struct error err;

static int open_it(void **state)
{
	(void)state;
	snprintf(name, sizeof(name), "/pps2shm-ptp-test-%d", getpid());
	memset(&page, 0, sizeof(page));
	page.raw_ns = raw_now_ns();
	return store_open(&store, name, "1.0", PPS2SHM_PTP_MONITOR, &err);
}

static int close_it(void **state)
{
	(void)state;
	store_close(&store, &page);
	shm_unlink(name);
	return 0;
}

static int reading(void)
{
	return pps2shm_ptp_read(name, &copy, why, sizeof(why));
}

static void what_is_written_is_read(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(reading(), -1);
	assert_string_equal(why, "the segment of pps2shm-ptp is being made");
	page.clock_count = 1;
	snprintf(page.clocks[0].address, sizeof(page.clocks[0].address), "192.0.2.1");
	assert_true(store_write(&store, &page));
	assert_int_equal(reading(), 0);
	assert_memory_equal(&copy.page, &page, sizeof(page));
	assert_string_equal(copy.head.program, "1.0");
	assert_int_equal(copy.head.parts, PPS2SHM_PTP_MONITOR);
	assert_null(pps2shm_ptp_dead(&copy, raw_now_ns()));
	assert_int_equal(fstat(store.fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void who_is_dead_is_told(void **state)
{
	(void)state;
	store_write(&store, &page);
	assert_int_equal(reading(), 0);
	assert_string_equal(pps2shm_ptp_dead(&copy, page.raw_ns + 5 * NS_PER_S),
			    "pps2shm-ptp hangs: no heartbeat for more than 5 s");
	assert_non_null(pps2shm_ptp_dead(&copy, page.raw_ns - 1));
	copy.page.ended = 1;
	assert_string_equal(pps2shm_ptp_dead(&copy, page.raw_ns), "pps2shm-ptp has ended");
	copy.page.ended = 0;
	copy.head.pid = 0x3FFFFFFF;
	assert_string_equal(pps2shm_ptp_dead(&copy, page.raw_ns), "pps2shm-ptp died unexpectedly");
}

static void nobody_there_says_what_to_do(void **state)
{
	(void)state;
	assert_int_equal(pps2shm_ptp_read("/pps2shm-ptp-none", &copy, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "systemctl start pps2shm-ptp"));
}

static void half_written_page_is_not_read(void **state)
{
	uint64_t odd = 7;

	(void)state;
	store_write(&store, &page);
	assert_int_equal(pwrite(store.fd, &odd, 8, offsetof(struct pps2shm_ptp_head, seq)), 8);
	assert_int_equal(reading(), -1);
	assert_string_equal(why, "pps2shm-ptp stopped in the middle of writing its segment");
}

static void other_version_and_cut_segment_are_told(void **state)
{
	uint32_t version = 2;

	(void)state;
	store_write(&store, &page);
	assert_int_equal(pwrite(store.fd, &version, 4, offsetof(struct pps2shm_ptp_head, version)),
			 4);
	assert_int_equal(reading(), -1);
	assert_non_null(strstr(why, "has version 2"));
	assert_int_equal(ftruncate(store.fd, 1000), 0);
	assert_int_equal(reading(), -1);
	assert_false(store_write(&store, &page)); /* and is not made to look whole */
}

static void removed_segment_is_noticed(void **state)
{
	(void)state;
	assert_true(store_write(&store, &page));
	shm_unlink(name);
	assert_false(store_write(&store, &page));
}

static void hostile_page_is_read_in_range(void **state)
{
	(void)state;
	memset(&page, 0xFF, sizeof(page));
	store_write(&store, &page);
	assert_int_equal(reading(), 0);
	assert_true(copy.page.clock_count <= PPS2SHM_PTP_CLOCKS);
	assert_true(copy.page.unit.state < PPS2SHM_PTP_UNIT_STATES);
	for (int i = 0; i < PPS2SHM_PTP_CLOCKS; i++) {
		assert_true(copy.page.clocks[i].stamp < PPS2SHM_PTP_STAMPS);
		assert_int_equal(strlen(copy.page.clocks[i].why),
				 sizeof(copy.page.clocks[i].why) - 1);
		assert_int_equal(copy.page.clocks[i].why[0], '?');
	}
}

static void second_daemon_is_refused(void **state)
{
	struct store second;

	(void)state;
	store_write(&store, &page);
	assert_int_equal(store_open(&second, name, "1.0", 0, &err), -1);
	assert_int_equal(errno, EBUSY);
	assert_non_null(strstr(err.text, "is running (pid "));
}

static void what_a_dead_one_left_is_replaced_even_if_somebody_locks_it(void **state)
{
	struct store second;
	int reader;

	(void)state;
	page.raw_ns = 1; /* its heart stopped long ago */
	store_write(&store, &page);
	close(store.fd);
	store.fd = -1;
	reader = shm_open(name, O_RDONLY, 0);
	assert_int_equal(flock(reader, LOCK_EX), 0);
	assert_int_equal(store_open(&second, name, "1.0", 0, &err), 0);
	close(reader);
	store_close(&second, &page);
	assert_int_equal(reading(), -1);
}

static void folder_in_its_place_is_told(void **state)
{
	char path[80];
	struct store other;

	(void)state;
	snprintf(path, sizeof(path), "/dev/shm%s-folder", name);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(store_open(&other, path + strlen("/dev/shm"), "1.0", 0, &err), -1);
	assert_int_not_equal(errno, EBUSY);
	rmdir(path);
	assert_int_equal(store_open(&other, "no-slash", "1.0", 0, &err), -1);
	assert_int_equal(errno, EINVAL);
}

static void table_is_shown_followed_clocks_first(void **state)
{
	static struct ptp_clocks clocks;
	static struct feed feed;
	static struct groups groups;
	struct master fresh = MASTER(1), followed = MASTER(2);

	(void)state;
	clocks_init(&clocks);
	feed_init(&feed, false, 7);
	groups.interfaces[0] = (struct groups_interface){.index = 2, .name = "eth0"};
	say_announce(&clocks, &fresh, NS_PER_S);
	for (int i = 0; i < 5; i++) {
		struct ptp_taken taken = say_announce(&clocks, &followed, (i + 1) * NS_PER_S);

		feed_taken(&feed, &clocks, &taken);
		taken = say_sync(&clocks, &followed, (i + 1) * NS_PER_S + NS_PER_MS);
		feed_taken(&feed, &clocks, &taken);
	}
	clocks_tick(&clocks, 6 * NS_PER_S);
	show_clocks(&page, &clocks, &feed, &groups);
	assert_int_equal(page.clock_count, 2);
	assert_int_equal(page.clocks[0].state, PPS2SHM_PTP_FOLLOWED | PPS2SHM_PTP_ANNOUNCED |
						       PPS2SHM_PTP_TWO_STEP | PPS2SHM_PTP_OFFSET);
	assert_int_equal(page.clocks[0].offset_ns, -20000);
	assert_string_equal(page.clocks[0].address, "10.0.0.2");
	assert_string_equal(page.clocks[0].interface, "eth0");
	assert_int_equal(page.clocks[0].identity[0], 0x11);
	assert_int_equal(page.clocks[0].identity[7], 2);
	assert_int_equal(page.clocks[1].state, PPS2SHM_PTP_ANNOUNCED);
	assert_int_equal(page.packets, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read, open_it, close_it),
		cmocka_unit_test_setup_teardown(who_is_dead_is_told, open_it, close_it),
		cmocka_unit_test(nobody_there_says_what_to_do),
		cmocka_unit_test_setup_teardown(half_written_page_is_not_read, open_it, close_it),
		cmocka_unit_test_setup_teardown(other_version_and_cut_segment_are_told, open_it,
						close_it),
		cmocka_unit_test_setup_teardown(removed_segment_is_noticed, open_it, close_it),
		cmocka_unit_test_setup_teardown(hostile_page_is_read_in_range, open_it, close_it),
		cmocka_unit_test_setup_teardown(second_daemon_is_refused, open_it, close_it),
		cmocka_unit_test_setup_teardown(
			what_a_dead_one_left_is_replaced_even_if_somebody_locks_it, open_it,
			close_it),
		cmocka_unit_test_setup_teardown(folder_in_its_place_is_told, open_it, close_it),
		cmocka_unit_test_setup_teardown(table_is_shown_followed_clocks_first, open_it,
						close_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
