/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pi/config_txt.h"
#include "pi/pins.h"

static struct config_txt config;

static bool include(void *arg, const char *name, struct text *text)
{
	text_init(text);
	if (strcmp(name, "more.txt") != 0) {
		return false;
	}
	text_addf(text, "%s", (const char *)arg);
	return true;
}

static void read_with(const char *model, const char *content, char *included)
{
	struct error err;
	struct text text;

	text_init(&text);
	text_addf(&text, "%s", content);
	assert_int_equal(config_txt_read(&config, pi_model_named(model), "config.txt", &text,
					 included ? include : NULL, included, &err),
			 0);
	text_free(&text);
}

static void read_text(const char *content)
{
	read_with("pi4", content, NULL);
}

static int clean(void **state)
{
	(void)state;
	config_txt_free(&config);
	return 0;
}

static const struct config_txt_item *setting(const char *key)
{
	return config_txt_last(&config, CONFIG_TXT_SETTING, key, true);
}

static void the_last_line_of_a_setting_counts(void **state)
{
	(void)state;
	read_text(
		"enable_uart=0\n[pi5]\nenable_uart=2\n[pi4]\nenable_uart=1\n[none]\nenable_uart=3");
	assert_string_equal(setting("enable_uart")->value, "1");
	assert_int_equal(setting("enable_uart")->line, 5);
	assert_true(setting("enable_uart")->sure);
	assert_null(setting("arm_boost"));
}

static void filters_of_other_kinds_must_all_hold(void **state)
{
	(void)state;
	read_text("[EDID=A-B]\n[pi3]\na=1\n[pi4]\nb=1\n[all]\nc=1\n");
	assert_null(setting("a"));
	assert_false(setting("b")->sure);
	assert_true(setting("c")->sure);
}

static void parameters_belong_to_the_overlay_before_them(void **state)
{
	size_t at = 0;

	(void)state;
	read_text("dtparam=i2s\ndtoverlay=one,a=1,b\ndtparam=c=3,d=4\ndtoverlay=\ndtparam=e\n");
	assert_string_equal(config_txt_overlay(&config, NULL, &at)->name, "one");
	long one = (long)at - 1;

	assert_null(config_txt_overlay(&config, NULL, &at));
	assert_int_equal(config_txt_number(config_txt_param(&config, one, "a")), 1);
	assert_true(config_txt_is_on(config_txt_param(&config, one, "b")));
	assert_int_equal(config_txt_param(&config, one, "d")->line, 3);
	assert_null(config_txt_param(&config, one, "e"));
	assert_non_null(config_txt_param(&config, -1, "e"));
	assert_non_null(config_txt_param(&config, -1, "i2s"));
}

static void an_overlay_is_known_in_all_its_spellings(void **state)
{
	static const char *const lines[] = {
		"dtoverlay=pps-gpio,gpiopin=7",
		"dtoverlay=pps-gpio:gpiopin=7",
		"dtoverlay=pps-gpio\r\ndtparam=gpiopin=7",
		"device_tree_overlay=pps-gpio\ndevice_tree_param=gpiopin=7",
		"dtoverlay=overlays/pps-gpio.dtbo,gpiopin=7",
		"  dtoverlay=pps-gpio-overlay.dtb,gpiopin=0x7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		size_t at = 0;

		read_text(lines[i]);
		assert_non_null(config_txt_overlay(&config, "pps-gpio", &at));
		assert_int_equal(
			config_txt_number(config_txt_param(&config, (long)at - 1, "gpiopin")), 7);
		config_txt_free(&config);
	}
}

static void only_98_characters_of_a_line_are_read(void **state)
{
	char line[160];

	(void)state;
	snprintf(line, sizeof(line), "%090d=34567890\n", 0);
	line[0] = 'k';
	read_text(line);
	assert_int_equal(config.cut_line, 1);
	assert_string_equal(config.items[0].value, "3456789");
}

static void an_included_file_stands_for_its_line(void **state)
{
	(void)state;
	read_with("pi4", "include more.txt\nb=1\n", (char[]){"a=1\n[pi5]\n"});
	assert_string_equal(setting("a")->file, "more.txt");
	assert_true(setting("a")->sure);
	assert_null(setting("b"));
}

static void files_that_include_each_other_without_end_are_told(void **state)
{
	char self[] = "include more.txt\n", plain[] = "a=1\n";
	struct error err;
	struct text text;

	(void)state;
	text_init(&text);
	for (int i = 0; i < 65; i++) {
		text_addf(&text, "include more.txt\n");
	}
	assert_int_equal(config_txt_read(&config, pi_model_named("pi4"), "config.txt", &text,
					 include, plain, &err),
			 -1);
	assert_non_null(strstr(err.text, "more than 64 files are included"));
	assert_int_equal(config_txt_read(&config, pi_model_named("pi4"), "config.txt", &text,
					 include, self, &err),
			 -1);
	assert_non_null(strstr(err.text, "does one include itself?"));
	text_free(&text);
}

static void on_a_pi_5_an_included_file_may_not_be_read(void **state)
{
	(void)state;
	read_with("pi5", "include more.txt\nb=1\n[all]\nc=1\n", (char[]){"a=1\n[pi5]\n"});
	assert_false(setting("a")->sure);
	assert_false(setting("b")->sure);
	assert_true(setting("c")->sure);
}

static void what_is_not_written_as_documented_is_unsure(void **state)
{
	(void)state;
	read_text("A=1\nb =1\nc= 1\nd=1 # x\ne=1\n");
	assert_false(setting("a")->sure || setting("b")->sure);
	assert_false(setting("c")->sure || setting("d")->sure);
	assert_true(setting("e")->sure);
}

static void lines_between_the_markers_are_our_own(void **state)
{
	(void)state;
	read_text("a=1\n" CONFIG_TXT_BEGIN "\nb=1\n" CONFIG_TXT_END "\nc=1\n");
	assert_int_equal(config.own_begin, 2);
	assert_int_equal(config.own_end, 4);
	assert_true(setting("b")->own);
	assert_false(setting("a")->own || setting("c")->own);
}

static void users_of_a_pin_are_found_by_name_and_by_default(void **state)
{
	(void)state;
	read_text(
		"dtoverlay=gpio-fan,gpiopin=6\ndtoverlay=w1-gpio\ndtparam=spi=on\ngpio=20-21=op\n");
	assert_string_equal(pins_user(&config, 6)->name, "gpiopin");
	assert_string_equal(pins_user(&config, 4)->name, "w1-gpio");
	assert_string_equal(pins_user(&config, 10)->name, "spi");
	assert_int_equal(pins_user(&config, 21)->line, 4);
	assert_null(pins_user(&config, 12)); /* the fan's default, but it was told another */
	assert_null(pins_user(&config, 18));
}

static void a_gpio_for_a_pulse_is_free_and_on_the_header(void **state)
{
	static const long wrong[] = {-1, 0, 1, 14, 15, 28, 99};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(pins_check(wrong[i], &err), -1);
	}
	assert_int_equal(pins_check(2, &err) | pins_check(18, &err) | pins_check(27, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_last_line_of_a_setting_counts, clean),
		cmocka_unit_test_teardown(filters_of_other_kinds_must_all_hold, clean),
		cmocka_unit_test_teardown(parameters_belong_to_the_overlay_before_them, clean),
		cmocka_unit_test(an_overlay_is_known_in_all_its_spellings),
		cmocka_unit_test_teardown(only_98_characters_of_a_line_are_read, clean),
		cmocka_unit_test_teardown(an_included_file_stands_for_its_line, clean),
		cmocka_unit_test(files_that_include_each_other_without_end_are_told),
		cmocka_unit_test_teardown(on_a_pi_5_an_included_file_may_not_be_read, clean),
		cmocka_unit_test_teardown(what_is_not_written_as_documented_is_unsure, clean),
		cmocka_unit_test_teardown(lines_between_the_markers_are_our_own, clean),
		cmocka_unit_test_teardown(users_of_a_pin_are_found_by_name_and_by_default, clean),
		cmocka_unit_test(a_gpio_for_a_pulse_is_free_and_on_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
