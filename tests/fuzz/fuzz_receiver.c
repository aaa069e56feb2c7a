/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * A receiver that answers nonsense: each question gets an answer of its own kind, with a right checksum
 * and what the input has for a content, or a refusal, or noise. Whatever it says, each setting that is read
 * from it has words and a command.
 */
#include <stdlib.h>
#include <string.h>

#include "common/ns.h"
#include "fuzz.h"
#include "receiver/family.h"

struct liar {
	struct talk_line line;
	int64_t now_ns;
	const uint8_t *data;
	size_t left;
	uint8_t said[4096]; /* and not heard yet */
	size_t len;
};

static uint8_t next(struct liar *liar)
{
	if (liar->left == 0) {
		return 0;
	}
	liar->left--;
	return *liar->data++;
}

static void say(struct liar *liar, const uint8_t *bytes, size_t len)
{
	if (liar->len + len <= sizeof(liar->said)) {
		memcpy(liar->said + liar->len, bytes, len);
		liar->len += len;
	}
}

/* The question's own class and id, and a part of its payload, so that it passes for the answer. */
static void say_frame(struct liar *liar, const uint8_t *question, size_t len)
{
	bool casic = question[0] == 0xba;
	uint8_t payload[120], bytes[FRAME_MAX];
	size_t named = casic || len < 8 ? 0 : len - 8;
	const struct frame frame = {casic ? FRAME_CASIC : FRAME_UBX, question[casic ? 4 : 2],
				    question[casic ? 5 : 3], payload,
				    (size_t)(next(liar) % sizeof(payload)) / 4 * 4};

	for (size_t i = 0; i < frame.length; i++) {
		payload[i] = i < named ? question[6 + i] : next(liar);
	}
	say(liar, bytes, frame_encode(&frame, bytes, sizeof(bytes)));
}

static void say_sentence(struct liar *liar, const uint8_t *question, size_t len)
{
	static const char bits[] = "0123456789,,,,-OKER";
	char text[100];
	struct command answer;
	size_t n = 0, fields = next(liar) % 60;

	for (size_t i = 1; i < len && question[i] != '*' && n < 40; i++) {
		text[n++] = (char)question[i];
	}
	if (n > 7 && text[1] == 'M') { /* PMTK414 is answered by PMTK514 */
		text[4]++;
	}
	text[n++] = ',';
	for (size_t i = 0; i < fields; i++) {
		text[n++] = bits[next(liar) % (sizeof(bits) - 1)];
	}
	text[n] = '\0';
	command_text(&answer, "%s", text);
	say(liar, answer.bytes, answer.len);
}

static int liar_write(struct talk_line *line, const uint8_t *bytes, size_t len, struct error *err)
{
	struct liar *liar = (struct liar *)line;

	(void)err;
	switch (next(liar) % 8) {
	case 0: /* silent */
		break;
	case 1: {
		const uint8_t refused[] = {bytes[bytes[0] == 0xba ? 4 : 2],
					   bytes[bytes[0] == 0xba ? 5 : 3], 0, 0};
		struct command nak;

		command_frame(&nak, bytes[0] == 0xba ? FRAME_CASIC : FRAME_UBX, 5, 0, refused, 4);
		say(liar, nak.bytes, nak.len);
		break;
	}
	case 2: {
		const uint8_t noise[] = {next(liar), next(liar), next(liar)};

		say(liar, noise, sizeof(noise));
		break;
	}
	default:
		if (bytes[0] == '$') {
			say_sentence(liar, bytes, len);
		} else {
			say_frame(liar, bytes, len);
		}
	}
	return 0;
}

static int liar_read(struct talk_line *line, uint8_t *bytes, size_t size, int timeout_ms,
		     struct error *err)
{
	struct liar *liar = (struct liar *)line;
	size_t n = liar->len < size ? liar->len : size;

	(void)err;
	liar->now_ns += (n ? 1 : timeout_ms) * NS_PER_MS;
	memcpy(bytes, liar->said, n);
	memmove(liar->said, liar->said + n, liar->len - n);
	liar->len -= n;
	return (int)n;
}

static int liar_set_bps(struct talk_line *line, uint32_t bps, struct error *err)
{
	(void)line;
	(void)bps;
	(void)err;
	return 0;
}

static int64_t liar_now_ns(struct talk_line *line)
{
	return ((struct liar *)line)->now_ns;
}

static void check(const struct settings *settings)
{
	for (int i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->at[i];

		if (!setting->key[0] || !setting->name[0] || !setting->wanted[0] ||
		    setting->set.len == 0 || setting->set.len > COMMAND_MAX) {
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct family *const families[] = {&family_ublox_cfg, &family_ublox_val,
							&family_casic,     &family_mtk,
							&family_airoha,    &family_pqtm};
	static struct settings settings, saves;
	struct liar liar = {.line = {liar_read, liar_write, liar_set_bps, liar_now_ns},
			    .data = data,
			    .left = size};
	uint8_t which = next(&liar);
	const struct wish wish = {.moving = which & 0x80};
	struct identity identity;
	struct talk talk;
	struct error err;

	talk_init(&talk, &liar.line, which & 0x40 ? 0 : 9600);
	family_identify(&talk, &identity, &err);
	settings.count = saves.count = 0;
	if (families[which % 6]->read(&talk, &identity, &wish, &settings, &err) == TALK_DONE) {
		check(&settings);
		if (families[which % 6]->save) {
			families[which % 6]->save(&settings, &saves);
		}
	}
	return 0;
}
