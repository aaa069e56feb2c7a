/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/segment_fill.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static_assert(CORE_STATES <= PPS2SHM_SEGMENT_STATES, "room for all states");
static_assert((int)CORE_CAUSES <= PPS2SHM_SEGMENT_CAUSES, "room for all causes");
static_assert((int)CORE_COARSE == PPS2SHM_SEGMENT_COARSE && (int)CORE_PPS == PPS2SHM_SEGMENT_PPS,
	      "the same order of units");

static void fill_settings(struct pps2shm_segment_settings *settings,
			  const struct core_config *config)
{
	settings->pivot_utc_s = config->pivot_s;
	settings->relabel_hold_ns = config->relabel_hold_ns;
	settings->holdover_ns = config->holdover_ns;
	settings->pps_offset_ns = config->pps_offset_ns;
	settings->configured_lag_ns = config->configured_lag_ns;
	settings->leap_known_until_utc_s = config->leap_known_until_s;
	settings->leap_utc_s = config->leap_utc_s;
	settings->leap = config->leap;
	settings->agree = config->agree;
	settings->clear_edge = config->clear_edge;
	settings->time_leap = config->time_leap;
	settings->leap_corrected = config->leap_corrected;
	settings->leap_count_s = config->leap_count_s;
}

void segment_fill_head(struct pps2shm_segment_head *head, const struct core_config *config)
{
	for (int i = 0; i < CORE_STATES; i++) {
		snprintf(head->state_names[i], sizeof(head->state_names[i]), "%s",
			 core_state_name((enum core_state)i));
	}
	for (int i = 0; i < CORE_CAUSES; i++) {
		snprintf(head->cause_names[i], sizeof(head->cause_names[i]), "%s",
			 core_cause_name((enum core_cause)i));
	}
	fill_settings(&head->settings, config);
}

static void fill_receiver(struct pps2shm_segment_receiver *to, const struct core_receiver *from)
{
	to->fix = from->fix;
	to->fix_mode = from->fix_mode;
	to->satellites_used = from->satellites_used;
	to->satellites_seen = from->satellites_seen;
	to->hdop_x100 = from->hdop_x100;
	to->utc_s = from->utc_s;
	to->jamming = (uint32_t)from->jamming;
	to->spoofing = (uint32_t)from->spoofing;
	memcpy(to->talker, from->talker, sizeof(from->talker));
}

static void fill_leap(struct pps2shm_segment_leap *to, const struct core_leap *from)
{
	to->confirmed_by = from->by;
	to->said_by = (uint32_t)from->said_by;
	to->unknown = from->unknown;
	to->count_s = from->count;
	to->withheld = from->withheld;
	to->corrected = from->corrected;
	to->sure_raw_ns = from->sure_raw_ns;
	to->leap_utc_s = from->leap_utc_s;
	to->leap = from->leap;
}

void segment_fill_page(struct pps2shm_segment_page *page, const struct core_status *status)
{
	page->state = status->state;
	page->state_since_raw_ns = status->state_since_raw_ns;
	page->label_utc_s = status->label_utc_s;
	page->label_raw_ns = status->label_raw_ns;
	page->label_real_ns = status->label_real_ns;
	page->last_pulse_raw_ns = status->last_pulse_raw_ns;
	page->last_sentence_raw_ns = status->last_sentence_raw_ns;
	page->last_confirm_raw_ns = status->last_confirm_raw_ns;
	page->lag_ns = status->lag_ns;
	page->lag_jitter_ns = status->lag_jitter_ns;
	page->jitter_ns = status->jitter_ns;
	page->period_error_ppb = status->period_error_ppb;
	page->clock_maxerr_us = status->clock_maxerr_us;
	page->clock_sync = (status->clock_sync ? PPS2SHM_SEGMENT_SYNC_SAID : 0) |
			   (status->clock_witness ? PPS2SHM_SEGMENT_SYNC_SEEN : 0);
	page->lag_learned = status->lag_learned;
	page->pulses = status->pulses;
	page->missed = status->missed;
	page->bytes = status->bytes;
	page->sentences = status->sentences;
	page->frames = status->frames;
	page->fixes = status->fixes;
	fill_receiver(&page->receiver, &status->receiver);
	fill_leap(&page->leap, &status->leap);
	memcpy(page->rejects, status->rejects, sizeof(status->rejects));
}

const uint8_t *segment_fill_record(struct pps2shm_segment_record *record, const struct event *event)
{
	switch (event->type) {
	case EVENT_PULSE:
		record->arg = event->pulse.seq;
		record->flags = (uint8_t)(event->pulse.clear | event->pulse.kind << 1);
		record->stamp.width_ns = event->pulse.width_ns;
		record->stamp.bias_ns = event->pulse.bias_ns;
		break;
	case EVENT_BYTES:
		record->arg = event->bytes.bps;
		record->since_raw_ns = event->bytes.since_raw_ns;
		record->len = event->bytes.len < PPS2SHM_SEGMENT_EVENT_BYTES
				      ? (uint32_t)event->bytes.len
				      : PPS2SHM_SEGMENT_EVENT_BYTES;
		return event->bytes.data;
	case EVENT_CLOCK:
		record->arg = event->clock.maxerr_us < UINT32_MAX ? (uint32_t)event->clock.maxerr_us
								  : UINT32_MAX;
		record->flags = event->clock.sync;
		break;
	case EVENT_SOURCE:
		record->flags = (uint8_t)(event->source.pps | event->source.back << 1);
		break;
	case EVENT_OFFSET:
		record->arg = (uint32_t)event->offset.pps_offset_ns;
		break;
	case EVENT_STEP:
	case EVENT_TICK:
		break;
	}
	return NULL;
}
