/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * nqptp_reader NAME COUNT: reads nqptp's region as audio programs do, so many times. Written from the
 * description of its version 10, not from our headers. The hammering writer puts the same number into
 * all four fields, so that a torn set shows. Status 1 if a set was torn.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	BYTES = 72,
	MAIN_AT = 8,
	SECONDARY_AT = 40,
	SET_BYTES = 32,
	TRIES = 10000,
	CHANGES = 100000
};

static uint64_t field(const unsigned char *set, int number)
{
	uint64_t value;

	memcpy(&value, set + number * 8, 8);
	return value;
}

/* Word by word: the slowest way that a compiler may choose. */
static void copy_all(unsigned char copy[BYTES], const unsigned char *region)
{
	for (int at = 0; at < BYTES; at += 8) {
		uint64_t word = *(const volatile uint64_t *)(const void *)(region + at);

		memcpy(copy + at, &word, 8);
	}
}

/* Copies main if it is good. */
static int read_set(const unsigned char *region, unsigned char set[SET_BYTES])
{
	unsigned char first[BYTES], second[BYTES];

	for (int i = 0; i < TRIES; i++) {
		copy_all(first, region);
		atomic_thread_fence(memory_order_seq_cst);
		copy_all(second, region);
		if (memcmp(first + MAIN_AT, second + SECONDARY_AT, SET_BYTES) == 0) {
			memcpy(set, first + MAIN_AT, SET_BYTES);
			return 0;
		}
	}
	return -1;
}

static const unsigned char *map(const char *name)
{
	int fd = shm_open(name, O_RDONLY, 0);
	void *region = fd < 0 ? MAP_FAILED : mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0);
	uint16_t version = 0;

	if (region != MAP_FAILED) {
		memcpy(&version, region, sizeof(version));
	}
	if (version != 10) {
		fprintf(stderr, "%s: no region of version 10\n", name);
		exit(1);
	}
	return region;
}

int main(int argc, char **argv)
{
	const unsigned char *region = map(argc == 3 ? argv[1] : "/nqptp");
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	long good = 0, torn = 0, changes = 0;
	uint64_t last = 0;

	/* However the two of us share the processors: the writer must have had its turns. */
	while (good < count || changes < CHANGES) {
		unsigned char set[SET_BYTES];

		if (read_set(region, set)) {
			sched_yield();
			continue;
		}
		for (int n = 1; n < 4; n++) {
			torn += field(set, n) != field(set, 0);
		}
		good++;
		changes += field(set, 0) != last;
		last = field(set, 0);
	}
	printf("%ld reads, %ld different sets: %ld torn\n", good, changes, torn);
	return torn > 0;
}
