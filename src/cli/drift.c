/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/drift.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "common/clock.h"
#include "status/pps2shm_segment.h"

/* Good enough to end at once; and to be of any use. */
#define ERROR_GOOD_PPM  0.25
#define ERROR_LIMIT_PPM 1.0
/* Beyond it ntpd throws a drift file away. */
#define DRIFT_LIMIT_PPM 500.0
/* No daemon after so long: none will come. */
#define DAEMON_SECONDS   10
#define LOOKS_PER_SECOND 4

struct options {
	const char *segment;
	const char *file;
	int seconds;
	bool write;
	bool json;
};

struct measurement {
	struct drift_pulse pulses[DRIFT_PULSES_MAX];
	int count;
	uint64_t instance; /* the daemon they are from */
	struct drift drift;
	bool fits;
	char why[200]; /* there is no daemon, or what it is waiting for */
};

/* The pulse that the page holds, if it is a new one. A second that was relabelled begins anew. */
static void take_pulse(struct measurement *m, const struct pps2shm_segment_snapshot *snapshot)
{
	struct drift_pulse pulse = {snapshot->page.label_utc_s, snapshot->page.label_raw_ns};

	if (m->count > 0) {
		const struct drift_pulse *last = &m->pulses[m->count - 1];
		double passed = (double)(pulse.raw_ns - last->raw_ns) / 1e9;

		if (m->instance == snapshot->head.instance && pulse.raw_ns == last->raw_ns) {
			return;
		}
		if (m->instance != snapshot->head.instance || pulse.utc_s <= last->utc_s ||
		    fabs(passed - (double)(pulse.utc_s - last->utc_s)) > 0.1) {
			m->count = 0;
		}
	}
	if (m->count == DRIFT_PULSES_MAX) {
		m->count--;
		memmove(m->pulses, m->pulses + 1, (size_t)m->count * sizeof(m->pulses[0]));
	}
	m->instance = snapshot->head.instance;
	m->pulses[m->count++] = pulse;
	m->fits = drift_fit(m->pulses, m->count, &m->drift);
}

/* False: there is no daemon. Opened anew each time: it may come, go or be restarted. */
static bool look(struct measurement *m, const char *name)
{
	struct pps2shm_segment_snapshot snapshot;
	struct pps2shm_segment *segment = pps2shm_segment_open(name, m->why, sizeof(m->why));
	bool there = segment && !pps2shm_segment_read(segment, &snapshot, m->why, sizeof(m->why)) &&
		     !snapshot.page.ended;

	if (there) {
		const char *state = snapshot.head.state_names[snapshot.page.state];

		snprintf(m->why, sizeof(m->why), "the daemon's state is %s", state);
		/* Locked: the fix is there, and these are the pulses that are published. */
		if (strcmp(state, "locked") == 0 && snapshot.page.label_utc_s) {
			take_pulse(m, &snapshot);
		}
	}
	pps2shm_segment_close(segment);
	return there;
}

static void measure(struct measurement *m, const struct options *options)
{
	static const struct timespec nap = {.tv_nsec = NS_PER_S / LOOKS_PER_SECOND};
	double begin = (double)raw_now_ns();
	bool there = false;

	do {
		there = look(m, options->segment) || there;
		if (m->fits && m->drift.error_ppm <= ERROR_GOOD_PPM) {
			return;
		}
		nanosleep(&nap, NULL);
	} while ((double)raw_now_ns() - begin < 1e9 * (double)(there ? options->seconds
							       : options->seconds < DAEMON_SECONDS
								       ? options->seconds
								       : DAEMON_SECONDS));
}

static int judge(const char *command, const struct measurement *m)
{
	const struct drift *d = &m->drift;

	if (m->count < DRIFT_PULSES_MIN) {
		return cli_failed(
			command, "%d pulses seen, %d needed: %s; 'pps2shm status' tells what to do",
			m->count, DRIFT_PULSES_MIN, m->why);
	}
	if (!m->fits) {
		return cli_failed(
			command,
			"the pulses are not regular: more than a quarter of %d do not fit the others",
			m->count);
	}
	if (d->error_ppm > ERROR_LIMIT_PPM) {
		return cli_failed(
			command,
			"the pulses jitter too much (%.1f us): %+.3f ppm is only accurate to %.3f ppm",
			d->jitter_ns / 1e3, d->ppm, d->error_ppm);
	}
	if (fabs(d->ppm) > DRIFT_LIMIT_PPM) {
		return cli_failed(command,
				  "%+.3f ppm is more than a time daemon can correct (%.0f)", d->ppm,
				  DRIFT_LIMIT_PPM);
	}
	return CLI_OK;
}

static void show(const struct options *options, const struct drift *d, const char *file,
		 int written)
{
	if (options->json) {
		json_t *json =
			json_pack("{s:f, s:f, s:f, s:i}", "ppm", d->ppm, "error_ppm", d->error_ppm,
				  "jitter_ns", d->jitter_ns, "pulses", d->pulses);

		if (options->write) {
			json_object_set_new(json, "file", json_string(file));
			json_object_set_new(json, "written", json_boolean(written));
		}
		cli_print_json(json, JSON_REAL_PRECISION(9));
	} else {
		printf("%+.3f ppm +- %.3f: the oscillator is %s by that (%d pulses, jitter %.1f us)\n",
		       d->ppm, d->error_ppm, d->ppm < 0 ? "fast" : "slow", d->pulses,
		       d->jitter_ns / 1e3);
		if (options->write) {
			printf("%s %s\n", file,
			       written ? "written" : "has appeared meanwhile: left alone");
		}
	}
}

int cli_drift(int argc, char **argv)
{
	static struct measurement m;
	struct options options = {.seconds = 60};
	char file[400];
	struct error err;
	int written = 0;
	const struct cli_option rows[] = {
		{"write", 0, NULL, cli_flag, &options.write,
		 .help = "Write NTPsec's drift file if there is none, so that ntpd can steer at once instead of learning for five minutes first."},
		{"file", 0, "FILE", cli_text, &options.file,
		 .help = "The drift file (default: as in /etc/ntpsec/ntp.conf)."},
		{"seconds", 0, "N", cli_int, &options.seconds, 1, 3600,
		 .help = "Give up after this many seconds (default 60)."},
		{"json", 0, NULL, cli_flag, &options.json,
		 .help = "For programs; see pps2shm-drift(1)."},
		CLI_SEGMENT_NAME(options.segment),
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Measures the frequency error of this computer's oscillator against the pulses that the running daemon publishes: the number in a time daemon's drift file. "
			"Needs no privileges.",
		.options = rows,
		.end = "Exit status: 0 measured, or with --write a drift file is there; 1 not, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	drift_file_find(DRIFT_NTP_CONF, file, sizeof(file));
	if (options.file) {
		snprintf(file, sizeof(file), "%s", options.file);
	}
	if (options.write && access(file, F_OK) == 0) {
		printf("%s exists: left alone\n", file);
		return CLI_OK;
	}
	/* Told before the measuring: the start of ntpd may be waiting for the end of it. */
	if (options.write && drift_file_check(file, &err)) {
		return cli_failed(argv[0], "%s", err.text);
	}
	measure(&m, &options);
	rc = judge(argv[0], &m);
	if (rc) {
		return rc;
	}
	if (options.write && (written = drift_file_write(file, m.drift.ppm, &err)) < 0) {
		return cli_failed(argv[0], "%s", err.text);
	}
	show(&options, &m.drift, file, written);
	return CLI_OK;
}
