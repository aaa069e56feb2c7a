/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>

#include "ntpshm/internal.h"

/* 96 where time_t has 64 bits, 80 where it has 32, 88 for 64 bits on i386 (aligned to 4). */
_Static_assert(sizeof(struct ntpshm_time) == (sizeof(time_t) == 4                 ? 80
					      : _Alignof(struct ntpshm_time) == 8 ? 96
										  : 88),
	       "the segment's layout is not that of ntpd");

int ntpshm_fail(struct ntpshm_error *err, int code, const char *format, ...)
{
	va_list args;

	if (err) {
		err->code = code;
		va_start(args, format);
		vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
	}
	return -1;
}

struct name {
	char text[48];
};

static struct name user_name(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);
	struct name name;

	snprintf(name.text, sizeof(name.text), "%s (uid %u)", user ? user->pw_name : "unknown",
		 (unsigned)uid);
	return name;
}

static struct name group_name(gid_t gid)
{
	const struct group *group = getgrgid(gid);
	struct name name;

	if (group) {
		snprintf(name.text, sizeof(name.text), "%s", group->gr_name);
	} else {
		snprintf(name.text, sizeof(name.text), "%u", (unsigned)gid);
	}
	return name;
}

bool ntpshm_layout_ok(const struct ntpshm_info *info)
{
	return info->size == sizeof(struct ntpshm_time);
}

static int check_size(const struct ntpshm_info *info, struct ntpshm_error *err)
{
	bool other_time = info->size == 80 || info->size == 88 || info->size == 96;
	int key = NTPSHM_KEY + info->unit;

	if (ntpshm_layout_ok(info)) {
		return 0;
	}
	return ntpshm_fail(
		err, EINVAL,
		"unit %d (key 0x%x) is %zu bytes, not %zu: it was made by a program %s; end that program, remove the segment with 'ipcrm -M 0x%x' and restart ntpd",
		info->unit, (unsigned)key, info->size, sizeof(struct ntpshm_time),
		other_time ? "with another time_t" : "that is no NTP time source", (unsigned)key);
}

static bool trusted(uid_t uid, uid_t me)
{
	return uid == 0 || uid == me;
}

static int check_owner(const struct ntpshm_info *info, uid_t me, struct ntpshm_error *err)
{
	unsigned key = NTPSHM_KEY + (unsigned)info->unit;

	if (!trusted(info->cuid, me)) {
		return ntpshm_fail(
			err, EPERM,
			"unit %d (key 0x%x) was made by %s, who could always change it, not by root or %s: end that program, remove the segment with 'ipcrm -M 0x%x' and restart ntpd",
			info->unit, key, user_name(info->cuid).text, user_name(me).text, key);
	}
	if (!trusted(info->uid, me)) {
		return ntpshm_fail(
			err, EPERM,
			"unit %d (key 0x%x) belongs to %s, not to root or %s: as root run 'pps2shm shm create --unit %d --owner root'",
			info->unit, key, user_name(info->uid).text, user_name(me).text, info->unit);
	}
	return 0;
}

int ntpshm_check(const struct ntpshm_info *info, bool judge_owner, uid_t me,
		 struct ntpshm_error *err)
{
	if (check_size(info, err)) {
		return -1;
	}
	if (!judge_owner) {
		return 0;
	}
	if (check_owner(info, me, err)) {
		return -1;
	}
	/* ntpd itself makes units 2 and up with mode 0666. */
	if (info->unit < 2 && info->mode & 0002) {
		return ntpshm_fail(
			err, EPERM,
			"unit %d (key 0x%x) has mode 0%o, so every user could set the clock: as root run 'pps2shm shm create --unit %d --mode 0660'",
			info->unit, NTPSHM_KEY + (unsigned)info->unit, info->mode, info->unit);
	}
	return 0;
}

int ntpshm_denied(const struct ntpshm_info *info, bool read_only, uid_t me,
		  struct ntpshm_error *err)
{
	unsigned needed = read_only ? 0040 : 0060;
	struct name group = group_name(info->gid);
	const char *what = read_only ? "read" : "read and write";

	if ((info->mode & needed) == needed) {
		return ntpshm_fail(
			err, EACCES,
			"unit %d (key 0x%x) may be %s by %s and group %s (mode 0%o), not by %s: add this user to group %s, or run as root",
			info->unit, NTPSHM_KEY + (unsigned)info->unit,
			read_only ? "read" : "written", user_name(info->uid).text, group.text,
			info->mode, user_name(me).text, group.text);
	}
	return ntpshm_fail(
		err, EACCES,
		"unit %d (key 0x%x) belongs to %s, group %s, mode 0%o: %s may not %s it; as root run 'pps2shm shm create --unit %d --group GROUP' with a group of this user",
		info->unit, NTPSHM_KEY + (unsigned)info->unit, user_name(info->uid).text,
		group.text, info->mode, user_name(me).text, what, info->unit);
}
