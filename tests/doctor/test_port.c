/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <unistd.h>

#include "rig.h"

/* Faults of the serial port. */

static void missing_port_of_the_header_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_remove("/dev/serial0");
	rig_expect("uart", DOCTOR_BROKEN, "there is no /dev/serial0", "sudo pps2shm setup");
}

static void port_that_waits_for_a_reboot_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_remove("/dev/ttyAMA0");
	rig_touch("/boot/firmware/config.txt");
	rig_expect("uart", DOCTOR_BROKEN, "there is no /dev/ttyAMA0 yet", "sudo reboot");
}

static void unplugged_usb_receiver_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/ttyACM0\n");
	rig_expect("uart", DOCTOR_BROKEN, "there is no /dev/ttyACM0", "plug the receiver in");
}

static void debug_connector_of_a_pi_5_is_not_taken_for_the_header(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/serial0\n");
	rig_expect("uart", DOCTOR_BROKEN, "/dev/serial0 (/dev/ttyAMA10) is the debug connector",
		   "sudo pps2shm setup --gpio 18 --serial /dev/ttyAMA0");
}

static void uart_of_bluetooth_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_link("/dev/serial0", "ttyS0");
	rig_link("/dev/serial1", "ttyAMA0");
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/ttyAMA0\n");
	rig_expect("uart", DOCTOR_BROKEN, "/dev/ttyAMA0 is Bluetooth's UART",
		   "sudo pps2shm setup --gpio 18 --serial /dev/ttyAMA0");
}

static void port_that_the_service_may_not_open_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("pps2shm.service", "active", "enabled", "User=pps2shm\nGroup=pps2shm\n");
	rig_mode("/dev/pps0", 0644);
	rig_expect("uart", DOCTOR_BROKEN, "/dev/ttyAMA0 has mode 0660: pps2shm may not open it",
		   "sudo usermod -aG dialout pps2shm");
}

static void member_of_dialout_by_etc_group_may_open_the_port(void **state)
{
	char group[100];

	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("pps2shm.service", "active", "enabled", "User=pps2shm\nGroup=pps2shm\n");
	snprintf(group, sizeof(group), "root:x:65000:\ndialout:x:%u:pi,pps2shm\n", getgid());
	rig_write("/etc/group", group);
	rig_expect_well();
}

static void console_in_cmdline_txt_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/boot/firmware/cmdline.txt",
		  "console=serial0,115200 console=tty1 root=/dev/sda rootwait\n");
	rig_expect("console", DOCTOR_BROKEN,
		   "cmdline.txt puts the kernel's console on /dev/ttyAMA0", "sudo pps2shm setup");
}

static void call_of_setup_keeps_what_is_set_up(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_write("/boot/firmware/config.txt",
		  "enable_uart=1\n"
		  "dtoverlay=pps-gpio,gpiopin=4,assert_falling_edge\n");
	rig_write("/sys/class/pps/pps0/name", "pps@4.-1\n");
	rig_mode("/dev/ttyS0", 0660);
	rig_link("/dev/serial0", "ttyS0");
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/ttyS0\n");
	rig_write("/boot/firmware/cmdline.txt",
		  "console=ttyS0,115200 console=tty1 root=/dev/sda\n");
	rig_expect(
		"console", DOCTOR_BROKEN, "cmdline.txt puts the kernel's console on /dev/ttyS0",
		"sudo pps2shm setup --gpio 4 --edge falling --serial /dev/ttyS0 --chrony removes");
}

static void console_until_the_next_start_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/proc/cmdline", "console=ttyAMA0,115200 console=tty1 root=/dev/sda\n");
	rig_expect("console", DOCTOR_BROKEN, "on /dev/ttyAMA0 until the next boot", "sudo reboot");
}

static void console_on_another_port_is_no_fault(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_write("/proc/cmdline", "console=ttyAMA10,115200 console=tty1 earlycon=ttyAMA0\n");
	rig_expect_well();
}

static void console_on_the_debug_connector_of_a_pi_5_is_no_fault(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_write("/boot/firmware/cmdline.txt",
		  "console=serial0,115200 console=tty1 root=/dev/sda\n");
	rig_write("/proc/cmdline", "console=ttyAMA10,115200 console=tty1 root=/dev/sda\n");
	rig_expect_well();
	rig_write("/proc/cmdline", "console=ttyAMA0,115200 console=tty1 root=/dev/sda\n");
	rig_expect("console", DOCTOR_BROKEN,
		   "cmdline.txt puts the kernel's console on /dev/ttyAMA0", "removes it");
}

static void login_prompt_on_the_port_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("serial-getty@ttyAMA0.service", "active", "enabled-runtime", "");
	rig_expect("getty", DOCTOR_BROKEN, "a login prompt (serial-getty@ttyAMA0.service) runs",
		   "sudo systemctl disable --now serial-getty@ttyAMA0.service");
}

static void login_prompt_of_the_next_start_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("serial-getty@ttyAMA0.service", "inactive", "enabled", "");
	rig_expect("getty", DOCTOR_WARNING, "will start at the next boot",
		   "sudo systemctl mask serial-getty@ttyAMA0.service");
}

static void other_program_on_the_port_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_program(4711, "minicom", "minicom -D /dev/serial0");
	rig_opens(4711, "/dev/ttyAMA0");
	rig_expect("port", DOCTOR_BROKEN, "also open in minicom (process 4711)", "stop minicom");
}

static void gpsd_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_program(600, "gpsd", "/usr/sbin/gpsd -n /dev/ttyACM0");
	rig_expect("gpsd", DOCTOR_BROKEN, "gpsd (process 600) runs",
		   "sudo systemctl disable --now gpsd.socket gpsd.service");
}

static void gpsd_of_the_next_start_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("gpsd.service", "inactive", "enabled", "");
	rig_expect("gpsd", DOCTOR_WARNING, "after the next boot",
		   "sudo systemctl disable gpsd.socket");
}

static void console_on_a_machine_without_cmdline_txt_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_remove("/boot/firmware/cmdline.txt");
	rig_write("/proc/cmdline", "root=/dev/sda console=ttyAMA0\n");
	rig_expect("console", DOCTOR_BROKEN, "the kernel's console is on /dev/ttyAMA0",
		   "remove console=ttyAMA0 from the kernel's command line");
}

static void usb_port_by_its_identity_is_the_port_itself(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/dev/ttyACM0", "");
	rig_mode("/dev/ttyACM0", 0660);
	rig_link("/dev/serial/by-id/usb-u-blox_7-if00", "../../ttyACM0");
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/serial/by-id/usb-u-blox_7-if00\n");
	rig_expect_well();
	rig_program(4711, "ModemManager", "/usr/sbin/ModemManager");
	rig_opens(4711, "/dev/ttyACM0");
	rig_expect("port", DOCTOR_BROKEN, "/dev/ttyACM0 is also open in ModemManager",
		   "stop ModemManager");
}

static void socket_that_would_start_gpsd_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_service("gpsd.socket", "active", "enabled", "");
	rig_expect("gpsd", DOCTOR_WARNING, "gpsd.socket is active",
		   "sudo systemctl disable --now gpsd.socket");
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(missing_port_of_the_header_is_named),
		WITH_RIG(port_that_waits_for_a_reboot_is_named),
		WITH_RIG(unplugged_usb_receiver_is_named),
		WITH_RIG(debug_connector_of_a_pi_5_is_not_taken_for_the_header),
		WITH_RIG(uart_of_bluetooth_is_named),
		WITH_RIG(port_that_the_service_may_not_open_is_named),
		WITH_RIG(member_of_dialout_by_etc_group_may_open_the_port),
		WITH_RIG(console_in_cmdline_txt_is_named),
		WITH_RIG(call_of_setup_keeps_what_is_set_up),
		WITH_RIG(console_until_the_next_start_is_named),
		WITH_RIG(console_on_another_port_is_no_fault),
		WITH_RIG(console_on_the_debug_connector_of_a_pi_5_is_no_fault),
		WITH_RIG(login_prompt_on_the_port_is_named),
		WITH_RIG(login_prompt_of_the_next_start_is_a_warning),
		WITH_RIG(other_program_on_the_port_is_named),
		WITH_RIG(gpsd_is_named),
		WITH_RIG(gpsd_of_the_next_start_is_a_warning),
		WITH_RIG(console_on_a_machine_without_cmdline_txt_is_named),
		WITH_RIG(usb_port_by_its_identity_is_the_port_itself),
		WITH_RIG(socket_that_would_start_gpsd_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
