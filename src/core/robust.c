/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/robust.h"

#include <string.h>

void robust_init(struct robust *r, int capacity)
{
	memset(r, 0, sizeof(*r));
	r->capacity = capacity;
}

void robust_add(struct robust *r, int64_t value)
{
	r->values[r->next] = value;
	r->next = (r->next + 1) % r->capacity;
	if (r->count < r->capacity) {
		r->count++;
	}
}

void robust_take_back(struct robust *r)
{
	r->next = (r->next - 1 + r->capacity) % r->capacity;
	if (r->count < r->capacity) {
		r->count--;
	}
}

void robust_shift(struct robust *r, int64_t delta)
{
	for (int i = 0; i < r->count; i++) {
		r->values[i] += delta;
	}
}

int64_t robust_latest(const struct robust *r, int before)
{
	return r->values[(r->next - 1 - before + 2 * r->capacity) % r->capacity];
}

/* Hoare's selection: the k-th smallest, reordering v. */
static int64_t select_kth(int64_t *v, int count, int k)
{
	int low = 0;
	int high = count - 1;

	while (low < high) {
		int64_t pivot = v[low + (high - low) / 2];
		int i = low;
		int j = high;

		while (i <= j) {
			while (v[i] < pivot) {
				i++;
			}
			while (v[j] > pivot) {
				j--;
			}
			if (i <= j) {
				int64_t swap = v[i];

				v[i++] = v[j];
				v[j--] = swap;
			}
		}
		if (k <= j) {
			high = j;
		} else if (k >= i) {
			low = i;
		} else {
			break;
		}
	}
	return v[k];
}

static int64_t median_of(int64_t *v, int count)
{
	int64_t upper = select_kth(v, count, count / 2);

	if (count % 2) {
		return upper;
	}
	/* Selection left the lower half before it. */
	int64_t lower = v[0];

	for (int i = 1; i < count / 2; i++) {
		if (v[i] > lower) {
			lower = v[i];
		}
	}
	return lower + (upper - lower) / 2;
}

int64_t robust_median(const struct robust *r)
{
	int64_t v[ROBUST_MAX];

	if (r->count == 0) {
		return 0;
	}
	memcpy(v, r->values, sizeof(v[0]) * (size_t)r->count);
	return median_of(v, r->count);
}

int64_t robust_quantile(const struct robust *r, int permille)
{
	int64_t v[ROBUST_MAX];

	if (r->count == 0) {
		return 0;
	}
	memcpy(v, r->values, sizeof(v[0]) * (size_t)r->count);
	return select_kth(v, r->count, (r->count - 1) * permille / 1000);
}

int64_t robust_spread(const struct robust *r, int permille, int higher_permille)
{
	int64_t v[ROBUST_MAX];
	int k = (r->count - 1) * permille / 1000;
	int higher_k = (r->count - 1) * higher_permille / 1000;

	if (r->count == 0) {
		return 0;
	}
	memcpy(v, r->values, sizeof(v[0]) * (size_t)r->count);
	/* Selection leaves what is lower before it. */
	int64_t higher = select_kth(v, r->count, higher_k);

	return higher - select_kth(v, higher_k + 1, k);
}

int64_t robust_sigma_about(const struct robust *r, int64_t median)
{
	int64_t v[ROBUST_MAX];

	if (r->count < 3) {
		return 0;
	}
	for (int i = 0; i < r->count; i++) {
		v[i] = r->values[i] < median ? median - r->values[i] : r->values[i] - median;
	}
	return median_of(v, r->count) * 14826 / 10000;
}
