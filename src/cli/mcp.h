/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <poll.h>

#include "mcp/mcp.h"
#include "pi/text.h"

/* This machine, for the tools; *segment: the name of the status segment, NULL for the usual one. */
struct mcp_world mcp_world_system(const char *const *segment);

/*
 * Calls of tools that run, each in a process of its own: so none can hold up the server, and one
 * that is not wanted any more, or takes longer than CALLS_LIMIT_S, is ended.
 */
enum { CALLS_MAX = 4, CALLS_LIMIT_S = 60 };

struct calls {
	struct call {
		int pid; /* 0: free */
		int from;
		json_t *id;
		struct text reply;
	} at[CALLS_MAX];
};

bool calls_full(const struct calls *calls);
bool calls_none(const struct calls *calls);

/* Takes a call that is to be done; with a place free for it. False: no process could be made. */
bool calls_start(struct calls *calls, const struct mcp_step *step, const struct mcp_world *world);

void calls_cancel(struct calls *calls, const json_t *id);

/* What poll(2) is to look at, CALLS_MAX of them. */
void calls_wait_for(const struct calls *calls, struct pollfd *polls);

/* After poll(2): reads what came, and gives each reply that is complete to send(). */
void calls_read(struct calls *calls, const struct pollfd *polls, void (*send)(const char *line));

/* A message as a line, with its newline; takes the reference. To be freed. */
char *mcp_line(json_t *message);
