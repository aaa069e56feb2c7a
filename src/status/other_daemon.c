/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/other_daemon.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/clean.h"
#include "common/safe_open.h"
#include "status/pps2shm_segment.h"

/* Anybody may fill the folder; nobody is to wait for that. */
#define ENTRIES_MOST 4096

/* The snapshot of a file, if it is the segment of a living daemon. */
static bool read_segment(const char *path, int64_t raw_ns, struct pps2shm_segment_snapshot *segment)
{
	char why[200], process[32];
	struct stat st;
	int fd = safe_open(path, SAFE_NO_FOLLOW, &st);

	if (fd < 0) {
		return false;
	}
	struct pps2shm_segment *reader = pps2shm_segment_open_fd(fd, why, sizeof(why));
	bool sound = reader && pps2shm_segment_read(reader, segment, why, sizeof(why)) == 0 &&
		     !pps2shm_segment_dead(segment, raw_ns);

	pps2shm_segment_close(reader);
	if (!sound) {
		return false;
	}
	snprintf(process, sizeof(process), "/proc/%u", segment->head.pid);
	return stat(process, &st) == 0 && st.st_uid == segment->owner;
}

static bool writes_to(const struct pps2shm_segment_snapshot *segment, int unit)
{
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		if (segment->page.units[i].unit == unit && segment->page.units[i].writable) {
			return true;
		}
	}
	return false;
}

bool other_daemon_find(const char *folder, int unit, uint32_t but, int64_t raw_ns,
		       struct other_daemon *other)
{
	struct pps2shm_segment_snapshot segment;
	struct dirent *entry;
	DIR *dir = opendir(folder);
	bool found = false;
	char path[600];

	for (int i = 0; dir && !found && i < ENTRIES_MOST && (entry = readdir(dir)); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		found = read_segment(path, raw_ns, &segment) && segment.head.pid != but &&
			writes_to(&segment, unit);
		if (found) {
			*other = (struct other_daemon){.pid = segment.head.pid,
						       .uid = segment.owner};
			other->segment[0] = '/';
			clean_text(other->segment + 1, sizeof(other->segment) - 1, entry->d_name);
		}
	}
	if (dir) {
		closedir(dir);
	}
	return found;
}
