/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/unit_user.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/process.h"
#include "common/safe_open.h"

#define UNIT_KEY 0x4e545030 /* of unit 0, as in ntpshm.h */

/* Of a line of /proc/sysvipc/shm. */
struct users {
	int maker, last; /* process numbers */
	long long attached_s, detached_s, changed_s;
};

static bool find_users(const char *proc, int unit, struct users *users)
{
	char path[400], line[400];
	bool found = false;
	const int wanted = (int)(UNIT_KEY + (unsigned int)unit);
	int key;

	snprintf(path, sizeof(path), "%s/sysvipc/shm", proc);
	int fd = safe_open(path, 0, NULL);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	while (file && !found && fgets(line, sizeof(line), file)) {
		found = sscanf(line, "%d %*d %*o %*u %d %d %*u %*u %*u %*u %*u %lld %lld %lld",
			       &key, &users->maker, &users->last, &users->attached_s,
			       &users->detached_s, &users->changed_s) == 6 &&
			key == wanted;
	}
	if (file) {
		fclose(file);
	}
	return found;
}

/* Or has another process its number by now? */
static bool ran_at(const char *proc, int pid, long long real_s)
{
	unsigned long long ticks;

	if (!process_start_ticks(proc, pid, &ticks)) {
		return false;
	}
	int64_t since_boot_s = clock_ns(CLOCK_BOOTTIME) / NS_PER_S;
	int64_t started_s = (int64_t)(ticks / (unsigned long long)sysconf(_SC_CLK_TCK));

	/* A second for what is cut off. */
	return clock_ns(CLOCK_REALTIME) / NS_PER_S - (since_boot_s - started_s) <= real_s + 1;
}

static bool is_other(const char *proc, int pid, long long real_s, uint32_t but,
		     struct unit_user *user)
{
	user->pid = pid;
	return pid > 0 && (uint32_t)pid != but && ran_at(proc, pid, real_s) &&
	       process_name(proc, pid, user->name, sizeof(user->name)) &&
	       strcmp(user->name, "ntpd") != 0 && strcmp(user->name, "chronyd") != 0;
}

bool unit_user_find(const char *proc, int unit, uint32_t but, struct unit_user *user)
{
	struct users users;

	if (!find_users(proc, unit, &users)) {
		return false;
	}
	long long used_s =
		users.attached_s > users.detached_s ? users.attached_s : users.detached_s;

	user->did = "last used";
	if (is_other(proc, users.last, used_s, but, user)) {
		return true;
	}
	user->did = "made";
	return is_other(proc, users.maker, users.changed_s, but, user);
}
