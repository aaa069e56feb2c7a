/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACK = 0x05, ACK_ACK = 0x01, UBX_CFG = 0x06, UBX_VALGET = 0x8b };
enum { FRAME_HEAD = 6, FRAME_TAIL = 2 }; /* of UBX */
enum { PMTK_REPLY = 100 };

void command_frame(struct command *command, enum frame_protocol protocol, uint8_t class, uint8_t id,
		   const uint8_t *payload, size_t length)
{
	const struct frame frame = {protocol, class, id, payload, length};

	command->len = frame_encode(&frame, command->bytes, sizeof(command->bytes));
}

void command_put_u4(uint8_t *at, uint32_t number)
{
	for (int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(number >> 8 * i);
	}
}

void command_text(struct command *command, const char *format, ...)
{
	char *text = (char *)command->bytes;
	uint8_t sum = 0;
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text + 1, COMMAND_MAX - 1, format, args);
	va_end(args);
	command->len = 0;
	if (n < 0 || n + 7 > COMMAND_MAX) { /* '$', "*hh", CR LF and a NUL */
		return;
	}
	text[0] = '$';
	for (int i = 1; i <= n; i++) {
		sum ^= command->bytes[i];
	}
	command->len = (size_t)n + 1;
	command->len += (size_t)snprintf(text + n + 1, 6, "*%02X\r\n", sum);
}

/* Class and id of a command that is a frame; false: it is a sentence. */
static bool framed(const struct command *command, enum frame_protocol *protocol, uint8_t *class,
		   uint8_t *id)
{
	bool casic = command->bytes[0] == 0xba;

	if (command->len < 8 || command->bytes[0] == '$') {
		return false;
	}
	*protocol = casic                       ? FRAME_CASIC
		    : command->bytes[0] == 0xb5 ? FRAME_UBX
		    : command->bytes[0] == 0xf1 ? FRAME_ALLYSTAR
						: FRAME_SKYTRAQ;
	*class = command->bytes[casic ? 4 : 2];
	*id = command->bytes[casic ? 5 : 3];
	return true;
}

/* The address of a command that is a sentence: "PMTK220". */
static void address(const struct command *command, char text[16])
{
	size_t n = 0;

	while (n < 15 && n + 1 < command->len && !strchr(",*", command->bytes[n + 1])) {
		text[n] = (char)command->bytes[n + 1];
		n++;
	}
	text[n] = '\0';
}

static enum command_answer frame_acknowledged(const struct command *command,
					      const struct frame *frame)
{
	enum frame_protocol protocol;
	uint8_t class, id;

	if (!frame || !framed(command, &protocol, &class, &id) || frame->protocol != protocol ||
	    frame->class != ACK || frame->length < 2 || frame->payload[0] != class ||
	    frame->payload[1] != id) {
		return ANSWER_OTHER;
	}
	return frame->id == ACK_ACK ? ANSWER_DONE : ANSWER_REFUSED;
}

/* "PMTK001,220,3" and "PAIR001,062,0": which number means done, and which that it still works. */
static enum command_answer number_acknowledged(const char *own, const struct nmea_fields *fields,
					       const char *name, int done, int working)
{
	if (strcmp(fields->field[0], name) != 0 || fields->count < 3 ||
	    atoi(fields->field[1]) != atoi(own + 4)) {
		return ANSWER_OTHER;
	}
	int result = atoi(fields->field[2]);

	return result == done ? ANSWER_DONE : result == working ? ANSWER_OTHER : ANSWER_REFUSED;
}

static enum command_answer text_acknowledged(const struct command *command,
					     const struct nmea_fields *fields)
{
	char own[16];

	if (!fields || command->bytes[0] != '$') {
		return ANSWER_OTHER;
	}
	address(command, own);
	if (strncmp(own, "PMTK", 4) == 0) {
		return number_acknowledged(own, fields, "PMTK001", 3, -1);
	}
	if (strncmp(own, "PAIR", 4) == 0) {
		return number_acknowledged(own, fields, "PAIR001", 0, 1);
	}
	if (strncmp(own, "PQTM", 4) != 0 || strcmp(fields->field[0], own) != 0 ||
	    fields->count < 2) {
		return ANSWER_OTHER;
	}
	return strcmp(fields->field[1], "OK") == 0      ? ANSWER_DONE
	       : strcmp(fields->field[1], "ERROR") == 0 ? ANSWER_REFUSED
							: ANSWER_OTHER;
}

enum command_answer command_acknowledged(const struct command *command,
					 const struct message *message)
{
	return message->frame ? frame_acknowledged(command, message->frame)
			      : text_acknowledged(command, message->fields);
}

/* Of several answers of one class and id: is it the one about what the command names? */
static bool frame_answered(const struct command *command, const struct frame *frame)
{
	enum frame_protocol protocol;
	uint8_t class, id;
	size_t from = 0;

	if (!framed(command, &protocol, &class, &id) || frame->protocol != protocol ||
	    frame->class != class || frame->id != id) {
		return false;
	}
	if (protocol != FRAME_UBX) {
		return true; /* the others are asked for all at once */
	}
	if (class == UBX_CFG && id == UBX_VALGET) {
		from = 4; /* of version, layer and position only the version is the same */
	}
	size_t named = command->len - FRAME_HEAD - FRAME_TAIL;

	return frame->length >= named &&
	       (named <= from || memcmp(frame->payload + from, command->bytes + FRAME_HEAD + from,
					named - from) == 0);
}

/* Does the answer name what the command names: "PAIR063,0", "PQTMCFGMSGRATE,R,GGA"? */
static bool same_name(const struct command *command, const struct nmea_fields *fields, int from)
{
	char text[COMMAND_MAX];
	char *save = NULL;
	int i = 0;

	memcpy(text, command->bytes, command->len);
	text[command->len] = '\0';
	text[strcspn(text, "*")] = '\0';
	for (char *word = strtok_r(text, ",", &save); word;
	     word = strtok_r(NULL, ",", &save), i++) {
		if (i >= from && (i >= fields->count || strcmp(fields->field[i], word) != 0)) {
			return false;
		}
	}
	return true;
}

static bool text_answered(const struct command *command, const struct nmea_fields *fields)
{
	const char *said = fields->field[0];
	char own[16];

	if (command->bytes[0] != '$') {
		return false;
	}
	address(command, own);
	if (strncmp(own, "PMTK", 4) == 0) {
		return strncmp(said, "PMTK", 4) == 0 &&
		       atoi(said + 4) == atoi(own + 4) + PMTK_REPLY;
	}
	if (strcmp(said, own) != 0) {
		return false;
	}
	/* Of PQTM the word after the name is "R" in the command, "OK" in the answer. */
	return own[1] == 'Q' ? fields->count >= 2 && strcmp(fields->field[1], "ERROR") != 0 &&
				       same_name(command, fields, 2)
			     : same_name(command, fields, 1);
}

bool command_answered(const struct command *command, const struct message *message)
{
	return message->frame ? frame_answered(command, message->frame)
			      : text_answered(command, message->fields);
}
