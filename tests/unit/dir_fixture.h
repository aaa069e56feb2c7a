/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "scratch.h"

/* What most tests of files and ports begin with: a directory of their own, and no error yet. */
static struct scratch dir;
static struct error err;

static inline int dir_set_up(void **state)
{
	(void)state;
	scratch_make(&dir);
	err.text[0] = '\0';
	return 0;
}

static inline int dir_tear_down(void **state)
{
	(void)state;
	scratch_remove(&dir);
	return 0;
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, dir_set_up, dir_tear_down)
