/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sinks/other_daemon.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/clean.h"
#include "common/safe_open.h"
#include "sinks/pps2shm_board.h"

/* Anybody may fill the folder; nobody is to wait for that. */
#define ENTRIES_MOST 4096

/* The snapshot of a file, if it is the board of a living daemon. */
static bool read_board(const char *path, int64_t raw_ns, struct pps2shm_board_snapshot *board)
{
	char why[200], process[32];
	struct stat st;
	int fd = safe_open(path, SAFE_NO_FOLLOW, &st);

	if (fd < 0) {
		return false;
	}
	struct pps2shm_board *reader = pps2shm_board_open_fd(fd, why, sizeof(why));
	bool sound = reader && pps2shm_board_read(reader, board, why, sizeof(why)) == 0 &&
		     !pps2shm_board_dead(board, raw_ns);

	pps2shm_board_close(reader);
	if (!sound) {
		return false;
	}
	snprintf(process, sizeof(process), "/proc/%u", board->head.pid);
	return stat(process, &st) == 0 && st.st_uid == board->owner;
}

static bool writes_to(const struct pps2shm_board_snapshot *board, int unit)
{
	for (int i = 0; i < PPS2SHM_BOARD_UNITS; i++) {
		if (board->page.units[i].unit == unit && board->page.units[i].writable) {
			return true;
		}
	}
	return false;
}

bool other_daemon_find(const char *folder, int unit, uint32_t but, int64_t raw_ns,
		       struct other_daemon *other)
{
	struct pps2shm_board_snapshot board;
	struct dirent *entry;
	DIR *dir = opendir(folder);
	bool found = false;
	char path[600];

	for (int i = 0; dir && !found && i < ENTRIES_MOST && (entry = readdir(dir)); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		found = read_board(path, raw_ns, &board) && board.head.pid != but &&
			writes_to(&board, unit);
		if (found) {
			*other = (struct other_daemon){.pid = board.head.pid, .uid = board.owner};
			other->board[0] = '/';
			clean_text(other->board + 1, sizeof(other->board) - 1, entry->d_name);
		}
	}
	if (dir) {
		closedir(dir);
	}
	return found;
}
