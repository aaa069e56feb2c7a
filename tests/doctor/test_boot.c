/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "rig.h"

/* Faults in what the system starts with: kernel, our configuration, config.txt, the driver. */

static const char head[] = "dtparam=audio=on\n[all]\n";

/* config.txt with these lines at its end; the driver has nothing then. */
static void boot_with(const char *lines)
{
	char text[600];

	rig_healthy(RIG_PI4);
	snprintf(text, sizeof(text), "%s%s", head, lines);
	rig_write("/boot/firmware/config.txt", text);
	rig_remove("/sys/class/pps/pps0");
	rig_remove("/sys/bus/platform/devices/pps@12");
	rig_line_holder("");
}

static void kernel_without_the_driver_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/proc/sys/kernel/osrelease", "6.1.0-42-arm64\n");
	rig_write("/lib/modules/6.1.0-42-arm64/modules.dep", "kernel/drivers/pps/pps-ldisc.ko:\n");
	rig_remove("/sys/bus/platform/drivers/pps-gpio");
	rig_expect("kernel", DOCTOR_BROKEN, "6.1.0-42-arm64 has no pps-gpio driver",
		   "apt install linux-image-rpi-v8");
}

static void driver_as_a_module_is_enough(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/proc/sys/kernel/osrelease", "6.12.107-arm64\n");
	rig_write("/lib/modules/6.12.107-arm64/modules.dep",
		  "kernel/drivers/pps/clients/pps-gpio.ko.xz: kernel/drivers/pps/pps_core.ko.xz\n");
	rig_remove("/sys/bus/platform/drivers/pps-gpio");
	rig_expect_well();
}

static void wrong_line_of_our_configuration_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[pps]\ngpio = 99\n");
	rig_expect("config", DOCTOR_BROKEN, "/etc/pps2shm.conf:2: pps.gpio",
		   "fix that line of /etc/pps2shm.conf");
}

static void simulated_time_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = sim\n");
	rig_expect("config", DOCTOR_BROKEN, "simulated, not received", "remove 'source = sim'");
}

static void missing_overlay_line_is_named(void **state)
{
	(void)state;
	boot_with("enable_uart=1\n");
	rig_expect("overlay", DOCTOR_BROKEN, "/boot/firmware/config.txt has no PPS overlay",
		   "sudo pps2shm setup --gpio 18, then sudo reboot");
	assert_string_equal(rig_found("driver")->remedy,
			    "sudo pps2shm setup --gpio 18, then sudo reboot");
}

static void overlay_that_is_a_comment_is_named(void **state)
{
	(void)state;
	boot_with("#dtoverlay=pps-gpio,gpiopin=18\n");
	rig_expect("overlay", DOCTOR_BROKEN, "config.txt:3: the PPS overlay is only a comment",
		   "sudo pps2shm setup --gpio 18");
}

static void overlay_under_a_filter_of_another_model_is_named(void **state)
{
	(void)state;
	boot_with("[pi5]\ndtoverlay=pps-gpio,gpiopin=18\n");
	rig_expect("overlay", DOCTOR_BROKEN, "config.txt:4: the PPS overlay is not in effect",
		   "sudo pps2shm setup --gpio 18");
}

static void overlay_beyond_the_98th_character_is_named(void **state)
{
	(void)state;
	boot_with("dtparam=i2c_arm=off,spi=off,audio=off,watchdog=off,act_led_trigger=heartbeat,"
		  "eee=off,random=off,x=y dtoverlay=pps-gpio\n");
	rig_expect("overlay", DOCTOR_BROKEN, "longer than 98 characters",
		   "sudo pps2shm setup --gpio 18");
}

static void overlay_in_the_file_of_before_bookworm_is_named(void **state)
{
	(void)state;
	boot_with("");
	rig_write("/boot/config.txt", "# old\ndtoverlay=pps-gpio,gpiopin=18\n");
	rig_expect("overlay", DOCTOR_BROKEN,
		   "is in /boot/config.txt:2, which the firmware does not",
		   "sudo pps2shm setup --gpio 18");
}

static void overlay_on_another_gpio_than_configured_is_named(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=4\n");
	rig_write("/etc/pps2shm.conf", "[pps]\ngpio = 18\n");
	rig_expect("overlay", DOCTOR_BROKEN, "is on GPIO 4, but pps2shm.conf says GPIO 18",
		   "sudo pps2shm setup --gpio N");
}

static void overlay_on_a_gpio_that_no_header_has_is_named(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=99\n");
	rig_expect("overlay", DOCTOR_BROKEN,
		   "config.txt:3: dtoverlay=pps-gpio: ", "remove the line");
}

static void sound_card_on_the_same_line_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt", "dtoverlay=hifiberry-dac\n[all]\nenable_uart=1\n"
					       "dtoverlay=disable-bt\ndtoverlay=pps-gpio\n");
	rig_expect("overlay", DOCTOR_BROKEN, "GPIO 18 is also used by 'hifiberry-dac'",
		   "wire the pulse to another GPIO");
}

static void overlay_that_may_be_in_effect_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt",
		  "enable_uart=1\n[HDMI:0]\ndtoverlay=pps-gpio,gpiopin=18\n");
	rig_expect("overlay", DOCTOR_WARNING, "may or may not be in effect",
		   "below [all] at the end");
}

static void overlay_that_the_firmware_does_not_have_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt",
		  "enable_uart=1\ndtoverlay=disable-bt\ndtoverlay=pps-rp1\n");
	rig_expect("overlay", DOCTOR_BROKEN, "there is no /boot/firmware/overlays/pps-rp1.dtbo",
		   "sudo apt full-upgrade");
}

static void unmounted_boot_partition_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_remove("/boot/firmware/config.txt");
	rig_expect("overlay", DOCTOR_BROKEN, "no config.txt", "sudo mount /boot/firmware");
}

static void overlay_that_takes_the_line_from_us_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[pps]\nsource = gpio\n");
	rig_expect("overlay", DOCTOR_BROKEN, "takes GPIO 18, which 'source = gpio' needs",
		   "set 'source = pps'");
}

static void overlay_line_that_waits_for_a_reboot_is_named(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=18\n");
	rig_touch("/boot/firmware/config.txt");
	rig_expect("driver", DOCTOR_BROKEN, "was changed after the system started", "sudo reboot");
}

static void line_held_by_a_program_is_named(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=18\n");
	rig_line_holder("gpiomon");
	rig_expect("driver", DOCTOR_BROKEN, "GPIO 18 is held by 'gpiomon'", "stop that program");
}

static void unbound_driver_is_named(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=18\n");
	rig_write("/sys/bus/platform/devices/pps@12/modalias", "");
	rig_expect("driver", DOCTOR_BROKEN, "pps@12, but the pps-gpio driver is not bound",
		   "echo pps@12 | sudo tee /sys/bus/platform/drivers/pps-gpio/bind");
}

static void driver_that_was_not_loaded_is_named(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=18\n");
	rig_write("/sys/bus/platform/devices/pps@12/modalias", "");
	rig_remove("/sys/bus/platform/drivers/pps-gpio");
	rig_expect("driver", DOCTOR_BROKEN, "not bound", "sudo modprobe pps-gpio");
}

static void clock_of_the_network_card_is_not_taken_for_the_pulse(void **state)
{
	(void)state;
	boot_with("dtoverlay=pps-gpio,gpiopin=18\n");
	rig_write("/sys/class/pps/pps0/name", "ptp0\n");
	rig_expect("driver", DOCTOR_BROKEN, "present: pps0 (ptp0)", "sudo reboot");
}

static void several_pulses_ask_which_one(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt", "enable_uart=1\ndtoverlay=disable-bt\n"
					       "dtoverlay=pps-gpio,gpiopin=4\n"
					       "[HDMI:0]\ndtoverlay=pps-gpio,gpiopin=17\n");
	rig_write("/sys/class/pps/pps0/name", "pps.-1\n");
	rig_write("/sys/class/pps/pps1/name", "pps.-1\n");
	rig_expect("driver", DOCTOR_BROKEN,
		   "several PPS devices on GPIO lines: pps0 (pps.-1), pps1",
		   "set 'gpio = N' in section [pps]");
}

static void device_named_in_the_configuration_is_taken(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[pps]\ndevice = /dev/gpspps0\n");
	rig_link("/dev/gpspps0", "pps0");
	rig_expect_well();
	rig_remove("/dev/gpspps0");
	rig_write("/etc/pps2shm.conf", "[pps]\ndevice = /dev/pps7\n");
	rig_expect("driver", DOCTOR_BROKEN, "there is no /dev/pps7 (present: pps0 (pps@12.-1))",
		   "set 'device = auto'");
}

static void overlay_in_an_included_file_counts(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt", "enable_uart=1\ninclude gps.txt\n");
	rig_write("/boot/firmware/gps.txt", "dtoverlay=pps-gpio\n");
	rig_expect("overlay", DOCTOR_OK, "gps.txt:1: dtoverlay=pps-gpio on GPIO 18", "");
}

static void file_that_is_no_config_txt_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/config.txt", "# pps2shm setup: begin\ndtoverlay=pps-gpio\n");
	rig_expect("overlay", DOCTOR_BROKEN, "/boot/firmware/config.txt", "fix that line");
}

static void image_that_does_not_run_is_judged_by_its_files(void **state)
{
	(void)state;
	boot_with("");
	rig_remove("/proc/sys");
	rig_walk();
	assert_int_equal(rig_found("overlay")->verdict, DOCTOR_BROKEN);
	assert_null(rig_found("driver"));
	assert_null(rig_found("service"));
	assert_null(rig_found("uart"));
}

/* Setup refuses there, so what to do is said by hand. */
static void setup_is_not_advised_on_what_is_no_pi(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_remove("/proc/device-tree/model");
	rig_write("/etc/ntpsec/ntp.conf", "tos minsane 3\nrestrict ::1\n");
	rig_write("/boot/firmware/cmdline.txt", "console=serial0,115200\n");
	rig_remove("/sys/class/pps/pps0");
	rig_remove("/dev/serial0");
	rig_expect_never("pps2shm setup --");
	assert_int_equal(rig_found("driver")->verdict, DOCTOR_BROKEN);
	assert_int_equal(rig_found("uart")->verdict, DOCTOR_BROKEN);
	assert_non_null(strstr(rig_found("ntp.conf")->remedy,
			       "add 'refclock shm unit 1 refid PPS minpoll 0 maxpoll 0 prefer'"));
	rig_healthy(RIG_PI4);
	rig_remove("/proc/device-tree/model");
	rig_write("/sys/class/pps/pps0/assert", "1802260812.100001234#800\n");
	rig_write("/etc/ntpsec/ntp.conf", "tos minsane 3\nrefclock shm unit 1\nrestrict ::1\n");
	rig_expect_never("pps2shm setup --");
	assert_int_equal(rig_found("edge")->verdict, DOCTOR_BROKEN);
	assert_int_equal(rig_found("minsane")->verdict, DOCTOR_BROKEN);
	rig_no_program(812);
	rig_service("ntpsec.service", "", "", "");
	rig_pulses(9);
	rig_expect_never("pps2shm setup --g");
	assert_int_equal(rig_found("daemon")->verdict, DOCTOR_BROKEN);
	assert_int_equal(rig_found("pulses")->verdict, DOCTOR_BROKEN);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(setup_is_not_advised_on_what_is_no_pi),
		WITH_RIG(kernel_without_the_driver_is_named),
		WITH_RIG(driver_as_a_module_is_enough),
		WITH_RIG(wrong_line_of_our_configuration_is_named),
		WITH_RIG(simulated_time_is_named),
		WITH_RIG(missing_overlay_line_is_named),
		WITH_RIG(overlay_that_is_a_comment_is_named),
		WITH_RIG(overlay_under_a_filter_of_another_model_is_named),
		WITH_RIG(overlay_beyond_the_98th_character_is_named),
		WITH_RIG(overlay_in_the_file_of_before_bookworm_is_named),
		WITH_RIG(overlay_on_another_gpio_than_configured_is_named),
		WITH_RIG(overlay_on_a_gpio_that_no_header_has_is_named),
		WITH_RIG(sound_card_on_the_same_line_is_named),
		WITH_RIG(overlay_that_may_be_in_effect_is_a_warning),
		WITH_RIG(overlay_that_the_firmware_does_not_have_is_named),
		WITH_RIG(unmounted_boot_partition_is_named),
		WITH_RIG(overlay_that_takes_the_line_from_us_is_named),
		WITH_RIG(overlay_line_that_waits_for_a_reboot_is_named),
		WITH_RIG(line_held_by_a_program_is_named),
		WITH_RIG(unbound_driver_is_named),
		WITH_RIG(driver_that_was_not_loaded_is_named),
		WITH_RIG(clock_of_the_network_card_is_not_taken_for_the_pulse),
		WITH_RIG(several_pulses_ask_which_one),
		WITH_RIG(device_named_in_the_configuration_is_taken),
		WITH_RIG(overlay_in_an_included_file_counts),
		WITH_RIG(file_that_is_no_config_txt_is_named),
		WITH_RIG(image_that_does_not_run_is_judged_by_its_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
