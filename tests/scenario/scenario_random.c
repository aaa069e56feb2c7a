/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tally.h"

/* Plays worlds by chance, names every seed whose world went wrong, and tells what all were like. */

#define KINDS 2
/* Whoever waits for a hunt hears of it so often. */
#define PROGRESS_S 60

static const char *const kind_names[KINDS] = {"realistic", "nasty"};

struct options {
	uint64_t seed, count;
	int64_t seconds; /* stop after this, 0: never */
	bool hunt;
	bool kinds[KINDS];
	const char *capture, *capture_dir;
	bool show, trace;
	int64_t rest_s;
};

static int usage(void)
{
	fputs("usage: scenario_random [--realistic | --nasty] [--seed N] [--count N] [--seconds N]\n"
	      "                       [--rested] [--show] [--trace] [--capture FILE]\n"
	      "       scenario_random --hunt SECONDS [--realistic | --nasty] [--rested]\n"
	      "                       [--capture-dir DIR]\n"
	      "  worlds of both kinds, or of one, for each seed from N on; --rested lets them be\n"
	      "  until the reader dozes before their troubles begin; --show says what was drawn,\n"
	      "  --trace prints what the core gave, --capture writes what it was given (with\n"
	      "  --count 1 and a kind); --hunt takes fresh seeds for so long and writes a capture\n"
	      "  of each world that went wrong to DIR\n",
	      stderr);
	return 2;
}

static bool option_value(struct options *o, const char *name, const char *value)
{
	if (strcmp(name, "--seed") == 0) {
		o->seed = strtoull(value, NULL, 10);
	} else if (strcmp(name, "--count") == 0) {
		o->count = strtoull(value, NULL, 10);
	} else if (strcmp(name, "--seconds") == 0) {
		o->seconds = strtoll(value, NULL, 10);
	} else if (strcmp(name, "--hunt") == 0) {
		o->hunt = true;
		o->seconds = strtoll(value, NULL, 10);
	} else if (strcmp(name, "--capture") == 0) {
		o->capture = value;
	} else if (strcmp(name, "--capture-dir") == 0) {
		o->capture_dir = value;
	} else {
		return false;
	}
	return true;
}

static bool options_parse(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--show") == 0) {
			o->show = true;
		} else if (strcmp(argv[i], "--trace") == 0) {
			o->trace = true;
		} else if (strcmp(argv[i], "--rested") == 0) {
			o->rest_s = CHANCE_REST_S;
		} else if (strcmp(argv[i], "--realistic") == 0) {
			o->kinds[CHANCE_REALISTIC] = true;
		} else if (strcmp(argv[i], "--nasty") == 0) {
			o->kinds[CHANCE_NASTY] = true;
		} else if (i + 1 == argc || !option_value(o, argv[i], argv[i + 1])) {
			return false;
		} else {
			i++;
		}
	}
	if (!o->kinds[CHANCE_REALISTIC] && !o->kinds[CHANCE_NASTY]) {
		o->kinds[CHANCE_REALISTIC] = o->kinds[CHANCE_NASTY] = true;
	}
	if (o->hunt) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		o->seed = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
		o->count = UINT64_MAX;
	}
	return true;
}

/* Once more, with every event written down. */
static void write_capture(struct play *play, enum chance_kind kind, uint64_t seed,
			  const struct options *o)
{
	struct chance chance;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s-%" PRIu64 ".cap", o->capture_dir, kind_names[kind],
		 seed);
	play->capture = fopen(path, "w");
	if (play->capture == NULL) {
		fprintf(stderr, "cannot write %s\n", path);
		return;
	}
	chance_start(&chance, play, kind, seed, o->rest_s);
	chance_play(&chance, play);
	fclose(play->capture);
	play->capture = NULL;
}

static void play_world(struct play *play, enum chance_kind kind, uint64_t seed,
		       const struct options *o, struct tally *tally)
{
	struct chance chance;
	const char *wrong;

	chance_start(&chance, play, kind, seed, o->rest_s);
	play->judge.trace = o->trace ? stdout : NULL;
	wrong = chance_play(&chance, play);
	tally_add(tally, &chance, play, wrong != NULL);
	if (wrong != NULL || o->show) {
		printf("--%s --seed %" PRIu64 ": %s (%s)\n", kind_names[kind], seed,
		       wrong != NULL ? wrong : "right", chance.text);
		fflush(stdout);
	}
	if (wrong != NULL && o->capture_dir != NULL) {
		write_capture(play, kind, seed, o);
	}
}

static void play_worlds(struct play *play, const struct options *o, struct tally *tallies)
{
	time_t start = time(NULL), told = start;

	for (uint64_t done = 0; done < o->count; done++) {
		time_t now = time(NULL);

		if (o->seconds != 0 && now - start >= o->seconds) {
			break;
		}
		if (now - told >= PROGRESS_S) {
			told = now;
			fprintf(stderr, "%" PRId64 " s: %" PRIu64 " seeds played\n",
				(int64_t)(now - start), done);
		}
		for (int kind = 0; kind < KINDS; kind++) {
			if (o->kinds[kind]) {
				play_world(play, (enum chance_kind)kind, o->seed + done, o,
					   &tallies[kind]);
			}
		}
	}
}

int main(int argc, char **argv)
{
	static struct tally tallies[KINDS];
	struct options o = {.seed = 1, .count = 1000};
	struct play *play;
	uint64_t wrong = 0, pulses = 0;

	if (!options_parse(&o, argc, argv)) {
		return usage();
	}
	play = calloc(1, sizeof(*play));
	if (play == NULL) {
		return 1;
	}
	if (o.capture != NULL) {
		play->capture = fopen(o.capture, "w");
		if (play->capture == NULL) {
			fprintf(stderr, "cannot write %s\n", o.capture);
			return 1;
		}
	}
	play_worlds(play, &o, tallies);
	for (int kind = 0; kind < KINDS; kind++) {
		tally_print(&tallies[kind], kind_names[kind], stdout);
		wrong += tallies[kind].wrong;
		pulses += tallies[kind].pulses;
	}
	if (play->capture != NULL) {
		fclose(play->capture);
	}
	play_free(play);
	free(play);
	return wrong > 0 || pulses == 0;
}
