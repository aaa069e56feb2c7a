/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "common/safe_open.h"
#include "scratch.h"

static struct scratch dir;
static char path[128];
static char text[16];

static int set_up(void **state)
{
	(void)state;
	scratch_make(&dir);
	scratch_path(&dir, "file", path, sizeof(path));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&dir);
	return 0;
}

static void expect_refused(int flags, int code)
{
	errno = 0;
	assert_int_equal(safe_read(path, flags, text, sizeof(text), NULL), -1);
	assert_int_equal(errno, code);
}

static void plain_file_is_read_whole(void **state)
{
	struct stat st;

	(void)state;
	scratch_write(&dir, "file", "fifteen letters");
	assert_int_equal(safe_read(path, SAFE_NO_FOLLOW, text, sizeof(text), &st), 15);
	assert_string_equal(text, "fifteen letters");
	assert_int_equal(st.st_uid, geteuid());
	scratch_write(&dir, "file", "");
	assert_int_equal(safe_read(path, 0, text, sizeof(text), NULL), 0);
	assert_string_equal(text, "");
}

static void longer_one_is_refused(void **state)
{
	(void)state;
	scratch_write(&dir, "file", "sixteen  letters");
	expect_refused(0, EFBIG);
}

static void nothing_but_a_plain_file_is_read_and_nothing_is_waited_for(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	expect_refused(0, ENOENT);
	assert_int_equal(mkfifo(path, 0666), 0);
	expect_refused(0, SAFE_NOT_PLAIN);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	expect_refused(0, SAFE_NOT_PLAIN);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	expect_refused(0, SAFE_NOT_PLAIN);
	assert_int_equal(unlink(path), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	expect_refused(0, SAFE_NOT_PLAIN);
	close(fd);
	assert_string_equal(safe_open_reason(SAFE_NOT_PLAIN), "not a plain file");
}

static void link_is_followed_only_if_that_is_wanted(void **state)
{
	(void)state;
	scratch_write(&dir, "other", "there");
	assert_int_equal(symlink("other", path), 0);
	assert_int_equal(safe_read(path, 0, text, sizeof(text), NULL), 5);
	expect_refused(SAFE_NO_FOLLOW, ELOOP);
}

static void new_file_takes_the_place_of_what_was_prepared(void **state)
{
	char other[128];

	(void)state;
	scratch_write(&dir, "other", "there");
	scratch_path(&dir, "other", other, sizeof(other));
	for (int i = 0; i < 4; i++) {
		struct stat st;

		if (i == 1) {
			assert_int_equal(symlink("other", path), 0);
		} else if (i == 2) {
			assert_int_equal(mkfifo(path, 0666), 0);
		} else if (i == 3) {
			assert_int_equal(link(other, path), 0);
		}
		int fd = safe_create(path);

		assert_true(fd >= 0);
		assert_int_equal(write(fd, "new", 3), 3);
		close(fd);
		assert_int_equal(lstat(path, &st), 0);
		assert_true(S_ISREG(st.st_mode));
		assert_int_equal(safe_read(other, 0, text, sizeof(text), NULL), 5);
		assert_string_equal(text, "there");
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(safe_create(path), -1);
	assert_int_equal(errno, EEXIST);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(plain_file_is_read_whole),
		test(longer_one_is_refused),
		test(nothing_but_a_plain_file_is_read_and_nothing_is_waited_for),
		test(link_is_followed_only_if_that_is_wanted),
		test(new_file_takes_the_place_of_what_was_prepared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
