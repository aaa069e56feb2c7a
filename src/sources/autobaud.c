/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/autobaud.h"

#include <string.h>

#include "common/ns.h"

#define DWELL_NS    (NS_PER_S * 5 / 2) /* two bursts of a receiver that sends once a second */
#define PATIENCE_NS (NS_PER_S * 3 / 2) /* after the first valid sentence, for the second */
#define GARBAGE_NS  (10 * NS_PER_S)
#define ENOUGH      2
#define LONGEST     120 /* characters of a sentence; some receivers exceed the standard's 82 */

/* By how common they are as a receiver's setting. */
static const uint32_t common_rates[] = {9600, 38400, 115200, 4800, 57600, 19200, 230400, 460800};

static void try_rate(struct autobaud *search, int at)
{
	search->at = at;
	search->bps = search->rates[at];
	search->searching = true;
	search->deadline_ns = 0;
	search->heard = false;
	search->sentences = 0;
	search->garbage = false;
	search->place = 0;
}

static void set_rates(struct autobaud *search, uint32_t first_bps)
{
	search->count = 0;
	if (first_bps) {
		search->rates[search->count++] = first_bps;
	}
	for (size_t i = 0; i < sizeof(common_rates) / sizeof(common_rates[0]); i++) {
		if (common_rates[i] != first_bps) {
			search->rates[search->count++] = common_rates[i];
		}
	}
	try_rate(search, 0);
}

void autobaud_init(struct autobaud *search, uint32_t first_bps)
{
	memset(search, 0, sizeof(*search));
	set_rates(search, first_bps);
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte; true if it ends a sentence with a right checksum. */
static bool scan(struct autobaud *search, uint8_t c)
{
	if (c == '$' || c == '!') {
		search->place = 1;
		search->sum = 0;
		search->length = 0;
		return false;
	}
	if (search->place == 1 && c == '*') {
		search->place = 2;
	} else if (search->place == 1 && c >= 0x20 && c <= 0x7e && search->length < LONGEST) {
		search->sum ^= c;
		search->length++;
	} else if (search->place == 2 && hex_value(c) == search->sum >> 4) {
		search->place = 3;
	} else {
		bool valid = search->place == 3 && hex_value(c) == (search->sum & 15);

		search->place = 0;
		return valid && search->length > 0;
	}
	return false;
}

static bool valid_sentence(struct autobaud *search, int64_t raw_ns)
{
	search->sentences++;
	search->garbage = false;
	if (!search->searching) {
		return false;
	}
	if (search->deadline_ns < raw_ns + PATIENCE_NS) {
		search->deadline_ns = raw_ns + PATIENCE_NS;
	}
	search->searching = search->sentences < ENOUGH;
	return !search->searching;
}

bool autobaud_feed(struct autobaud *search, const uint8_t *data, size_t len, int64_t raw_ns)
{
	bool changed = false;

	if (len == 0) {
		return false;
	}
	search->heard = true;
	if (!search->garbage) {
		search->garbage = true;
		search->garbage_ns = raw_ns;
	}
	for (size_t i = 0; i < len; i++) {
		if (scan(search, data[i])) {
			changed |= valid_sentence(search, raw_ns);
		}
	}
	return changed;
}

bool autobaud_tick(struct autobaud *search, int64_t raw_ns)
{
	if (!search->searching) {
		if (!search->garbage || raw_ns - search->garbage_ns < GARBAGE_NS) {
			return false;
		}
		/* It held so far: the likeliest still. */
		set_rates(search, search->bps);
		return true;
	}
	if (search->deadline_ns == 0) {
		search->deadline_ns = raw_ns + DWELL_NS;
		return false;
	}
	if (raw_ns < search->deadline_ns) {
		return false;
	}
	uint32_t before = search->bps;

	try_rate(search, search->heard ? (search->at + 1) % search->count : 0);
	search->deadline_ns = raw_ns + DWELL_NS;
	return search->bps != before;
}
