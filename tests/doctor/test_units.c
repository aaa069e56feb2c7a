/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "rig.h"

#include <string.h>
#include <unistd.h>

#include "ntpshm/ntpshm.h"

/* Faults of the shared memory units. */

static void unit_of_another_size_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(1, 80, 0660, 0, 990, 0);
	rig_expect("pps-unit", DOCTOR_BROKEN, "unit 1 (0x4e545031) has 80 bytes, not",
		   "sudo ipcrm -M 0x4e545031");
}

static void unit_made_by_a_user_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(0, sizeof(struct ntpshm_time), 0660, 0, 990, 1000);
	rig_expect("coarse-unit", DOCTOR_BROKEN, "was made by user 1000, not by root",
		   "sudo ipcrm -M 0x4e545030");
}

static void unit_that_belongs_to_a_user_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(1, sizeof(struct ntpshm_time), 0600, 990, 990, 0);
	rig_expect("pps-unit", DOCTOR_BROKEN, "belongs to user 990, not to root",
		   "sudo pps2shm shm create --unit 1 --owner root");
}

static void unit_that_everyone_may_write_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(1, sizeof(struct ntpshm_time), 0666, 0, 990, 0);
	rig_expect("pps-unit", DOCTOR_BROKEN, "mode 0666: every user can set the clock",
		   "sudo pps2shm shm create --unit 1 --mode 0660");
}

static void second_writer_of_a_unit_is_named(void **state)
{
	struct pps2shm_segment_layout other;

	(void)state;
	rig_healthy(RIG_PI4);
	strcpy(rig_segment()->page.units[PPS2SHM_SEGMENT_PPS].error,
	       "another program also writes it");
	rig_expect("pps-unit", DOCTOR_BROKEN, "unit 1: another program also writes it", "gpsd?");
	/* ntpd used it last, but only reads; who made it still runs. */
	rig_program(700, "ubx\033tool", "ubxtool");
	rig_expect("pps-unit", DOCTOR_BROKEN, "it was made by ubx?tool (process 700)",
		   "end ubx?tool, if it is that program, or set another unit");
	/* A second daemon of ours, which shows a segment: as if it were our parent. */
	other = *rig_segment();
	other.head.pid = (uint32_t)getppid();
	rig_write_bytes("/dev/shm/other", &other, sizeof(other));
	rig_expect("pps-unit", DOCTOR_BROKEN, "by a second pps2shm (process ", "sudo kill ");
	rig_expect("pps-unit", DOCTOR_BROKEN, "status segment /other)", "systemctl status ");
}

static void unit_that_ntpd_made_for_itself_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(1, sizeof(struct ntpshm_time), 0600, 0, 0, 0);
	rig_segment()->page.units[PPS2SHM_SEGMENT_PPS].writable = 0;
	rig_expect("pps-unit", DOCTOR_BROKEN, "is not writable by pps2shm",
		   "sudo systemctl restart pps2shm");
}

static void unit_closed_to_the_service_is_named_before_it_starts(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(0, sizeof(struct ntpshm_time), 0600, 0, 0, 0);
	rig_no_segment();
	rig_walk();
	assert_int_equal(rig_found("coarse-unit")->verdict, DOCTOR_BROKEN);
	assert_int_equal(rig_found("pps-unit")->verdict, DOCTOR_OK);
}

static void unit_that_was_removed_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_unit(1, 0, 0, 0, 0, 0);
	rig_expect("pps-unit", DOCTOR_BROKEN, "unit 1 is gone", "sudo systemctl restart pps2shm");
}

static void other_units_are_those_of_the_configuration(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_write("/etc/pps2shm.conf", "[shm]\ncoarse_unit = none\npps_unit = 3\n");
	rig_unit(3, 80, 0660, 0, 990, 0);
	rig_walk();
	assert_null(rig_found("coarse-unit"));
	assert_int_equal(rig_found("pps-unit")->verdict, DOCTOR_BROKEN);
}

static void unit_that_nobody_reads_is_named(void **state)
{
	struct pps2shm_segment_unit *unit = &rig_segment()->page.units[PPS2SHM_SEGMENT_PPS];

	(void)state;
	rig_healthy(RIG_PI4);
	unit->consumed = 0;
	unit->consumed_raw_ns = 0;
	rig_expect("pps-reader", DOCTOR_BROKEN, "nobody takes the samples of unit 1",
		   "sudo systemctl restart ntpsec");
}

static void unit_begun_a_moment_ago_is_not_blamed(void **state)
{
	struct pps2shm_segment_unit *unit = &rig_segment()->page.units[PPS2SHM_SEGMENT_PPS];

	(void)state;
	rig_healthy(RIG_PI4);
	unit->written = 5;
	unit->consumed = 0;
	unit->consumed_raw_ns = 0;
	rig_walk();
	assert_int_equal(rig_found("pps-reader")->verdict, DOCTOR_UNKNOWN);
}

static void denial_by_apparmor_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_command("journalctl -k", DOCTOR_ENDED, 0,
		    "audit: type=1400 audit(1802260031.101:9): apparmor=\"DENIED\" "
		    "operation=\"capable\" profile=\"/usr/sbin/ntpd\" comm=\"ntpd\" "
		    "capname=\"ipc_owner\"\n");
	rig_expect("apparmor", DOCTOR_BROKEN, "AppArmor denied: operation=\"capable\"",
		   "the units must be root's");
}

static void denial_of_a_file_is_found_in_kern_log_too(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_command("journalctl -k", DOCTOR_NO_TOOL, 127, "");
	rig_write("/var/log/kern.log",
		  "2027-02-10T12:00:31 pi kernel: audit: type=1400 audit(1802260031.5:9): "
		  "apparmor=\"DENIED\" operation=\"open\" profile=\"/usr/sbin/ntpd\" "
		  "name=\"/srv/leap-seconds.list\"\n");
	rig_expect("apparmor", DOCTOR_BROKEN, "leap-seconds.list",
		   "allow it in /etc/apparmor.d/local/usr.sbin.ntpd");
}

static void log_that_only_root_may_read_leaves_it_open(void **state)
{
	(void)state;
	rig_healthy(RIG_PI5);
	rig_command("journalctl -k", DOCTOR_ENDED, 1, "");
	rig_walk();
	assert_int_equal(rig_found("apparmor")->verdict, DOCTOR_UNKNOWN);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(unit_of_another_size_is_named),
		WITH_RIG(unit_made_by_a_user_is_named),
		WITH_RIG(unit_that_belongs_to_a_user_is_named),
		WITH_RIG(unit_that_everyone_may_write_is_named),
		WITH_RIG(second_writer_of_a_unit_is_named),
		WITH_RIG(unit_that_ntpd_made_for_itself_is_named),
		WITH_RIG(unit_closed_to_the_service_is_named_before_it_starts),
		WITH_RIG(unit_that_was_removed_is_named),
		WITH_RIG(other_units_are_those_of_the_configuration),
		WITH_RIG(unit_that_nobody_reads_is_named),
		WITH_RIG(unit_begun_a_moment_ago_is_not_blamed),
		WITH_RIG(denial_by_apparmor_is_named),
		WITH_RIG(denial_of_a_file_is_found_in_kern_log_too),
		WITH_RIG(log_that_only_root_may_read_leaves_it_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
