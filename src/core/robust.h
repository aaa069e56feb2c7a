/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdint.h>

/*
 * The last values of a noisy quantity, and estimates of it that half of them being wild cannot
 * move far: the median, and the median absolute deviation scaled to a standard deviation.
 */
#define ROBUST_MAX 128

struct robust {
	int capacity; /* 1..ROBUST_MAX */
	int count;
	int next;
	int64_t values[ROBUST_MAX];
};

void robust_init(struct robust *r, int capacity);
void robust_add(struct robust *r, int64_t value);
/* The value added last is overwritten by the next. */
void robust_take_back(struct robust *robust);

/* Adds delta to every value held: the zero from which they are counted has moved. */
void robust_shift(struct robust *r, int64_t delta);

/* The value added so many before the newest one; it must still be held. */
int64_t robust_latest(const struct robust *r, int before);

/* 0 when empty. */
int64_t robust_median(const struct robust *r);

/* The value that so many thousandths of them lie below; 0 when empty. */
int64_t robust_quantile(const struct robust *r, int permille);

/* From one quantile to a higher one; 0 when empty. */
int64_t robust_spread(const struct robust *r, int permille, int higher_permille);

/* 1.4826 times the median distance from their median; 0 with fewer than 3 values. */
int64_t robust_sigma_about(const struct robust *r, int64_t median);
