/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Who has a device open, by the links in /proc/PID/fd. Only root can examine the processes of other
 * users.
 */
struct device_user {
	int pid;
	char name[24]; /* "gpsd", safe to print; "?" if it is not known */
};

/*
 * The first process but this one and `but` (0: none) that has device open, by the name that the
 * kernel has for it ("/dev/ttyAMA0", no symbolic link). proc is /proc, or a test's. 1: user is set;
 * 0: no process; -1: none found, but not all processes could be examined.
 */
int device_user_find(const char *proc, const char *device, int but, struct device_user *user);

/* The process number of a program by its name in /proc/PID/comm (15 characters); 0: none runs. */
int device_user_program(const char *proc, const char *name);

/* Has the process device open? 1 yes, 0 no or it has ended, -1 it may not be examined. */
int device_user_has_open(const char *proc, int pid, const char *device);

/* By its user and groups, may the process open device for reading? Also false if unknown. */
bool device_user_may_open(const char *proc, int pid, const char *device);

/*
 * Who holds a flock(2) lock on the file open as fd, by proc's list of locks: 1: user is set; 0:
 * unknown.
 */
int device_user_locker(const char *proc, int fd, struct device_user *user);
