/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/talk.h"

/*
 * A serial port (or a pseudo-terminal) as the line of a dialogue: both ways, locked against others,
 * 8N1 without flow control.
 */
struct port;

/* NULL with err: not there, not allowed, or in use; if by our daemon, err says what to do. */
struct port *port_open(const char *path, struct error *err);
void port_close(struct port *port);

struct talk_line *port_line(struct port *port);

/* The bit rate that it has; 0: bytes come at USB's pace, whatever is set. */
uint32_t port_bps(const struct port *port);

/* A rate that a port can be set to? */
bool port_has_rate(uint32_t bps);
