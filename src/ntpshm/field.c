/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <limits.h>

#include "ntpshm/internal.h"

#define FIELD(member, kind)                                                                        \
	{                                                                                          \
#member, offsetof(struct ntpshm_time, member), kind                                \
	}

static const struct ntpshm_field fields[] = {
	FIELD(mode, NTPSHM_INT),
	FIELD(count, NTPSHM_INT),
	FIELD(clockTimeStampSec, NTPSHM_TIME),
	FIELD(clockTimeStampUSec, NTPSHM_INT),
	FIELD(receiveTimeStampSec, NTPSHM_TIME),
	FIELD(receiveTimeStampUSec, NTPSHM_INT),
	FIELD(leap, NTPSHM_INT),
	FIELD(precision, NTPSHM_INT),
	FIELD(nsamples, NTPSHM_INT),
	FIELD(valid, NTPSHM_INT),
	FIELD(clockTimeStampNSec, NTPSHM_UNSIGNED),
	FIELD(receiveTimeStampNSec, NTPSHM_UNSIGNED),
	FIELD(dummy[0], NTPSHM_INT),
	FIELD(dummy[1], NTPSHM_INT),
	FIELD(dummy[2], NTPSHM_INT),
	FIELD(dummy[3], NTPSHM_INT),
	FIELD(dummy[4], NTPSHM_INT),
	FIELD(dummy[5], NTPSHM_INT),
	FIELD(dummy[6], NTPSHM_INT),
	FIELD(dummy[7], NTPSHM_INT),
	{NULL, 0, NTPSHM_INT},
};

const struct ntpshm_field *ntpshm_fields(void)
{
	return fields;
}

const struct ntpshm_field *ntpshm_field(const char *name)
{
	for (const struct ntpshm_field *field = fields; field->name; field++) {
		if (strcmp(field->name, name) == 0) {
			return field;
		}
	}
	return NULL;
}

static void *address(const struct ntpshm *shm, const struct ntpshm_field *field)
{
	return (char *)shm->seg + field->offset;
}

int64_t ntpshm_get(const struct ntpshm *shm, const struct ntpshm_field *field)
{
	int as_int;
	unsigned as_unsigned;
	time_t as_time;

	switch (field->type) {
	case NTPSHM_TIME:
		ntpshm_load(address(shm, field), &as_time, sizeof(as_time));
		return as_time;
	case NTPSHM_UNSIGNED:
		ntpshm_load(address(shm, field), &as_unsigned, sizeof(as_unsigned));
		return as_unsigned;
	case NTPSHM_INT:
	default:
		ntpshm_load(address(shm, field), &as_int, sizeof(as_int));
		return as_int;
	}
}

static bool fits(enum ntpshm_type type, int64_t value)
{
	switch (type) {
	case NTPSHM_TIME:
		return (int64_t)(time_t)value == value;
	case NTPSHM_UNSIGNED:
		return value >= 0 && value <= UINT_MAX;
	case NTPSHM_INT:
	default:
		return value >= INT_MIN && value <= INT_MAX;
	}
}

int ntpshm_set(struct ntpshm *shm, const struct ntpshm_field *field, int64_t value)
{
	uint32_t word = (uint32_t)value;
	time_t as_time = (time_t)value;

	if (shm->read_only || !fits(field->type, value)) {
		errno = shm->read_only ? EACCES : ERANGE;
		return -1;
	}
	if (field->type == NTPSHM_TIME) {
		ntpshm_store(address(shm, field), &as_time, sizeof(as_time));
	} else {
		ntpshm_store(address(shm, field), &word, sizeof(word));
	}
	return 0;
}

struct ntpshm_time *ntpshm_ref(struct ntpshm *shm)
{
	return shm->seg;
}
