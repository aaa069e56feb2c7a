/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/capture_pivot.h"

#include <stdlib.h>
#include <string.h>

#include "core/calendar.h"
#include "core/capture_head.h"
#include "core/sentence.h"

/* 6 January 1980. */
#define GPS_BEGAN_S INT64_C(315964800)

void capture_dating_init(struct capture_dating *dating)
{
	memset(dating, 0, sizeof(*dating));
}

/* At utc_s the raw clock read raw_ns. */
static void date(struct capture_dating *dating, int64_t utc_s, int64_t raw_ns)
{
	if (utc_s >= GPS_BEGAN_S) {
		dating->dated = true;
		dating->began_utc_s = utc_s - (raw_ns - dating->first_raw_ns) / NS_PER_S;
	}
}

static void take_sentence(struct capture_dating *dating, const struct event *event)
{
	const int64_t clock_s = floor_div(event->real_ns, NS_PER_S);
	struct nmea_fields fields;
	struct sentence s;

	nmea_split(&dating->framer, &fields);
	if (!sentence_parse(&fields, &s) || !s.has_time || !s.has_date ||
	    s.validity == VALIDITY_BAD) {
		return;
	}
	int year = s.full_year ? s.year : calendar_full_year(s.year, clock_s);

	if (!calendar_valid(year, s.month, s.day)) {
		return;
	}
	int64_t said = calendar_day_start_s(year, s.month, s.day) + s.second_of_day;

	if (llabs(said - clock_s) <= GPS_ERA_S / 2) {
		date(dating, said, event->raw_ns);
	}
}

static void take_bytes(struct capture_dating *dating, const struct event *event)
{
	for (size_t i = 0; i < event->bytes.len && !dating->dated; i++) {
		i += nmea_skip(&dating->framer, event->bytes.data + i, event->bytes.len - i);
		if (i < event->bytes.len &&
		    nmea_feed(&dating->framer, event->bytes.data[i]) == NMEA_SENTENCE) {
			take_sentence(dating, event);
		}
	}
}

bool capture_dating_event(struct capture_dating *dating, const struct event *event)
{
	if (dating->dated) {
		return true;
	}
	if (!dating->begun) {
		dating->begun = true;
		dating->first_raw_ns = event->raw_ns;
	}
	if (event->type == EVENT_CLOCK && event->clock.sync) {
		date(dating, floor_div(event->real_ns, NS_PER_S), event->raw_ns);
	} else if (event->type == EVENT_BYTES) {
		take_bytes(dating, event);
	} else if (event->type == EVENT_SOURCE && !event->source.pps) {
		memset(&dating->framer, 0, sizeof(dating->framer));
	}
	return dating->dated;
}

int64_t capture_dating_pivot_s(const struct capture_dating *dating)
{
	if (!dating->dated || dating->began_utc_s >= CAPTURE_PIVOT_S) {
		return CAPTURE_PIVOT_S;
	}
	return floor_div(dating->began_utc_s, S_PER_DAY) * S_PER_DAY - S_PER_DAY;
}
