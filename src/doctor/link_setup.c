/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "pi/journal.h"

/*
 * Is what setup made still there? Of a system that runs the other links see the effect; of an image
 * only the files are there to be seen, and setup's journal knows them all.
 */
struct look {
	int gone, edited;
	char first_gone[300], first_edited[300];
};

static void look_at_entry(const struct doctor_world *world, const struct journal_entry *entry,
			  struct look *look)
{
	struct error err;
	struct state now;
	bool read = state_read(&world->root, entry->path, &now, &err) == 0;

	if (read && state_same(&now, &entry->after)) {
		/* as setup left it */
	} else if (read && now.kind == STATE_FILE && entry->after.kind == STATE_FILE) {
		/* Somebody's right; what matters of it the links of its own judge. */
		if (look->edited++ == 0) {
			snprintf(look->first_edited, sizeof(look->first_edited), "%s", entry->path);
		}
	} else if (look->gone++ == 0) {
		snprintf(look->first_gone, sizeof(look->first_gone), "%s", entry->path);
	}
	if (read) {
		state_free(&now);
	}
}

static void judge(const struct doctor_world *world, const struct journal *journal,
		  struct doctor_finding *finding)
{
	struct look look = {0};

	for (size_t i = 0; i < journal->count; i++) {
		look_at_entry(world, &journal->entries[i], &look);
	}
	if (look.gone) {
		doctor_broken(
			finding,
			"%d of the %zu files and links made by setup are missing or changed; the first is %s",
			look.gone, journal->count, look.first_gone);
		doctor_remedy(finding, "%s, with the options it was given before",
			      world_setup(world, "", "sudo pps2shm setup --root ... --model ..."));
	} else if (look.edited) {
		doctor_ok(
			finding,
			"%zu files and links are as setup left them, or were edited since (%d; the first is %s)",
			journal->count, look.edited, look.first_edited);
	} else {
		doctor_ok(finding, "%zu files and links are as setup left them", journal->count);
	}
}

void link_setup(struct doctor_world *world, struct doctor_finding *finding)
{
	struct journal journal;
	struct error err;

	if (world->outside->running) {
		return;
	}
	int rc = journal_load(&world->root, &journal, &err);

	if (rc < 0) {
		doctor_unknown(finding, "%s", err.text);
	} else if (rc == 0) {
		doctor_unknown(finding,
			       "setup has changed nothing here (there is no " JOURNAL_PATH
			       "): the programs and login prompts that it masks were not checked");
	} else {
		judge(world, &journal, finding);
	}
	journal_free(&journal);
}
