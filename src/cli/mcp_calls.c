/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/mcp.h"

bool calls_full(const struct calls *calls)
{
	for (int i = 0; i < CALLS_MAX; i++) {
		if (calls->at[i].pid == 0) {
			return false;
		}
	}
	return true;
}

bool calls_none(const struct calls *calls)
{
	for (int i = 0; i < CALLS_MAX; i++) {
		if (calls->at[i].pid) {
			return false;
		}
	}
	return true;
}

char *mcp_line(json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);
	const size_t len = text ? strlen(text) : 0;
	char *line = text ? realloc(text, len + 2) : NULL;

	json_decref(message);
	if (!line) {
		abort(); /* out of memory */
	}
	strcpy(line + len, "\n");
	return line;
}

/* In the process of the call: SIGALRM ends it, however it stood with its parent. */
static void work(int to, const struct mcp_step *step, const struct mcp_world *world)
{
	sigset_t alarms;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGALRM, SIG_DFL);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
	alarm(CALLS_LIMIT_S);

	const char *line = mcp_line(mcp_call(step, world));
	size_t left = strlen(line);

	while (left > 0) {
		ssize_t n = write(to, line, left);

		if (n < 0) {
			break;
		}
		line += n;
		left -= (size_t)n;
	}
	_exit(0);
}

bool calls_start(struct calls *calls, const struct mcp_step *step, const struct mcp_world *world)
{
	struct call *call = calls->at;
	int ends[2];

	while (call->pid) {
		call++;
	}
	if (pipe2(ends, O_CLOEXEC)) {
		return false;
	}
	call->pid = fork();
	if (call->pid == 0) {
		work(ends[1], step, world);
	}
	close(ends[1]);
	if (call->pid < 0) {
		call->pid = 0;
		close(ends[0]);
		return false;
	}
	call->from = ends[0];
	call->id = json_incref(step->id);
	text_init(&call->reply);
	return true;
}

static void end(struct call *call)
{
	kill(call->pid, SIGKILL);
	waitpid(call->pid, NULL, 0);
	close(call->from);
	json_decref(call->id);
	text_free(&call->reply);
	*call = (struct call){0};
}

void calls_cancel(struct calls *calls, const json_t *id)
{
	for (int i = 0; i < CALLS_MAX; i++) {
		if (calls->at[i].pid && json_equal(calls->at[i].id, id)) {
			end(&calls->at[i]);
		}
	}
}

void calls_wait_for(const struct calls *calls, struct pollfd *polls)
{
	for (int i = 0; i < CALLS_MAX; i++) {
		polls[i] = (struct pollfd){.fd = calls->at[i].pid ? calls->at[i].from : -1,
					   .events = POLLIN};
	}
}

static void read_call(struct call *call, void (*send)(const char *line))
{
	char part[65536];
	ssize_t n = read(call->from, part, sizeof(part));

	if (n > 0) {
		text_add(&call->reply, part, (size_t)n);
		return;
	}
	/* Whole lines only leave us. */
	if (call->reply.len > 0 && call->reply.at[call->reply.len - 1] == '\n') {
		send(call->reply.at);
	} else {
		char *line = mcp_line(mcp_failed(call->id));

		send(line);
		free(line);
	}
	end(call);
}

void calls_read(struct calls *calls, const struct pollfd *polls, void (*send)(const char *line))
{
	for (int i = 0; i < CALLS_MAX; i++) {
		if (calls->at[i].pid && polls[i].revents) {
			read_call(&calls->at[i], send);
		}
	}
}
