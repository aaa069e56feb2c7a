/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/ntp_conf.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pi/edit.h"

void ntp_conf_split(struct ntp_conf_words *words, const struct text_line *line)
{
	char *save = NULL;

	memset(words, 0, sizeof(*words));
	snprintf(words->line, sizeof(words->line), "%.*s", (int)line->len, line->at);
	words->line[strcspn(words->line, "#!;%")] = '\0';
	for (char *word = strtok_r(words->line, " \t\r", &save);
	     word && words->count < NTP_CONF_WORDS; word = strtok_r(NULL, " \t\r", &save)) {
		words->at[words->count++] = word;
	}
}

bool ntp_conf_is(const struct ntp_conf_words *words, int i, const char *word)
{
	return i < words->count && strcasecmp(words->at[i], word) == 0;
}

int ntp_conf_unit(const struct ntp_conf_words *words)
{
	static const char legacy[] = "127.127.28.";

	if (ntp_conf_is(words, 0, "refclock") && ntp_conf_is(words, 1, "shm")) {
		/*
		 * chrony: the number, with options behind a colon; NTPsec: an option, 0 if not said
		 */
		int unit = words->count > 2 && words->at[2][0] >= '0' && words->at[2][0] <= '9'
				   ? atoi(words->at[2])
				   : 0;

		for (int i = 2; i + 1 < words->count; i++) {
			unit = ntp_conf_is(words, i, "unit") ? atoi(words->at[i + 1]) : unit;
		}
		return unit;
	}
	if (ntp_conf_is(words, 0, "server") && words->count > 1 &&
	    strncmp(words->at[1], legacy, sizeof(legacy) - 1) == 0) {
		return atoi(words->at[1] + sizeof(legacy) - 1);
	}
	return -1;
}

bool ntp_conf_reads_socket(const struct ntp_conf_words *words, const char *socket)
{
	size_t n = strlen(socket);

	return n > 0 && ntp_conf_is(words, 0, "refclock") && ntp_conf_is(words, 1, "sock") &&
	       words->count > 2 && strncmp(words->at[2], socket, n) == 0 &&
	       (words->at[2][n] == '\0' || words->at[2][n] == ':');
}

/* What others' files say about us. */
struct found {
	bool coarse, pps;
	bool confdir;
};

static void look_at_line(struct plan *plan, const struct ntp_units *units, const char *name,
			 const struct text_line *line, bool after_ours, struct found *found)
{
	struct ntp_conf_words words;
	char number[12];

	ntp_conf_split(&words, line);

	int unit = ntp_conf_unit(&words);

	snprintf(number, sizeof(number), "%d", unit);
	bool coarse = (unit >= 0 && unit == units->coarse) ||
		      ntp_conf_reads_socket(&words, units->coarse_socket);
	bool pps = (unit >= 0 && unit == units->pps) ||
		   ntp_conf_reads_socket(&words, units->pps_socket);

	if (coarse || pps) {
		notes_add(&plan->notes, "%s:%ld: already reads %s %s: left alone", name,
			  line->number, unit < 0 ? "socket" : "unit",
			  unit < 0 ? words.at[2] : number);
		found->coarse = found->coarse || coarse;
		found->pps = found->pps || pps;
	}
	for (int i = 1; after_ours && ntp_conf_is(&words, 0, "tos") && i + 1 < words.count; i++) {
		if ((ntp_conf_is(&words, i, "minsane") || ntp_conf_is(&words, i, "minclock")) &&
		    atoi(words.at[i + 1]) > 1) {
			notes_add(
				&plan->notes,
				"%s:%ld: %s %s is read after setup's own line and overrides it: the pulse alone will not be believed; remove it",
				name, line->number, words.at[i], words.at[i + 1]);
		}
	}
	found->confdir = found->confdir || (ntp_conf_is(&words, 0, "confdir") &&
					    ntp_conf_is(&words, 1, "/etc/chrony/conf.d"));
}

static int look_at_file(struct plan *plan, const struct ntp_units *units, const char *name,
			bool after_ours, struct found *found, struct error *err)
{
	struct text_line line = {0};
	struct text text;
	int rc = root_read(plan->root, name, &text, err);

	while (rc > 0 && text_next_line(&text, &line)) {
		look_at_line(plan, units, name, &line, after_ours, found);
	}
	text_free(&text);
	return rc < 0 ? -1 : 0;
}

/* The files of a drop-in folder, but for ours. */
static int look_at_folder(struct plan *plan, const struct ntp_units *units, const char *folder,
			  struct found *found, struct error *err)
{
	char path[ROOT_PATH];
	struct dirent *entry;
	int rc = 0;

	root_path(plan->root, folder, path);
	DIR *dir = root_open_folder(plan->root, folder);

	if (!dir) {
		return errno == ENOENT ? 0 : error_set(err, "%.300s: %s", path, strerror(errno));
	}
	while (rc == 0 && (entry = readdir(dir))) {
		const char *ending = strrchr(entry->d_name, '.');
		int order = strcmp(entry->d_name, "pps2shm.conf");
		char name[400];

		if (order != 0 && ending && strcmp(ending, ".conf") == 0) {
			snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
			rc = look_at_file(plan, units, name, order > 0, found, err);
		}
	}
	closedir(dir);
	return rc;
}

static int look_around(struct plan *plan, const struct ntp_units *units, const char *main_file,
		       const char *folder, const char *package, const char *other,
		       struct found *found, struct error *err)
{
	memset(found, 0, sizeof(*found));
	if (!root_has(plan->root, main_file)) {
		return error_set(err, "%.150s%s is not there: install %s first, or use %s",
				 plan->root->path, main_file, package, other);
	}
	return look_at_file(plan, units, main_file, false, found, err) ||
			       look_at_folder(plan, units, folder, found, err)
		       ? -1
		       : 0;
}

static int ignore_dhcp(struct plan *plan, struct error *err)
{
	static const char name[] = "/etc/default/ntpsec";
	char value[40], options[200];
	struct text text;
	int rc = root_read(plan->root, name, &text, err);

	if (rc >= 0) {
		edit_shell_value(&text, "IGNORE_DHCP", value, sizeof(value));
		edit_shell_value(&text, "NTPD_OPTS", options, sizeof(options));
		if (strstr(options, "-c")) {
			notes_add(
				&plan->notes,
				"%s: NTPD_OPTS names another configuration with -c, which may not read " NTPSEC_DROP_IN,
				name);
		}
		if (strcmp(value, "yes") != 0) {
			edit_shell(&text, "IGNORE_DHCP", "yes");
		}
		rc = plan_file(plan, name, &text,
			       "otherwise servers from DHCP make NTPsec ignore its drop-ins", err);
	}
	text_free(&text);
	return rc;
}

static void add_header(struct text *text)
{
	text_addf(text, "# Made by 'pps2shm setup'; 'pps2shm setup --undo' removes it.\n");
}

static void add_line(struct text *text, enum refclock_daemon daemon, bool pps, int unit,
		     const char *socket)
{
	bool by_socket = daemon == REFCLOCK_CHRONY && socket[0];
	char line[200];

	if (by_socket || unit >= 0) {
		text_addf(text, "%s\n",
			  refclock_line(line, sizeof(line), daemon, pps, unit, socket));
	}
}

void ntp_conf_lines(struct text *text, enum refclock_daemon daemon, const struct ntp_units *units)
{
	add_line(text, daemon, false, units->coarse, units->coarse_socket);
	add_line(text, daemon, true, units->pps, units->pps_socket);
}

static void add_missing(struct text *text, enum refclock_daemon daemon,
			const struct ntp_units *units, const struct found *found)
{
	struct ntp_units missing = *units;

	if (found->coarse) {
		missing.coarse = -1;
		missing.coarse_socket[0] = '\0';
	}
	if (found->pps) {
		missing.pps = -1;
		missing.pps_socket[0] = '\0';
	}
	if (daemon == REFCLOCK_NTPSEC) {
		text_addf(
			text,
			"# One good source is enough; Debian's default asks for three that agree.\n" REFCLOCK_TOS
			"\n");
	}
	ntp_conf_lines(text, daemon, &missing);
}

int ntp_conf_ntpsec(struct plan *plan, const struct ntp_units *units, struct error *err)
{
	struct found found;
	struct text text;
	int rc;

	if (look_around(plan, units, "/etc/ntpsec/ntp.conf", "/etc/ntpsec/ntp.d", "ntpsec",
			"--chrony", &found, err)) {
		return -1;
	}
	text_init(&text);
	add_header(&text);
	add_missing(&text, REFCLOCK_NTPSEC, units, &found);
	rc = plan_file(plan, NTPSEC_DROP_IN, &text, "NTPsec reads our units", err);
	text_free(&text);
	return rc ? rc : ignore_dhcp(plan, err);
}

int ntp_conf_chrony(struct plan *plan, const struct ntp_units *units, struct error *err)
{
	struct found found;
	struct text text;
	int rc = 0;

	if (look_around(plan, units, "/etc/chrony/chrony.conf", "/etc/chrony/conf.d", "chrony",
			"leave out --chrony", &found, err)) {
		return -1;
	}
	if (!found.confdir) {
		return error_set(
			err,
			"%.100s/etc/chrony/chrony.conf: no line 'confdir /etc/chrony/conf.d', so chrony would not read setup's file: add it",
			plan->root->path);
	}
	text_init(&text);
	add_header(&text);
	add_missing(&text, REFCLOCK_CHRONY, units, &found);
	if (!(found.pps && (found.coarse || (units->coarse < 0 && !units->coarse_socket[0])))) {
		rc = plan_file(plan, CHRONY_DROP_IN, &text, "chrony reads our units", err);
	}
	text_free(&text);
	return rc;
}
