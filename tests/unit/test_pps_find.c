/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "sources/pps_find.h"

static struct scratch sysfs;
static struct error err;

static int make_sysfs(void **state)
{
	(void)state;
	scratch_make(&sysfs);
	return 0;
}

static int remove_sysfs(void **state)
{
	(void)state;
	scratch_remove(&sysfs);
	return 0;
}

static void add(const char *node, const char *name)
{
	char file[40];

	scratch_mkdir(&sysfs, node);
	snprintf(file, sizeof(file), "%s/name", node);
	scratch_write(&sysfs, file, name);
}

static const char *find(int gpio)
{
	static struct pps_device found;

	err.text[0] = '\0';
	return pps_find(sysfs.path, gpio, &found, &err) == 0 ? found.node : err.text;
}

static void only_gpio_device_is_found_without_its_number(void **state)
{
	(void)state;
	add("pps0", "ptp0\n");
	add("pps1", "pps@12.-1\n");
	assert_string_equal(find(-1), "pps1");
}

static void gpio_number_is_hexadecimal_in_the_name(void **state)
{
	(void)state;
	add("pps0", "pps@4.-1\n");
	add("pps1", "pps@12.-1\n");
	add("pps2", "pps@1b.-1\n");
	assert_string_equal(find(4), "pps0");
	assert_string_equal(find(18), "pps1");
	assert_string_equal(find(27), "pps2");
}

static void name_without_instance_is_understood(void **state)
{
	(void)state;
	add("pps0", "pps@12");
	assert_string_equal(find(18), "pps0");
}

static void old_overlay_is_taken_when_it_is_the_only_one(void **state)
{
	(void)state;
	add("pps0", "ptp0\n");
	add("pps1", "pps.-1\n");
	assert_string_equal(find(-1), "pps1");
	assert_string_equal(find(4), "pps1");
}

static void old_overlay_beside_a_numbered_one_is_never_guessed(void **state)
{
	(void)state;
	add("pps0", "pps.-1\n");
	add("pps1", "pps@12.-1\n");
	assert_string_equal(find(18), "pps1");
	assert_non_null(strstr(find(-1), "several PPS devices"));
	assert_non_null(strstr(find(4), "no PPS device on GPIO 4"));
}

static void several_are_listed(void **state)
{
	(void)state;
	add("pps0", "pps@4.-1\n");
	add("pps1", "pps@12.-1\n");
	assert_non_null(strstr(find(-1), "pps0 (pps@4.-1), pps1 (pps@12.-1)"));
	assert_non_null(strstr(err.text, "GPIO number"));
}

static void missing_one_is_answered_with_the_line_to_add(void **state)
{
	(void)state;
	add("pps0", "ptp0\n");
	add("pps1", "serial0\n");
	assert_non_null(strstr(find(4), "no PPS device on GPIO 4"));
	assert_non_null(strstr(err.text, "pps0 (ptp0), pps1 (serial0)"));
	assert_non_null(strstr(err.text, "dtoverlay=pps-gpio,gpiopin=4"));
}

static void machine_without_pps_is_answered_with_the_default_line(void **state)
{
	(void)state;
	struct pps_device found;

	assert_non_null(strstr(find(-1), "dtoverlay=pps-gpio,gpiopin=18"));
	assert_non_null(strstr(err.text, "present: none"));
	assert_int_equal(pps_find("/nonexistent", -1, &found, &err), -1);
	assert_non_null(strstr(err.text, "present: none"));
}

static void strange_names_are_no_gpio_devices(void **state)
{
	(void)state;
	add("pps0", "pps@zz.-1\n");
	add("pps1", "pps@\n");
	add("pps2", "pps@12x\n");
	add("pps3", "ppsomething\n");
	add("pps4", "\n");
	add("ppsx", "pps@12.-1\n");
	assert_non_null(strstr(find(-1), "no PPS device on a GPIO line"));
	assert_non_null(strstr(find(18), "no PPS device on GPIO 18"));
}

static void devices_come_in_the_order_of_their_numbers(void **state)
{
	struct pps_device devices[PPS_FIND_MAX];

	(void)state;
	add("pps10", "a");
	add("pps2", "b");
	assert_int_equal(pps_list(sysfs.path, devices), 2);
	assert_string_equal(devices[0].node, "pps2");
	assert_string_equal(devices[1].node, "pps10");
}

static void more_devices_than_the_list_holds_are_left_out(void **state)
{
	struct pps_device devices[PPS_FIND_MAX];
	char node[16];

	(void)state;
	for (int i = 0; i < PPS_FIND_MAX + 3; i++) {
		snprintf(node, sizeof(node), "pps%d", i);
		add(node, "a-name-longer-than-any-that-a-kernel-would-give-to-a-device");
	}
	assert_int_equal(pps_list(sysfs.path, devices), PPS_FIND_MAX);
	assert_non_null(strstr(find(-1), "waiting for it to appear"));
}

#define WITH_SYSFS(test) cmocka_unit_test_setup_teardown(test, make_sysfs, remove_sysfs)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SYSFS(only_gpio_device_is_found_without_its_number),
		WITH_SYSFS(gpio_number_is_hexadecimal_in_the_name),
		WITH_SYSFS(name_without_instance_is_understood),
		WITH_SYSFS(old_overlay_is_taken_when_it_is_the_only_one),
		WITH_SYSFS(old_overlay_beside_a_numbered_one_is_never_guessed),
		WITH_SYSFS(several_are_listed),
		WITH_SYSFS(missing_one_is_answered_with_the_line_to_add),
		WITH_SYSFS(machine_without_pps_is_answered_with_the_default_line),
		WITH_SYSFS(strange_names_are_no_gpio_devices),
		WITH_SYSFS(devices_come_in_the_order_of_their_numbers),
		WITH_SYSFS(more_devices_than_the_list_holds_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
