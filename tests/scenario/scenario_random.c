/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chance.h"

/* Plays worlds by chance, one a seed, and names every seed whose world went wrong. */

struct options {
	uint64_t seed, count;
	int64_t seconds; /* stop after this, 0: never */
	const char *capture;
	bool show, trace;
};

static int usage(void)
{
	fputs("usage: scenario_random [--seed N] [--count N] [--seconds N] [--show] [--trace] "
	      "[--capture FILE]\n"
	      "  one world for each seed from N on; --show says what was drawn, --trace prints\n"
	      "  what the core gave, --capture writes what it was given (with --count 1)\n",
	      stderr);
	return 2;
}

static bool options_parse(struct options *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (strcmp(argv[i], "--show") == 0) {
			o->show = true;
			continue;
		}
		if (strcmp(argv[i], "--trace") == 0) {
			o->trace = true;
			continue;
		}
		if (value == NULL) {
			return false;
		}
		if (strcmp(argv[i], "--seed") == 0) {
			o->seed = strtoull(value, NULL, 10);
		} else if (strcmp(argv[i], "--count") == 0) {
			o->count = strtoull(value, NULL, 10);
		} else if (strcmp(argv[i], "--seconds") == 0) {
			o->seconds = strtoll(value, NULL, 10);
		} else if (strcmp(argv[i], "--capture") == 0) {
			o->capture = value;
		} else {
			return false;
		}
		i++;
	}
	return true;
}

static bool world_is_right(struct play *play, uint64_t seed, const struct options *o)
{
	struct chance chance;
	const char *wrong;

	chance_start(&chance, play, seed);
	play->judge.trace = o->trace ? stdout : NULL;
	play_end(play);
	wrong = chance_verdict(&chance, play);
	if (wrong != NULL || o->show) {
		printf("seed %" PRIu64 ": %s (%s)\n", seed, wrong != NULL ? wrong : "right",
		       chance.text);
		fflush(stdout);
	}
	return wrong == NULL;
}

int main(int argc, char **argv)
{
	struct options o = {.seed = 1, .count = 1000};
	struct play *play;
	uint64_t done = 0, wrong = 0, samples = 0;
	time_t start = time(NULL);

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
	for (; done < o.count && (o.seconds == 0 || time(NULL) - start < o.seconds); done++) {
		wrong += !world_is_right(play, o.seed + done, &o);
		samples += (uint64_t)play->judge.samples[CORE_PPS];
		if (done % 100000 == 99999) {
			printf("%" PRIu64 " worlds, %" PRIu64 " wrong\n", done + 1, wrong);
			fflush(stdout);
		}
	}
	printf("%" PRIu64 " worlds from seed %" PRIu64 ", %" PRIu64 " pulses published, %" PRIu64
	       " worlds wrong\n",
	       done, o.seed, samples, wrong);
	if (play->capture != NULL) {
		fclose(play->capture);
	}
	play_free(play);
	free(play);
	return wrong > 0 || samples == 0;
}
