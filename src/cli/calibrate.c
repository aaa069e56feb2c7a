/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/calibrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/calibration.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "common/clean.h"
#include "common/clock.h"
#include "config/config.h"
#include "pi/basis.h"
#include "sources/poll_line.h"

/* Around each expected edge; more than wake-ups are late and stamps are. */
#define HALF_WINDOW_NS NS_PER_MS
/* Firmware and kernel run the processors faster in the first minute. */
#define UPTIME_LEAST_NS (60 * NS_PER_S)
/* No pulse for so long, and there is none. */
#define PULSE_WAIT_MS 3000

struct options {
	int gpio, seconds;
	const char *config, *segment;
	bool every, mem, json, apply;
};

static struct calibration calibration;

/* When an answer would mean nothing. */
static int check_time(const struct options *options, struct error *err)
{
	int64_t up_ns = clock_ns(CLOCK_BOOTTIME);

	if (up_ns < UPTIME_LEAST_NS) {
		return error_set(
			err,
			"this machine has been up for %d s: wait a minute, as until then it runs faster than later",
			(int)(up_ns / NS_PER_S));
	}
	if (calibrate_is_polled(options->segment)) {
		return error_set(
			err,
			"the running daemon polls every pulse, which makes all stamps earlier than they are otherwise: its status shows how late they are; to measure the offset, stop it first");
	}
	return 0;
}

static void show_progress(const struct options *options, int second)
{
	bool terminal = isatty(STDERR_FILENO);
	struct calibration_result so_far;

	if (!terminal && second % 10 != 1) {
		return; /* a line every ten seconds where it cannot be written over */
	}
	calibration_result(&calibration, &so_far);
	fprintf(stderr, "%s%d of %d s: %d %s, late by %.2f us so far, spread %.2f us%s",
		terminal ? "\r" : "", second, options->seconds, so_far.count,
		options->every ? "pulses" : "triples", (double)so_far.bias_ns / 1e3,
		(double)so_far.spread_ns / 1e3, terminal ? "\033[K" : "\n");
	fflush(stderr);
}

/* Polls every other pulse, or each; -1 with err if there are none. */
static int measure(struct pulse_source *source, const struct poll_line *line,
		   const struct options *options, struct error *err)
{
	const int64_t begin_ns = raw_now_ns();
	struct calibration_pulse taken = {0};
	int64_t last_ns = 0; /* the last stamp */
	int told = 0;

	while (raw_now_ns() - begin_ns < options->seconds * NS_PER_S &&
	       !calibration_hopeless(&calibration)) {
		taken.polled = last_ns && (options->every || !taken.polled);
		if (taken.polled) {
			taken.edge = poll_line_watch(line, last_ns + NS_PER_S, HALF_WINDOW_NS);
		}
		int got = source->ops->wait(source, PULSE_WAIT_MS, err);

		if (got > 0) {
			got = source->ops->read(source, &taken.pulse, err);
		} else if (got == 0) {
			got = error_set(err,
					"%s: no pulse in %d s: 'pps2shm doctor' tells what to do",
					source->name, PULSE_WAIT_MS / 1000);
		}
		if (got < 0 || cli_sleep(0)) {
			return got < 0 ? -1 : error_set(err, "ended by a signal");
		}
		/* Where it could not be placed, the clock was set: begin anew. */
		last_ns = taken.pulse.refusal == PULSE_GOOD ? taken.pulse.real_ns : 0;
		calibration_take(&calibration, &taken);
		int second = (int)((raw_now_ns() - begin_ns) / NS_PER_S);

		if (second > told) {
			told = second;
			show_progress(options, second);
		}
	}
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[K");
	}
	return 0;
}

static void show_json(const struct options *options, const struct calibration_result *r,
		      const struct poll_line *line, const char *device, const struct basis *basis,
		      const struct error *now)
{
	json_t *rejects = json_object();

	for (int i = 0; i < CALIBRATION_REJECTS; i++) {
		json_object_set_new(rejects, calibration_reject_name((enum calibration_reject)i),
				    json_integer(r->rejects[i]));
	}
	json_t *json = json_pack(
		"{s:I, s:I, s:I, s:I, s:i, s:b, s:o, s:s, s:i, s:{s:s, s:s, s:s, s:s, s:s}}",
		"bias_ns", (json_int_t)r->bias_ns, "uncertainty_ns", (json_int_t)r->uncertainty_ns,
		"spread_ns", (json_int_t)r->spread_ns, "bracket_ns", (json_int_t)r->bracket_ns,
		"count", r->count, "every_pulse", options->every, "rejected", rejects, "device",
		device, "gpio", line->gpio, "measured_on", "date", basis->date, "kernel",
		basis->kernel, "governor", basis->governor, "aspm", basis->aspm, "model",
		basis->model);

	if (options->apply) {
		json_object_set_new(json, "applied", json_string(now->text));
	}
	cli_print_json(json, JSON_INDENT(2));
}

static void show_text(const struct options *options, const struct calibration_result *r,
		      const struct poll_line *line, const char *device, const struct basis *basis,
		      const struct error *now)
{
	const char *comma = "; rejected: ";

	printf("%s on GPIO %d: stamps are %.2f us %s, give or take %.2f us\n", device, line->gpio,
	       (double)llabs(r->bias_ns) / 1e3, r->bias_ns < 0 ? "early" : "late",
	       (double)r->uncertainty_ns / 1e3);
	printf("%d %s, spread %.2f us, brackets %.2f us wide", r->count,
	       options->every ? "polled pulses" : "triples", (double)r->spread_ns / 1e3,
	       (double)r->bracket_ns / 1e3);
	for (int i = 0; i < CALIBRATION_REJECTS; i++) {
		if (r->rejects[i]) {
			printf("%s%d %s", comma, r->rejects[i],
			       calibration_reject_name((enum calibration_reject)i));
			comma = ", ";
		}
	}
	printf("\n%s, kernel %s, governor %s, ASPM %s\n", basis->model, basis->kernel,
	       basis->governor, basis->aspm);
	if (options->every) {
		printf("Polled pulses are stamped earlier than ordinary ones: this is no offset to set.\n");
	} else if (options->apply) {
		printf(CONFIG_PATH ": offset = %" PRId64 "; %s\n", r->bias_ns, now->text);
	} else {
		printf("In section [pps] of " CONFIG_PATH ": offset = %" PRId64
		       "; --apply writes it\n",
		       r->bias_ns);
	}
}

static int conclude(const char *command, const struct root *root, const struct options *options,
		    const struct poll_line *line, const char *device)
{
	struct calibration_result result;
	struct error err, now = {.text = ""};
	struct basis basis;

	calibration_result(&calibration, &result);
	if (calibration_judge(&calibration, &result, line->gpio, &err) ||
	    (options->apply &&
	     calibrate_apply(root, result.bias_ns, options->segment, &now, &err))) {
		return cli_failed(command, "%s", err.text);
	}
	basis_read(root, &basis);
	(options->json ? show_json : show_text)(options, &result, line, device, &basis, &now);
	return CLI_OK;
}

/* The device that the daemon is configured for. */
static int read_config(const struct options *options, struct config *config, struct error *err)
{
	config_default(config);
	if (!options->config && access(CONFIG_PATH, F_OK) != 0) {
		return 0;
	}
	return config_read(config, options->config ? options->config : CONFIG_PATH, err);
}

static int work(const char *command, const struct root *root, const struct options *options)
{
	struct poll_line_options where = {.gpio = options->gpio, .mem = options->mem};
	struct pulse_source *source;
	struct poll_line line;
	struct config config;
	struct error err;

	if ((options->apply && calibrate_may_apply(root, &err)) ||
	    read_config(options, &config, &err) || check_time(options, &err)) {
		return cli_failed(command, "%s", err.text);
	}
	struct pps_options pps = {.device = config.pps_device,
				  .gpio = config.pps_gpio,
				  .clear = config.core.clear_edge};

	where.pps = &pps;
	if (poll_line_open(&line, &where, &err) || !(source = pps_open(&pps, &err))) {
		return cli_failed(command, "%s", err.text);
	}
	poll_line_prepare_thread();
	cli_catch_end();
	calibration.every = options->every;
	int rc = measure(source, &line, options, &err)
			 ? cli_failed(command, "%s", err.text)
			 : conclude(command, root, options, &line, source->name);

	source->ops->close(source);
	poll_line_close(&line);
	return rc;
}

int cli_calibrate(int argc, char **argv)
{
	struct options options = {.gpio = -1, .seconds = 120};
	const struct cli_option rows[] = {
		{"gpio", 0, "N", cli_int, &options.gpio, 0, 57,
		 .help = "BCM number of the line, where it is not the one that the device tree says."},
		{"seconds", 0, "N", cli_int, &options.seconds, 10, 7200,
		 .help = "How long to measure, 10 to 7200 (default 120): a value every two seconds, of which 30 are needed."},
		{"every-pulse", 0, NULL, cli_flag, &options.every,
		 .help = "Poll every pulse and compare each with its own stamp. That shows how much polling itself changes; it is no offset."},
		{"mem", 0, NULL, cli_flag, &options.mem,
		 .help = "Map the registers through /dev/mem, for kernels without /dev/gpiomem. As root."},
		{"apply", 0, NULL, cli_flag, &options.apply,
		 .help = "Write pps.offset, and what it was measured on, into " CONFIG_PATH
			 ", and have the running daemon take it over. As root."},
		{"json", 0, NULL, cli_flag, &options.json,
		 .help = "For programs; see pps2shm-calibrate(1)."},
		{"config", 0, "FILE", cli_text, &options.config,
		 .help = "Whose device and edge to measure (default " CONFIG_PATH ")."},
		CLI_SEGMENT_NAME(options.segment),
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Measures how late the kernel stamps the pulses on this Raspberry Pi: reads the level of the GPIO line from the processor's registers around every other pulse. "
			"The daemon may be running. "
			"Needs read access to /dev/gpiomem or, on a Pi 5, /dev/gpiomem0, and to the PPS device.",
		.options = rows,
		.end = "Exit status: 0 measured; 1 not, or the answer would mean nothing; 2 usage error.",
	};
	struct root root;
	struct error err;
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	if (options.apply && (options.every || options.config)) {
		return cli_usage_error(argv[0],
				       "--apply goes with neither --every-pulse nor --config");
	}
	if (root_open(&root, NULL, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	rc = work(argv[0], &root, &options);
	root_close(&root);
	return rc;
}
