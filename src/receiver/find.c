/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/find.h"

#include "receiver/family.h"

static const uint32_t rates[] = {9600, 115200, 38400, 57600, 460800, 230400, 19200, 4800};

enum { RATES = sizeof(rates) / sizeof(rates[0]), LISTEN_MS = 1300, ANSWER_MS = 1500 };

/* How a rate is tried. */
typedef enum talk_result try_rate(struct talk *talk, const struct command *hello,
				  struct error *err);

/* Noise at a wrong rate passes for a sentence once in a long while, never for two. */
static bool take_second(void *arg, const struct message *message)
{
	int *count = arg;

	(void)message;
	return ++*count == 2;
}

static enum talk_result try_listening(struct talk *talk, const struct command *hello,
				      struct error *err)
{
	int count = 0;

	(void)hello;
	return talk_listen(talk, LISTEN_MS, take_second, &count, err);
}

static bool take_any(void *arg, const struct message *message)
{
	(void)arg;
	(void)message;
	return true;
}

static enum talk_result try_all_hellos(struct talk *talk, const struct command *hello,
				       struct error *err)
{
	struct command hellos[FAMILY_HELLOS];
	int count = family_hellos(hellos);

	(void)hello;
	for (int i = 0; i < count; i++) {
		if (talk_send(talk, &hellos[i], err)) {
			return TALK_GONE;
		}
	}
	return talk_listen(talk, ANSWER_MS, take_any, NULL, err);
}

static enum talk_result try_hello(struct talk *talk, const struct command *hello, struct error *err)
{
	return talk_hears(talk, hello, talk->answer_ms, err);
}

static enum talk_result try_rates(struct talk *talk, uint32_t likely, try_rate *how,
				  const struct command *hello, struct error *err)
{
	enum talk_result result = TALK_SILENT;

	for (int i = likely ? -1 : 0; i < RATES && result == TALK_SILENT; i++) {
		uint32_t rate = i < 0 ? likely : rates[i];

		if (i < 0 || rate != likely) {
			result = talk_set_bps(talk, rate, err) ? TALK_GONE : how(talk, hello, err);
		}
	}
	return result;
}

enum talk_result find_rate(struct talk *talk, uint32_t likely, struct error *err)
{
	enum talk_result result;

	if (talk->bps == 0) { /* USB has no rate */
		return TALK_DONE;
	}
	result = try_rates(talk, likely, try_listening, NULL, err);
	return result == TALK_SILENT ? try_rates(talk, likely, try_all_hellos, NULL, err) : result;
}

enum talk_result find_again(struct talk *talk, uint32_t likely, const struct command *hello,
			    struct error *err)
{
	return try_rates(talk, likely, try_hello, hello, err);
}
