/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/ntp_lines.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pi/ntp_conf.h"

#define DHCP_COPY "/run/ntpsec/ntp.conf.dhcp"

/* What follows a word; "" if it is not there. */
static const char *after(const struct ntp_conf_words *words, const char *word)
{
	for (int i = 1; i + 1 < words->count; i++) {
		if (ntp_conf_is(words, i, word)) {
			return words->at[i + 1];
		}
	}
	return "";
}

static bool has(const struct ntp_conf_words *words, const char *word)
{
	for (int i = 1; i < words->count; i++) {
		if (ntp_conf_is(words, i, word)) {
			return true;
		}
	}
	return false;
}

static void take_refclock(const struct doctor_world *world, const struct ntp_conf_words *words,
			  int number, struct ntp_lines *lines)
{
	const struct config *c = &world->config;
	const char *refid = after(words, "refid");
	int unit = ntp_conf_unit(words);

	if ((unit >= 0 && unit == c->coarse_unit) ||
	    ntp_conf_reads_socket(words, c->coarse_socket)) {
		lines->coarse = true;
		lines->coarse_noselect = has(words, "noselect");
	}
	if ((unit >= 0 && unit == c->pps_unit) || ntp_conf_reads_socket(words, c->pps_socket)) {
		lines->pps = true;
		if (refid[0]) {
			snprintf(lines->pps_refid, sizeof(lines->pps_refid), "%.4s", refid);
		} else {
			snprintf(lines->pps_refid, sizeof(lines->pps_refid), "%.3s%d",
				 unit >= 0 ? "SHM" : "SOC", number % 10);
		}
	}
}

static void take_line(const struct doctor_world *world, const char *name,
		      const struct text_line *line, int *refclocks, struct ntp_lines *lines)
{
	struct ntp_conf_words words;

	ntp_conf_split(&words, line);
	bool legacy = ntp_conf_is(&words, 0, "server") && words.count > 1 &&
		      strncmp(words.at[1], "127.127.", 8) == 0;
	bool noselect = has(&words, "noselect");

	if (ntp_conf_is(&words, 0, "refclock") || legacy) {
		take_refclock(world, &words, *refclocks, lines);
		(*refclocks)++;
	} else if (ntp_conf_is(&words, 0, "server") || ntp_conf_is(&words, 0, "peer")) {
		lines->others += !noselect;
	} else if (ntp_conf_is(&words, 0, "pool")) {
		lines->others += noselect ? 0 : 4;
	} else if (ntp_conf_is(&words, 0, "tos") && after(&words, "minsane")[0]) {
		lines->minsane = atoi(after(&words, "minsane"));
		snprintf(lines->minsane_in, sizeof(lines->minsane_in), "%s", name);
	} else if (ntp_conf_is(&words, 0, "restrict")) {
		lines->local4 = lines->local4 || ntp_conf_is(&words, 1, "127.0.0.1");
		lines->local6 = lines->local6 || ntp_conf_is(&words, 1, "::1");
	} else if (ntp_conf_is(&words, 0, "confdir") && words.count > 1) {
		ntp_lines_folder(world, words.at[1], lines);
	}
}

static void read_file(const struct doctor_world *world, const char *name, struct ntp_lines *lines)
{
	struct text_line line = {0};
	struct text text;
	struct stat st;
	int refclocks = 0;

	if (world_stat(world, name, &st) && st.st_mtime > lines->newest_s) {
		lines->newest_s = st.st_mtime;
		snprintf(lines->newest, sizeof(lines->newest), "%s", name);
	}
	world_read(world, name, &text);
	while (text_next_line(&text, &line)) {
		take_line(world, name, &line, &refclocks, lines);
	}
	text_free(&text);
}

static int is_conf(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".conf") == 0;
}

/* Notes the folder; false if it was read already, by whatever name, or there were too many. */
static bool is_new(int folder, struct ntp_lines *lines)
{
	struct stat st;

	if (fstat(folder, &st) || lines->folder_count == NTP_LINES_FOLDERS) {
		return false;
	}
	for (int i = 0; i < lines->folder_count; i++) {
		if (lines->folders[i].device == st.st_dev && lines->folders[i].inode == st.st_ino) {
			return false;
		}
	}
	lines->folders[lines->folder_count].device = st.st_dev;
	lines->folders[lines->folder_count++].inode = st.st_ino;
	return true;
}

void ntp_lines_folder(const struct doctor_world *world, const char *folder, struct ntp_lines *lines)
{
	struct dirent **entries;
	int dir = root_open_file(&world->root, folder, O_RDONLY | O_DIRECTORY);
	bool new = dir >= 0 && is_new(dir, lines);
	int count = !new ? -1 : scandirat(dir, ".", &entries, is_conf, alphasort);

	for (int i = 0; i < count; i++) {
		char name[300];

		snprintf(name, sizeof(name), "%s/%.120s", folder, entries[i]->d_name);
		read_file(world, name, lines);
		free(entries[i]);
	}
	if (count >= 0) {
		free(entries);
	}
	if (dir >= 0) {
		close(dir);
	}
}

/* "-c FILE" of a running program. */
static bool file_of_process(const struct doctor_world *world, int pid, char *file, size_t size)
{
	char name[40];
	struct text text;
	bool found = false;

	snprintf(name, sizeof(name), "/proc/%d/cmdline", pid);
	world_read(world, name, &text);
	for (const char *at = text.at; at < text.at + text.len && !found; at += strlen(at) + 1) {
		const char *next = at + strlen(at) + 1;

		if ((strcmp(at, "-c") == 0 || strcmp(at, "--configfile") == 0 ||
		     strcmp(at, "-f") == 0) &&
		    next < text.at + text.len) {
			snprintf(file, size, "%s", next);
			found = true;
		}
	}
	text_free(&text);
	return found;
}

static void begin(struct ntp_lines *lines)
{
	memset(lines, 0, sizeof(*lines));
	lines->minsane = 1;
}

static void read_both(const struct doctor_world *world, struct ntp_lines *lines)
{
	struct stat st;

	lines->there = world_stat(world, lines->file, &st);
	read_file(world, lines->file, lines);
	ntp_lines_folder(world, lines->folder, lines);
}

void ntp_lines_ntpd(const struct doctor_world *world, struct ntp_lines *lines)
{
	struct stat st;

	begin(lines);
	if (!world->keeper_pid ||
	    !file_of_process(world, world->keeper_pid, lines->file, sizeof(lines->file))) {
		snprintf(lines->file, sizeof(lines->file), "%s",
			 world_stat(world, "/etc/ntpsec/ntp.conf", &st) ? "/etc/ntpsec/ntp.conf"
									: "/etc/ntp.conf");
	}
	lines->dhcp = strcmp(lines->file, DHCP_COPY) == 0;
	/* NTPsec looks for ntp.d beside the file it was given. */
	char *slash = strrchr(lines->file, '/');

	snprintf(lines->folder, sizeof(lines->folder), "%.*s/ntp.d",
		 slash ? (int)(slash - lines->file) : 0, lines->file);
	read_both(world, lines);
}

void ntp_lines_chrony(const struct doctor_world *world, struct ntp_lines *lines)
{
	begin(lines);
	if (!file_of_process(world, world->keeper_pid, lines->file, sizeof(lines->file))) {
		snprintf(lines->file, sizeof(lines->file), "/etc/chrony/chrony.conf");
	}
	read_both(world, lines); /* no folder: confdir lines say which */
}

void ntp_lines_add(const struct doctor_world *world, const struct ntp_lines *lines, bool pps,
		   struct doctor_finding *finding)
{
	const char *setup = world_setup(world, "", "");

	if (setup[0]) {
		doctor_remedy(finding, "%s adds it; by hand '%s' in %s%s", setup,
			      world_refclock(world, pps), lines->file,
			      world_then_restart_keeper(world));
	} else {
		doctor_remedy(finding, "add '%s' to %s%s", world_refclock(world, pps), lines->file,
			      world_then_restart_keeper(world));
	}
}
