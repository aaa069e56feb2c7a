/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/clock.h"
#include "ptp/nqptp_region.h"

static struct nqptp_region region;
static struct error err;
static char name[40];

static int set_up(void **state)
{
	(void)state;
	snprintf(name, sizeof(name), "/nqptp-test-%d", (int)getpid());
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	shm_unlink(name);
	return 0;
}

/* As other programs see it. */
static int look(unsigned char bytes[100], struct stat *st)
{
	int fd = shm_open(name, O_RDONLY, 0);
	int n = -1;

	if (fd >= 0) {
		n = (int)pread(fd, bytes, 100, 0);
		fstat(fd, st);
		close(fd);
	}
	return n;
}

static void the_region_is_as_described(void **state)
{
	const struct nqptp_set set = {0x0102030405060708, 2, (uint64_t)-3, 4};
	unsigned char bytes[100];
	struct stat st;

	(void)state;
	mode_t before = umask(077);

	assert_int_equal(nqptp_region_open(&region, name, &err), 0);
	umask(before);
	assert_int_equal(look(bytes, &st), 72);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(bytes[0] | bytes[1] << 8, 10);
	for (int i = 2; i < 72; i++) {
		assert_int_equal(bytes[i], 0);
	}
	nqptp_region_write(&region, &set);
	look(bytes, &st);
	assert_memory_equal(bytes + 8, &set, 32);
	assert_memory_equal(bytes + 40, &set, 32);
	nqptp_region_close(&region);
}

static void at_the_end_its_readers_see_that(void **state)
{
	unsigned char bytes[100];
	struct stat st;
	uint16_t version;

	(void)state;
	assert_int_equal(nqptp_region_open(&region, name, &err), 0);
	nqptp_region_write(&region, &(struct nqptp_set){1, 2, 3, 4});
	int fd = shm_open(name, O_RDONLY, 0);

	nqptp_region_close(&region);
	assert_int_equal(pread(fd, &version, sizeof(version), 0), sizeof(version));
	assert_int_equal(version, 0);
	assert_int_equal(pread(fd, bytes, 72, 0), 72);
	assert_int_equal(bytes[8] | bytes[40], 0);
	close(fd);
	assert_int_equal(look(bytes, &st), -1);
}

/* Somebody else's region, with what it says of the time of its last write. */
static struct nqptp_layout *plant(int64_t written_ns)
{
	int fd = shm_open(name, O_RDWR | O_CREAT, 0644);
	struct nqptp_layout *layout;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, sizeof(*layout)), 0);
	layout = mmap(NULL, sizeof(*layout), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(layout, MAP_FAILED);
	close(fd);
	layout->main.local_time = (uint64_t)written_ns;
	layout->main.master_clock_id = 7;
	return layout;
}

static void what_a_dead_one_left_is_taken_over(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct nqptp_layout *left =
			plant(raw_now_ns() + (i - 1) * 100 * NS_PER_S - NS_PER_S);

		assert_int_equal(nqptp_region_open(&region, name, &err), 0);
		assert_int_equal(left->main.master_clock_id, 0);
		assert_int_equal(left->version, 10);
		nqptp_region_close(&region);
		munmap(left, sizeof(*left));
	}
}

static atomic_bool stop;

static void *write_on(void *layout)
{
	while (!stop) {
		((volatile struct nqptp_layout *)layout)->main.local_time = (uint64_t)raw_now_ns();
		usleep(125000);
	}
	return NULL;
}

static void one_that_another_program_writes_is_left_alone(void **state)
{
	struct nqptp_layout *theirs = plant(raw_now_ns());
	pthread_t writer;

	(void)state;
	stop = false;
	assert_int_equal(pthread_create(&writer, NULL, write_on, theirs), 0);
	int rc = nqptp_region_open(&region, name, &err);

	stop = true;
	pthread_join(writer, NULL);
	assert_int_equal(rc, -1);
	assert_null(region.layout);
	assert_non_null(strstr(err.text, "another program writes it"));
	assert_int_equal(theirs->main.master_clock_id, 7);
	munmap(theirs, sizeof(*theirs));
}

static void one_that_our_own_writes_is_left_alone(void **state)
{
	struct nqptp_region second;

	(void)state;
	assert_int_equal(nqptp_region_open(&region, name, &err), 0);
	assert_int_equal(nqptp_region_open(&second, name, &err), -1);
	assert_non_null(strstr(err.text, "another pps2shm-ptp"));
	nqptp_region_close(&region);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_region_is_as_described),
		TEST(at_the_end_its_readers_see_that),
		TEST(what_a_dead_one_left_is_taken_over),
		TEST(one_that_another_program_writes_is_left_alone),
		TEST(one_that_our_own_writes_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
