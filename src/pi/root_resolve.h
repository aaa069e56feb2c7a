/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * Opens what is at path in the folder root as if root were "/": links, absolute or with "..", never
 * lead out of it, whatever is changed there meanwhile. A descriptor, or -1 with errno as open(2)
 * has it. No O_CREAT. Only within src/pi/root*.c; the parts are apart for the tests.
 */
int root_resolve(int root, const char *path, int flags);

/* By the kernel, openat2(2); ENOSYS before Linux 5.6, EPERM under some sandboxes. */
int root_resolve_kernel(int root, const char *path, int flags);

/* Part by part, each opened by itself without following a link. */
int root_resolve_walk(int root, const char *path, int flags);
