/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* What others may have put in the segment's place, in a small /dev/shm of the test's own. */
#include "segment_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "private_ipc.h"

#define ROOM_BYTES (2 << 20)

static char path[80];
static struct error err;
static bool all_users;

static void write_file(const char *file, const char *text)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void expect_text(const char *file, const char *text)
{
	char seen[40] = "";
	int fd = open(file, O_RDONLY);

	assert_true(read(fd, seen, sizeof(seen) - 1) >= 0);
	close(fd);
	assert_string_equal(seen, text);
}

/* It cannot be made, which is no reason for a daemon not to run; what is there stays. */
static void expect_none(const char *reason)
{
	struct stat before, after;

	assert_int_equal(lstat(path, &before), 0);
	errno = 0;
	assert_null(segment_create(name, "", &segment_config, &err));
	assert_int_not_equal(errno, EBUSY);
	assert_int_not_equal(errno, EINVAL);
	assert_non_null(strstr(err.text, reason));
	assert_int_equal(lstat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static int clear(void **state)
{
	(void)state;
	remove(path);
	remove("/dev/shm/other");
	return 0;
}

static void fifo_in_its_place_is_told(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0666), 0);
	expect_none("not a plain file, of user");
}

static void folder_in_its_place_is_told(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0755), 0);
	expect_none("not a plain file, of user");
}

static void link_in_its_place_is_not_followed(void **state)
{
	(void)state;
	write_file("/dev/shm/other", "precious");
	assert_int_equal(symlink("other", path), 0);
	expect_none("not a plain file, of user");
	expect_text("/dev/shm/other", "precious");
}

static void file_of_another_user_is_not_touched(void **state)
{
	struct stat st;

	(void)state;
	if (!all_users) {
		skip();
	}
	write_file(path, "a stranger's");
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(chown(path, 4321, 4321), 0);
	expect_none("a file of user 4321");
	expect_text(path, "a stranger's");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0666);
}

static void one_of_ours_with_a_second_name_is_left_to_that_name(void **state)
{
	struct stat st;

	(void)state;
	write_file("/dev/shm/other", "precious");
	assert_int_equal(link("/dev/shm/other", path), 0);
	struct segment *segment = create();

	expect_text("/dev/shm/other", "precious");
	assert_int_equal(stat("/dev/shm/other", &st), 0);
	assert_int_equal(st.st_nlink, 1);
	segment_close(segment);
}

static void one_of_ours_that_others_may_write_is_not_used(void **state)
{
	(void)state;
	write_file(path, "");
	assert_int_equal(chmod(path, 0666), 0);
	int stranger = open(path, O_RDWR);
	struct segment *segment = create();

	assert_int_equal(ftruncate(stranger, 0), 0);
	update_at(segment, raw_now());
	assert_false(segment_lost(segment));
	close(stranger);
	segment_close(segment);
}

static void full_dev_shm_is_told_and_nothing_is_left_in_it(void **state)
{
	struct stat st;
	int fd = open("/dev/shm/other", O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_int_equal(posix_fallocate(fd, 0, ROOM_BYTES - 100000), 0);
	assert_null(segment_create(name, "", &segment_config, &err));
	assert_int_equal(errno, ENOSPC);
	assert_non_null(strstr(err.text, "No space left"));
	assert_int_equal(lstat(path, &st), -1);
	assert_int_equal(unlink("/dev/shm/other"), 0);
	close(fd);
	segment_close(create());
}

/* The segment uses memory that is there; whoever cuts it off does not end the daemon with SIGBUS.
 */
static void segment_that_is_cut_ends_nobody(void **state)
{
	struct event event = {.type = EVENT_TICK, .raw_ns = 1};
	struct segment *segment = create();

	(void)state;
	update_at(segment, raw_now());
	assert_false(segment_lost(segment));
	assert_int_equal(truncate(path, 0), 0);
	for (int i = 0; i < 5000; i++) {
		update_at(segment, raw_now() + INT64_C(1000000000) * i);
		segment_trace(segment, &event);
	}
	assert_true(segment_lost(segment));
	/* Its size alone does not hide it. */
	assert_int_equal(truncate(path, sizeof(struct pps2shm_segment_layout)), 0);
	assert_true(segment_lost(segment));
	segment_close(segment);
	segment = create();
	assert_false(segment_lost(segment));
	segment_close(segment);
}

static void bus_error_of_somebody_elses_memory_still_ends_us(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		int fd = open("/dev/shm/other", O_RDWR | O_CREAT, 0600);
		volatile char *page = mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0);

		create();
		*page = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGBUS);
}

static void segment_that_is_removed_is_lost_and_leaves_its_successor_alone(void **state)
{
	struct segment *first = create();
	struct stat st;

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_true(segment_lost(first));
	write_file(path, "another's");
	segment_close(first);
	assert_int_equal(stat(path, &st), 0);
}

/* flock needs no more than the right to read. */
static void lock_on_what_was_never_finished_stops_nobody(void **state)
{
	int fd = open(path, O_RDWR | O_CREAT, 0644);

	(void)state;
	assert_int_equal(flock(fd, LOCK_SH), 0);
	segment_close(create());
	close(fd);
}

/* The daemon died, a reader keeps a lock, and its number is another program's by now. */
static void number_of_another_program_is_no_daemon(void **state)
{
	struct pps2shm_segment_head head;
	int ready[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid_t other = fork();

	if (other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "sshd");
		assert_int_equal(write(ready[1], "", 1), 1);
		for (;;) {
			pause();
		}
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	pid_t dead = fork();

	if (dead == 0) {
		update_at(create(), 1);
		assert_int_equal(write(ready[1], "", 1), 1);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(waitpid(dead, NULL, 0), dead);
	int fd = open(path, O_RDWR);

	assert_int_equal(pread(fd, &head, sizeof(head), 0), sizeof(head));
	head.pid = (uint32_t)other;
	assert_int_equal(pwrite(fd, &head, sizeof(head), 0), sizeof(head));
	assert_int_equal(flock(fd, LOCK_SH), 0);
	segment_close(create());
	close(fd);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, clear, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(fifo_in_its_place_is_told),
		test(folder_in_its_place_is_told),
		test(link_in_its_place_is_not_followed),
		test(file_of_another_user_is_not_touched),
		test(one_of_ours_with_a_second_name_is_left_to_that_name),
		test(one_of_ours_that_others_may_write_is_not_used),
		test(full_dev_shm_is_told_and_nothing_is_left_in_it),
		test(segment_that_is_cut_ends_nobody),
		test(bus_error_of_somebody_elses_memory_still_ends_us),
		test(segment_that_is_removed_is_lost_and_leaves_its_successor_alone),
		test(lock_on_what_was_never_finished_stops_nobody),
		test(number_of_another_program_is_no_daemon),
	};

	all_users = private_ipc_enter(true);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("test", "/dev/shm", "tmpfs", 0, "size=2m,mode=1777")) {
		perror("a /dev/shm of its own");
		return 1;
	}
	snprintf(name, sizeof(name), "/pps2shm-test");
	snprintf(path, sizeof(path), "/dev/shm%s", name);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
