/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "receiver/settings.h"
#include "receiver/talk.h"

/*
 * The families of receivers, and what each of them understands. A family reads the settings that
 * matter to a clock from the receiver, and says of each how it is, how it should be, and by which
 * commands it becomes so and is undone. What is the same for all (order, acknowledgements, bit
 * rate, undo) is not its business: change.h.
 *
 * Sources: u-blox 8/M8 receiver description (CFG-*), u-blox F9 and M10 interface descriptions
 * (CFG-VALSET); CASIC protocol 4.2 (the binary half); MTK NMEA packet manual (PMTK); Quectel's
 * LC29H and LG290P protocol specifications (PAIR, PQTM).
 */

struct family;

/* Who it is. Text that came from the receiver is cleaned. */
struct identity {
	const struct family *family; /* NULL: none that can be set up from here */
	char maker[24];
	char model[40];
	char firmware[48];
	char protocol[24];
	struct command hello; /* what it answers to, whatever its settings are */
};

struct family {
	const char *name; /* "u-blox CFG" */
	uint32_t bps_most;
	/* Fills settings. TALK_DONE, or SILENT or GONE with err. */
	enum talk_result (*read)(struct talk *talk, const struct identity *identity,
				 const struct wish *wish, struct settings *settings,
				 struct error *err);
	/* The commands that make it keep the settings (all of them, changed or not); NULL: none. */
	void (*save)(const struct settings *settings, struct settings *saves);
	bool saves_values;     /* save() says the values itself: they need not be in force */
	const char *save_note; /* what people should know of it */
};

/*
 * Asks the receiver who it is, in the words of all makers, of which it understands one. DONE:
 * identity says, its family may be NULL; SILENT: it answers to none; GONE with err.
 */
enum talk_result family_identify(struct talk *talk, struct identity *identity, struct error *err);

/*
 * All that asks a receiver of any family who it is, and changes nothing. Returns how many.
 */
enum { FAMILY_HELLOS = 6 };
int family_hellos(struct command hellos[FAMILY_HELLOS]);

/* ---- the parts ---- */

extern const struct family family_ublox_cfg;
extern const struct family family_ublox_val;
extern const struct family family_casic;
extern const struct family family_mtk;
extern const struct family family_airoha;
extern const struct family family_pqtm;
