/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/clean.h"
#include "doctor/peers.h"
#include "mcp/tools.h"
#include "status/status_json.h"

/* What is taken from "status --json" as it stands. */
static const char *const judged_keys[] = {
	"verdict",     "advice",         "healthy",   "alive",         "simulated",      "state",
	"pps_enabled", "hardware_clock", "shm_valid", "shm_interface", "chrony_sockets", "daemon",
};

/* Whom to ask, how, and in what form it answers. By number: "localhost" may not resolve. */
static const struct daemon {
	const char *name;
	const char *argv[6];
	bool (*parse)(const struct text_line *line, struct peer *peer);
} daemons[] = {
	{"ntpd", {"ntpq", "-pn", "127.0.0.1"}, peers_ntpq},
	{"chronyd", {"chronyc", "-n", "-c", "sources"}, peers_chronyc},
};
enum { DAEMONS = sizeof(daemons) / sizeof(daemons[0]), PEERS_MAX = 100 };

static json_t *number_json(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *whole_json(int value)
{
	return value < 0 ? json_null() : json_integer(value);
}

/* Bytes that are no UTF-8 would make no JSON; none is null. */
static json_t *text_json(const char *text)
{
	char clean[sizeof(struct error)];

	clean_text(clean, sizeof(clean), text);
	return clean[0] ? json_string(clean) : json_null();
}

static json_t *peer_json(const struct peer *peer)
{
	const char tally[] = {peer->tally, '\0'};
	char reach[8];

	snprintf(reach, sizeof(reach), "%lo", peer->reach & 0377);
	return json_pack("{s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:s, s:f, s:o, s:o}", "name",
			 text_json(peer->name), "refid", text_json(peer->refid), "refclock",
			 peer->refclock, "selected", peer->tally == '*' || peer->tally == 'o',
			 "tally", text_json(tally), "stratum", whole_json(peer->stratum), "poll_s",
			 whole_json(peer->poll_s), "reach", reach, "offset_ms", peer->offset_ms,
			 "delay_ms", number_json(peer->delay_ms), "jitter_ms",
			 number_json(peer->jitter_ms));
}

static void parse(const struct daemon *daemon, const struct text *text, json_t *peers)
{
	struct text_line line = {0};
	struct peer peer;

	while (json_array_size(peers) < PEERS_MAX && text_next_line(text, &line)) {
		if (daemon->parse(&line, &peer)) {
			json_array_append_new(peers, peer_json(&peer));
		}
	}
}

/* False with why if it does not answer. */
static bool ask(const struct mcp_world *world, const struct daemon *daemon, json_t *peers,
		struct error *why)
{
	struct doctor_output output = {.how = DOCTOR_NO_TOOL};
	const char *tool = daemon->argv[0];

	text_init(&output.text);
	world->run(world->arg, daemon->argv, &output);
	if (output.how == DOCTOR_ENDED && output.status == 0) {
		parse(daemon, &output.text, peers);
	}
	const bool answered = json_array_size(peers) > 0;

	if (answered) {
		why->text[0] = '\0';
	} else if (output.how == DOCTOR_ENDED) {
		error_set(why, "%s shows no peers of %s: '%.*s'", tool, daemon->name,
			  (int)strcspn(output.text.at, "\n"), output.text.at);
	} else {
		error_set(why, "%s %s", tool,
			  output.how == DOCTOR_HUNG ? "did not end in time" : "is not installed");
	}
	text_free(&output.text);
	return answered;
}

static void add_peers(const struct mcp_world *world, json_t *made)
{
	const char *running = world->time_daemon(world->arg);
	const char *answered = "";
	struct error why = {"neither ntpd nor chronyd is running"};
	json_t *peers = json_array();

	/* Where it cannot be seen which one runs, both are asked. */
	for (int i = 0; running && !answered[0] && i < DAEMONS; i++) {
		if ((running[0] == '\0' || strcmp(running, daemons[i].name) == 0) &&
		    ask(world, &daemons[i], peers, &why)) {
			answered = daemons[i].name;
		}
	}
	json_object_set_new(made, "time_daemon", text_json(answered));
	json_object_set_new(made, "peers", peers);
	json_object_set_new(made, "peers_error", text_json(why.text));
}

json_t *mcp_tool_status(const struct mcp_world *world, const json_t *arguments, struct error *err)
{
	struct status status;
	int64_t real_ns;
	json_t *made = json_object();

	(void)arguments;
	(void)err;
	world->status(world->arg, &status, &real_ns);
	json_t *judged = status_json(&status);

	for (size_t i = 0; i < sizeof(judged_keys) / sizeof(judged_keys[0]); i++) {
		mcp_move(made, judged, judged_keys[i]);
	}
	json_decref(judged);
	json_object_set_new(made, "ntp_units", world->units(world->arg));
	add_peers(world, made);
	return made;
}
