/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/model.h"
#include "pi/text.h"

/*
 * What of a config.txt is in effect on a model, read as the firmware reads it (Raspberry Pi
 * documentation: "What is config.txt", "Conditional filters", "Device Trees, overlays and
 * parameters"):
 *
 * - A line begins with its key; only its first 98 characters count; '#' begins a comment line.
 * - [filters] of one type replace each other, those of different types must all hold, [all] ends
 *   them all.
 * - dtparam lines belong to the overlay before them if it has such a parameter, else to the base
 *   device tree, until the next dtoverlay; "dtoverlay=" ends an overlay's scope.
 * - "include FILE" stands for the lines of a file in the same folder.
 *
 * What cannot be known from here (a filter on a monitor, on a GPIO's level, on a serial number) or
 * is not written as documented (blanks round '=', a comment behind a value) is kept as unsure: it
 * may be in effect.
 */

enum { CONFIG_TXT_LINE = 98 };

#define CONFIG_TXT_BEGIN "# pps2shm setup: begin"
#define CONFIG_TXT_END   "# pps2shm setup: end"

enum config_txt_kind { CONFIG_TXT_SETTING, CONFIG_TXT_OVERLAY, CONFIG_TXT_PARAM };

struct config_txt_item {
	enum config_txt_kind kind;
	char name[100];  /* of the setting, overlay or parameter */
	char value[100]; /* of the setting or parameter; "" where none is given */
	long overlay;    /* PARAM: index of the overlay in whose scope it stands; -1: none */
	bool sure;       /* in effect; else it may be */
	bool own;        /* between the markers of setup */
	char file[40];
	long line;
};

struct config_txt {
	struct config_txt_item *items; /* in order */
	size_t count;
	long own_begin, own_end; /* lines of the markers; 0: there are none */
	long cut_line;           /* first line of more than 98 characters that matters; 0: none */
};

/*
 * Gives the text of a file named by an include line: true, or false if it is not there. The text
 * is initialised in any case and freed by the caller.
 */
typedef bool config_txt_include(void *arg, const char *name, struct text *text);

/*
 * -1 with err if it is no text, or the markers do not match. name is for messages. include may be
 * NULL. After 0, config_txt_free().
 */
int config_txt_read(struct config_txt *config, const struct pi_model *model, const char *name,
		    const struct text *text, config_txt_include *include, void *arg,
		    struct error *err);
void config_txt_free(struct config_txt *config);

/* The last item of this kind and name, setup's own only if with_own; or NULL. */
const struct config_txt_item *config_txt_last(const struct config_txt *config,
					      enum config_txt_kind kind, const char *name,
					      bool with_own);

/* The next overlay of this name (any, if NULL) from *at on, which is stepped past it; or NULL. */
const struct config_txt_item *config_txt_overlay(const struct config_txt *config, const char *name,
						 size_t *at);

/* The last such parameter in the scope of an overlay (item index), or of the base: -1. */
const struct config_txt_item *config_txt_param(const struct config_txt *config, long overlay,
					       const char *name);

/* A parameter's or setting's truth: "", on, y, yes, true, 1. */
bool config_txt_is_on(const struct config_txt_item *item);

/* A number, decimal or 0x..., or -1. */
long config_txt_number(const struct config_txt_item *item);
