/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * A program started with descriptor 0, 1 or 2 closed would get that number for the next file it
 * opens, and write its messages into that file. To be called first in main(): fills each closed one
 * with a descriptor on which reading or writing still fails (EBADF), so that lost output does not
 * pass for written.
 */
void descriptors_ensure(void);
