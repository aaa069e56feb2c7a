/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "rig.h"

/* How late stamps are: measured, and on what. */

#define ASPM_FILE "/sys/bus/pci/devices/0002:01:00.0/link/l1_aspm"
#define PI4_MODEL "Raspberry Pi 4 Model B Rev 1.4"
#define PI5_MODEL "Raspberry Pi 5 Model B Rev 1.0"

static void a_pi_4(void)
{
	rig_healthy(RIG_PI4);
	rig_write("/dev/gpiomem", "");
	rig_write("/proc/device-tree/model", PI4_MODEL);
	rig_write("/proc/sys/kernel/osrelease", "6.12.47+rpt-rpi-v8\n");
	rig_write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand\n");
}

static void a_pi_5(const char *aspm, const char *governor)
{
	rig_healthy(RIG_PI5);
	rig_write("/dev/gpiomem0", "");
	rig_write("/proc/device-tree/model", PI5_MODEL);
	rig_write("/proc/sys/kernel/osrelease", "6.18.39\n");
	rig_write("/sys/bus/pci/devices/0001:00:00.0/vendor", "0x14e4\n");
	rig_write("/sys/bus/pci/devices/0002:01:00.0/vendor", "0x1de4\n");
	rig_write(ASPM_FILE, aspm);
	rig_write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor);
}

static void config(const char *offset, const char *measured)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "[serial]\ndevice = /dev/ttyAMA0\n[pps]\noffset = %s\noffset_measured = %s\n",
		 offset, measured);
	rig_write("/etc/pps2shm.conf", text);
}

static void one_that_was_never_measured_is_told(void **state)
{
	(void)state;
	a_pi_4();
	rig_expect("calibration", DOCTOR_WARNING,
		   "never measured how late the pulses are stamped: on this model 3 to 8 us",
		   "sudo pps2shm calibrate --apply");
}

static void where_nothing_can_measure_it_nothing_is_said(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_walk();
	assert_null(rig_found("calibration"));
}

static void one_that_was_measured_here_is_well(void **state)
{
	(void)state;
	a_pi_4();
	config("4100",
	       "2026-11-27, kernel 6.12.47+rpt-rpi-v8, governor ondemand, ASPM none, " PI4_MODEL);
	rig_expect("calibration", DOCTOR_OK,
		   "stamps are 4.1 us late, measured on 2026-11-27 on this model and kernel", "");
}

static void another_kernel_or_model_is_told(void **state)
{
	(void)state;
	a_pi_4();
	config("4100", "2026-11-27, kernel 6.6.31, governor ondemand, ASPM none, " PI4_MODEL);
	rig_expect("calibration", DOCTOR_WARNING, "pps.offset, 4.1 us, holds for another kernel",
		   "sudo pps2shm calibrate --apply");
	config("4100",
	       "2026-11-27, kernel 6.12.47+rpt-rpi-v8, governor ondemand, ASPM none, " PI5_MODEL);
	rig_expect("calibration", DOCTOR_WARNING, "holds for another model", "calibrate --apply");
}

static void another_setting_is_told(void **state)
{
	(void)state;
	a_pi_5("0\n", "ondemand\n");
	config("7200", "2026-11-27, kernel 6.18.39, governor ondemand, ASPM on, " PI5_MODEL);
	rig_expect("calibration", DOCTOR_WARNING, "holds for another ASPM", "calibrate --apply");
	config("7200", "2026-11-27, kernel 6.18.39, governor performance, ASPM off, " PI5_MODEL);
	rig_expect("calibration", DOCTOR_WARNING, "holds for another governor",
		   "calibrate --apply");
}

static void cheap_settings_of_a_pi_5_are_named_with_their_gain(void **state)
{
	(void)state;
	a_pi_5("1\n", "ondemand\n");
	config("12000", "2026-11-27, kernel 6.18.39, governor ondemand, ASPM on, " PI5_MODEL);
	rig_expect("calibration", DOCTOR_OK, "12.0 us late",
		   "5.5 us earlier and with less jitter, at 0.4 W: echo 0 | sudo tee " ASPM_FILE);
	a_pi_5("0\n", "ondemand\n");
	config("7000", "2026-11-27, kernel 6.18.39, governor ondemand, ASPM off, " PI5_MODEL);
	rig_expect("calibration", DOCTOR_OK, "7.0 us late", "1 us earlier");
	a_pi_5("0\n", "performance\n");
	config("5200", "2026-11-27, kernel 6.18.39, governor performance, ASPM off, " PI5_MODEL);
	rig_expect("calibration", DOCTOR_OK, "5.2 us late", "");
}

static void one_set_by_hand_is_left_alone(void **state)
{
	(void)state;
	a_pi_4();
	config("2500", "never");
	rig_expect("calibration", DOCTOR_OK, "set by hand: 2.5 us", "");
	config("2500", "yesterday");
	rig_expect("calibration", DOCTOR_WARNING, "not what calibrate writes", "calibrate");
}

static void polling_that_does_not_happen_is_told(void **state)
{
	struct pps2shm_segment_page *page;

	(void)state;
	a_pi_4();
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/ttyAMA0\n[pps]\npoll = yes\n");
	rig_expect("calibration", DOCTOR_WARNING, "cannot read the GPIO registers",
		   "sudo pps2shm setup --pps poll, then sudo systemctl restart pps2shm");
	page = &rig_segment()->page;
	snprintf(page->sources[PPS2SHM_SEGMENT_PULSE].name, 96,
		 "/dev/pps0 (pps@12.-1), polled on GPIO 18");
	page->stamps = (struct pps2shm_segment_stamps){.count = {1, 2, 97}, .bias_ns = 4100};
	rig_expect("calibration", DOCTOR_OK,
		   "edges are polled: 97 of 100; the kernel's stamps are 4.1 us late", "");
}

#define test(name) cmocka_unit_test_setup_teardown(name, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(one_that_was_never_measured_is_told),
		test(where_nothing_can_measure_it_nothing_is_said),
		test(one_that_was_measured_here_is_well),
		test(another_kernel_or_model_is_told),
		test(another_setting_is_told),
		test(cheap_settings_of_a_pi_5_are_named_with_their_gain),
		test(one_set_by_hand_is_left_alone),
		test(polling_that_does_not_happen_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
