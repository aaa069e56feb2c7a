/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdio.h>
#include <sys/types.h>

#include "pi/notes.h"
#include "pi/root.h"

/*
 * What setup will do: a list of files and symbolic links, each as it is and as it will be. Nothing
 * is touched before apply().
 */

enum state_kind { STATE_ABSENT, STATE_FILE, STATE_LINK };

struct state {
	enum state_kind kind;
	struct text bytes; /* of the file; a link's target */
	mode_t mode;       /* permission bits; of a file */
	uid_t uid;
	gid_t gid;
};

struct change {
	char path[300]; /* in the root */
	char why[120];  /* for people */
	struct state before, after;
};

struct plan {
	const struct root *root;
	struct change *changes;
	size_t count;
	struct notes notes;
	char user_from[ROOT_PATH]; /* the file that says which user to make; "": none */
};

void plan_init(struct plan *plan, const struct root *root);
void plan_free(struct plan *plan);
bool plan_is_empty(const struct plan *plan);

/*
 * The file is to hold these bytes; its mode and owner stay, a new one is 0644. Nothing is added if
 * it does already. -1 with err if it cannot be read or is no regular file.
 */
int plan_file(struct plan *plan, const char *path, const struct text *bytes, const char *why,
	      struct error *err);

/* The link is to lead to target. -1 with err if something else is in its place. */
int plan_link(struct plan *plan, const char *path, const char *target, const char *why,
	      struct error *err);

/* The link is to go, if there is one. */
int plan_no_link(struct plan *plan, const char *path, const char *why, struct error *err);

/* Any change, as a copy: for undo. */
void plan_state(struct plan *plan, const char *path, const struct state *before,
		const struct state *after);

/* ---- states, for apply and undo ---- */

/*
 * What is there now. -1 with err if it is neither absent, a file nor a link, or a file that is
 * setuid, setgid or sticky.
 */
int state_read(const struct root *root, const char *name, struct state *state, struct error *err);
void state_free(struct state *state);
void state_copy(struct state *to, const struct state *from);

/* The same kind and bytes. Mode and owner are not compared: a FAT file system has none to keep. */
bool state_same(const struct state *a, const struct state *b);
