/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/engine.h"
#include "sources/source.h"

/*
 * Asks the receiver whether it knows the leap seconds: by a few bytes when the port has brought its
 * first sentence, when the fix comes or goes, and again until the label is confirmed. Whoever has
 * not answered yet is asked in all languages that are known, and more and more rarely; who has, in
 * its own every ten seconds. A u-blox that can announce a leap second is asked every hour later on.
 *
 * All of these only ask: none changes a setting.
 */
struct asker {
	bool off;
	int64_t opened_raw_ns;
	bool fix;     /* it had one when last looked at */
	int tries;    /* in a row without an answer… */
	int answered; /* enum said_by: with this, when last looked at */
	int64_t next_raw_ns;
};

/* After the port was opened; off: it is not to be asked, or cannot. */
void asker_init(struct asker *asker, bool off, int64_t raw_ns);

/*
 * Is it time? quiet: a burst is over; so the answer comes before the next. Where the line is never
 * quiet it is time a bit later. Within engine_enter() and engine_leave().
 */
bool asker_due(struct asker *asker, const struct engine *engine, bool quiet);

/* After it was due; without the lock. */
void asker_ask(struct asker *asker, struct byte_source *source);
