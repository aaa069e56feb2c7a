/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "ptp/groups.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"

/* IEEE 1588, annexes C and D: all but peer delay, and peer delay. IPv6's in every scope. */
static const char *const groups_v4[] = {"224.0.1.129", "224.0.0.107"};
static const char *const groups_v6[] = {"ff02::181", "ff03::181", "ff04::181", "ff05::181",
					"ff08::181", "ff0e::181", "ff02::6b"};

enum { V4_COUNT = 2, V6_COUNT = 7 };

int groups_open(struct groups *groups, const char *const *named, struct error *err)
{
	struct sockaddr_nl links = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};

	memset(groups, 0, sizeof(*groups));
	groups->named = named;
	groups->netlink =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (groups->netlink < 0 ||
	    bind(groups->netlink, (struct sockaddr *)&links, sizeof(links)) != 0) {
		return error_set(err, "cannot watch the network's interfaces (rtnetlink): %s",
				 strerror(errno));
	}
	return 0;
}

static bool is_named(const struct groups *groups, const char *name)
{
	for (const char *const *named = groups->named; *named; named++) {
		if (strcmp(*named, name) == 0) {
			return true;
		}
	}
	return !groups->named[0];
}

/* ---- joining ---- */

static int add_membership(int fd, int family, const char *group, uint32_t index)
{
	if (family == AF_INET) {
		struct ip_mreqn want = {.imr_ifindex = (int)index};

		inet_pton(AF_INET, group, &want.imr_multiaddr);
		return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &want, sizeof(want));
	}
	struct ipv6_mreq want = {.ipv6mr_interface = index};

	inet_pton(AF_INET6, group, &want.ipv6mr_multiaddr);
	return setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &want, sizeof(want));
}

/* errno of the first group that could not be joined; one that is joined already is fine. */
static int join_family(int *fd, int family, uint32_t index)
{
	const char *const *list = family == AF_INET ? groups_v4 : groups_v6;
	int count = family == AF_INET ? V4_COUNT : V6_COUNT;
	int rc = 0;

	if (*fd <= 0) {
		*fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	}
	if (*fd < 0) {
		return errno;
	}
	for (int i = 0; i < count; i++) {
		if (add_membership(*fd, family, list[i], index) != 0 && errno != EADDRINUSE &&
		    rc == 0) {
			rc = errno;
		}
	}
	return rc;
}

static void join(struct groups_interface *interface)
{
	int v4 = join_family(&interface->member_v4, AF_INET, interface->index);
	int v6 = join_family(&interface->member_v6, AF_INET6, interface->index);
	int refused = v4 == ENOBUFS || v4 == ENOMEM ? v4 : v6;

	/* IPv6 may be off on this interface, or it have no IPv4: that is no fault. */
	bool joined = v4 == 0 || v6 == 0;

	if (joined && !interface->joined) {
		log_info("interface %s: PTP's multicast groups joined", interface->name);
	}
	interface->joined = joined;
	if ((refused == ENOBUFS || refused == ENOMEM) && !interface->refused) {
		log_warning(
			"interface %s: not all of PTP's multicast groups could be joined (%s): raise the sysctls net.ipv4.igmp_max_memberships and net.core.optmem_max, or name the interfaces with --interface",
			interface->name, strerror(refused));
		interface->refused = true;
	}
}

static void close_member(int *fd)
{
	if (*fd > 0) {
		close(*fd);
	}
	*fd = 0;
}

static void leave(struct groups_interface *interface)
{
	close_member(&interface->member_v4);
	close_member(&interface->member_v6);
	if (interface->joined) {
		log_info("interface %s: it is down", interface->name);
	}
	interface->joined = false;
}

/* ---- who is there ---- */

static struct groups_interface *find(struct groups *groups, uint32_t index)
{
	struct groups_interface *empty = NULL;

	for (int i = 0; i < GROUPS_INTERFACES; i++) {
		if (groups->interfaces[i].index == index) {
			return &groups->interfaces[i];
		}
		if (!empty && groups->interfaces[i].index == 0) {
			empty = &groups->interfaces[i];
		}
	}
	return empty;
}

static void see_link(struct groups *groups, const struct nlmsghdr *message)
{
	const struct ifinfomsg *info = NLMSG_DATA(message);
	struct groups_interface *interface = find(groups, (uint32_t)info->ifi_index);

	/* More than anybody has; or only its place in a bridge came or went. */
	if (!interface || info->ifi_family != AF_UNSPEC) {
		return;
	}
	if (message->nlmsg_type == RTM_DELLINK) {
		leave(interface);
		memset(interface, 0, sizeof(*interface));
		return;
	}
	interface->index = (uint32_t)info->ifi_index;
	/* One that is gone already keeps the name that it had. */
	if (!if_indextoname(interface->index, interface->name) && !interface->name[0]) {
		snprintf(interface->name, sizeof(interface->name), "%u", interface->index);
	}
	if (info->ifi_flags & IFF_UP && info->ifi_flags & IFF_MULTICAST &&
	    is_named(groups, interface->name)) {
		join(interface);
	} else {
		leave(interface);
	}
}

static void ask_all(struct groups *groups)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} ask = {
		.head = {.nlmsg_len = sizeof(ask),
			 .nlmsg_type = RTM_GETLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.info = {.ifi_family = AF_UNSPEC},
	};

	if (send(groups->netlink, &ask, sizeof(ask), 0) < 0) {
		log_warning("cannot ask for the network's interfaces (rtnetlink): %s",
			    strerror(errno));
	}
}

/* One datagram of messages. False if there is none. */
static bool read_links(struct groups *groups, bool *lost)
{
	/* As long as the kernel makes them: a link has many attributes. */
	static union {
		struct nlmsghdr head;
		char bytes[32768];
	} buffer;
	ssize_t got = recv(groups->netlink, &buffer, sizeof(buffer), 0);

	if (got < 0) {
		*lost |= errno == ENOBUFS;
		return errno == ENOBUFS || errno == EINTR;
	}
	size_t left = (size_t)got;

	for (struct nlmsghdr *m = &buffer.head; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
		if (m->nlmsg_type == RTM_NEWLINK || m->nlmsg_type == RTM_DELLINK) {
			see_link(groups, m);
		}
	}
	return got > 0;
}

void groups_look(struct groups *groups)
{
	bool lost = !groups->asked;

	while (read_links(groups, &lost)) {
	}
	if (lost) {
		groups->asked = true;
		ask_all(groups);
		while (read_links(groups, &lost)) {
		}
	}
}

uint32_t groups_count(const struct groups *groups)
{
	uint32_t count = 0;

	for (int i = 0; i < GROUPS_INTERFACES; i++) {
		count += groups->interfaces[i].joined;
	}
	return count;
}

bool groups_wanted(const struct groups *groups, uint32_t index)
{
	return !groups->named[0] || is_named(groups, groups_name(groups, index));
}

const char *groups_name(const struct groups *groups, uint32_t index)
{
	for (int i = 0; i < GROUPS_INTERFACES; i++) {
		if (index && groups->interfaces[i].index == index) {
			return groups->interfaces[i].name;
		}
	}
	return "?";
}

void groups_close(struct groups *groups)
{
	for (int i = 0; i < GROUPS_INTERFACES; i++) {
		close_member(&groups->interfaces[i].member_v4);
		close_member(&groups->interfaces[i].member_v6);
	}
	if (groups->netlink > 0) {
		close(groups->netlink);
	}
}
