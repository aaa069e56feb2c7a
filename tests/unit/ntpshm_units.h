/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/* For tests with real segments: each begins without any. After cmocka.h. */

#include <sys/ipc.h>
#include <sys/shm.h>

#include "ntpshm/internal.h"
#include "private_ipc.h"

#define assert_says(error, words) assert_non_null(strstr((error).text, words))

static struct ntpshm_error err;

static inline void remove_unit(int unit)
{
	struct ntpshm_info info;

	if (ntpshm_stat(unit, &info, NULL) == 0) {
		assert_int_equal(shmctl(info.id, IPC_RMID, NULL), 0);
	}
}

static inline int without_units(void **state)
{
	(void)state;
	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		remove_unit(unit);
	}
	memset(&err, 0, sizeof(err));
	return 0;
}

static inline void make_segment(int unit, size_t size, int mode)
{
	assert_true(shmget(NTPSHM_KEY + unit, size, IPC_CREAT | IPC_EXCL | mode) >= 0);
}

#define TEST(name) cmocka_unit_test_setup(name, without_units)
