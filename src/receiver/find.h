/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/talk.h"

/*
 * Finds the bit rate of a receiver. First each rate is listened at; if nothing that makes sense is
 * heard at any, the receiver may be silent, and is asked at each rate for its version, which
 * changes nothing. The likeliest rate comes first (0: none); after that those that receivers have
 * as delivered. DONE: the line is at the receiver's rate; SILENT: there is none; GONE with err.
 */
enum talk_result find_rate(struct talk *talk, uint32_t likely, struct error *err);

/* The same for one that is known to answer to hello: it must hear us, too. */
enum talk_result find_again(struct talk *talk, uint32_t likely, const struct command *hello,
			    struct error *err);
