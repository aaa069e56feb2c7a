/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "core/core.h"
#include "outlets/chrony_sock.h"

/*
 * Where the samples of one kind go: an NTP shared memory unit and, if asked for, chrony's socket.
 * Writing never sleeps and reports no errors: outlet_keep() says what is wrong and fixes what it can.
 */

struct ntpshm;

struct outlet {
	int number; /* 0..255; -1: no shared memory unit */
	int mode;   /* the handshake, 0 or 1 (ntpshm(3)) */
	struct chrony_sock chrony;
	struct ntpshm *shm;   /* NULL while it cannot be opened */
	struct error error;   /* why there is no shm, or what is wrong with it; or empty */
	int64_t rival_raw_ns; /* when it was last seen that another program had written; 0: never */
	bool rival_told;      /* and error says so */
	unsigned int kept;    /* how often the open unit was checked */
	uint64_t written;
	uint64_t consumed; /* samples that a reader took */
	bool unread;       /* the last one written has not yet been seen to be taken */
	int64_t write_raw_ns, consumed_raw_ns;
};

/* socket_path, which may be empty, is kept, not copied. Nothing is opened yet: outlet_keep() does. */
void outlet_init(struct outlet *outlet, int number, int mode, const char *socket_path);

void outlet_write(struct outlet *outlet, const struct core_sample *sample, int64_t raw_ns);

/* Withdraws a sample that no reader has taken: its stamps are from before the clock was set. */
void outlet_withdraw(struct outlet *outlet);

/* What outlet_look() found, and after outlet_take() what that replaced. */
struct outlet_found {
	bool removed;       /* the open unit was removed */
	struct ntpshm *shm; /* opened; NULL: none */
	struct error error; /* why there is no shm */
	struct chrony_sock_found chrony;
};

/*
 * To be called about once a second: opens what is not open, sees whether readers read. In three
 * steps, of which only outlet_take() needs the lock that outlet_write() is called under, and makes
 * no system call. All by the same thread.
 */
void outlet_look(const struct outlet *outlet, struct outlet_found *found);
void outlet_take(struct outlet *outlet, struct outlet_found *found, int64_t raw_ns);
void outlet_drop(struct outlet_found *found);

/* The three in one, where there is no lock. */
void outlet_keep(struct outlet *outlet, int64_t raw_ns);

/*
 * Does it hold a sample, for example from an earlier run, that a reader may still follow? Also true
 * if that is unknown. To be called after outlet_keep() and before outlet_write().
 */
bool outlet_holds_sample(const struct outlet *outlet);

void outlet_close(struct outlet *outlet);
