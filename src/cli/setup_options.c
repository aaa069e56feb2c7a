/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/setup.h"
#include "pi/boards.h"
#include "pi/pins.h"

const char setup_help[] =
	"usage: pps2shm setup [OPTION]...\n"
	"\n"
	"Makes everything between a stock Raspberry Pi OS and a working time source: the PPS\n"
	"overlay, the serial port free of the console, NTPsec (or chrony), services. Shows what "
	"it\n"
	"will change and asks before it does. Doing it again changes nothing; --undo takes it "
	"back.\n"
	"\n"
	"  --board NAME        a board whose wiring is known: adafruit, uputronics, waveshare\n"
	"  --gpio N            the pulse comes in on GPIO N (BCM number, default 18)\n"
	"  --edge EDGE         the edge on the second: rising (default) or falling\n"
	"  --pull PULL         the pin's resistor: off, down, up\n"
	"  --serial DEVICE     the receiver's port; default: the one on GPIO 14 and 15\n"
	"  --baud RATE         its bit rate; default: found when the daemon starts\n"
	"  --bluetooth WHAT    where Bluetooth has the better UART: off (default), slow (on the\n"
	"                      other one), keep (the receiver gets the other one)\n"
	"  --overlay NAME      pps-gpio (default), pps-rp1 (Pi 5), pps2shm (our own)\n"
	"  --chrony            configure chrony, not NTPsec\n"
	"  --root DIR          set up the system in DIR, a mounted image; needs --model\n"
	"  --model NAME        the Pi that it is for: pi4, pi5, pi02, ...\n"
	"  --dry-run           only show what would change\n"
	"  --undo              put every file back, byte for byte\n"
	"  --force             with --undo: also files that somebody changed since\n"
	"  --yes               do not ask\n"
	"  --json              for programs; see pps2shm-setup(1)\n"
	"  --print-lines NAME  only print the lines for ntpsec or chrony (units 0 and 1)\n"
	"\n"
	"Exit status: 0 done or nothing to do, 1 it did not work and nothing was changed, 2 wrong "
	"use.\n";

/* Those from OPTION_GPIO on are wishes. */
enum {
	OPTION_HELP = 'h',
	OPTION_YES = 'y',
	OPTION_ROOT = 256,
	OPTION_MODEL,
	OPTION_DRY_RUN,
	OPTION_UNDO,
	OPTION_FORCE,
	OPTION_JSON,
	OPTION_PRINT_LINES,
	OPTION_GPIO,
	OPTION_BOARD,
	OPTION_EDGE,
	OPTION_PULL,
	OPTION_SERIAL,
	OPTION_BAUD,
	OPTION_BLUETOOTH,
	OPTION_OVERLAY,
	OPTION_CHRONY,
};

static const struct option all_options[] = {
	{"help", no_argument, NULL, OPTION_HELP},
	{"yes", no_argument, NULL, OPTION_YES},
	{"root", required_argument, NULL, OPTION_ROOT},
	{"model", required_argument, NULL, OPTION_MODEL},
	{"dry-run", no_argument, NULL, OPTION_DRY_RUN},
	{"undo", no_argument, NULL, OPTION_UNDO},
	{"force", no_argument, NULL, OPTION_FORCE},
	{"json", no_argument, NULL, OPTION_JSON},
	{"print-lines", required_argument, NULL, OPTION_PRINT_LINES},
	{"gpio", required_argument, NULL, OPTION_GPIO},
	{"board", required_argument, NULL, OPTION_BOARD},
	{"edge", required_argument, NULL, OPTION_EDGE},
	{"pull", required_argument, NULL, OPTION_PULL},
	{"serial", required_argument, NULL, OPTION_SERIAL},
	{"baud", required_argument, NULL, OPTION_BAUD},
	{"bluetooth", required_argument, NULL, OPTION_BLUETOOTH},
	{"overlay", required_argument, NULL, OPTION_OVERLAY},
	{"chrony", no_argument, NULL, OPTION_CHRONY},
	{0},
};

static const char *name_of(int option)
{
	const struct option *o = all_options;

	while (o->val != option) {
		o++;
	}
	return o->name;
}

/* NAME=VALUE of an enum, in order; ends with NULL. */
static const char *const edges[] = {"rising", "falling", NULL};
static const char *const pulls[] = {"any", "off", "down", "up", NULL};
static const char *const overlays[] = {"pps-gpio", "pps-rp1", "pps2shm", NULL};
static const char *const bluetooths[] = {"any", "off", "slow", "keep", NULL};

/* The index of a word; -1 after telling what is allowed. */
static int word_of(const char *command, const char *option, const char *value,
		   const char *const *words)
{
	char all[100] = "";

	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], value) == 0) {
			return i;
		}
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "",
			 words[i]);
	}
	cli_usage_error(command, "%s %s: allowed are %s", option, value, all);
	return -1;
}

static int take_gpio(const char *command, struct setup_wish *wish, const char *value)
{
	struct error err;
	char *end;
	long gpio = strtol(value, &end, 10);

	if (value[0] == '\0' || *end) {
		return cli_usage_error(command, "--gpio %s: not a number", value);
	}
	if (pins_check(gpio, &err)) {
		return cli_usage_error(command, "--gpio: %s", err.text);
	}
	wish->gpio = (int)gpio;
	return CLI_OK;
}

static int take_model(const char *command, struct setup_wish *wish, const char *value)
{
	char names[200];

	wish->model = pi_model_named(value);
	if (!wish->model) {
		pi_model_names(names, sizeof(names));
		return cli_usage_error(command, "--model %s: not known; known are %s", value,
				       names);
	}
	return CLI_OK;
}

/* What is wished of the system, which an undo has nothing to do with. CLI_OK or CLI_USAGE. */
static int take_wish(const char *command, struct setup_wish *wish, const char **board, int option,
		     const char *value)
{
	int i = 0;

	switch (option) {
	case OPTION_GPIO:
		return take_gpio(command, wish, value);
	case OPTION_SERIAL:
		wish->serial = value;
		break;
	case OPTION_BAUD:
		wish->baud = value;
		break;
	case OPTION_BOARD:
		*board = value;
		break;
	case OPTION_CHRONY:
		wish->chrony = true;
		break;
	case OPTION_EDGE:
		i = word_of(command, "--edge", value, edges);
		wish->falling = i == 1;
		break;
	case OPTION_PULL:
		i = word_of(command, "--pull", value, pulls);
		wish->pull = (enum boot_pull)i;
		break;
	case OPTION_OVERLAY:
		i = word_of(command, "--overlay", value, overlays);
		wish->overlay = (enum boot_overlay)i;
		break;
	default:
		i = word_of(command, "--bluetooth", value, bluetooths);
		wish->bluetooth = (enum uart_bluetooth)i;
	}
	return i < 0 ? CLI_USAGE : CLI_OK;
}

/* How it is done. CLI_OK or CLI_USAGE. */
static int take_manner(const char *command, struct setup_options *options, int option,
		       const char *value)
{
	switch (option) {
	case OPTION_ROOT:
		options->root = value;
		break;
	case OPTION_MODEL:
		return take_model(command, &options->wish, value);
	case OPTION_DRY_RUN:
		options->dry_run = true;
		break;
	case OPTION_UNDO:
		options->undo = true;
		break;
	case OPTION_FORCE:
		options->force = true;
		break;
	case OPTION_JSON:
		options->json = true;
		break;
	case OPTION_PRINT_LINES:
		options->print_lines = value;
		break;
	case OPTION_YES:
		options->yes = true;
		break;
	default: /* '?' */
		return CLI_USAGE;
	}
	return CLI_OK;
}

/* What the board says goes where the user said nothing. */
static int take_board(const char *command, struct setup_wish *wish, const char *name)
{
	const struct board *board = name ? board_named(name) : NULL;
	char all[100] = "";

	if (name && !board) {
		for (const struct board *b = boards; b->name; b++) {
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
				 b == boards ? "" : ", ", b->name);
		}
		return cli_usage_error(command,
				       "--board %s: not known; known are %s; for others say --gpio",
				       name, all);
	}
	if (board) {
		wish->gpio = wish->gpio < 0 ? board->gpio : wish->gpio;
		wish->baud = wish->baud ? wish->baud : board->baud;
	}
	wish->gpio = wish->gpio < 0 ? 18 : wish->gpio;
	return CLI_OK;
}

int setup_take_options(int argc, char **argv, struct setup_options *options)
{
	const char *board = NULL, *wished = NULL;
	int option;

	memset(options, 0, sizeof(*options));
	options->wish.gpio = -1;
	while ((option = cli_next_option(argc, argv, "hy", all_options)) != -1) {
		bool is_wish = option >= OPTION_GPIO;

		if (option == OPTION_HELP) {
			fputs(setup_help, stdout);
			return -1;
		}
		if (is_wish ? take_wish(argv[0], &options->wish, &board, option, optarg)
			    : take_manner(argv[0], options, option, optarg)) {
			return CLI_USAGE;
		}
		wished = is_wish ? name_of(option) : wished;
	}
	if (cli_no_words(argc, argv)) {
		return CLI_USAGE;
	}
	if (options->force && !options->undo) {
		return cli_usage_error(argv[0], "--force goes with --undo");
	}
	if (options->undo && wished) {
		return cli_usage_error(argv[0], "--undo takes all back: --%s does not go with it",
				       wished);
	}
	return take_board(argv[0], &options->wish, board);
}
