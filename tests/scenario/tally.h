/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdio.h>

#include "chance.h"

/* Tenths of a second up to 300 s; the last is all that is more. */
#define TALLY_TENTHS 3001

/* How many of many lie where. */
struct spread {
	uint64_t count;
	uint64_t at[TALLY_TENTHS];
};

/* What many worlds were like. */
struct tally {
	uint64_t worlds, wrong;       /* wrong: any fault, or dead */
	uint64_t faults[FAULT_KINDS]; /* worlds with such a fault */
	uint64_t dead;
	uint64_t pulses;               /* published */
	struct spread coverage;        /* thousandths; of roomy lines */
	struct spread first, recovery; /* tenths of a second */
};

/* After chance_play(). */
void tally_add(struct tally *tally, const struct chance *chance, const struct play *play,
	       bool wrong);

void tally_print(const struct tally *tally, const char *name, FILE *out);
