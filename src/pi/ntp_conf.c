/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/ntp_conf.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pi/edit.h"

enum { WORDS = 32 };

/* The words of a line, up to a comment. */
struct words {
	char line[300];
	char *at[WORDS];
	int count;
};

static void split_words(struct words *words, const char *line, size_t len)
{
	char *save = NULL;

	memset(words, 0, sizeof(*words));
	snprintf(words->line, sizeof(words->line), "%.*s", (int)len, line);
	words->line[strcspn(words->line, "#!;%")] = '\0';
	for (char *word = strtok_r(words->line, " \t\r", &save); word && words->count < WORDS;
	     word = strtok_r(NULL, " \t\r", &save)) {
		words->at[words->count++] = word;
	}
}

static bool is_word(const struct words *words, int i, const char *word)
{
	return i < words->count && strcasecmp(words->at[i], word) == 0;
}

int ntp_conf_unit(const char *line, size_t len)
{
	static const char legacy[] = "127.127.28.";
	struct words words;

	split_words(&words, line, len);
	if (is_word(&words, 0, "refclock") && is_word(&words, 1, "shm")) {
		/* chrony: the number, with options behind a colon; NTPsec: an option, 0 if not said
		 */
		int unit = words.count > 2 && words.at[2][0] >= '0' && words.at[2][0] <= '9'
				   ? atoi(words.at[2])
				   : 0;

		for (int i = 2; i + 1 < words.count; i++) {
			unit = is_word(&words, i, "unit") ? atoi(words.at[i + 1]) : unit;
		}
		return unit;
	}
	if (is_word(&words, 0, "server") && words.count > 1 &&
	    strncmp(words.at[1], legacy, sizeof(legacy) - 1) == 0) {
		return atoi(words.at[1] + sizeof(legacy) - 1);
	}
	return -1;
}

/* What others' files say about us. */
struct found {
	bool coarse, pps;
	bool confdir;
};

static void look_at_line(struct plan *plan, const struct ntp_units *units, const char *name,
			 const struct text_line *line, bool after_ours, struct found *found)
{
	int unit = ntp_conf_unit(line->at, line->len);
	struct words words;

	if (unit >= 0 && (unit == units->coarse || unit == units->pps)) {
		notes_add(&plan->notes, "%s:%ld: reads unit %d already: left as it is", name,
			  line->number, unit);
		found->coarse = found->coarse || unit == units->coarse;
		found->pps = found->pps || unit == units->pps;
	}
	split_words(&words, line->at, line->len);
	for (int i = 1; after_ours && is_word(&words, 0, "tos") && i + 1 < words.count; i++) {
		if ((is_word(&words, i, "minsane") || is_word(&words, i, "minclock")) &&
		    atoi(words.at[i + 1]) > 1) {
			notes_add(&plan->notes,
				  "%s:%ld: %s %s is read after setup's own line: the "
				  "pulse alone will not be believed",
				  name, line->number, words.at[i], words.at[i + 1]);
		}
	}
	found->confdir = found->confdir || (is_word(&words, 0, "confdir") &&
					    is_word(&words, 1, "/etc/chrony/conf.d"));
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
		return error_set(err, "%.150s%s is not there: install %s first, or say %s",
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
			notes_add(&plan->notes,
				  "%s: NTPD_OPTS names another configuration by -c, "
				  "which may not read " NTPSEC_DROP_IN,
				  name);
		}
		if (strcmp(value, "yes") != 0) {
			edit_shell(&text, "IGNORE_DHCP", "yes");
		}
		rc = plan_file(plan, name, &text,
			       "else servers from DHCP make NTPsec pass over its drop-ins", err);
	}
	text_free(&text);
	return rc;
}

static void add_header(struct text *text)
{
	text_addf(text, "# Made by 'pps2shm setup'; 'pps2shm setup --undo' removes it.\n");
}

void ntp_conf_lines(struct text *text, enum ntp_daemon daemon, const struct ntp_units *units)
{
	bool ntpsec = daemon == NTP_NTPSEC;

	if (units->coarse >= 0) {
		text_addf(text,
			  ntpsec ? "refclock shm unit %d refid GPS minpoll 4 maxpoll 4 noselect\n"
				 : "refclock SHM %d refid GPS poll 4 delay 0.2 noselect\n",
			  units->coarse);
	}
	if (units->pps >= 0) {
		text_addf(text,
			  ntpsec ? "refclock shm unit %d refid PPS minpoll 0 maxpoll 0 prefer\n"
				 : "refclock SHM %d refid PPS poll 0 precision 1e-7 prefer\n",
			  units->pps);
	}
}

static void add_missing(struct text *text, enum ntp_daemon daemon, const struct ntp_units *units,
			const struct found *found)
{
	struct ntp_units missing = {
		.coarse = found->coarse ? -1 : units->coarse,
		.pps = found->pps ? -1 : units->pps,
	};

	if (daemon == NTP_NTPSEC) {
		text_addf(text, "# One good source is enough; Debian's default asks for three that "
				"agree.\n" NTP_CONF_TOS "\n");
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
	add_missing(&text, NTP_NTPSEC, units, &found);
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
			"nothing of --chrony", &found, err)) {
		return -1;
	}
	if (!found.confdir) {
		return error_set(err,
				 "%.100s/etc/chrony/chrony.conf: no line 'confdir "
				 "/etc/chrony/conf.d', so chrony would not read setup's file: "
				 "add it",
				 plan->root->path);
	}
	text_init(&text);
	add_header(&text);
	add_missing(&text, NTP_CHRONY, units, &found);
	if (!(found.pps && (found.coarse || units->coarse < 0))) {
		rc = plan_file(plan, CHRONY_DROP_IN, &text, "chrony reads our units", err);
	}
	text_free(&text);
	return rc;
}
