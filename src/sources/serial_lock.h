/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"

/*
 * One user for a serial port: two readers get half the sentences each.
 *
 * Lock files (LCK..ttyAMA0 in /run/lock, holding the process number) are what terminal programs
 * leave; they stay when their program dies. flock(2) and TIOCEXCL are what daemons use; they end
 * with their holder and cannot go stale.
 */

/*
 * Looks for a lock file on device ("/dev/ttyAMA0", no symbolic link) in directory. -1: held by a
 * living process, err names it. 0: none, or one that proves nothing (logged, and ignored): no plain
 * file, its process has ended or, where that can be seen, does not have the port open; or, in a
 * folder that is open to all, one of a user who is not root and may not open the port.
 */
int serial_lock_file(const char *directory, const char *device, struct error *err);

/* Takes flock and TIOCEXCL. 0, or -1 with err. */
int serial_lock(int fd, const char *device, struct error *err);

/* Before close: TIOCEXCL would outlive us while any other process holds the port open. */
void serial_unlock(int fd);

/* The line for a port that another one uses; always -1. */
int serial_busy(const char *device, struct error *err);
