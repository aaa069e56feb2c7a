/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Any bytes as a configuration file: taken with every value in range, or one line that says why. */
#include <stdlib.h>
#include <string.h>

#include "common/clean.h"
#include "config/config.h"
#include "fuzz.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_values(const struct config *c)
{
	must(c->core.agree >= 2 && c->core.agree <= 20);
	must(c->core.holdover_ns >= 0 && c->core.relabel_hold_ns >= 1000000000);
	must(c->coarse_unit >= -1 && c->coarse_unit <= 255);
	must(c->pps_unit >= -1 && c->pps_unit <= 255);
	must(memchr(c->serial_device, '\0', sizeof(c->serial_device)));
	must(memchr(c->pps_device, '\0', sizeof(c->pps_device)));
	must(memchr(c->pps_socket, '\0', sizeof(c->pps_socket)));
	must(memchr(c->leap_file, '\0', sizeof(c->leap_file)));
	must(c->segment_name[0] == '/' && memchr(c->segment_name, '\0', sizeof(c->segment_name)));
}

static void check_error(const struct error *err)
{
	char clean[sizeof(err->text)];

	must(strncmp(err->text, "FILE:", 5) == 0);
	clean_text(clean, sizeof(clean), err->text);
	must(strcmp(clean, err->text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	struct error err = {""};

	config_default(&config);
	if (config_parse(&config, "FILE", (const char *)data, size, &err)) {
		check_error(&err);
	}
	check_values(&config);
	return 0;
}
