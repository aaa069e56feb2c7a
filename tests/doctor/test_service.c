/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "rig.h"

/* Faults of our own service, and what its segment tells of the receiver. */

static void service_that_is_not_installed_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_segment();
	rig_service("pps2shm.service", "", "", "");
	rig_expect("service", DOCTOR_BROKEN, "pps2shm.service is not installed",
		   "sudo apt install ./pps2shm_*.deb");
}

static void service_that_does_not_run_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_segment();
	rig_service("pps2shm.service", "inactive", "disabled", "User=pps2shm\nGroup=dialout\n");
	rig_expect("service", DOCTOR_BROKEN, "pps2shm does not run",
		   "sudo systemctl enable --now pps2shm");
	assert_int_equal(rig_found("sentences")->verdict, DOCTOR_UNKNOWN);
}

static void service_that_failed_is_named_with_its_last_words(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_segment();
	rig_service("pps2shm.service", "failed", "enabled",
		    "Result=exit-code\nUser=pps2shm\nGroup=dialout\n");
	rig_command("journalctl -u pps2shm.service", DOCTOR_ENDED, 0,
		    "pps2shm run: unit 1 is 80 bytes, not 96\n");
	rig_expect("service", DOCTOR_BROKEN,
		   "pps2shm.service failed (exit-code): pps2shm run: unit 1 is 80 bytes",
		   "journalctl -u pps2shm");
}

static void masked_service_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_segment();
	rig_service("pps2shm.service", "inactive", "masked", "LoadState=masked\n");
	rig_expect("service", DOCTOR_BROKEN, "pps2shm does not run", "sudo systemctl");
}

static void daemon_that_ended_is_named_without_systemd_too(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_systemd();
	rig_segment()->page.ended = 1;
	rig_expect("service", DOCTOR_BROKEN, "The daemon has ended",
		   "start 'pps2shm run' anew (no systemd runs here)");
}

static void daemon_that_does_not_run_is_named_without_systemd_too(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_systemd();
	rig_no_segment();
	rig_expect("service", DOCTOR_BROKEN, "pps2shm does not run",
		   "start 'pps2shm run' (no systemd runs here)");
}

/* Whatever is wrong: nothing is advised that only systemd could do. */
static void without_systemd_its_commands_are_not_advised(void **state)
{
	struct pps2shm_segment_page *page = &rig_segment()->page;

	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_systemd();
	rig_no_program(812);
	rig_program(600, "gpsd", "/usr/sbin/gpsd -n /dev/ttyACM0");
	rig_program(4711, "minicom", "minicom -D /dev/serial0");
	rig_opens(4711, "/dev/ttyAMA0");
	rig_unit(1, 80, 0660, 0, 990, 0);
	rig_expect_never("systemctl");
	rig_expect_never("journalctl");
	assert_string_equal(rig_found("gpsd")->remedy, "sudo service gpsd stop");
	assert_non_null(strstr(rig_found("daemon")->remedy, "sudo service ntpsec start; if"));
	assert_non_null(
		strstr(rig_found("pps-unit")->remedy, "end pps2shm and ntpsec, sudo ipcrm"));
	assert_non_null(strstr(rig_found("port")->remedy, "stop minicom for good, process 4711"));

	rig_healthy(RIG_CHRONY);
	rig_no_systemd();
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = sim\n");
	strcpy(page->units[0].error, "another program also writes this unit");
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 1, "506 Cannot talk to daemon\n");
	rig_unit(1, 0, 0, 0, 0, 0);
	rig_expect_never("systemctl");
	assert_string_equal(rig_found("sources")->remedy, "sudo service chrony restart");
	assert_non_null(strstr(rig_found("config")->remedy, "then start 'pps2shm run' anew"));
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = gps\n");
	rig_expect_never("systemctl");
	assert_non_null(strstr(rig_found("config")->remedy, "then start 'pps2shm run' anew"));
}

static void missing_pulses_leave_the_second_coarse(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.state = CORE_COARSE_ONLY;
	rig_segment()->page.last_pulse_raw_ns = RIG_NOW_NS - 60000000000;
	rig_pulses(0);
	rig_walk();
	assert_non_null(strstr(rig_found("second")->seen, "there are sentences but no pulses"));
	assert_int_equal(rig_found("pulses")->verdict, DOCTOR_BROKEN);
}

static void no_pulses_are_not_said_beside_counted_ones(void **state)
{
	struct pps2shm_segment_page *page = &rig_segment()->page;

	(void)state;
	rig_healthy(RIG_PI4);
	page->state = CORE_COARSE_ONLY;
	rig_expect("second", DOCTOR_BROKEN, "there are pulses, but not regularly", "loose wire");
	page->last_pulse_raw_ns = RIG_NOW_NS - 60000000000;
	rig_expect("second", DOCTOR_BROKEN, "pulses come on pps0, but none on /dev/pps0",
		   "then sudo systemctl restart pps2shm");
	page->sources[PPS2SHM_SEGMENT_PULSE].up = 0;
	strcpy(page->sources[PPS2SHM_SEGMENT_PULSE].error, "/dev/pps0: Permission denied");
	rig_expect("second", DOCTOR_BROKEN, "does not get them: /dev/pps0: Permission denied",
		   "see device above");
	rig_expect_never("no pulse");
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = none\ngpio = 4\n");
	rig_expect_never("no pulses on");
}

static void simulated_receiver_needs_no_port(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_remove("/dev/serial0");
	rig_remove("/dev/ttyAMA0");
	rig_remove("/dev/pps0");
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = sim\n");
	strcpy(rig_segment()->page.sources[PPS2SHM_SEGMENT_PULSE].name, "simulated pulses");
	strcpy(rig_segment()->page.sources[PPS2SHM_SEGMENT_SERIAL].name, "simulated receiver");
	rig_expect("config", DOCTOR_BROKEN, "'source = sim': time is simulated", "remove 'source");
	rig_expect_never("/dev/serial0");
	/* The same by an option alone. */
	rig_remove("/etc/pps2shm.conf");
	rig_expect("config", DOCTOR_BROKEN, "simulated pulses", "sudo systemctl start pps2shm");
	rig_expect_never("there is no /dev");
	assert_null(rig_found("uart"));
	assert_null(rig_found("driver"));
}

static void daemon_that_hangs_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.raw_ns = RIG_NOW_NS - 60000000000;
	rig_expect("service", DOCTOR_BROKEN, "no heartbeat for more than 5 s",
		   "sudo systemctl restart pps2shm");
}

static void service_that_will_not_come_back_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("pps2shm.service", "active", "disabled", "User=pps2shm\nGroup=dialout\n");
	rig_expect("service", DOCTOR_WARNING, "will not start at the next boot",
		   "sudo systemctl enable pps2shm");
}

static void line_without_a_byte_is_named(void **state)
{
	struct pps2shm_segment_page *page = &rig_segment()->page;

	(void)state;
	rig_healthy(RIG_PI4);
	page->bytes = 0;
	page->sentences = 0;
	page->last_sentence_raw_ns = 0;
	rig_expect("sentences", DOCTOR_BROKEN, "no bytes received on /dev/serial0 (/dev/ttyAMA0)",
		   "its TX goes to our RX");
}

static void bytes_that_are_no_nmea_are_named(void **state)
{
	struct pps2shm_segment_page *page = &rig_segment()->page;

	(void)state;
	rig_healthy(RIG_PI4);
	page->sentences = 0;
	page->last_sentence_raw_ns = 0;
	rig_expect("sentences", DOCTOR_BROKEN, "400000 bytes received", "set 'baud = auto'");
}

static void sentences_that_stopped_are_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.last_sentence_raw_ns = RIG_NOW_NS - 60000000000;
	rig_expect("sentences", DOCTOR_BROKEN, "stopped", "check the receiver's power");
}

static void full_line_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_expect("line", DOCTOR_OK, "9600 bit/s) is 52 % full", "");
	rig_healthy(RIG_PI4);
	rig_segment()->page.bytes = 630000;
	rig_expect("line", DOCTOR_WARNING, "9600 bit/s) is 82 % full",
		   "sudo pps2shm receiver setup");
}

static void port_that_is_not_open_is_named_with_its_error(void **state)
{
	struct pps2shm_segment_source *serial =
		&rig_segment()->page.sources[PPS2SHM_SEGMENT_SERIAL];

	(void)state;
	rig_healthy(RIG_PI4);
	serial->up = 0;
	snprintf(serial->error, sizeof(serial->error), "no such port");
	rig_expect("sentences", DOCTOR_BROKEN, "is not open: no such port",
		   "fix what is named above");
}

static void daemon_without_a_port_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = none\n");
	rig_segment()->page.sources[PPS2SHM_SEGMENT_SERIAL].configured = 0;
	rig_expect("sentences", DOCTOR_BROKEN, "no serial port is configured", "[serial]");
}

static void missing_fix_is_named(void **state)
{
	struct pps2shm_segment_page *page = &rig_segment()->page;

	(void)state;
	rig_healthy(RIG_PI4);
	page->receiver.fix = 0;
	page->receiver.satellites_seen = 3;
	page->receiver.satellites_used = 0;
	page->state = CORE_NO_FIX;
	rig_expect("fix", DOCTOR_BROKEN, "no fix: 3 satellites seen, 0 used",
		   "antenna a clear view of the sky");
}

static void receiver_that_contradicts_the_clock_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.state = CORE_SUSPECT;
	rig_expect("second", DOCTOR_BROKEN, "contradicts the synchronised system clock",
		   "compare with another clock");
}

static void ambiguous_second_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.state = CORE_AMBIGUOUS;
	rig_expect("second", DOCTOR_BROKEN, "either of two seconds fits", "another bit rate");
}

static void search_for_the_second_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.state = CORE_SEARCHING;
	rig_expect("second", DOCTOR_WARNING, "Not locked yet", "pps2shm status --watch");
}

static void segment_full_of_noise_is_no_daemon(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_segment();
	rig_write("/dev/shm/pps2shm", "noise");
	rig_expect("service", DOCTOR_BROKEN, "is started, but", "sudo rm -r /dev/shm/pps2shm");
}

static void fifo_in_the_place_of_the_segment_holds_up_nobody(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_segment();
	rig_fifo("/dev/shm/pps2shm");
	rig_expect("service", DOCTOR_BROKEN, "omething other than a plain file",
		   "sudo rm -r /dev/shm/pps2shm");
}

static void system_without_systemd_is_judged_by_the_segment(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_no_systemd();
	rig_walk();
	assert_int_equal(rig_found("service")->verdict, DOCTOR_OK);
	assert_null(rig_found("getty"));
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(service_that_is_not_installed_is_named),
		WITH_RIG(service_that_does_not_run_is_named),
		WITH_RIG(service_that_failed_is_named_with_its_last_words),
		WITH_RIG(masked_service_is_named),
		WITH_RIG(daemon_that_ended_is_named_without_systemd_too),
		WITH_RIG(daemon_that_does_not_run_is_named_without_systemd_too),
		WITH_RIG(without_systemd_its_commands_are_not_advised),
		WITH_RIG(no_pulses_are_not_said_beside_counted_ones),
		WITH_RIG(simulated_receiver_needs_no_port),
		WITH_RIG(missing_pulses_leave_the_second_coarse),
		WITH_RIG(daemon_that_hangs_is_named),
		WITH_RIG(service_that_will_not_come_back_is_a_warning),
		WITH_RIG(line_without_a_byte_is_named),
		WITH_RIG(bytes_that_are_no_nmea_are_named),
		WITH_RIG(sentences_that_stopped_are_named),
		WITH_RIG(full_line_is_named),
		WITH_RIG(port_that_is_not_open_is_named_with_its_error),
		WITH_RIG(daemon_without_a_port_is_named),
		WITH_RIG(missing_fix_is_named),
		WITH_RIG(receiver_that_contradicts_the_clock_is_named),
		WITH_RIG(ambiguous_second_is_named),
		WITH_RIG(search_for_the_second_is_a_warning),
		WITH_RIG(segment_full_of_noise_is_no_daemon),
		WITH_RIG(fifo_in_the_place_of_the_segment_holds_up_nobody),
		WITH_RIG(system_without_systemd_is_judged_by_the_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
