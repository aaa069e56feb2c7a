/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "rng.h"
#include "world_param.h"

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

struct world_change {
	int64_t at_ns;
	enum world_param param;
	int64_t value;
};

#define WORLD_CHANGES 96

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

enum edge_kind {
	EDGE_GOOD,
	EDGE_POPCORN, /* stamped late */
	EDGE_GLITCH,
	EDGE_OTHER, /* not the one that marks the second, whatever it looks like */
	EDGE_TRAIN, /* of more pulses a second than one */
	EDGE_FREE,  /* not steered by any satellite */
};

/* One sentence that reached the reader whole and unchanged. */
struct told {
	int status;      /* of the fix: 1 valid, 0 not, -1 it does not say */
	bool timed;      /* it tells a second, and is valid: it can confirm a label */
	bool fraction;   /* of a fraction of a second: where whole ones are told it is not needed */
	bool day;        /* valid and with a date, which others without may borrow */
	bool leap;       /* within the leap second, which has no name of its own */
	int64_t ahead_s; /* how far its UTC is from the truth, eras apart */
	int64_t n;       /* world second it speaks of */
};

#define TOLD_MAX 64

struct truth {
	int64_t t_ns;           /* of this event */
	int64_t real_error_ns;  /* system clock minus true UTC at this event */
	int64_t untold_step_ns; /* part of that comes from a step that was not told yet */
	struct {
		enum edge_kind kind;
		int64_t n;       /* world second */
		int64_t utc_s;   /* true label */
		bool leap;       /* the inserted second's own pulse: has no label */
		int64_t late_ns; /* after the instant it is taken for */
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

#define LINE_CHUNKS 256
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
	unsigned head, tail; /* chunks tail..head-1 hold unread bytes */
	size_t taken;        /* bytes read from the tail chunk */
	int64_t free_ns;     /* when the wire is free */
	size_t others;       /* bytes of the last burst without what pads it */
	/* how it is read */
	int64_t wake_ns;   /* the next read whatever comes; 0: none */
	bool collecting;   /* a burst is coming in: nothing but that read */
	int empty;         /* reads in a row that found nothing */
	size_t last_count; /* bytes of the last read, … */
	int64_t last_ns;   /* … and when it was */
	int64_t burst_ns;  /* first byte of this burst */
	int64_t end_ns;    /* its last byte so far */
	int64_t length_ns; /* how long bursts are, as learned */
	/* READ_LOOP: while the core is steady, the line is lent, to be read with each pulse */
	bool ambiguous; /* the core says so: the line is read as it comes */
	bool steady, lent, listening, whole;
	bool dozing;             /* the loop has lent it and was not roused yet */
	unsigned reads, put_off; /* that found something; of lines left alone */
	int in_time;
	unsigned fetches;
	int64_t pulse_ns;     /* the last good one */
	int64_t edge_ns;      /* the last of any kind */
	int64_t since_raw_ns; /* while it is lent: nobody has looked at it */
	int64_t next_read_ns; /* as computed last */
	bool stale;           /* that has to be computed anew */
};

/* An edge that the source holds until the process runs again. */
struct held_edge {
	bool any;
	struct edge edge;
	int64_t raw_ns, real_ns;
	unsigned steps; /* of the clock before it */
};

#define EDGES 96

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
	int64_t free_ns;          /* of a free-running pulse */
	int64_t stall_ns;         /* the process does not run until then */
	int late_left;            /* pulses of which it is decided whether they are late, … */
	bool late;                /* … namely this */
	/* the kernel's error bound: as set last, and when; as told last */
	int64_t maxerr_us, maxerr_ns, told_us;
	int64_t peak_us;   /* to be told before it falls; 0: nothing */
	int64_t update_ns; /* next update of the clock's discipline; INT64_MAX none */
	int64_t epoch;     /* next sub-epoch to prepare, counted in fixes */
	int64_t tick_ns;
	struct edge edges[EDGES];
	int edge_count;
	struct line line;
	uint32_t seq[2];
	struct held_edge held[2]; /* assert, clear */
	unsigned steps;
	/* told late: a step and the kernel's new view */
	int64_t step_told_ns;     /* when it will be; INT64_MAX none */
	int64_t step_ns;          /* not told so far */
	bool clock_told;          /* a K event is due */
	bool race_due, race_ripe; /* a pulse is kept back until the step; the step has been */
	struct held_edge race;
	/* what was fetched is told, and the edge it came with is next; NULL: nothing */
	bool (*due)(struct world *world, struct event *event, struct truth *truth);
	bool gone_told[2]; /* serial, pps: an X event is due */
	int64_t leap_ns;   /* when the system clock does it; INT64_MAX never */
	uint8_t buffer[4096];
};

void world_init(struct world *world, const struct world_config *config);

/* The next event and its truth; false at the end. Bytes live until the next call. */
bool world_next(struct world *world, struct event *event, struct truth *truth);

/* UTC of a world second; *leap: it is the inserted one, whose value is that of the second after. */
int64_t world_utc_s(const struct world_config *config, int64_t n, bool *leap);

/* The parts, for each other. world_clock.c: what clocks read, and how they are changed. */
void world_clock_init(struct world *world);
int64_t world_raw_ns(const struct world *world, int64_t t_ns);
int64_t world_real_ns(const struct world *world, int64_t t_ns);
int64_t world_utc_ns(const struct world *world, int64_t t_ns);
void world_rebase(struct world *world); /* before a rate changes */
void world_step(struct world *world, int64_t step_ns);
void world_suspend(struct world *world, int64_t sleep_ns);
void world_clock_vouch(struct world *world, int64_t maxerr_us); /* the bound is set */
void world_clock_update(struct world *world);                   /* the discipline acts */
void world_clock_tick(struct world *world);                     /* has it to be told? */
void world_clock_tell(struct world *world, struct event *event);

/* world_edge.c: edges of the epoch, and from there to the core. */
void world_push_edges(struct world *world, int64_t n, int64_t epoch_ns);
void world_drop_edges(struct world *world); /* that should have come before now */
void event_fill(const struct world *world, enum event_type type, struct event *event,
		struct truth *truth);
bool world_next_edge(struct world *world, struct event *event, struct truth *truth);
bool world_next_race(struct world *world, struct event *event, struct truth *truth);
bool world_next_held(struct world *world, struct event *event, struct truth *truth);

/* world_epoch.c */
void world_prepare_epoch(struct world *world);

/* world_line.c: what is on its way. */
struct chunk *world_line_slot(struct world *world, int64_t start_ns); /* NULL: line overrun */
void world_line_send(struct world *world);                            /* what the slot holds */
void world_line_clear(struct world *world);
/* Bytes that came in from from_ns on are lost, up to now. */
void world_line_lose(struct world *world, int64_t from_ns);
/* What the terminal's buffer could not hold is lost. */
void world_line_overflow(struct world *world);
int64_t chunk_end_ns(const struct chunk *chunk);
struct chunk *chunk_at(struct line *line, unsigned index);

/* world_read.c */
int64_t world_line_next(struct world *world); /* when the loop reads next */
/* The core has taken an edge; steady: it says so of itself. */
void world_line_pulse(struct world *world, int64_t raw_ns, bool published, bool steady);
/* It dozes no more. */
void world_line_rouse(struct world *world);
/* What is read before that edge, which was back_ns ago, where the line is lent; false if nothing. */
bool world_line_fetch(struct world *world, bool clear, int64_t back_ns, struct event *event,
		      struct truth *truth);
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
/* One that says nothing, len bytes long, NMEA_PAD_MIN..NMEA_PAD_MAX. */
#define NMEA_PAD_MIN 22
#define NMEA_PAD_MAX 82
void nmea_pad(size_t len, uint8_t *bytes);
