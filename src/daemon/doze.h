/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define DOZE_OTHERS 2

/*
 * While all is well, the coming of a burst wakes nobody: the line is left alone from a pulse on, and
 * read once before the next. Between that read and the pulse it is watched, so what comes at an
 * unusual time is heard at once. Every eighth burst is listened to, as its first byte keeps the lag
 * true, and each after a pulse that leaves anything in doubt.
 *
 * The loop asks for it, the pulse thread does it once the pulse is out. The lock is this one's own:
 * what is done under it are system calls, for which no pulse shall wait.
 */
struct doze {
	pthread_mutex_t lock;
	int others[DOZE_OTHERS];
	int epoll; /* over these and the line's descriptor; -1: cannot doze */
	int fd;
	bool may;             /* the loop will come before the next pulse but one */
	bool steady;          /* nothing was in doubt at the last pulse */
	bool listening;       /* to this burst, by turns */
	int64_t since_raw_ns; /* the line is left alone since this pulse; 0: it is watched */
	unsigned int pulses;
};

/* others: what else the loop sleeps on. */
void doze_init(struct doze *doze, const int others[DOZE_OTHERS]);

/* A descriptor that cannot be left alone (a plain file) never is. */
void doze_open(struct doze *doze, int fd);
void doze_close(struct doze *doze);

/*
 * poll(2) of these descriptors, for the loop while it dozes; but none of them is asked before and
 * after the sleep.
 */
int doze_poll(const struct doze *doze, struct pollfd *fds, int count, int timeout_ms);

/* The pulse thread has taken a pulse, at now; steady: nothing is in doubt (core_steady()). */
void doze_at_pulse(struct doze *doze, bool steady, int64_t now_raw_ns);

bool doze_is_steady(struct doze *doze);

/* From the next pulse on the line may be left alone. */
void doze_ask(struct doze *doze);

/*
 * Before a read: the line is watched again, and not left alone until asked for anew. Returns since
 * when it has not been, 0 if it was; *listening: the burst that comes is listened to.
 */
int64_t doze_wake(struct doze *doze, bool *listening);
