/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "rig.h"

/* The same with chrony. */

static void configuration_without_our_lines_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_write("/etc/chrony/conf.d/pps2shm.conf", "# nothing\n");
	rig_expect("chrony.conf", DOCTOR_BROKEN, "/etc/chrony/chrony.conf has no 'refclock SHM 1'",
		   "sudo pps2shm setup --gpio 18 --chrony adds it");
}

static void drop_in_without_confdir_does_not_count(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_write("/etc/chrony/chrony.conf", "pool 2.debian.pool.ntp.org iburst\n");
	rig_expect("chrony.conf", DOCTOR_BROKEN, "has no 'refclock SHM 1'",
		   "sudo systemctl restart chrony");
}

static void folders_that_name_themselves_and_each_other_are_read_once(void **state)
{
	char name[60], text[80];

	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_write("/etc/chrony/conf.d/self.conf",
		  "confdir /etc/chrony/conf.d\nconfdir /etc/chrony/../chrony/conf.d\n"
		  "confdir /etc/chrony/conf.d/link\nconfdir /etc/0\nserver one\n");
	rig_link("/etc/chrony/conf.d/link", ".");
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "/etc/%d/x.conf", i);
		snprintf(text, sizeof(text), "confdir /etc/%d\nconfdir /etc/%d\n", i + 1, i + 2);
		rig_write(name, text);
	}
	rig_expect_well();
}

static void configuration_changed_after_the_start_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_touch("/etc/chrony/conf.d/pps2shm.conf");
	rig_expect("chrony.conf", DOCTOR_WARNING, "changed after chronyd started",
		   "sudo systemctl restart chrony");
}

static void chronyd_that_does_not_run_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_no_program(700);
	rig_expect("daemon", DOCTOR_BROKEN, "chrony is installed, but chronyd does not run",
		   "sudo systemctl enable --now chrony");
}

static void where_chrony_is_stopped_ntpsec_is_not_spoken_of(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_no_program(700);
	rig_service("chrony.service", "inactive", "enabled", "");
	rig_service("ntpsec.service", "inactive", "masked", "");
	rig_expect("daemon", DOCTOR_BROKEN, "chrony is installed, but chronyd does not run",
		   "sudo systemctl enable --now chrony");
	rig_segment()->page.units[PPS2SHM_SEGMENT_PPS].consumed = 0;
	rig_segment()->page.units[PPS2SHM_SEGMENT_PPS].consumed_raw_ns = 0;
	rig_unit(0, 80, 0660, 0, 990, 0);
	rig_expect_never("ntpsec");
	rig_expect_never("shm unit");
	assert_int_equal(rig_found("pps-reader")->verdict, DOCTOR_BROKEN);
	assert_int_equal(rig_found("coarse-unit")->verdict, DOCTOR_BROKEN);
	/* Without systemd the files tell. */
	rig_no_systemd();
	rig_write("/usr/sbin/chronyd", "");
	rig_expect_never("ntpsec");
}

static void reach_zero_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0,
		    "#,?,PPS,0,3,0,4294967295,0.000000000,0.000000000,0.000000000\n");
	rig_expect("sources", DOCTOR_BROKEN, "PPS: reach 0", "sudo systemctl restart chrony");
}

static void falseticker_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0,
		    "#,x,PPS,0,3,377,5,-0.100001200,-0.100001200,0.000000900\n");
	rig_expect("sources", DOCTOR_BROKEN, "falseticker (x): offset -100.001 ms", "other edge");
}

static void source_that_is_not_selected_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0,
		    "#,-,PPS,0,3,377,5,0.000001200,0.000001200,0.000000900\n");
	rig_expect("sources", DOCTOR_WARNING, "PPS is not selected (state '-')", "'prefer'");
}

static void source_that_chronyd_does_not_have_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0,
		    "^,*,185.232.69.65,2,6,377,33,0.0004,0.0004,0.0118\n");
	rig_expect("sources", DOCTOR_BROKEN, "PPS is not among chronyd's sources",
		   "sudo systemctl restart chrony");
}

static void unnamed_clock_is_found_by_the_name_that_chrony_gives(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_write("/etc/chrony/conf.d/pps2shm.conf", "refclock SHM 0 noselect\nrefclock SHM 1\n");
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0,
		    "#,?,SHM0,0,4,377,14,-0.0121,-0.0121,0.1002\n"
		    "#,*,SHM1,0,3,377,6,0.000000124,0.000000213,0.00000087\n");
	rig_expect_well();
}

static void chronyd_that_does_not_answer_is_named(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 1, "506 Cannot talk to daemon\n");
	rig_expect("sources", DOCTOR_BROKEN, "'506 Cannot talk to daemon'",
		   "sudo systemctl restart chrony");
	rig_command("chronyc -n -c sources", DOCTOR_HUNG, 137, "");
	rig_expect("sources", DOCTOR_BROKEN, "does not answer", "sudo systemctl restart chrony");
}

static void broken_output_of_chronyc_leaves_it_open(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_command("chronyc -n -c sources", DOCTOR_ENDED, 0, "#,*,PPS\n,,,,,,,,,\n");
	rig_expect("sources", DOCTOR_UNKNOWN, "not understood", "");
	rig_command("chronyc -n -c sources", DOCTOR_NO_TOOL, 127, "");
	rig_expect("sources", DOCTOR_UNKNOWN, "chronyc is not installed",
		   "sudo apt install chrony");
}

static void socket_of_chrony_counts_as_a_unit(void **state)
{
	(void)state;
	rig_healthy(RIG_CHRONY);
	rig_write("/etc/pps2shm.conf", "[chrony]\npps_socket = /run/chrony.pps2shm.sock\n"
				       "[shm]\npps_unit = none\ncoarse_unit = none\n");
	rig_write("/etc/chrony/conf.d/pps2shm.conf",
		  "refclock SOCK /run/chrony.pps2shm.sock refid PPS prefer\n");
	rig_segment()->page.units[0].unit = -1;
	rig_segment()->page.units[1].unit = -1;
	rig_expect_well();
}

/* As the recipe has it: the sockets beside the units, which chrony then leaves unread. */
static struct pps2shm_segment_socket *with_sockets(void)
{
	static const char *const paths[] = {"/run/chrony.pps2shm-coarse.sock",
					    "/run/chrony.pps2shm.sock"};
	struct pps2shm_segment_page *page = &rig_segment()->page;

	rig_healthy(RIG_CHRONY);
	rig_write("/etc/pps2shm.conf", "[chrony]\n"
				       "coarse_socket = /run/chrony.pps2shm-coarse.sock\n"
				       "pps_socket = /run/chrony.pps2shm.sock\n");
	rig_write("/etc/chrony/conf.d/pps2shm.conf",
		  "refclock SOCK /run/chrony.pps2shm-coarse.sock refid GPS poll 4 noselect\n"
		  "refclock SOCK /run/chrony.pps2shm.sock refid PPS poll 0 prefer\n");
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		page->units[i].consumed = 0;
		page->units[i].consumed_raw_ns = 0;
		page->sockets[i] = (struct pps2shm_segment_socket){
			.configured = 1, .connected = 1, .sent = 700 + (uint64_t)i};
		strcpy(page->sockets[i].path, paths[i]);
	}
	return &page->sockets[PPS2SHM_SEGMENT_PPS];
}

static void working_sockets_are_well(void **state)
{
	(void)state;
	with_sockets();
	rig_expect_well();
	assert_null(rig_found("pps-reader"));
	assert_non_null(strstr(rig_found("pps-socket")->seen, "701 samples sent"));
	assert_int_equal(rig_found("coarse-socket")->verdict, DOCTOR_OK);
	rig_expect_never("unit 1 must");
}

static void socket_that_the_service_may_not_write_is_named(void **state)
{
	struct pps2shm_segment_socket *socket = with_sockets();

	(void)state;
	socket->connected = 0;
	strcpy(socket->error, "/run/chrony.pps2shm.sock: Permission denied");
	rig_write("/run/chrony.pps2shm.sock", "");
	rig_mode("/run/chrony.pps2shm.sock", 0755);
	rig_expect("pps-socket", DOCTOR_BROKEN, "Permission denied",
		   "shm create --from-config --only-sockets --group pps2shm");
	rig_no_segment();
	rig_remove("/dev/shm/pps2shm");
	rig_walk();
	assert_int_equal(rig_found("pps-socket")->verdict, DOCTOR_BROKEN);
	assert_non_null(strstr(rig_found("pps-socket")->seen, "pps2shm may not write to it"));
}

static void socket_that_nobody_reads_is_named(void **state)
{
	struct pps2shm_segment_socket *socket = with_sockets();

	(void)state;
	socket->lost = 44;
	socket->sent_raw_ns = RIG_NOW_NS - 1;
	rig_expect_well();
	socket->sent_raw_ns = RIG_NOW_NS - 44 * INT64_C(1000000000);
	rig_expect("pps-socket", DOCTOR_BROKEN, "nobody reads it: 44 samples lost",
		   "systemctl restart chrony");
}

static void socket_that_is_not_there_is_named(void **state)
{
	struct pps2shm_segment_socket *socket = with_sockets();

	(void)state;
	socket->connected = 0;
	strcpy(socket->error, "/run/chrony.pps2shm.sock: No such file or directory");
	rig_expect("pps-socket", DOCTOR_BROKEN, "No such file",
		   "with 'refclock SOCK /run/chrony.pps2shm.sock' in its configuration");
}

static void missing_line_for_the_socket_is_said_as_setup_writes_it(void **state)
{
	(void)state;
	with_sockets();
	rig_write("/etc/chrony/conf.d/pps2shm.conf", "");
	rig_expect("chrony.conf", DOCTOR_BROKEN, "has no 'refclock SOCK /run/chrony.pps2shm.sock'",
		   "'refclock SOCK /run/chrony.pps2shm.sock refid PPS poll 0 precision 1e-7 "
		   "prefer'");
}

static void socket_where_ntpd_keeps_the_clock_is_a_warning(void **state)
{
	(void)state;
	rig_healthy(RIG_PI4);
	rig_segment()->page.sockets[PPS2SHM_SEGMENT_PPS] =
		(struct pps2shm_segment_socket){.configured = 1, .path = "/run/x.sock"};
	rig_expect("pps-socket", DOCTOR_WARNING, "/run/x.sock is chrony's", "to none in section");
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, rig_begin, rig_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(configuration_without_our_lines_is_named),
		WITH_RIG(drop_in_without_confdir_does_not_count),
		WITH_RIG(folders_that_name_themselves_and_each_other_are_read_once),
		WITH_RIG(configuration_changed_after_the_start_is_a_warning),
		WITH_RIG(chronyd_that_does_not_run_is_named),
		WITH_RIG(where_chrony_is_stopped_ntpsec_is_not_spoken_of),
		WITH_RIG(reach_zero_is_named),
		WITH_RIG(falseticker_is_named),
		WITH_RIG(source_that_is_not_selected_is_a_warning),
		WITH_RIG(source_that_chronyd_does_not_have_is_named),
		WITH_RIG(unnamed_clock_is_found_by_the_name_that_chrony_gives),
		WITH_RIG(chronyd_that_does_not_answer_is_named),
		WITH_RIG(broken_output_of_chronyc_leaves_it_open),
		WITH_RIG(socket_of_chrony_counts_as_a_unit),
		WITH_RIG(working_sockets_are_well),
		WITH_RIG(socket_that_the_service_may_not_write_is_named),
		WITH_RIG(socket_that_nobody_reads_is_named),
		WITH_RIG(socket_that_is_not_there_is_named),
		WITH_RIG(missing_line_for_the_socket_is_said_as_setup_writes_it),
		WITH_RIG(socket_where_ntpd_keeps_the_clock_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
