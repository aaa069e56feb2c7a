/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/boot_block.h"
#include "pi/plan.h"

/* Plans the files of the boot partition, which lies in the folder boot. */
int boot_files_plan(struct plan *plan, const char *boot, const struct boot_want *want,
		    struct error *err);

/* A config_txt_include for files beside config.txt. */
struct boot_files_includes {
	const struct root *root;
	const char *boot;
	struct notes *notes; /* of files that are not there; NULL: nobody listens */
};
bool boot_files_include(void *arg, const char *name, struct text *text);

/*
 * The kernel's command line: cmdline.txt, or what cmdline= in config.txt names. -1 with err where
 * that is not plain.
 */
int boot_files_cmdline(const struct config_txt *config, const char *boot, char *name, size_t size,
		       struct error *err);
