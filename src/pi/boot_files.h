/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/boot_block.h"
#include "pi/plan.h"

/* Plans the files of the boot partition, which lies in the folder boot. */
int boot_files_plan(struct plan *plan, const char *boot, const struct boot_want *want,
		    struct error *err);
