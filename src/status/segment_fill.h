/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "core/core.h"
#include "core/event.h"
#include "status/pps2shm_segment.h"

/* What the core says, put into the words of the status segment. */

/* The names of states and causes, and the settings. */
void segment_fill_head(struct pps2shm_segment_head *head, const struct core_config *config);

void segment_fill_page(struct pps2shm_segment_page *page, const struct core_status *status);

/* What depends on the type of the event; returns the data to append. */
const uint8_t *segment_fill_record(struct pps2shm_segment_record *record,
				   const struct event *event);
