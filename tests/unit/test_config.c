/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

static int parse(struct config *config, const char *text, struct error *err)
{
	config_default(config);
	return config_parse(config, "FILE", text, strlen(text), err);
}

static void check_refused(const char *text, const char *error)
{
	struct config config;
	struct error err = {""};

	assert_int_equal(parse(&config, text, &err), -1);
	if (!strstr(err.text, error)) {
		fail_msg("'%s' gave '%s', not '%s'", text, err.text, error);
	}
}

static void defaults_are_those_of_the_table_and_the_core(void **state)
{
	struct config config;
	struct core_config core;

	(void)state;
	config_default(&config);
	core_config_default(&core);
	assert_int_equal(config.core.agree, core.agree);
	assert_int_equal(config.core.relabel_hold_ns, core.relabel_hold_ns);
	assert_int_equal(config.core.holdover_ns, core.holdover_ns);
	assert_int_equal(config.core.pps_offset_ns, core.pps_offset_ns);
	assert_int_equal(config.core.configured_lag_ns, core.configured_lag_ns);
	assert_int_equal(config.core.learned_lag_ns, core.learned_lag_ns);
	assert_int_equal(config.core.pivot_s, core.pivot_s);
	assert_int_equal(config.core.clear_edge, core.clear_edge);
	assert_string_equal(config.serial_device, "/dev/serial0");
	assert_int_equal(config.serial_baud, 0);
	assert_int_equal(config.pps_source, CONFIG_PPS_KERNEL);
	assert_string_equal(config.pps_device, "auto");
	assert_int_equal(config.pps_gpio, -1);
	assert_int_equal(config.coarse_unit, 0);
	assert_int_equal(config.pps_unit, 1);
	assert_int_equal(config.shm_mode, 1);
	assert_string_equal(config.pps_socket, "");
	assert_true(config.use_segment);
	assert_string_equal(config.segment_name, "/pps2shm");
	assert_string_equal(config.state_file, "/var/lib/pps2shm/state");
	assert_string_equal(config.leap_file, "/usr/share/zoneinfo/leap-seconds.list");
	assert_int_equal(config.core.leap_known_until_s, 0);
	assert_int_equal(config.log_level, 6);
}

static void what_was_given_is_known(void **state)
{
	static char file[] = "[time]\nagree = 3\n";
	struct config config;
	struct error err;

	(void)state;
	config_default(&config);
	assert_int_equal(config.given, 0);
	/* Also where it is the default. */
	assert_int_equal(config_parse(&config, "f", file, strlen(file), &err), 0);
	assert_true(config_given(&config, "agree"));
	assert_false(config_given(&config, "holdover"));
	assert_false(config_given(&config, "no-such-option"));
	char *argv[] = {"x", "--holdover=5", "--edge", "clear", NULL};
	int argc = 4;

	assert_int_equal(config_load(&config, &argc, argv, NULL, &err), 0);
	assert_true(config_given(&config, "holdover"));
	assert_true(config_given(&config, "edge"));
	assert_false(config_given(&config, "agree"));
}

static void every_key_is_read(void **state)
{
	struct config config;
	struct error err = {""};

	(void)state;
	assert_int_equal(parse(&config,
			       "# a comment\n"
			       "; another\n"
			       "[serial]\n"
			       "device = /dev/ttyUSB0\n"
			       "\tbaud = 115200   ; inline\n"
			       "[pps]\r\n"
			       "source=gpio\r\n"
			       "device: /dev/pps3\n"
			       "gpio = 4\n"
			       "chip = pinctrl-rp1\n"
			       "edge = falling\n"
			       "offset = -1500\n"
			       "[shm]\n"
			       "coarse_unit = none\n"
			       "pps_unit = 255\n"
			       "mode = 0\n"
			       "[chrony]\n"
			       "coarse_socket = /run/a\n"
			       "pps_socket = /run/b\n"
			       "[time]\n"
			       "agree = 5\n"
			       "relabel_hold = 90.5\n"
			       "holdover = 0.000000001\n"
			       "coarse_lag = 130.25\n"
			       "[segment]\n"
			       "enabled = no\n"
			       "name = /other\n"
			       "[state]\n"
			       "file = none\n"
			       "[leap]\n"
			       "file = /etc/leaps\n"
			       "[log]\n"
			       "level = debug",
			       &err),
			 0);
	assert_string_equal(config.serial_device, "/dev/ttyUSB0");
	assert_int_equal(config.serial_baud, 115200);
	assert_int_equal(config.pps_source, CONFIG_PPS_GPIO);
	assert_string_equal(config.pps_device, "/dev/pps3");
	assert_int_equal(config.pps_gpio, 4);
	assert_string_equal(config.pps_chip, "pinctrl-rp1");
	assert_true(config.core.clear_edge);
	assert_int_equal(config.core.pps_offset_ns, -1500);
	assert_int_equal(config.coarse_unit, -1);
	assert_int_equal(config.pps_unit, 255);
	assert_int_equal(config.shm_mode, 0);
	assert_string_equal(config.coarse_socket, "/run/a");
	assert_string_equal(config.pps_socket, "/run/b");
	assert_int_equal(config.core.agree, 5);
	assert_int_equal(config.core.relabel_hold_ns, 90500000000);
	assert_int_equal(config.core.holdover_ns, 1);
	assert_int_equal(config.core.configured_lag_ns, 130250000);
	assert_false(config.use_segment);
	assert_string_equal(config.segment_name, "/other");
	assert_string_equal(config.state_file, "");
	assert_string_equal(config.leap_file, "/etc/leaps");
	assert_int_equal(config.log_level, 7);
}

static void errors_name_file_line_key_value_and_what_is_allowed(void **state)
{
	(void)state;
	check_refused("[shm]\n\npps_unit = 256\n",
		      "FILE:3: shm.pps_unit '256': must be 0 to 255 or none");
	check_refused("[serial]\nbaud = 9601\n", "FILE:2: serial.baud '9601': must be "
						 "auto, 4800, 9600");
	check_refused("[pps]\nedge = up\n",
		      "FILE:2: pps.edge 'up': must be assert, clear, rising or falling");
	check_refused("[pps]\ndevice = pps0\n", "must be a path");
	check_refused("[time]\nholdover = 86401\n", "must be 0 to 86400 s");
	check_refused("[pps]\noffset = 500000001\n", "must be -500000000 to 500000000 ns");
}

static void unknown_sections_and_keys_are_errors_with_their_line(void **state)
{
	(void)state;
	check_refused("[time]\nagre = 3\n", "FILE:2: time.agre: unknown key");
	check_refused("\n[gps]\n", "FILE:2: unknown section [gps]");
	check_refused("[Serial]\n", "FILE:1: unknown section [Serial]");
	check_refused("[serial]\nBaud = auto\n", "FILE:2: serial.Baud: unknown key");
	check_refused("agree = 3\n", "FILE:1: agree: comes before the first [section]");
}

static void a_key_said_twice_is_an_error(void **state)
{
	(void)state;
	check_refused("[time]\nagree = 3\n[log]\nlevel = info\n[time]\nagree = 3\n",
		      "FILE:6: time.agree: given twice");
}

static void what_is_no_ini_is_an_error(void **state)
{
	(void)state;
	check_refused("[time]\nagree\n", "FILE:2: neither [section] nor key = value");
	check_refused("[time\nagree = 3\n", "FILE:1: a section needs a closing ]");
	check_refused("[time]\nagree =\n", "FILE:2: time.agree '': must be");
	check_refused("[time]\nagree = 3\n  4\n", "FILE:3: neither");
}

static void numbers_are_exact_or_refused(void **state)
{
	static const char *const bad[] = {
		"3.5", "3s", "+3", "0x3", "3 4", "-", ".", "99999999999999999999", "three", "3#"};
	static const char *const bad_seconds[] = {"1.0000000001", "1..2", "1.2.3", ".",  "-1",
						  "1e3",          "nan",  "inf",   "1,5"};
	char text[80];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "[time]\nagree = %s\n", bad[i]);
		check_refused(text, "FILE:2: time.agree ");
	}
	for (size_t i = 0; i < sizeof(bad_seconds) / sizeof(bad_seconds[0]); i++) {
		snprintf(text, sizeof(text), "[time]\nholdover = %s\n", bad_seconds[i]);
		check_refused(text, "FILE:2: time.holdover ");
	}
}

static void overlong_lines_and_texts_are_refused(void **state)
{
	char text[600];

	(void)state;
	snprintf(text, sizeof(text), "[segment]\nname = /%0*d\n", 64, 0);
	check_refused(text, "FILE:2: segment.name ");
	snprintf(text, sizeof(text), "[serial]\ndevice = /%0*d\n", 400, 0);
	check_refused(text, "FILE:2: longer than");
}

static void hostile_bytes_are_refused_and_not_repeated(void **state)
{
	struct config config;
	struct error err = {""};
	static const char nul[] = "[time]\nagree = 3\0\n";

	(void)state;
	config_default(&config);
	assert_int_equal(config_parse(&config, "FILE", nul, sizeof(nul) - 1, &err), -1);
	assert_non_null(strstr(err.text, "FILE:2: holds a NUL byte"));
	check_refused("[segment]\nname = /\x1b[2J\n", "FILE:2: segment.name '/?[2J'");
}

static void the_file_named_must_be_there_the_default_need_not(void **state)
{
	char *with[] = {"run", "--config", "/nonexistent/x.conf", NULL};
	char *without[] = {"run", NULL};
	struct config config;
	struct error err = {""};
	int argc = 3;

	(void)state;
	assert_int_equal(config_load(&config, &argc, with, NULL, &err), -1);
	assert_non_null(strstr(err.text, "/nonexistent/x.conf: No such file"));
	argc = 1;
	assert_int_equal(config_load(&config, &argc, without, "/nonexistent/x.conf", &err), 0);
}

static void a_directory_is_no_configuration(void **state)
{
	struct config config;
	struct error err = {""};

	(void)state;
	config_default(&config);
	assert_int_equal(config_read(&config, "/", &err), -1);
	assert_non_null(strstr(err.text, "configuration /: "));
}

static void nobody_waits_for_a_fifo_or_reads_a_device(void **state)
{
	char path[] = "/tmp/pps2shm-test-XXXXXX";
	struct config config;
	struct error err = {""};

	(void)state;
	config_default(&config);
	assert_int_equal(config_read(&config, "/dev/zero", &err), -1);
	assert_string_equal(err.text, "configuration /dev/zero: not a plain file");
	assert_int_equal(config_read(&config, "/dev/null", &err), 0);
	close(mkstemp(path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	assert_int_equal(config_read(&config, path, &err), -1);
	alarm(0);
	assert_non_null(strstr(err.text, ": not a plain file"));
	assert_int_equal(unlink(path), 0);
}

static void the_longest_file_has_65536_bytes(void **state)
{
	char path[] = "/tmp/pps2shm-test-XXXXXX";
	int fd = mkstemp(path);
	struct config config;
	struct error err = {""};
	char line[64];

	(void)state;
	memset(line, '#', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (int i = 0; i < 1024; i++) {
		assert_int_equal(write(fd, line, sizeof(line)), sizeof(line));
	}
	config_default(&config);
	assert_int_equal(config_read(&config, path, &err), 0);
	assert_int_equal(write(fd, "#", 1), 1);
	assert_int_equal(config_read(&config, path, &err), -1);
	assert_non_null(strstr(err.text, "longer than 65536 bytes"));
	/* A sparse one is refused as fast. */
	assert_int_equal(ftruncate(fd, 1L << 30), 0);
	assert_int_equal(config_read(&config, path, &err), -1);
	close(fd);
	assert_int_equal(unlink(path), 0);
}

static void options_go_over_the_file(void **state)
{
	char path[] = "/tmp/pps2shm-test-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	char *argv[] = {"run", "--agree=4", "--config", path, "--edge", "clear", NULL};
	struct config config;
	struct error err = {""};
	int argc = 6;

	(void)state;
	fputs("[time]\nagree = 9\nholdover = 7\n", file);
	fclose(file);
	int rc = config_load(&config, &argc, argv, NULL, &err);

	unlink(path);
	assert_int_equal(rc, 0);
	assert_int_equal(argc, 1);
	assert_int_equal(config.core.agree, 4);
	assert_int_equal(config.core.holdover_ns, 7000000000);
	assert_true(config.core.clear_edge);
}

static void what_is_not_ours_is_left_for_the_command(void **state)
{
	char *argv[] = {"replay", "a.cap", "--events", "--baud", "9600",
			"-x",     "--",    "--baud",   NULL};
	struct config config;
	struct error err = {""};
	int argc = 8;

	(void)state;
	assert_int_equal(config_load(&config, &argc, argv, NULL, &err), 0);
	assert_int_equal(argc, 6);
	assert_string_equal(argv[1], "a.cap");
	assert_string_equal(argv[2], "--events");
	assert_string_equal(argv[3], "-x");
	assert_string_equal(argv[4], "--");
	assert_string_equal(argv[5], "--baud");
	assert_null(argv[6]);
	assert_int_equal(config.serial_baud, 9600);
}

static void load(struct config *config, const char *option, const char *value)
{
	char *argv[] = {"run", (char *)option, (char *)value, NULL};
	struct error err = {""};
	int argc = value ? 3 : 2;

	if (config_load(config, &argc, argv, NULL, &err)) {
		fail_msg("%s %s: %s", option, value ? value : "", err.text);
	}
	assert_int_equal(argc, 1);
}

static void pps_sets_source_and_device(void **state)
{
	static const struct {
		const char *value;
		enum config_pps source;
		const char *device;
	} cases[] = {{"auto", CONFIG_PPS_KERNEL, "auto"},
		     {"/dev/pps1", CONFIG_PPS_KERNEL, "/dev/pps1"},
		     {"gpio", CONFIG_PPS_GPIO, "auto"},
		     {"sim", CONFIG_PPS_SIM, "auto"},
		     {"none", CONFIG_PPS_NONE, "auto"}};
	struct config config;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		load(&config, "--pps", cases[i].value);
		assert_int_equal(config.pps_source, cases[i].source);
		assert_string_equal(config.pps_device, cases[i].device);
	}
}

static void no_segment_turns_the_segment_off(void **state)
{
	struct config config;

	(void)state;
	load(&config, "--no-segment", NULL);
	assert_false(config.use_segment);
}

static void every_key_has_an_option_that_sets_it(void **state)
{
	struct config config;
	char option[64];

	(void)state;
	for (size_t i = 0; i < config_key_count; i++) {
		snprintf(option, sizeof(option), "--%s", config_keys[i].option);
		load(&config, option, config_keys[i].initial);
	}
}

/* All that --help says is allowed, as it says it: words, ranges, units. */
static void values_are_accepted_as_help_spells_them(void **state)
{
	struct config config;
	char option[64], allowed[300];

	(void)state;
	for (size_t i = 0; i < config_key_count; i++) {
		snprintf(option, sizeof(option), "--%s", config_keys[i].option);
		for (const struct config_word *w = config_keys[i].words; w && w->word; w++) {
			load(&config, option, w->word);
		}
		if (config_keys[i].unit) {
			snprintf(allowed, sizeof(allowed), "1000 %s", config_keys[i].unit);
			load(&config, option, allowed);
			snprintf(allowed, sizeof(allowed), "1000%s", config_keys[i].unit);
			load(&config, option, allowed);
		}
	}
	load(&config, "--holdover", "30 s");
	assert_int_equal(config.core.holdover_ns, 30000000000);
	load(&config, "--coarse-lag", "0.5ms");
	assert_int_equal(config.core.configured_lag_ns, 500000);
}

static void help_names_values_as_they_are_written(void **state)
{
	char *text = NULL, allowed[300], line[400];
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	config_print_options(out);
	fclose(out);
	for (size_t i = 0; i < config_key_count; i++) {
		config_allowed(&config_keys[i], allowed, sizeof(allowed));
		snprintf(line, sizeof(line), " %s; default: %s\n", allowed, config_keys[i].initial);
		if (!strstr(text, line)) {
			fail_msg("no '%s'", line);
		}
	}
	free(text);
}

static void options_that_contradict_each_other_are_errors(void **state)
{
	static const struct {
		const char *words[4];
		const char *error;
	} cases[] = {
		{{"--pps=none", "--gpio=18"},
		 "--gpio has no meaning with the pulses' source 'none'"},
		{{"--gpio", "18", "--pps", "none"}, "--gpio has no meaning"},
		{{"--pps=none", "--edge=clear"}, "--edge has no meaning"},
		{{"--pps=none", "--pps-offset=1"}, "--pps-offset has no meaning"},
		{{"--pps=/dev/pps1", "--pps-source=none"}, "--pps-device has no meaning"},
		{{"--pps=sim", "--gpio=18"}, "--gpio has no meaning with the pulses' source 'sim'"},
		{{"--pps=sim", "--serial=/dev/x"}, "--serial has no meaning"},
		{{"--pps=auto", "--gpio-chip=x"}, "--gpio-chip has no meaning"},
		{{"--pps=gpio", "--pps-device=auto"}, "--pps-device has no meaning"},
		{{"--pps=none", "--serial=none"}, "pps.source and serial.device are both none"},
		{{"--no-segment", "--segment-name=/x"},
		 "--segment-name has no meaning without a status segment"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *argv[6] = {"run"};
		struct config config;
		struct error err = {""};
		int argc = 1;

		for (int k = 0; k < 4 && cases[i].words[k]; k++) {
			argv[argc++] = (char *)cases[i].words[k];
		}
		assert_int_equal(config_load(&config, &argc, argv, NULL, &err), -1);
		if (!strstr(err.text, cases[i].error)) {
			fail_msg("'%s'", err.text);
		}
	}
}

static void an_option_may_leave_what_a_file_says_without_meaning(void **state)
{
	char path[] = "/tmp/pps2shm-test-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	char *argv[] = {"run", "--pps=none", "--config", path, NULL};
	struct config config;
	struct error err = {""};
	int argc = 4;

	(void)state;
	fputs("[pps]\ngpio = 18\nedge = clear\n", file);
	fclose(file);
	int rc = config_load(&config, &argc, argv, NULL, &err);

	unlink(path);
	assert_int_equal(rc, 0);
	assert_true(config_given(&config, "gpio") && config_given(&config, "pps-source"));
}

static void bad_options_are_errors_that_name_them(void **state)
{
	static const struct {
		const char *option, *value, *error;
	} cases[] = {{"--pps", "gps", "--pps 'gps': must be auto, a path"},
		     {"--gpio", "58", "--gpio '58': must be 0 to 57 or auto"},
		     {"--coarse-unit", "-1", "--coarse-unit '-1':"},
		     {"--baud", NULL, "--baud needs a value"},
		     {"--config", NULL, "--config needs a value"},
		     {"--pps", NULL, "--pps needs a value"},
		     {"--pps-unit", "0", "shm.coarse_unit and shm.pps_unit are both 0"},
		     {"--holdover", "5 ms", "--holdover '5 ms': must be 0 to 86400 s"},
		     {"--holdover", "s", "--holdover 's': must be"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *argv[] = {"run", (char *)cases[i].option, (char *)cases[i].value, NULL};
		struct config config;
		struct error err = {""};
		int argc = cases[i].value ? 3 : 2;

		assert_int_equal(config_load(&config, &argc, argv, NULL, &err), -1);
		if (!strstr(err.text, cases[i].error)) {
			fail_msg("'%s'", err.text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_table_and_the_core),
		cmocka_unit_test(what_was_given_is_known),
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(errors_name_file_line_key_value_and_what_is_allowed),
		cmocka_unit_test(unknown_sections_and_keys_are_errors_with_their_line),
		cmocka_unit_test(a_key_said_twice_is_an_error),
		cmocka_unit_test(what_is_no_ini_is_an_error),
		cmocka_unit_test(numbers_are_exact_or_refused),
		cmocka_unit_test(overlong_lines_and_texts_are_refused),
		cmocka_unit_test(hostile_bytes_are_refused_and_not_repeated),
		cmocka_unit_test(values_are_accepted_as_help_spells_them),
		cmocka_unit_test(help_names_values_as_they_are_written),
		cmocka_unit_test(options_that_contradict_each_other_are_errors),
		cmocka_unit_test(an_option_may_leave_what_a_file_says_without_meaning),
		cmocka_unit_test(the_file_named_must_be_there_the_default_need_not),
		cmocka_unit_test(a_directory_is_no_configuration),
		cmocka_unit_test(nobody_waits_for_a_fifo_or_reads_a_device),
		cmocka_unit_test(the_longest_file_has_65536_bytes),
		cmocka_unit_test(options_go_over_the_file),
		cmocka_unit_test(what_is_not_ours_is_left_for_the_command),
		cmocka_unit_test(pps_sets_source_and_device),
		cmocka_unit_test(no_segment_turns_the_segment_off),
		cmocka_unit_test(every_key_has_an_option_that_sets_it),
		cmocka_unit_test(bad_options_are_errors_that_name_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
