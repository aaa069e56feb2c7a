/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/receiver.h"

static void print_settings(const struct settings *settings)
{
	for (int i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->at[i];

		printf("%-28s %s", setting->name,
		       setting->now[0] ? setting->now : "(it does not tell)");
		if (setting->differs) {
			printf("   (for timing: %s)", setting->wanted);
		}
		putchar('\n');
	}
}

int receiver_show(int argc, char **argv)
{
	static struct session session;
	const struct wish wish = {0};
	const char *said = NULL, *device;
	int seconds = 5;
	bool json = false;
	const struct cli_option rows[] = {
		{"serial", 0, "DEVICE", cli_text, &said,
		 .help = "The receiver's port (default: the configured one)."},
		{"seconds", 0, "N", cli_int, &seconds, 1, 60,
		 .help = "How long to listen to what it sends, 1 to 60 (default 5)."},
		{"json", 0, NULL, cli_flag, &json,
		 .help = "For programs; see pps2shm-receiver(1)."},
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Shows who the receiver is, what it sends and how full its line is, and how it is set. "
			"Finds its bit rate, and only asks: nothing is changed. "
			"Stop the daemon first if it is using the port.",
		.options = rows,
		.end = "Exit status: 0 a receiver was found, 1 none was, 2 usage error.",
	};
	struct config config;
	struct error err;
	uint32_t likely;
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (receiver_place(said, &config, &device, &likely, &err) ||
	    session_begin(&session, device, likely, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	if (session_look(&session, &wish, seconds * 1000, &err)) {
		rc = cli_failed(argv[0], "%s", err.text);
	} else if (json) {
		cli_print_json(receiver_json(&session, device), JSON_INDENT(2));
	} else {
		receiver_print_head(&session, device);
		print_settings(&session.settings);
		if (!session.identity.family) {
			receiver_print_by_hand(&session);
		}
	}
	session_end(&session);
	return rc;
}
