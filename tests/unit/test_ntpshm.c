/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Units: making, opening, refusing. Real segments, in an IPC namespace of its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cmocka.h>

#include "ntpshm/internal.h"
#include "private_ipc.h"

#define assert_says(error, words) assert_non_null(strstr((error).text, words))

static bool many_users;

static struct ntpshm_error err;

static void remove_unit(int unit)
{
	struct ntpshm_info info;

	if (ntpshm_stat(unit, &info, NULL) == 0) {
		assert_int_equal(shmctl(info.id, IPC_RMID, NULL), 0);
	}
}

static int without_units(void **state)
{
	(void)state;
	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		remove_unit(unit);
	}
	memset(&err, 0, sizeof(err));
	return 0;
}

static void make_segment(int unit, size_t size, int mode)
{
	assert_true(shmget(NTPSHM_KEY + unit, size, IPC_CREAT | IPC_EXCL | mode) >= 0);
}

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

/* ---- layout ---- */

static void the_layout_is_ntpds(void **state)
{
	struct place {
		const char *name;
		size_t lp64, time32, i386;
	};
	static const struct place places[] = {
		{"mode", 0, 0, 0},
		{"count", 4, 4, 4},
		{"clockTimeStampSec", 8, 8, 8},
		{"clockTimeStampUSec", 16, 12, 16},
		{"receiveTimeStampSec", 24, 16, 20},
		{"receiveTimeStampUSec", 32, 20, 28},
		{"leap", 36, 24, 32},
		{"precision", 40, 28, 36},
		{"nsamples", 44, 32, 40},
		{"valid", 48, 36, 44},
		{"clockTimeStampNSec", 52, 40, 48},
		{"receiveTimeStampNSec", 56, 44, 52},
		{"dummy[0]", 60, 48, 56},
		{"dummy[7]", 88, 76, 84},
	};
	size_t size = sizeof(struct ntpshm_time);

	(void)state;
	assert_true(size == 96 || size == 80 || size == 88);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct ntpshm_field *field = ntpshm_field(places[i].name);

		assert_non_null(field);
		assert_int_equal(field->offset, size == 96   ? places[i].lp64
						: size == 80 ? places[i].time32
							     : places[i].i386);
	}
}

/* ---- opening ---- */

static void a_missing_unit_is_named_with_its_key_and_how_to_make_it(void **state)
{
	(void)state;
	assert_null(ntpshm_open(7, 0, &err));
	assert_int_equal(err.code, ENOENT);
	assert_says(err, "unit 7 (key 0x4e545037) does not exist");
	assert_says(err, "pps2shm shm create --unit 7");
}

static void a_unit_that_cannot_be_is_refused(void **state)
{
	(void)state;
	assert_null(ntpshm_open(256, NTPSHM_CREATE, &err));
	assert_int_equal(err.code, ERANGE);
	assert_says(err, "units are 0 to 255");
	assert_null(ntpshm_open(-1, NTPSHM_CREATE, &err));
	assert_int_equal(ntpshm_prepare(256, &(struct ntpshm_want){.mode = 0600}, &err), -1);
}

static void all_units_from_0_to_255_can_be_made(void **state)
{
	(void)state;
	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		struct ntpshm *shm = ntpshm_open(unit, NTPSHM_CREATE, &err);
		struct ntpshm_info info;

		assert_non_null(shm);
		assert_int_equal(ntpshm_unit(shm), unit);
		assert_int_equal(ntpshm_stat(unit, &info, &err), 0);
		assert_int_equal(info.mode, 0600);
		assert_int_equal(info.size, sizeof(struct ntpshm_time));
		assert_int_equal(info.attached, 1);
		ntpshm_close(shm);
	}
	assert_true(shmget(0x4e545030 + 255, 0, 0) >= 0);
}

static void closing_leaves_the_unit_and_its_sample(void **state)
{
	struct ntpshm *shm = ntpshm_open(3, NTPSHM_CREATE, &err);
	struct ntpshm_sample sample = {.clock_ns = 5, .receive_ns = 6, .mode = 1};

	(void)state;
	assert_int_equal(ntpshm_write(shm, &sample), 0);
	ntpshm_close(shm);
	ntpshm_close(NULL);
	shm = ntpshm_open(3, 0, &err);
	assert_int_equal(ntpshm_read(shm, false, &sample), NTPSHM_SAMPLE);
	assert_int_equal(sample.clock_ns, 5);
	ntpshm_close(shm);
}

static void a_unit_of_another_time_t_is_refused(void **state)
{
	size_t other = sizeof(struct ntpshm_time) == 80 ? 96 : 80;
	char words[120];

	(void)state;
	make_segment(1, other, 0600);
	assert_null(ntpshm_open(1, 0, &err));
	assert_int_equal(err.code, EINVAL);
	snprintf(words, sizeof(words),
		 "unit 1 (key 0x4e545031) is %zu bytes, not %zu: it was made by a program with "
		 "another time_t",
		 other, sizeof(struct ntpshm_time));
	assert_says(err, words);
	assert_says(err, "ipcrm -M 0x4e545031");
	/* and by all other ways in */
	assert_null(ntpshm_open(1, NTPSHM_CREATE, &err));
	assert_null(ntpshm_open(1, NTPSHM_READ_ONLY, &err));
	assert_null(ntpshm_open(1, NTPSHM_ANY_OWNER, &err));
	assert_int_equal(
		ntpshm_prepare(1, &(struct ntpshm_want){NTPSHM_KEEP_UID, NTPSHM_KEEP_GID, 0660},
			       &err),
		-1);
}

static void a_larger_unit_is_refused_too(void **state)
{
	(void)state;
	make_segment(1, 4096, 0600);
	assert_null(ntpshm_open(1, 0, &err));
	assert_says(err, "is 4096 bytes");
	assert_says(err, "no NTP time source");
}

static void units_0_and_1_must_not_be_writable_by_all(void **state)
{
	struct ntpshm *shm;

	(void)state;
	make_segment(1, sizeof(struct ntpshm_time), 0666);
	assert_null(ntpshm_open(1, 0, &err));
	assert_int_equal(err.code, EPERM);
	assert_says(err, "mode 0666, so every user could set the clock");
	assert_says(err, "pps2shm shm create --unit 1 --mode 0660");
	shm = ntpshm_open(1, NTPSHM_ANY_OWNER, &err);
	assert_non_null(shm);
	ntpshm_close(shm);

	make_segment(2, sizeof(struct ntpshm_time), 0666); /* as ntpd makes it */
	shm = ntpshm_open(2, 0, &err);
	assert_non_null(shm);
	ntpshm_close(shm);
}

static void owner_and_creator_must_be_root_or_the_caller(void **state)
{
	struct ntpshm_info info = {
		.unit = 1, .size = sizeof(struct ntpshm_time), .uid = 0, .cuid = 0, .mode = 0660};

	(void)state;
	assert_int_equal(ntpshm_check(&info, true, 990, &err), 0);
	info.uid = info.cuid = 990;
	assert_int_equal(ntpshm_check(&info, true, 990, &err), 0);
	info.uid = 1234;
	assert_int_equal(ntpshm_check(&info, true, 990, &err), -1);
	assert_says(err, "belongs to unknown (uid 1234), not to root or");
	assert_says(err, "pps2shm shm create --unit 1 --owner root");
	info.uid = 0;
	info.cuid = 1234;
	assert_int_equal(ntpshm_check(&info, true, 990, &err), -1);
	assert_says(err, "was made by unknown (uid 1234), who could always change it");
	assert_says(err, "ipcrm -M 0x4e545031");
	assert_int_equal(ntpshm_check(&info, false, 990, &err), 0);
}

static void no_error_wanted_is_fine(void **state)
{
	(void)state;
	assert_null(ntpshm_open(7, 0, NULL));
}

static void a_removed_unit_is_noticed(void **state)
{
	struct ntpshm *shm = ntpshm_open(0, NTPSHM_CREATE, &err);

	(void)state;
	assert_false(ntpshm_removed(shm));
	remove_unit(0);
	assert_true(ntpshm_removed(shm));
	ntpshm_close(shm);
}

/* ---- other users ---- */

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

/* ---- making ---- */

static void preparing_is_idempotent_and_keeps_what_is_not_named(void **state)
{
	struct ntpshm_want want = {.uid = NTPSHM_KEEP_UID, .gid = NTPSHM_KEEP_GID, .mode = 0640};
	struct ntpshm_sample sample = {.clock_ns = 5, .receive_ns = 6, .mode = 1};
	struct ntpshm_info info;
	struct ntpshm *shm;

	(void)state;
	assert_int_equal(ntpshm_prepare(1, &want, &err), 1);
	shm = ntpshm_open(1, 0, &err);
	assert_non_null(shm);
	assert_int_equal(ntpshm_write(shm, &sample), 0);
	assert_int_equal(ntpshm_prepare(1, &want, &err), 0);
	want.mode = NTPSHM_KEEP_MODE;
	assert_int_equal(ntpshm_prepare(1, &want, &err), 0);
	assert_int_equal(ntpshm_stat(1, &info, &err), 0);
	assert_int_equal(info.mode, 0640);
	assert_int_equal(info.uid, 0);
	assert_int_equal(ntpshm_read(shm, false, &sample), NTPSHM_SAMPLE);
	ntpshm_close(shm);
}

static void a_writer_may_be_attached_while_a_unit_is_adopted(void **state)
{
	struct ntpshm_want want = {.uid = 0, .gid = 0, .mode = 0660};
	struct ntpshm *before, *after;
	struct ntpshm_sample sample;

	(void)state;
	before = ntpshm_open(1, NTPSHM_CREATE, &err);
	assert_int_equal(ntpshm_prepare(1, &want, &err), 0);
	after = ntpshm_open(1, 0, &err);
	assert_int_equal(ntpshm_update(before, 77), 0);
	assert_int_equal(ntpshm_read(after, true, &sample), NTPSHM_SAMPLE);
	assert_int_equal(sample.clock_ns, 77);
	ntpshm_close(before);
	ntpshm_close(after);
}

#define TEST(name) cmocka_unit_test_setup(name, without_units)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_layout_is_ntpds),
		TEST(a_missing_unit_is_named_with_its_key_and_how_to_make_it),
		TEST(a_unit_that_cannot_be_is_refused),
		TEST(all_units_from_0_to_255_can_be_made),
		TEST(closing_leaves_the_unit_and_its_sample),
		TEST(a_unit_of_another_time_t_is_refused),
		TEST(a_larger_unit_is_refused_too),
		TEST(units_0_and_1_must_not_be_writable_by_all),
		TEST(owner_and_creator_must_be_root_or_the_caller),
		TEST(no_error_wanted_is_fine),
		TEST(a_removed_unit_is_noticed),
		TEST(a_unit_without_permission_names_owner_mode_user_and_step),
		TEST(a_unit_can_be_looked_up_without_permission),
		TEST(an_adopted_unit_is_open_to_its_group_only),
		TEST(a_unit_made_by_a_foreign_user_is_refused_even_adopted),
		TEST(only_root_can_adopt),
		TEST(preparing_is_idempotent_and_keeps_what_is_not_named),
		TEST(a_writer_may_be_attached_while_a_unit_is_adopted),
	};

	many_users = private_ipc_enter(true);
	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
