/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/* All that can be set, at the start or at any instant (struct world_change). */
enum world_param {
	/* the raw clock */
	WORLD_RAW_PPB,    /* runs fast by this */
	WORLD_RAW_WANDER, /* sigma in ppb of its change from second to second */
	/* the system clock */
	WORLD_CLOCK_PPB, /* runs fast by this: frequency error or slewing */
	WORLD_STEP,      /* set: moved by this many ns, at once */
	WORLD_STEP_TO,   /* set: put to within this many ns of UTC */
	WORLD_SYNC,      /* the kernel says it is synchronised */
	WORLD_MAXERR_US, /* and within this, at the update that is now; it grows by 500 us a second
			  */
	WORLD_UPDATE,    /* ns from one update of its discipline to the next; 0: there is none */
	WORLD_STEP_NOTICE, /* ns from a step until the loop hears of it, at most */
	WORLD_STEP_RACE,   /* a step comes right after a pulse, and is heard of before the pulse */
	/* the process and the board */
	WORLD_STALL,         /* does not run for so many ns from now on */
	WORLD_SUSPEND,       /* all stands still for so many ns from now on, the raw clock too */
	WORLD_SUSPEND_ERROR, /* ns that the system clock is off more after it */
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
	WORLD_CLUSTER,     /* that is decided for so many pulses at once */
	WORLD_PHASE,       /* ns, of the whole receiver against true seconds */
	WORLD_PHASE_DRIFT, /* ns a second added to it; set to 0, what was added is gone */
	WORLD_FREE,        /* pulses run free, by a clock of their own; 2: bursts with them */
	WORLD_FREE_PHASE,  /* ns after the second at first */
	WORLD_FREE_PPB,    /* too slow by this */
	WORLD_TRAIN,       /* pulses a second */
	WORLD_RING,        /* ppm of pulses whose trailing edge looks like a second one */
	WORLD_ECHO,        /* ppm of pulses with one more edge … */
	WORLD_ECHO_NS,     /* … so long after, or before */
	WORLD_HUM,         /* mHz: edges from the mains; 0 none */
	/* the receiver */
	WORLD_FIX,
	WORLD_LIE,        /* seconds its UTC is ahead */
	WORLD_LIE_ONCE,   /* ppm of epochs a second or two ahead, or up to an hour behind */
	WORLD_OLD,        /* ppm of epochs … */
	WORLD_OLD_S,      /* … so many seconds ahead: repeated, or fallen back to an old error */
	WORLD_SKIP,       /* ppm of epochs not sent */
	WORLD_RTC_S,      /* seconds its time is ahead as long as there is no fix */
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
	WORLD_READ_MOST,  /* bytes one read returns at most; more is read at once after it */
	WORLD_FILL,       /* bytes of each burst, padded to that; 0: as long as it is */
	WORLD_FILL_FIRST, /* what pads it leads */
	WORLD_BUFFER,     /* bytes that wait in the receiver at most; 0: any number */
	WORLD_DROP,       /* 1: if it is full all the rest of the burst is lost, not a sentence */
	WORLD_BACKLOG,    /* bytes that wait there at the start */
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
	READ_PIECES, /* the first FIFO load, then every 150 ms, and just before a pulse */
	READ_FIFO,   /* each FIFO load of 8 bytes */
	READ_BURST,  /* a burst at once, when the line has fallen silent */
	READ_LOOP,   /* the daemon's own: in pieces, with all that it knows of bursts */
};
