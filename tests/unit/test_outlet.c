/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Samples into real segments, in an IPC namespace of its own; the reader is the library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "common/log.h"
#include "ntpshm/ntpshm.h"
#include "outlets/outlet.h"
#include "private_ipc.h"
#include "scratch.h"

#define UNIT 2

static struct outlet outlet;
static struct ntpshm *ntpd;

static const struct core_sample sample = {
	.unit = CORE_PPS,
	.clock_ns = INT64_C(1800000000000000000),
	.receive_ns = INT64_C(1800000000000123456),
	.leap = 1,
	.precision = -20,
};

static void remove_segment(void)
{
	struct ntpshm_info info;

	if (ntpshm_stat(UNIT, &info, NULL) == 0) {
		assert_int_equal(shmctl(info.id, IPC_RMID, NULL), 0);
	}
}

static int set_up(void **state)
{
	(void)state;
	remove_segment();
	outlet_init(&outlet, UNIT, 1, "");
	ntpd = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	outlet_close(&outlet);
	ntpshm_close(ntpd);
	return 0;
}

static void start_ntpd(void)
{
	struct ntpshm_error err;

	ntpd = ntpshm_open(UNIT, 0, &err);
	assert_non_null(ntpd);
}

static void nothing_is_opened_before_it_is_kept(void **state)
{
	struct ntpshm_info info;

	(void)state;
	outlet_write(&outlet, &sample, 1);
	outlet_withdraw(&outlet);
	assert_int_equal(outlet.written, 0);
	assert_int_equal(ntpshm_stat(UNIT, &info, NULL), -1);
	outlet_keep(&outlet, 1);
	assert_non_null(outlet.shm);
	assert_int_equal(ntpshm_stat(UNIT, &info, NULL), 0);
	assert_string_equal(outlet.error.text, "");
}

static void sample_reaches_the_reader_whole(void **state)
{
	struct ntpshm_sample got;

	(void)state;
	outlet_keep(&outlet, 1);
	start_ntpd();
	outlet_write(&outlet, &sample, 7);
	assert_int_equal(ntpshm_read(ntpd, true, &got), NTPSHM_SAMPLE);
	assert_int_equal(got.clock_ns, sample.clock_ns);
	assert_int_equal(got.receive_ns, sample.receive_ns);
	assert_int_equal(got.leap, 1);
	assert_int_equal(got.precision, -20);
	assert_int_equal(got.mode, 1);
	assert_int_equal(outlet.written, 1);
	assert_int_equal(outlet.write_raw_ns, 7);
}

static void sample_of_an_earlier_run_is_found(void **state)
{
	(void)state;
	assert_true(outlet_holds_sample(&outlet)); /* not opened: who knows */
	outlet_keep(&outlet, 1);
	assert_false(outlet_holds_sample(&outlet));
	start_ntpd();
	assert_int_equal(ntpshm_set(ntpd, ntpshm_field("precision"), -30), 0);
	assert_false(outlet_holds_sample(&outlet));
	outlet_write(&outlet, &sample, 7);
	outlet_close(&outlet);
	outlet_init(&outlet, UNIT, 1, "");
	outlet_keep(&outlet, 8);
	assert_true(outlet_holds_sample(&outlet));
	/* That a reader took it makes no difference. */
	assert_int_equal(ntpshm_set(ntpd, ntpshm_field("valid"), 0), 0);
	assert_true(outlet_holds_sample(&outlet));
	/* A socket keeps nothing that could be looked at. */
	outlet_close(&outlet);
	outlet_init(&outlet, -1, 1, "/nowhere");
	assert_true(outlet_holds_sample(&outlet));
	outlet_init(&outlet, -1, 1, "");
	assert_false(outlet_holds_sample(&outlet));
}

static void mode_0_is_written_if_configured(void **state)
{
	struct ntpshm_sample got;

	(void)state;
	outlet_init(&outlet, UNIT, 0, "");
	outlet_keep(&outlet, 1);
	start_ntpd();
	outlet_write(&outlet, &sample, 7);
	assert_int_equal(ntpshm_read(ntpd, true, &got), NTPSHM_SAMPLE);
	assert_int_equal(got.mode, 0);
	assert_int_equal(got.clock_ns, sample.clock_ns);
}

static void consumption_is_seen_once_a_sample(void **state)
{
	struct ntpshm_sample got;

	(void)state;
	outlet_keep(&outlet, 1);
	start_ntpd();
	for (int i = 1; i <= 3; i++) {
		outlet_write(&outlet, &sample, i * 10);
		outlet_keep(&outlet, i * 10 + 1);
		assert_int_equal(outlet.consumed, i - 1);
		ntpshm_read(ntpd, true, &got);
		outlet_keep(&outlet, i * 10 + 2);
		outlet_keep(&outlet, i * 10 + 3);
		assert_int_equal(outlet.consumed, i);
		assert_int_equal(outlet.consumed_raw_ns, i * 10 + 2);
	}
}

static void reader_that_comes_between_the_look_and_the_next_sample_is_seen(void **state)
{
	struct ntpshm_sample got;

	(void)state;
	outlet_keep(&outlet, 1);
	start_ntpd();
	for (int i = 1; i <= 3; i++) {
		outlet_write(&outlet, &sample, i * 10);
		assert_int_equal(outlet.consumed, i - 1);
		outlet_keep(&outlet, i * 10 + 1);
		ntpshm_read(ntpd, true, &got);
	}
	assert_int_equal(outlet.consumed_raw_ns, 30);
}

static void what_was_not_read_can_be_taken_back(void **state)
{
	struct ntpshm_sample got;

	(void)state;
	outlet_keep(&outlet, 1);
	start_ntpd();
	outlet_write(&outlet, &sample, 1);
	outlet_withdraw(&outlet);
	assert_int_equal(ntpshm_read(ntpd, true, &got), NTPSHM_EMPTY);
	/* Nobody took it. */
	outlet_keep(&outlet, 2);
	assert_int_equal(outlet.consumed, 0);
	outlet_write(&outlet, &sample, 3);
	assert_int_equal(ntpshm_read(ntpd, true, &got), NTPSHM_SAMPLE);
}

static void sample_of_another_writer_is_not_taken_back_but_told_of(void **state)
{
	struct ntpshm_sample other = {.clock_ns = 5, .receive_ns = 6, .mode = 1}, got;

	(void)state;
	outlet_keep(&outlet, 1);
	start_ntpd();
	outlet_write(&outlet, &sample, 1);
	assert_int_equal(ntpshm_write(ntpd, &other), 0);
	outlet_withdraw(&outlet);
	assert_int_equal(ntpshm_read(ntpd, false, &got), NTPSHM_SAMPLE);
	assert_int_equal(got.clock_ns, 5);
	assert_false(outlet.rival_told);
	outlet_keep(&outlet, 2);
	assert_true(outlet.rival_told);
}

/* At each pulse we write first, or the other one does. */
static void second_writer_is_told_whoever_comes_first_until_he_has_ended(void **state)
{
	struct ntpshm_sample other = {.clock_ns = 5, .receive_ns = 6, .mode = 1};

	(void)state;
	for (int first = 0; first <= 1; first++) {
		int64_t s = INT64_C(1000000000), now = 1000 * first * s;

		outlet_close(&outlet);
		outlet_init(&outlet, UNIT, 1, "");
		outlet_keep(&outlet, now);
		start_ntpd();
		for (int i = 0; i < 3; i++, now += s) {
			if (first) {
				outlet_write(&outlet, &sample, now);
			}
			assert_int_equal(ntpshm_write(ntpd, &other), 0);
			if (!first) {
				outlet_write(&outlet, &sample, now);
			}
			outlet_keep(&outlet, now);
		}
		assert_string_equal(outlet.error.text, "another program also writes it");
		for (int i = 0; i < 12; i++, now += s) {
			outlet_write(&outlet, &sample, now);
			outlet_keep(&outlet, now);
		}
		assert_string_equal(outlet.error.text, "");
		ntpshm_close(ntpd);
		ntpd = NULL;
	}
}

static void unit_of_another_size_is_an_error_that_names_it_and_heals(void **state)
{
	char first[sizeof(outlet.error.text)];

	(void)state;
	assert_true(shmget(NTPSHM_KEY + UNIT, 4000, IPC_CREAT | IPC_EXCL | 0600) >= 0);
	outlet_keep(&outlet, 1);
	assert_null(outlet.shm);
	assert_non_null(strstr(outlet.error.text, "4000"));
	strcpy(first, outlet.error.text);
	outlet_keep(&outlet, 2);
	assert_string_equal(outlet.error.text, first);
	outlet_write(&outlet, &sample, 3);
	assert_int_equal(outlet.written, 0);
	remove_segment();
	outlet_keep(&outlet, 4);
	assert_non_null(outlet.shm);
	assert_string_equal(outlet.error.text, "");
}

static void unit_that_somebody_removed_is_made_anew_within_seconds(void **state)
{
	struct ntpshm_sample got;
	struct ntpshm_info info;
	int rounds = 0;

	(void)state;
	outlet_keep(&outlet, 1);
	remove_segment();
	while (ntpshm_stat(UNIT, &info, NULL) != 0) {
		outlet_write(&outlet, &sample, rounds);
		outlet_keep(&outlet, rounds);
		assert_true(++rounds < 20);
	}
	start_ntpd();
	outlet_write(&outlet, &sample, 100);
	assert_int_equal(ntpshm_read(ntpd, true, &got), NTPSHM_SAMPLE);
}

static void removed_unit_to_which_nothing_is_written_is_made_anew_too(void **state)
{
	struct ntpshm_info info;

	(void)state;
	outlet_keep(&outlet, 1);
	outlet_write(&outlet, &sample, 1);
	remove_segment();
	for (int i = 0; i < 100 && ntpshm_stat(UNIT, &info, NULL) != 0; i++) {
		outlet_keep(&outlet, i + 2);
	}
	assert_int_equal(ntpshm_stat(UNIT, &info, NULL), 0);
}

static void no_unit_is_no_segment_and_no_error(void **state)
{
	(void)state;
	outlet_init(&outlet, -1, 1, "");
	outlet_keep(&outlet, 1);
	outlet_write(&outlet, &sample, 1);
	outlet_keep(&outlet, 2);
	assert_null(outlet.shm);
	assert_string_equal(outlet.error.text, "");
	assert_int_equal(outlet.written, 0);
}

static int bind_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void chronyd_gets_the_samples_whenever_it_is_there(void **state)
{
	struct scratch scratch;
	char path[128], datagram[100];
	int chronyd;

	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "sock", path, sizeof(path));
	outlet_init(&outlet, UNIT, 1, path);
	outlet_keep(&outlet, 1);
	outlet_write(&outlet, &sample, 1);
	for (int i = 0; i < 3; i++) {
		chronyd = bind_at(path);
		outlet_keep(&outlet, 2);
		outlet_write(&outlet, &sample, 2);
		assert_true(recv(chronyd, datagram, sizeof(datagram), 0) > 0);
		close(chronyd);
		unlink(path);
		outlet_write(&outlet, &sample, 3);
		outlet_keep(&outlet, 4);
		assert_int_equal(outlet.chrony.fd, -1);
	}
	/* Shared memory did not suffer for it. */
	assert_int_equal(outlet.written, 7);
	scratch_remove(&scratch);
}

static void closing_leaves_the_segment_for_the_reader(void **state)
{
	struct ntpshm_sample got;

	(void)state;
	outlet_keep(&outlet, 1);
	outlet_write(&outlet, &sample, 1);
	outlet_close(&outlet);
	outlet_close(&outlet);
	start_ntpd();
	assert_int_equal(ntpshm_read(ntpd, true, &got), NTPSHM_SAMPLE);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing_is_opened_before_it_is_kept),
		test(sample_reaches_the_reader_whole),
		test(sample_of_an_earlier_run_is_found),
		test(mode_0_is_written_if_configured),
		test(consumption_is_seen_once_a_sample),
		test(reader_that_comes_between_the_look_and_the_next_sample_is_seen),
		test(what_was_not_read_can_be_taken_back),
		test(sample_of_another_writer_is_not_taken_back_but_told_of),
		test(second_writer_is_told_whoever_comes_first_until_he_has_ended),
		test(unit_of_another_size_is_an_error_that_names_it_and_heals),
		test(unit_that_somebody_removed_is_made_anew_within_seconds),
		test(removed_unit_to_which_nothing_is_written_is_made_anew_too),
		test(no_unit_is_no_segment_and_no_error),
		test(chronyd_gets_the_samples_whenever_it_is_there),
		test(closing_leaves_the_segment_for_the_reader),
	};

	private_ipc_enter(false);
	log_set_level(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
