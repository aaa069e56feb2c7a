/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/setup.h"
#include "pi/boards.h"
#include "pi/pins.h"

/* Of enums, in their order. */
static const char *const edges[] = {"rising", "falling", NULL};
static const char *const pulls[] = {"any", "off", "down", "up", NULL};
static const char *const hows[] = {"poll", NULL};
static const char *const overlays[] = {"pps-gpio", "pps-rp1", "pps2shm", NULL};
static const char *const daemons[] = {"ntpsec", "chrony", "chrony-sock", "ntp", NULL};
static const char *const bluetooths[] = {"any", "off", "slow", "keep", NULL};

static int take_gpio(const struct cli_option *option, const char *text, struct error *why)
{
	char *end;
	long gpio = strtol(text, &end, 10);

	if (text[0] == '\0' || *end) {
		return error_set(why, "not a number");
	}
	*(int *)option->at = (int)gpio;
	return pins_check(gpio, why);
}

static int take_board(const struct cli_option *option, const char *text, struct error *why)
{
	const struct board **board = option->at;
	char all[100] = "";

	*board = board_named(text);
	for (const struct board *b = boards; !*board && b->name; b++) {
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
			 b == boards ? "" : ", ", b->name);
	}
	return *board ? 0 : error_set(why, "must be one of %s; for others use --gpio", all);
}

int setup_model(const struct cli_option *option, const char *text, struct error *why)
{
	const struct pi_model **model = option->at;
	char names[200];

	*model = pi_model_named(text);
	pi_model_names(names, sizeof(names));
	return *model ? 0 : error_set(why, "must be one of %s", names);
}

/* So many of the first rows say how the system shall be, with which an undo has nothing to do. */
enum { WISHES = 10 };

int setup_take_options(int argc, char **argv, struct setup_options *options)
{
	struct setup_wish *wish = &options->wish;
	const struct board *board = NULL;
	int falling = 0, how = -1;
	const struct cli_option rows[] = {
		{"board", 0, "NAME", take_board, &board,
		 .help = "A board with known wiring: adafruit, uputronics, waveshare."},
		{"gpio", 0, "N", take_gpio, &wish->gpio,
		 .help = "The GPIO of the pulse (BCM number, default 18)."},
		{"edge", 0, "EDGE", cli_word, &falling, .words = edges,
		 .help = "The edge that marks the second: rising (default) or falling."},
		{"pull", 0, "PULL", cli_word, &wish->pull, .words = pulls,
		 .help = "The pin's resistor: any (default: left as it is), off, down or up."},
		{"pps", 0, "HOW", cli_word, &how, .words = hows,
		 .help = "poll: find the edges by polling the GPIO line, not by the kernel's stamps alone."},
		{"serial", 0, "DEVICE", cli_text, &wish->serial,
		 .help = "The receiver's port (default: the one on GPIO 14 and 15)."},
		{"baud", 0, "RATE", cli_text, &wish->baud,
		 .help = "Its bit rate; detected if omitted."},
		{"bluetooth", 0, "WHAT", cli_word, &wish->bluetooth, .words = bluetooths,
		 .help = "On models where Bluetooth has the better UART: off (default) disables Bluetooth, slow moves it to the other UART, keep gives the receiver the other UART."},
		{"overlay", 0, "NAME", cli_word, &wish->overlay, .words = overlays,
		 .help = "pps-gpio (default), pps-rp1 (Pi 5) or pps2shm (our own)."},
		{"chrony", 0, NULL, cli_flag, &wish->chrony,
		 .help = "Configure chrony instead of NTPsec."},
		{"root", 0, "DIR", cli_text, &options->root,
		 .help = "Set up the system in DIR, a mounted image; needs --model."},
		{"model", 0, "NAME", setup_model, &wish->model,
		 .help = "The Pi that the image is for: pi4, pi5, pi02, ..."},
		{"dry-run", 0, NULL, cli_flag, &options->dry_run,
		 .help = "Only show what would change."},
		{"undo", 0, NULL, cli_flag, &options->undo, .help = "Restore every file exactly."},
		{"force", 0, NULL, cli_flag, &options->force,
		 .help = "With --undo: also restore files that were changed since."},
		{"yes", 'y', NULL, cli_flag, &options->yes, .help = "Do not ask."},
		{"json", 0, NULL, cli_flag, &options->json,
		 .help = "For programs; see pps2shm-setup(1)."},
		{"print-lines", 0, "NAME", cli_word, &options->print_lines, .words = daemons,
		 .help = "Only print the lines for ntpsec, chrony, chrony-sock (by its sockets) or ntp (classic ntpd)."},
		{0},
	};
	struct cli_syntax syntax = {
		.about =
			"Turns a stock Raspberry Pi OS into a working time source: the PPS overlay, the serial port without a console, NTPsec (or chrony), services. "
			"Shows what it will change, and asks before it does. "
			"Running it again changes nothing; --undo restores every file exactly.",
		.options = rows,
		.end = "Exit status: 0 done or nothing to do, 1 it did not work and nothing was changed, 2 usage error.",
	};

	*options = (struct setup_options){.wish.gpio = -1, .print_lines = -1};

	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (options->force && !options->undo) {
		return cli_usage_error(argv[0], "--force needs --undo");
	}
	uint64_t wished = syntax.given & ((1U << WISHES) - 1);

	if (options->undo && wished) {
		return cli_usage_error(argv[0],
				       "--undo undoes everything: it cannot be combined with --%s",
				       rows[__builtin_ctzll(wished)].name);
	}
	/* What the board says goes where the user said nothing. */
	wish->falling = falling;
	wish->poll = how == 0;
	if (wish->gpio < 0) {
		wish->gpio = board ? board->gpio : 18;
	}
	if (!wish->baud && board) {
		wish->baud = board->baud;
	}
	return CLI_OK;
}
