/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * The network's interfaces, as rtnetlink(7) tells that they come and go, and PTP's multicast groups
 * on each of them.
 *
 * A socket may only have so many memberships (20 of IPv4, two an interface). So each interface has
 * sockets for its own: what any socket of the system has joined is delivered to all that are bound to
 * the port, ours among them, unless they ask for the contrary; see ip(7).
 */

enum { GROUPS_INTERFACES = 64, GROUPS_NAMED = 16 };

struct groups_interface {
	uint32_t index;
	char name[IF_NAMESIZE];
	bool joined;              /* the groups of at least one IP version */
	bool refused;             /* and it was said that not all could be joined */
	int member_v4, member_v6; /* sockets that are bound to no port; 0 none */
};

struct groups {
	int netlink;
	bool asked;               /* for all that are there */
	const char *const *named; /* only these interfaces, ends with NULL; empty: all */
	struct groups_interface interfaces[GROUPS_INTERFACES];
};

/* 0, or -1 with err. named is kept. */
int groups_open(struct groups *groups, const char *const *named, struct error *err);

/* Reads what rtnetlink has told, and joins and leaves; also to be called once at the start. */
void groups_look(struct groups *groups);

/* On how many the groups are joined. */
uint32_t groups_count(const struct groups *groups);

/* May packets come by this interface? */
bool groups_wanted(const struct groups *groups, uint32_t index);

/* Its name; "?" if it is not known (any more). */
const char *groups_name(const struct groups *groups, uint32_t index);

void groups_close(struct groups *groups);
