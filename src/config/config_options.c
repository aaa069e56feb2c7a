/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"

static const struct config_key *find_option(const char *name)
{
	for (size_t i = 0; i < config_key_count; i++) {
		if (strcmp(config_keys[i].option, name) == 0) {
			return &config_keys[i];
		}
	}
	return NULL;
}

int config_set_option(struct config *config, const char *name, const char *value, struct error *err)
{
	struct error why;

	if (config_set(config, find_option(name), value, &why)) {
		return error_set(err, "--%s %s", name, why.text);
	}
	return 0;
}

/* --pps auto, a path, poll, gpio, sim or none: source and device in one. */
static int set_pps(struct config *config, const char *value, struct error *err)
{
	bool device = value[0] == '/' || strcmp(value, "auto") == 0;

	if (device) {
		return config_set_option(config, "pps-source", "pps", err) ||
				       config_set_option(config, "pps-device", value, err)
			       ? -1
			       : 0;
	}
	if (strcmp(value, "poll") == 0) {
		return config_set_option(config, "pps-source", "pps", err) ||
				       config_set_option(config, "poll", "yes", err)
			       ? -1
			       : 0;
	}
	if (config_set_option(config, "pps-source", value, err)) {
		return error_set(
			err,
			"--pps '%.60s': must be auto, a path that begins with /, poll, gpio, sim or none",
			value);
	}
	return 0;
}

/* ---- the command line, by getopt_long() ---- */

enum { VAL_CONFIG = 256, VAL_PPS, VAL_NO_SEGMENT, VAL_KEY, KEYS_MAX = 64 };

/* What is done with each option: with val and value, or a word that is none of ours. */
struct taker {
	struct config *config;
	const char *path; /* of the last --config */
	bool options;     /* false: --config alone is taken */
	char **argv;      /* gets the words that are left */
	int left;
	struct error *err;
};

static void make_table(struct option table[KEYS_MAX + 4])
{
	size_t n = 0;

	table[n++] = (struct option){"config", required_argument, NULL, VAL_CONFIG};
	table[n++] = (struct option){"pps", required_argument, NULL, VAL_PPS};
	table[n++] = (struct option){"no-segment", no_argument, NULL, VAL_NO_SEGMENT};
	for (size_t i = 0; i < config_key_count && i < KEYS_MAX; i++) {
		table[n++] = (struct option){config_keys[i].option, required_argument, NULL,
					     VAL_KEY + (int)i};
	}
	table[n] = (struct option){0};
}

static int take(struct taker *taker, int val, const char *value)
{
	struct config *config = taker->config;

	if (val == VAL_CONFIG) {
		taker->path = value;
		return 0;
	}
	if (!taker->options) {
		return 0;
	}
	return val == VAL_PPS ? set_pps(config, value, taker->err)
	       : val == VAL_NO_SEGMENT
		       ? config_set_option(config, "segment", "no", taker->err)
		       : config_set_option(config, config_keys[val - VAL_KEY].option, value,
					   taker->err);
}

static void leave(struct taker *taker, char *word)
{
	if (taker->options) {
		taker->argv[taker->left++] = word;
	}
}

/* No long option: not for getopt_long() to look at, which would look for letters in it. */
static bool is_plain(const char *word)
{
	return strncmp(word, "--", 2) != 0;
}

/* Goes through the words; what is not known is left, in order, and so is all from "--" on. */
static int walk(struct taker *taker, int argc, char **argv)
{
	struct option table[KEYS_MAX + 4];
	int val = 0;

	make_table(table);
	opterr = 0;
	optind = 0;
	getopt_long(1, argv, "+:", table, NULL); /* begins anew */
	while (val != -1 && optind < argc) {
		char *word = argv[optind];

		if (is_plain(word)) {
			leave(taker, word);
			optind++;
			continue;
		}
		val = getopt_long(argc, argv, "+:", table, NULL);
		if (val == ':') {
			return error_set(taker->err, "%.60s needs a value", word);
		}
		if (val == '?') {
			leave(taker, word);
		} else if (val == -1) {
			leave(taker, word); /* "--" */
		} else if (take(taker, val, optarg)) {
			return -1;
		}
	}
	while (optind < argc) {
		leave(taker, argv[optind++]);
	}
	optind = 0; /* the command may read on by getopt_long() */
	return 0;
}

/*
 * Options that contradict each other: what one asks for, the other leaves without meaning. Only
 * options: one may well override what a file says. config->given tells of options alone here.
 */
static int check_options(const struct config *config, struct error *err)
{
	static const struct {
		enum config_pps source;
		const char *word;
		const char *useless[6];
	} sources[] = {
		{CONFIG_PPS_NONE,
		 "none",
		 {"gpio", "gpio-chip", "pps-device", "edge", "pps-offset", "poll"}},
		{CONFIG_PPS_SIM,
		 "sim",
		 {"gpio", "gpio-chip", "pps-device", "serial", "baud", "poll"}},
		{CONFIG_PPS_GPIO, "gpio", {"pps-device", "poll"}},
		{CONFIG_PPS_KERNEL, "pps", {"gpio-chip"}},
	};

	for (size_t i = 0; i < 4 && config_given(config, "pps-source"); i++) {
		for (size_t k = 0; config->pps_source == sources[i].source && k < 6; k++) {
			const char *option = sources[i].useless[k];

			if (option && config_given(config, option)) {
				return error_set(err,
						 "--%s has no meaning with the pulses' source '%s'",
						 option, sources[i].word);
			}
		}
	}
	if (!config->use_segment && config_given(config, "segment") &&
	    config_given(config, "segment-name")) {
		return error_set(err, "--segment-name has no meaning without a status segment");
	}
	return 0;
}

int config_load(struct config *config, int *argc, char **argv, const char *default_path,
		struct error *err)
{
	struct taker taker = {.config = config, .argv = argv, .left = 1, .err = err};

	config_default(config);
	if (walk(&taker, *argc, argv)) {
		return -1;
	}
	if (!taker.path && default_path && access(default_path, F_OK) == 0) {
		taker.path = default_path;
	}
	if (taker.path && config_read(config, taker.path, err)) {
		return -1;
	}
	uint64_t by_file = config->given;

	config->given = 0;
	taker.options = true;
	if (walk(&taker, *argc, argv) || check_options(config, err)) {
		return -1;
	}
	config->given |= by_file;
	*argc = taker.left;
	argv[*argc] = NULL;
	return config_check(config, err);
}
