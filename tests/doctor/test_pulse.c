/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/core.h"
#include "rig.h"

/* Faults between the driver and the pulse. */

static void device_that_the_service_may_not_read_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_mode("/dev/pps0", 0600);
	rig_expect("device", DOCTOR_BROKEN, "/dev/pps0 has mode 0600: pps2shm may not read it",
		   "udevadm trigger");
}

static void missing_device_node_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_remove("/dev/pps0");
	rig_expect("device", DOCTOR_BROKEN, "/dev/pps0 is not there",
		   "sudo udevadm trigger --subsystem-match=pps");
}

static void line_without_pulses_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_pulses(0);
	rig_expect("pulses", DOCTOR_BROKEN, "no pulse on pps0 (pps@12.-1) in 2.2 s",
		   "check the wire from the receiver's PPS output to GPIO 18");
}

static void missing_fix_is_told_as_the_cause_of_missing_pulses(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_pulses(0);
	rig_segment()->page.receiver.fix = 0;
	rig_expect("pulses", DOCTOR_BROKEN, "no pulse", "antenna a clear view of the sky");
}

static void noise_on_the_line_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_pulses(110);
	rig_expect("pulses", DOCTOR_BROKEN, "110 edges in 2.2 s", "--pull down");
}

static void edge_that_the_driver_does_not_give_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[pps]\nedge = clear\n");
	rig_expect("pulses", DOCTOR_BROKEN, "gives no clear edges", "remove 'edge = clear'");
}

/* Pulses through libgpiod: no overlay, no driver. */
static void without_a_driver(void)
{
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt", "enable_uart=1\ndtoverlay=disable-bt\n");
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = gpio\n");
	rig_remove("/sys/class/pps/pps0");
	rig_remove("/sys/bus/platform/devices/pps@12");
	rig_line_holder("pps2shm");
}

static void pulses_through_libgpiod_are_well(void **state)
{
	(void)state;
	without_a_driver();
	rig_expect_well();
}

static void line_that_the_daemon_cannot_have_is_named(void **state)
{
	(void)state;
	without_a_driver();
	rig_line_holder("gpiomon");
	rig_expect("driver", DOCTOR_BROKEN, "GPIO 18 is held by 'gpiomon', so pps2shm cannot",
		   "stop that program");
}

static void line_that_the_daemon_may_not_open_is_named(void **state)
{
	(void)state;
	without_a_driver();
	rig_line_holder("");
	rig_expect("driver", DOCTOR_BROKEN, "GPIO 18 is not being watched",
		   "sudo usermod -aG gpio pps2shm");
}

static void pulses_that_stay_away_from_libgpiod_are_named(void **state)
{
	(void)state;
	without_a_driver();
	rig_segment()->page.last_pulse_raw_ns = RIG_NOW_NS - 60000000000;
	rig_expect("pulses", DOCTOR_BROKEN, "pps2shm sees no pulse", "check the wire");
}

static void receiver_without_pulses_on_purpose_is_well(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = none\n");
	rig_segment()->page.state = CORE_COARSE_ONLY;
	rig_segment()->page.sources[PPS2SHM_SEGMENT_PULSE].configured = 0;
	rig_segment()->page.units[PPS2SHM_SEGMENT_PPS].unit = -1;
	rig_expect_well();
	assert_null(rig_found("driver"));
	assert_null(rig_found("pps-unit"));
}

static void wrong_edge_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/sys/class/pps/pps0/assert", "1802260812.100004321#800\n");
	rig_expect("edge", DOCTOR_BROKEN, "the edge is +100.004 ms from the clock's second",
		   "sudo pps2shm setup --gpio 18 --edge falling, then sudo reboot");
}

static void wrong_edge_of_a_line_set_to_falling_asks_for_rising(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt", "enable_uart=1\ndtoverlay=disable-bt\n"
					       "dtoverlay=pps-gpio,assert_falling_edge\n");
	rig_write("/sys/class/pps/pps0/assert", "1802260812.900004321#800\n");
	rig_expect("edge", DOCTOR_BROKEN, "the edge is -99.996 ms",
		   "sudo pps2shm setup --gpio 18 --edge rising");
}

static void wrong_edge_before_the_second_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/sys/class/pps/pps0/assert", "1802260812.900000000#800\n");
	rig_expect("edge", DOCTOR_BROKEN, "-100.000 ms", "--edge");
}

static void edge_is_not_judged_by_a_clock_that_does_not_know(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/sys/class/pps/pps0/assert", "1802260812.100004321#800\n");
	rig_clock(0, 16000000);
	rig_walk();
	assert_int_equal(rig_found("edge")->verdict, DOCTOR_UNKNOWN);
	rig_clock(1, 150000);
	rig_walk();
	assert_int_equal(rig_found("edge")->verdict, DOCTOR_UNKNOWN);
}

static void clock_that_is_not_synchronised_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_clock(0, 16000000);
	rig_expect("clock", DOCTOR_WARNING, "not synchronised", "fix what is named above");
}

static void clock_that_is_set_again_and_again_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.clock_steps = 40;
	rig_expect("clock", DOCTOR_WARNING, "the clock was set 40 times", "journalctl -b");
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(device_that_the_service_may_not_read_is_named),
		WITH_RIG(missing_device_node_is_named),
		WITH_RIG(line_without_pulses_is_named),
		WITH_RIG(missing_fix_is_told_as_the_cause_of_missing_pulses),
		WITH_RIG(noise_on_the_line_is_named),
		WITH_RIG(edge_that_the_driver_does_not_give_is_named),
		WITH_RIG(pulses_through_libgpiod_are_well),
		WITH_RIG(line_that_the_daemon_cannot_have_is_named),
		WITH_RIG(line_that_the_daemon_may_not_open_is_named),
		WITH_RIG(pulses_that_stay_away_from_libgpiod_are_named),
		WITH_RIG(receiver_without_pulses_on_purpose_is_well),
		WITH_RIG(wrong_edge_is_named),
		WITH_RIG(wrong_edge_of_a_line_set_to_falling_asks_for_rising),
		WITH_RIG(wrong_edge_before_the_second_is_named),
		WITH_RIG(edge_is_not_judged_by_a_clock_that_does_not_know),
		WITH_RIG(clock_that_is_not_synchronised_is_a_warning),
		WITH_RIG(clock_that_is_set_again_and_again_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
