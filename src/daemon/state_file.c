/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/state_file.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/ns.h"
#include "common/safe_open.h"
#include "core/core.h"

/* A lag outside of this was never learned by us. */
#define LAG_MOST_NS INT64_C(3000000000)
/* A smaller change of the lag is not worth a write to the card. */
#define SAVE_LAG_NS NS_PER_MS
/* Ours has three short lines. */
#define FILE_MOST 4096

static void take_line(const char *line, size_t len, struct learned *learned)
{
	char one[80];
	char name[16];
	char end;
	int64_t value;

	if (len >= sizeof(one)) {
		return;
	}
	memcpy(one, line, len);
	one[len] = '\0';
	if (sscanf(one, "%15s %" SCNd64 "%c", name, &value, &end) != 2) {
		return;
	}
	if (strcmp(name, "lag_ns") == 0 && value > -LAG_MOST_NS && value < LAG_MOST_NS) {
		learned->lag_ns = value;
	} else if (strcmp(name, "bps") == 0 && value > 0 && value <= 4000000) {
		learned->bps = (uint32_t)value;
	} else if (strcmp(name, "leap_corrected") == 0) {
		learned->leap_corrected = value == 1;
	}
}

int state_file_load(const char *path, struct learned *learned, struct error *err)
{
	char text[FILE_MOST];
	const char *line = text;

	*learned = (struct learned){.lag_ns = CORE_NO_LAG};
	if (safe_read(path, 0, text, sizeof(text), NULL) < 0) {
		return errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : error_set(
					 err,
					 "cannot read %s: %s; starting without what was learned before",
					 path, safe_open_reason(errno));
	}
	for (const char *end; (end = strchr(line, '\n')); line = end + 1) {
		take_line(line, (size_t)(end - line), learned);
	}
	return 0;
}

int state_file_check(const char *path, struct error *err)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s", path);
	const char *folder = dirname(text);

	return access(folder, W_OK | X_OK) == 0
		       ? 0
		       : error_set(
				 err,
				 "cannot write into %s: %s; what is learned will be lost at exit: give --state-file a file that can be written, or none",
				 folder, strerror(errno));
}

static int write_all(FILE *file, const struct learned *learned)
{
	if (learned->lag_ns != CORE_NO_LAG) {
		fprintf(file, "lag_ns %" PRId64 "\n", learned->lag_ns);
	}
	if (learned->bps) {
		fprintf(file, "bps %" PRIu32 "\n", learned->bps);
	}
	if (learned->leap_corrected) {
		fprintf(file, "leap_corrected 1\n");
	}
	return fflush(file) == 0 && fsync(fileno(file)) == 0 && !ferror(file) ? 0 : -1;
}

int state_file_save(const char *path, const struct learned *learned, struct error *err)
{
	char fresh[4096];
	FILE *file;
	int fd, failed;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh)) {
		return error_set(err, "the state file's name is too long: %.100s…", path);
	}
	fd = safe_create(fresh);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		error_set(err, "cannot write %s: %s; what is learned will be lost at exit", fresh,
			  strerror(errno));
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	failed = write_all(file, learned);
	if (fclose(file) != 0 || failed || safe_rename(fresh, path) != 0) {
		error_set(err, "cannot write %s: %s", path, safe_open_reason(errno));
		unlink(fresh);
		return -1;
	}
	return 0;
}

void state_keeper_load(struct state_keeper *k, const char *path)
{
	struct error unread, unsaved;

	*k = (struct state_keeper){.path = path};
	bool failed = state_file_load(path, &k->saved, &unread) != 0;

	k->told = path[0] && state_file_check(path, &unsaved) != 0;
	/* One line at most: what cannot be written by us often cannot be read either. */
	if (failed || k->told) {
		log_warning("%s", k->told ? unsaved.text : unread.text);
	}
}

void state_keeper_save(struct state_keeper *k, const struct learned *now)
{
	struct error err;
	bool lag_moved =
		now->lag_ns != CORE_NO_LAG && (k->saved.lag_ns == CORE_NO_LAG ||
					       llabs(now->lag_ns - k->saved.lag_ns) >= SAVE_LAG_NS);

	if (!k->path[0] || (!lag_moved && now->bps == k->saved.bps &&
			    now->leap_corrected == k->saved.leap_corrected)) {
		return;
	}
	bool failed = state_file_save(k->path, now, &err) != 0;

	if (failed && !k->told) {
		log_warning("%s", err.text);
	}
	k->told = failed;
	/* Saved or not, once is enough until it changes again. */
	k->saved = *now;
}
