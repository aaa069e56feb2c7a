/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
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

/* One option with its value: CLI_OK, CLI_USAGE, or -1: not one of these. */
static int take_value(const char *command, struct setup_options *options, const char **board,
		      const char *option, const char *value)
{
	struct setup_wish *wish = &options->wish;
	int i = 0;

	if (strcmp(option, "--gpio") == 0) {
		return take_gpio(command, wish, value);
	} else if (strcmp(option, "--model") == 0) {
		return take_model(command, wish, value);
	} else if (strcmp(option, "--serial") == 0) {
		wish->serial = value;
	} else if (strcmp(option, "--baud") == 0) {
		wish->baud = value;
	} else if (strcmp(option, "--board") == 0) {
		*board = value;
	} else if (strcmp(option, "--root") == 0) {
		options->root = value;
	} else if (strcmp(option, "--print-lines") == 0) {
		options->print_lines = value;
	} else if (strcmp(option, "--edge") == 0) {
		i = word_of(command, option, value, edges);
		wish->falling = i == 1;
	} else if (strcmp(option, "--pull") == 0) {
		i = word_of(command, option, value, pulls);
		wish->pull = (enum boot_pull)i;
	} else if (strcmp(option, "--overlay") == 0) {
		i = word_of(command, option, value, overlays);
		wish->overlay = (enum boot_overlay)i;
	} else if (strcmp(option, "--bluetooth") == 0) {
		i = word_of(command, option, value, bluetooths);
		wish->bluetooth = (enum uart_bluetooth)i;
	} else {
		return -1;
	}
	return i < 0 ? CLI_USAGE : CLI_OK;
}

static bool *flag_of(struct setup_options *options, const char *option)
{
	if (strcmp(option, "--chrony") == 0) {
		return &options->wish.chrony;
	} else if (strcmp(option, "--dry-run") == 0) {
		return &options->dry_run;
	} else if (strcmp(option, "--undo") == 0) {
		return &options->undo;
	} else if (strcmp(option, "--force") == 0) {
		return &options->force;
	} else if (strcmp(option, "--json") == 0) {
		return &options->json;
	} else if (strcmp(option, "--yes") == 0 || strcmp(option, "-y") == 0) {
		return &options->yes;
	}
	return NULL;
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
	const char *board = NULL;

	memset(options, 0, sizeof(*options));
	options->wish.gpio = -1;
	for (int i = 1; i < argc; i++) {
		bool *flag = flag_of(options, argv[i]);
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (flag) {
			*flag = true;
			continue;
		}
		int rc = value ? take_value(argv[0], options, &board, argv[i], value) : -1;

		if (rc < 0) {
			return cli_usage_error(
				argv[0], "'%s' is not understood, or lacks its value", argv[i]);
		}
		if (rc) {
			return rc;
		}
		i++;
	}
	if (options->force && !options->undo) {
		return cli_usage_error(argv[0], "--force goes with --undo");
	}
	return take_board(argv[0], &options->wish, board);
}
