/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "config/config.h"
#include "sources/source.h"

/* The sources that the configuration names. NULL with err on failure. */
struct pulse_source *open_pulses(const struct config *config, struct error *err);

/* hint_bps: the bit rate found last time, 0 none. */
struct byte_source *open_bytes(const struct config *config, uint32_t hint_bps, struct error *err);
