/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#ifndef NTPSHM_H
#define NTPSHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NTPSHM_API __attribute__((visibility("default")))

/*
 * libntpshm: the shared memory segment through which a time source passes samples to ntpd, chronyd
 * and others; both sides of it. System V key NTPSHM_KEY + unit. Needs libc only. See ntpshm(3).
 *
 * Functions that can fail take a struct ntpshm_error * as their last argument (may be NULL) and
 * return NULL or -1. ntpshm_write, ntpshm_update, ntpshm_set and the calendar functions set errno
 * instead: they are for the fast path and format no text.
 *
 * A handle may be used by one writing thread and any number of reading threads.
 */

#define NTPSHM_KEY   0x4e545030 /* "NTP0" */
#define NTPSHM_UNITS 256

/* As ntpd declares it, with this system's time_t: 96 bytes; 80 where time_t has 32 bits. */
struct ntpshm_time {
	int mode; /* 0: take if valid; 1: take if valid and count stayed the same */
	volatile int count;
	time_t clockTimeStampSec; /* true time */
	int clockTimeStampUSec;
	time_t receiveTimeStampSec; /* system clock at that same instant */
	int receiveTimeStampUSec;
	int leap;      /* enum ntpshm_leap */
	int precision; /* log2 of seconds: -1 is 0.5 s, -20 about 1 us */
	int nsamples;  /* no reader uses it */
	volatile int valid;
	unsigned clockTimeStampNSec; /* all nanoseconds of the second; USec is this, truncated */
	unsigned receiveTimeStampNSec;
	int dummy[8];
};

enum ntpshm_leap {
	NTPSHM_LEAP_NOWARNING = 0,
	NTPSHM_LEAP_ADDSECOND = 1, /* the last minute of this month has 61 seconds */
	NTPSHM_LEAP_DELSECOND = 2, /* … 59 seconds */
	NTPSHM_LEAP_NOTINSYNC = 3  /* do not use */
};

struct ntpshm_error {
	int code;       /* an errno value */
	char text[400]; /* what failed, with which values, what to do; no newline */
};

/* ---- Units as the kernel lists them ------------------------------------------------------- */

struct ntpshm_info {
	int unit;
	int id; /* shmid */
	size_t size;
	uid_t uid, cuid; /* owner and creator: both may always use and change it */
	gid_t gid, cgid;
	unsigned mode; /* permission bits */
	unsigned long attached;
};

/* What the kernel knows about a unit; needs no permission. err->code is ENOENT if there is none. */
NTPSHM_API int ntpshm_stat(int unit, struct ntpshm_info *info, struct ntpshm_error *err);

/* Does its size fit this system's struct ntpshm_time? */
NTPSHM_API bool ntpshm_layout_ok(const struct ntpshm_info *info);

/* ---- Making and opening ------------------------------------------------------------------- */

#define NTPSHM_KEEP_UID  ((uid_t)-1)
#define NTPSHM_KEEP_GID  ((gid_t)-1)
#define NTPSHM_KEEP_MODE (-1)

struct ntpshm_want {
	uid_t uid; /* NTPSHM_KEEP_…: unchanged; a new unit then is the caller's, mode 0600 */
	gid_t gid;
	int mode; /* permission bits */
};

/*
 * The privileged step: makes the unit, or adopts an existing one, and sets its owner, group and
 * mode. Content and attached programs are not disturbed, and nothing is ever removed. Returns 1 if
 * it made the unit, 0 if it existed. Refused: a unit of another size, and one whose creator is not
 * root, the caller or want->uid (the kernel lets a creator change it at any time).
 */
NTPSHM_API int ntpshm_prepare(int unit, const struct ntpshm_want *want, struct ntpshm_error *err);

enum ntpshm_flag {
	NTPSHM_CREATE = 1,    /* make the unit, mode 0600, if it does not exist */
	NTPSHM_READ_ONLY = 2, /* only for ntpshm_read without consuming and ntpshm_get */
	NTPSHM_ANY_OWNER = 4  /* do not check owner and mode */
};

struct ntpshm;

/*
 * Attaches a unit, 0…255. Its size must be that of struct ntpshm_time. Unless NTPSHM_ANY_OWNER or
 * NTPSHM_READ_ONLY is given, owner and creator must be root or the caller, and units 0 and 1 must
 * not be writable by everyone: whoever can write a unit can set the clock.
 */
NTPSHM_API struct ntpshm *ntpshm_open(int unit, unsigned flags, struct ntpshm_error *err);

/* Detaches; the unit stays. NULL is fine. */
NTPSHM_API void ntpshm_close(struct ntpshm *shm);

NTPSHM_API int ntpshm_unit(const struct ntpshm *shm);

/*
 * Was the unit removed (ipcrm) since it was opened? Then readers that start later use a new one:
 * close and open it again. One system call.
 */
NTPSHM_API bool ntpshm_removed(const struct ntpshm *shm);

/* ---- Samples ------------------------------------------------------------------------------ */

struct ntpshm_sample {
	int64_t clock_ns;   /* true time, since 1970-01-01 UTC; may be negative */
	int64_t receive_ns; /* the system clock at that instant */
	int mode;           /* 1, or 0 for readers that know nothing else */
	int leap;           /* enum ntpshm_leap */
	int precision;
	int nsamples; /* read only: ntpshm_write does not change it */
	int count;    /* read only */
	bool valid;   /* read only */
};

/*
 * Publishes a sample. No system call. A reader that follows the protocol never sees half of it.
 * -1 and errno: EINVAL for a mode or leap out of range, ERANGE for an instant that this system's
 * time_t cannot hold, EACCES for a handle opened read-only; nothing is written then.
 */
NTPSHM_API int ntpshm_write(struct ntpshm *shm, const struct ntpshm_sample *sample);

/* ntpshm_write in mode 1, received now, with no leap warning and the precision in the unit. */
NTPSHM_API int ntpshm_update(struct ntpshm *shm, int64_t clock_ns);

/* Has a reader taken the sample last written through this handle? */
NTPSHM_API bool ntpshm_consumed(const struct ntpshm *shm);

/* Has another program written the unit since this handle did? (Readers do not change count.) */
NTPSHM_API bool ntpshm_disturbed(const struct ntpshm *shm);

enum ntpshm_result {
	NTPSHM_SAMPLE,  /* a valid, complete sample */
	NTPSHM_EMPTY,   /* nothing valid: taken, or not written yet; *sample is the last one */
	NTPSHM_CLASH,   /* it was being written during every attempt; *sample is not set */
	NTPSHM_BAD_MODE /* mode is neither 0 nor 1; *sample as for EMPTY */
};

/*
 * Reads the unit; with consume, clears valid after taking a valid sample, as ntpd does (a sample
 * published at that very moment may be lost: there is no queue). With NTPSHM_READ_ONLY, consume is
 * ignored.
 *
 * A NTPSHM_SAMPLE is never half-written. With NTPSHM_EMPTY, *sample is complete if the writer
 * increments count before and after the fields, as this library and gpsd do.
 *
 * Nanoseconds are used only if the microseconds of both stamps are their truncation, as in ntpd.
 * Seconds beyond the range of int64_t nanoseconds are returned as INT64_MIN or INT64_MAX.
 */
NTPSHM_API enum ntpshm_result ntpshm_read(const struct ntpshm *shm, bool consume,
					  struct ntpshm_sample *sample);

/* clock - receive, limited to the range of int64_t. */
NTPSHM_API int64_t ntpshm_offset_ns(const struct ntpshm_sample *sample);

/* ---- Single fields ------------------------------------------------------------------------ */

enum ntpshm_type { NTPSHM_INT, NTPSHM_UNSIGNED, NTPSHM_TIME };

struct ntpshm_field {
	const char *name; /* as in struct ntpshm_time; the spare fields are "dummy[0]"… */
	size_t offset;
	enum ntpshm_type type;
};

/* All fields in the order of the struct, followed by an entry with name NULL. */
NTPSHM_API const struct ntpshm_field *ntpshm_fields(void);

/* NULL if there is no such field. */
NTPSHM_API const struct ntpshm_field *ntpshm_field(const char *name);

/* The field's raw value, outside the protocol. */
NTPSHM_API int64_t ntpshm_get(const struct ntpshm *shm, const struct ntpshm_field *field);

/* -1 and errno: ERANGE if the field cannot hold value, EACCES if opened read-only. */
NTPSHM_API int ntpshm_set(struct ntpshm *shm, const struct ntpshm_field *field, int64_t value);

/*
 * The live segment itself, for special needs: every access is outside the protocol. The caller must
 * be compiled with the same time_t as the library.
 */
NTPSHM_API struct ntpshm_time *ntpshm_ref(struct ntpshm *shm);

/* ---- Instants ----------------------------------------------------------------------------- */

#define NTPSHM_S INT64_C(1000000000) /* nanoseconds in a second */

/* CLOCK_REALTIME. */
NTPSHM_API int64_t ntpshm_now_ns(void);

/* Seconds rounded down, and the remaining nanoseconds, 0…999999999, even before 1970. */
NTPSHM_API void ntpshm_split(int64_t ns, int64_t *seconds, int *nanoseconds);

/* UTC, Gregorian. month is 1…12; second 60 is the next minute's 0, as in Unix time. */
struct ntpshm_calendar {
	int year, month, day;
	int hour, minute, second;
	int nanosecond;
};

NTPSHM_API void ntpshm_to_calendar(int64_t ns, struct ntpshm_calendar *calendar);

/* -1 and errno: EINVAL for a date that does not exist, ERANGE outside int64_t (1677…2262). */
NTPSHM_API int ntpshm_from_calendar(const struct ntpshm_calendar *calendar, int64_t *ns);

#define NTPSHM_TEXT 40

/* "2026-07-01T12:00:00.123456789Z"; text must have room for NTPSHM_TEXT. Returns text. */
NTPSHM_API char *ntpshm_format(int64_t ns, char *text);

/*
 * An instant or duration from text, exactly: "1782907200123456789" or "…ns" is nanoseconds,
 * "1782907200.123456789" (any '.') or "…s" seconds, "2026-07-01T12:00:00.123456789Z" UTC (a space
 * may replace the T; fraction and Z may be missing). -1 and errno: EINVAL, ERANGE.
 */
NTPSHM_API int ntpshm_parse(const char *text, int64_t *ns);

#ifdef __cplusplus
}
#endif

#endif
