/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include <cmocka.h>

#include "dir_fixture.h"
#include "sources/bytes.h"

static uint8_t buffer[64];

static struct byte_source *open_path(const char *path, uint32_t bps)
{
	struct byte_options options = {.path = path, .bps = bps};

	return byte_source_open(&options, &err);
}

/* What comes within ten seconds; as read(). */
static ssize_t read_soon(struct byte_source *source)
{
	struct pollfd p = {.fd = source->fd, .events = POLLIN};

	poll(&p, 1, 10000);
	memset(buffer, 0, sizeof(buffer));
	return source->ops->read(source, buffer, sizeof(buffer), &err);
}

static void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void file_is_read_to_its_end_and_no_further(void **state)
{
	char path[96];

	(void)state;
	scratch_write(&dir, "nmea", "$GPRMC");
	struct byte_source *source = open_path(scratch_path(&dir, "nmea", path, sizeof(path)), 0);

	assert_non_null(source);
	assert_string_equal(source->name, path);
	assert_int_equal(read_soon(source), 6);
	assert_memory_equal(buffer, "$GPRMC", 6);
	assert_false(source->end);
	assert_int_equal(read_soon(source), -1);
	assert_true(source->end);
	assert_non_null(strstr(err.text, "end of input"));
	source->ops->close(source);
}

static void fifo_waits_for_its_writer_and_is_gone_after_it(void **state)
{
	char path[96];

	(void)state;
	scratch_path(&dir, "fifo", path, sizeof(path));
	assert_int_equal(mkfifo(path, 0600), 0);
	struct byte_source *source = open_path(path, 4800);

	assert_non_null(source);
	assert_int_equal(source->bps, 4800);
	assert_int_equal(source->ops->read(source, buffer, sizeof(buffer), &err), 0);
	int writer = open(path, O_WRONLY);

	assert_int_equal(source->ops->read(source, buffer, sizeof(buffer), &err), 0);
	put(writer, "$GP");
	assert_int_equal(read_soon(source), 3);
	put(writer, "GGA");
	close(writer);
	/* What was written before the end is still there. */
	assert_int_equal(read_soon(source), 3);
	assert_int_equal(read_soon(source), -1);
	assert_false(source->end);
	assert_non_null(strstr(err.text, "the other side closed it"));
	source->ops->close(source);
}

static void fifo_can_be_opened_again_for_its_next_writer(void **state)
{
	char path[96];

	(void)state;
	scratch_path(&dir, "fifo", path, sizeof(path));
	assert_int_equal(mkfifo(path, 0600), 0);
	for (int i = 0; i < 3; i++) {
		struct byte_source *source = open_path(path, 0);
		int writer = open(path, O_WRONLY);

		put(writer, "x");
		close(writer);
		assert_int_equal(read_soon(source), 1);
		assert_int_equal(read_soon(source), -1);
		source->ops->close(source);
	}
}

static void pty_passes_every_byte_as_it_is(void **state)
{
	int master;
	int slave;
	char path[64];
	uint8_t all[256];
	size_t got = 0;

	(void)state;
	assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
	struct byte_source *source = open_path(path, 0);

	assert_non_null(source);
	assert_int_equal(source->bps, 0);
	for (int i = 0; i < 256; i++) {
		all[i] = (uint8_t)i;
	}
	assert_int_equal(write(master, all, sizeof(all)), sizeof(all));
	while (got < sizeof(all)) {
		ssize_t n = read_soon(source);

		assert_true(n > 0);
		assert_memory_equal(buffer, all + got, (size_t)n);
		got += (size_t)n;
	}
	source->ops->close(source);
	close(slave);
	close(master);
}

static void pty_without_its_master_is_gone_but_not_for_good(void **state)
{
	int master;
	int slave;
	char path[64];

	(void)state;
	assert_int_equal(openpty(&master, &slave, path, NULL, NULL), 0);
	struct byte_source *source = open_path(path, 0);

	close(slave);
	assert_int_equal(source->ops->read(source, buffer, sizeof(buffer), &err), 0);
	close(master);
	assert_int_equal(read_soon(source), -1);
	assert_false(source->end);
	source->ops->close(source);
}

/* Of two each would get half the bytes. */
static void pty_and_fifo_have_one_reader_and_the_other_is_told_of_him(void **state)
{
	struct byte_options options = {0};
	char pty[64], fifo[96], holder[64];
	int master, slave;

	(void)state;
	assert_int_equal(openpty(&master, &slave, pty, NULL, NULL), 0);
	scratch_path(&dir, "fifo", fifo, sizeof(fifo));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	snprintf(holder, sizeof(holder), "in use by test_stream (process %d)", getpid());
	for (int i = 0; i < 2; i++) {
		options.path = i ? fifo : pty;
		struct byte_source *first = open_path(options.path, 0);

		assert_null(stream_open(&options, &err));
		assert_non_null(strstr(err.text, holder));
		first->ops->close(first);
		struct byte_source *second = open_path(options.path, 0);

		second->ops->close(second);
	}
	close(slave);
	close(master);
}

static void plain_file_is_everybodys(void **state)
{
	char path[96];

	(void)state;
	scratch_write(&dir, "file", "x");
	scratch_path(&dir, "file", path, sizeof(path));
	struct byte_source *first = open_path(path, 0);
	struct byte_source *second = open_path(path, 0);

	first->ops->close(first);
	second->ops->close(second);
}

/* Runs open_path("-") with a pipe as standard input. */
static struct byte_source *open_standard_input(int *writer)
{
	int ends[2];
	int saved = dup(STDIN_FILENO);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	struct byte_source *source = open_path("-", 0);

	assert_non_null(source);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
	*writer = ends[1];
	return source;
}

static void standard_input_never_blocks_and_ends_for_good(void **state)
{
	int writer;

	(void)state;
	struct byte_source *source = open_standard_input(&writer);

	assert_string_equal(source->name, "standard input");
	assert_int_equal(source->ops->read(source, buffer, sizeof(buffer), &err), 0);
	put(writer, "abc");
	assert_int_equal(read_soon(source), 3);
	/* Shared with other processes: its flags are not ours to change. */
	assert_false(fcntl(source->fd, F_GETFL) & O_NONBLOCK);
	close(writer);
	assert_int_equal(read_soon(source), -1);
	assert_true(source->end);
	source->ops->close(source);
}

static void descriptor_is_closed_on_exec(void **state)
{
	int writer;

	(void)state;
	struct byte_source *source = open_standard_input(&writer);

	assert_true(fcntl(source->fd, F_GETFD) & FD_CLOEXEC);
	source->ops->close(source);
	close(writer);
	source = open_path("/dev/null", 0);
	assert_true(fcntl(source->fd, F_GETFD) & FD_CLOEXEC);
	source->ops->close(source);
}

static void missing_device_is_answered_with_what_switches_it_on(void **state)
{
	(void)state;
	assert_null(open_path("/dev/ttyAMA77", 0));
	assert_non_null(strstr(err.text, "/dev/ttyAMA77: no such device"));
	assert_non_null(strstr(err.text, "enable_uart=1"));
	assert_null(open_path("/nonexistent/file", 0));
	assert_non_null(strstr(err.text, "/nonexistent/file: No such file or directory"));
}

static void directory_is_refused(void **state)
{
	(void)state;
	assert_null(open_path(dir.path, 0));
	assert_non_null(strstr(err.text, "not a serial device, FIFO or file"));
}

static void forbidden_file_is_named_with_the_reason(void **state)
{
	char path[96];

	(void)state;
	scratch_write(&dir, "nmea", "$");
	assert_int_equal(chmod(scratch_path(&dir, "nmea", path, sizeof(path)), 0), 0);
	if (access(path, R_OK) == 0) {
		skip(); /* root may read all */
	}
	assert_null(open_path(path, 0));
	assert_non_null(strstr(err.text, "Permission denied"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(file_is_read_to_its_end_and_no_further),
		WITH_DIR(fifo_waits_for_its_writer_and_is_gone_after_it),
		WITH_DIR(fifo_can_be_opened_again_for_its_next_writer),
		WITH_DIR(pty_passes_every_byte_as_it_is),
		WITH_DIR(pty_and_fifo_have_one_reader_and_the_other_is_told_of_him),
		WITH_DIR(plain_file_is_everybodys),
		WITH_DIR(pty_without_its_master_is_gone_but_not_for_good),
		WITH_DIR(standard_input_never_blocks_and_ends_for_good),
		WITH_DIR(descriptor_is_closed_on_exec),
		WITH_DIR(missing_device_is_answered_with_what_switches_it_on),
		WITH_DIR(directory_is_refused),
		WITH_DIR(forbidden_file_is_named_with_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
