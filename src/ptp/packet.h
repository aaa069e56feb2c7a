/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * A datagram as it came from the network: the event that everything pure in this room is fed with.
 * Nothing that takes one reads a clock or keeps a pointer into data.
 */

enum { PTP_EVENT_PORT = 319, PTP_GENERAL_PORT = 320 }; /* UDP: Sync and requests; all other */

enum ptp_stamp {
	PTP_STAMP_NONE,     /* the kernel gave none, or it could not be converted: no time */
	PTP_STAMP_SOFTWARE, /* by the kernel, when the driver handed the packet over */
	PTP_STAMP_HARDWARE, /* by the network interface */
	PTP_STAMPS
};

struct ptp_address {
	uint8_t family;    /* 4 or 6; 0 none */
	uint8_t bytes[16]; /* network order; of IPv4 the first four, the others zero */
};

struct ptp_packet {
	int64_t raw_ns; /* CLOCK_MONOTONIC_RAW at the stamp; where stamp is NONE, when it was read */
	int64_t real_ns; /* CLOCK_REALTIME at that same instant */
	enum ptp_stamp stamp;
	struct ptp_address from;
	uint16_t from_port;
	uint16_t local_port; /* PTP_EVENT_PORT or PTP_GENERAL_PORT */
	uint32_t interface;  /* index of the interface that it came by; 0 unknown */
	size_t len;
	const uint8_t *data;
};
