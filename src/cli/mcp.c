/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/mcp.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "mcp/lines.h"
#include "version.h"

struct server {
	struct mcp mcp;
	struct mcp_world world;
	struct calls calls;
	bool ended; /* no more input will come */
};

static void send_line(const char *line)
{
	fputs(line, stdout);
	cli_flush();
}

static void send_reply(json_t *reply)
{
	char *line = mcp_line(reply);

	send_line(line);
	free(line);
}

static void carry_out(struct server *server, struct mcp_step *step)
{
	if (step->what == MCP_REPLY) {
		send_reply(json_incref(step->reply));
	} else if (step->what == MCP_CANCEL) {
		calls_cancel(&server->calls, step->id);
	} else if (step->what == MCP_CALL && !calls_start(&server->calls, step, &server->world)) {
		send_reply(mcp_failed(step->id));
	}
	mcp_step_free(step);
}

/* While as many calls run as may, further messages wait, and then their sender does. */
static void take_lines(struct server *server, struct mcp_lines *lines)
{
	enum mcp_line got;
	struct mcp_step step;
	const char *line;
	size_t len;

	while (!calls_full(&server->calls) &&
	       (got = mcp_lines_next(lines, server->ended, &line, &len)) != MCP_LINE_NONE) {
		if (got == MCP_LINE) {
			mcp_take(&server->mcp, line, len, &step);
		} else {
			mcp_take_too_long(&step);
		}
		carry_out(server, &step);
	}
}

static int read_input(struct server *server, struct mcp_lines *lines)
{
	size_t size;
	char *space = mcp_lines_space(lines, &size);
	ssize_t n = read(STDIN_FILENO, space, size);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		return cli_failed("mcp", "standard input: %s", strerror(errno));
	}
	mcp_lines_added(lines, n > 0 ? (size_t)n : 0);
	server->ended = n == 0;
	return CLI_OK;
}

static int serve(struct server *server, struct mcp_lines *lines)
{
	struct pollfd polls[2 + CALLS_MAX];

	for (;;) {
		take_lines(server, lines);
		if (cli_flush() || (server->ended && calls_none(&server->calls))) {
			return CLI_OK; /* main() tells of output that was lost */
		}
		polls[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
		polls[1] = (struct pollfd){.fd = STDOUT_FILENO}; /* has its reader gone? */
		calls_wait_for(&server->calls, polls + 2);
		if (server->ended || calls_full(&server->calls)) {
			polls[0].fd = -1;
		}
		if (poll(polls, 2 + CALLS_MAX, -1) < 0) {
			continue;
		}
		if (polls[1].revents) {
			return cli_failed("mcp", "standard output: %s", strerror(EPIPE));
		}
		calls_read(&server->calls, polls + 2, send_line);
		if (polls[0].revents && read_input(server, lines)) {
			return CLI_FAILED;
		}
	}
}

int cli_mcp(int argc, char **argv)
{
	static struct mcp_lines lines;
	static struct server server = {.mcp = {.version = PPS2SHM_VERSION}};
	const char *segment = NULL;
	const struct cli_option rows[] = {CLI_SEGMENT_NAME(segment), {0}};
	struct cli_syntax syntax = {
		.about =
			"A Model Context Protocol server on standard input and output: tells assistants the time, the state of the hardware clock and of NTP, and what doctor finds. "
			"Changes nothing. "
			"Needs no privileges. "
			"A client starts it; see pps2shm-mcp(1) for its configuration.",
		.options = rows,
		.end = "Exit status: 0 the input has ended, 1 input or output failed, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	if (rc) {
		return rc;
	}
	signal(SIGPIPE, SIG_IGN);
	server.world = mcp_world_system(&segment);
	return serve(&server, &lines);
}
