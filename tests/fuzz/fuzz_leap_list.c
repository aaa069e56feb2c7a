/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Any bytes as a list of leap seconds: one that makes sense, or nothing known and a line of why. */
#include <stdbool.h>
#include <stdlib.h>

#include "daemon/leap_list.h"
#include "fuzz.h"

#define PIVOT_S  INT64_C(1793491200)
#define LATEST_S INT64_C(4607452800)

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_error(const struct leap_list *list, const struct error *err)
{
	must(list->known_until_s == 0 && list->utc_s == 0 && list->leap == 0);
	must(err->text[0] != '\0');
	for (const char *c = err->text; *c; c++) {
		must(*c >= ' ' && *c <= '~');
	}
}

static void check_list(const struct leap_list *list, int64_t from_s)
{
	must(list->known_until_s > 0 && list->known_until_s <= LATEST_S);
	if (list->leap == 0) {
		must(list->utc_s == 0);
		return;
	}
	must(list->leap == 1 || list->leap == -1);
	must(list->utc_s >= from_s && list->utc_s <= LATEST_S && list->utc_s % 86400 == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t from_s[] = {0, PIVOT_S, LATEST_S};

	for (int i = 0; i < 3; i++) {
		struct leap_list list = {1, 1, 1, 1};
		struct error err = {""};

		if (leap_list_parse(&list, (const char *)data, size, from_s[i], &err)) {
			check_error(&list, &err);
		} else {
			check_list(&list, from_s[i]);
		}
	}
	return 0;
}
