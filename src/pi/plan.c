/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void plan_init(struct plan *plan, const struct root *root)
{
	memset(plan, 0, sizeof(*plan));
	plan->root = root;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		state_free(&plan->changes[i].before);
		state_free(&plan->changes[i].after);
	}
	free(plan->changes);
	memset(plan, 0, sizeof(*plan));
}

bool plan_is_empty(const struct plan *plan)
{
	return plan->count == 0 && !plan->user_from[0];
}

/* Both states pass to the plan. */
static void add(struct plan *plan, const char *path, const char *why, struct state *before,
		struct state *after)
{
	struct change *changes = realloc(plan->changes, (plan->count + 1) * sizeof(*plan->changes));

	if (!changes) {
		abort();
	}
	plan->changes = changes;
	struct change *change = &changes[plan->count++];

	memset(change, 0, sizeof(*change));
	snprintf(change->path, sizeof(change->path), "%s", path);
	snprintf(change->why, sizeof(change->why), "%s", why);
	change->before = *before;
	change->after = *after;
}

void plan_state(struct plan *plan, const char *path, const struct state *before,
		const struct state *after)
{
	struct state from, to;

	state_copy(&from, before);
	state_copy(&to, after);
	add(plan, path, "as it was before setup", &from, &to);
}

static int read_before(const struct plan *plan, const char *name, char path[ROOT_PATH],
		       struct state *before, struct error *err)
{
	root_path(plan->root, name, path);
	return state_read(plan->root, name, before, err);
}

int plan_file(struct plan *plan, const char *name, const struct text *bytes, const char *why,
	      struct error *err)
{
	struct state before, after;
	char path[ROOT_PATH];

	if (read_before(plan, name, path, &before, err)) {
		return -1;
	}
	if (before.kind == STATE_LINK) {
		error_set(
			err,
			"%.200s is a symbolic link to %.100s: setup only changes regular files; put the file itself there",
			path, before.bytes.at);
		state_free(&before);
		return -1;
	}
	if (before.kind == STATE_FILE && text_same(&before.bytes, bytes)) {
		state_free(&before);
		return 0;
	}
	after = before;
	after.kind = STATE_FILE;
	text_copy(&after.bytes, bytes);
	if (before.kind == STATE_ABSENT) {
		after.mode = 0644;
		after.uid = geteuid();
		after.gid = getegid();
	}
	add(plan, name, why, &before, &after);
	return 0;
}

int plan_link(struct plan *plan, const char *name, const char *target, const char *why,
	      struct error *err)
{
	struct state before, after = {.kind = STATE_LINK};
	char path[ROOT_PATH];

	if (read_before(plan, name, path, &before, err)) {
		return -1;
	}
	if (before.kind == STATE_LINK && strcmp(before.bytes.at, target) == 0) {
		state_free(&before);
		return 0;
	}
	if (before.kind != STATE_ABSENT) {
		error_set(err, "%.200s is in the way of a link to %.60s (%.100s): move it away",
			  path, target, why);
		state_free(&before);
		return -1;
	}
	text_init(&after.bytes);
	text_addf(&after.bytes, "%s", target);
	add(plan, name, why, &before, &after);
	return 0;
}

int plan_no_link(struct plan *plan, const char *name, const char *why, struct error *err)
{
	struct state before, after = {.kind = STATE_ABSENT};
	char path[ROOT_PATH];

	if (read_before(plan, name, path, &before, err)) {
		return -1;
	}
	if (before.kind != STATE_LINK) {
		state_free(&before);
		return 0;
	}
	text_init(&after.bytes);
	add(plan, name, why, &before, &after);
	return 0;
}
