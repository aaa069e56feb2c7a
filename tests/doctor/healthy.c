/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"
#include "ntpshm/ntpshm.h"
#include "rig.h"

/* The systems that are well. */

/* As Raspberry Pi OS ships it, and what setup added. */
static const char config_pi4[] = "dtparam=audio=on\n"
				 "camera_auto_detect=1\n"
				 "dtoverlay=vc4-kms-v3d\n"
				 "arm_64bit=1\n"
				 "[cm4]\notg_mode=1\n"
				 "[all]\n"
				 "# pps2shm setup: begin\n"
				 "[all]\n"
				 "enable_uart=1\n"
				 "dtoverlay=disable-bt\n"
				 "dtoverlay=pps-gpio,gpiopin=18\n"
				 "dtoverlay=\n"
				 "# pps2shm setup: end\n";
static const char config_pi5[] = "dtparam=audio=on\n"
				 "[cm5]\ndtoverlay=dwc2,dr_mode=host\n"
				 "[all]\n"
				 "# pps2shm setup: begin\n"
				 "[all]\n"
				 "dtparam=uart0=on\n"
				 "dtoverlay=pps-gpio,gpiopin=18\n"
				 "dtoverlay=\n"
				 "# pps2shm setup: end\n";
static const char cmdline[] = "console=tty1 root=PARTUUID=4c4e106f-02 rootfstype=ext4 "
			      "fsck.repair=yes rootwait\n";

/* Debian's, shortened; the last lines by hand. */
static const char ntp_conf[] = "driftfile /var/lib/ntpsec/ntp.drift\n"
			       "leapfile /usr/share/zoneinfo/leap-seconds.list\n"
			       "tos maxclock 11\n"
			       "pool 0.debian.pool.ntp.org iburst\n"
			       "pool 1.debian.pool.ntp.org iburst\n"
			       "restrict default kod nomodify nopeer noquery limited\n"
			       "restrict 127.0.0.1\n"
			       "restrict ::1\n";
static const char our_lines[] = "tos minclock 1 minsane 1\n"
				"refclock shm unit 0 refid GPS minpoll 4 maxpoll 4 noselect\n"
				"refclock shm unit 1 refid PPS minpoll 0 maxpoll 0 prefer\n";
static const char ntpq[] =
	"     remote                                   refid      st t when poll reach   delay   "
	"offset   jitter\n"
	"==============================================================================="
	"=====================\n"
	" SHM(0)                                  .GPS.            0 l    5   16  377   0.0000 "
	"-12.1253   3.0193\n"
	"*SHM(1)                                  .PPS.            0 l    7    8  377   0.0000   "
	"0.0012   0.0008\n"
	"+185.232.69.65                           192.36.143.130   2 u   48   64  377  11.8571   "
	"0.4127   0.2211\n";
static const char chronyc[] = "#,-,GPS,0,4,377,14,-0.012125300,-0.012125300,0.100200000\n"
			      "#,*,PPS,0,3,377,6,0.000000124,0.000000213,0.000000870\n"
			      "^,-,185.232.69.65,2,6,377,33,0.000412700,0.000412700,0.011857100\n";
static const char service[] = "Result=success\nUser=pps2shm\nGroup=pps2shm\n"
			      "SupplementaryGroups=dialout\n";

static void write_segment(const char *port)
{
	struct pps2shm_segment_layout *segment = rig_segment();
	struct pps2shm_segment_page *page = &segment->page;

	memset(segment, 0, sizeof(*segment));
	memcpy(segment->head.magic, PPS2SHM_SEGMENT_MAGIC, sizeof(segment->head.magic));
	segment->head.version = PPS2SHM_SEGMENT_VERSION;
	segment->head.size = sizeof(*segment);
	segment->head.pid = (uint32_t)getpid();
	snprintf(segment->head.program, sizeof(segment->head.program), "pps2shm 0.1.0");
	page->raw_ns = RIG_NOW_NS - 400000000;
	page->state = CORE_LOCKED;
	page->last_pulse_raw_ns = page->raw_ns;
	page->last_sentence_raw_ns = page->raw_ns;
	page->pulses = 800;
	page->sentences = 4800;
	page->bytes = 400000;
	page->clock_steps = 1;
	page->receiver = (struct pps2shm_segment_receiver){
		.fix = 1, .fix_mode = 3, .satellites_used = 9, .satellites_seen = 14};
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		page->units[i] = (struct pps2shm_segment_unit){.unit = i,
							       .writable = 1,
							       .write_raw_ns = page->raw_ns,
							       .consumed_raw_ns = page->raw_ns,
							       .written = 790,
							       .consumed = 780};
	}
	for (int i = 0; i < PPS2SHM_SEGMENT_SOURCES; i++) {
		page->sources[i].configured = 1;
		page->sources[i].up = 1;
	}
	page->sources[PPS2SHM_SEGMENT_SERIAL].bps = 9600;
	page->sources[PPS2SHM_SEGMENT_SERIAL].since_raw_ns = page->raw_ns - 800000000000;
	snprintf(page->sources[PPS2SHM_SEGMENT_SERIAL].name, 96, "%s", port);
	snprintf(page->sources[PPS2SHM_SEGMENT_PULSE].name, 96, "/dev/pps0 (pps@12.-1)");
}

/* All that does not depend on model and daemon. */
static void write_common(void)
{
	char group[80];

	rig_write("/etc/os-release", "ID=debian\n");
	rig_write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"
				 "pps2shm:x:990:990:pps2shm:/nonexistent:/usr/sbin/nologin\n");
	/* The files here are in the tester's group: call that one dialout. */
	snprintf(group, sizeof(group), "root:x:65000:\ndialout:x:%u:\npps2shm:x:990:\n", getgid());
	rig_write("/etc/group", group);
	rig_write("/proc/stat", "cpu  1 2 3\nbtime 1802260000\nprocesses 900\n");
	rig_write("/proc/cmdline", "coherent_pool=1M 8250.nr_uarts=0 console=tty1 root=/dev/sda\n");
	rig_write("/boot/firmware/cmdline.txt", cmdline);
	rig_write("/boot/firmware/overlays/pps-gpio.dtbo", "");
	rig_write("/boot/config.txt",
		  "DO NOT EDIT THIS FILE\n\nThe file you are looking for has moved "
		  "to /boot/firmware/config.txt\n");
	rig_write("/sys/class/pps/pps0/name", "pps@12.-1\n");
	rig_write("/sys/class/pps/pps0/assert", "1802260812.000001234#800\n");
	rig_write("/sys/class/pps/pps0/clear", "");
	rig_write("/sys/bus/platform/drivers/pps-gpio/bind", "");
	rig_write("/sys/bus/platform/devices/pps@12/driver/bind", "");
	rig_write("/dev/pps0", "");
	rig_write("/dev/ttyAMA0", "");
	rig_mode("/dev/pps0", 0640);
	rig_mode("/dev/ttyAMA0", 0660);
	rig_unit(0, sizeof(struct ntpshm_time), 0660, 0, 990, 0);
	rig_unit(1, sizeof(struct ntpshm_time), 0660, 0, 990, 0);
	rig_service("pps2shm.service", "active", "enabled", service);
	rig_service("gpsd.socket", "", "", "");
	rig_service("serial-getty@ttyAMA0.service", "inactive", "masked", "");
	rig_clock(1, 1500);
	rig_line_holder("pps@12");
	rig_pulses(2);
}

static void write_pi4(void)
{
	rig_write("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5");
	rig_write("/proc/sys/kernel/osrelease", "6.12.47+rpt-rpi-v8\n");
	rig_write("/boot/firmware/config.txt", config_pi4);
	rig_write("/dev/ttyS0", "");
	rig_link("/dev/serial0", "ttyAMA0");
	write_segment("/dev/serial0 (/dev/ttyAMA0)");
}

static void write_pi5(void)
{
	rig_write("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0");
	rig_write("/proc/sys/kernel/osrelease", "6.12.75+rpt-rpi-2712\n");
	rig_write("/boot/firmware/config.txt", config_pi5);
	rig_write("/dev/ttyAMA10", "");
	rig_link("/dev/serial0", "ttyAMA10");
	rig_write("/etc/pps2shm.conf", "[serial]\ndevice = /dev/ttyAMA0\n[pps]\ngpio = 18\n");
	rig_write("/sys/module/apparmor/parameters/enabled", "Y\n");
	/* A denial that ended with the ntpd before this one, and one of another program. */
	rig_command("journalctl -k", DOCTOR_ENDED, 0,
		    "audit: type=1400 audit(1802260005.101:9): apparmor=\"DENIED\" "
		    "operation=\"capable\" profile=\"/usr/sbin/ntpd\" comm=\"ntpd\" "
		    "capname=\"ipc_owner\"\n"
		    "audit: type=1400 audit(1802260600.101:12): apparmor=\"DENIED\" "
		    "operation=\"open\" profile=\"/usr/bin/man\" name=\"/x\"\n"
		    "usb 1-1: new high-speed USB device\n");
	write_segment("/dev/ttyAMA0");
}

static void write_ntpsec(const char *more, const char *drop_in)
{
	char text[1500];

	snprintf(text, sizeof(text), "%s%s", ntp_conf, more);
	rig_write("/etc/ntpsec/ntp.conf", text);
	if (drop_in) {
		rig_write("/etc/ntpsec/ntp.d/pps2shm.conf", drop_in);
	}
	rig_service("ntpsec.service", "active", "enabled", "");
	rig_program(812, "ntpd",
		    "/usr/sbin/ntpd -p /run/ntpd.pid -c /etc/ntpsec/ntp.conf -g -N -u "
		    "ntpsec:ntpsec");
	rig_command("ntpq -pn", DOCTOR_ENDED, 0, ntpq);
}

static void write_chrony(void)
{
	rig_write("/etc/chrony/chrony.conf", "confdir /etc/chrony/conf.d\n"
					     "pool 2.debian.pool.ntp.org iburst\n"
					     "sourcedir /run/chrony-dhcp\n");
	rig_write("/etc/chrony/conf.d/pps2shm.conf",
		  "refclock SHM 0 refid GPS poll 4 delay 0.2 noselect\n"
		  "refclock SHM 1 refid PPS poll 0 precision 1e-7 prefer\n");
	rig_service("chrony.service", "active", "enabled", "");
	rig_program(700, "chronyd", "/usr/sbin/chronyd -F 1");
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0, chronyc);
}

void rig_healthy(enum rig_kind kind)
{
	write_common();
	rig_program(1, "systemd", "/sbin/init");
	switch (kind) {
	case RIG_PI4:
		write_pi4();
		write_ntpsec(our_lines, NULL);
		break;
	case RIG_PI5:
		write_pi5();
		write_ntpsec("tos minclock 4 minsane 3\n", our_lines);
		break;
	case RIG_CHRONY:
		write_pi4();
		write_chrony();
		break;
	case RIG_DHCP:
		write_pi4();
		write_ntpsec("tos minclock 4 minsane 3\n", our_lines);
		rig_write("/run/ntpsec/ntp.conf.dhcp", ntp_conf);
		rig_write("/etc/default/ntpsec", "NTPD_OPTS=\"-g -N\"\nIGNORE_DHCP=\"yes\"\n");
		break;
	}
}
