/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "play.h"

/*
 * Events a second through the core alone: a healthy receiver for so many seconds of its life
 * (default a day), first played to nobody, then to the core. Under callgrind, ask for fewer:
 *
 *	valgrind --tool=callgrind bench_core 1000
 */

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

static void nobody(void *arg, const struct core_sample *sample)
{
	(void)sample;
	++*(int *)arg;
}

static void nothing(void *arg, const struct core_notice *notice)
{
	(void)arg;
	(void)notice;
}

int main(int argc, char **argv)
{
	static struct world_config config;
	static struct world world;
	int samples = 0;
	struct core_output output = {&samples, nobody, nothing};
	struct core_config core_config;
	struct core *core = malloc(core_size());
	struct event event;
	struct truth truth;
	int64_t events = 0, start, without, with;

	if (core == NULL) {
		return 1;
	}
	world_config_default(&config, 1);
	config.end_ns = (argc > 1 ? strtoll(argv[1], NULL, 10) : 86400) * SECOND_NS;
	core_config_default(&core_config);
	core_init(core, &core_config, &output);

	world_init(&world, &config);
	start = now_ns();
	while (world_next(&world, &event, &truth)) {
		events++;
	}
	without = now_ns() - start;
	world_init(&world, &config);
	start = now_ns();
	while (world_next(&world, &event, &truth)) {
		core_event(core, &event);
	}
	with = now_ns() - start;
	printf("core: %" PRId64
	       " events, %d samples, %.3f s (the world alone %.3f s): %.2f million "
	       "events a second\n",
	       events, samples, (double)(with - without) / 1e9, (double)without / 1e9,
	       (double)events * 1e3 / (double)(with - without + 1));
	free(core);
	return samples == 0;
}
