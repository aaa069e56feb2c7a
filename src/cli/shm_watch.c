/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <limits.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/shm.h"

#define LOOK_NS  10000000 /* between looks: a later sample overwrites an unseen one */
#define SEARCH_S 1        /* between searches for units that came or went */

struct watched {
	struct ntpshm *shm;
	struct ntpshm_sample last;
};

struct watch {
	struct watched units[NTPSHM_UNITS];
	struct shm_units wanted;
	int most; /* samples */
	int seen;
	bool json;
};

static void start(struct watch *watch, int unit, struct ntpshm_error *err)
{
	struct watched *w = &watch->units[unit];

	w->shm = ntpshm_open(unit, NTPSHM_READ_ONLY, err);
	if (w->shm) {
		w->last = (struct ntpshm_sample){0};
		ntpshm_read(w->shm, false, &w->last);
	}
}

/* Opens what can be opened; a unit asked for by number must be there, or come back. */
static int search(struct watch *watch, bool first, const char *command)
{
	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		struct watched *w = &watch->units[unit];
		struct ntpshm_error err;

		if (watch->wanted.count > 0 && !watch->wanted.wanted[unit]) {
			continue;
		}
		if (w->shm && ntpshm_removed(w->shm)) {
			ntpshm_close(w->shm);
			w->shm = NULL;
		}
		if (!w->shm) {
			start(watch, unit, &err);
		}
		if (!w->shm && first && watch->wanted.wanted[unit]) {
			return cli_failed(command, "%s", err.text);
		}
	}
	return CLI_OK;
}

static bool is_new(const struct ntpshm_sample *sample, const struct ntpshm_sample *last)
{
	return sample->count != last->count || sample->clock_ns != last->clock_ns ||
	       sample->receive_ns != last->receive_ns;
}

static void show(const struct watch *watch, int unit, const struct ntpshm_sample *sample)
{
	char seen[NTPSHM_TEXT], clock[SHM_TEXT], receive[SHM_TEXT], offset[SHM_TEXT];
	int64_t now_ns = ntpshm_now_ns();

	if (watch->json) {
		json_t *json = shm_sample_json(unit, sample, now_ns);

		json_object_set_new(json, "seen_ns", json_integer(now_ns));
		cli_print_json(json, JSON_COMPACT);
		return;
	}
	printf("%s  unit %d  clock %s  receive %s  offset %s  leap %d  precision %d\n",
	       ntpshm_format(now_ns, seen), unit, shm_seconds(sample->clock_ns, false, clock),
	       shm_seconds(sample->receive_ns, false, receive),
	       shm_seconds(ntpshm_offset_ns(sample), true, offset), sample->leap,
	       sample->precision);
}

/* True when there are enough, or nobody to show more to. */
static bool look(struct watch *watch)
{
	for (int unit = 0; unit < NTPSHM_UNITS && watch->seen < watch->most; unit++) {
		struct watched *w = &watch->units[unit];
		struct ntpshm_sample sample;
		enum ntpshm_result result;

		if (!w->shm) {
			continue;
		}
		result = ntpshm_read(w->shm, false, &sample);
		/* A sample already taken is new all the same. */
		if ((result == NTPSHM_SAMPLE || result == NTPSHM_EMPTY) &&
		    is_new(&sample, &w->last)) {
			w->last = sample;
			show(watch, unit, &sample);
			watch->seen++;
			if (cli_flush()) {
				return true;
			}
		}
	}
	return watch->seen >= watch->most;
}

static int watch_units(struct watch *watch, const char *command)
{
	int64_t looks = 0;
	int result;

	cli_catch_end();
	result = search(watch, true, command);
	while (result == CLI_OK && !look(watch) && !cli_sleep(LOOK_NS)) {
		if (++looks % (SEARCH_S * NTPSHM_S / LOOK_NS) == 0) {
			search(watch, false, command);
		}
	}
	for (int unit = 0; unit < NTPSHM_UNITS; unit++) {
		ntpshm_close(watch->units[unit].shm);
	}
	return result;
}

int shm_watch(int argc, char **argv)
{
	struct watch watch = {.most = INT_MAX};
	const struct cli_option rows[] = {
		{"unit", 'u', "N", shm_add_unit, &watch.wanted,
		 .help = "0 to 255; may be given several times; default: all existing units."},
		{"count", 'n', "N", cli_int, &watch.most, 1, INT_MAX,
		 .help = "Stop after this many samples."},
		{"json", 'j', NULL, cli_flag, &watch.json, .help = "One object per line."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"A line for every new sample, without taking it from its reader: when it was seen, clock, receive, offset, leap, precision. "
			"Until Ctrl-C.",
		.options = rows,
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	return watch_units(&watch, argv[0]);
}
