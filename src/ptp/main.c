/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clean.h"
#include "common/descriptors.h"
#include "common/log.h"
#include "common/signals.h"
#include "ptp/daemon.h"
#include "ptp/groups.h"
#include "ptp/nqptp_region.h"
#include "ptp/pps2shm_ptp.h"
#include "version.h"

/* As of every command of the tool. */
enum { OK, FAILED, USAGE_ERROR };

enum {
	PARTS = 256,
	INTERFACE,
	UNIT,
	UNLEARNED,
	MAX_CLASS,
	SEGMENT_NAME,
	GPS_SEGMENT,
	LEVEL,
};

static const char help[] =
	"usage: pps2shm-ptp [OPTION]...\n"
	"\n"
	"Listens to the PTP clocks of the network, says what they are worth against GPS,\n"
	"feeds an NTP unit by the best one, and offers the interface of nqptp.\n"
	"\n"
	"      --parts LIST         Of monitor,unit,nqptp; default all three.\n"
	"      --interface NAME     Only this one; may be given several times.\n"
	"      --unit N             0 to 255, default 2; or none.\n"
	"      --unlearned          Feed the unit also before a path delay was learned.\n"
	"      --max-class N        The worst clockClass that may feed it; default 7.\n"
	"      --segment-name NAME  Default /pps2shm-ptp.\n"
	"      --gps-segment NAME   The status segment of pps2shmd; default /pps2shm.\n"
	"      --log-level LEVEL    error, warning, notice, info or debug.\n"
	"  -V, --version            Show the versions.\n"
	"  -h, --help               Show this.\n"
	"\n"
	"'pps2shm ptp' shows what it hears. See pps2shm-ptp(8).\n";

static const struct option longs[] = {
	{"parts", required_argument, NULL, PARTS},
	{"interface", required_argument, NULL, INTERFACE},
	{"unit", required_argument, NULL, UNIT},
	{"unlearned", no_argument, NULL, UNLEARNED},
	{"max-class", required_argument, NULL, MAX_CLASS},
	{"segment-name", required_argument, NULL, SEGMENT_NAME},
	{"gps-segment", required_argument, NULL, GPS_SEGMENT},
	{"log-level", required_argument, NULL, LEVEL},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static const char *interfaces[GROUPS_NAMED + 1];

static int take_number(const char *name, const char *text, int *number, struct error *err)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < 0 || value > 255) {
		return error_set(err, "--%s '%s': must be a whole number from 0 to 255", name,
				 text);
	}
	*number = (int)value;
	return 0;
}

static int take_unit(const char *text, int *unit, struct error *err)
{
	if (strcmp(text, "none") == 0) {
		*unit = -1;
		return 0;
	}
	return take_number("unit", text, unit, err);
}

static int take_parts(const char *text, uint32_t *parts, struct error *err)
{
	static const char *const names[] = {"monitor", "unit", "nqptp"};

	*parts = 0;
	for (const char *word = text; *word;) {
		size_t len = strcspn(word, ",");
		uint32_t part = 0;

		for (uint32_t i = 0; i < 3; i++) {
			if (strlen(names[i]) == len && strncmp(names[i], word, len) == 0) {
				part = 1U << i;
			}
		}
		*parts |= part;
		word += len + (word[len] == ',');
		if (!part) {
			*parts = 0;
			break;
		}
	}
	return *parts ? 0
		      : error_set(err,
				  "--parts '%s': must be of monitor, unit and nqptp, with commas",
				  text);
}

static int take_interface(const char *text, struct error *err)
{
	int count = 0;

	while (interfaces[count]) {
		count++;
	}
	if (count == GROUPS_NAMED || !*text || strlen(text) >= IF_NAMESIZE) {
		return error_set(err, "--interface '%s': %s", text,
				 count == GROUPS_NAMED ? "there may be 16 at most"
						       : "is no name of an interface");
	}
	interfaces[count] = text;
	return 0;
}

static int take_level(const char *text, struct error *err)
{
	static const char *const names[] = {"error", "warning", "notice", "info", "debug"};

	for (int i = 0; i < 5; i++) {
		if (strcmp(names[i], text) == 0) {
			log_set_level((enum log_level)(LOG_LEVEL_ERROR + i));
			return 0;
		}
	}
	return error_set(err, "--log-level '%s': must be error, warning, notice, info or debug",
			 text);
}

static int take(struct daemon_options *options, int option, struct error *err)
{
	switch (option) {
	case PARTS:
		return take_parts(optarg, &options->parts, err);
	case INTERFACE:
		return take_interface(optarg, err);
	case UNIT:
		return take_unit(optarg, &options->unit, err);
	case UNLEARNED:
		options->unlearned = true;
		return 0;
	case MAX_CLASS:
		return take_number("max-class", optarg, &options->max_class, err);
	case SEGMENT_NAME:
		options->segment_name = optarg;
		return 0;
	case GPS_SEGMENT:
		options->gps_segment = optarg;
		return 0;
	default:
		return take_level(optarg, err);
	}
}

static int usage_error(struct error *err)
{
	/* It may name files and words of others. */
	clean_text(err->text, sizeof(err->text), err->text);
	fprintf(stderr, "pps2shm-ptp: %s\nTry 'pps2shm-ptp --help'.\n", err->text);
	return USAGE_ERROR;
}

static int print(const char *text)
{
	return fputs(text, stdout) < 0 || fflush(stdout) ? FAILED : OK;
}

static int print_version(void)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "pps2shm-ptp %s\nptp segment layout %d\nnqptp shared memory interface %d\n",
		 PPS2SHM_VERSION, PPS2SHM_PTP_VERSION, NQPTP_SMI_VERSION);
	return print(text);
}

int main(int argc, char **argv)
{
	struct daemon_options options = {
		.parts = PPS2SHM_PTP_MONITOR | PPS2SHM_PTP_UNIT | PPS2SHM_PTP_NQPTP,
		.interfaces = interfaces,
		.unit = 2,
		.max_class = 7,
		.segment_name = PPS2SHM_PTP_NAME,
		.program = PPS2SHM_VERSION,
	};
	struct error err;
	int option;

	descriptors_ensure();
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":Vh", longs, NULL)) != -1) {
		if (option == 'h') {
			return print(help);
		}
		if (option == 'V') {
			return print_version();
		}
		if (option == '?' || option == ':') {
			error_set(&err, option == ':' ? "%s needs a value" : "unknown option '%s'",
				  argv[optind - 1]);
			return usage_error(&err);
		}
		if (take(&options, option, &err)) {
			return usage_error(&err);
		}
	}
	if (optind < argc) {
		error_set(&err, "unexpected argument '%s'", argv[optind]);
		return usage_error(&err);
	}
	if (daemon_run(&options, &err)) {
		signals_release(); /* nobody may be reading what is said next */
		clean_text(err.text, sizeof(err.text), err.text);
		fprintf(stderr, "pps2shm-ptp: %s\n", err.text);
		return FAILED;
	}
	return OK;
}
