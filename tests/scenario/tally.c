/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "tally.h"

#include <inttypes.h>

#define TENTH_NS (SECOND_NS / 10)
/* Who has not come back for so long has not come back. */
#define PATIENCE_NS (30 * SECOND_NS)
/* Fewer pulses than this tell nothing of coverage. */
#define DUE_LEAST 20

static void spread_add(struct spread *spread, int64_t value)
{
	value = value < 0 ? 0 : value < TALLY_TENTHS ? value : TALLY_TENTHS - 1;
	spread->at[value]++;
	spread->count++;
}

/* The value that so many in a thousand do not exceed. */
static int spread_quantile(const struct spread *spread, uint64_t permille)
{
	uint64_t sum = 0;

	for (int i = 0; i < TALLY_TENTHS; i++) {
		sum += spread->at[i];
		if (sum > 0 && sum * 1000 >= spread->count * permille) {
			return i;
		}
	}
	return 0;
}

/* From the window's begin to its first sample, if that tells anything. */
static void add_wait(struct spread *spread, const struct judge_window *w, int64_t played_ns)
{
	int64_t until_ns = w->to_ns < played_ns ? w->to_ns : played_ns;

	if (w->first_ns >= 0) {
		spread_add(spread, (w->first_ns - w->from_ns) / TENTH_NS);
	} else if (until_ns - w->from_ns > PATIENCE_NS && w->good > 0) {
		spread_add(spread, (until_ns - w->from_ns) / TENTH_NS);
	}
}

void tally_add(struct tally *t, const struct chance *chance, const struct play *play, bool wrong)
{
	const struct judge *judge = &play->judge;

	t->worlds++;
	t->wrong += wrong;
	t->dead += chance->dead;
	t->pulses += (uint64_t)judge->samples[CORE_PPS];
	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		t->faults[kind] += judge->kinds[kind] > 0;
	}
	if (!chance->lively) {
		return;
	}
	if (chance->roomy && judge->due >= DUE_LEAST) {
		spread_add(&t->coverage, judge->covered * INT64_C(1000) / judge->due);
	}
	if (judge->belief.wrong) {
		return; /* the label before was not right: that takes the hold */
	}
	add_wait(&t->first, chance->first, play->world.now_ns);
	for (int i = 0; i < chance->recoveries; i++) {
		add_wait(&t->recovery, chance->recovery[i], play->world.now_ns);
	}
}

static void print_waits(const char *name, const struct spread *spread, FILE *out)
{
	fprintf(out, "  %-13s median %5.1f s   99 %% %5.1f s   most %5.1f s   of %" PRIu64 "\n",
		name, spread_quantile(spread, 500) / 10.0, spread_quantile(spread, 990) / 10.0,
		spread_quantile(spread, 1000) / 10.0, spread->count);
}

void tally_print(const struct tally *t, const char *name, FILE *out)
{
	if (t->worlds == 0) {
		return;
	}
	fprintf(out,
		"%s: %" PRIu64 " worlds, %" PRIu64 " pulses published, %" PRIu64 " worlds wrong\n"
		"  wrong second %" PRIu64 ", wrong edge %" PRIu64 ", coarse off %" PRIu64
		", not silent %" PRIu64 ", dead %" PRIu64 "\n",
		name, t->worlds, t->pulses, t->wrong, t->faults[FAULT_SECOND],
		t->faults[FAULT_EDGE], t->faults[FAULT_COARSE], t->faults[FAULT_RULE], t->dead);
	fprintf(out,
		"  coverage      median %5.3f     worst 1 %% %5.3f   least %5.3f   of %" PRIu64
		"\n",
		spread_quantile(&t->coverage, 500) / 1000.0,
		spread_quantile(&t->coverage, 10) / 1000.0,
		spread_quantile(&t->coverage, 0) / 1000.0, t->coverage.count);
	print_waits("first sample", &t->first, out);
	print_waits("recovery", &t->recovery, out);
}
