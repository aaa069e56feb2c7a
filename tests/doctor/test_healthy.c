/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "rig.h"

static void bookworm_pi_4_is_well(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_expect_well();
}

static void trixie_pi_5_is_well(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_expect_well();
	assert_non_null(rig_found("apparmor"));
}

static void pi_with_chrony_is_well(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_expect_well();
	assert_null(rig_found("peers"));
	assert_non_null(rig_found("sources"));
}

static void pi_whose_dhcp_is_ignored_is_well(void **state)
{
	(void)state;
	rig_healthy(RIG_DHCP);
	rig_expect_well();
}

static void dhcp_copy_with_our_lines_in_it_is_well(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/run/ntpsec/ntp.conf.dhcp", "refclock shm unit 0 refid GPS\n"
					       "refclock shm unit 1 refid PPS prefer\n"
					       "restrict 127.0.0.1\nrestrict ::1\n"
					       "server 192.168.1.1 iburst\n");
	rig_program(812, "ntpd", "/usr/sbin/ntpd -p /run/ntpd.pid -c /run/ntpsec/ntp.conf.dhcp -g");
	rig_expect_well();
}

static void every_link_of_a_system_with_ntpsec_is_looked_at(void **state)
{
	static const char *const links[] = {
		"model",    "kernel", "config",     "overlay",       "driver",      "device",
		"pulses",   "edge",   "uart",       "console",       "getty",       "port",
		"service",  "fix",    "sentences",  "second",        "coarse-unit", "pps-unit",
		"apparmor", "daemon", "timesyncd",  "dhcp",          "ntp.conf",    "minsane",
		"peers",    "clock",  "pps-reader", "coarse-reader", "line"};

	(void)state;
	rig_healthy(RIG_PI5);
	rig_walk();
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		const struct doctor_finding *found = rig_found(links[i]);

		if (!found || found->verdict != DOCTOR_OK) {
			fail_msg("%s: %s", links[i], found ? found->seen : "not looked at");
		}
	}
}

/* Always the same garbage: half of it bytes, half of it what files are made of. */
static size_t garbage(unsigned int *seed, char *text, size_t size)
{
	static const char *const bits[] = {
		"\n",     " ",          "=",        "#",        ",",           "-c",
		"[all]",  "dtoverlay=", "pps-gpio", "gpiopin=", "refclock",    "shm",
		"unit",   "1",          "tos",      "minsane",  "99999999999", "Id=",
		"SHM(1)", "*",          "377",      "audit(",   "console="};
	size_t n = 0, length = (*seed = *seed * 1103515245 + 12345) >> 16 & 0x3ff;

	while (n < length && n + 16 < size) {
		unsigned int random = (*seed = *seed * 1103515245 + 12345) >> 12;
		const char *bit = bits[random % (sizeof(bits) / sizeof(bits[0]))];

		if (random & 0x8000) {
			text[n++] = (char)(random >> 4);
		} else {
			n += (size_t)snprintf(text + n, size - n, "%s", bit);
		}
	}
	text[n] = '\0';
	return n;
}

static void garbage_anywhere_is_judged_without_harm(void **state)
{
	static const char *const files[] = {"/proc/device-tree/model",
					    "/proc/sys/kernel/osrelease",
					    "/proc/stat",
					    "/proc/cmdline",
					    "/proc/812/stat",
					    "/proc/812/cmdline",
					    "/proc/812/comm",
					    "/etc/passwd",
					    "/etc/group",
					    "/etc/pps2shm.conf",
					    "/etc/ntpsec/ntp.conf",
					    "/etc/default/ntpsec",

					    "/boot/firmware/config.txt",
					    "/boot/firmware/cmdline.txt",
					    "/sys/class/pps/pps0/name"};
	static const char *const commands[] = {"ntpq -pn", "journalctl -k",
					       "chronyc -n -c sources"};
	const size_t count = sizeof(files) / sizeof(files[0]);
	unsigned int seed = 1;
	char text[1200];

	(void)state;
	for (size_t i = 0; i < 10 * count; i++) {
		rig_healthy(i % 3 == 0 ? RIG_PI5 : i % 3 == 1 ? RIG_DHCP : RIG_CHRONY);
		size_t n = garbage(&seed, text, sizeof(text));

		rig_write_bytes(files[i % count], text, n);
		garbage(&seed, text, sizeof(text));
		rig_command(commands[i % 3], DOCTOR_ENDED, 0, text);
		garbage(&seed, text, sizeof(text));
		rig_service("ntpsec.service", "active", "enabled", i % 5 ? "" : text);
		rig_walk();
		assert_non_null(rig_found("config"));
	}
}

static void newly_started_ntpd_is_no_fault_but_a_warning_to_wait(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_command("ntpq -pn", DOCTOR_ENDED, 0,
		    "     remote refid st t when poll reach delay offset jitter\n"
		    "=======================================================\n"
		    " SHM(1)  .PPS.  0 l  7  8  1  0.0000  0.0012  0.0008\n");
	rig_expect("peers", DOCTOR_WARNING, "not taken", "started recently: look again");
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(bookworm_pi_4_is_well),
		WITH_RIG(trixie_pi_5_is_well),
		WITH_RIG(pi_with_chrony_is_well),
		WITH_RIG(pi_whose_dhcp_is_ignored_is_well),
		WITH_RIG(dhcp_copy_with_our_lines_in_it_is_well),
		WITH_RIG(every_link_of_a_system_with_ntpsec_is_looked_at),
		WITH_RIG(garbage_anywhere_is_judged_without_harm),
		WITH_RIG(newly_started_ntpd_is_no_fault_but_a_warning_to_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
