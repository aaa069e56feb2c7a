/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static struct {
	const char *name;
	char *full;
	int (*run)(int argc, char **argv);
	const char *summary;
} subcommands[] = {
	{"show", (char[]){"receiver show"}, receiver_show,
	 "show who it is, what it sends, and how it is set"},
	{"setup", (char[]){"receiver setup"}, receiver_setup, "set it up for timing, or undo that"},
	{NULL, NULL, NULL, NULL},
};

static void print_help(void)
{
	printf("usage: pps2shm receiver COMMAND [OPTION]...\n\n");
	for (int i = 0; subcommands[i].name; i++) {
		printf("  %-7s %s\n", subcommands[i].name, subcommands[i].summary);
	}
	printf("\nSee 'pps2shm help receiver COMMAND' and pps2shm-receiver(1).\n");
}

int cli_receiver(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help();
		return argc < 2 ? CLI_USAGE : CLI_OK;
	}
	for (int i = 0; subcommands[i].name; i++) {
		if (strcmp(argv[1], subcommands[i].name) == 0) {
			argv[1] = subcommands[i].full;
			return subcommands[i].run(argc - 1, argv + 1);
		}
	}
	return cli_usage_error("receiver", "unknown command '%s'", argv[1]);
}

bool receiver_is_configured(const char *device, const struct config *config)
{
	char *a = realpath(device, NULL), *b = realpath(config->serial_device, NULL);
	bool same = strcmp(a ? a : device, b ? b : config->serial_device) == 0;

	free(a);
	free(b);
	return same;
}

int receiver_place(const char *said, struct config *config, const char **device, uint32_t *likely,
		   struct error *err)
{
	config_default(config);
	if (access(CONFIG_PATH, F_OK) == 0 && config_read(config, CONFIG_PATH, err)) {
		return -1;
	}
	*device = said ? said : config->serial_device;
	*likely = receiver_is_configured(*device, config) ? (uint32_t)config->serial_baud : 0;
	if ((*device)[0] != '/') {
		return error_set(err,
				 "no serial port is configured: name the receiver's with --serial");
	}
	return 0;
}

static void print_traffic(const struct traffic *traffic)
{
	int percent = traffic_percent(traffic);
	double seconds = (double)traffic->ns / 1e9;

	printf("line       ");
	if (traffic->bps) {
		printf("%u bit/s, %d %% full: ", traffic->bps, percent);
	}
	printf("%u bytes a second\n", traffic_rate(traffic));
	printf("sends     ");
	for (int i = 0; i < traffic->count; i++) {
		printf("%s %s %.1f", i ? "," : "", traffic->kinds[i].name,
		       traffic->kinds[i].count / seconds);
	}
	printf(traffic->count ? " a second\n" : " nothing\n");
}

void receiver_print_head(const struct session *session, const char *device)
{
	const struct identity *identity = &session->identity;
	char name[80];

	session_name(session, name, sizeof(name));
	printf("receiver   %s", session->identified ? name : "unknown");
	if (identity->firmware[0]) {
		printf(", firmware %s", identity->firmware);
	}
	if (identity->protocol[0]) {
		printf(", protocol %s", identity->protocol);
	}
	printf(", on %s\n", device);
	print_traffic(&session->traffic);
	if (session->talk.unanswered) {
		printf("# note: it did not answer %d questions for settings, which are left out\n",
		       session->talk.unanswered);
	}
}

void receiver_print_by_hand(const struct session *session)
{
	printf("# %s cannot be set up from here. By hand, with its maker's program: %d bit/s or the most it has; RMC, GGA and GSA with each fix, GSV every %d, nothing else; one fix a second; the pulse only with a fix and on the second of UTC.\n",
	       session->identified ? session->identity.maker
				   : "This receiver answers to no family that is known, so it",
	       WISH_BPS, GSV_FIXES);
}

static json_t *traffic_json(const struct traffic *traffic)
{
	json_t *heard = json_array();

	for (int i = 0; i < traffic->count; i++) {
		json_array_append_new(heard,
				      json_pack("{s:s, s:i, s:i}", "name", traffic->kinds[i].name,
						"count", (int)traffic->kinds[i].count, "bytes",
						(int)traffic->kinds[i].bytes));
	}
	json_t *json = json_pack("{s:i, s:i, s:f, s:o}", "bps", (int)traffic->bps,
				 "bytes_per_second", (int)traffic_rate(traffic), "seconds",
				 (double)traffic->ns / 1e9, "heard", heard);

	if (traffic_percent(traffic) >= 0) {
		json_object_set_new(json, "percent", json_integer(traffic_percent(traffic)));
	}
	return json;
}

static json_t *text_json(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

json_t *receiver_json(const struct session *session, const char *device)
{
	const struct identity *identity = &session->identity;
	json_t *settings = json_array();

	for (int i = 0; i < session->settings.count; i++) {
		const struct setting *setting = &session->settings.at[i];

		json_array_append_new(settings,
				      json_pack("{s:s, s:s, s:o, s:s, s:b}", "key", setting->key,
						"name", setting->name, "now",
						text_json(setting->now), "wanted", setting->wanted,
						"differs", setting->differs));
	}
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "device", device, "maker",
			 text_json(identity->maker), "model", text_json(identity->model),
			 "firmware", text_json(identity->firmware), "protocol",
			 text_json(identity->protocol), "family",
			 text_json(identity->family ? identity->family->name : ""), "line",
			 traffic_json(&session->traffic), "settings", settings, "unanswered",
			 session->talk.unanswered);
}
