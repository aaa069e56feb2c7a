/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <string.h>

#include "ntpshm/internal.h"

/*
 * A writer: valid = 0, count odd, fields, count even, valid = 1, in this order for everyone who
 * looks. A reader takes count, everything else, then count again. A copy is whole if both counts
 * agree and valid was set in between (or count was even: nobody was writing): a field from a later
 * write cannot be seen without the count that went before it.
 */

#define TRIES 64

struct stamp {
	time_t s;
	int us;
	unsigned ns;
};

static int stamp_from_ns(int64_t ns, struct stamp *stamp)
{
	int64_t seconds;
	int nanoseconds;

	ntpshm_split(ns, &seconds, &nanoseconds);
	stamp->s = (time_t)seconds;
	stamp->us = nanoseconds / 1000;
	stamp->ns = (unsigned)nanoseconds;
	return (int64_t)stamp->s == seconds ? 0 : -1;
}

static void store_int(volatile int *field, int value)
{
	ntpshm_store(field, &value, sizeof(value));
}

static int load_int(const volatile int *field)
{
	int value;

	ntpshm_load(field, &value, sizeof(value));
	return value;
}

static void store_fields(struct ntpshm_time *seg, const struct ntpshm_sample *sample,
			 const struct stamp *clock, const struct stamp *receive)
{
	store_int(&seg->mode, sample->mode);
	ntpshm_store(&seg->clockTimeStampSec, &clock->s, sizeof(clock->s));
	store_int(&seg->clockTimeStampUSec, clock->us);
	ntpshm_store(&seg->clockTimeStampNSec, &clock->ns, sizeof(clock->ns));
	ntpshm_store(&seg->receiveTimeStampSec, &receive->s, sizeof(receive->s));
	store_int(&seg->receiveTimeStampUSec, receive->us);
	ntpshm_store(&seg->receiveTimeStampNSec, &receive->ns, sizeof(receive->ns));
	store_int(&seg->leap, sample->leap);
	store_int(&seg->precision, sample->precision);
}

int ntpshm_write(struct ntpshm *shm, const struct ntpshm_sample *sample)
{
	struct ntpshm_time *seg = shm->seg;
	struct stamp clock, receive;
	unsigned count;

	if (shm->read_only) {
		return ntpshm_refuse(EACCES);
	}
	if (sample->mode < 0 || sample->mode > 1 || sample->leap < NTPSHM_LEAP_NOWARNING ||
	    sample->leap > NTPSHM_LEAP_NOTINSYNC) {
		return ntpshm_refuse(EINVAL);
	}
	if (stamp_from_ns(sample->clock_ns, &clock) ||
	    stamp_from_ns(sample->receive_ns, &receive)) {
		return ntpshm_refuse(ERANGE);
	}

	/* Odd while writing, even at rest, also after a writer that died half-way. */
	count = ((unsigned)load_int(&seg->count) + 1U) | 1U;
	store_int(&seg->valid, 0);
	store_int(&seg->count, (int)count);
	store_fields(seg, sample, &clock, &receive);
	store_int(&seg->count, (int)(count + 1U));
	store_int(&seg->valid, 1);

	shm->written = true;
	shm->last_count = (int)(count + 1U);
	return 0;
}

int ntpshm_update(struct ntpshm *shm, int64_t clock_ns)
{
	struct ntpshm_sample sample = {
		.clock_ns = clock_ns,
		.receive_ns = ntpshm_now_ns(),
		.mode = 1,
		.leap = NTPSHM_LEAP_NOWARNING,
		.precision = load_int(&shm->seg->precision),
	};

	return ntpshm_write(shm, &sample);
}

bool ntpshm_consumed(const struct ntpshm *shm)
{
	return shm->written && !ntpshm_disturbed(shm) && load_int(&shm->seg->valid) == 0;
}

bool ntpshm_disturbed(const struct ntpshm *shm)
{
	return shm->written && load_int(&shm->seg->count) != shm->last_count;
}

/* False if a writer came in between. */
static bool copy_once(const struct ntpshm_time *seg, struct ntpshm_time *copy)
{
	int count = load_int(&seg->count);

	ntpshm_load(seg, copy, sizeof(*copy));
	copy->count = count;
	return load_int(&seg->count) == count && (copy->valid || count % 2 == 0);
}

/* In mode 0 other writers need not count: there two copies must be the same. */
static bool copy_whole(const struct ntpshm_time *seg, struct ntpshm_time *copy)
{
	struct ntpshm_time again;

	for (int i = 0; i < TRIES; i++) {
		if (!copy_once(seg, copy)) {
			continue;
		}
		if (copy->mode == 1) {
			return true;
		}
		if (copy_once(seg, &again) && memcmp(copy, &again, sizeof(again)) == 0) {
			return true;
		}
	}
	return false;
}

static int64_t join(int64_t seconds, int64_t nanoseconds)
{
	int64_t ns;

	if (__builtin_mul_overflow(seconds, NTPSHM_S, &ns) ||
	    __builtin_add_overflow(ns, nanoseconds, &ns)) {
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	}
	return ns;
}

static bool ns_agrees(int us, unsigned ns)
{
	int64_t rest = (int64_t)ns - (int64_t)us * 1000;

	return rest >= 0 && rest < 1000;
}

static void decode(const struct ntpshm_time *copy, struct ntpshm_sample *sample)
{
	bool fine = ns_agrees(copy->clockTimeStampUSec, copy->clockTimeStampNSec) &&
		    ns_agrees(copy->receiveTimeStampUSec, copy->receiveTimeStampNSec);
	int64_t clock =
		fine ? (int64_t)copy->clockTimeStampNSec : (int64_t)copy->clockTimeStampUSec * 1000;
	int64_t receive = fine ? (int64_t)copy->receiveTimeStampNSec
			       : (int64_t)copy->receiveTimeStampUSec * 1000;

	*sample = (struct ntpshm_sample){
		.clock_ns = join(copy->clockTimeStampSec, clock),
		.receive_ns = join(copy->receiveTimeStampSec, receive),
		.mode = copy->mode,
		.leap = copy->leap,
		.precision = copy->precision,
		.nsamples = copy->nsamples,
		.count = copy->count,
		.valid = copy->valid != 0,
	};
}

enum ntpshm_result ntpshm_read(const struct ntpshm *shm, bool consume, struct ntpshm_sample *sample)
{
	struct ntpshm_time copy;

	if (!copy_whole(shm->seg, &copy)) {
		return NTPSHM_CLASH;
	}
	decode(&copy, sample);
	if (sample->mode != 0 && sample->mode != 1) {
		return NTPSHM_BAD_MODE;
	}
	if (!sample->valid) {
		return NTPSHM_EMPTY;
	}
	if (consume && !shm->read_only) {
		store_int(&shm->seg->valid, 0);
	}
	return NTPSHM_SAMPLE;
}

int64_t ntpshm_offset_ns(const struct ntpshm_sample *sample)
{
	int64_t offset;

	if (__builtin_sub_overflow(sample->clock_ns, sample->receive_ns, &offset)) {
		return sample->clock_ns < sample->receive_ns ? INT64_MIN : INT64_MAX;
	}
	return offset;
}
