/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Units among several users. Skipped where only one can be had: without root. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ntpshm_units.h"

static bool many_users;

/* Runs check as another user; the segment stays. */
static void as_user(uid_t uid, void (*check)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) {
			_exit(99);
		}
		check();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void expect(bool truth, const char *what)
{
	if (!truth) {
		fprintf(stderr, "in the child: not so: %s (%s)\n", what, err.text);
		_exit(1);
	}
}
#define EXPECT(truth) expect(truth, #truth)

static void skip_without_users(void)
{
	if (!many_users) {
		print_message("needs root, to have more than one user in the namespace\n");
		skip();
	}
}

static void check_denied(void)
{
	EXPECT(!ntpshm_open(1, 0, &err));
	EXPECT(err.code == EACCES);
	EXPECT(strstr(err.text, "belongs to root (uid 0), group root, mode 0600") != NULL);
	EXPECT(strstr(err.text, "(uid 1234) may not read and write it") != NULL);
	EXPECT(strstr(err.text, "pps2shm shm create --unit 1 --group GROUP") != NULL);
	EXPECT(!ntpshm_open(1, NTPSHM_READ_ONLY, &err));
	EXPECT(strstr(err.text, "may not read it") != NULL);
}

static void a_unit_without_permission_names_owner_mode_user_and_step(void **state)
{
	(void)state;
	skip_without_users();
	make_segment(1, sizeof(struct ntpshm_time), 0600);
	as_user(1234, check_denied);
}

static void check_stat(void)
{
	struct ntpshm_info info;

	EXPECT(ntpshm_stat(1, &info, &err) == 0);
	EXPECT(info.uid == 0 && info.mode == 0600 && info.size == sizeof(struct ntpshm_time));
}

static void a_unit_can_be_looked_up_without_permission(void **state)
{
	(void)state;
	skip_without_users();
	make_segment(0, 50, 0600);
	make_segment(1, sizeof(struct ntpshm_time), 0600);
	as_user(1234, check_stat);
}

static void check_group_hint(void)
{
	EXPECT(!ntpshm_open(1, 0, &err));
	EXPECT(strstr(err.text, "add this user to group 4321") != NULL);
}

static void check_group_member(void)
{
	struct ntpshm *shm = ntpshm_open(1, 0, &err);

	EXPECT(shm != NULL);
	EXPECT(ntpshm_update(shm, 1) == 0);
	ntpshm_close(shm);
}

static void an_adopted_unit_is_open_to_its_group_only(void **state)
{
	struct ntpshm_want want = {.uid = 0, .gid = 4321, .mode = 0660};
	struct ntpshm_info info;

	(void)state;
	skip_without_users();
	make_segment(1, sizeof(struct ntpshm_time), 0600); /* ntpd was first */
	assert_int_equal(ntpshm_prepare(1, &want, &err), 0);
	assert_int_equal(ntpshm_stat(1, &info, &err), 0);
	assert_int_equal(info.uid, 0);
	assert_int_equal(info.gid, 4321);
	assert_int_equal(info.mode, 0660);
	as_user(4321, check_group_member);
	as_user(1234, check_group_hint);
}

static void make_as_1234(void)
{
	EXPECT(shmget(NTPSHM_KEY + 1, sizeof(struct ntpshm_time), IPC_CREAT | 0666) >= 0);
}

static void a_unit_made_by_a_foreign_user_is_refused_even_adopted(void **state)
{
	struct ntpshm_want want = {.uid = 0, .gid = 0, .mode = 0660};

	(void)state;
	skip_without_users();
	as_user(1234, make_as_1234);
	assert_null(ntpshm_open(1, 0, &err));
	assert_int_equal(err.code, EPERM);
	assert_says(err, "was made by unknown (uid 1234)");
	assert_int_equal(ntpshm_prepare(1, &want, &err), -1);
	assert_int_equal(err.code, EPERM);
	assert_says(err, "ipcrm -M 0x4e545031");
	want.uid = 1234; /* unless that is who shall own it */
	assert_int_equal(ntpshm_prepare(1, &want, &err), 0);
}

static void check_cannot_prepare(void)
{
	struct ntpshm_want want = {.uid = NTPSHM_KEEP_UID, .gid = 1234, .mode = 0660};

	EXPECT(ntpshm_prepare(1, &want, &err) == -1);
	EXPECT(err.code == EPERM);
	EXPECT(strstr(err.text, "only root can change its owner, group or mode") != NULL);
}

static void only_root_can_adopt(void **state)
{
	(void)state;
	skip_without_users();
	make_segment(1, sizeof(struct ntpshm_time), 0600);
	as_user(1234, check_cannot_prepare);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_unit_without_permission_names_owner_mode_user_and_step),
		TEST(a_unit_can_be_looked_up_without_permission),
		TEST(an_adopted_unit_is_open_to_its_group_only),
		TEST(a_unit_made_by_a_foreign_user_is_refused_even_adopted),
		TEST(only_root_can_adopt),
	};

	many_users = private_ipc_enter(true);
	return cmocka_run_group_tests_name("units among users", tests, NULL, NULL);
}
