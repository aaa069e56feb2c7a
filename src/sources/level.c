/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/level.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

struct bank {
	int first, last; /* lines; bit 0 is the first */
	off_t at;
};

struct chip {
	const char *compatible;
	const char *node;
	uint64_t address; /* of the page in /dev/mem */
	size_t size;
	struct bank banks[3];
};

static const struct chip chips[] = {
	{"brcm,bcm2712",
	 "gpiomem0",
	 0x1f000d0000,
	 0x30000,
	 {{0, 27, 0x10008}, {28, 33, 0x14008}, {34, 53, 0x18008}}},
	{"brcm,bcm2711", "gpiomem", 0xfe200000, 0x1000, {{0, 31, 0x34}, {32, 57, 0x38}}},
	{"brcm,bcm2837", "gpiomem", 0x3f200000, 0x1000, {{0, 31, 0x34}, {32, 53, 0x38}}},
	{"brcm,bcm2836", "gpiomem", 0x3f200000, 0x1000, {{0, 31, 0x34}, {32, 53, 0x38}}},
	{"brcm,bcm2835", "gpiomem", 0x20200000, 0x1000, {{0, 31, 0x34}, {32, 53, 0x38}}},
};

/* The device tree's own list of what the machine is, each word ended by a NUL. */
static const struct chip *find_chip(const char *device_tree, struct error *err)
{
	char path[300], words[300];
	size_t len = 0;

	snprintf(path, sizeof(path), "%s/compatible", device_tree);
	FILE *file = fopen(path, "re");

	if (file) {
		len = fread(words, 1, sizeof(words) - 1, file);
		fclose(file);
	}
	words[len] = '\0';
	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
		for (const char *w = words; w < words + len; w += strlen(w) + 1) {
			if (strcmp(w, chips[i].compatible) == 0) {
				return &chips[i];
			}
		}
	}
	error_set(
		err,
		"%s: %.60s: not a Raspberry Pi whose registers are known, so the pulse's level cannot be polled",
		path, len ? words : "no such file");
	return NULL;
}

static const struct bank *find_bank(const struct chip *chip, int gpio, struct error *err)
{
	int last = 0;

	for (int i = 0; i < 3; i++) {
		const struct bank *bank = &chip->banks[i];

		if (bank->at && gpio >= bank->first && gpio <= bank->last) {
			return bank;
		}
		last = bank->at ? bank->last : last;
	}
	error_set(err, "GPIO %d: the %s has 0 to %d", gpio,
		  strcmp(chip->node, "gpiomem0") == 0 ? "RP1" : chip->compatible + 5, last);
	return NULL;
}

static int open_failed(const char *path, bool mem, struct error *err)
{
	if (errno == ENOENT && !mem) {
		return error_set(
			err,
			"%s: no such device: only Raspberry Pi's own kernels have it, and it may come late in boot; /dev/mem may do instead (--mem)",
			path);
	}
	if (errno == EACCES || errno == EPERM) {
		return error_set(err, "%s: permission denied: %s", path,
				 mem ? "run this as root; a kernel may refuse it to root as well"
				     : "run this as root, or as a user of group gpio");
	}
	return error_set(err, "%s: cannot be mapped: %s", path, strerror(errno));
}

int level_open(struct level *level, const struct level_options *options, struct error *err)
{
	const char *tree =
		options->device_tree ? options->device_tree : "/sys/firmware/devicetree/base";
	const char *dev = options->dev ? options->dev : "/dev";
	const struct chip *chip = find_chip(tree, err);
	const struct bank *bank = chip ? find_bank(chip, options->gpio, err) : NULL;
	char path[300];

	if (!bank) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/%s", dev, options->mem ? "mem" : chip->node);
	int fd = open(path, O_RDONLY | O_SYNC | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		return open_failed(path, options->mem, err);
	}
	level->size = chip->size;
	level->page = mmap64(NULL, chip->size, PROT_READ, MAP_SHARED, fd,
			     options->mem ? (off64_t)chip->address : 0);
	if (level->page == MAP_FAILED) {
		open_failed(path, options->mem, err);
		close(fd);
		return -1;
	}
	close(fd);
	level->at = (const volatile uint32_t *)((const char *)level->page + bank->at);
	level->mask = UINT32_C(1) << (options->gpio - bank->first);
	return 0;
}

void level_close(struct level *level)
{
	munmap(level->page, level->size);
}
