/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include "common/log.h"
#include "dir_fixture.h"
#include "sources/bytes.h"
#include "sources/serial_lock.h"

/* libserialport opens no pty: what follows an opened port is tested on real drivers, in the lab. */

static void what_is_no_serial_port_is_refused(void **state)
{
	const struct byte_options null = {.path = "/dev/null"};
	const struct byte_options absent = {.path = "/dev/ttyAMA77"};

	(void)state;
	assert_null(serial_open(&null, &err));
	assert_string_equal(err.text, "/dev/null: not a serial port");
	assert_null(serial_open(&absent, &err));
	assert_string_equal(err.text, "/dev/ttyAMA77: No such file or directory");
}

static void port_is_locked_for_one_and_free_after_its_end(void **state)
{
	int master;
	int slave;
	char path[64];

	(void)state;
	assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
	int first = open(path, O_RDWR | O_NOCTTY);
	int second = open(path, O_RDWR | O_NOCTTY);

	assert_int_equal(serial_lock(first, path, &err), 0);
	assert_int_equal(serial_lock(second, path, &err), -1);
	char holder[64];

	snprintf(holder, sizeof(holder), "in use by test_serial (process %d)", getpid());
	assert_non_null(strstr(err.text, holder));
	assert_int_equal(serial_busy(path, &err), -1);
	assert_non_null(strstr(err.text, "in use by another program"));
	assert_non_null(strstr(err.text, "serial-getty@"));
	assert_non_null(strstr(err.text, "gpsd or ModemManager"));
	serial_unlock(first);
	close(first);
	assert_int_equal(serial_lock(second, path, &err), 0);
	serial_unlock(second);
	close(second);
	close(slave);
	close(master);
}

/* The exclusive mode is the terminal's, not the descriptor's: it outlives a close. */
static void exclusive_mode_ends_with_the_lock(void **state)
{
	int master;
	int slave;
	int exclusive = -1;
	char path[64];

	(void)state;
	assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
	assert_int_equal(serial_lock(slave, path, &err), 0);
	assert_int_equal(ioctl(slave, TIOCGEXCL, &exclusive), 0);
	assert_int_equal(exclusive, 1);
	serial_unlock(slave);
	assert_int_equal(ioctl(slave, TIOCGEXCL, &exclusive), 0);
	assert_int_equal(exclusive, 0);
	close(slave);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(what_is_no_serial_port_is_refused),
		WITH_DIR(port_is_locked_for_one_and_free_after_its_end),
		WITH_DIR(exclusive_mode_ends_with_the_lock),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
