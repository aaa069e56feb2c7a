/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/nmea.h"
#include "detect/train.h"
#include "sources/bytes.h"
#include "sources/gpio_line.h"
#include "sources/pps_find.h"

/*
 * Finds the receiver: listens on all serial ports at once, each at one bit rate after the other,
 * and watches all free lines of the header, and the pulses that drivers have, for one a second.
 * What is in use is not touched, but said.
 */

enum { DETECT_PORTS = 32, DETECT_LINES = 28 };

/* Where to look; tests have their own. */
struct detect_places {
	const char *sys, *proc, *dev; /* "/sys" … */
	const char *gpiochips;        /* as in struct gpio_options */
	/* Paths of the serial ports there are; returns how many, -1 with err. */
	int (*list_ports)(char paths[DETECT_PORTS][64], struct error *err);
	struct byte_source *(*open_port)(const struct byte_options *options, struct error *err);
};

extern const struct detect_places detect_system;

struct detect_port {
	char path[64]; /* "/dev/ttyAMA0" */
	bool in_use;   /* not touched: why says by whom */
	char why[400]; /* or why it could not be opened, or was lost */

	struct byte_source *source;
	struct nmea_framer framer;
	bool heard; /* any byte */
	uint32_t bps;
	uint64_t sentences; /* valid */
	int64_t since_ns;   /* the first one */
	char talkers[40];   /* "GN GP GL" */
	char kinds[80];     /* "RMC GGA GSV" */
	bool fix_known, fix;
	int satellites; /* -1 unknown */
};

struct detect_line {
	int gpio;
	char why_not[80]; /* not watched: who has it; empty if it is, or was, watched */
	bool noisy;       /* given up */
	struct gpio_line *line;
	struct train train;
	bool pulsing;
	struct train_pulse pulse;
};

/* A pulse that a driver has. */
struct detect_pps {
	struct pps_device device;
	long first_seq, seq;
	int64_t since_ns; /* when first_seq was read */
	int64_t width_ns; /* assert to clear; 0: the driver gives no clear edges */
	bool pulsing;
};

struct detect {
	const struct detect_places *places;
	int64_t begun_ns, now_ns; /* raw clock */

	struct detect_port ports[DETECT_PORTS];
	int port_count;
	char ports_error[200]; /* why there is no list */

	struct gpio_chip *chip;
	char chip_path[64], chip_label[40];
	char chip_error[400]; /* why there is no chip */
	struct detect_line lines[DETECT_LINES];
	int line_count;

	struct detect_pps pps[PPS_FIND_MAX];
	int pps_count;
};

/* Opens all that is free. After it, detect_end(). */
void detect_begin(struct detect *detect, const struct detect_places *places);

/* Listens for about ms. */
void detect_listen(struct detect *detect, int ms);

/* A receiver was heard for some seconds, and pulses are known: no need to listen longer. */
bool detect_enough(const struct detect *detect);

/* Is anything open that could still tell something? */
bool detect_hears(const struct detect *detect);

/* Lets go of everything; what was found stays. */
void detect_end(struct detect *detect);

/* What was found, best first: NULL if nothing. */
const struct detect_port *detect_receiver(const struct detect *detect);
const struct detect_line *detect_pulse(const struct detect *detect);
const struct detect_pps *detect_driver(const struct detect *detect);

/* The matching "sudo pps2shm setup …"; false if nothing was found to set up. */
bool detect_setup(const struct detect *detect, char *text, size_t size);

/* ---- the parts; detect_ports.c, detect_lines.c ---- */

void ports_begin(struct detect *detect);
void ports_read(struct detect *detect, struct detect_port *port);
void ports_tick(struct detect *detect);
void ports_end(struct detect *detect);

void lines_begin(struct detect *detect);
void lines_read(struct detect *detect, struct detect_line *line);
void lines_tick(struct detect *detect);
void lines_end(struct detect *detect);

/* ---- detect_report.c ---- */

void detect_print(const struct detect *detect, FILE *out);
json_t *detect_json(const struct detect *detect);
