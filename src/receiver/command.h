/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/frame.h"
#include "core/nmea.h"

/*
 * What is said to a receiver and what it says back: binary frames (core/frame.h) and sentences. A
 * command is kept as its bytes, and they alone tell which answer belongs to it. So what was written
 * down for an undo can be sent, and its acknowledgement checked, without knowing the receiver.
 *
 *	command                  acknowledged by          answered by
 *	UBX, CASIC class id      05 01 (05 00: refused)   the same class and id
 *	$PMTKnnn,...             $PMTK001,nnn,3           $PMTK(nnn+100)
 *	$PAIRnnn,...             $PAIR001,nnn,0           $PAIRnnn
 *	$PQTMname,...            $PQTMname,OK             the same
 *	$PQTMVERNO               -                        $PQTMVERNO
 */

enum { COMMAND_MAX = 128 };

struct command {
	uint8_t bytes[COMMAND_MAX];
	size_t len; /* 0: there is none */
};

/* A frame; a payload of more than 100 bytes does not fit: len is 0 then. */
void command_frame(struct command *command, enum frame_protocol protocol, uint8_t class, uint8_t id,
		   const uint8_t *payload, size_t length);

/* A number into a payload, little endian. */
void command_put_u4(uint8_t *at, uint32_t number);

/* A sentence from its text, "PMTK220,1000": "$", checksum and line end are put round it. */
void command_text(struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One thing that was heard: a frame or a sentence, the other one is NULL. */
struct message {
	const struct frame *frame;
	const struct nmea_fields *fields;
	size_t bytes; /* on the line */
};

enum command_answer {
	ANSWER_OTHER, /* says nothing of this command */
	ANSWER_DONE,
	ANSWER_REFUSED,
};

/* Does the message acknowledge or refuse the command? */
enum command_answer command_acknowledged(const struct command *command,
					 const struct message *message);

/* Does it bring what the command asks for? */
bool command_answered(const struct command *command, const struct message *message);
