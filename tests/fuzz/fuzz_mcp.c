/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any bytes as what a client of the Model Context Protocol sends. After a line with "%%" come those
 * of the time daemon's tool, as an answer to get_ntp_status.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mcp/lines.h"
#include "mcp/mcp.h"

static const char *tool_said;
static size_t tool_said_len;

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void see_status(void *arg, struct status *status, int64_t *real_ns)
{
	(void)arg;
	status_judge_none(status, "no daemon is running", 1);
	*real_ns = 1795159178000000000;
}

static bool trusts(void *arg, uint32_t owner)
{
	(void)arg;
	return owner == 0;
}

static int see_samples(void *arg, struct pps2shm_segment_sample *samples, int most,
		       struct error *err)
{
	(void)arg;
	(void)err;
	must(most >= 1 && most <= PPS2SHM_SEGMENT_SAMPLES);
	samples[0] = (struct pps2shm_segment_sample){.flags = PPS2SHM_SEGMENT_HAS_PPS};
	return 1;
}

static bool see_clock(void *arg, int64_t *maxerr_us)
{
	(void)arg;
	*maxerr_us = 5;
	return true;
}

static json_t *see_units(void *arg)
{
	(void)arg;
	return json_array();
}

static const char *see_time_daemon(void *arg)
{
	(void)arg;
	return "";
}

static void run(void *arg, const char *const *argv, struct doctor_output *output)
{
	(void)arg;
	(void)argv;
	text_add(&output->text, tool_said, tool_said_len);
	output->how = DOCTOR_ENDED;
	output->status = 0;
}

static json_t *diagnosis(void *arg, struct error *err)
{
	(void)arg;
	error_set(err, "not here");
	return NULL;
}

static const struct mcp_world world = {
	.status = see_status,
	.trusts = trusts,
	.samples = see_samples,
	.clock = see_clock,
	.units = see_units,
	.time_daemon = see_time_daemon,
	.run = run,
	.diagnosis = diagnosis,
};

/* One line of JSON: a response with a result or an error. */
static void check_reply(const json_t *reply)
{
	char *text = json_dumps(reply, JSON_COMPACT);

	must(text != NULL && strchr(text, '\n') == NULL);
	must(strcmp(json_string_value(json_object_get(reply, "jsonrpc")), "2.0") == 0);
	must(json_object_get(reply, "id") != NULL);
	must((json_object_get(reply, "result") == NULL) !=
	     (json_object_get(reply, "error") == NULL));
	free(text);
}

static void carry_out(struct mcp_step *step)
{
	if (step->what == MCP_REPLY) {
		check_reply(step->reply);
	} else if (step->what == MCP_CALL) {
		json_t *reply = mcp_call(step, &world);

		check_reply(reply);
		json_decref(reply);
	}
	mcp_step_free(step);
}

static void take_lines(struct mcp *mcp, struct mcp_lines *lines, bool ended)
{
	struct mcp_step step;
	enum mcp_line got;
	const char *line;
	size_t len;

	while ((got = mcp_lines_next(lines, ended, &line, &len)) != MCP_LINE_NONE) {
		if (got == MCP_LINE) {
			mcp_take(mcp, line, len, &step);
		} else {
			mcp_take_too_long(&step);
		}
		carry_out(&step);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mcp_lines lines;
	struct mcp mcp = {.version = "1"};
	const uint8_t *said = memmem(data, size, "\n%%\n", 4);
	size_t sent = said ? (size_t)(said - data) : size;

	tool_said = said ? (const char *)said + 4 : "";
	tool_said_len = said ? size - sent - 4 : 0;
	lines.begin = lines.looked = lines.end = 0;
	lines.skipping = false;
	while (sent > 0) {
		size_t room;
		char *space = mcp_lines_space(&lines, &room);
		size_t n = sent < room ? sent : room;

		memcpy(space, data, n);
		mcp_lines_added(&lines, n);
		data += n;
		sent -= n;
		take_lines(&mcp, &lines, false);
	}
	take_lines(&mcp, &lines, true);
	return 0;
}
