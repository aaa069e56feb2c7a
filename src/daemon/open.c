/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "daemon/open.h"

#include <string.h>

#include "common/log.h"
#include "sources/bytes.h"
#include "sources/gpio.h"
#include "sources/poll.h"
#include "sources/pps.h"
#include "sources/pps_find.h"
#include "sources/simulator.h"

static struct pulse_source *open_gpio(const struct config *c, struct error *err)
{
	struct gpio_options options = {
		.chip = strcmp(c->pps_chip, "auto") == 0 ? NULL : c->pps_chip,
		.gpio = c->pps_gpio >= 0 ? c->pps_gpio : PPS_DEFAULT_GPIO,
		.clear = c->core.clear_edge,
	};

	return gpio_open(&options, err);
}

static struct pulse_source *open_pps(const struct config *c, struct error *err)
{
	struct pps_options options = {
		.device = c->pps_device,
		.gpio = c->pps_gpio,
		.clear = c->core.clear_edge,
	};

	if (!c->pps_poll) {
		return pps_open(&options, err);
	}
	struct poll_line_options line = {.pps = &options, .gpio = -1};
	struct error why;
	struct pulse_source *source = poll_open(&line, config_stamp_bias_ns(c), &why, err);

	if (source && why.text[0]) {
		log_warning("%s; going on with the kernel's stamps", why.text);
	}
	return source;
}

struct pulse_source *open_pulses(const struct config *c, struct error *err)
{
	struct simulator_config simulator;

	switch (c->pps_source) {
	case CONFIG_PPS_GPIO:
		return open_gpio(c, err);
	case CONFIG_PPS_SIM:
		simulator_default(&simulator);
		return simulator_pulses(&simulator, err);
	default:
		return open_pps(c, err);
	}
}

struct byte_source *open_bytes(const struct config *c, uint32_t hint_bps, struct error *err)
{
	struct simulator_config simulator;
	struct byte_options options = {
		.path = c->serial_device,
		.bps = (uint32_t)c->serial_baud,
		.hint_bps = hint_bps,
	};

	if (c->pps_source == CONFIG_PPS_SIM) {
		simulator_default(&simulator);
		return simulator_bytes(&simulator, err);
	}
	return byte_source_open(&options, err);
}
