/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/session.h"

#include <stdio.h>
#include <string.h>

#include "receiver/find.h"

int session_begin(struct session *session, const char *device, uint32_t likely, struct error *err)
{
	memset(session, 0, sizeof(*session));
	session->port = port_open(device, err);
	if (!session->port) {
		return -1;
	}
	uint32_t bps = port_bps(session->port);

	talk_init(&session->talk, port_line(session->port), bps);
	enum talk_result result = find_rate(&session->talk, likely ? likely : bps, err);

	if (result == TALK_DONE) {
		return 0;
	}
	if (result == TALK_SILENT) {
		error_set(
			err,
			"%s: no receiver answers or is heard at any bit rate: check its power and its wires (its TX to our RX, its RX to our TX)",
			device);
	}
	session_end(session);
	return -1;
}

void session_end(struct session *session)
{
	port_close(session->port);
}

/* Listens and asks who it is. SILENT: it is heard, but does not answer. */
static enum talk_result meet(struct session *session, int listen_ms, struct error *err)
{
	enum talk_result result = traffic_listen(&session->traffic, &session->talk, listen_ms, err);

	talk_set_fullness(&session->talk, traffic_percent(&session->traffic));
	return result == TALK_DONE ? family_identify(&session->talk, &session->identity, err)
				   : result;
}

/* One that was cut off amid a change of its bit rate may make it only now. */
static enum talk_result meet_again(struct session *session, int listen_ms, struct error *err)
{
	const uint32_t bps = session->talk.bps;
	enum talk_result result = find_rate(&session->talk, bps, err);

	return result == TALK_DONE && session->talk.bps != bps ? meet(session, listen_ms, err)
	       : result == TALK_GONE                           ? result
							       : TALK_SILENT;
}

int session_look(struct session *session, const struct wish *wish, int listen_ms, struct error *err)
{
	session->settings.count = 0;
	session->talk.unanswered = 0;
	enum talk_result result = meet(session, listen_ms, err);

	if (result == TALK_SILENT) {
		result = meet_again(session, listen_ms, err);
	}
	session->identified = result == TALK_DONE;
	if (session->identified && session->identity.family) {
		result = session->identity.family->read(&session->talk, &session->identity, wish,
							&session->settings, err);
		if (result == TALK_SILENT) {
			return error_set(
				err,
				"the receiver said who it is, but not how it is set: is its line too full? Try again");
		}
	}
	return result == TALK_GONE ? -1 : 0;
}

void session_name(const struct session *session, char *name, size_t size)
{
	snprintf(name, size, "%s%s%s", session->identity.maker,
		 session->identity.model[0] ? " " : "", session->identity.model);
}

/* Tells the receiver to keep what it has. */
static int save_all(struct session *session, const struct settings *settings,
		    change_listener *listener, void *arg, struct change_end *end, struct error *err)
{
	struct settings saves = {.count = 0};
	struct change_end saved;

	session->identity.family->save(settings, &saves);
	for (int i = 0; i < saves.count; i++) {
		saves.at[i].differs = true;
	}
	enum talk_result result =
		change_all(&session->talk, &session->identity, &saves, listener, arg, &saved, err);

	end->refused += saved.refused;
	return result == TALK_DONE ? 0 : -1;
}

int session_change(struct session *session, const struct root *root, struct before *before,
		   bool save, change_listener *listener, void *arg, struct change_end *end,
		   struct error *err)
{
	before_take(before, &session->settings);
	before->saved = before->saved || save;
	if (before_store(root, before, err) ||
	    change_all(&session->talk, &session->identity, &session->settings, listener, arg, end,
		       err) != TALK_DONE) {
		return -1;
	}
	return save && session->identity.family->save
		       ? save_all(session, &session->settings, listener, arg, end, err)
		       : 0;
}

/* Those of before that are the bit rate, or that are not. */
static enum talk_result undo_part(struct session *session, const struct before *before, bool rate,
				  change_listener *listener, void *arg, struct change_end *end,
				  struct error *err)
{
	static struct settings part;
	struct change_end done;

	part.count = 0;
	for (int i = 0; i < before->settings.count; i++) {
		if ((before->settings.at[i].bps > 0) == rate) {
			part.at[part.count++] = before->settings.at[i];
		}
	}
	enum talk_result result =
		change_all(&session->talk, &session->identity, &part, listener, arg, &done, err);

	end->done += done.done;
	end->refused += done.refused;
	return result;
}

/* All but the bit rate is saved before it: a receiver may start anew for that, and forget the rest. */
int session_undo(struct session *session, const struct before *before, change_listener *listener,
		 void *arg, struct change_end *end, struct error *err)
{
	const struct family *family = session->identity.family;
	bool saves = before->saved && family->save;

	*end = (struct change_end){0};
	if (undo_part(session, before, false, listener, arg, end, err) != TALK_DONE ||
	    (saves && save_all(session, &before->settings, listener, arg, end, err)) ||
	    undo_part(session, before, true, listener, arg, end, err) != TALK_DONE) {
		return -1;
	}
	return saves && !family->saves_values
		       ? save_all(session, &before->settings, listener, arg, end, err)
		       : 0;
}
