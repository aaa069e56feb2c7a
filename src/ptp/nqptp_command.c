/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/nqptp_command.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "common/clean.h"

enum { SHOWN_BYTES = 60 };

struct word {
	const char *text;
	size_t len;
};

/* The next word of the text up to end; its length is 0 if there is none. */
static struct word next_word(const char **at, const char *end)
{
	struct word word;

	while (*at < end && **at == ' ') {
		(*at)++;
	}
	word.text = *at;
	while (*at < end && **at != ' ') {
		(*at)++;
	}
	word.len = (size_t)(*at - word.text);
	return word;
}

static int bad(const void *data, size_t len, const char *why, struct error *err)
{
	char shown[SHOWN_BYTES];

	clean_bytes(shown, sizeof(shown), data, len);
	return error_set(
		err,
		"control port 9000: '%s': %s; it must be NAME and T with addresses, B, E or P: look which program sends it",
		shown, why);
}

static bool parse_address(struct word word, struct ptp_address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char text[INET6_ADDRSTRLEN];
	const char *zone = memchr(word.text, '%', word.len);
	size_t len = zone ? (size_t)(zone - word.text) : word.len;

	if (len >= sizeof(text)) {
		return false;
	}
	memcpy(text, word.text, len);
	text[len] = '\0';
	*address = (struct ptp_address){.family = 4};
	if (inet_pton(AF_INET, text, address->bytes) == 1) {
		return true;
	}
	address->family = 6;
	if (inet_pton(AF_INET6, text, address->bytes) != 1) {
		return false;
	}
	if (memcmp(address->bytes, mapped, sizeof(mapped)) == 0) {
		struct ptp_address ipv4 = {.family = 4};

		memcpy(ipv4.bytes, address->bytes + sizeof(mapped), 4);
		*address = ipv4;
	}
	return true;
}

/* False if there are words, but no address among them. */
static bool parse_peers(struct nqptp_command *command, const char *at, const char *end)
{
	struct word word = next_word(&at, end);
	bool none_told = word.len == 0;

	for (; word.len && command->peers < NQPTP_PEERS; word = next_word(&at, end)) {
		if (parse_address(word, &command->peer[command->peers])) {
			command->peers++;
		}
	}
	return none_told || command->peers > 0;
}

int nqptp_command_parse(struct nqptp_command *command, const void *data, size_t len,
			struct error *err)
{
	static const char verbs[] = {
		[NQPTP_TIMING] = 'T', [NQPTP_BEGIN] = 'B', [NQPTP_END] = 'E', [NQPTP_PAUSE] = 'P'};
	const char *at = data;
	const char *end = at + strnlen(data, len);

	while (end > at && (end[-1] == '\n' || end[-1] == '\r' || end[-1] == ' ')) {
		end--;
	}
	len = (size_t)(end - at);
	struct word name = next_word(&at, end);
	struct word verb = next_word(&at, end);
	const char *known = verb.len == 1 ? memchr(verbs, verb.text[0], sizeof(verbs)) : NULL;

	if (!verb.len) {
		return bad(data, len, name.len ? "no command" : "empty", err);
	}
	if (!known) {
		return bad(data, len, "unknown command", err);
	}
	*command = (struct nqptp_command){.verb = (enum nqptp_verb)(known - verbs)};
	if (command->verb != NQPTP_TIMING && next_word(&at, end).len) {
		return bad(data, len, "too many words", err);
	}
	if (command->verb == NQPTP_TIMING && !parse_peers(command, at, end)) {
		return bad(data, len, "no address among them", err);
	}
	return 0;
}
