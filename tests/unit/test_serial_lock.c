/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "common/log.h"
#include "dir_fixture.h"
#include "log_catch.h"
#include "sources/device_user.h"
#include "sources/serial_lock.h"

/* What a lock file proves, and what not. */

static void port_without_lock_file_is_free(void **state)
{
	(void)state;
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyAMA0", &err), 0);
	assert_int_equal(serial_lock_file("/nonexistent", "/dev/ttyAMA0", &err), 0);
}

/* A pseudo terminal, and a child process. */
struct rival {
	int master, slave;
	char device[64];
	char file[80]; /* of its lock */
	pid_t pid;
};

/* The child keeps the terminal open if holds; name: what it calls itself. */
static struct rival start_rival(bool holds, const char *name)
{
	struct rival rival;
	int ready[2];
	char byte;

	assert_int_equal(openpty(&rival.master, &rival.slave, rival.device, NULL, NULL), 0);
	snprintf(rival.file, sizeof(rival.file), "LCK..%s", strrchr(rival.device, '/') + 1);
	assert_int_equal(pipe(ready), 0);
	rival.pid = fork();
	if (rival.pid == 0) {
		if (!holds) {
			close(rival.slave);
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		assert_int_equal(write(ready[1], "", 1), 1);
		for (;;) {
			pause();
		}
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return rival;
}

static void end_rival(struct rival *rival)
{
	kill(rival->pid, SIGKILL);
	assert_int_equal(waitpid(rival->pid, NULL, 0), rival->pid);
	close(rival->slave);
	close(rival->master);
}

static void write_lock(const struct rival *rival, const char *more)
{
	char text[64];

	snprintf(text, sizeof(text), "%10d%s\n", rival->pid, more);
	scratch_write(&dir, rival->file, text);
}

static void lock_file_of_a_living_program_names_it(void **state)
{
	struct rival rival = start_rival(true, "minicom");
	char text[32];

	(void)state;
	write_lock(&rival, " minicom root");
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), -1);
	snprintf(text, sizeof(text), "process %d", rival.pid);
	assert_non_null(strstr(err.text, text));
	assert_non_null(strstr(err.text, "in use by minicom"));
	/* Another port's lock is none of ours. */
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyAMA1", &err), 0);
	end_rival(&rival);
}

static void name_of_a_program_plays_no_tricks_on_a_terminal(void **state)
{
	struct rival rival = start_rival(true, "a\033[2Jb");

	(void)state;
	write_lock(&rival, "");
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), -1);
	assert_non_null(strstr(err.text, "in use by a?[2Jb"));
	end_rival(&rival);
}

/* Its number has gone to another program, or somebody wants to keep us from the port. */
static void lock_file_of_a_process_without_the_port_is_no_lock(void **state)
{
	struct rival rival = start_rival(false, "sleep");

	(void)state;
	write_lock(&rival, "");
	catch_log();
	log_set_level(LOG_LEVEL_NOTICE);
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), 0);
	log_set_level(LOG_LEVEL_ERROR);
	assert_non_null(strstr(caught_log(), "does not have the port open"));
	end_rival(&rival);
}

/* Root only: the lock in a folder like /tmp of a user who is not the process's. */
static void lock_file_of_a_stranger_is_no_lock_where_anybody_may_write(void **state)
{
	struct rival rival = start_rival(true, "minicom");
	char path[256];

	(void)state;
	write_lock(&rival, "");
	if (chown(scratch_path(&dir, rival.file, path, sizeof(path)), 4321, 4321) != 0) {
		end_rival(&rival);
		skip();
	}
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), -1);
	assert_int_equal(chmod(dir.path, 01777), 0);
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), 0);
	end_rival(&rival);
}

/* All of these would hold up, or mislead, who opens them like a plain file. */
static void what_is_no_plain_file_is_no_lock(void **state)
{
	struct rival rival = start_rival(true, "minicom");
	char path[256], other[256];

	(void)state;
	scratch_path(&dir, rival.file, path, sizeof(path));
	assert_int_equal(mkfifo(path, 0666), 0);
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), 0);
	assert_int_equal(rmdir(path), 0);
	write_lock(&rival, "");
	assert_int_equal(rename(path, scratch_path(&dir, "elsewhere", other, sizeof(other))), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(serial_lock_file(dir.path, rival.device, &err), 0);
	end_rival(&rival);
}

static void our_own_number_in_a_lock_file_is_of_somebody_before_us(void **state)
{
	char text[32];

	(void)state;
	snprintf(text, sizeof(text), "%10d\n", getpid());
	scratch_write(&dir, "LCK..ttyAMA0", text);
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyAMA0", &err), 0);
}

static void process_may_open_what_its_user_and_groups_may(void **state)
{
	char path[256];

	(void)state;
	scratch_mkdir(&dir, "7");
	scratch_write(&dir, "port", "");
	scratch_path(&dir, "port", path, sizeof(path));
	assert_int_equal(chmod(path, 0640), 0);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	char text[200];

	snprintf(text, sizeof(text), "Name:\tx\nUid:\t5\t%u\t5\t5\nGid:\t5\t5\t5\t5\nGroups:\t\n",
		 st.st_uid);
	scratch_write(&dir, "7/status", text);
	assert_true(device_user_may_open(dir.path, 7, path));
	snprintf(text, sizeof(text),
		 "Name:\tx\nUid:\t9\t9\t9\t9\nGid:\t9\t9\t9\t9\nGroups:\t7 %u \n", st.st_gid);
	scratch_write(&dir, "7/status", text);
	assert_true(device_user_may_open(dir.path, 7, path));
	scratch_write(&dir, "7/status",
		      "Name:\tx\nUid:\t9\t9\t9\t9\nGid:\t9\t9\t9\t9\nGroups:\t7 8 \n");
	assert_false(device_user_may_open(dir.path, 7, path));
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(device_user_may_open(dir.path, 7, path));
	assert_false(device_user_may_open(dir.path, 8, path));
	assert_false(device_user_may_open(dir.path, 7, "/nonexistent"));
}

static void stale_lock_file_is_no_lock(void **state)
{
	char text[32];
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	snprintf(text, sizeof(text), "%10d minicom root\n", child);
	scratch_write(&dir, "LCK..ttyAMA0", text);
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyAMA0", &err), 0);
}

static void garbage_in_a_lock_file_is_no_lock(void **state)
{
	(void)state;
	scratch_write(&dir, "LCK..ttyS0", "");
	scratch_write(&dir, "LCK..ttyS1", "minicom");
	scratch_write(&dir, "LCK..ttyS2", "-1");
	scratch_write(&dir, "LCK..ttyS3", "99999999999999999999");
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyS0", &err), 0);
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyS1", &err), 0);
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyS2", &err), 0);
	assert_int_equal(serial_lock_file(dir.path, "/dev/ttyS3", &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(port_without_lock_file_is_free),
		WITH_DIR(lock_file_of_a_living_program_names_it),
		WITH_DIR(name_of_a_program_plays_no_tricks_on_a_terminal),
		WITH_DIR(lock_file_of_a_process_without_the_port_is_no_lock),
		WITH_DIR(lock_file_of_a_stranger_is_no_lock_where_anybody_may_write),
		WITH_DIR(what_is_no_plain_file_is_no_lock),
		WITH_DIR(our_own_number_in_a_lock_file_is_of_somebody_before_us),
		WITH_DIR(process_may_open_what_its_user_and_groups_may),
		WITH_DIR(stale_lock_file_is_no_lock),
		WITH_DIR(garbage_in_a_lock_file_is_no_lock),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
