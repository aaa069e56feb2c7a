/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/family.h"

/*
 * Carries out a list of settings, one command after the other, each acknowledged before the next is
 * sent. The bit rate comes where it stands in the list, and by itself: after the command the line
 * follows, and the receiver must answer at the new rate, or else is looked for at the old one, and
 * then at all others.
 */

struct change_end {
	int done, refused; /* optional ones that were refused are neither */
};

/* Told after each command. */
typedef void change_listener(void *arg, const struct setting *setting, enum talk_result result);

/*
 * DONE: all of them were carried out or refused. SILENT: the receiver fell silent, or does not
 * answer any more at any rate; err says where it was found, or what to do. GONE with err. Only
 * settings that differ are sent.
 */
enum talk_result change_all(struct talk *talk, const struct identity *identity,
			    const struct settings *settings, change_listener *listener, void *arg,
			    struct change_end *end, struct error *err);
