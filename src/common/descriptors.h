/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * A program started with descriptors 0, 1 or 2 closed would get one of them for the next file that
 * it opens, and write its messages into that. To be called first of all in main(): puts something
 * into each that is closed. Reading standard input, or writing to standard output and error, fails
 * there as it did (EBADF), so that nobody takes lost output for written.
 */
void descriptors_ensure(void);
