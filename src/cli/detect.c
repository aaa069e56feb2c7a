/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "detect/detect.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "common/clean.h"

struct options {
	int seconds;
	bool json;
};

static void show_progress(const struct detect *detect, const struct options *options, int second)
{
	const struct detect_port *port = detect_receiver(detect);
	const struct detect_line *line = detect_pulse(detect);
	const struct detect_pps *pps = detect_driver(detect);
	bool terminal = isatty(STDERR_FILENO);
	int gpio = line ? line->gpio : pps ? pps->device.gpio : -1;
	char pulse[24] = "none yet";

	if (!terminal && second % 10 != 1) {
		return; /* a line every ten seconds where it cannot be written over */
	}
	if (gpio >= 0) {
		snprintf(pulse, sizeof(pulse), "GPIO %d", gpio);
	} else if (pps) {
		snprintf(pulse, sizeof(pulse), "/dev/%.15s", pps->device.node);
	}
	char text[200];

	snprintf(text, sizeof(text), "listening, %d of %d s; receiver: %s; pulse: %s", second,
		 options->seconds, port ? port->path : "none yet", pulse);
	clean_text(text, sizeof(text), text);
	fprintf(stderr, "%s%s%s", terminal ? "\r" : "", text, terminal ? "\033[K" : "\n");
	fflush(stderr);
}

static void listen_for(struct detect *detect, const struct options *options)
{
	for (int second = 1;
	     second <= options->seconds && detect_hears(detect) && !detect_enough(detect);
	     second++) {
		detect_listen(detect, 1000);
		show_progress(detect, options, second);
	}
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[K");
	}
}

/* Names of ports, lines and programs are others' words. */
static void show_text(const struct detect *detect)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (!memory) {
		abort();
	}
	detect_print(detect, memory);
	fclose(memory);
	clean_print(stdout, text, len);
	free(text);
}

static void show(const struct detect *detect, bool as_json)
{
	if (as_json) {
		cli_print_json(detect_json(detect), JSON_INDENT(2));
	} else {
		show_text(detect);
	}
}

int cli_detect(int argc, char **argv)
{
	static struct detect detect;
	struct options options = {.seconds = 30};
	const struct cli_option rows[] = {
		{"seconds", 0, "N", cli_int, &options.seconds, 1, 600,
		 .help = "How long to listen at most, 1 to 600 (default 30)."},
		{"json", 0, NULL, cli_flag, &options.json,
		 .help = "For programs; see pps2shm-detect(1)."},
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Finds the receiver: listens on all serial ports at all bit rates for NMEA, and watches all free lines of the header for a pulse a second. "
			"Ends as soon as both are found. "
			"Whatever is in use is left alone and reported. "
			"Stop the daemon first if it is using the port. As root it sees more.",
		.options = rows,
		.end = "Exit status: 0 receiver and pulse were found, 1 not both, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	detect_begin(&detect, &detect_system);
	listen_for(&detect, &options);
	detect_end(&detect);
	show(&detect, options.json);
	bool both = detect_receiver(&detect) && (detect_pulse(&detect) || detect_driver(&detect));

	return both ? CLI_OK : CLI_FAILED;
}
