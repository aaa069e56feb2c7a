/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/ask.h"

#include <string.h>

#include "common/log.h"
#include "common/ns.h"
#include "core/frame.h"
#include "core/said.h"

#define ANSWERS_NS (10 * NS_PER_S)
#define FIRST_NS   (2 * NS_PER_S)
#define MUTE_NS    (60 * NS_PER_S)
#define LATER_NS   (3600 * NS_PER_S)
/* So many tries come at doubled pauses. */
#define MUTE_TRIES   5
#define NOT_QUIET_NS (3 * NS_PER_S)

static const char ask_pubx[] = "$PUBX,04*37\r\n";

static const struct {
	enum said_by answer;
	enum frame_protocol protocol;
	uint8_t class, id;
	uint8_t sub; /* SkyTraq: the only byte of its payload */
} questions[] = {
	{SAID_TIMELS, FRAME_UBX, 0x01, 0x26, 0},
	{SAID_TIMEGPS, FRAME_UBX, 0x01, 0x20, 0},
	{SAID_CASIC, FRAME_CASIC, 0x01, 0x10, 0},
	{SAID_CASIC, FRAME_CASIC, 0x11, 0x05, 0},
	{SAID_ALLYSTAR, FRAME_ALLYSTAR, 0x01, 0x05, 0},
	{SAID_SKYTRAQ, FRAME_SKYTRAQ, 0, 0x64, 0x20},
};
#define TEXT_MAX (sizeof(ask_pubx) + 6 * (FRAME_MAX - FRAME_PAYLOAD_MAX + 1))

void asker_init(struct asker *a, bool off, int64_t raw_ns)
{
	*a = (struct asker){.off = off, .opened_raw_ns = raw_ns, .next_raw_ns = raw_ns};
}

static int64_t pause_ns(const struct asker *a, const struct core_leap *leap)
{
	if (leap->by) {
		return LATER_NS;
	}
	if (leap->said_by) {
		return ANSWERS_NS;
	}
	return a->tries < MUTE_TRIES ? FIRST_NS << a->tries : MUTE_NS;
}

bool asker_due(struct asker *a, const struct engine *e, bool quiet)
{
	const struct core_status *status = core_status(&e->core);
	const struct core_leap *leap = &status->leap;
	int64_t now = e->now_raw_ns;

	/* Before it has spoken the bit rate may be wrong. */
	if (a->off || status->last_sentence_raw_ns <= a->opened_raw_ns) {
		return false;
	}
	if (a->fix != status->receiver.fix) {
		a->fix = status->receiver.fix;
		a->tries = 0;
		a->next_raw_ns = now;
	}
	a->answered = leap->said_by;
	if (leap->by && leap->said_by != SAID_TIMELS) {
		return false; /* all is known that it can say */
	}
	if (now < a->next_raw_ns + (quiet ? 0 : NOT_QUIET_NS)) {
		return false;
	}
	a->next_raw_ns = now + pause_ns(a, leap);
	a->tries++;
	return true;
}

/* Has it answered with this, or may it yet? */
static bool may_answer(const struct asker *a, enum said_by with)
{
	return a->answered == SAID_NOTHING || a->answered == (int)with ||
	       (with == SAID_TIMEGPS && a->answered == SAID_TIMEUTC);
}

static size_t questions_text(const struct asker *a, uint8_t *text)
{
	size_t len = 0;

	if (may_answer(a, SAID_PUBX)) {
		memcpy(text, ask_pubx, sizeof(ask_pubx) - 1);
		len = sizeof(ask_pubx) - 1;
	}
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct frame frame = {
			.protocol = questions[i].protocol,
			.class = questions[i].class,
			.id = questions[i].id,
			.payload = &questions[i].sub,
			.length = questions[i].sub != 0,
		};

		if (may_answer(a, questions[i].answer)) {
			len += frame_encode(&frame, text + len, TEXT_MAX - len);
		}
	}
	return len;
}

void asker_ask(struct asker *a, struct byte_source *source)
{
	uint8_t text[TEXT_MAX];
	struct error err;

	if (source->ops->write(source, text, questions_text(a, text), &err) < 0) {
		log_info("%s; the receiver is not asked whether it knows the leap seconds",
			 err.text);
		a->off = true;
	}
}
