/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/installed.h"

#include <string.h>
#include <unistd.h>

#define UNITS "lib/systemd/system"
#define RULES "lib/udev/rules.d/60-pps2shm.rules"

/* PREFIX of the program PREFIX/bin/pps2shm; "" for one that was not installed. */
static void own_prefix(char prefix[ROOT_PATH])
{
	ssize_t len = readlink("/proc/self/exe", prefix, ROOT_PATH - 1);

	prefix[len > 0 ? len : 0] = '\0';
	for (int i = 0; i < 2; i++) { /* the program's name, then its folder's */
		char *slash = strrchr(prefix, '/');

		if (i == 1 && slash && strcmp(slash, "/bin") != 0) {
			slash = prefix;
		}
		if (slash) {
			*slash = '\0';
		}
	}
}

static bool has(const struct root *root, const char *prefix, const char *name, char path[ROOT_PATH])
{
	int len = snprintf(path, ROOT_PATH, "%s/%s", prefix, name);

	return len < ROOT_PATH && root_has(root, path);
}

bool installed_elsewhere(const struct root *root, const char *name, char path[ROOT_PATH])
{
	char prefix[ROOT_PATH] = "";

	if (!root->path[0]) {
		own_prefix(prefix);
	}
	return prefix[0] && strcmp(prefix, "/usr") != 0 && strcmp(prefix, "/usr/local") != 0 &&
	       has(root, prefix, name, path);
}

bool installed_find(const struct root *root, const char *name, char path[ROOT_PATH])
{
	return installed_elsewhere(root, name, path) || has(root, "/usr/local", name, path) ||
	       has(root, "/usr", name, path);
}

static int link_units(struct plan *plan, const char *folder, struct error *err)
{
	DIR *dir = root_open_folder(plan->root, folder);
	struct dirent *entry;
	int rc = 0;

	while (rc == 0 && dir && (entry = readdir(dir))) {
		char name[300], target[ROOT_PATH + 256];

		if (strncmp(entry->d_name, "pps2shm", 7) == 0) {
			snprintf(name, sizeof(name), "/etc/systemd/system/%s", entry->d_name);
			snprintf(target, sizeof(target), "%s/%s", folder, entry->d_name);
			rc = plan_link(plan, name, target, "systemd looks for it there", err);
		}
	}
	if (dir) {
		closedir(dir);
	}
	return rc;
}

int installed_plan(struct plan *plan, struct error *err)
{
	char path[ROOT_PATH];

	if (installed_elsewhere(plan->root, UNITS, path) && link_units(plan, path, err)) {
		return -1;
	}
	return installed_elsewhere(plan->root, RULES, path)
		       ? plan_link(plan, "/etc/udev/rules.d/60-pps2shm.rules", path,
				   "udev looks for them there", err)
		       : 0;
}
