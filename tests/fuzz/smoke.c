/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * A fuzz target without libFuzzer: runs each file of a folder, then COUNT mutations of them. The
 * random sequence is fixed: a failure comes again at the next run.
 *
 *   fuzz_NAME_smoke COUNT FOLDER
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { SEEDS_MAX = 256, INPUT_MAX = 1 << 19 };

struct seed {
	uint8_t *data;
	size_t len;
};

static uint64_t random_state = 0x9e3779b97f4a7c15;

/* xorshift64 */
static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t random_below(size_t limit)
{
	return limit ? (size_t)(random_next() % limit) : 0;
}

static int seed_load(const char *folder, const char *name, struct seed *seed)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		return -1;
	}
	seed->data = malloc(INPUT_MAX);
	seed->len = seed->data ? fread(seed->data, 1, INPUT_MAX, file) : 0;
	fclose(file);
	return seed->data ? 0 : -1;
}

static size_t seeds_load(const char *folder, struct seed *seeds)
{
	struct dirent **names;
	size_t n = 0;
	int found = scandir(folder, &names, NULL, alphasort);

	for (int i = 0; i < found; i++) {
		if (names[i]->d_name[0] != '.' && n < SEEDS_MAX &&
		    seed_load(folder, names[i]->d_name, &seeds[n]) == 0) {
			n++;
		}
		free(names[i]);
	}
	if (found >= 0) {
		free(names);
	}
	return n;
}

/* One small damage; returns the new length. */
static size_t mutate(uint8_t *data, size_t len, const struct seed *other)
{
	size_t at = random_below(len);
	size_t n = 1 + random_below(16);

	switch (random_below(6)) {
	case 0: /* another byte */
		if (len) {
			data[at] = (uint8_t)random_next();
		}
		return len;
	case 1: /* one bit */
		if (len) {
			data[at] ^= (uint8_t)(1 << random_below(8));
		}
		return len;
	case 2: /* cut off */
		return at;
	case 3: /* leave out */
		n = n < len - at ? n : len - at;
		memmove(data + at, data + at + n, len - at - n);
		return len - n;
	case 4: /* say twice */
		n = n < len - at ? n : len - at;
		if (len + n > INPUT_MAX) {
			return len;
		}
		memmove(data + at + n, data + at, len - at);
		return len + n;
	default: /* go on as another seed does */
		n = random_below(other->len);
		if (at + other->len - n > INPUT_MAX) {
			return len;
		}
		memcpy(data + at, other->data + n, other->len - n);
		return at + other->len - n;
	}
}

/* The target gets an exact copy on the heap, so that sanitizers see a read past its end. */
static void try_input(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy) {
		abort();
	}
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

int main(int argc, char **argv)
{
	static struct seed seeds[SEEDS_MAX];
	static uint8_t input[INPUT_MAX];
	size_t n = argc == 3 ? seeds_load(argv[2], seeds) : 0;

	if (n == 0) {
		fprintf(stderr, "usage: %s COUNT FOLDER (with at least one seed)\n", argv[0]);
		return 2;
	}
	for (size_t i = 0; i < n; i++) {
		try_input(seeds[i].data, seeds[i].len);
	}
	long count = strtol(argv[1], NULL, 10);

	for (long i = 0; i < count; i++) {
		const struct seed *seed = &seeds[random_below(n)];
		size_t len = seed->len;

		memcpy(input, seed->data, len);
		for (size_t hits = 1 + random_below(4); hits; hits--) {
			len = mutate(input, len, &seeds[random_below(n)]);
		}
		try_input(input, len);
	}
	for (size_t i = 0; i < n; i++) {
		free(seeds[i].data);
	}
	printf("%zu seeds, %ld mutations\n", n, count);
	return 0;
}
