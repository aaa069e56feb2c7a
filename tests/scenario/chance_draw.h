/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "chance.h"

/* A world being drawn. */

#define DRAW_TROUBLES 16
#define DAY_S         INT64_C(86400)

struct span {
	int64_t from_ns, to_ns;
};

struct draw {
	struct chance *chance;
	struct play *play;
	struct world_config *config;
	int64_t *p;
	struct rng rng;
	bool witness;            /* the system clock is right and disciplined from the start */
	bool moved;              /* the lag, its jitter, or the pulse */
	bool late, lie;          /* a second late and a second ahead look right together */
	bool hidden;             /* bursts fail to come through for a while */
	bool lag_moved, lag_odd; /* in time; from the start not what it is without a witness */
	bool wanders;     /* the lag, over the second: nobody could count on without pulses */
	bool half_year;   /* a half-year ends */
	bool stamps_late; /* a new phase could be made of late ones */
	bool phase_moved; /* the pulse is elsewhere */
	bool slept;       /* the label has to be agreed anew */
	int64_t fine_s;   /* the cold start is over */
	int64_t rest_s;   /* from then until troubles begin, besides */
	struct span troubles[DRAW_TROUBLES];
	int trouble_count;
};

int64_t draw(struct draw *d, int64_t low, int64_t high);
bool one_in(struct draw *d, int64_t many);
int64_t choose(struct draw *d, const int64_t *of, int count);
#define draw_of(d, ...)                                                                            \
	choose(d, (const int64_t[]){__VA_ARGS__},                                                  \
	       (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)))

__attribute__((format(printf, 2, 3))) void say(struct draw *d, const char *format, ...);

/* A change, and a trouble from which to recover; both in ns. */
void change(struct draw *d, int64_t at_ns, enum world_param param, int64_t value);
void trouble(struct draw *d, int64_t from_ns, int64_t to_ns);

/* chance_parts.c: what every world has. */
void draw_date(struct draw *d);
void draw_half_year(struct draw *d, bool leap);
void draw_raw_clock(struct draw *d);
void draw_receiver(struct draw *d);
void draw_pulses(struct draw *d);
/* The clock is right and its discipline at work, before anything can be published. */
void draw_witness(struct draw *d, int64_t most_error_us);
/* ntpd has started, and heard nobody: synchronised within 16 us, and wrong. */
void draw_false_witness(struct draw *d, int64_t at_s);
/* Bursts of so many percent of the line. */
void draw_fill(struct draw *d, int64_t percent);

/* chance_trouble.c: one trouble of the middle of a world, from second begin on. */
void draw_trouble(struct draw *d, int64_t begin_s);
/* Nothing is heard of the receiver meanwhile, or not all. */
bool hides(enum world_param param);

/* chance_twist.c */
void draw_twist(struct draw *d);

void draw_realistic(struct draw *d);
void draw_nasty(struct draw *d);
