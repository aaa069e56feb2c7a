/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "rng.h"

/*
 * A whole world for the core to live in: true time, a raw and a system clock that miss it, a
 * receiver with pulse and sentences, a serial line, and the way a loop reads them. It gives the
 * events that a daemon would have seen, and beside each the truth that the daemon cannot know.
 * Pure and repeatable: the seed and the settings decide everything.
 *
 * Time inside is t_ns: true nanoseconds since the start, without leap seconds. The second n of the
 * world is at n * 1e9; its UTC is start_utc_s + n, put right by the leap second if there is one.
 */

#define SECOND_NS INT64_C(1000000000)
#define MS_NS     INT64_C(1000000)
#define US_NS     INT64_C(1000)

/* All that can be set, at the start or at any instant (struct world_change). */
enum world_param {
	/* the raw clock */
	WORLD_RAW_PPB,    /* runs fast by this */
	WORLD_RAW_WANDER, /* sigma in ppb of its change from second to second */
	/* the system clock */
	WORLD_CLOCK_PPB,   /* runs fast by this: frequency error or slewing */
	WORLD_STEP,        /* set: moved by this many ns, at once */
	WORLD_STEP_TO,     /* set: put to within this many ns of UTC */
	WORLD_SYNC,        /* the kernel says it is synchronised */
	WORLD_MAXERR_US,   /* and within this */
	WORLD_STEP_NOTICE, /* ns from a step until the loop hears of it, at most */
	WORLD_STEP_RACE,   /* a step comes right after a pulse, and is heard of before the pulse */
	/* pulses */
	WORLD_PULSES,      /* there are any */
	WORLD_JITTER,      /* sigma ns */
	WORLD_WIDTH,       /* ns from the edge that marks the second to the other one */
	WORLD_BOTH_EDGES,  /* the other one is reported too */
	WORLD_CLEAR_MARKS, /* the second is marked by the clear edge */
	WORLD_MISSING,     /* ppm of pulses that the receiver leaves out */
	WORLD_LOST,        /* ppm of pulses that the source loses (sequence numbers show it) */
	WORLD_GLITCH,      /* ppm of seconds with an extra edge, >= 1 ms from the pulse */
	WORLD_POPCORN,     /* ppm of pulses stamped late */
	WORLD_POPCORN_MIN, /* ns */
	WORLD_POPCORN_MAX,
	WORLD_PHASE,       /* ns, of the whole receiver against true seconds */
	WORLD_PHASE_DRIFT, /* ns a second added to it; set to 0, what was added is gone */
	/* the receiver */
	WORLD_FIX,
	WORLD_LIE,        /* seconds its UTC is ahead */
	WORLD_LIE_ONCE,   /* ppm of epochs a second or two ahead, or up to an hour behind */
	WORLD_ERA,        /* weeks its date is behind, leaving time of day alone */
	WORLD_SENTENCES,  /* bits 1 << enum world_sentence */
	WORLD_ROTATE,     /* which sentence of the set comes first */
	WORLD_TALKER,     /* 0 GP, 1 GN, 2 GL, 3 GA, 4 BD */
	WORLD_RATE,       /* fixes a second: 1, 2, 5, 10 */
	WORLD_DIGITS,     /* digits of the fraction, 0: no point either */
	WORLD_FRACTION,   /* ms, constant part of the fraction */
	WORLD_NAV,        /* NMEA 4.1: navigational status field, always V, as u-blox sends */
	WORLD_SATELLITES, /* used in the fix */
	WORLD_BLANK,      /* without fix, time and date are empty */
	WORLD_LEAP_STYLE, /* 0 says :60, 1 repeats :59, 2 repeats :00, 3 hears of it too late */
	/* the line */
	WORLD_SERIAL, /* the receiver talks */
	WORLD_BPS,
	WORLD_BPS_KNOWN,  /* else 0 in the events, as for USB */
	WORLD_READ,       /* enum world_read */
	WORLD_LAG,        /* ns, pulse to first byte */
	WORLD_LAG_JITTER, /* sigma ns */
	WORLD_LAG_DRIFT,  /* ns a second added to it */
	WORLD_LATE,       /* ppm of bursts that are late */
	WORLD_LATE_MIN,   /* ns */
	WORLD_LATE_MAX,
	WORLD_CORRUPT,      /* ppm of sentences with one byte changed */
	WORLD_CORRUPT_BYTE, /* ppm of bytes changed or dropped */
	WORLD_TRUNCATE,     /* ppm of sentences cut short */
	WORLD_NOISE,        /* ppm of sentences with binary noise before them */
	/* sources */
	WORLD_SERIAL_GONE, /* unplugged: lost and back are said */
	WORLD_PPS_GONE,
	WORLD_PARAMS
};

enum world_sentence {
	NMEA_RMC,
	NMEA_GGA,
	NMEA_GLL,
	NMEA_ZDA,
	NMEA_GSA,
	NMEA_GSV,
	NMEA_VTG,
	NMEA_GST,
	NMEA_KINDS
};

enum world_read {
	READ_DAEMON, /* the first FIFO load, then what came in every 150 ms, and just before a pulse
		      */
	READ_FIFO,   /* each FIFO load of 8 bytes */
	READ_BURST,  /* a burst at once, when the line has fallen silent */
};

struct world_change {
	int64_t at_ns;
	enum world_param param;
	int64_t value;
};

#define WORLD_CHANGES 64

struct world_config {
	uint64_t seed;
	int64_t start_utc_s;
	int64_t leap_utc_s;     /* first UTC second after the leap second; 0 none */
	int leap;               /* +1 inserted, -1 deleted */
	bool leap_in_clock;     /* the system clock does the leap by itself, as Linux does */
	int64_t clock_start_ns; /* what CLOCK_REALTIME reads at t 0 */
	int64_t raw_start_ns;
	int64_t end_ns;
	int64_t p[WORLD_PARAMS];
	struct world_change changes[WORLD_CHANGES]; /* in the order of at_ns */
	int change_count;
};

/* A healthy receiver at 9600 baud in 2027, RMC first, and a fair clock that nobody synchronises. */
void world_config_default(struct world_config *config, uint64_t seed);

/* Adds a change, at its place in time. */
void world_change(struct world_config *config, int64_t at_ns, enum world_param param,
		  int64_t value);

enum edge_kind { EDGE_GOOD, EDGE_POPCORN, EDGE_GLITCH, EDGE_OTHER };

/* One sentence that reached the reader whole and unchanged. */
struct told {
	int status;      /* of the fix: 1 valid, 0 not, -1 it does not say */
	bool timed;      /* whole second, valid, so it can confirm a label */
	bool day;        /* valid and with a date, which others without may borrow */
	bool leap;       /* within the leap second, which has no name of its own */
	int64_t ahead_s; /* how far its UTC is from the truth, eras apart */
	int64_t n;       /* world second it speaks of */
};

#define TOLD_MAX 24

struct truth {
	int64_t t_ns;           /* of this event */
	int64_t real_error_ns;  /* system clock minus true UTC at this event */
	int64_t untold_step_ns; /* part of that comes from a step that was not told yet */
	struct {
		enum edge_kind kind;
		int64_t n;       /* world second */
		int64_t utc_s;   /* true label */
		bool leap;       /* the inserted second's own pulse: has no label */
		int64_t late_ns; /* popcorn */
		bool stale;      /* stamped before a step that has been told already */
	} pulse;
	struct told told[TOLD_MAX];
	int told_count;
};

struct edge {
	int64_t t_ns;
	enum edge_kind kind;
	int64_t n;
	int64_t late_ns;
	bool clear;
};

#define LINE_CHUNKS 128
#define CHUNK_MAX   160

/* A sentence, or what became of it, on its way over the line. */
struct chunk {
	int64_t t_ns; /* its first start bit */
	int64_t char_ns;
	size_t len;
	bool whole; /* unchanged so far */
	struct told told;
	uint8_t bytes[CHUNK_MAX];
};

struct line {
	struct chunk chunks[LINE_CHUNKS];
	unsigned head, tail;  /* chunks tail..head-1 hold unread bytes */
	size_t taken;         /* bytes read from the tail chunk */
	int64_t free_ns;      /* when the wire is free */
	int64_t collect_ns;   /* READ_DAEMON: the next read while a burst is coming in; 0 waiting */
	int empty;            /* reads in a row that found nothing */
	int64_t next_read_ns; /* as computed last */
	bool stale;           /* that has to be computed anew */
};

#define EDGES 16

struct world {
	struct world_config config;
	int64_t *p; /* config.p */
	struct rng rng;
	int64_t now_ns;
	int change_next;
	/* clocks: reading at base_ns, and rates since */
	int64_t base_ns, raw_base_ns, real_base_ns;
	int64_t wander_ppb;
	int64_t phase_ns, lag_ns; /* drifted so far */
	int64_t epoch;            /* next sub-epoch to prepare, counted in fixes */
	int64_t tick_ns;
	struct edge edges[EDGES];
	int edge_count;
	struct line line;
	uint32_t seq[2];
	/* told late: a step and the kernel's new view */
	int64_t step_told_ns;     /* when it will be; INT64_MAX none */
	int64_t step_ns;          /* not told so far */
	int clock_told;           /* K events that are due: a bound, and a lower one */
	bool race_due, race_ripe; /* a pulse is kept back until the step; the step has been */
	struct edge race;
	int64_t race_raw_ns, race_real_ns;
	bool gone_told[2]; /* serial, pps: an X event is due */
	int64_t leap_ns;   /* when the system clock does it; INT64_MAX never */
	uint8_t buffer[4096];
};

void world_init(struct world *world, const struct world_config *config);

/* The next event and its truth; false at the end. Bytes live until the next call. */
bool world_next(struct world *world, struct event *event, struct truth *truth);

/* UTC of a world second; *leap: it is the inserted one, whose value is that of the second after. */
int64_t world_utc_s(const struct world_config *config, int64_t n, bool *leap);

/* The parts, for each other. */
void world_prepare_epoch(struct world *world);
void world_push_edge(struct world *world, struct edge edge);
struct chunk *world_line_slot(struct world *world, int64_t start_ns); /* NULL: line overrun */
void world_line_send(struct world *world);                            /* what the slot holds */
void world_line_clear(struct world *world);
int64_t world_line_next(struct world *world); /* when the loop reads next */
/* That read; false if it finds nothing. */
bool world_line_read(struct world *world, struct event *event, struct truth *truth);

/* Which UTC a receiver prints. */
struct stamp {
	int64_t utc_s;
	bool sixty; /* :60, of the second before utc_s */
	int ms;
};

/* One sentence as a receiver writes it, with its end of line; returns its length. */
size_t nmea_write(const int64_t *p, enum world_sentence kind, int part, const struct stamp *stamp,
		  uint8_t *bytes);
