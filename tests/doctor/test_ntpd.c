/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "rig.h"

/* Faults between our units and ntpd's clock. */

#define BILLBOARD                                                                                  \
	"     remote                refid      st t when poll reach   delay   offset   jitter\n"   \
	"===============================================================================\n"

static const char dhcp_copy[] = "pool 0.debian.pool.ntp.org iburst\nrestrict 127.0.0.1\n"
				"restrict ::1\nserver 192.168.1.1 iburst\n";

static void billboard(const char *rows)
{
	char text[1000];

	rig_healthy(RIG_PI4);
	snprintf(text, sizeof(text), "%s%s", BILLBOARD, rows);
	rig_command("ntpq -pn", DOCTOR_ENDED, 0, text);
}

static void machine_without_a_time_daemon_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_program(812);
	rig_service("ntpsec.service", "", "", "");
	rig_expect("daemon", DOCTOR_BROKEN, "no time daemon runs", "sudo apt install ntpsec");
}

static void ntpd_that_does_not_run_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_program(812);
	rig_service("ntpsec.service", "inactive", "enabled", "");
	rig_expect("daemon", DOCTOR_BROKEN, "NTPsec is installed, but ntpd does not run",
		   "sudo systemctl enable --now ntpsec");
}

static void daemons_that_proc_hides_are_not_said_to_be_missing(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_program(812);
	rig_no_program(1);
	rig_expect("daemon", DOCTOR_UNKNOWN, "hidden here (hidepid)", "sudo pps2shm doctor");
}

static void two_daemons_on_one_clock_are_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_program(900, "chronyd", "/usr/sbin/chronyd");
	rig_expect("daemon", DOCTOR_BROKEN,
		   "ntpd (process 812) and chronyd (process 900) both set the clock",
		   "sudo systemctl disable --now chrony");
}

static void timesyncd_beside_ntpd_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_program(350, "systemd-timesyn", "/usr/lib/systemd/systemd-timesyncd");
	rig_expect("timesyncd", DOCTOR_BROKEN, "systemd-timesyncd (process 350) sets the clock too",
		   "sudo systemctl disable --now systemd-timesyncd");
}

static void dhcp_copy_that_leaves_our_drop_in_out_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_DHCP);
	rig_write("/etc/default/ntpsec", "NTPD_OPTS=\"-g -N\"\nIGNORE_DHCP=\"\"\n");
	rig_program(812, "ntpd", "/usr/sbin/ntpd -p /run/ntpd.pid -c /run/ntpsec/ntp.conf.dhcp -g");
	rig_expect("dhcp", DOCTOR_BROKEN, "it reads nothing of /etc/ntpsec/ntp.d",
		   "echo 'IGNORE_DHCP=\"yes\"' | sudo tee -a /etc/default/ntpsec");
	assert_int_equal(rig_found("ntp.conf")->verdict, DOCTOR_UNKNOWN);
}

static void dhcp_copy_that_waits_for_the_next_start_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_DHCP);
	rig_write("/etc/default/ntpsec", "IGNORE_DHCP=\"\"\n");
	rig_expect("dhcp", DOCTOR_WARNING, "the next start of ntpd takes /run/ntpsec/ntp.conf.dhcp",
		   "IGNORE_DHCP");
}

static void configuration_without_our_lines_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/ntpsec/ntp.conf", dhcp_copy);
	rig_expect("ntp.conf", DOCTOR_BROKEN, "have no 'refclock shm unit 1'",
		   "refclock shm unit 1 refid PPS minpoll 0 maxpoll 0 prefer");
}

static void line_that_is_a_comment_does_not_count(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/ntpsec/ntp.conf", "#refclock shm unit 1 refid PPS\nrestrict 127.0.0.1\n");
	rig_expect("ntp.conf", DOCTOR_BROKEN, "have no 'refclock shm unit 1'",
		   "sudo pps2shm setup");
}

static void lines_in_the_old_spelling_count(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/ntpsec/ntp.conf",
		  "server 127.127.28.0 minpoll 4\nserver 127.127.28.1 prefer\n"
		  "fudge 127.127.28.1 refid PPS\n");
	rig_expect_well();
}

static void missing_coarse_line_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/ntpsec/ntp.conf", "refclock shm unit 1 refid PPS prefer\nrestrict ::1\n");
	rig_expect("ntp.conf", DOCTOR_WARNING, "no 'refclock shm unit 0'",
		   "refclock shm unit 0 refid GPS");
}

static void configuration_changed_after_the_start_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_touch("/etc/ntpsec/ntp.d/pps2shm.conf");
	rig_expect("ntp.conf", DOCTOR_WARNING, "pps2shm.conf was changed after ntpd started",
		   "sudo systemctl restart ntpsec");
}

static void daemon_without_an_option_reads_the_usual_file(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_program(812, "ntpd", "/usr/sbin/ntpd -g");
	rig_expect_well();
	rig_remove("/etc/ntpsec/ntp.conf");
	rig_write("/etc/ntp.conf", "server 127.127.28.1\n");
	rig_expect("ntp.conf", DOCTOR_WARNING, "no 'refclock shm unit 0'", "in /etc/ntp.conf");
}

static void minsane_beyond_all_sources_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/ntpsec/ntp.conf", "tos minclock 4 minsane 3\nrefclock shm unit 0\n"
					  "refclock shm unit 1 refid PPS prefer\n");
	rig_expect("minsane", DOCTOR_BROKEN,
		   "ntpd wants 3 sources that agree, and can select only 2 of ours and 0 more",
		   "'tos minclock 1 minsane 1' as the last tos line of /etc/ntpsec/ntp.conf");
	rig_write("/etc/ntpsec/ntp.conf",
		  "tos minclock 4 minsane 3\nrefclock shm unit 0 noselect\n"
		  "refclock shm unit 1 refid PPS prefer\nserver one\nserver two noselect\n");
	rig_expect("minsane", DOCTOR_BROKEN, "can select only 1 of ours and 1 more", "minsane 1");
}

static void minsane_that_needs_the_network_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_write("/etc/ntpsec/ntp.d/zz.conf", "tos minsane 3\n");
	rig_expect("minsane", DOCTOR_WARNING, "'tos minsane 3' (/etc/ntpsec/ntp.d/zz.conf)",
		   "minsane 1");
}

static void unit_that_ntpd_could_not_open_is_named(void **state)
{
	(void)state;
	billboard(" SHM(0) .GPS. 0 l 5 16 377 0.0000 -12.1253 3.0193\n");
	rig_expect("peers", DOCTOR_BROKEN, "SHM(1) is not among ntpd's sources",
		   "sudo systemctl restart ntpsec");
}

static void ntpd_without_any_source_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_command("ntpq -pn", DOCTOR_ENDED, 0, "No association IDs returned\n");
	rig_expect("peers", DOCTOR_BROKEN, "has no sources", "sudo systemctl restart ntpsec");
}

static void reach_zero_is_named(void **state)
{
	(void)state;
	billboard(" SHM(1) .PPS. 0 l - 8 0 0.0000 0.0000 0.0019\n");
	rig_expect("peers", DOCTOR_BROKEN, "SHM(1): reach 0", "sudo systemctl restart ntpsec");
}

static void falseticker_is_named(void **state)
{
	(void)state;
	billboard("xSHM(1) .PPS. 0 l 3 8 377 0.0000 -100.0012 0.0019\n"
		  "*185.232.69.65 192.36.143.130 2 u 48 64 377 11.8571 0.4127 0.2211\n");
	rig_expect("peers", DOCTOR_BROKEN, "falseticker (x): offset -100.001 ms",
		   "of 1 to 500 ms: the pulse's other edge");
}

static void candidate_that_is_not_selected_is_a_warning(void **state)
{
	(void)state;
	billboard("+SHM(1) .PPS. 0 l 3 8 377 0.0000 0.0012 0.0019\n");
	rig_expect("peers", DOCTOR_WARNING, "another source is preferred (tally '+')",
		   "'tos minclock 1 minsane 1'");
}

static void large_jitter_is_a_warning(void **state)
{
	(void)state;
	billboard("*SHM(1) .PPS. 0 l 3 8 377 0.0000 0.2012 4.5019\n");
	rig_expect("peers", DOCTOR_WARNING, "its jitter is 4.502 ms", "top");
}

static void billboard_of_classic_ntpd_is_understood(void **state)
{
	(void)state;
	billboard("o127.127.28.1 .PPS. 0 l 3 8 377 0.000 +0.001 0.002\n");
	rig_expect_well();
}

static void ntpd_that_does_not_answer_leads_to_the_restrict_lines(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/ntpsec/ntp.conf", "refclock shm unit 0\nrefclock shm unit 1 prefer\n");
	rig_command("ntpq -pn", DOCTOR_ENDED, 1,
		    "localhost: timed out, nothing received\n***Request timed out\n");
	rig_expect("peers", DOCTOR_BROKEN, "ntpd does not answer ntpq",
		   "'restrict 127.0.0.1' and 'restrict ::1' to /etc/ntpsec/ntp.conf");
}

static void ntpq_that_hangs_is_taken_for_no_answer(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_command("ntpq -pn", DOCTOR_HUNG, 137, "");
	rig_expect("peers", DOCTOR_BROKEN, "ntpd does not answer ntpq", "loopback");
}

static void closed_port_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_command("ntpq -pn", DOCTOR_ENDED, 1, "ntpq: read: Connection refused\n");
	rig_expect("peers", DOCTOR_BROKEN, "does not listen", "sudo systemctl restart ntpsec");
}

static void missing_ntpq_leaves_it_open(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_command("ntpq -pn", DOCTOR_NO_TOOL, 127, "");
	rig_expect("peers", DOCTOR_UNKNOWN, "ntpq is not installed", "sudo apt install ntpsec");
	assert_int_equal(rig_walk()->verdict, DOCTOR_OK);
}

static void broken_output_of_ntpq_leaves_it_open(void **state)
{
	static const char *const outputs[] = {
		"Traceback (most recent call last):\n  File \"/usr/bin/ntpq\", line 1\n", "",
		"\x01\xff\n", "*SHM(1)\n", "*SHM(1) .PPS. 0 l 3 8 999 0 nan 0.002\n"};

	(void)state;
	rig_healthy(RIG_PI4);
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		rig_command("ntpq -pn", DOCTOR_ENDED, 0, outputs[i]);
		rig_expect("peers", DOCTOR_UNKNOWN, "ntpq's answer was not understood", "");
	}
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(machine_without_a_time_daemon_is_named),
		WITH_RIG(ntpd_that_does_not_run_is_named),
		WITH_RIG(daemons_that_proc_hides_are_not_said_to_be_missing),
		WITH_RIG(two_daemons_on_one_clock_are_named),
		WITH_RIG(timesyncd_beside_ntpd_is_named),
		WITH_RIG(dhcp_copy_that_leaves_our_drop_in_out_is_named),
		WITH_RIG(dhcp_copy_that_waits_for_the_next_start_is_a_warning),
		WITH_RIG(configuration_without_our_lines_is_named),
		WITH_RIG(line_that_is_a_comment_does_not_count),
		WITH_RIG(lines_in_the_old_spelling_count),
		WITH_RIG(missing_coarse_line_is_a_warning),
		WITH_RIG(configuration_changed_after_the_start_is_a_warning),
		WITH_RIG(daemon_without_an_option_reads_the_usual_file),
		WITH_RIG(minsane_beyond_all_sources_is_named),
		WITH_RIG(minsane_that_needs_the_network_is_a_warning),
		WITH_RIG(unit_that_ntpd_could_not_open_is_named),
		WITH_RIG(ntpd_without_any_source_is_named),
		WITH_RIG(reach_zero_is_named),
		WITH_RIG(falseticker_is_named),
		WITH_RIG(candidate_that_is_not_selected_is_a_warning),
		WITH_RIG(large_jitter_is_a_warning),
		WITH_RIG(billboard_of_classic_ntpd_is_understood),
		WITH_RIG(ntpd_that_does_not_answer_leads_to_the_restrict_lines),
		WITH_RIG(ntpq_that_hangs_is_taken_for_no_answer),
		WITH_RIG(closed_port_is_named),
		WITH_RIG(missing_ntpq_leaves_it_open),
		WITH_RIG(broken_output_of_ntpq_leaves_it_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
