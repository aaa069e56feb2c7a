/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * One function a subcommand; argv[0] is the subcommand's name. They return the exit code:
 * 0 it worked, 1 it did not (a line on standard error says why), 2 usage error.
 */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* Help was asked for and given (cli/options.h); for main() the same as CLI_OK. */
enum { CLI_HELPED = -1 };

/* Of doctor, where 1 and 2 are verdicts. */
enum { CLI_DOCTOR_UNABLE = 3 };

/* "pps2shm NAME: …" on standard error; returns CLI_USAGE with a hint at --help. */
int cli_usage_error(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same without the hint; returns CLI_FAILED. */
int cli_failed(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Flushes standard output. -1 if something of it was lost, now or before (full, closed): whatever
 * goes on for long ends then; errno says why. main() does it at the end of every command and tells.
 */
int cli_flush(void);

/* And a newline; flags of jansson; takes the reference. */
void cli_print_json(json_t *json, size_t flags);

/*
 * After this, SIGINT, SIGTERM and SIGHUP end nothing by themselves; but output that waits for its
 * reader fails.
 */
void cli_catch_end(void);
/* True if one of them came. */
bool cli_sleep(int64_t ns);

/* Is --help or -h among the arguments? */
bool cli_wants_help(int argc, char **argv);

int cli_run(int argc, char **argv);
int cli_calibrate(int argc, char **argv);
int cli_setup(int argc, char **argv);
int cli_status(int argc, char **argv);
int cli_record(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_shm(int argc, char **argv);
int cli_bridge(int argc, char **argv);
int cli_detect(int argc, char **argv);
int cli_receiver(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_drift(int argc, char **argv);
int cli_ptp(int argc, char **argv);
int cli_mcp(int argc, char **argv);
