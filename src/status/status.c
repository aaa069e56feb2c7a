/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "status/status.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "common/ns.h"
#include "common/refclock.h"
#include "common/simulated.h"
#include "core/core.h"
#include "status/other_daemon.h"
#include "status/unit_user.h"

/* How long a thing that should come each second may stay away before it is said to be missing. */
#define MISSING_NS (3 * NS_PER_S)
/* So long a port must be open before its bytes are an average. */
#define LINE_KNOWN_NS (10 * NS_PER_S)
/* ntpd takes no sample older than this many whole seconds. */
#define SAMPLE_AGE_MAX_NS (5 * NS_PER_S)
/* ntpd looks each second, chronyd by default every 16: so much unread means that nobody looks. */
#define UNREAD_NS      (60 * NS_PER_S)
#define UNREAD_SAMPLES 30

__attribute__((format(printf, 2, 3))) static void say(struct status *status, const char *format,
						      ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(status->verdict, sizeof(status->verdict), format, args);
	va_end(args);
}

__attribute__((format(printf, 2, 3))) static void advise(struct status *status, const char *format,
							 ...)
{
	va_list args;

	if (status->advices == STATUS_ADVICE_MAX) {
		return;
	}
	va_start(args, format);
	vsnprintf(status->advice[status->advices++], sizeof(status->advice[0]), format, args);
	va_end(args);
}

/* Was this instant within the last span? A hostile segment may hold any number. */
static bool recent(const struct status *status, int64_t instant_ns, int64_t span_ns)
{
	return instant_ns > 0 && instant_ns > status->raw_ns - span_ns;
}

bool status_simulated(const struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;

	return status->alive &&
	       strcmp(page->sources[PPS2SHM_SEGMENT_PULSE].name, SIMULATED_PULSES) == 0;
}

/* What is published, for sentences. */
static const char *time_name(const struct status *status)
{
	return status_simulated(status) ? "simulated time" : "GPS time";
}

bool status_pps_enabled(const struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;

	return status->alive && page->sources[PPS2SHM_SEGMENT_PULSE].up &&
	       recent(status, page->last_pulse_raw_ns, MISSING_NS);
}

bool status_shm_valid(const struct status *status)
{
	const struct pps2shm_segment_unit *unit = &status->segment.page.units[PPS2SHM_SEGMENT_PPS];

	return status->alive && unit->unit >= 0 && unit->writable &&
	       recent(status, unit->write_raw_ns, SAMPLE_AGE_MAX_NS);
}

int64_t status_leap_left_s(const struct status *status)
{
	int64_t sure_raw_ns = status->segment.page.leap.sure_raw_ns;

	/* A hostile segment may hold any number. */
	return sure_raw_ns > status->raw_ns && status->raw_ns >= 0
		       ? (sure_raw_ns - status->raw_ns) / NS_PER_S + 1
		       : 0;
}

bool status_socket_stuck(const struct status *status, int role)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	const struct pps2shm_segment_socket *socket = &page->sockets[role];
	bool samples = page->state == CORE_LOCKED || page->state == CORE_HOLDOVER;

	return status->alive && samples && socket->connected && socket->lost &&
	       !recent(status, socket->sent_raw_ns, SAMPLE_AGE_MAX_NS) &&
	       !recent(status, socket->since_raw_ns, SAMPLE_AGE_MAX_NS);
}

/* Bytes since the port was opened: of several openings one does not know which brought how many. */
int status_line_percent(const struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	const struct pps2shm_segment_source *serial = &page->sources[PPS2SHM_SEGMENT_SERIAL];
	const int64_t open_ns = page->raw_ns - serial->since_raw_ns;
	const double capacity = (double)serial->bps / 10 * ((double)open_ns / 1e9);

	if (!serial->up || serial->bps == 0 || serial->searching || serial->losses > 0 ||
	    serial->since_raw_ns == 0 || open_ns < LINE_KNOWN_NS ||
	    (double)page->bytes > 2 * capacity) {
		return -1;
	}
	return (int)((double)page->bytes / capacity * 100);
}

static void advise_serial(struct status *status)
{
	const int percent = status_line_percent(status);
	const struct pps2shm_segment_page *page = &status->segment.page;
	const struct pps2shm_segment_source *serial = &page->sources[PPS2SHM_SEGMENT_SERIAL];

	if (!serial->configured) {
		advise(status,
		       "No serial port is configured: without sentences nothing tells which second a pulse marks. Set serial.device.");
	} else if (!serial->up) {
		advise(status, "The source of sentences, %s, is not available: %s", serial->name,
		       serial->error[0] ? serial->error : "not opened yet");
	} else if (serial->searching) {
		advise(status,
		       "The bit rate of %s has not been found yet. If this lasts, check that the receiver sends NMEA and that its TX is wired to our RX.",
		       serial->name);
	} else if (!recent(status, page->last_sentence_raw_ns, MISSING_NS)) {
		advise(status, "No valid sentences from %s: check wiring and bit rate.",
		       serial->name);
	} else if (percent > STATUS_LINE_FULL) {
		advise(status,
		       "The receiver's line (%u bit/s) is %d %% full: sentences come late, and some may be lost. 'sudo pps2shm receiver setup' gives it another bit rate, and fewer sentences.",
		       serial->bps, percent);
	}
}

static void advise_pulses(struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	const struct pps2shm_segment_source *pps = &page->sources[PPS2SHM_SEGMENT_PULSE];

	if (!pps->configured) {
		advise(status, "No pulse source is configured (pps.source = none).");
	} else if (!pps->up) {
		advise(status, "The pulse source %s is not available: %s", pps->name,
		       pps->error[0] ? pps->error : "not opened yet");
	} else if (!recent(status, page->last_pulse_raw_ns, MISSING_NS)) {
		advise(status,
		       "No pulses from %s: check the wire; many receivers send pulses only with a fix.",
		       pps->name);
	}
}

/* The daemon saw that another program writes it, too. */
static bool has_rival(const struct pps2shm_segment_unit *unit)
{
	return unit->unit >= 0 && unit->writable && unit->error[0];
}

static void advise_unit(struct status *status, int role)
{
	const struct pps2shm_segment_unit *unit = &status->segment.page.units[role];

	if (unit->unit < 0) {
		return;
	}
	if (!unit->writable) {
		advise(status, "Unit %d cannot be written: %s", unit->unit,
		       unit->error[0] ? unit->error : "not opened yet");
	} else if (has_rival(unit)) {
		advise(status,
		       "Unit %d: %s. End that one, or give one of the two another unit: the time daemon gets the samples of both, mixed.",
		       unit->unit, unit->error);
	}
}

/* With chrony's socket for the same time the unit may be left unread. */
static bool is_unread(const struct status *status, int role)
{
	const struct pps2shm_segment_unit *unit = &status->segment.page.units[role];

	return unit->unit >= 0 && unit->writable && !has_rival(unit) &&
	       !status->segment.page.sockets[role].configured &&
	       recent(status, unit->write_raw_ns, SAMPLE_AGE_MAX_NS) &&
	       unit->written > UNREAD_SAMPLES && !recent(status, unit->consumed_raw_ns, UNREAD_NS);
}

void status_advise_unread(struct status *status, const char *daemon)
{
	bool chrony = daemon && strcmp(daemon, "chronyd") == 0;
	char line[200];

	for (int i = 0; status->alive && i < PPS2SHM_SEGMENT_UNITS; i++) {
		int unit = status->segment.page.units[i].unit;

		if (!is_unread(status, i)) {
			continue;
		}
		if (!daemon || !daemon[0]) {
			advise(status, "Nobody reads unit %d: %s", unit,
			       daemon ? "whether ntpd or chronyd is running only root can see here."
				      : "neither ntpd nor chronyd is running.");
			continue;
		}
		refclock_line(line, sizeof(line), chrony ? REFCLOCK_CHRONY : REFCLOCK_NTPSEC,
			      i == PPS2SHM_SEGMENT_PPS, unit, NULL);
		advise(status,
		       "Nobody reads unit %d: add '%s' to %s's configuration and restart it.", unit,
		       line, daemon);
	}
}

static void advise_socket(struct status *status, int role)
{
	const struct pps2shm_segment_socket *socket = &status->segment.page.sockets[role];

	if (socket->configured && !socket->connected) {
		advise(status, "chrony does not get the %s time: %s",
		       role == PPS2SHM_SEGMENT_PPS ? "PPS" : "coarse",
		       socket->error[0] ? socket->error : "its socket has not been opened yet");
	} else if (status_socket_stuck(status, role)) {
		advise(status,
		       "Nobody reads %s: its queue is full, and samples are lost. 'systemctl restart chrony' makes it anew.",
		       socket->path);
	}
}

static void say_locked(struct status *status)
{
	const struct pps2shm_segment_unit *unit = &status->segment.page.units[PPS2SHM_SEGMENT_PPS];
	const struct pps2shm_segment_socket *socket =
		&status->segment.page.sockets[PPS2SHM_SEGMENT_PPS];
	const char *published = time_name(status);

	status->healthy = true;
	if (socket->configured &&
	    (!socket->connected || status_socket_stuck(status, PPS2SHM_SEGMENT_PPS))) {
		status->healthy = false;
		say(status, "Locked, but %s does not reach chrony by %s.", published, socket->path);
	} else if (unit->unit < 0 && socket->connected) {
		say(status, "Locked: %s goes to chrony by %s.", published, socket->path);
	} else if (unit->unit < 0) {
		say(status, "Locked to %s; no shared memory unit is configured for it.", published);
	} else if (status_shm_valid(status) && has_rival(unit)) {
		status->healthy = false;
		say(status, "Locked, but another program also writes NTP shared memory unit %d.",
		    unit->unit);
	} else if (status_shm_valid(status) && socket->connected) {
		say(status, "Locked: %s goes to chrony by %s, and to NTP shared memory unit %d.",
		    published, socket->path, unit->unit);
	} else if (status_shm_valid(status)) {
		say(status, "Locked: %s goes to NTP shared memory unit %d.", published, unit->unit);
	} else {
		status->healthy = false;
		say(status, "Locked, but %s does not reach NTP shared memory unit %d.", published,
		    unit->unit);
	}
}

/* How long still, and what ends it sooner. */
static void say_provisional(struct status *status)
{
	const struct pps2shm_segment_leap *leap = &status->segment.page.leap;
	int64_t left_s = status_leap_left_s(status);
	char until[80] = "It has to have a fix first.";

	if (left_s) {
		snprintf(until, sizeof(until), "A fix without a break for %d:%02d more is enough.",
			 (int)(left_s / 60), (int)(left_s % 60));
	}
	say(status, "Silent: the receiver %s the number of leap seconds yet.",
	    leap->unknown ? "says that it does not know" : "may not know");
	advise(status, "%s It ends sooner%s once the system clock was set from any NTP server%s.",
	       until, leap->said_by ? " when the receiver says that it knows," : "",
	       leap->count_s < 0 ? "" : ", or with a current list of leap seconds (leap.file)");
	if (!leap->unknown && leap->corrected) {
		advise(status,
		       "It has once corrected itself by whole seconds after a start, as the state file remembers. If this is another receiver, remove leap_corrected from that file, or set time.leap = trust.");
	}
}

static void say_state(struct status *status)
{
	const struct pps2shm_segment_page *page = &status->segment.page;

	switch ((enum core_state)page->state) {
	case CORE_LOCKED:
		say_locked(status);
		break;
	case CORE_HOLDOVER:
		say_locked(status);
		if (status->healthy) {
			say(status,
			    "Holdover: seconds are counted from pulse to pulse, but no sentences confirm them at present.");
		}
		break;
	case CORE_SEARCHING:
		say(status, "Not locked yet: pulses and sentences have not agreed on a second.");
		break;
	case CORE_AMBIGUOUS:
		say(status,
		    "Silent: sentences arrive so close to the pulse that either of two seconds fits.");
		advise(status,
		       "Set the system clock once from any NTP server, or move the sentences: 'sudo pps2shm receiver setup' gives the receiver another bit rate, and fewer sentences.");
		break;
	case CORE_COARSE_ONLY:
		if (recent(status, page->last_pulse_raw_ns, MISSING_NS)) {
			say(status,
			    "Coarse time only: there are pulses, but not regularly once a second.");
			advise(status,
			       "See 'rejected' below: a loose wire or noise causes such pulses; check the ground, keep the wire short.");
		} else {
			say(status, "Coarse time only: there are sentences but no pulses.");
		}
		break;
	case CORE_NO_FIX:
		say(status, "Silent: the receiver has no fix.");
		advise(status,
		       "Give the antenna a clear view of the sky; a cold start takes minutes.");
		break;
	case CORE_STALE:
		say(status,
		    "Silent: no sentence has confirmed the second for longer than holdover allows.");
		break;
	case CORE_DISPUTED:
		say(status,
		    "Silent: the receiver's sentences contradict the second being counted.");
		advise(status, "If they keep doing so, the new second is adopted automatically.");
		break;
	case CORE_SUSPECT:
		say(status,
		    "Silent: the receiver contradicts the synchronised system clock: a receiver fault, or spoofing.");
		break;
	case CORE_TRAINS:
		say(status,
		    "Silent: there is more than one pulse a second, and nothing tells which one begins it.");
		advise(status,
		       "Set the receiver to one pulse a second; if its edges ring, use a shorter wire or a series resistor.");
		break;
	case CORE_PROVISIONAL:
		say_provisional(status);
		break;
	case CORE_SPOOFED:
		say(status, "Silent: the receiver reports that its signals are spoofed.");
		advise(status,
		       "If there are false alarms: time.leap = trust publishes all the same.");
		break;
	default:
		say(status,
		    "The daemon is in a state that this program does not know: use the program that came with it.");
	}
}

void status_judge(struct status *status, const struct pps2shm_segment_snapshot *segment,
		  int64_t raw_ns)
{
	const char *dead = pps2shm_segment_dead(segment, raw_ns);

	*status = (struct status){.alive = !dead, .raw_ns = raw_ns, .segment = *segment};
	if (dead) {
		say(status, "%c%s (pid %u).", toupper((unsigned char)dead[0]), dead + 1,
		    segment->head.pid);
		advise(status,
		       "Look at 'journalctl -u pps2shm', then 'systemctl restart pps2shm'.");
		return;
	}
	say_state(status);
	advise_serial(status);
	advise_pulses(status);
	advise_unit(status, PPS2SHM_SEGMENT_PPS);
	advise_unit(status, PPS2SHM_SEGMENT_COARSE);
	advise_socket(status, PPS2SHM_SEGMENT_PPS);
	advise_socket(status, PPS2SHM_SEGMENT_COARSE);
}

static void name_rival(struct status *status, int unit, const char *folder, const char *proc)
{
	const uint32_t own = status->segment.head.pid;
	struct other_daemon other;
	struct unit_user user;

	if (other_daemon_find(folder, unit, own, status->raw_ns, &other)) {
		advise(status,
		       "Unit %d is also written by the pps2shm of process %u (status segment %s, user %u).",
		       unit, other.pid, other.segment, other.uid);
	} else if (unit_user_find(proc, unit, own, &user)) {
		advise(status, "Unit %d was %s by %s (process %d).", unit, user.did, user.name,
		       user.pid);
	}
}

void status_name_rivals(struct status *status, const char *folder, const char *proc)
{
	for (int i = 0; status->alive && i < PPS2SHM_SEGMENT_UNITS; i++) {
		const struct pps2shm_segment_unit *unit = &status->segment.page.units[i];

		if (has_rival(unit)) {
			name_rival(status, unit->unit, folder, proc);
		}
	}
}

void status_judge_none(struct status *status, const char *why, int64_t raw_ns)
{
	*status = (struct status){.raw_ns = raw_ns};
	for (int i = 0; i < PPS2SHM_SEGMENT_UNITS; i++) {
		status->segment.page.units[i].unit = -1;
	}
	say(status, "%c%s.", toupper((unsigned char)why[0]), why + 1);
	if (strstr(why, "no daemon")) {
		advise(status,
		       "Start it with 'systemctl start pps2shm', or 'pps2shm run' in a terminal. (A daemon that cannot make its status segment says so in its log and runs without: 'journalctl -u pps2shm'.)");
	} else {
		advise(status,
		       "If a daemon is running, it does so without a status segment, tries again, and says in its log what is in the way: 'journalctl -u pps2shm'.");
	}
}
