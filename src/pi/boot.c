/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/boot.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file itself: no link to the other place, no note that it has moved there. */
static bool holds_config(const struct root *root, const char *name)
{
	struct error ignored;
	struct text text;
	struct stat st;
	int fd = root_open_file(root, name, O_PATH | O_NOFOLLOW);
	bool holds = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	if (fd >= 0) {
		close(fd);
	}
	if (holds) {
		holds = root_read(root, name, &text, &ignored) != 1 ||
			!strstr(text.at, "has moved to /boot/firmware");
		text_free(&text);
	}
	return holds;
}

int boot_find(const struct root *root, char *dir, size_t size, struct error *err)
{
	static const char *const dirs[] = {"/boot/firmware", "/boot"};

	for (size_t i = 0; i < 2; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s/config.txt", dirs[i]);
		if (holds_config(root, name)) {
			snprintf(dir, size, "%s", dirs[i]);
			return 0;
		}
	}
	return error_set(
		err,
		"no config.txt in %.150s/boot/firmware: mount the boot partition there (it is the first of a Raspberry Pi's disk)",
		root->path);
}
