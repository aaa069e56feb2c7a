/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/pps.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timepps.h>
#include <unistd.h>

#include "common/ns.h"
#include "sources/pps_find.h"

/*
 * Why a thread that sleeps in PPS_FETCH and not poll(2): what poll reports lives in the device and
 * not in the open file, so that any other reader (ppstest, ntpd) takes our wake-up away, and older
 * kernels say "ready" always. PPS_FETCH with a timeout waits anew for each caller.
 *
 * Both wait() and read() go by the sequence number, never by the number of fetches. last_seq is all
 * that the two share.
 */
struct pps {
	struct pulse_source source;
	char path[56];
	struct stat node; /* as it was when opened */
	pps_handle_t handle;
	bool clear;
	_Atomic uint32_t last_seq; /* of the last edge returned by read() */
};

/* Below a tick of the slowest kernel, PPS_FETCH would not sleep at all. */
#define WAIT_MIN_MS 10

/* The last edge, at once (timeout_ms 0), or the next one. -1: errno. */
static int fetch(const struct pps *pps, int timeout_ms, uint32_t *seq, int64_t *real_ns)
{
	pps_info_t info = {0};
	struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};

	/* On failure timepps.h fills info with what lay on its stack. */
	if (time_pps_fetch(pps->handle, PPS_TSFMT_TSPEC, &info, &timeout) < 0) {
		return -1;
	}
	*seq = (uint32_t)(pps->clear ? info.clear_sequence : info.assert_sequence);
	*real_ns = timespec_ns(pps->clear ? info.clear_timestamp : info.assert_timestamp);
	return 0;
}

/*
 * A driver that was unbound leaves the open device behind, mute and without an error; only the
 * file in /dev tells.
 */
static bool node_replaced(const struct pps *pps)
{
	struct stat now;

	return stat(pps->path, &now) < 0 || now.st_ino != pps->node.st_ino ||
	       now.st_dev != pps->node.st_dev || now.st_rdev != pps->node.st_rdev;
}

static int fetch_failed(const struct pps *pps, struct error *err)
{
	if (errno == ETIMEDOUT && node_replaced(pps)) {
		return error_set(err, "%s: the device is gone", pps->source.name);
	}
	if (errno == ETIMEDOUT || errno == EINTR) {
		return 0;
	}
	return error_set(err, "%s: fetching a pulse failed: %s", pps->source.name, strerror(errno));
}

static int pps_wait(struct pulse_source *source, int timeout_ms, struct error *err)
{
	struct pps *pps = (struct pps *)source;
	uint32_t seq;
	int64_t real_ns;

	/*
	 * One that came since read() looked last: PPS_FETCH would sleep until the one after it.
	 * (One that comes in the microseconds between the two fetches is found when the second
	 * returns at the next edge, or by the next call.)
	 */
	if (fetch(pps, 0, &seq, &real_ns) < 0) {
		return fetch_failed(pps, err);
	}
	if (seq != atomic_load(&pps->last_seq)) {
		return 1;
	}
	if (fetch(pps, timeout_ms < WAIT_MIN_MS ? WAIT_MIN_MS : timeout_ms, &seq, &real_ns) < 0) {
		return fetch_failed(pps, err);
	}
	/* The other edge wakes too. */
	return seq != atomic_load(&pps->last_seq);
}

static int pps_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	struct pps *pps = (struct pps *)source;
	uint32_t seq;
	int64_t stamp_ns;

	if (fetch(pps, 0, &seq, &stamp_ns) < 0) {
		return fetch_failed(pps, err);
	}
	if (seq == atomic_load(&pps->last_seq)) {
		return 0;
	}
	atomic_store(&pps->last_seq, seq);
	*pulse = (struct pulse){.clear = pps->clear, .seq = seq};
	pulse_place(pulse, CLOCK_REALTIME, stamp_ns);
	return 1;
}

static void pps_close(struct pulse_source *source)
{
	struct pps *pps = (struct pps *)source;

	time_pps_destroy(pps->handle);
	free(pps);
}

static const struct pulse_ops pps_ops = {
	.wait = pps_wait,
	.read = pps_read,
	.close = pps_close,
};

static int absent(const struct pps_options *options, const char *path, const char *sysfs,
		  struct error *err)
{
	struct pps_device devices[PPS_FIND_MAX];
	char there[120];

	pps_describe(devices, pps_list(sysfs, devices), there, sizeof(there));
	return error_set(err,
			 "%s: no such device (present: %s); add the line \"" PPS_OVERLAY_LINE
			 "\" to /boot/firmware/config.txt and reboot; waiting for it to appear",
			 path, there, options->gpio >= 0 ? options->gpio : PPS_DEFAULT_GPIO);
}

static int forbidden(const char *path, struct error *err)
{
	struct stat st;
	const struct group *group = NULL;

	if (stat(path, &st) == 0) {
		group = getgrgid(st.st_gid);
	}
	if (group && st.st_gid != 0 && (st.st_mode & S_IRGRP)) {
		return error_set(
			err,
			"%s: permission denied; it is for group %s: add the user this runs as to it (usermod -aG %s USER)",
			path, group->gr_name, group->gr_name);
	}
	return error_set(
		err,
		"%s: permission denied; only root may read it: install the udev rule of pps2shm, then run 'udevadm control --reload' and 'udevadm trigger --subsystem-match=pps'",
		path);
}

static int open_failed(const struct pps_options *options, const char *path, const char *sysfs,
		       struct error *err)
{
	switch (errno) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return absent(options, path, sysfs, err);
	case EACCES:
	case EPERM:
		return forbidden(path, err);
	default:
		return error_set(err, "%s: cannot be opened: %s", path, strerror(errno));
	}
}

static int check(struct pps *pps, const char *path, struct error *err)
{
	int caps = 0;

	if (time_pps_create(pps->handle, &pps->handle) < 0) {
		return error_set(err, "%s: not a PPS device; name a /dev/ppsN, or \"auto\"", path);
	}
	if (time_pps_getcap(pps->handle, &caps) < 0) {
		return error_set(err, "%s: cannot find out what it captures: %s", path,
				 strerror(errno));
	}
	if (!(caps & (pps->clear ? PPS_CAPTURECLEAR : PPS_CAPTUREASSERT))) {
		return error_set(
			err,
			"%s: captures no %s edges (capabilities 0x%x); use edge assert, and for a falling pulse add assert_falling_edge to the dtoverlay line",
			path, pps->clear ? "clear" : "assert", (unsigned int)caps);
	}
	return 0;
}

/* Fills path and the name in sysfs ("" if it has none). */
static int locate(const struct pps_options *options, const char *sysfs, char *path, size_t size,
		  struct pps_device *device, struct error *err)
{
	if (pps_find_device(sysfs, options->device, options->gpio, device, err) < 0) {
		return -1;
	}
	if (strcmp(options->device, "auto") == 0) {
		snprintf(path, size, "%s/%s", options->dev ? options->dev : "/dev", device->node);
		return 0;
	}
	if (strlen(options->device) >= size) {
		return error_set(err, "%.40s…: path too long for a PPS device", options->device);
	}
	snprintf(path, size, "%s", options->device);
	return 0;
}

/* From an open descriptor to a source; the descriptor stays the caller's on failure. */
static int prepare(struct pps *pps, const struct pps_device *device, struct error *err)
{
	uint32_t seq;
	int64_t real_ns;

	snprintf(pps->source.name, sizeof(pps->source.name), "%s%s%s%s", pps->path,
		 device->name[0] ? " (" : "", device->name, device->name[0] ? ")" : "");
	if (check(pps, pps->path, err) < 0) {
		return -1;
	}
	if (fstat(pps->handle, &pps->node) < 0 || fetch(pps, 0, &seq, &real_ns) < 0) {
		return error_set(err, "%s: fetching a pulse failed: %s", pps->path,
				 strerror(errno));
	}
	pps->last_seq = seq;
	pps->source.ops = &pps_ops;
	return 0;
}

struct pulse_source *pps_open(const struct pps_options *options, struct error *err)
{
	const char *sysfs = options->sysfs ? options->sysfs : PPS_SYSFS;
	struct pps_device device = {0};
	struct pps *pps = calloc(1, sizeof(*pps));

	if (!pps) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (locate(options, sysfs, pps->path, sizeof(pps->path), &device, err) < 0) {
		free(pps);
		return NULL;
	}
	pps->clear = options->clear;
	/* Nobody waits for a FIFO, or for the carrier of a serial port, that was named by mistake. */
	pps->handle = open(pps->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (pps->handle < 0) {
		open_failed(options, pps->path, sysfs, err);
		free(pps);
		return NULL;
	}
	if (prepare(pps, &device, err) < 0) {
		close(pps->handle);
		free(pps);
		return NULL;
	}
	return &pps->source;
}
