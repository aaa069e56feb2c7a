/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <errno.h>
#include <string.h>

#include "ntpshm/ntpshm.h"

struct ntpshm {
	struct ntpshm_time *seg;
	int unit;
	int id;
	bool read_only;
	bool written;   /* through this handle */
	int last_count; /* as our last write left it */
};

/* Fills err (may be NULL); always returns -1. */
int ntpshm_fail(struct ntpshm_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static inline int ntpshm_refuse(int code)
{
	errno = code;
	return -1;
}

/* The size rule; then, with judge_owner, the rules of ntpshm_open for a writer of identity me. */
int ntpshm_check(const struct ntpshm_info *info, bool judge_owner, uid_t me,
		 struct ntpshm_error *err);

/* Why a unit that exists was refused by permission. Always -1. */
int ntpshm_denied(const struct ntpshm_info *info, bool read_only, uid_t me,
		  struct ntpshm_error *err);

/*
 * The segment is accessed in words of 32 bits: these are atomic on every machine without help from
 * libatomic, 64-bit time_t on 32-bit ARM included; the protocol joins them. Stores release and
 * loads acquire: all stores are seen in the order written. (Thread fences would do the same, but
 * the thread sanitizer does not understand them.)
 */
typedef uint32_t __attribute__((may_alias)) ntpshm_word;

static inline void ntpshm_store(volatile void *field, const void *value, size_t size)
{
	volatile ntpshm_word *to = field;
	const unsigned char *from = value;

	for (size_t at = 0; at < size; at += sizeof(*to)) {
		uint32_t word;

		memcpy(&word, from + at, sizeof(word));
		__atomic_store_n(to++, word, __ATOMIC_RELEASE);
	}
}

static inline void ntpshm_load(const volatile void *field, void *value, size_t size)
{
	const volatile ntpshm_word *from = field;
	unsigned char *to = value;

	for (size_t at = 0; at < size; at += sizeof(*from)) {
		uint32_t word = __atomic_load_n(from++, __ATOMIC_ACQUIRE);

		memcpy(to + at, &word, sizeof(word));
	}
}
