/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/clock.h"
#include "fake_pps.h"
#include "scratch.h"
#include "sources/poll.h"

/* The polled source over a kernel that is played, and a register page that is a file. */

static struct scratch dev;
static struct error err, why;
static struct pulse_source *source;
static char online[80];

static void set_level(bool high)
{
	uint32_t value = high ? UINT32_C(1) << 18 : 0;
	char path[256];
	int fd = (open)(scratch_path(&dev, "gpiomem", path, sizeof(path)), O_WRONLY);

	assert_int_equal(pwrite(fd, &value, sizeof(value), 0x34), sizeof(value));
	close(fd);
}

static int set_up(void **state)
{
	static const char compatible[] = "raspberrypi,4-model-b\0brcm,bcm2711";
	static const unsigned char gpios[12] = {[7] = 18};
	char path[256];

	(void)state;
	scratch_make(&dev);
	scratch_write(&dev, "pps0", "");
	scratch_write(&dev, "online", "0-3\n");
	scratch_path(&dev, "online", online, sizeof(online));
	scratch_mkdir(&dev, "sys");
	scratch_mkdir(&dev, "sys/pps0");
	scratch_write(&dev, "sys/pps0/name", "pps@12.-1\n");
	scratch_mkdir(&dev, "pps@12");
	scratch_mkdir(&dev, "pps@12/of_node");
	FILE *file = fopen(scratch_path(&dev, "pps@12/of_node/gpios", path, sizeof(path)), "w");

	fwrite(gpios, 1, sizeof(gpios), file);
	fclose(file);
	file = fopen(scratch_path(&dev, "compatible", path, sizeof(path)), "w");
	fwrite(compatible, 1, sizeof(compatible), file);
	fclose(file);
	scratch_write(&dev, "gpiomem", "");
	assert_int_equal(truncate(scratch_path(&dev, "gpiomem", path, sizeof(path)), 0x1000), 0);
	kernel.caps = 0x1151;
	kernel.seq[0] = 41;
	kernel.real_ns[0] = now_real() - 500000000;
	kernel.fetch_errno = kernel.open_errno = 0;
	kernel.not_pps = kernel.pulse_on_wait = kernel.sleeps = false;
	err.text[0] = why.text[0] = '\0';
	source = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (source) {
		source->ops->close(source);
	}
	scratch_remove(&dev);
	return 0;
}

static void open_source(int64_t bias_ns)
{
	static char sysfs[96];
	struct pps_options pps = {.device = "auto", .gpio = -1, .sysfs = sysfs, .dev = dev.path};
	struct poll_line_options options = {.pps = &pps,
					    .gpio = -1,
					    .device_tree = dev.path,
					    .dev = dev.path,
					    .platform = dev.path,
					    .online = online};

	scratch_path(&dev, "sys", sysfs, sizeof(sysfs));
	source = poll_open(&options, bias_ns, &why, &err);
	assert_non_null(source);
}

static struct pulse read_pulse(void)
{
	struct pulse pulse = {0};

	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	return pulse;
}

static int64_t edge_ns;

/* The line rises in time for the next pulse; the kernel's stamp follows so much later. */
static void *next_edge(void *arg)
{
	struct timespec until = ns_timespec(edge_ns);
	struct sched_param before_the_poller = {.sched_priority = 2};

	/* Made by the thread that polls, it would wait for that to end where both are of real time. */
	if (sched_getscheduler(0) == SCHED_FIFO) {
		sched_setscheduler(0, SCHED_FIFO, &before_the_poller);
	}
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL);
	set_level(true);
	pulse_at(false, clock_ns(CLOCK_REALTIME) + *(int64_t *)arg);
	return NULL;
}

static void first_pulse_is_the_kernels(void **state)
{
	(void)state;
	open_source(0);
	assert_string_equal(why.text, "");
	assert_non_null(strstr(source->name, "(pps@12.-1), polled on GPIO 18"));
	int64_t stamp = now_real();

	pulse_at(false, stamp);
	assert_int_equal(source->ops->wait(source, 3000, &err), 1);
	struct pulse pulse = read_pulse();

	assert_int_equal(pulse.kind, PULSE_STAMPED);
	assert_int_equal(pulse.real_ns, stamp);
	assert_int_equal(pulse.seq, 42);
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
}

static void next_one_is_found_by_polling(void **state)
{
	int64_t late_ns = 0;
	pthread_t thread;
	struct pulse pulse;

	(void)state;
	open_source(0);
	for (int tries = 0; tries < 5; tries++) {
		set_level(false);
		int64_t stamp = now_real();

		pulse_at(false, stamp);
		read_pulse();
		edge_ns = stamp + NS_PER_S;
		assert_int_equal(pthread_create(&thread, NULL, next_edge, &late_ns), 0);
		int64_t raw_minus_real = raw_now_ns() - now_real();

		kernel.sleeps = true;
		assert_int_equal(source->ops->wait(source, 3000, &err), 1);
		pthread_join(thread, NULL);
		pulse = read_pulse();
		if (pulse.kind == PULSE_POLLED) {
			/* Not an ordinary stamp, but near it, on both clocks. */
			assert_in_range(pulse.width_ns, 1, NS_PER_MS);
			assert_in_range(pulse.real_ns, kernel.real_ns[0] - NS_PER_MS,
					kernel.real_ns[0] + NS_PER_MS);
			assert_in_range(pulse.raw_ns - pulse.real_ns, raw_minus_real - NS_PER_MS,
					raw_minus_real + NS_PER_MS);
			return;
		}
	}
	skip(); /* this machine never woke in time */
}

static void missed_edge_is_corrected_by_what_was_measured(void **state)
{
	(void)state;
	open_source(12000);
	int64_t stamp = now_real();

	pulse_at(false, stamp);
	struct pulse pulse = read_pulse();

	assert_int_equal(pulse.kind, PULSE_CORRECTED);
	assert_int_equal(pulse.real_ns, stamp - 12000);
	assert_int_equal(pulse.bias_ns, 12000);
	assert_int_equal(pulse.width_ns, 0);
}

static void without_the_registers_the_kernel_serves(void **state)
{
	char path[256];
	struct pulse pulse;
	int64_t stamp;

	(void)state;
	assert_int_equal(unlink(scratch_path(&dev, "gpiomem", path, sizeof(path))), 0);
	open_source(0);
	assert_non_null(strstr(why.text, "gpiomem: no such device"));
	assert_null(strstr(source->name, "polled"));
	stamp = now_real();
	pulse_at(false, stamp);
	assert_int_equal(source->ops->wait(source, 3000, &err), 1);
	pulse = read_pulse();
	assert_int_equal(pulse.kind, PULSE_STAMPED);
	assert_int_equal(pulse.real_ns, stamp);
}

static void registers_that_come_late_are_found(void **state)
{
	char path[256];
	int waits = 0;

	(void)state;
	assert_int_equal(unlink(scratch_path(&dev, "gpiomem", path, sizeof(path))), 0);
	open_source(0);
	kernel.pulse_on_wait = true;
	while (waits < 40) {
		assert_true(source->ops->wait(source, 3000, &err) >= 0);
		read_pulse();
		waits++;
	}
	scratch_write(&dev, "gpiomem", "");
	assert_int_equal(truncate(path, 0x1000), 0);
	while (source->ops->wait(source, 3000, &err) >= 0) {
		read_pulse();
		assert_true(++waits < 80);
	}
	assert_non_null(strstr(err.text, "its line can be polled now"));
}

static void a_wait_that_is_shorter_than_the_second_does_not_poll(void **state)
{
	(void)state;
	open_source(0);
	pulse_at(false, now_real());
	read_pulse();
	int64_t begin = raw_now_ns();

	kernel.sleeps = false;
	assert_int_equal(source->ops->wait(source, 100, &err), 0);
	assert_true(raw_now_ns() - begin < NS_PER_S / 2);
}

static void device_that_is_gone_is_told(void **state)
{
	(void)state;
	open_source(0);
	kernel.fetch_errno = ENODEV;
	assert_int_equal(source->ops->wait(source, 100, &err), -1);
	assert_non_null(strstr(err.text, "fetching a pulse failed"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(first_pulse_is_the_kernels),
		test(next_one_is_found_by_polling),
		test(missed_edge_is_corrected_by_what_was_measured),
		test(without_the_registers_the_kernel_serves),
		test(registers_that_come_late_are_found),
		test(a_wait_that_is_shorter_than_the_second_does_not_poll),
		test(device_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
