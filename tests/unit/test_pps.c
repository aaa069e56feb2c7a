/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_pps.h"
#include "scratch.h"

static struct scratch dev;
static struct error err;

/* A kernel with the driver's own capabilities, and /dev/pps0 known to sysfs as GPIO 18. */
static int set_up(void **state)
{
	(void)state;
	scratch_make(&dev);
	scratch_write(&dev, "pps0", "");
	scratch_mkdir(&dev, "sys");
	scratch_mkdir(&dev, "sys/pps0");
	scratch_write(&dev, "sys/pps0/name", "pps@12.-1\n");
	kernel.caps = 0x1151;
	kernel.seq[0] = 41;
	kernel.real_ns[0] = now_real() - 500000000;
	kernel.seq[1] = 7;
	kernel.fetch_errno = kernel.open_errno = 0;
	kernel.not_pps = kernel.pulse_on_wait = kernel.sleeps = false;
	err.text[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&dev);
	return 0;
}

static struct pulse_source *open_device(const char *device, bool clear)
{
	char sysfs[96];
	struct pps_options options = {
		.device = device, .gpio = -1, .clear = clear, .sysfs = sysfs, .dev = dev.path};

	scratch_path(&dev, "sys", sysfs, sizeof(sysfs));
	return pps_open(&options, &err);
}

static struct pulse_source *open_auto(void)
{
	struct pulse_source *source = open_device("auto", false);

	assert_non_null(source);
	return source;
}

static void device_is_opened_for_reading_only_and_named(void **state)
{
	(void)state;
	struct pulse_source *source = open_auto();

	assert_int_equal(kernel.flags & O_ACCMODE, O_RDONLY);
	assert_true(kernel.flags & O_CLOEXEC);
	assert_non_null(strstr(source->name, "/pps0 (pps@12.-1)"));
	source->ops->close(source);
}

static void path_is_opened_as_it_is_even_unknown_to_sysfs(void **state)
{
	char path[96];

	(void)state;
	scratch_write(&dev, "pps9", "");
	struct pulse_source *source =
		open_device(scratch_path(&dev, "pps9", path, sizeof(path)), false);

	assert_non_null(source);
	assert_string_equal(source->name, path);
	source->ops->close(source);
}

static void edge_from_before_the_opening_is_not_returned(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_auto();

	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	source->ops->close(source);
}

static void edge_is_returned_once_with_its_stamp_untouched(void **state)
{
	struct pulse pulse;
	int64_t raw;
	int64_t real;

	(void)state;
	struct pulse_source *source = open_auto();

	clocks_read(&raw, &real);
	pulse_at(false, real - 123456789);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.real_ns, real - 123456789);
	assert_int_equal(pulse.seq, 42);
	assert_false(pulse.clear);
	/* Converted within what two readings of the clocks can differ. */
	assert_in_range(pulse.raw_ns - (raw - 123456789) + 10000000, 0, 20000000);
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	source->ops->close(source);
}

static void two_edges_between_fetches_show_in_the_sequence(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_auto();

	pulse_at(false, now_real());
	pulse_at(false, now_real());
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.seq, 43);
	source->ops->close(source);
}

static void edge_stamped_before_the_clock_was_set_is_foreign(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_auto();

	pulse_at(false, now_real() + 3600000000000);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.refusal, PULSE_FOREIGN);
	pulse_at(false, now_real() - 3600000000000);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.refusal, PULSE_FOREIGN);
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	source->ops->close(source);
}

static void wait_returns_at_once_for_an_edge_not_read_yet(void **state)
{
	(void)state;
	struct pulse_source *source = open_auto();

	pulse_at(false, now_real());
	/* A sleeping fetch would time out: the pulse lies before it. */
	assert_int_equal(source->ops->wait(source, 1000, &err), 1);
	source->ops->close(source);
}

static void wait_sleeps_until_the_next_edge(void **state)
{
	(void)state;
	struct pulse_source *source = open_auto();

	kernel.pulse_on_wait = true;
	assert_int_equal(source->ops->wait(source, 1000, &err), 1);
	source->ops->close(source);
}

static void wait_without_an_edge_is_a_timeout(void **state)
{
	(void)state;
	struct pulse_source *source = open_auto();

	assert_int_equal(source->ops->wait(source, 1000, &err), 0);
	source->ops->close(source);
}

/* Less than a tick of a 100 Hz kernel is no sleep at all to it: the caller's loop would spin. */
static void shortest_wait_still_sleeps(void **state)
{
	(void)state;
	struct pulse_source *source = open_auto();

	kernel.slept_ns = 0;
	assert_int_equal(source->ops->wait(source, 1, &err), 0);
	assert_int_equal(kernel.slept_ns, 10000000);
	assert_int_equal(source->ops->wait(source, 1500, &err), 0);
	assert_int_equal(kernel.slept_ns, 1500000000);
	source->ops->close(source);
}

static void signal_ends_wait_like_a_timeout(void **state)
{
	(void)state;
	struct pulse_source *source = open_auto();

	kernel.fetch_errno = EINTR;
	assert_int_equal(source->ops->wait(source, 1000, &err), 0);
	source->ops->close(source);
}

static void other_edge_does_not_count(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_auto();

	pulse_at(true, now_real());
	assert_int_equal(source->ops->wait(source, 1000, &err), 0);
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	source->ops->close(source);
}

static void clear_edge_is_returned_where_the_kernel_captures_it(void **state)
{
	struct pulse pulse;

	(void)state;
	kernel.caps |= PPS_CAPTURECLEAR;
	struct pulse_source *source = open_device("auto", true);

	assert_non_null(source);
	pulse_at(false, now_real());
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	pulse_at(true, now_real());
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_true(pulse.clear);
	assert_int_equal(pulse.seq, 8);
	source->ops->close(source);
}

static void clear_edge_is_refused_where_the_kernel_has_none(void **state)
{
	(void)state;
	assert_null(open_device("auto", true));
	assert_non_null(strstr(err.text, "captures no clear edges (capabilities 0x1151)"));
	assert_non_null(strstr(err.text, "assert_falling_edge"));
}

static void failing_device_is_gone(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_auto();

	kernel.fetch_errno = ENODEV;
	assert_int_equal(source->ops->wait(source, 1000, &err), -1);
	assert_int_equal(source->ops->read(source, &pulse, &err), -1);
	assert_non_null(strstr(err.text, "No such device"));
	source->ops->close(source);
}

static void unbound_driver_is_noticed_by_its_missing_file(void **state)
{
	char path[96];

	(void)state;
	struct pulse_source *source = open_auto();

	assert_int_equal(unlink(scratch_path(&dev, "pps0", path, sizeof(path))), 0);
	assert_int_equal(source->ops->wait(source, 1000, &err), -1);
	assert_non_null(strstr(err.text, "is gone"));
	source->ops->close(source);
}

static void missing_device_is_answered_with_what_there_is(void **state)
{
	(void)state;
	assert_null(open_device("/nonexistent/pps3", false));
	assert_non_null(strstr(err.text, "/nonexistent/pps3: no such device"));
	assert_non_null(strstr(err.text, "present: pps0 (pps@12.-1)"));
	assert_non_null(strstr(err.text, "dtoverlay=pps-gpio,gpiopin=18"));
}

static void forbidden_device_is_answered_with_the_rule_or_group(void **state)
{
	char path[96];

	(void)state;
	kernel.open_errno = EACCES;
	assert_int_equal(chmod(scratch_path(&dev, "pps0", path, sizeof(path)), 0600), 0);
	assert_null(open_device("auto", false));
	assert_non_null(strstr(err.text, "permission denied"));
	assert_non_null(strstr(err.text, "udev"));
}

static void file_that_is_no_pps_device_is_refused(void **state)
{
	(void)state;
	kernel.not_pps = true;
	assert_null(open_device("auto", false));
	assert_non_null(strstr(err.text, "not a PPS device"));
}

static void fifo_named_by_mistake_is_not_waited_for(void **state)
{
	char path[96];

	(void)state;
	kernel.not_pps = true;
	assert_int_equal(mkfifo(scratch_path(&dev, "fifo", path, sizeof(path)), 0600), 0);
	alarm(20);
	assert_null(open_device(path, false));
	alarm(0);
	assert_non_null(strstr(err.text, "not a PPS device"));
}

#define THREAD_PULSES 50

static void *play_pulses(void *arg)
{
	(void)arg;
	for (int i = 0; i < THREAD_PULSES; i++) {
		usleep(2000);
		pulse_at(false, now_real());
	}
	return NULL;
}

static struct {
	struct pulse_source *source;
	_Atomic bool stop;
	_Atomic int woken;
} waiter;

static void *wait_for_pulses(void *arg)
{
	struct error failure;

	(void)arg;
	while (!waiter.stop) {
		waiter.woken += waiter.source->ops->wait(waiter.source, 1000, &failure) == 1;
	}
	return NULL;
}

/* One thread waits, another reads, a third is the interrupt: for the thread sanitizer, too. */
static void waiting_and_reading_in_two_threads_loses_nothing(void **state)
{
	pthread_t thread[2];
	struct pulse pulse;
	uint32_t last = kernel.seq[0];

	(void)state;
	kernel.sleeps = true;
	waiter.source = open_auto();
	waiter.stop = false;
	pthread_create(&thread[0], NULL, play_pulses, NULL);
	pthread_create(&thread[1], NULL, wait_for_pulses, NULL);
	while (last != 41 + THREAD_PULSES) {
		int rc = waiter.source->ops->read(waiter.source, &pulse, &err);

		assert_true(rc >= 0);
		if (rc == 1) {
			assert_true(pulse.seq > last);
			last = pulse.seq;
		}
		usleep(500);
	}
	waiter.stop = true;
	pthread_join(thread[0], NULL);
	pthread_join(thread[1], NULL);
	assert_true(waiter.woken > 0);
	waiter.source->ops->close(waiter.source);
}

#define WITH_KERNEL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KERNEL(device_is_opened_for_reading_only_and_named),
		WITH_KERNEL(path_is_opened_as_it_is_even_unknown_to_sysfs),
		WITH_KERNEL(edge_from_before_the_opening_is_not_returned),
		WITH_KERNEL(edge_is_returned_once_with_its_stamp_untouched),
		WITH_KERNEL(two_edges_between_fetches_show_in_the_sequence),
		WITH_KERNEL(edge_stamped_before_the_clock_was_set_is_foreign),
		WITH_KERNEL(wait_returns_at_once_for_an_edge_not_read_yet),
		WITH_KERNEL(wait_sleeps_until_the_next_edge),
		WITH_KERNEL(wait_without_an_edge_is_a_timeout),
		WITH_KERNEL(shortest_wait_still_sleeps),
		WITH_KERNEL(signal_ends_wait_like_a_timeout),
		WITH_KERNEL(other_edge_does_not_count),
		WITH_KERNEL(clear_edge_is_returned_where_the_kernel_captures_it),
		WITH_KERNEL(clear_edge_is_refused_where_the_kernel_has_none),
		WITH_KERNEL(failing_device_is_gone),
		WITH_KERNEL(unbound_driver_is_noticed_by_its_missing_file),
		WITH_KERNEL(missing_device_is_answered_with_what_there_is),
		WITH_KERNEL(forbidden_device_is_answered_with_the_rule_or_group),
		WITH_KERNEL(file_that_is_no_pps_device_is_refused),
		WITH_KERNEL(fifo_named_by_mistake_is_not_waited_for),
		WITH_KERNEL(waiting_and_reading_in_two_threads_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
