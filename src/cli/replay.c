/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/replay_settings.h"

struct options {
	const char *file;
	bool events;
	bool summary;
	bool pivot;
	int64_t pivot_s;
};

static int take_pivot(const struct cli_option *option, const char *date, struct error *why)
{
	struct options *options = option->at;

	options->pivot = capture_date(date, strlen(date), &options->pivot_s);
	return options->pivot ? 0
			      : error_set(why, "must be a date like 2026-11-01, from 1980 to 2115");
}

static void print_sample(void *arg, const struct core_sample *sample)
{
	char text[256];
	int n = core_sample_json(sample, text, sizeof(text) - 1);

	text[n] = '\n';
	fwrite(text, 1, (size_t)n + 1, arg);
}

static void print_notice(void *arg, const struct core_notice *notice)
{
	char text[256];
	int n = core_notice_json(notice, text, sizeof(text) - 1);

	text[n] = '\n';
	fwrite(text, 1, (size_t)n + 1, arg);
}

static void print_summary(const struct core_status *s, const struct replay_settings *settings)
{
	printf("{\"event\":\"summary\",\"state\":\"%s\",\"pulses\":%" PRIu64 ",\"missed\":%" PRIu64
	       ",\"bytes\":%" PRIu64 ",\"sentences\":%" PRIu64 ",\"fixes\":%" PRIu64,
	       core_state_name(s->state), s->pulses, s->missed, s->bytes, s->sentences, s->fixes);
	printf(",\"samples\":{\"coarse\":%" PRIu64 ",\"pps\":%" PRIu64 "},\"rejects\":{",
	       s->samples[CORE_COARSE], s->samples[CORE_PPS]);
	for (int i = 0; i < CORE_CAUSES; i++) {
		printf("%s\"%s\":%" PRIu64, i ? "," : "", core_cause_name((enum core_cause)i),
		       s->rejects[i]);
	}
	printf("},\"lag_learned\":%s,\"lag_ns\":%" PRId64 ",\"lag_jitter_ns\":%" PRId64
	       ",\"jitter_ns\":%" PRId64 ",\"period_error_ppb\":%" PRId64 ",",
	       s->lag_learned ? "true" : "false", s->lag_ns, s->lag_jitter_ns, s->jitter_ns,
	       s->period_error_ppb);
	replay_settings_print(settings);
	puts("}");
}

/*
 * All lines of the capture through the core; -1 with err at the first bad one. An offset that the
 * user has said is not changed by the capture.
 */
static int play(struct core *core, const struct replay_settings *settings, struct lines *lines,
		struct error *err)
{
	bool own_offset = settings->from[CAPTURE_PPS_OFFSET] == SETTING_OPTION;
	static struct capture_reader reader;
	const char *line;
	size_t len;
	int rc;

	capture_reader_init(&reader);
	while ((rc = lines_next(lines, &line, &len, err)) > 0) {
		struct event event;
		int kind = capture_parse(&reader, line, len, &event, err);

		if (kind < 0) {
			return -1;
		}
		if (kind > 0 && !(own_offset && event.type == EVENT_OFFSET)) {
			core_event(core, &event);
		}
	}
	if (rc == 0 && reader.line == 0) {
		return error_set(err, "line 1: the file is empty: not a capture");
	}
	return rc;
}

static int play_with(const struct options *options, const struct replay_settings *settings,
		     struct lines *lines, struct error *err)
{
	const struct core_output output = {
		.arg = stdout,
		.sample = print_sample,
		.notice = options->events ? print_notice : NULL,
	};
	struct core *core = malloc(core_size());

	if (!core) {
		return error_set(err, "out of memory");
	}
	core_init(core, &settings->head.config, &output);
	int rc = play(core, settings, lines, err);

	if (rc == 0 && options->summary) {
		print_summary(core_status(core), settings);
	}
	free(core);
	return rc;
}

static int replay(const struct options *options, const struct config *config)
{
	static struct replay_settings settings;
	struct lines lines;
	struct error err;

	if (lines_open(&lines, options->file, CAPTURE_LINE_MAX, &err)) {
		return cli_failed("replay", "%s", err.text);
	}
	int rc = replay_settings_find(&settings, &lines, config,
				      options->pivot ? &options->pivot_s : NULL, &err);

	if (rc == 0) {
		rc = play_with(options, &settings, &lines, &err);
	}
	lines_close(&lines);
	return rc ? cli_failed("replay", "%s: %s", options->file, err.text) : CLI_OK;
}

int cli_replay(int argc, char **argv)
{
	static char buffer[1 << 16];
	struct options options = {0};
	struct config config;
	struct error err;

	const struct cli_option rows[] = {
		{NULL, 0, "FILE", cli_text, &options.file, .needed = true,
		 .help = "A capture (pps2shm record); - is standard input."},
		{"events", 0, NULL, cli_flag, &options.events,
		 .help = "Also print state changes, rejections and other events."},
		{"summary", 0, NULL, cli_flag, &options.summary,
		 .help = "At the end, print one object with all counters and the settings used."},
		{"pivot", 0, "DATE", take_pivot, &options,
		 .help = "Treat dates before this day (such as 2026-11-01) as rolled over."},
		{0}};
	struct cli_syntax syntax = {
		.about =
			"Plays a capture through the time logic, as fast as it can, and prints what the daemon would have published, one line of JSON per sample. "
			"Touches no clock, segment or device.\n\n"
			"The settings are those of the recorded daemon, as stored in the capture. "
			"Options of 'pps2shm run' that concern the time logic, such as --agree, override them. "
			"The system's configuration file is read only if --config names it.",
		.options = rows,
	};

	if (config_load(&config, &argc, argv, NULL, &err)) {
		return cli_usage_error(argv[0], "%s", err.text);
	}
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	return replay(&options, &config);
}
