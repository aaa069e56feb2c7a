/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "config/config.h"
#include "daemon/engine.h"

/*
 * Waits for pulses and takes them to the core at once; while the loop dozes, it keeps house after
 * each. Opens the source, and again with growing patience when it is not there or goes away.
 */
struct pulse_thread {
	pthread_t thread;
	bool running;
	atomic_bool stop, ended;
	struct engine *engine;
	const struct config *config;
};

int pulse_thread_start(struct pulse_thread *thread, struct engine *engine,
		       const struct config *config, struct error *err);
void pulse_thread_stop(struct pulse_thread *thread);
