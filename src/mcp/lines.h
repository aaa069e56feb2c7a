/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Messages out of a stream of bytes: each is one line. Of a longer one nothing is kept. */

enum { MCP_LINE_MAX = 1 << 20 };

struct mcp_lines {
	size_t begin, looked, end; /* of what waits; up to looked there is no newline */
	bool skipping;             /* the rest of a line that is too long */
	char bytes[MCP_LINE_MAX];
};

/* Where the next bytes go, at least one; say with mcp_lines_added() how many came. */
char *mcp_lines_space(struct mcp_lines *lines, size_t *size);
void mcp_lines_added(struct mcp_lines *lines, size_t n);

enum mcp_line { MCP_LINE_NONE, MCP_LINE, MCP_LINE_TOO_LONG };

/*
 * The next line, without its newline; good until the next bytes come. To be called until there is
 * none, before mcp_lines_space(). ended: no more bytes will come, what is left is the last line.
 */
enum mcp_line mcp_lines_next(struct mcp_lines *lines, bool ended, const char **line, size_t *len);
