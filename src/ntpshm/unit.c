/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "ntpshm/internal.h"

static unsigned key_of(int unit)
{
	return NTPSHM_KEY + (unsigned)unit;
}

static int check_unit(int unit, struct ntpshm_error *err)
{
	if (unit < 0 || unit >= NTPSHM_UNITS) {
		return ntpshm_fail(err, ERANGE, "unit %d does not exist: units are 0 to %d", unit,
				   NTPSHM_UNITS - 1);
	}
	return 0;
}

static int fail_missing(int unit, struct ntpshm_error *err)
{
	return ntpshm_fail(
		err, ENOENT,
		"unit %d (key 0x%x) does not exist: start ntpd with 'refclock shm unit %d', or make it with 'pps2shm shm create --unit %d'",
		unit, key_of(unit), unit, unit);
}

static int fail_system(int unit, const char *what, struct ntpshm_error *err)
{
	int code = errno;
	const char *hint =
		code == ENOSPC ? ": no more segments allowed, raise sysctl kernel.shmmni" : "";

	return ntpshm_fail(err, code, "unit %d (key 0x%x): %s: %s%s", unit, key_of(unit), what,
			   strerror(code), hint);
}

/* ---- What the kernel knows ---------------------------------------------------------------- */

/* IPC_STAT needs read permission; SHM_STAT_ANY does not, but goes by index. */
static int stat_any(int id, struct shmid_ds *ds)
{
	struct shm_info system;
	int last = shmctl(0, SHM_INFO, (struct shmid_ds *)&system);

	for (int index = 0; index <= last; index++) {
		if (shmctl(index, SHM_STAT_ANY, ds) == id) {
			return 0;
		}
	}
	errno = EACCES;
	return -1;
}

static int stat_id(int id, struct shmid_ds *ds)
{
	if (shmctl(id, IPC_STAT, ds) == 0) {
		return 0;
	}
	return errno == EACCES ? stat_any(id, ds) : -1;
}

static void fill_info(int unit, int id, const struct shmid_ds *ds, struct ntpshm_info *info)
{
	*info = (struct ntpshm_info){
		.unit = unit,
		.id = id,
		.size = ds->shm_segsz,
		.uid = ds->shm_perm.uid,
		.cuid = ds->shm_perm.cuid,
		.gid = ds->shm_perm.gid,
		.cgid = ds->shm_perm.cgid,
		.mode = ds->shm_perm.mode & 0777U,
		.attached = ds->shm_nattch,
	};
}

int ntpshm_stat(int unit, struct ntpshm_info *info, struct ntpshm_error *err)
{
	struct shmid_ds ds;
	int id;

	if (check_unit(unit, err)) {
		return -1;
	}
	id = shmget((key_t)key_of(unit), 0, 0);
	if (id < 0 || stat_id(id, &ds)) {
		/* EINVAL, EIDRM: removed between the two calls. */
		if (errno == ENOENT || errno == EINVAL || errno == EIDRM) {
			return fail_missing(unit, err);
		}
		return fail_system(unit, "cannot ask the kernel about it", err);
	}
	fill_info(unit, id, &ds, info);
	return 0;
}

/* 1 made, 0 somebody else was faster or it is there, -1 failed. */
static int make(int unit, struct ntpshm_error *err)
{
	if (shmget((key_t)key_of(unit), sizeof(struct ntpshm_time), IPC_CREAT | IPC_EXCL | 0600) >=
	    0) {
		return 1;
	}
	return errno == EEXIST ? 0 : fail_system(unit, "cannot make it", err);
}

/* ---- The privileged step ------------------------------------------------------------------ */

static int set_owner(const struct ntpshm_info *now, const struct ntpshm_info *after,
		     struct ntpshm_error *err)
{
	struct shmid_ds ds = {0};

	if (after->uid == now->uid && after->gid == now->gid && after->mode == now->mode) {
		return 0;
	}
	ds.shm_perm.uid = after->uid;
	ds.shm_perm.gid = after->gid;
	ds.shm_perm.mode = (unsigned short)after->mode;
	if (shmctl(now->id, IPC_SET, &ds) == 0) {
		return 0;
	}
	if (errno == EPERM) {
		return ntpshm_fail(
			err, EPERM,
			"unit %d (key 0x%x) belongs to uid %u: only root can change its owner, group or mode; run this as root",
			now->unit, key_of(now->unit), (unsigned)now->uid);
	}
	return fail_system(now->unit, "cannot set owner, group and mode", err);
}

/* As ntpshm_open will judge it, but whom the caller names as owner is trusted. */
static int check_after(const struct ntpshm_info *after, const struct ntpshm_want *want,
		       struct ntpshm_error *err)
{
	struct ntpshm_info judged = *after;

	if (want->uid != NTPSHM_KEEP_UID) {
		judged.uid = 0;
		judged.cuid = after->cuid == want->uid ? 0 : after->cuid;
	}
	return ntpshm_check(&judged, true, geteuid(), err);
}

int ntpshm_prepare(int unit, const struct ntpshm_want *want, struct ntpshm_error *err)
{
	struct ntpshm_info now, after;
	int made;

	if (check_unit(unit, err) || (made = make(unit, err)) < 0 || ntpshm_stat(unit, &now, err)) {
		return -1;
	}
	after = now;
	after.uid = want->uid == NTPSHM_KEEP_UID ? now.uid : want->uid;
	after.gid = want->gid == NTPSHM_KEEP_GID ? now.gid : want->gid;
	after.mode = want->mode == NTPSHM_KEEP_MODE ? now.mode : (unsigned)want->mode & 0777U;
	if (check_after(&after, want, err) || set_owner(&now, &after, err)) {
		return -1;
	}
	return made;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static struct ntpshm *attach(const struct ntpshm_info *info, unsigned flags,
			     struct ntpshm_error *err)
{
	bool read_only = flags & NTPSHM_READ_ONLY;
	struct ntpshm *shm = calloc(1, sizeof(*shm));

	if (!shm) {
		fail_system(info->unit, "cannot open it", err);
		return NULL;
	}
	shm->unit = info->unit;
	shm->id = info->id;
	shm->read_only = read_only;
	shm->seg = shmat(info->id, NULL, read_only ? SHM_RDONLY : 0);
	if (shm->seg != (void *)-1) {
		return shm;
	}
	if (errno == EACCES) {
		ntpshm_denied(info, read_only, geteuid(), err);
	} else {
		fail_system(info->unit, "cannot attach it", err);
	}
	free(shm);
	return NULL;
}

struct ntpshm *ntpshm_open(int unit, unsigned flags, struct ntpshm_error *err)
{
	bool judge_owner = !(flags & (NTPSHM_READ_ONLY | NTPSHM_ANY_OWNER));
	struct ntpshm_info info;

	if (check_unit(unit, err) || (flags & NTPSHM_CREATE && make(unit, err) < 0) ||
	    ntpshm_stat(unit, &info, err)) {
		return NULL;
	}
	/* What is checked is what gets attached: an id is never used for another segment. */
	return ntpshm_check(&info, judge_owner, geteuid(), err) ? NULL : attach(&info, flags, err);
}

void ntpshm_close(struct ntpshm *shm)
{
	if (shm) {
		shmdt(shm->seg);
		free(shm);
	}
}

int ntpshm_unit(const struct ntpshm *shm)
{
	return shm->unit;
}

bool ntpshm_removed(const struct ntpshm *shm)
{
	struct shmid_ds ds;

	/* Permission may have been taken since; that is no removal. */
	if (shmctl(shm->id, IPC_STAT, &ds)) {
		return errno != EACCES;
	}
	return ds.shm_perm.mode & SHM_DEST;
}
