/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "mcp/lines.h"

#include <string.h>

char *mcp_lines_space(struct mcp_lines *lines, size_t *size)
{
	if (lines->begin > 0) {
		memmove(lines->bytes, lines->bytes + lines->begin, lines->end - lines->begin);
		lines->end -= lines->begin;
		lines->looked -= lines->begin;
		lines->begin = 0;
	}
	if (lines->end == sizeof(lines->bytes)) {
		lines->skipping = true;
	}
	if (lines->skipping) {
		lines->end = lines->looked = 0;
	}
	*size = sizeof(lines->bytes) - lines->end;
	return lines->bytes + lines->end;
}

void mcp_lines_added(struct mcp_lines *lines, size_t n)
{
	lines->end += n;
}

/* What stands before at, which is past the newline, if there is one. */
static enum mcp_line take(struct mcp_lines *lines, size_t at, size_t newline, const char **line,
			  size_t *len)
{
	const bool skipped = lines->skipping;

	*line = lines->bytes + lines->begin;
	*len = at - newline - lines->begin;
	lines->begin = lines->looked = at;
	lines->skipping = false;
	return skipped ? MCP_LINE_TOO_LONG : MCP_LINE;
}

enum mcp_line mcp_lines_next(struct mcp_lines *lines, bool ended, const char **line, size_t *len)
{
	const char *found = memchr(lines->bytes + lines->looked, '\n', lines->end - lines->looked);

	if (found) {
		return take(lines, (size_t)(found - lines->bytes) + 1, 1, line, len);
	}
	lines->looked = lines->end;
	if (ended && (lines->end > lines->begin || lines->skipping)) {
		return take(lines, lines->end, 0, line, len);
	}
	return MCP_LINE_NONE;
}
