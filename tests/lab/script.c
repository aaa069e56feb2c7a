/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "script.h"

#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sources/receiver.h"

#define MS INT64_C(1000000)

static const char usage[] =
	"usage: lab_receiver [OPTION]...\n"
	"Plays a GPS receiver in the lab: pulses on a gpio-sim line, NMEA on a tty.\n"
	"  --pull FILE     the line's pull file\n"
	"  --edge FILE     /dev/labedge in its place: edges at their very instant\n"
	"  --stamp-late NS   with --edge: so late is the interrupt, default 0\n"
	"  --stamp-sigma NS  sigma of that, default 0\n"
	"  --stamp-tail NS   mean of what a busy machine adds, exponential, default 0\n"
	"  --inverted      a pulse is low, its falling edge marks the second\n"
	"  --tty PATH      the GPS's own end of the serial line\n"
	"  --baud N        default 9600\n"
	"  --sentences \"RMC GGA …\"  default: six\n"
	"  --log FILE      what was really sent, and when\n"
	"  --seconds N     end after so many; default at SIGTERM\n"
	"  --ahead MS      true time minus the lab's clock at the start, default 0\n"
	"  --ppb N         true time runs so much faster than the lab's raw clock, default 0\n"
	"  --wander PPB    sigma of what that changes in a minute, default 0\n"
	"  --width MS      of a pulse, default 100\n"
	"  --lag MS        pulse to first byte, default 150\n"
	"  --jitter MS     sigma of that lag, default 0\n"
	"  --drift US      growth of that lag, a second, default 0\n"
	"  --noise NS      sigma of the pulses, default 0\n"
	"  --seed N        default 1\n"
	"  --at SECOND:pulse=0|1  SECOND:serial=0|1  SECOND:fix=0|1  SECOND:late=US\n"
	"       SECOND:edge=MS    SECOND:lag=MS      SECOND:width=MS SECOND:jump=SECONDS\n"
	"       SECOND:leap=1|-1  SECOND:ppb=N       SECOND:wander=PPB\n"
	"                  seconds counted from the first pulse; may be repeated\n";

static const struct {
	const char *name;
	enum script_action action;
} actions[] = {
	{"pulse", SCRIPT_PULSE}, {"serial", SCRIPT_SERIAL}, {"fix", SCRIPT_FIX},
	{"late", SCRIPT_LATE},   {"edge", SCRIPT_EDGE},     {"lag", SCRIPT_LAG},
	{"width", SCRIPT_WIDTH}, {"jump", SCRIPT_JUMP},     {"leap", SCRIPT_LEAP},
	{"ppb", SCRIPT_PPB},     {"wander", SCRIPT_WANDER},
};

static int64_t number(const char *option, const char *text)
{
	char *end;
	int64_t value = strtoll(text, &end, 10);

	if (end == text || *end) {
		errx(2, "--%s wants a whole number, not '%s'", option, text);
	}
	return value;
}

static void add_line(struct script *script, const char *text)
{
	struct script_line *line = &script->lines[script->count];
	char name[16];
	int end = 0;

	if (script->count == SCRIPT_LINES_MAX) {
		errx(2, "more than %d --at", SCRIPT_LINES_MAX);
	}
	if (sscanf(text, "%ld:%15[a-z]=%ld%n", &line->second, name, &line->value, &end) == 3 &&
	    !text[end]) {
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
			if (strcmp(name, actions[i].name) == 0) {
				line->action = actions[i].action;
				script->count++;
				return;
			}
		}
	}
	errx(2, "--at wants SECOND:ACTION=NUMBER, not '%s'", text);
}

enum {
	PULL,
	EDGE_FILE,
	STAMP_LATE,
	STAMP_SIGMA,
	STAMP_TAIL,
	INVERTED,
	TTY,
	BAUD,
	SENTENCES,
	LOG,
	SECONDS,
	AHEAD,
	PPB,
	WANDER,
	WIDTH,
	LAG,
	JITTER,
	DRIFT,
	NOISE,
	SEED,
	AT,
	HELP
};

static const struct option options[] = {
	{"pull", required_argument, NULL, PULL},
	{"edge", required_argument, NULL, EDGE_FILE},
	{"stamp-late", required_argument, NULL, STAMP_LATE},
	{"stamp-sigma", required_argument, NULL, STAMP_SIGMA},
	{"stamp-tail", required_argument, NULL, STAMP_TAIL},
	{"inverted", no_argument, NULL, INVERTED},
	{"tty", required_argument, NULL, TTY},
	{"baud", required_argument, NULL, BAUD},
	{"sentences", required_argument, NULL, SENTENCES},
	{"log", required_argument, NULL, LOG},
	{"seconds", required_argument, NULL, SECONDS},
	{"ahead", required_argument, NULL, AHEAD},
	{"ppb", required_argument, NULL, PPB},
	{"wander", required_argument, NULL, WANDER},
	{"width", required_argument, NULL, WIDTH},
	{"lag", required_argument, NULL, LAG},
	{"jitter", required_argument, NULL, JITTER},
	{"drift", required_argument, NULL, DRIFT},
	{"noise", required_argument, NULL, NOISE},
	{"seed", required_argument, NULL, SEED},
	{"at", required_argument, NULL, AT},
	{"help", no_argument, NULL, HELP},
	{NULL, 0, NULL, 0},
};

static void take_number(struct script *script, int option, int64_t value)
{
	switch (option) {
	case STAMP_LATE:
		script->stamp_late_ns = value;
		break;
	case STAMP_SIGMA:
		script->stamp_sigma_ns = value;
		break;
	case STAMP_TAIL:
		script->stamp_tail_ns = value;
		break;
	case BAUD:
		script->baud = value;
		break;
	case SECONDS:
		script->seconds = value;
		break;
	case AHEAD:
		script->ahead_ns = value * MS;
		break;
	case PPB:
		script->ppb = value;
		break;
	case WANDER:
		script->wander_ppb = value;
		break;
	case WIDTH:
		script->width_ns = value * MS;
		break;
	case LAG:
		script->lag_ns = value * MS;
		break;
	case JITTER:
		script->lag_sigma_ns = value * MS;
		break;
	case DRIFT:
		script->lag_drift_ns = value * 1000;
		break;
	case NOISE:
		script->noise_ns = value;
		break;
	default:
		script->seed = (uint64_t)value;
	}
}

void script_parse(struct script *script, int argc, char **argv)
{
	int option, index;

	*script = (struct script){.sentences = RECEIVER_SIX,
				  .baud = 9600,
				  .width_ns = 100 * MS,
				  .lag_ns = 150 * MS,
				  .seed = 1};
	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		switch (option) {
		case PULL:
			script->pull = optarg;
			break;
		case EDGE_FILE:
			script->edge = optarg;
			break;
		case INVERTED:
			script->inverted = true;
			break;
		case TTY:
			script->tty = optarg;
			break;
		case SENTENCES:
			script->sentences = optarg;
			break;
		case LOG:
			script->log = optarg;
			break;
		case AT:
			add_line(script, optarg);
			break;
		case HELP:
			fputs(usage, stdout);
			exit(0);
		case '?':
			exit(2);
		default:
			take_number(script, option, number(options[index].name, optarg));
		}
	}
	if (optind < argc) {
		errx(2, "'%s' is no option; --help tells them", argv[optind]);
	}
}
