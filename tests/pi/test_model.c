/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "../unit/scratch.h"
#include "pi/model.h"

static struct scratch tree;

static int make(void **state)
{
	(void)state;
	scratch_make(&tree);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	scratch_remove(&tree);
	return 0;
}

static void put(const char *name, const char *bytes, size_t len)
{
	char path[128];
	FILE *file = fopen(scratch_path(&tree, name, path, sizeof(path)), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static const struct pi_model *read_tree(void)
{
	struct error err = {.text = ""};
	const struct pi_model *model = pi_model_read(tree.path, &err);

	assert_true(model || err.text[0]);
	return model;
}

static void the_model_string_tells_the_board(void **state)
{
	static const char *const titles[][2] = {
		{"Raspberry Pi 5 Model B Rev 1.0", "pi5"},
		{"Raspberry Pi 500 Rev 1.0", "pi500"},
		{"Raspberry Pi Compute Module 5 Rev 1.0", "cm5"},
		{"Raspberry Pi 4 Model B Rev 1.4", "pi4"},
		{"Raspberry Pi 400 Rev 1.0", "pi400"},
		{"Raspberry Pi Compute Module 4 Rev 1.0", "cm4"},
		{"Raspberry Pi Compute Module 4S Rev 1.0", "cm4s"},
		{"Raspberry Pi 3 Model B Rev 1.2", "pi3"},
		{"Raspberry Pi 3 Model B Plus Rev 1.3", "pi3+"},
		{"Raspberry Pi 3 Model A Plus Rev 1.0", "pi3+"},
		{"Raspberry Pi Compute Module 3 Plus Rev 1.0", "cm3"},
		{"Raspberry Pi 2 Model B Rev 1.1", "pi2"},
		{"Raspberry Pi Zero 2 W Rev 1.0", "pi02"},
		{"Raspberry Pi Zero W Rev 1.1", "pi0w"},
		{"Raspberry Pi Zero Rev 1.3", "pi0"},
		{"Raspberry Pi Compute Module Rev 1.0", "cm1"},
		{"Raspberry Pi Model B Plus Rev 1.2", "pi1"},
		{"Raspberry Pi Model A Rev 2.0", "pi1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		put("model", titles[i][0], strlen(titles[i][0]) + 1);
		const struct pi_model *model = read_tree();

		assert_non_null(model);
		assert_string_equal(model->name, titles[i][1]);
	}
}

static void the_compatible_strings_tell_where_the_model_does_not(void **state)
{
	static const char compatible[] = "raspberrypi,4-compute-module\0brcm,bcm2711";

	(void)state;
	put("compatible", compatible, sizeof(compatible));
	assert_string_equal(read_tree()->name, "cm4");
	put("model", "somebody's own string", 22);
	assert_string_equal(read_tree()->name, "cm4");
}

static void another_board_is_no_pi(void **state)
{
	static const char compatible[] = "brcm,bcm2711\0raspberrypi,4-model-bees";

	(void)state;
	put("model", "Pine64 RockPro64", 17);
	put("compatible", compatible, sizeof(compatible));
	assert_null(read_tree());
}

static void a_machine_without_device_tree_is_no_pi(void **state)
{
	(void)state;
	assert_null(read_tree());
}

static void models_see_their_filters_only(void **state)
{
	const struct pi_model *zero2 = pi_model_named("pi02");

	(void)state;
	assert_true(pi_model_sees(zero2, "pi0") && pi_model_sees(zero2, "pi02"));
	assert_false(pi_model_sees(zero2, "pi3") || pi_model_sees(zero2, "pi"));
	assert_true(pi_model_sees(pi_model_named("pi400"), "pi4"));
	assert_false(pi_model_sees(pi_model_named("pi4"), "pi400"));
	assert_true(pi_model_is_filter("pi3+") && pi_model_is_filter("cm0"));
	assert_false(pi_model_is_filter("pi6") || pi_model_is_filter("all"));
	assert_null(pi_model_named("pi6"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_model_string_tells_the_board, make, clean),
		cmocka_unit_test_setup_teardown(
			the_compatible_strings_tell_where_the_model_does_not, make, clean),
		cmocka_unit_test_setup_teardown(another_board_is_no_pi, make, clean),
		cmocka_unit_test_setup_teardown(a_machine_without_device_tree_is_no_pi, make,
						clean),
		cmocka_unit_test(models_see_their_filters_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
