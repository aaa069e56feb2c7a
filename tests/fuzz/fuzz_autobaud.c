/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any reads and pauses to the search for a bit rate. A pair of bytes begins each step: the first
 * says how many bytes of the input are read, the second how long it takes (in 50 ms). The rate must
 * always be one of the list; "changed" must be told, and only found with two sentences.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "sources/autobaud.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check(const struct autobaud *search)
{
	bool known = false;

	must(search->count >= 8 && search->count <= AUTOBAUD_MAX_RATES);
	for (int i = 0; i < search->count; i++) {
		known |= search->rates[i] == search->bps;
		must(search->rates[i] >= 1);
		for (int k = 0; k < i; k++) {
			must(search->rates[i] != search->rates[k]);
		}
	}
	must(known);
	must(search->searching || search->sentences >= 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct autobaud search;
	int64_t now = 0;
	size_t at = 1;

	if (size < 1) {
		return 0;
	}
	autobaud_init(&search, data[0] & 1 ? 0 : data[0] * UINT32_C(1200));
	check(&search);
	while (at + 2 <= size) {
		size_t len = data[at];
		struct autobaud before = search;
		bool changed;

		now += data[at + 1] * INT64_C(50000000);
		at += 2;
		len = len < size - at ? len : size - at;
		changed = autobaud_feed(&search, data + at, len, now);
		changed |= autobaud_tick(&search, now);
		at += len;
		check(&search);
		if (search.bps != before.bps || search.searching != before.searching) {
			must(changed);
		}
	}
	return 0;
}
