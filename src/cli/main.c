/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "common/clean.h"
#include "common/descriptors.h"
#include "core/capture.h"
#include "ntpshm/ntpshm.h"
#include "ptp/pps2shm_ptp.h"
#include "status/pps2shm_segment.h"
#include "version.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
	{"run", cli_run, "turn pulses and sentences into time: the daemon, in the foreground"},
	{"setup", cli_setup,
	 "set up a Raspberry Pi, or an image for one: boot files, NTP, services"},
	{"status", cli_status, "show what the running daemon knows, and what is missing"},
	{"detect", cli_detect, "find the receiver: its port, bit rate, GPIO and edge"},
	{"receiver", cli_receiver, "show how the receiver is set, and set it up for timing"},
	{"doctor", cli_doctor, "check the whole chain and say how to fix it"},
	{"calibrate", cli_calibrate,
	 "measure how late the kernel stamps the pulses; set the offset"},
	{"drift", cli_drift, "measure the oscillator's frequency error; write NTPsec's drift file"},
	{"record", cli_record, "record what the daemon receives"},
	{"replay", cli_replay, "play a recording through the time logic"},
	{"demo", cli_demo, "show the whole chain without hardware, with the real NTPsec"},
	{"shm", cli_shm, "list, make, read and write NTP shared memory units"},
	{"bridge", cli_bridge, "feed sentences without pulses to one unit"},
	{"ptp", cli_ptp, "list the PTP clocks of the network, judged by GPS"},
	{"mcp", cli_mcp, "tell assistants the time and its state: a Model Context Protocol server"},
	{"help", NULL, "explain a command, as its --help does"},
	{NULL, NULL, NULL},
};

static bool complained;
static int output_error; /* errno of the first output that was lost */

__attribute__((format(printf, 2, 0))) static void complain(const char *command, const char *format,
							   va_list args)
{
	char line[2048];

	complained = true;
	/* It may name files and words of others. */
	vsnprintf(line, sizeof(line), format, args);
	clean_text(line, sizeof(line), line);
	fprintf(stderr, "pps2shm%s%s: %s\n", command[0] ? " " : "", command, line);
}

int cli_usage_error(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(command, format, args);
	va_end(args);
	fprintf(stderr, "Try 'pps2shm %s --help'.\n", command);
	return CLI_USAGE;
}

int cli_failed(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(command, format, args);
	va_end(args);
	return CLI_FAILED;
}

bool cli_wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			return true;
		}
	}
	return false;
}

int cli_flush(void)
{
	errno = 0;
	if (output_error == 0 && (fflush(stdout) || ferror(stdout))) {
		output_error = errno ? errno : EIO;
	}
	errno = output_error;
	return output_error ? -1 : 0;
}

void cli_print_json(json_t *json, size_t flags)
{
	json_dumpf(json, stdout, flags);
	putchar('\n');
	cli_flush();
	json_decref(json);
}

/* The end of every command: what it said must have arrived. One line tells what went wrong. */
static int finish(const struct command *command, int status)
{
	if (cli_flush() == 0) {
		return status == CLI_HELPED ? CLI_OK : status;
	}
	if (!complained) {
		cli_failed(command ? command->name : "", "standard output: %s",
			   strerror(output_error));
	}
	return command && command->run == cli_doctor ? CLI_DOCTOR_UNABLE : CLI_FAILED;
}

static void print_help(void)
{
	printf("usage: pps2shm COMMAND [OPTION]...\n\n");
	for (const struct command *c = commands; c->name; c++) {
		printf("  %-9s %s\n", c->name, c->summary);
	}
	printf("\nSee 'pps2shm help COMMAND' and pps2shm(1).\n");
}

static void print_version(void)
{
	printf("pps2shm %s\n", PPS2SHM_VERSION);
	printf("libgpiod generation %d\n", PPS2SHM_GPIOD_GENERATION);
	printf("capture format %d\n", CAPTURE_VERSION);
	printf("status segment layout %d\n", PPS2SHM_SEGMENT_VERSION);
	printf("ptp segment layout %d\n", PPS2SHM_PTP_VERSION);
	printf("ntp shm layout %zu bytes\n", sizeof(struct ntpshm_time));
}

int main(int argc, char **argv)
{
	static char help_option[] = "--help";

	descriptors_ensure();
	/* "help shm list" is "shm list --help". */
	if (argc > 2 && strcmp(argv[1], "help") == 0) {
		memmove(argv + 1, argv + 2, (size_t)(argc - 2) * sizeof(*argv));
		argv[argc - 1] = help_option;
	}
	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0) {
		print_help();
		return finish(NULL, argc < 2 ? CLI_USAGE : CLI_OK);
	}
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0) {
		print_version();
		return finish(NULL, CLI_OK);
	}
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(argv[1], c->name) == 0) {
			return finish(c, c->run(argc - 1, argv + 1));
		}
	}
	cli_failed("", "unknown command '%s'; 'pps2shm --help' lists them", argv[1]);
	return CLI_USAGE;
}
