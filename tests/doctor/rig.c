/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "../unit/scratch.h"
#include "core/core.h"

enum { BOOTED_S = 1802260000, STARTED_TICKS = 3000, COMMANDS = 12, SERVICES = 8, UNITS = 4 };

static struct {
	struct scratch dir;
	struct {
		char words[60];
		enum doctor_how how;
		int status;
		char text[4000];
	} commands[COMMANDS];
	int command_count;
	struct {
		char id[64];
		char text[400];
	} services[SERVICES];
	int service_count;
	struct {
		int unit;
		char line[200];
	} units[UNITS];
	int unit_count;
	bool has_segment;
	struct pps2shm_segment_layout segment;
	int sync;
	int64_t maxerr_us;
	const char *holder;
	int pulses;
	struct doctor_finding found[64];
	struct doctor_result result;
} rig;

/* ---- files ---- */

static const char *path_of(const char *name)
{
	static char path[400];

	snprintf(path, sizeof(path), "%s%s", rig.dir.path, name);
	return path;
}

static void make_folders(const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s", path_of(name));
	for (char *slash = strchr(path + strlen(rig.dir.path) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void set_time(const char *name, time_t when)
{
	const struct utimbuf times = {.actime = when, .modtime = when};

	assert_int_equal(utime(path_of(name), &times), 0);
}

void rig_write_bytes(const char *name, const void *bytes, size_t size)
{
	make_folders(name);
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	set_time(name, BOOTED_S - 1000);
}

void rig_write(const char *name, const char *text)
{
	rig_write_bytes(name, text, strlen(text));
}

void rig_link(const char *name, const char *target)
{
	make_folders(name);
	unlink(path_of(name));
	assert_int_equal(symlink(target, path_of(name)), 0);
}

void rig_fifo(const char *name)
{
	make_folders(name);
	assert_int_equal(mkfifo(path_of(name), 0666), 0);
}

void rig_remove(const char *name)
{
	assert_int_equal(nftw(path_of(name), scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void rig_mode(const char *name, unsigned int mode)
{
	assert_int_equal(chmod(path_of(name), mode), 0);
}

void rig_touch(const char *name)
{
	set_time(name, BOOTED_S + 5000);
}

/* ---- programs ---- */

void rig_program(int pid, const char *name, const char *cmdline)
{
	char file[60], line[200];
	size_t len = strlen(cmdline);

	snprintf(file, sizeof(file), "/proc/%d/comm", pid);
	snprintf(line, sizeof(line), "%s\n", name);
	rig_write(file, line);
	snprintf(file, sizeof(file), "/proc/%d/cmdline", pid);
	snprintf(line, sizeof(line), "%s", cmdline);
	for (size_t i = 0; i < len; i++) {
		line[i] = line[i] == ' ' ? '\0' : line[i];
	}
	rig_write_bytes(file, line, len + 1);
	snprintf(file, sizeof(file), "/proc/%d/stat", pid);
	snprintf(line, sizeof(line),
		 "%d (%s) S 1 1 1 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 2 0 %d 1000 200\n", pid, name,
		 STARTED_TICKS);
	rig_write(file, line);
	snprintf(file, sizeof(file), "/proc/%d/fd/0", pid);
	rig_link(file, "/dev/null");
}

void rig_no_program(int pid)
{
	char folder[40];

	snprintf(folder, sizeof(folder), "/proc/%d", pid);
	rig_remove(folder);
}

void rig_opens(int pid, const char *device)
{
	char file[60];

	snprintf(file, sizeof(file), "/proc/%d/fd/7", pid);
	rig_link(file, device);
}

void rig_service(const char *id, const char *active, const char *enabled, const char *extra)
{
	int i = 0;

	while (i < rig.service_count && strcmp(rig.services[i].id, id) != 0) {
		i++;
	}
	assert_true(i < SERVICES);
	rig.service_count = i == rig.service_count ? i + 1 : rig.service_count;
	snprintf(rig.services[i].id, sizeof(rig.services[i].id), "%s", id);
	snprintf(rig.services[i].text, sizeof(rig.services[i].text),
		 "%sId=%s\nLoadState=%s\nActiveState=%s\nUnitFileState=%s\n", extra, id,
		 active[0] ? "loaded" : "not-found", active[0] ? active : "inactive", enabled);
}

void rig_no_systemd(void)
{
	rig.service_count = 0;
}

void rig_command(const char *words, int how, int status, const char *text)
{
	int i = 0;

	while (i < rig.command_count && strcmp(rig.commands[i].words, words) != 0) {
		i++;
	}
	assert_true(i < COMMANDS);
	rig.command_count = i == rig.command_count ? i + 1 : rig.command_count;
	snprintf(rig.commands[i].words, sizeof(rig.commands[i].words), "%s", words);
	rig.commands[i].how = (enum doctor_how)how;
	rig.commands[i].status = status;
	snprintf(rig.commands[i].text, sizeof(rig.commands[i].text), "%s", text);
}

void rig_unit(int unit, unsigned long size, unsigned int mode, unsigned int uid, unsigned int gid,
	      unsigned int cuid)
{
	int i = 0;

	while (i < rig.unit_count && rig.units[i].unit != unit) {
		i++;
	}
	assert_true(i < UNITS);
	rig.unit_count = i == rig.unit_count ? i + 1 : rig.unit_count;
	rig.units[i].unit = unit;
	snprintf(rig.units[i].line, sizeof(rig.units[i].line),
		 "%10d %10d  %4o %21lu %5d %5d %6d %5u %5u %5u %5u %10u %10u %10u %21d %21d\n",
		 0x4e545030 + unit, unit + 7, mode, size, 700, 812, 2, uid, gid, cuid, 0U,
		 1802260100U, 0U, 1802260090U, 4096, 0);
	if (size == 0) {
		rig.units[i].line[0] = '\0';
	}
}

struct pps2shm_segment_layout *rig_segment(void)
{
	return &rig.segment;
}

void rig_no_segment(void)
{
	rig.has_segment = false;
}

void rig_clock(int sync, int64_t maxerr_us)
{
	rig.sync = sync;
	rig.maxerr_us = maxerr_us;
}

void rig_line_holder(const char *holder)
{
	rig.holder = holder;
}

void rig_pulses(int in_each_look)
{
	rig.pulses = in_each_look;
}

/* ---- the outside ---- */

static void answer_systemctl(struct doctor_output *output)
{
	output->how = rig.service_count ? DOCTOR_ENDED : DOCTOR_NO_TOOL;
	output->status = 0;
	for (int i = 0; i < rig.service_count; i++) {
		text_addf(&output->text, "%s%s", i ? "\n" : "", rig.services[i].text);
	}
}

static void rig_run(void *arg, const char *const *argv, struct doctor_output *output)
{
	char words[400] = "";
	size_t n = 0;

	(void)arg;
	for (int i = 0; argv[i]; i++) {
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s", i ? " " : "", argv[i]);
	}
	if (strcmp(argv[0], "systemctl") == 0) {
		answer_systemctl(output);
		return;
	}
	for (int i = 0; i < rig.command_count; i++) {
		if (strncmp(words, rig.commands[i].words, strlen(rig.commands[i].words)) == 0) {
			output->how = rig.commands[i].how;
			output->status = rig.commands[i].status;
			text_addf(&output->text, "%s", rig.commands[i].text);
			return;
		}
	}
	output->how = DOCTOR_NO_TOOL;
}

/* Time passes: the driver counts edges. */
static void rig_pause(void *arg, int ms)
{
	char text[80] = "";
	long long s;
	long ns, seq;
	FILE *file = fopen(path_of("/sys/class/pps/pps0/assert"), "r");

	(void)arg;
	assert_in_range(ms, 2001, 2999); /* two pulses at least */
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lld.%ld#%ld", &s, &ns, &seq), 3);
	fclose(file);
	snprintf(text, sizeof(text), "%lld.%09ld#%ld\n", s + 2, ns, seq + rig.pulses);
	rig_write("/sys/class/pps/pps0/assert", text);
}

static int rig_ask_clock(void *arg, int64_t *maxerr_us)
{
	(void)arg;
	*maxerr_us = rig.maxerr_us;
	return rig.sync;
}

static int rig_ask_holder(void *arg, int gpio, char *holder, size_t size)
{
	(void)arg;
	(void)gpio;
	snprintf(holder, size, "%s", rig.holder ? rig.holder : "");
	return !rig.holder ? -1 : rig.holder[0] != '\0';
}

static int64_t rig_raw_ns(void *arg)
{
	(void)arg;
	return RIG_NOW_NS;
}

static const struct doctor_outside outside = {
	.run = rig_run,
	.pause = rig_pause,
	.clock = rig_ask_clock,
	.line_holder = rig_ask_holder,
	.raw_ns = rig_raw_ns,
	.running = true,
};

/* ---- the walk ---- */

static void note(void *arg, const struct doctor_link *link, const struct doctor_finding *finding)
{
	(void)arg;
	rig.found[link - doctor_links] = *finding;
}

static void write_units(void)
{
	char text[1000] =
		"       key      shmid perms                  size  cpid  lpid nattch   uid   "
		"gid  cuid  cgid      atime      dtime      ctime                   rss       "
		"           swap\n";

	for (int i = 0; i < rig.unit_count; i++) {
		strncat(text, rig.units[i].line, sizeof(text) - strlen(text) - 1);
	}
	rig_write("/proc/sysvipc/shm", text);
}

const struct doctor_result *rig_walk(void)
{
	static struct doctor_world world;
	struct error err;

	memset(rig.found, 0, sizeof(rig.found));
	write_units();
	if (rig.has_segment) {
		rig_write_bytes("/dev/shm/pps2shm", &rig.segment, sizeof(rig.segment));
	}
	if (world_open(&world, rig.dir.path, &outside, &err)) {
		fail_msg("%s", err.text);
	}
	doctor_walk(&world, note, NULL, &rig.result);
	world_close(&world);
	return &rig.result;
}

const struct doctor_finding *rig_found(const char *link)
{
	for (size_t i = 0; i < doctor_link_count; i++) {
		if (strcmp(doctor_links[i].name, link) == 0) {
			return rig.found[i].verdict == DOCTOR_SKIP ? NULL : &rig.found[i];
		}
	}
	fail_msg("there is no link '%s'", link);
	return NULL;
}

void rig_expect(const char *link, enum doctor_verdict verdict, const char *seen, const char *remedy)
{
	const struct doctor_result *result = rig_walk();
	const struct doctor_finding *found = rig_found(link);

	if (!found) {
		fail_msg("nothing was said of %s", link);
		return;
	}
	if (found->verdict != verdict || !strstr(found->seen, seen) ||
	    !strstr(found->remedy, remedy)) {
		fail_msg("%s: expected %s '%s', remedy '%s'; got %s '%s', remedy '%s'", link,
			 doctor_verdict_word(verdict), seen, remedy,
			 doctor_verdict_word(found->verdict), found->seen, found->remedy);
	}
	assert_true((remedy[0] != '\0') == (found->remedy[0] != '\0'));
	if (verdict >= DOCTOR_WARNING && strcmp(result->first->name, link) != 0) {
		fail_msg("%s: the verdict begins with %s: '%s'", link, result->first->name,
			 result->worst.seen);
	}
}

void rig_expect_well(void)
{
	const struct doctor_result *result = rig_walk();

	if (result->first) {
		fail_msg("%s: '%s'", result->first->name, result->worst.seen);
	}
	assert_int_equal(result->verdict, DOCTOR_OK);
	assert_int_equal(result->unknown, 0);
}

void rig_expect_never(const char *text)
{
	rig_walk();
	for (size_t i = 0; i < doctor_link_count; i++) {
		if (strstr(rig.found[i].seen, text) || strstr(rig.found[i].remedy, text)) {
			fail_msg("%s says '%s': '%s', remedy '%s'", doctor_links[i].name, text,
				 rig.found[i].seen, rig.found[i].remedy);
		}
	}
}

int rig_begin(void **state)
{
	(void)state;
	memset(&rig, 0, sizeof(rig));
	rig.has_segment = true;
	scratch_make(&rig.dir);
	return 0;
}

int rig_end(void **state)
{
	(void)state;
	scratch_remove(&rig.dir);
	return 0;
}
