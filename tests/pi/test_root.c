/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Names of a root are resolved inside it, by the kernel and, where it cannot, part by part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/scratch.h"
#include "pi/root.h"
#include "pi/root_resolve.h"

/* One folder with two in it: "root", and "outside" where nothing may lead. */
static struct scratch dir;
static int root = -1;

static void write_file(const char *name, const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", dir.path, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void make_folder(const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", dir.path, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void make_link(const char *name, const char *target)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/root/%s", dir.path, name);
	assert_int_equal(symlink(target, path), 0);
}

static int begin(void **state)
{
	char path[400], link[500];

	(void)state;
	scratch_make(&dir);
	make_folder("outside");
	write_file("outside/file", "outside");
	make_folder("root");
	make_folder("root/etc");
	make_folder("root/etc/inner");
	make_folder("root/usr");
	write_file("root/file", "root");
	write_file("root/etc/file", "etc");
	write_file("root/etc/inner/file", "inner");
	/* An absolute name of the outside is there in the root too, where it must lead. */
	make_link("lib", "usr");
	make_link("absolute", "/etc/file");
	make_link("relative", "etc/inner/../file");
	make_link("above", "../../../../outside/file");
	make_link("up", "../file");
	make_link("etc/inner/up", "../../../../../etc");
	make_link("twice", "absolute");
	make_link("folder", "/etc/inner/");
	make_link("loop", "pool");
	make_link("pool", "loop");
	make_link("nowhere", "/etc/nowhere");
	make_link("self", ".");
	make_link("begin", "/");
	snprintf(link, sizeof(link), "%s/outside", dir.path);
	make_link("out", link);
	snprintf(path, sizeof(path), "%s/root", dir.path);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(root);
	scratch_remove(&dir);
	return 0;
}

static int open_count(void)
{
	int count = 0;

	for (int fd = 0; fd < 200; fd++) {
		count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
	}
	return count;
}

typedef int resolve(int root, const char *path, int flags);

/* What a name holds, or how it fails. */
static void expect(resolve *how, const char *name, int flags, const char *text, int error)
{
	char found[100] = "";
	int before = open_count();
	int fd = how(root, name, flags | O_RDONLY);

	if (fd < 0 && errno != error) {
		fail_msg("%s: %s, not %s", name, strerror(errno), strerror(error));
	}
	if ((fd < 0) != (error != 0)) {
		fail_msg("%s: %s", name, fd < 0 ? "was not opened" : "was opened");
	}
	if (fd >= 0) {
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	if (fd >= 0 && text) {
		assert_true(read(fd, found, sizeof(found) - 1) >= 0);
		assert_string_equal(found, text);
	}
	if (fd >= 0) {
		close(fd);
	}
	assert_int_equal(open_count(), before);
}

static void expect_all(resolve *how)
{
	char deep[400] = "/";

	expect(how, "/file", 0, "root", 0);
	expect(how, "/etc/inner/file", 0, "inner", 0);
	expect(how, "//etc///inner/./file", 0, "inner", 0);
	expect(how, "/../../outside/file", 0, NULL, ENOENT);
	expect(how, "/../../file", 0, "root", 0);
	expect(how, "/etc/inner/../../file", 0, "root", 0);
	expect(how, "/absolute", 0, "etc", 0);
	expect(how, "/relative", 0, "etc", 0);
	expect(how, "/twice", 0, "etc", 0);
	expect(how, "/above", 0, NULL, ENOENT);
	expect(how, "/up", 0, "root", 0);
	expect(how, "/etc/inner/up/file", 0, "etc", 0);
	expect(how, "/folder/file", 0, "inner", 0);
	expect(how, "/folder/../file", 0, "etc", 0);
	expect(how, "/self/self/begin/file", 0, "root", 0);
	expect(how, "/out/file", 0, NULL, ENOENT);
	expect(how, "/nowhere", 0, NULL, ENOENT);
	expect(how, "/loop", 0, NULL, ELOOP);
	expect(how, "/loop/x", 0, NULL, ELOOP);
	expect(how, "/file/x", 0, NULL, ENOTDIR);
	expect(how, "/absolute", O_NOFOLLOW, NULL, ELOOP);
	expect(how, "/absolute", O_NOFOLLOW | O_PATH, NULL, 0);
	expect(how, "/lib", O_DIRECTORY, NULL, 0);
	expect(how, "/begin", O_DIRECTORY, NULL, 0);
	expect(how, "/", O_DIRECTORY, NULL, 0);
	expect(how, "/file", O_DIRECTORY, NULL, ENOTDIR);
	memset(deep + 1, 'x', 300);
	expect(how, deep, 0, NULL, ENAMETOOLONG);
}

static void the_kernel_resolves_inside_the_root(void **state)
{
	(void)state;
	if (root_resolve_kernel(root, "/", O_PATH) < 0 && errno == ENOSYS) {
		skip();
	}
	expect_all(root_resolve_kernel);
}

static void a_walk_resolves_inside_the_root(void **state)
{
	(void)state;
	expect_all(root_resolve_walk);
}

static void either_does(void **state)
{
	(void)state;
	expect_all(root_resolve);
}

static void a_pipe_is_not_opened_to_be_read(void **state)
{
	struct root here = {.path = "/r", .fd = root};
	struct error err;
	struct text text;
	char path[400];

	(void)state;
	snprintf(path, sizeof(path), "%s/root/pipe", dir.path);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(root_read(&here, "/pipe", &text, &err), -1);
	assert_string_equal(err.text, "/r/pipe: not a regular file");
	text_free(&text);
	assert_int_equal(root_read(&here, "/none", &text, &err), 0);
	text_free(&text);
	assert_int_equal(root_read(&here, "/absolute", &text, &err), 1);
	assert_string_equal(text.at, "etc");
	text_free(&text);
}

static void a_place_is_a_folder_and_a_name_in_it(void **state)
{
	struct root here = {.path = "", .fd = root};
	struct root_place place;
	struct stat st;

	(void)state;
	assert_int_equal(root_find_place(&here, "/folder/new", &place), 0);
	assert_string_equal(place.name, "new");
	assert_int_equal(fstatat(place.folder, "file", &st, 0), 0);
	root_leave(&place);
	assert_int_equal(root_find_place(&here, "/out/new", &place), -1);
	assert_int_equal(errno, ENOENT);
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = {"/etc/..", "/etc/.", "/etc/", "none"};

		assert_int_equal(root_find_place(&here, names[i], &place), -1);
		assert_int_equal(errno, EINVAL);
	}
}

static void plain_names(void **state)
{
	static const char *const bad[] = {"",        "x",     "/",     "/x/",      "//x",
					  "/./x",    "/x/..", "/../x", "/x/../y",  "/x\ny",
					  "/x/\033", "/x//y", "/x/.",  "/12345678"};

	(void)state;
	assert_true(root_name_is_plain("/x", 9));
	assert_true(root_name_is_plain("/x/..y/.", 9) == false);
	assert_true(root_name_is_plain("/x/..y/z", 9));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (root_name_is_plain(bad[i], 9)) {
			fail_msg("'%s' is taken for plain", bad[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_kernel_resolves_inside_the_root, begin, end),
		cmocka_unit_test_setup_teardown(a_walk_resolves_inside_the_root, begin, end),
		cmocka_unit_test_setup_teardown(either_does, begin, end),
		cmocka_unit_test_setup_teardown(a_pipe_is_not_opened_to_be_read, begin, end),
		cmocka_unit_test_setup_teardown(a_place_is_a_folder_and_a_name_in_it, begin, end),
		cmocka_unit_test(plain_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
