/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Units: making, opening, refusing. Real segments, in an IPC namespace of its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ntpshm_units.h"

/* ---- layout ---- */

static void the_layout_is_ntpds(void **state)
{
	struct place {
		const char *name;
		size_t lp64, time32, tight;
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
							     : places[i].tight);
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
		TEST(preparing_is_idempotent_and_keeps_what_is_not_named),
		TEST(a_writer_may_be_attached_while_a_unit_is_adopted),
	};

	private_ipc_enter(false);
	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
