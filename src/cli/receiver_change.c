/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/receiver.h"
#include "pi/apply.h"
#include "pi/own_conf.h"

enum { CHECK_MS = 5000 };

/* The journal of another receiver is of no use for this one. */
int receiver_check_before(struct receiver_work *work, struct error *err)
{
	char name[80];

	session_name(&work->session, name, sizeof(name));
	if (work->has_before && strcmp(work->before.receiver, name) != 0) {
		if (work->options.undo) {
			return error_set(err,
					 "%s is a %s, but what is kept in " BEFORE_PATH
					 " is of a %s: nothing undone",
					 work->device, name, work->before.receiver);
		}
		if (!work->options.json) {
			printf("# note: what was kept of a %s for an undo is replaced\n",
			       work->before.receiver);
		}
		work->has_before = false;
	}
	if (!work->has_before) {
		memset(&work->before, 0, sizeof(work->before));
		snprintf(work->before.device, sizeof(work->before.device), "%s", work->device);
		snprintf(work->before.receiver, sizeof(work->before.receiver), "%s", name);
	}
	return 0;
}

/*
 * A fixed bit rate in the configuration would find the receiver no more; and if it were the new
 * one, not after the next power cut, when the receiver has its old one again.
 */
int receiver_plan_config(struct receiver_work *work, const struct config *config, struct error *err)
{
	const struct setting *bps = settings_find(&work->session.settings, SETTING_BPS);

	if (!receiver_is_configured(work->device, config)) {
		return 0;
	}
	if (work->options.undo) {
		return work->before.baud[0]
			       ? own_conf_plan_baud(&work->plan, work->before.baud, work->baud, err)
			       : 0;
	}
	if (!bps || (!bps->differs && config->serial_baud == (int)work->session.talk.bps)) {
		return 0;
	}
	return own_conf_plan_baud(&work->plan, "auto", work->baud, err);
}

/* Each step as it is done. */
static void told(void *arg, const struct setting *setting, enum talk_result result)
{
	const struct receiver_work *work = arg;

	if (result == TALK_REFUSED && !setting->optional) {
		fprintf(stderr, "pps2shm %s: %s: refused by the receiver\n", work->command,
			setting->name);
	} else if (!work->options.json && result == TALK_DONE) {
		printf("%s: done\n", setting->name);
		fflush(stdout);
	}
}

/* What is not as it was to become, of the one that is named and of how it is now. */
static int count_missing(struct receiver_work *work, const struct setting *wanted,
			 const struct setting *now)
{
	if (!now || !now->now[0] || strcmp(now->now, wanted->wanted) == 0) {
		return 0;
	}
	cli_failed(work->command, "%s: is %s, not %s", wanted->name, now->now, wanted->wanted);
	return !wanted->optional;
}

/* Reads everything once more: what it acknowledged it may not have taken over. */
static int check(struct receiver_work *work, struct error *err)
{
	const struct settings *now = &work->session.settings;
	const struct settings *wanted = work->options.undo ? &work->before.settings : now;
	int missing = 0;

	if (session_look(&work->session, &work->options.wish, CHECK_MS, err)) {
		return -1;
	}
	for (int i = 0; i < wanted->count; i++) {
		missing +=
			count_missing(work, &wanted->at[i], settings_find(now, wanted->at[i].key));
	}
	return missing ? error_set(err, "the receiver did not take over everything") : 0;
}

int receiver_change(struct receiver_work *work, struct error *err)
{
	if (work->baud[0] && !work->before.baud[0]) {
		snprintf(work->before.baud, sizeof(work->before.baud), "%s", work->baud);
	}
	/* The configuration first: with auto, the daemon finds the receiver whatever happens now. */
	if (work->plan.count > 0 &&
	    (before_store(work->plan.root, &work->before, err) || apply_plan(&work->plan, err))) {
		return -1;
	}
	return session_change(&work->session, work->plan.root, &work->before, work->options.save,
			      told, work, &work->end, err) ||
			       check(work, err)
		       ? -1
		       : 0;
}

/* What was before is kept until all is as it was. */
int receiver_undo(struct receiver_work *work, struct error *err)
{
	if (session_undo(&work->session, &work->before, told, work, &work->end, err) ||
	    (work->plan.count > 0 && apply_plan(&work->plan, err)) || check(work, err)) {
		return -1;
	}
	return work->end.refused ? error_set(err, "the receiver did not take back everything")
				 : before_remove(work->plan.root, err);
}
