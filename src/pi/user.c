/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/user.h"

#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pi/installed.h"

/* Has this file of the root, passwd or group, a line for the name? 1, 0, -1 with err. */
static int known(const struct root *root, const char *file, const char *name, struct error *err)
{
	struct text_line line = {0};
	struct text text;
	size_t len = strlen(name);
	int rc = root_read(root, file, &text, err);
	bool found = false;

	while (rc > 0 && !found && text_next_line(&text, &line)) {
		found = line.len > len && strncmp(line.at, name, len) == 0 && line.at[len] == ':';
	}
	text_free(&text);
	return rc < 0 ? -1 : found;
}

int user_plan(struct plan *plan, struct error *err)
{
	int rc = known(plan->root, "/etc/passwd", "pps2shm", err);

	if (rc || !installed_find(plan->root, "lib/sysusers.d/pps2shm.conf", plan->user_from)) {
		plan->user_from[0] = '\0';
		return rc < 0 ? -1 : 0;
	}
	if (!plan->root->path[0]) {
		notes_add(&plan->notes, "makes the user pps2shm, as %s says", plan->user_from);
		return 0;
	}
	/* systemd-sysusers --root= would follow the image's links out of it. */
	notes_add(&plan->notes, "there is no user pps2shm: run 'systemd-sysusers %s' in the image",
		  plan->user_from);
	plan->user_from[0] = '\0';
	return 0;
}

static int sysusers(const char *first, const char *second, struct error *err)
{
	const char *argv[] = {"systemd-sysusers", first, second, NULL};
	int status;
	pid_t pid;
	int rc = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ);

	if (rc) {
		return error_set(err, "%s: %s: it makes the user pps2shm", argv[0], strerror(rc));
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0) {
		return error_set(err, "%s %s failed, so there is no user pps2shm", argv[0], first);
	}
	return 0;
}

int user_make(const struct plan *plan, struct error *err)
{
	if (sysusers(plan->user_from, NULL, err)) {
		return -1;
	}
	/* Raspberry Pi OS: GPIO lines belong to this group. Elsewhere our udev rule gives them to
	 * us. */
	int gpio = known(plan->root, "/etc/group", "gpio", err);

	return gpio > 0 ? sysusers("--inline", "m pps2shm gpio", err) : gpio;
}
