/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/talk.h"

#include <string.h>

#include "common/ns.h"

/*
 * A receiver whose line is not full has at most a second's sentences to send before its answer; else
 * as much as its buffer holds, some 4 KiB, which at 9600 bit/s take 4.3 s. No whole number of
 * seconds: an answer that finds the buffer full is lost, and asked for again it is to come at another
 * part of the receiver's second.
 */
enum { TRIES = 3, ANSWER_MS = 1500, FULL_ANSWER_MS = 6300, FULL_PERCENT = 80 };

/* So many questions a receiver gets at a time: their bytes fit into any input buffer. */
enum { WINDOW = 8 };

void talk_init(struct talk *talk, struct talk_line *line, uint32_t bps)
{
	memset(talk, 0, sizeof(*talk));
	talk->line = line;
	talk->bps = bps;
	talk->answer_ms = ANSWER_MS;
}

void talk_set_fullness(struct talk *talk, int percent)
{
	talk->answer_ms = percent >= FULL_PERCENT ? FULL_ANSWER_MS : ANSWER_MS;
}

int talk_set_bps(struct talk *talk, uint32_t bps, struct error *err)
{
	memset(&talk->sentences, 0, sizeof(talk->sentences));
	memset(&talk->frames, 0, sizeof(talk->frames));
	talk->bps = bps;
	return talk->line->set_bps(talk->line, bps, err);
}

int talk_send(struct talk *talk, const struct command *command, struct error *err)
{
	return talk->line->write(talk->line, command->bytes, command->len, err);
}

/* The frames that have ended with the last byte. */
static bool show_frames(struct talk *talk, talk_taker *taker, void *arg)
{
	enum frame_result result;
	struct frame frame;
	bool taken = false;

	while ((result = frame_next(&talk->frames, &frame)) == FRAME_WHOLE ||
	       result == FRAME_BROKEN) {
		if (result == FRAME_WHOLE) {
			const struct message message = {.frame = &frame,
							.bytes = talk->frames.told};

			taken = (taker && taker(arg, &message)) || taken;
		}
	}
	return taken;
}

/* All bytes are looked at, also those behind the one that was waited for. */
static bool take_bytes(struct talk *talk, const uint8_t *bytes, int count, talk_taker *taker,
		       void *arg)
{
	bool taken = false;

	for (int i = 0; i < count; i++) {
		frame_put(&talk->frames, bytes[i]);
		taken = show_frames(talk, taker, arg) || taken;
		if (nmea_feed(&talk->sentences, bytes[i]) == NMEA_SENTENCE) {
			struct nmea_fields fields;
			struct message message = {.fields = &fields,
						  .bytes = talk->sentences.len + 3};

			nmea_split(&talk->sentences, &fields);
			taken = (taker && taker(arg, &message)) || taken;
		}
	}
	return taken;
}

enum talk_result talk_listen(struct talk *talk, int timeout_ms, talk_taker *taker, void *arg,
			     struct error *err)
{
	int64_t end_ns = talk->line->now_ns(talk->line) + timeout_ms * NS_PER_MS;

	for (;;) {
		int64_t left_ns = end_ns - talk->line->now_ns(talk->line);
		uint8_t bytes[256];

		if (left_ns <= 0) {
			return TALK_SILENT;
		}
		int n = talk->line->read(talk->line, bytes, sizeof(bytes),
					 (int)(left_ns / NS_PER_MS) + 1, err);

		if (n < 0) {
			return TALK_GONE;
		}
		talk->bytes += (uint64_t)n;
		if (take_bytes(talk, bytes, n, taker, arg)) {
			return TALK_DONE;
		}
	}
}

/* What is waited for. */
struct waiting {
	const struct command *command;
	struct reply *reply; /* NULL: the acknowledgement is enough */
	bool any;            /* either */
	bool refused;
};

void reply_keep(struct reply *reply, const struct message *message)
{
	reply->fields.count = 0;
	if (message->frame) {
		reply->frame = *message->frame;
		memcpy(reply->payload, message->frame->payload, message->frame->length);
		reply->frame.payload = reply->payload;
		return;
	}
	/* They come from one line of that length, and so fit into one. */
	char *to = reply->line;

	for (int i = 0; i < message->fields->count; i++) {
		size_t size = strlen(message->fields->field[i]) + 1;

		memcpy(to, message->fields->field[i], size);
		reply->fields.field[i] = to;
		to += size;
	}
	reply->fields.count = message->fields->count;
}

static bool take(void *arg, const struct message *message)
{
	struct waiting *waiting = arg;
	enum command_answer answer = command_acknowledged(waiting->command, message);
	bool wants_reply = waiting->reply || waiting->any;

	if (answer == ANSWER_REFUSED) {
		waiting->refused = true;
		return true;
	}
	if (answer == ANSWER_DONE && !waiting->reply) {
		return true;
	}
	if (!wants_reply || !command_answered(waiting->command, message)) {
		return false;
	}
	if (waiting->reply) {
		reply_keep(waiting->reply, message);
	}
	return true;
}

static enum talk_result exchange(struct talk *talk, struct waiting *waiting, int tries,
				 int timeout_ms, struct error *err)
{
	enum talk_result result = TALK_SILENT;

	for (int i = 0; i < tries && result == TALK_SILENT; i++) {
		if (talk_send(talk, waiting->command, err) < 0) {
			return TALK_GONE;
		}
		result = talk_listen(talk, timeout_ms, take, waiting, err);
		/* The second answer must not pass for that of the next command. */
		if (i > 0 && result == TALK_DONE &&
		    talk_listen(talk, talk->answer_ms, NULL, NULL, err) == TALK_GONE) {
			return TALK_GONE;
		}
	}
	return result == TALK_DONE && waiting->refused ? TALK_REFUSED : result;
}

enum talk_result talk_do(struct talk *talk, const struct command *command, struct error *err)
{
	struct waiting waiting = {.command = command};

	return exchange(talk, &waiting, TRIES, talk->answer_ms, err);
}

enum talk_result talk_ask(struct talk *talk, const struct command *command, struct reply *reply,
			  struct error *err)
{
	struct waiting waiting = {.command = command, .reply = reply};

	return exchange(talk, &waiting, TRIES, talk->answer_ms, err);
}

/* Some of the queries, and what has come for them. */
struct window {
	struct query *queries;
	int count, answered, refused;
};

static bool take_any_answer(void *arg, const struct message *message)
{
	struct window *window = arg;
	bool refused = false;

	for (int i = 0; i < window->count; i++) {
		struct query *query = &window->queries[i];

		if (query->result == TALK_DONE) {
			continue;
		}
		if (command_answered(&query->command, message)) {
			reply_keep(&query->reply, message);
			query->result = TALK_DONE;
			window->answered++;
			return true;
		}
		/* Which of several of one kind is refused it does not say. */
		refused =
			refused || command_acknowledged(&query->command, message) == ANSWER_REFUSED;
	}
	window->refused += refused;
	return refused;
}

static enum talk_result ask_window(struct talk *talk, struct window *window, struct error *err)
{
	enum talk_result result = TALK_DONE;

	for (int i = 0; i < window->count; i++) {
		window->queries[i].result = TALK_SILENT;
		if (talk_send(talk, &window->queries[i].command, err)) {
			return TALK_GONE;
		}
	}
	while (result == TALK_DONE && window->answered + window->refused < window->count) {
		result = talk_listen(talk, talk->answer_ms, take_any_answer, window, err);
	}
	return result;
}

/* All told: then those without an answer are the refused ones. Else they are asked again. */
static enum talk_result ask_rest(struct talk *talk, struct window *window, struct error *err)
{
	bool all_told = window->answered + window->refused == window->count;

	for (int i = 0; i < window->count; i++) {
		struct query *query = &window->queries[i];

		if (query->result != TALK_DONE) {
			query->result =
				all_told ? TALK_REFUSED
					 : talk_ask(talk, &query->command, &query->reply, err);
		}
		if (query->result == TALK_GONE) {
			return TALK_GONE;
		}
		talk->unanswered += query->result == TALK_SILENT;
	}
	return TALK_DONE;
}

enum talk_result talk_ask_all(struct talk *talk, struct query *queries, int count,
			      struct error *err)
{
	int silent = talk->unanswered + count;

	for (int at = 0; at < count; at += WINDOW) {
		struct window window = {.queries = queries + at,
					.count = count - at < WINDOW ? count - at : WINDOW};

		if (ask_window(talk, &window, err) == TALK_GONE ||
		    ask_rest(talk, &window, err) == TALK_GONE) {
			return TALK_GONE;
		}
	}
	return talk->unanswered == silent ? TALK_SILENT : TALK_DONE;
}

enum talk_result talk_hears(struct talk *talk, const struct command *command, int timeout_ms,
			    struct error *err)
{
	struct waiting waiting = {.command = command, .any = true};
	enum talk_result result = exchange(talk, &waiting, 1, timeout_ms, err);

	return result == TALK_REFUSED ? TALK_DONE : result;
}
