/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "mcp/mcp.h"

/*
 * The tools. What clients are told of them, the schemas of input and output too, is in tools.json;
 * tools.c has the table of what they do.
 */

extern const char mcp_described[]; /* tools.json */

/* A new array, for clients. */
json_t *mcp_tools_list(void);

/* NULL: there is none of this name. */
const struct mcp_tool *mcp_tools_find(const char *name);

/*
 * A new result of a call: {content, structuredContent, isError}. All text in it is printable, and
 * none is longer than MCP_TEXT_MAX. Arguments that do not fit the tool's inputSchema are a failure
 * of the tool, which says why. arguments: an object, or NULL for none.
 */
json_t *mcp_tools_call(const struct mcp_tool *tool, const json_t *arguments,
		       const struct mcp_world *world);

enum { MCP_TEXT_MAX = 400 };

/* ---- the tools: a new object by the outputSchema, or NULL with err ---- */

/* arguments: all that the inputSchema names. */
typedef json_t *mcp_tool_run(const struct mcp_world *world, const json_t *arguments,
			     struct error *err);

mcp_tool_run mcp_tool_time, mcp_tool_status, mcp_tool_history;

/* A key of an object that was made for others: taken over, not copied. */
void mcp_move(json_t *to, json_t *from, const char *key);
