/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "mcp/world.h"

/*
 * A server of the Model Context Protocol, revisions 2026-07-28, 2025-11-25 and 2025-06-18, but for
 * its pipes: a message in, what is to be done out. Nothing here reads, writes or waits, save the
 * tools by their world.
 *
 * The first is stateless: each request says in _meta which revision it is of. In the others a session
 * begins with initialize. Both may be mixed. None of them has batches.
 */
struct mcp {
	const char *version; /* of this program */
	bool initialized;    /* a session has begun */
};

struct mcp_tool;

enum mcp_do {
	MCP_NOTHING,
	MCP_REPLY,  /* send reply */
	MCP_CALL,   /* send what mcp_call() makes of it */
	MCP_CANCEL, /* the call of this id need not be answered any more */
};

struct mcp_step {
	enum mcp_do what;
	json_t *reply;
	json_t *id; /* CALL, CANCEL */
	const struct mcp_tool *tool;
	json_t *arguments;
	const struct mcp *mcp;
	bool stateless;
};

/* A message, in JSON and UTF-8; an empty one is none. */
void mcp_take(struct mcp *mcp, const char *line, size_t len, struct mcp_step *step);

/* A message that was too long to be kept. */
void mcp_take_too_long(struct mcp_step *step);

/* The reply to a call. */
json_t *mcp_call(const struct mcp_step *step, const struct mcp_world *world);

/* The reply to a call that came to no end. */
json_t *mcp_failed(const json_t *id);

void mcp_step_free(struct mcp_step *step);
