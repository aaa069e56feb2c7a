/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * The kernel's word on its clock, with adjtimex(2) and the timer's read(2) answered by the test
 * (the linker's --wrap): setting the clock itself is for the lab.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/clock_watch.h"

static struct clock_watch watch;
static struct error err;
static struct timex kernel;
static int kernel_state;
static int reading; /* errno of the next read of the timer, 0: the real one */

int __wrap_adjtimex(struct timex *view);
ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);

int __wrap_adjtimex(struct timex *view)
{
	assert_int_equal(view->modes, 0); /* only asks */
	*view = kernel;
	return kernel_state;
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	if (reading && fd == watch.fd) {
		errno = reading;
		reading = 0;
		return -1;
	}
	return __real_read(fd, buffer, size);
}

static bool changed(void)
{
	struct clock_view view;

	clock_watch_ask(&view);
	return clock_watch_changed(&watch, &view);
}

static int set_up(void **state)
{
	(void)state;
	kernel = (struct timex){.maxerror = 500000};
	kernel_state = TIME_OK;
	reading = 0;
	assert_int_equal(clock_watch_open(&watch, &err), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	clock_watch_close(&watch);
	assert_int_equal(watch.fd, -1);
	return 0;
}

static void clock_that_nobody_sets_was_not_set(void **state)
{
	struct pollfd fd = {.fd = watch.fd, .events = POLLIN};

	(void)state;
	assert_int_equal(poll(&fd, 1, 50), 0);
	for (int i = 0; i < 100; i++) {
		assert_false(clock_watch_was_set(&watch));
	}
	assert_true(fcntl(watch.fd, F_GETFD) & FD_CLOEXEC);
}

static void setting_of_the_clock_is_told_once(void **state)
{
	(void)state;
	reading = ECANCELED;
	assert_true(clock_watch_was_set(&watch));
	assert_false(clock_watch_was_set(&watch));
}

static void other_failures_of_the_timer_are_no_setting(void **state)
{
	(void)state;
	reading = EINTR;
	assert_false(clock_watch_was_set(&watch));
}

static void kernels_view_is_told_the_first_time_whatever_it_is(void **state)
{
	(void)state;
	assert_true(changed());
	assert_true(watch.sync);
	assert_int_equal(watch.maxerr_us, 500000);
	assert_false(changed());
}

static void clock_is_synchronised_only_if_nothing_speaks_against_it(void **state)
{
	(void)state;
	changed();
	kernel.status = STA_UNSYNC;
	assert_true(changed());
	assert_false(watch.sync);
	kernel.status = STA_PLL;
	assert_true(changed());
	assert_true(watch.sync);
	kernel_state = TIME_ERROR;
	assert_true(changed());
	assert_false(watch.sync);
	kernel_state = TIME_INS; /* a leap second is announced: synchronised all the same */
	assert_true(changed());
	assert_true(watch.sync);
	kernel_state = -1;
	assert_true(changed());
	assert_false(watch.sync);
}

static void error_bound_is_told_when_it_changed_by_a_quarter(void **state)
{
	(void)state;
	changed();
	kernel.maxerror = 500000 + 124000;
	assert_false(changed());
	kernel.maxerror = 500000 + 125000;
	assert_true(changed());
	assert_int_equal(watch.maxerr_us, 625000);
}

static void error_bound_that_falls_is_told_however_little(void **state)
{
	(void)state;
	changed();
	kernel.maxerror = 499999;
	assert_true(changed());
	assert_true(watch.sync);
	assert_int_equal(watch.maxerr_us, 499999);
	assert_false(changed());
}

static void growth_before_a_fall_is_told_first_though_it_was_too_small_before(void **state)
{
	(void)state;
	kernel.maxerror = 300;
	changed();
	kernel.maxerror = 800;
	assert_false(changed());
	kernel.maxerror = 1200;
	assert_false(changed());
	/* An update, to more than was told last. */
	kernel.maxerror = 700;
	assert_true(changed());
	assert_int_equal(watch.maxerr_us, 1200);
	assert_true(changed());
	assert_int_equal(watch.maxerr_us, 700);
	assert_false(changed());
}

static void fall_below_what_was_told_is_told_with_the_growth_before_it(void **state)
{
	(void)state;
	kernel.maxerror = 100000;
	changed();
	kernel.maxerror = 110000;
	assert_false(changed());
	kernel.maxerror = 2000;
	assert_true(changed());
	assert_int_equal(watch.maxerr_us, 110000);
	assert_true(changed());
	assert_int_equal(watch.maxerr_us, 2000);
	assert_false(changed());
}

static void bound_of_a_clock_that_is_not_synchronised_may_fall_unseen(void **state)
{
	(void)state;
	kernel.status = STA_UNSYNC;
	changed();
	kernel.maxerror -= 500;
	assert_false(changed());
}

static void what_was_seen_before_the_clock_was_set_is_forgotten(void **state)
{
	(void)state;
	changed();
	kernel.maxerror = 550000;
	assert_false(changed());
	watch.told = false;
	kernel.maxerror = 1000;
	assert_true(changed());
	assert_int_equal(watch.maxerr_us, 1000);
	assert_false(changed());
}

static void small_error_bounds_are_told_by_the_millisecond(void **state)
{
	(void)state;
	kernel.maxerror = 100;
	changed();
	kernel.maxerror = 1000;
	assert_false(changed());
	kernel.maxerror = 1100;
	assert_true(changed());
}

static void slow_creep_of_the_error_bound_is_told_in_the_end(void **state)
{
	int told = 0;

	(void)state;
	kernel.maxerror = 10000;
	changed();
	/* 500 us a second, as the kernel does without ntpd. */
	for (int s = 0; s < 100; s++) {
		kernel.maxerror += 500;
		told += changed();
		assert_true(kernel.maxerror - watch.maxerr_us <= kernel.maxerror / 4 + 500);
	}
	assert_in_range(told, 5, 20);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(clock_that_nobody_sets_was_not_set),
		test(setting_of_the_clock_is_told_once),
		test(other_failures_of_the_timer_are_no_setting),
		test(kernels_view_is_told_the_first_time_whatever_it_is),
		test(clock_is_synchronised_only_if_nothing_speaks_against_it),
		test(error_bound_is_told_when_it_changed_by_a_quarter),
		test(error_bound_that_falls_is_told_however_little),
		test(growth_before_a_fall_is_told_first_though_it_was_too_small_before),
		test(fall_below_what_was_told_is_told_with_the_growth_before_it),
		test(bound_of_a_clock_that_is_not_synchronised_may_fall_unseen),
		test(what_was_seen_before_the_clock_was_set_is_forgotten),
		test(small_error_bounds_are_told_by_the_millisecond),
		test(slow_creep_of_the_error_bound_is_told_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
