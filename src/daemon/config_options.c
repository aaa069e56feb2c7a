/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"

/* An option as it was given: --name VALUE or --name=VALUE. */
struct option_in_hand {
	char name[40];
	const char *value; /* NULL: none there */
	int words;         /* of argv that it takes */
};

static bool take_apart(const char *word, const char *next, struct option_in_hand *option)
{
	if (strncmp(word, "--", 2) != 0 || word[2] == '\0') {
		return false;
	}
	size_t len = strcspn(word + 2, "=");

	if (len >= sizeof(option->name)) {
		return false;
	}
	memcpy(option->name, word + 2, len);
	option->name[len] = '\0';
	option->value = word[2 + len] == '=' ? word + 3 + len : next;
	option->words = word[2 + len] == '=' || !next ? 1 : 2;
	return true;
}

static const struct config_key *find_option(const char *name)
{
	for (size_t i = 0; i < config_key_count; i++) {
		if (strcmp(config_keys[i].option, name) == 0) {
			return &config_keys[i];
		}
	}
	return NULL;
}

static int set_option(struct config *config, const char *name, const char *value, struct error *err)
{
	struct error why;

	if (config_set(config, find_option(name), value, &why)) {
		return error_set(err, "--%s: %s", name, why.text);
	}
	return 0;
}

/* --pps auto, a path, gpio, sim or none: source and device in one. */
static int set_pps(struct config *config, const char *value, struct error *err)
{
	bool device = value[0] == '/' || strcmp(value, "auto") == 0;

	if (device) {
		return set_option(config, "pps-source", "pps", err) ||
				       set_option(config, "pps-device", value, err)
			       ? -1
			       : 0;
	}
	if (set_option(config, "pps-source", value, err)) {
		return error_set(err,
				 "--pps: '%.60s' is not allowed: want auto, a path that begins "
				 "with /, gpio, sim or none",
				 value);
	}
	return 0;
}

/* How many words of argv the option took; 0 it is none of ours; -1 err. */
static int apply(struct config *config, const char *word, const char *next, struct error *err)
{
	struct option_in_hand option;
	int rc;

	if (!take_apart(word, next, &option)) {
		return 0;
	}
	if (strcmp(option.name, "no-board") == 0) {
		return set_option(config, "board", "no", err) ? -1 : 1;
	}
	bool pps = strcmp(option.name, "pps") == 0;
	bool file = strcmp(option.name, "config") == 0; /* was read before */

	if (!pps && !file && !find_option(option.name)) {
		return 0;
	}
	if (!option.value) {
		return error_set(err, "--%s needs a value", option.name);
	}
	rc = file  ? 0
	     : pps ? set_pps(config, option.value, err)
		   : set_option(config, option.name, option.value, err);
	return rc ? -1 : option.words;
}

/* The last --config; -1 if one has no value. */
static int find_file(int argc, char **argv, const char **path, struct error *err)
{
	struct option_in_hand option;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (!take_apart(argv[i], argv[i + 1], &option) ||
		    strcmp(option.name, "config") != 0) {
			continue;
		}
		if (!option.value) {
			return error_set(err, "--config needs a value");
		}
		*path = option.value;
		i += option.words - 1;
	}
	return 0;
}

int config_load(struct config *config, int *argc, char **argv, const char *default_path,
		struct error *err)
{
	const char *path = NULL;
	int left = 1;
	int i = 1;

	config_default(config);
	if (find_file(*argc, argv, &path, err)) {
		return -1;
	}
	if (!path && default_path && access(default_path, F_OK) == 0) {
		path = default_path;
	}
	if (path && config_read(config, path, err)) {
		return -1;
	}
	while (i < *argc && strcmp(argv[i], "--") != 0) {
		int taken = apply(config, argv[i], argv[i + 1], err);

		if (taken < 0) {
			return -1;
		}
		if (taken == 0) {
			argv[left++] = argv[i++];
		}
		i += taken;
	}
	while (i < *argc) {
		argv[left++] = argv[i++];
	}
	argv[left] = NULL;
	*argc = left;
	return config_check(config, err);
}
