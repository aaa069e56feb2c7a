/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/calibrate.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/clock.h"
#include "config/config.h"
#include "pi/apply.h"
#include "pi/basis.h"
#include "pi/own_conf.h"
#include "status/pps2shm_segment.h"
#include "version.h"

/* How long the daemon may take to read its configuration. */
enum { LOOKS = 20 };
#define LOOK_NS (100 * NS_PER_MS)

/* Plans the file with this offset; only_look: as a trial. */
static int write_file(const struct root *root, int64_t offset_ns, bool only_look, struct error *err)
{
	int lock = apply_lock(root, err);
	char measured[BASIS_TEXT];
	struct basis basis;
	struct plan plan;

	if (lock < 0) {
		return -1;
	}
	basis_read(root, &basis);
	basis_format(&basis, measured);
	plan_init(&plan, root);
	int rc = own_conf_plan_offset(&plan, offset_ns, measured, err);

	if (rc == 0 && !only_look && plan.count > 0) {
		rc = apply_plan(&plan, err);
	}
	plan_free(&plan);
	apply_unlock(lock);
	return rc;
}

int calibrate_may_apply(const struct root *root, struct error *err)
{
	if (geteuid() != 0) {
		return error_set(err, "--apply writes " CONFIG_PATH ": run it with sudo");
	}
	return write_file(root, 0, true, err);
}

/* The segment of a daemon that is alive; false with a phrase in why. */
static bool read_daemon(const char *name, struct pps2shm_segment_snapshot *seen, char why[200])
{
	struct pps2shm_segment *segment = pps2shm_segment_open(name, why, 200);
	bool there = segment && pps2shm_segment_read(segment, seen, why, 200) == 0;
	const char *dead = there ? pps2shm_segment_dead(seen, raw_now_ns()) : NULL;

	pps2shm_segment_close(segment);
	if (dead) {
		snprintf(why, 200, "%s", dead);
	}
	return there && !dead;
}

/* Of its owner, and without a terminal: SIGHUP would end one that has it. */
static bool process_reloads(const struct pps2shm_segment_snapshot *seen)
{
	char path[40], line[600] = "";
	struct stat st;
	int terminal = -1;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", seen->head.pid);
	FILE *file = fopen(path, "re");

	if (!file) {
		return false;
	}
	bool own = fstat(fileno(file), &st) == 0 && st.st_uid == seen->owner;
	const char *behind_name = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;

	fclose(file);
	return own && behind_name && sscanf(behind_name, ") %*c %*d %*d %*d %d", &terminal) == 1 &&
	       terminal == 0;
}

/* Anybody can make a segment that names any process, and older daemons end at a SIGHUP. */
static bool may_signal(const struct pps2shm_segment_snapshot *seen)
{
	return strcmp(seen->head.program, PPS2SHM_VERSION) == 0 && process_reloads(seen);
}

bool calibrate_is_polled(const char *segment)
{
	struct pps2shm_segment_snapshot seen;
	char why[200];

	return read_daemon(segment, &seen, why) &&
	       strstr(seen.page.sources[PPS2SHM_SEGMENT_PULSE].name, ", polled");
}

static void tell_daemon(const char *name, int64_t offset_ns, struct error *now)
{
	struct pps2shm_segment_snapshot seen;
	char why[200];

	if (!read_daemon(name, &seen, why)) {
		error_set(now, "no daemon runs that could take it over (%s): it will at its start",
			  why);
		return;
	}
	if (!may_signal(&seen) || kill((pid_t)seen.head.pid, SIGHUP) != 0) {
		error_set(
			now,
			"the running daemon is of another version, or runs on a terminal: restart it (sudo systemctl restart pps2shm)");
		return;
	}
	for (int i = 0; i < LOOKS; i++) {
		cli_sleep(LOOK_NS);
		if (read_daemon(name, &seen, why) &&
		    seen.head.settings.pps_offset_ns == offset_ns) {
			error_set(now, "the running daemon has taken it over");
			return;
		}
	}
	error_set(now,
		  "the running daemon goes by another offset, %" PRId64
		  " ns: it has --pps-offset or another configuration; its log tells more",
		  seen.head.settings.pps_offset_ns);
}

int calibrate_apply(const struct root *root, int64_t offset_ns, const char *segment,
		    struct error *now, struct error *err)
{
	if (write_file(root, offset_ns, false, err)) {
		return -1;
	}
	tell_daemon(segment, offset_ns, now);
	return 0;
}
