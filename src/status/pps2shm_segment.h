/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * The status segment of pps2shm: POSIX shared memory (shm_open(3) "/pps2shm", mode 0644) in which
 * the daemon shows everything it knows to any local program. One writer, any number of readers; they
 * never wait for each other. docs/status-segment.md describes the layout and the protocol for
 * programs that read it without this library.
 *
 * Link with -lpps2shm_segment (pkg-config: pps2shm-segment). The functions copy with pread(2) and
 * never map: a truncated or hostile segment causes an error, not a signal. Two threads must not use
 * one handle at the same time.
 *
 * Names end in their clock: _raw_ns CLOCK_MONOTONIC_RAW, _real_ns CLOCK_REALTIME, _utc_s UTC seconds
 * since 1970 from the receiver. An instant of 0 means "not yet".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PPS2SHM_SEGMENT_NAME    "/pps2shm"
#define PPS2SHM_SEGMENT_MAGIC   "PPS2SHM" /* with its NUL: 8 bytes */
#define PPS2SHM_SEGMENT_VERSION 4

#define PPS2SHM_SEGMENT_SAMPLES     3600  /* seconds in the ring */
#define PPS2SHM_SEGMENT_TRACE_BYTES 65536 /* trace ring */
#define PPS2SHM_SEGMENT_RECORD_MAX  4144  /* the longest trace record */
#define PPS2SHM_SEGMENT_EVENT_BYTES 4096  /* the most bytes one traced read holds */

#define PPS2SHM_SEGMENT_STATES 16
#define PPS2SHM_SEGMENT_CAUSES 32

/* Index of units[] and sockets[]. */
enum { PPS2SHM_SEGMENT_COARSE, PPS2SHM_SEGMENT_PPS, PPS2SHM_SEGMENT_UNITS };
/* Index of sources[]. */
enum { PPS2SHM_SEGMENT_SERIAL, PPS2SHM_SEGMENT_PULSE, PPS2SHM_SEGMENT_SOURCES };

/* The settings of this daemon's time logic: a recording needs them to be replayed as it ran. */
struct pps2shm_segment_settings {
	int64_t pivot_utc_s; /* dates before it are taken as rolled over */
	int64_t relabel_hold_ns;
	int64_t holdover_ns;
	int64_t pps_offset_ns;     /* the only one that changes while a daemon runs */
	int64_t configured_lag_ns; /* the one in use is in the page */
	/* From the pivot until then the only leap second is the one below; 0: unknown. */
	int64_t leap_known_until_utc_s;
	int64_t leap_utc_s; /* the first second after it */
	int32_t leap;       /* +1 inserted, -1 deleted, 0 none */
	int32_t agree;
	uint32_t clear_edge; /* 1: the clear edge marks the second */
	int32_t time_leap;   /* 0 auto, 1 wait, 2 trust */
	uint32_t
		leap_corrected; /* 1: the receiver was wrong at a start before, by the state file */
	int32_t leap_count_s;   /* GPS time minus UTC at the pivot, by the list; 0: unknown */
};

/* Written once, before the magic; but settings.pps_offset_ns may change. */
struct pps2shm_segment_head {
	char magic[8];     /* PPS2SHM_SEGMENT_MAGIC; zero while the segment is made or closed */
	uint32_t version;  /* PPS2SHM_SEGMENT_VERSION: defines all sizes and offsets */
	uint32_t pid;      /* of the daemon */
	uint64_t size;     /* of the whole object */
	uint64_t instance; /* different for each start of the daemon */
	char program[80];  /* version of the daemon */
	char state_names[PPS2SHM_SEGMENT_STATES][16];
	char cause_names[PPS2SHM_SEGMENT_CAUSES][20]; /* unused ones are empty */
	struct pps2shm_segment_settings settings;
	/* These three change; see docs/status-segment.md. */
	uint64_t page_seq;     /* odd while the page is being written */
	uint64_t samples_next; /* samples written in total; the next goes to this % SAMPLES */
	uint64_t trace_next;   /* trace bytes in total; the next go to this % TRACE_BYTES */
};

/* One NTP shared memory unit. */
struct pps2shm_segment_unit {
	int32_t unit;            /* 0..255; -1 not configured */
	uint32_t writable;       /* 1: attached and written to */
	int64_t write_raw_ns;    /* last sample written */
	int64_t consumed_raw_ns; /* when a reader was last seen to have taken one */
	uint64_t written;
	uint64_t consumed;  /* samples that a reader took */
	int64_t clock_ns;   /* the last sample: UTC ... */
	int64_t receive_ns; /* ... and the system clock at that instant */
	int32_t leap;
	int32_t precision;
	char error[200]; /* why it is not writable, or who else writes it; empty if ok */
};

/* One socket of a chrony refclock SOCK. */
struct pps2shm_segment_socket {
	uint32_t configured;
	uint32_t connected;
	int64_t since_raw_ns; /* connected, or not, since */
	int64_t sent_raw_ns;  /* last sample sent */
	uint64_t sent;
	uint64_t lost;   /* samples dropped because chronyd's queue was full */
	uint64_t losses; /* how often a connection ended */
	char path[112];
	char error[200]; /* why it is not connected */
};

struct pps2shm_segment_source {
	uint32_t configured;
	uint32_t up;
	uint32_t bps;         /* bit rate of a serial line; 0 unknown or not a UART */
	uint32_t searching;   /* 1: the bit rate is not known yet */
	int64_t since_raw_ns; /* up, or down, since */
	uint64_t losses;
	char name[96];   /* "/dev/pps0 (pps@12.-1)" */
	char error[200]; /* why it is down, or last was */
};

struct pps2shm_segment_receiver {
	uint32_t fix;
	int32_t fix_mode;        /* 1 none, 2 2D, 3 3D; 0 unknown */
	int32_t satellites_used; /* -1 unknown, also in the next two */
	int32_t satellites_seen;
	int32_t hdop_x100;
	char talker[4];
	int64_t utc_s; /* of the last fix */
	/* 0 unknown; 1 none; jamming: 2 some, 3 no fix possible; spoofing: 2 indicated, 3 affirmed */
	uint32_t jamming;
	uint32_t spoofing;
};

/* What is known of the receiver's leap seconds. */
struct pps2shm_segment_leap {
	uint32_t confirmed_by; /* 0 provisional; 1 receiver, 2 clock, 3 list, 4 time */
	uint32_t said_by;      /* which message told the following two; 0 none */
	uint32_t unknown;      /* 1: the receiver says that it does not know */
	int32_t count_s;       /* GPS time minus UTC as it counts; -1 unknown */
	uint32_t withheld;     /* 1: nothing is published because of that */
	uint32_t corrected;  /* 1: the receiver has corrected itself by whole seconds at a start */
	int64_t sure_raw_ns; /* when time alone will have confirmed it; 0: it is, or no fix */
	int64_t leap_utc_s;  /* the receiver announces a leap second: the first second after it */
	int32_t leap;        /* +1 inserted, -1 deleted, 0 none */
	uint32_t zero;
};

/* How pulses came by their stamps. */
enum {
	PPS2SHM_SEGMENT_STAMPED,   /* by the kernel, or whoever else the source is */
	PPS2SHM_SEGMENT_CORRECTED, /* the same, less what polling has shown it to be late by */
	PPS2SHM_SEGMENT_POLLED,    /* the edge as polling its line has found it */
	PPS2SHM_SEGMENT_KINDS
};

struct pps2shm_segment_stamps {
	uint64_t count[PPS2SHM_SEGMENT_KINDS];
	int64_t width_ns; /* of the last pulse's polled bracket; 0 none */
	int64_t bias_ns;  /* what the kernel's stamps are late by, as learned; 0 unknown */
	uint32_t kind;    /* of the last pulse */
	uint32_t zero;
};

/* Bits of clock_sync. */
enum {
	PPS2SHM_SEGMENT_SYNC_SAID = 1, /* the kernel says the system clock is synchronised ... */
	PPS2SHM_SEGMENT_SYNC_SEEN = 2, /* ... and it was seen to be disciplined: it is a witness */
};

/* The daemon's present state; written as a whole about once a second. */
struct pps2shm_segment_page {
	int64_t raw_ns;  /* heartbeat: when this was written ... */
	int64_t real_ns; /* ... on both clocks */
	uint32_t ended;  /* 1: the daemon ended cleanly */
	uint32_t state;  /* index of state_names */
	int64_t state_since_raw_ns;
	/* While PPS time is being published, GPS time is label_utc_s + (raw now - label_raw_ns), and
	 * settings.pps_offset_ns, by which the board stamps pulses late.
	 */
	int64_t label_utc_s;
	int64_t label_raw_ns;
	int64_t label_real_ns;
	int64_t last_pulse_raw_ns;
	int64_t last_sentence_raw_ns;
	int64_t last_confirm_raw_ns; /* last burst that confirmed the label */
	int64_t lag_ns;              /* pulse to first byte of the burst */
	int64_t lag_jitter_ns;
	int64_t jitter_ns;        /* of the pulses; 0 unknown */
	int64_t period_error_ppb; /* of the raw clock: + it runs fast */
	int64_t clock_maxerr_us;  /* the kernel's bound for the system clock's error */
	uint32_t clock_sync;      /* PPS2SHM_SEGMENT_SYNC_SAID ..., 0 not synchronised */
	uint32_t lag_learned;     /* 0: the configured one */
	uint64_t clock_steps;     /* how often the system clock was set */
	uint64_t pulses, missed, bytes, sentences, frames, fixes;
	/* Edges whose time could not be determined: stamped before the clock was set, or the clocks
	 * could not be read close enough together. They are not pulses, and count as missed.
	 */
	uint64_t foreign, unpaired;
	struct pps2shm_segment_stamps stamps;
	uint64_t rejects[PPS2SHM_SEGMENT_CAUSES]; /* by cause_names */
	struct pps2shm_segment_receiver receiver;
	struct pps2shm_segment_leap leap;
	struct pps2shm_segment_unit units[PPS2SHM_SEGMENT_UNITS];
	struct pps2shm_segment_source sources[PPS2SHM_SEGMENT_SOURCES];
	struct pps2shm_segment_socket sockets[PPS2SHM_SEGMENT_UNITS];
};

enum {
	PPS2SHM_SEGMENT_HAS_PPS = 1,    /* pps_offset_ns is from this second */
	PPS2SHM_SEGMENT_HAS_COARSE = 2, /* coarse_offset_ns is from this second */
	PPS2SHM_SEGMENT_HAS_LABEL = 4,  /* utc_s is the receiver's, otherwise the system clock's */
	PPS2SHM_SEGMENT_CLOCK_SYNC = 8, /* the kernel said the system clock was synchronised */
};

/* One second of the ring. 64 bytes. */
struct pps2shm_segment_sample {
	int64_t raw_ns;
	int64_t utc_s;
	int64_t pps_offset_ns;    /* clock - receive */
	int64_t coarse_offset_ns; /* clock - receive */
	int64_t lag_ns;
	int64_t jitter_ns;
	uint32_t state;
	uint32_t flags; /* PPS2SHM_SEGMENT_HAS_PPS ... */
	uint64_t index; /* counts from 0 */
};

/* A trace record: this, len bytes of data, and zeros up to a multiple of eight. */
struct pps2shm_segment_record {
	uint32_t size;  /* of all of it */
	uint32_t len;   /* of the data */
	uint64_t index; /* counts from 0; a gap shows how many were lost */
	int64_t raw_ns;
	int64_t real_ns;
	union {
		int64_t since_raw_ns; /* S: not 0: the read was put off, D in docs/capture.md */
		struct {
			uint32_t width_ns; /* of the polled bracket; 0 none */
			int32_t bias_ns;   /* what the kernel's stamps are late by */
		} stamp;                   /* P */
	};
	uint32_t arg;  /* P: seq; S: bit rate; K: maxerr in us, at most UINT32_MAX; O: int32_t */
	uint8_t type;  /* the letter of docs/capture.md: P S K J X T O */
	uint8_t flags; /* P: 1 clear edge, kind of stamp * 2; K: 1 synchronised; X: 1 pps, 2 back */
	uint16_t zero;
};

struct pps2shm_segment_layout {
	struct pps2shm_segment_head head;
	struct pps2shm_segment_page page;
	struct pps2shm_segment_sample samples[PPS2SHM_SEGMENT_SAMPLES];
	uint64_t trace[PPS2SHM_SEGMENT_TRACE_BYTES / 8];
};

struct pps2shm_segment_snapshot {
	struct pps2shm_segment_head head;
	struct pps2shm_segment_page page;
	uint32_t owner; /* user id that owns the object */
};

struct pps2shm_segment;

/*
 * Opens a segment (name: NULL is PPS2SHM_SEGMENT_NAME). NULL on failure, with one line in why: it
 * does not exist, has another version, is truncated, or is not a status segment.
 */
struct pps2shm_segment *pps2shm_segment_open(const char *name, char *why, size_t why_size);
/* The same for an open descriptor, which it owns from then on, even on failure. */
struct pps2shm_segment *pps2shm_segment_open_fd(int fd, char *why, size_t why_size);
void pps2shm_segment_close(struct pps2shm_segment *segment);

/*
 * A consistent copy of head and page. Its text ends in NUL and is printable, and its indices are in
 * range, whatever the segment contains. 0, or -1 with a line in why. A restarted daemon may have
 * another segment: if it ended (page.ended, head.magic cleared), open it again.
 */
int pps2shm_segment_read(struct pps2shm_segment *segment, struct pps2shm_segment_snapshot *snapshot,
			 char *why, size_t why_size);

/*
 * Is the daemon of this snapshot alive: its process exists, its heartbeat is younger than five
 * seconds? NULL if so, otherwise what is wrong, as a phrase ("the daemon has ended"). raw_ns is now.
 */
const char *pps2shm_segment_dead(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns);

struct pps2shm_segment_time {
	int64_t utc_ns;         /* since 1970 */
	int64_t uncertainty_ns; /* it is right within so many, as far as can be known from here */
	int64_t age_ns;         /* of the pulse that it is counted on from */
};

/*
 * GPS time at raw_ns, which is not before the snapshot. Returns 0; or 1 with why: it is not known at
 * present; or -1 with why: no daemon writes such a segment. Asks neither if the daemon is alive, nor
 * whose the segment is (owner), nor if the leap seconds are confirmed, nor if all is simulated.
 */
int pps2shm_segment_time(const struct pps2shm_segment_snapshot *snapshot, int64_t raw_ns,
			 struct pps2shm_segment_time *time, char *why, size_t why_size);

/* The last seconds of the ring, at most `most`, oldest first; returns how many, or -1 with why. */
int pps2shm_segment_samples(struct pps2shm_segment *segment, struct pps2shm_segment_sample *samples,
			    size_t most, char *why, size_t why_size);

struct pps2shm_segment_event {
	struct pps2shm_segment_record record;
	const uint8_t *data; /* record.len bytes, good until the next call */
	uint64_t lost;       /* events missed before this one */
};

/*
 * The next event that the daemon fed to its time logic, beginning with those after the first call.
 * 1: event is set; 0: none yet, ask again within half a minute; -1: why says what is wrong (for
 * example that the daemon was restarted).
 */
int pps2shm_segment_trace_next(struct pps2shm_segment *segment, struct pps2shm_segment_event *event,
			       char *why, size_t why_size);

#ifdef __cplusplus
}
#endif
