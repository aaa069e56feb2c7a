/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dir_fixture.h"
#include "sources/level.h"

/* What /proc/device-tree/compatible holds: words, each ended by a NUL. */
static void machine(const char *board, const char *chip)
{
	char path[256];
	FILE *file = fopen(scratch_path(&dir, "compatible", path, sizeof(path)), "w");

	assert_non_null(file);
	fprintf(file, "%s%c%s%c", board, '\0', chip, '\0');
	fclose(file);
}

static void node(const char *name, long size)
{
	char path[256];

	scratch_write(&dir, name, "");
	assert_int_equal(truncate(scratch_path(&dir, name, path, sizeof(path)), size), 0);
}

static void set_register(const char *name, long at, uint32_t value)
{
	char path[256];
	int fd = open(scratch_path(&dir, name, path, sizeof(path)), O_WRONLY);

	assert_int_equal(pwrite(fd, &value, sizeof(value), at), sizeof(value));
	close(fd);
}

static int open_line(struct level *level, int gpio)
{
	struct level_options options = {.gpio = gpio, .device_tree = dir.path, .dev = dir.path};

	return level_open(level, &options, &err);
}

/* The line follows this bit of this register, and no other bit. */
static void follows(int gpio, const char *name, long at, int bit)
{
	struct level level;

	assert_int_equal(open_line(&level, gpio), 0);
	assert_false(level_read(&level));
	set_register(name, at, UINT32_C(1) << bit);
	assert_true(level_read(&level));
	set_register(name, at, ~(UINT32_C(1) << bit));
	assert_false(level_read(&level));
	set_register(name, at, 0);
	level_close(&level);
}

static void lines_of_the_older_chips_are_in_two_registers(void **state)
{
	static const char *const chips[] = {"brcm,bcm2711", "brcm,bcm2837", "brcm,bcm2836",
					    "brcm,bcm2835"};

	(void)state;
	node("gpiomem", 0x1000);
	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
		machine("raspberrypi,some", chips[i]);
		follows(0, "gpiomem", 0x34, 0);
		follows(18, "gpiomem", 0x34, 18);
		follows(31, "gpiomem", 0x34, 31);
		follows(32, "gpiomem", 0x38, 0);
		follows(53, "gpiomem", 0x38, 21);
	}
}

static void lines_of_the_rp1_are_in_three_banks(void **state)
{
	(void)state;
	machine("raspberrypi,5-model-b", "brcm,bcm2712");
	node("gpiomem0", 0x30000);
	follows(0, "gpiomem0", 0x10008, 0);
	follows(18, "gpiomem0", 0x10008, 18);
	follows(27, "gpiomem0", 0x10008, 27);
	follows(28, "gpiomem0", 0x14008, 0);
	follows(33, "gpiomem0", 0x14008, 5);
	follows(34, "gpiomem0", 0x18008, 0);
	follows(53, "gpiomem0", 0x18008, 19);
}

static void a_line_that_the_chip_does_not_have_is_refused(void **state)
{
	struct level level;

	(void)state;
	machine("raspberrypi,5-model-b", "brcm,bcm2712");
	node("gpiomem0", 0x30000);
	assert_int_equal(open_line(&level, 54), -1);
	assert_string_equal(err.text, "GPIO 54: the RP1 has 0 to 53");
	machine("raspberrypi,4-model-b", "brcm,bcm2711");
	assert_int_equal(open_line(&level, 58), -1);
	assert_string_equal(err.text, "GPIO 58: the bcm2711 has 0 to 57");
}

static void another_machine_is_refused(void **state)
{
	struct level level;

	(void)state;
	assert_int_equal(open_line(&level, 18), -1);
	assert_non_null(strstr(err.text, "no such file"));
	machine("acme,board", "acme,bcm2711");
	assert_int_equal(open_line(&level, 18), -1);
	assert_non_null(strstr(err.text, "acme,board: not a Raspberry Pi"));
}

static void a_kernel_without_the_node_is_told(void **state)
{
	struct level level;

	(void)state;
	machine("raspberrypi,5-model-b", "brcm,bcm2712");
	assert_int_equal(open_line(&level, 18), -1);
	assert_non_null(strstr(err.text, "/gpiomem0: no such device"));
	assert_non_null(strstr(err.text, "--mem"));
}

static void a_node_that_is_not_for_us_is_told(void **state)
{
	struct level level;
	char path[256];

	(void)state;
	if (geteuid() == 0) {
		skip(); /* root may read it */
	}
	machine("raspberrypi,4-model-b", "brcm,bcm2711");
	node("gpiomem", 0x1000);
	chmod(scratch_path(&dir, "gpiomem", path, sizeof(path)), 0);
	assert_int_equal(open_line(&level, 18), -1);
	assert_non_null(strstr(err.text, "gpiomem: permission denied: run this as root"));
}

static void the_whole_memory_is_taken_only_if_asked(void **state)
{
	struct level level;
	struct level_options options = {
		.gpio = 18, .mem = true, .device_tree = dir.path, .dev = dir.path};

	(void)state;
	machine("raspberrypi,4-model-b", "brcm,bcm2711");
	assert_int_equal(level_open(&level, &options, &err), -1);
	assert_non_null(strstr(err.text, "/mem: cannot be mapped"));
	node("mem", 0xfe201000);
	set_register("mem", 0xfe200034, UINT32_C(1) << 18);
	assert_int_equal(level_open(&level, &options, &err), 0);
	assert_true(level_read(&level));
	level_close(&level);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(lines_of_the_older_chips_are_in_two_registers),
		WITH_DIR(lines_of_the_rp1_are_in_three_banks),
		WITH_DIR(a_line_that_the_chip_does_not_have_is_refused),
		WITH_DIR(another_machine_is_refused),
		WITH_DIR(a_kernel_without_the_node_is_told),
		WITH_DIR(a_node_that_is_not_for_us_is_told),
		WITH_DIR(the_whole_memory_is_taken_only_if_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
