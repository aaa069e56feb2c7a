/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/phc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

/* Of an open /dev/ptpN, for clock_gettime(2): see clock_getres(2), "Dynamic clocks". */
static clockid_t clock_of(int fd)
{
	return (clockid_t)(~(unsigned int)fd << 3 | 3);
}

/* The number of its clock; -1: it has none. */
static int clock_number(const char *name, int socket)
{
	struct ethtool_ts_info info = {.cmd = ETHTOOL_GET_TS_INFO, .phc_index = -1};
	struct ifreq ask = {.ifr_data = (char *)&info};

	snprintf(ask.ifr_name, sizeof(ask.ifr_name), "%s", name);
	return ioctl(socket, SIOCETHTOOL, &ask) == 0 ? info.phc_index : -1;
}

static void open_clock(struct phc *phc, uint32_t interface, int socket)
{
	char name[IF_NAMESIZE] = "";
	int number = if_indextoname(interface, name) ? clock_number(name, socket) : -1;
	struct timespec now;

	phc->interface = interface;
	snprintf(phc->path, sizeof(phc->path), "/dev/ptp%d", number);
	phc->fd = number < 0 ? -1 : open(phc->path, O_RDONLY | O_CLOEXEC);
	if (phc->fd >= 0 && clock_gettime(clock_of(phc->fd), &now) == 0) {
		log_info("interface %s: its stamps are used, by %s", name, phc->path);
		return;
	}
	log_warning(
		"interface %s: its stamps cannot be used, as its clock cannot be read (%s: %s): the kernel's are; docs/ptp.md says how to allow it",
		name, phc->path, number < 0 ? "no such clock" : strerror(errno));
	if (phc->fd >= 0) {
		close(phc->fd);
		phc->fd = -1;
	}
}

static struct phc *find(struct phcs *phcs, uint32_t interface, int socket)
{
	for (int i = 0; i < PHC_MAX; i++) {
		if (!phcs->known[i].interface) {
			open_clock(&phcs->known[i], interface, socket);
		}
		if (phcs->known[i].interface == interface) {
			return &phcs->known[i];
		}
	}
	return NULL;
}

bool phc_read(struct phcs *phcs, uint32_t interface, int socket, int64_t *phc_ns,
	      struct stamp_pair *now)
{
	const struct phc *phc = interface ? find(phcs, interface, socket) : NULL;
	struct timespec shown;

	if (!phc || phc->fd < 0) {
		return false;
	}
	int64_t before_raw_ns = raw_now_ns();

	if (clock_gettime(clock_of(phc->fd), &shown) != 0) {
		return false; /* the interface is gone */
	}
	int64_t width_ns = raw_now_ns() - before_raw_ns;
	struct stamp_pair after = stamp_pair_now();

	*phc_ns = timespec_ns(shown);
	now->raw_ns = before_raw_ns + width_ns / 2;
	now->real_ns = after.real_ns - (after.raw_ns - now->raw_ns);
	return true;
}

void phc_close(struct phcs *phcs)
{
	for (int i = 0; i < PHC_MAX; i++) {
		if (phcs->known[i].interface && phcs->known[i].fd >= 0) {
			close(phcs->known[i].fd);
		}
		phcs->known[i].interface = 0;
	}
}
