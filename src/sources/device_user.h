/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * Who has a device open, by the links in /proc/PID/fd. Another user's processes can be looked into
 * by root only.
 */
struct device_user {
	int pid;
	char name[24]; /* "gpsd" */
};

/*
 * The first process but this one and `but` (0: none) that has device open, by the name that the
 * kernel has for it ("/dev/ttyAMA0", no symbolic link). proc is /proc, or a test's. 1: user filled;
 * 0: nobody; -1: nobody found, but not all processes could be looked into.
 */
int device_user_find(const char *proc, const char *device, int but, struct device_user *user);

/* The process number of a program by its name in /proc/PID/comm (15 characters); 0: none runs. */
int device_user_program(const char *proc, const char *name);
