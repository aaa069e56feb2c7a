/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "common/error.h"
#include "receiver/command.h"

/*
 * The dialogue with a receiver: something is sent, and what belongs to it is waited for among all
 * that the receiver says meanwhile; if it does not come, it is sent again, since a receiver whose
 * line is full may lose an answer. The line is the caller's: a serial port (port.h), or a test's.
 */

struct talk_line {
	/* Waits for bytes, timeout_ms at most. How many came; 0 none, -1 the line is gone (err). */
	int (*read)(struct talk_line *line, uint8_t *bytes, size_t size, int timeout_ms,
		    struct error *err);
	/* Returns when all of it is on the wire: then the bit rate can be changed. 0, or -1 (err). */
	int (*write)(struct talk_line *line, const uint8_t *bytes, size_t len, struct error *err);
	/* What was received before is dropped. 0, or -1 (err). */
	int (*set_bps)(struct talk_line *line, uint32_t bps, struct error *err);
	/* Any steady clock. */
	int64_t (*now_ns)(struct talk_line *line);
};

enum talk_result {
	TALK_DONE,
	TALK_REFUSED, /* the receiver says no: it has no such setting, or not with this value */
	TALK_SILENT,  /* no answer, however often it was asked */
	TALK_GONE,    /* the line (err) */
};

/* Is shown each message that is heard. True: that was what was waited for. */
typedef bool talk_taker(void *arg, const struct message *message);

struct talk {
	struct talk_line *line;
	uint32_t bps;   /* of the line now; 0: it has none (USB) */
	int answer_ms;  /* how long an answer may take */
	int unanswered; /* questions of talk_ask_all() so far that were */
	uint64_t bytes; /* read so far */
	struct nmea_framer sentences;
	struct frame_parser frames;
};

void talk_init(struct talk *talk, struct talk_line *line, uint32_t bps);

/*
 * How full the receiver's line is, in percent. On one that is full answers wait behind sentences, for
 * seconds, and some are lost.
 */
void talk_set_fullness(struct talk *talk, int percent);

/* The line's bit rate; what stood in the framers is dropped. 0, or -1 (err). */
int talk_set_bps(struct talk *talk, uint32_t bps, struct error *err);

/* 0, or -1 (err). */
int talk_send(struct talk *talk, const struct command *command, struct error *err);

/* DONE: taker (which may be NULL) said so; SILENT: it did not within timeout_ms; GONE. */
enum talk_result talk_listen(struct talk *talk, int timeout_ms, talk_taker *taker, void *arg,
			     struct error *err);

/* Does it: sends it until it is acknowledged or refused, three times at most. */
enum talk_result talk_do(struct talk *talk, const struct command *command, struct error *err);

/* A message to keep. */
struct reply {
	struct frame frame; /* its payload is the one below */
	uint8_t payload[FRAME_PAYLOAD_MAX];
	char line[NMEA_LINE_MAX + 1];
	struct nmea_fields fields; /* of a sentence; count 0: it is a frame */
};

void reply_keep(struct reply *reply, const struct message *message);

/* Asks: as talk_do(), but until the answer comes, which is put into reply. */
enum talk_result talk_ask(struct talk *talk, const struct command *command, struct reply *reply,
			  struct error *err);

/* One of many questions: the answer in reply if result is TALK_DONE. */
struct query {
	struct command command;
	struct reply reply;
	enum talk_result result;
};

/*
 * Asks them all, some at a time, since on a full line each would take seconds. Those that were not
 * answered so are asked again by themselves. DONE, though single ones may be REFUSED or SILENT; SILENT
 * if all of them are; GONE (err).
 */
enum talk_result talk_ask_all(struct talk *talk, struct query *queries, int count,
			      struct error *err);

/* Asks once, and waits for so long: any answer, a refusal too, shows that it hears us. */
enum talk_result talk_hears(struct talk *talk, const struct command *command, int timeout_ms,
			    struct error *err);
