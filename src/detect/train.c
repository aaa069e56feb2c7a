/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "detect/train.h"

#include <stdlib.h>
#include <string.h>

#include "common/ns.h"

/* A free-running processor's clock and a late interrupt, generously. */
#define TOLERANCE_NS (10 * NS_PER_MS)
#define SQUARE_NS    INT64_C(450000000)

/* Three pulses and the begin of the fourth: all of their edges. */
enum { NEEDED = 6 };

void train_add(struct train *train, int64_t ns, bool falling)
{
	if (train->count == TRAIN_KEPT) {
		memmove(&train->edge[0], &train->edge[1],
			sizeof(train->edge[0]) * (TRAIN_KEPT - 1));
		train->count--;
	}
	train->edge[train->count].ns = ns;
	train->edge[train->count].falling = falling;
	train->count++;
	train->total++;
}

/* Every second edge of the last ones lies a second after the one before. */
static bool beats(const struct train *train)
{
	for (int i = train->count - NEEDED + 2; i < train->count; i++) {
		int64_t period = train->edge[i].ns - train->edge[i - 2].ns;

		if (llabs(period - NS_PER_S) > TOLERANCE_NS) {
			return false;
		}
	}
	return true;
}

static bool alternates(const struct train *train)
{
	for (int i = train->count - NEEDED + 1; i < train->count; i++) {
		if (train->edge[i].falling == train->edge[i - 1].falling) {
			return false;
		}
	}
	return true;
}

bool train_judge(const struct train *train, struct train_pulse *pulse)
{
	if (train->count < NEEDED || !beats(train)) {
		return false;
	}
	int last = train->count - 1;
	int64_t newer = train->edge[last].ns - train->edge[last - 1].ns;
	int64_t older = train->edge[last - 1].ns - train->edge[last - 2].ns;
	/* The shorter part is between these two edges; the first of them begins it. */
	int begin = newer < older ? last - 1 : last - 2;

	pulse->width_ns = newer < older ? newer : older;
	pulse->period_ns = train->edge[last].ns - train->edge[last - 2].ns;
	if (!alternates(train)) {
		/*
		 * A pulse so short that its interrupt finds the line back at rest: the kernel then
		 * calls both edges after the level it rests at.
		 */
		pulse->edge = train->edge[begin].falling ? TRAIN_RISING : TRAIN_FALLING;
	} else if (pulse->width_ns > SQUARE_NS) {
		pulse->edge = TRAIN_EITHER;
	} else {
		pulse->edge = train->edge[begin].falling ? TRAIN_FALLING : TRAIN_RISING;
	}
	return true;
}
