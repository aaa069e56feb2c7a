/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/clock_view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "common/raw_clock.h"
#include "common/safe_open.h"

#define FRESH_NS INT64_C(5000000000)

int clock_view_ask(struct clock_view *view)
{
	struct timex kernel = {.modes = 0};
	int state = adjtimex(&kernel);

	*view = (struct clock_view){
		.sync = state >= 0 && state != TIME_ERROR && !(kernel.status & STA_UNSYNC),
		.maxerr_us = kernel.maxerror,
	};
	return state < 0 ? -1 : 0;
}

int clock_view_save(const char *path, const struct clock_view *view, struct error *err)
{
	char fresh[4096];
	FILE *file;
	int fd, failed;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh)) {
		return error_set(err, "%.100s…: the name is too long", path);
	}
	fd = safe_create(fresh);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		error_set(err, "cannot write %s: %s", fresh, strerror(errno));
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	fprintf(file, "sync %d maxerr_us %" PRId64 " raw_ns %" PRId64 "\n", view->sync,
		view->maxerr_us, raw_now_ns());
	failed = fflush(file) != 0 || fchmod(fileno(file), 0644) != 0;
	/* Renamed, so that a reader never finds half of it. */
	if (fclose(file) != 0 || failed || safe_rename(fresh, path) != 0) {
		return error_set(err, "cannot write %s: %s", path, safe_open_reason(errno));
	}
	return 0;
}

int clock_view_load(const char *path, struct clock_view *view)
{
	char text[200];
	int64_t raw_ns, age_ns;
	int fields, sync;

	*view = (struct clock_view){0};
	if (safe_read(path, 0, text, sizeof(text), NULL) < 0) {
		return -1;
	}
	struct clock_view found = {0};

	fields = sscanf(text, "sync %d maxerr_us %" SCNd64 " raw_ns %" SCNd64, &sync,
			&found.maxerr_us, &raw_ns);
	if (fields != 3) {
		return -1;
	}
	age_ns = raw_now_ns() - raw_ns;
	if (age_ns < 0 || age_ns > FRESH_NS) {
		return -1;
	}
	found.sync = sync == 1;
	*view = found;
	return 0;
}
