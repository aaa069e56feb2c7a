/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/change.h"

#include "receiver/find.h"

enum {
	REFUSAL_MS = 300, /* so long a refusal of a new rate may take, at the old one */
	SETTLE_MS = 200,  /* a receiver that changes its rate is deaf for a moment */
	HELLO_MS = 700,
	NEW_HELLOS = 4,
	OLD_HELLOS = 2,
	RESTART_HELLOS = 6, /* a start takes some two seconds */
};

static bool take_refusal(void *arg, const struct message *message)
{
	return command_acknowledged(arg, message) == ANSWER_REFUSED;
}

static enum talk_result say_hello(struct talk *talk, const struct identity *identity, uint32_t bps,
				  int times, int timeout_ms, struct error *err)
{
	enum talk_result result = TALK_SILENT;

	if (talk_set_bps(talk, bps, err) ||
	    talk_listen(talk, SETTLE_MS, NULL, NULL, err) == TALK_GONE) {
		return TALK_GONE;
	}
	for (int i = 0; i < times && result == TALK_SILENT; i++) {
		result = talk_hears(talk, &identity->hello, timeout_ms, err);
	}
	return result;
}

static enum talk_result lost(struct talk *talk, const struct identity *identity, uint32_t likely,
			     const char *what, struct error *err)
{
	enum talk_result result = find_again(talk, likely, &identity->hello, err);

	if (result == TALK_GONE) {
		return result;
	}
	if (result == TALK_DONE) {
		error_set(
			err,
			"%s: the receiver did not answer; it was found again at %u bit/s: run 'pps2shm receiver setup' again, it goes on from there",
			what, talk->bps);
	} else {
		error_set(
			err,
			"%s: the receiver does not answer any more at any bit rate: take its power away for a moment, then run 'pps2shm receiver setup' again",
			what);
	}
	return TALK_SILENT;
}

/* It took the rate, but is at the old one still. REFUSED: even then. */
static enum talk_result restart(struct talk *talk, const struct identity *identity,
				const struct setting *setting, struct error *err)
{
	const uint32_t old = talk->bps;

	if (talk_send(talk, &setting->restart, err)) {
		return TALK_GONE;
	}
	enum talk_result result =
		say_hello(talk, identity, setting->bps, RESTART_HELLOS, HELLO_MS, err);

	if (result != TALK_SILENT) {
		return result;
	}
	result = say_hello(talk, identity, old, RESTART_HELLOS, talk->answer_ms, err);
	return result == TALK_DONE     ? TALK_REFUSED
	       : result == TALK_SILENT ? lost(talk, identity, setting->bps, setting->name, err)
				       : result;
}

/* REFUSED: it is still at the old rate. */
static enum talk_result follow_rate(struct talk *talk, const struct identity *identity,
				    const struct setting *setting, struct error *err)
{
	const uint32_t old = talk->bps;
	enum talk_result result;

	if (setting->bps == old) { /* to undo what a power cut has undone */
		result = talk_do(talk, &setting->set, err);
		/* Some say nothing to a bit rate. */
		if (result == TALK_SILENT) {
			result = say_hello(talk, identity, old, OLD_HELLOS, talk->answer_ms, err);
		}
		return result != TALK_SILENT ? result
					     : lost(talk, identity, old, setting->name, err);
	}
	if (talk_send(talk, &setting->set, err)) {
		return TALK_GONE;
	}
	result = talk_listen(talk, REFUSAL_MS, take_refusal, (void *)&setting->set, err);
	if (result == TALK_DONE) {
		return TALK_REFUSED;
	}
	result = result == TALK_GONE
			 ? result
			 : say_hello(talk, identity, setting->bps, NEW_HELLOS, HELLO_MS, err);
	if (result != TALK_SILENT) {
		return result;
	}
	result = say_hello(talk, identity, old, OLD_HELLOS, talk->answer_ms, err);
	if (result == TALK_DONE) {
		return setting->restart.len ? restart(talk, identity, setting, err) : TALK_REFUSED;
	}
	if (result == TALK_GONE) {
		return result;
	}
	/* One that had much to send before may have changed its rate only now. */
	result = say_hello(talk, identity, setting->bps, OLD_HELLOS, talk->answer_ms, err);
	return result != TALK_SILENT ? result
				     : lost(talk, identity, setting->bps, setting->name, err);
}

/* At a lower rate what was enough room may be none. */
static enum talk_result change_rate(struct talk *talk, const struct identity *identity,
				    const struct setting *setting, struct error *err)
{
	const uint32_t old = talk->bps;
	enum talk_result result = follow_rate(talk, identity, setting, err);

	if (talk->bps < old) {
		talk_set_fullness(talk, 100);
	}
	return result;
}

static enum talk_result change_one(struct talk *talk, const struct identity *identity,
				   const struct setting *setting, struct error *err)
{
	if (setting->bps) {
		return change_rate(talk, identity, setting, err);
	}
	enum talk_result result = talk_do(talk, &setting->set, err);

	if (result == TALK_SILENT && !setting->optional) {
		return lost(talk, identity, talk->bps, setting->name, err);
	}
	return result == TALK_SILENT ? TALK_REFUSED : result;
}

enum talk_result change_all(struct talk *talk, const struct identity *identity,
			    const struct settings *settings, change_listener *listener, void *arg,
			    struct change_end *end, struct error *err)
{
	*end = (struct change_end){0};
	for (int i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->at[i];

		if (!setting->differs || setting->set.len == 0) {
			continue;
		}
		enum talk_result result = change_one(talk, identity, setting, err);

		listener(arg, setting, result);
		if (result != TALK_DONE && result != TALK_REFUSED) {
			return result;
		}
		end->done += result == TALK_DONE;
		end->refused += result == TALK_REFUSED && !setting->optional;
	}
	return TALK_DONE;
}
