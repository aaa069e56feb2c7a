/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>

#include "common/ns.h"
#include "mcp/tools.h"
#include "ntpshm/ntpshm.h"

/* The ring: as many as the input schema allows. */
enum { SAMPLES_MAX = PPS2SHM_SEGMENT_SAMPLES };

struct history {
	struct pps2shm_segment_sample samples[SAMPLES_MAX];
	int64_t sorted[SAMPLES_MAX];
	int count;
	struct status status; /* has the names of the states */
};

static bool has(const struct pps2shm_segment_sample *sample, uint32_t flag)
{
	return (sample->flags & flag) != 0;
}

static int64_t offset_of(const struct pps2shm_segment_sample *sample, uint32_t flag)
{
	return flag == PPS2SHM_SEGMENT_HAS_PPS ? sample->pps_offset_ns : sample->coarse_offset_ns;
}

static json_t *offset_json(const struct pps2shm_segment_sample *sample, uint32_t flag)
{
	return has(sample, flag) ? json_integer(offset_of(sample, flag)) : json_null();
}

static json_t *jitter_json(const struct pps2shm_segment_sample *sample)
{
	return sample->jitter_ns > 0 ? json_integer(sample->jitter_ns) : json_null();
}

static const char *state_of(const struct history *history, const struct pps2shm_segment_sample *s)
{
	return history->status.segment.head.state_names[s->state];
}

static json_t *sample_json(const struct history *history, const struct pps2shm_segment_sample *s)
{
	return json_pack("{s:I, s:b, s:s, s:o, s:o, s:I, s:o, s:b}", "utc_s", (json_int_t)s->utc_s,
			 "labelled", has(s, PPS2SHM_SEGMENT_HAS_LABEL), "state",
			 state_of(history, s), "pps_offset_ns",
			 offset_json(s, PPS2SHM_SEGMENT_HAS_PPS), "coarse_offset_ns",
			 offset_json(s, PPS2SHM_SEGMENT_HAS_COARSE), "lag_ns",
			 (json_int_t)s->lag_ns, "jitter_ns", jitter_json(s), "clock_synchronised",
			 has(s, PPS2SHM_SEGMENT_CLOCK_SYNC));
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* How the offsets lie that were published. */
static json_t *spread_json(struct history *history, uint32_t flag)
{
	int64_t *at = history->sorted;
	int n = 0;

	for (int i = 0; i < history->count; i++) {
		if (has(&history->samples[i], flag)) {
			at[n++] = offset_of(&history->samples[i], flag);
		}
	}
	if (n == 0) {
		return json_pack("{s:i, s:n}", "published", 0, "offset_ns");
	}
	qsort(at, (size_t)n, sizeof(*at), compare);
	return json_pack("{s:i, s:{s:I, s:I, s:I, s:I, s:I}}", "published", n, "offset_ns", "min",
			 (json_int_t)at[0], "p05", (json_int_t)at[n / 20], "median",
			 (json_int_t)at[n / 2], "p95", (json_int_t)at[n - 1 - n / 20], "max",
			 (json_int_t)at[n - 1]);
}

static json_t *states_json(const struct history *history)
{
	json_t *states = json_object();

	for (int i = 0; i < history->count; i++) {
		const char *name = state_of(history, &history->samples[i]);

		json_object_set_new(
			states, name,
			json_integer(json_integer_value(json_object_get(states, name)) + 1));
	}
	return states;
}

static json_t *instant_json(int64_t utc_s)
{
	char text[NTPSHM_TEXT];

	return utc_s > 0 && utc_s < INT64_MAX / NS_PER_S
		       ? json_string(ntpshm_format(utc_s * NS_PER_S, text))
		       : json_null();
}

static json_t *summary_json(struct history *history)
{
	const int n = history->count;
	const struct pps2shm_segment_sample *at = history->samples;

	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "seconds", n, "from_utc",
			 n ? instant_json(at[0].utc_s) : json_null(), "to_utc",
			 n ? instant_json(at[n - 1].utc_s) : json_null(), "states",
			 states_json(history), "pps", spread_json(history, PPS2SHM_SEGMENT_HAS_PPS),
			 "coarse", spread_json(history, PPS2SHM_SEGMENT_HAS_COARSE), "jitter_ns",
			 n ? jitter_json(&at[n - 1]) : json_null());
}

json_t *mcp_tool_history(const struct mcp_world *world, const json_t *arguments, struct error *err)
{
	static struct history history;
	const int seconds = (int)json_integer_value(json_object_get(arguments, "seconds"));
	const int listed = (int)json_integer_value(json_object_get(arguments, "samples"));
	int64_t real_ns;

	world->status(world->arg, &history.status, &real_ns);
	history.count = world->samples(world->arg, history.samples, seconds, err);
	if (history.count < 0) {
		return NULL;
	}
	json_t *samples = json_array();

	for (int i = listed < history.count ? history.count - listed : 0; i < history.count; i++) {
		json_array_append_new(samples, sample_json(&history, &history.samples[i]));
	}
	return json_pack("{s:o, s:o}", "summary", summary_json(&history), "samples", samples);
}
