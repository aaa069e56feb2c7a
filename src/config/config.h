/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"
#include "core/core.h"

/*
 * The configuration: pps2shm.conf(5) and the command line. One table (config_keys.c) says of every
 * key its name, option, range, default and meaning; files, options, --help, the man page and the
 * example file all come from it.
 */

#define CONFIG_PATH "/etc/pps2shm.conf"

enum config_pps { CONFIG_PPS_KERNEL, CONFIG_PPS_GPIO, CONFIG_PPS_SIM, CONFIG_PPS_NONE };

struct config {
	struct core_config core; /* no key: learned_lag_ns, pivot_s, leap*: defaults here */

	char serial_device[256]; /* path; "-" standard input; empty: none */
	int serial_baud;         /* 0: search */
	bool serial_ask;         /* whether it knows the leap seconds */

	enum config_pps pps_source; /* SIM gives sentences too, whatever serial_device says */
	char pps_device[256];       /* "auto" or a path */
	int pps_gpio;               /* BCM number; -1: not given */
	bool pps_poll;              /* the kernel's pulses, stamped by polling their line */
	char pps_chip[64];          /* "auto": the Pi's; or label or path of the GPIO chip */
	char pps_measured[256];     /* what pps_offset_ns was measured on (pi/basis.h); "never" */

	int64_t coarse_holdoff_ns; /* good sentences before the first coarse sample; 0: none */

	int coarse_unit; /* 0..255; -1: none */
	int pps_unit;
	int shm_mode; /* the handshake, 0 or 1 */

	char coarse_socket[108]; /* chrony's SOCK; empty: none */
	char pps_socket[108];

	bool use_segment;
	char segment_name[64];

	char state_file[256]; /* empty: none */
	char leap_file[256];  /* the list of leap seconds; empty: none */
	int log_level;        /* enum log_level */

	uint64_t given; /* a bit for each key of the table that a file or an option has set */
};

void config_default(struct config *config);

/*
 * All of these return 0, or -1 with err filled: "FILE:LINE: section.key 'value': what it must
 * be", or "--option 'value': ...".
 */

/* Text of a file of this name. No key may be said twice. */
int config_parse(struct config *config, const char *name, const char *text, size_t len,
		 struct error *err);

/* A plain file, which must be there; /dev/null: nothing. */
int config_read(struct config *config, const char *path, struct error *err);

/*
 * Options over file over defaults: starts from config_default(), reads the file of --config, or
 * default_path if that is not NULL and the file is there, then applies the options and checks the
 * whole. What it does not know of argv[1..] is left there for the caller, in order; *argc says how
 * many. What follows "--" is left too.
 */
int config_load(struct config *config, int *argc, char **argv, const char *default_path,
		struct error *err);

/* What no single key can tell: two roles on one unit. */
int config_check(const struct config *config, struct error *err);

/*
 * What pps.offset means. It is how late the kernel's stamps are if calibrate has written it (then the
 * first is 0 where the line is polled, as polled edges are not late), and all that is between
 * antenna and stamp if it was set by hand.
 */
int64_t config_pps_offset_ns(const struct config *config);
int64_t config_stamp_bias_ns(const struct config *config);

/* ---- the table ---- */

struct config_word {
	const char *word;
	int64_t value;
};

enum config_kind {
	CONFIG_TEXT,    /* any printable text */
	CONFIG_PATH_OR, /* begins with "/", or is one of words; "none" is kept as empty text */
	CONFIG_NUMBER,  /* least..most, or one of words */
	CONFIG_DECIMAL, /* least..most ns, written in units of scale ns with as many digits */
};

struct config_key {
	const char *section;
	const char *name;
	const char *option; /* without "--" */
	enum config_kind kind;
	size_t at; /* in struct config */
	size_t size;
	int64_t least, most; /* least > most: words only */
	int64_t scale;
	const char *unit;                /* of the number, for people; NULL: none */
	const struct config_word *words; /* ends with NULL; or NULL */
	const char *initial;             /* as it would stand in a file */
	const char *help;                /* sentences */
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* Sets one key from its text; why: "'value': must be ...". */
int config_set(struct config *config, const struct config_key *key, const char *value,
	       struct error *why);

/* The same by the key's option, without "--"; err is the whole line. */
int config_set_option(struct config *config, const char *option, const char *value,
		      struct error *err);

/* Whether a file or an option has set the key of this option (without "--"). */
bool config_given(const struct config *config, const char *option);

/* "0 to 255, or none" */
void config_allowed(const struct config_key *key, char *text, size_t size);

/* The table as --help, as an example file, and as the list of pps2shm.conf(5). */
void config_print_options(FILE *out);
void config_print_example(FILE *out);
void config_print_mdoc(FILE *out);
