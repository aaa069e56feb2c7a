/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Chance that can be repeated: splitmix64, integers only. */
struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Uniform in [low, high]. */
static inline int64_t rng_range(struct rng *rng, int64_t low, int64_t high)
{
	return low + (int64_t)(rng_next(rng) % (uint64_t)(high - low + 1));
}

/* True so many times in a million. */
static inline bool rng_chance(struct rng *rng, int64_t ppm)
{
	return ppm > 0 && (int64_t)(rng_next(rng) % 1000000u) < ppm;
}

/* Bell-shaped round 0 with the given sigma, never beyond 3.47 sigma: four uniform draws summed. */
static inline int64_t rng_bell(struct rng *rng, int64_t sigma)
{
	uint64_t bits = rng_next(rng);
	int64_t sum = (int64_t)((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) +
				(bits >> 48));

	return (sum - 131070) * sigma / 37837;
}
