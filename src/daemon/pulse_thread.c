/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/pulse_thread.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "common/ns.h"
#include "daemon/backoff.h"
#include "daemon/open.h"

/* Longer than a second, so that it does not wake between pulses. */
#define WAIT_MS 3000
/* A source that is lost sooner than this has not really been there: patience goes on growing. */
#define STABLE_NS (10 * NS_PER_S)
/* What the thread needs is small; the default of 8 MB would be locked in memory. */
#define STACK_BYTES (256 * 1024)

/* While it is asked to end. */
#define STOP_AGAIN_NS INT64_C(2000000)

/* The signal that ends a wait; what it interrupts returns, nothing else. */
#define WAKE_SIGNAL SIGUSR1

static void woken(int signal_number)
{
	(void)signal_number;
}

static void sleep_ns(int64_t ns)
{
	struct timespec t = ns_timespec(ns);

	nanosleep(&t, NULL);
}

/* Until the source is gone or all ends; err says why it is gone. */
static void take_pulses(struct pulse_thread *t, struct pulse_source *source, struct error *err)
{
	struct engine *e = t->engine;
	int timeout_ms = WAIT_MS;
	int got = 0;

	while (got >= 0 && !atomic_load(&t->stop)) {
		got = source->ops->wait(source, timeout_ms, err);

		engine_enter(e); /* which takes the pulse */
		e->pulse_rounds++;
		enum doze_round round = doze_round(e, got >= 0);
		int line = e->doze.source ? e->doze.source->fd : -1;

		timeout_ms = doze_wait_ms(e, WAIT_MS);
		engine_leave(e);
		if (round == DOZE_LISTEN) {
			doze_listen(&e->doze, line);
		}
		if (line >= 0) {
			engine_keep(e); /* the loop sleeps */
		}
		if (round == DOZE_ENDS || (line >= 0 && log_waits())) {
			doze_rouse(&e->doze);
		}
	}
}

static void *run(void *arg)
{
	struct pulse_thread *t = arg;
	struct engine *e = t->engine;
	struct backoff backoff = {0};
	struct error err;

	while (!atomic_load(&t->stop)) {
		struct pulse_source *source = open_pulses(t->config, &err);

		engine_enter(e);
		e->pulse_rounds++;
		e->pulses = source;
		engine_source(e, true, source ? source->name : NULL, source ? NULL : &err);
		int64_t since = e->now_raw_ns;

		engine_leave(e);
		if (source) {
			take_pulses(t, source, &err);
			engine_enter(e);
			e->pulses = NULL;
			if (!atomic_load(&t->stop)) {
				engine_source(e, true, NULL, &err);
			}
			if (e->now_raw_ns - since > STABLE_NS) {
				backoff.failures = 0;
			}
			engine_leave(e);
			source->ops->close(source);
		}
		if (!atomic_load(&t->stop)) {
			sleep_ns(backoff_next_ns(&backoff));
		}
	}
	atomic_store(&t->ended, true);
	return NULL;
}

int pulse_thread_start(struct pulse_thread *t, struct engine *engine, const struct config *config,
		       struct error *err)
{
	struct sigaction action = {.sa_handler = woken};
	pthread_attr_t attributes;
	sigset_t wake, before;
	int failed;

	t->engine = engine;
	t->config = config;
	sigaction(WAKE_SIGNAL, &action, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	/* All other signals are blocked already, for the loop to read (signals_block). */
	sigemptyset(&wake);
	sigaddset(&wake, WAKE_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &wake, &before);
	failed = pthread_create(&t->thread, &attributes, run, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	t->running = !failed;
	return failed ? error_set(err, "cannot start the pulse thread: %s", strerror(failed)) : 0;
}

void pulse_thread_stop(struct pulse_thread *t)
{
	if (!t->running) {
		return;
	}
	atomic_store(&t->stop, true);
	/* A signal that comes just before the wait begins is lost: repeat it. */
	while (!atomic_load(&t->ended)) {
		pthread_kill(t->thread, WAKE_SIGNAL);
		sleep_ns(STOP_AGAIN_NS);
	}
	pthread_join(t->thread, NULL);
	t->running = false;
}
