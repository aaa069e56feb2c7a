/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <time.h>

#include "core/core.h"
#include "core/said.h"
#include "status/status.h"

enum { WIDE = 40 };

/* "812 ns", "1.2 us", "131.2 ms", "2.5 s"; signed if it is an offset. */
static const char *span(char text[WIDE], int64_t ns, bool with_sign)
{
	static const struct {
		double scale;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
	const double value = (double)ns;
	const double size = value < 0 ? -value : value;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (size >= units[i].scale) {
			snprintf(text, WIDE, with_sign ? "%+.1f %s" : "%.1f %s",
				 value / units[i].scale, units[i].unit);
			return text;
		}
	}
	snprintf(text, WIDE, with_sign ? "%+.0f ns" : "%.0f ns", value);
	return text;
}

/* "0.8 s ago", "3 h 12 min ago", "never" */
static const char *ago(char text[WIDE], const struct status *status, int64_t instant_ns)
{
	const double s = ((double)status->raw_ns - (double)instant_ns) / 1e9;

	if (instant_ns <= 0) {
		snprintf(text, WIDE, "never");
	} else if (s < 100) {
		snprintf(text, WIDE, "%.1f s ago", s);
	} else if (s < 3600) {
		snprintf(text, WIDE, "%.0f min ago", s / 60);
	} else {
		snprintf(text, WIDE, "%.0f h %02d min ago", (double)(int64_t)(s / 3600),
			 (int)(s / 60) % 60);
	}
	return text;
}

static void print_second(const struct status *status, FILE *out)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	char utc[WIDE], age[WIDE];
	const time_t second = (time_t)page->label_utc_s;
	struct tm tm;

	if (page->label_utc_s == 0 || !gmtime_r(&second, &tm)) {
		fprintf(out, "second     not known yet\n");
		return;
	}
	strftime(utc, sizeof(utc), "%F %T UTC", &tm);
	fprintf(out, "second     %s at the pulse %s\n", utc, ago(age, status, page->label_raw_ns));
}

static void print_source(const struct status *status, int which, const char *title, FILE *out)
{
	const struct pps2shm_segment_source *source = &status->segment.page.sources[which];
	char since[WIDE];

	if (!source->configured) {
		fprintf(out, "%-10s none configured\n", title);
		return;
	}
	fprintf(out, "%-10s %s, %s %s", title, source->name, source->up ? "opened" : "lost",
		ago(since, status, source->since_raw_ns));
	if (source->searching) {
		fprintf(out, ", detecting the bit rate");
	} else if (source->bps) {
		fprintf(out, ", %" PRIu32 " bit/s", source->bps);
	}
	if (source->losses) {
		fprintf(out, ", lost %" PRIu64 " times", source->losses);
	}
	if (!source->up && source->error[0]) {
		fprintf(out, "\n           %s", source->error);
	}
	fputc('\n', out);
}

/* Of polled pulses alone: all others are the kernel's as they are. */
static void print_stamps(const struct pps2shm_segment_stamps *stamps, FILE *out)
{
	static const char *const kinds[] = {"the kernel's", "the kernel's, corrected", "polled"};
	char width[WIDE], bias[WIDE];

	if (!stamps->count[PPS2SHM_SEGMENT_CORRECTED] && !stamps->count[PPS2SHM_SEGMENT_POLLED]) {
		return;
	}
	fprintf(out,
		"           stamps: %" PRIu64 " polled, %" PRIu64 " corrected, %" PRIu64
		" the kernel's; last %s",
		stamps->count[PPS2SHM_SEGMENT_POLLED], stamps->count[PPS2SHM_SEGMENT_CORRECTED],
		stamps->count[PPS2SHM_SEGMENT_STAMPED], kinds[stamps->kind]);
	if (stamps->width_ns) {
		fprintf(out, ", bracket %s", span(width, stamps->width_ns, false));
	}
	if (stamps->bias_ns) {
		fprintf(out, "; the kernel is late by %s", span(bias, stamps->bias_ns, false));
	}
	fputc('\n', out);
}

static void print_pulses(const struct status *status, FILE *out)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	char jitter[WIDE], last[WIDE];

	print_source(status, PPS2SHM_SEGMENT_PULSE, "pulses", out);
	fprintf(out, "           %" PRIu64 " seen, %" PRIu64 " missed, last %s, jitter %s\n",
		page->pulses, page->missed, ago(last, status, page->last_pulse_raw_ns),
		page->jitter_ns ? span(jitter, page->jitter_ns, false) : "not known yet");
	print_stamps(&page->stamps, out);
	if (page->foreign || page->unpaired) {
		fprintf(out,
			"           not used: %" PRIu64
			" stamped before the clock was set, %" PRIu64 " read with interruptions\n",
			page->foreign, page->unpaired);
	}
}

static void print_sentences(const struct status *status, FILE *out)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	char lag[WIDE], jitter[WIDE], last[WIDE];

	print_source(status, PPS2SHM_SEGMENT_SERIAL, "sentences", out);
	fprintf(out, "           %" PRIu64 " valid, last %s, lag %s (%s), jitter %s\n",
		page->sentences, ago(last, status, page->last_sentence_raw_ns),
		span(lag, page->lag_ns, false), page->lag_learned ? "learned" : "not learned yet",
		span(jitter, page->lag_jitter_ns, false));
}

static void print_receiver(const struct status *status, FILE *out)
{
	static const char *const modes[] = {"", " (none)", " (2D)", " (3D)"};
	const struct pps2shm_segment_receiver *r = &status->segment.page.receiver;

	fprintf(out, "receiver   %s%s", r->fix ? "fix" : "no fix",
		modes[r->fix_mode > 0 && r->fix_mode < 4 ? r->fix_mode : 0]);
	if (r->satellites_used >= 0) {
		fprintf(out, ", %" PRId32 " satellites used", r->satellites_used);
	}
	if (r->satellites_seen >= 0) {
		fprintf(out, ", %" PRId32 " seen", r->satellites_seen);
	}
	if (r->hdop_x100 >= 0) {
		fprintf(out, ", HDOP %.2f", r->hdop_x100 / 100.0);
	}
	if (r->jamming > SAID_NONE) {
		fprintf(out, ", jammed%s", r->jamming == SAID_SOME ? " a little" : "");
	}
	if (r->spoofing > SAID_NONE) {
		fprintf(out, ", spoofed");
	}
	fputc('\n', out);
}

static void print_leap(const struct status *status, FILE *out)
{
	const struct pps2shm_segment_leap *leap = &status->segment.page.leap;
	int64_t left_s = status_leap_left_s(status);
	const time_t after = (time_t)leap->leap_utc_s;
	char utc[WIDE] = "";
	struct tm tm;

	fprintf(out, "leap       ");
	if (leap->confirmed_by) {
		fprintf(out, "confirmed by %s",
			core_leap_by_name((enum core_leap_by)leap->confirmed_by));
	} else {
		fprintf(out, "provisional%s", leap->withheld ? ", so nothing is published" : "");
	}
	if (left_s) {
		fprintf(out, ", confirmed by time in %" PRId64 " s", left_s);
	}
	if (leap->said_by) {
		fprintf(out, ", %s: %s", said_by_name((enum said_by)leap->said_by),
			leap->unknown ? "not known yet" : "known");
	}
	if (leap->count_s >= 0) {
		fprintf(out, ", GPS - UTC %" PRId32 " s", leap->count_s);
	}
	if (leap->leap && gmtime_r(&after, &tm)) {
		strftime(utc, sizeof(utc), "%F", &tm);
		fprintf(out, ", a leap second is %s right before %s",
			leap->leap > 0 ? "inserted" : "deleted", utc);
	}
	fputc('\n', out);
}

static void print_unit(const struct status *status, int role, const char *title, FILE *out)
{
	const struct pps2shm_segment_unit *unit = &status->segment.page.units[role];
	char offset[WIDE], wrote[WIDE], taken[WIDE];

	if (unit->unit < 0) {
		return;
	}
	fprintf(out, "unit %-5" PRId32 " %s time, ", unit->unit, title);
	if (!unit->writable) {
		fprintf(out, "cannot be written: %s\n", unit->error);
		return;
	}
	fprintf(out, "written %s", ago(wrote, status, unit->write_raw_ns));
	if (unit->write_raw_ns) {
		/* Unsigned: the segment may be anybody's, and hold any number. */
		fprintf(out, ", offset %s",
			span(offset,
			     (int64_t)((uint64_t)unit->clock_ns - (uint64_t)unit->receive_ns),
			     true));
	}
	fprintf(out, ", read by a time daemon %s\n", ago(taken, status, unit->consumed_raw_ns));
	if (unit->error[0]) {
		fprintf(out, "           %s\n", unit->error);
	}
}

static void print_socket(const struct status *status, int role, const char *title, FILE *out)
{
	const struct pps2shm_segment_socket *socket = &status->segment.page.sockets[role];
	char since[WIDE], sent[WIDE];

	if (!socket->configured) {
		return;
	}
	fprintf(out, "socket     %s time, %s, %s %s, %" PRIu64 " sent, last %s", title,
		socket->path, socket->connected ? "connected" : "not connected since",
		ago(since, status, socket->since_raw_ns), socket->sent,
		ago(sent, status, socket->sent_raw_ns));
	if (socket->lost) {
		fprintf(out, ", %" PRIu64 " lost to a full queue", socket->lost);
	}
	if (socket->losses) {
		fprintf(out, ", disconnected %" PRIu64 " times", socket->losses);
	}
	if (!socket->connected && socket->error[0]) {
		fprintf(out, "\n           %s", socket->error);
	}
	fputc('\n', out);
}

static void print_rejects(const struct status *status, FILE *out)
{
	const char *separator = "rejected   ";

	for (int i = 0; i < PPS2SHM_SEGMENT_CAUSES; i++) {
		if (status->segment.page.rejects[i]) {
			fprintf(out, "%s%s %" PRIu64, separator,
				status->segment.head.cause_names[i],
				status->segment.page.rejects[i]);
			separator = ", ";
		}
	}
	if (separator[0] == ',') {
		fputc('\n', out);
	}
}

void status_print(const struct status *status, FILE *out)
{
	const struct pps2shm_segment_page *page = &status->segment.page;
	char since[WIDE];

	fprintf(out, "%s\n", status->verdict);
	for (int i = 0; i < status->advices; i++) {
		fprintf(out, "  - %s\n", status->advice[i]);
	}
	if (status->segment.head.pid == 0) {
		return;
	}
	fprintf(out, "\nstate      %s, entered %s\n", status->segment.head.state_names[page->state],
		ago(since, status, page->state_since_raw_ns));
	print_second(status, out);
	print_pulses(status, out);
	print_sentences(status, out);
	print_receiver(status, out);
	print_leap(status, out);
	print_unit(status, PPS2SHM_SEGMENT_COARSE, "coarse", out);
	print_unit(status, PPS2SHM_SEGMENT_PPS, "PPS", out);
	print_socket(status, PPS2SHM_SEGMENT_COARSE, "coarse", out);
	print_socket(status, PPS2SHM_SEGMENT_PPS, "PPS", out);
	fprintf(out, "clock      ");
	if (page->clock_sync) {
		fprintf(out, "synchronised, error at most %.3f ms%s",
			(double)page->clock_maxerr_us / 1e3,
			page->clock_sync & PPS2SHM_SEGMENT_SYNC_SEEN ? ", a witness" : "");
	} else {
		fprintf(out, "not synchronised");
	}
	fprintf(out, ", set %" PRIu64 " times since the start\n", page->clock_steps);
	print_rejects(status, out);
	fprintf(out, "daemon     %s, pid %" PRIu32 ", last heartbeat %s\n",
		status->segment.head.program, status->segment.head.pid,
		ago(since, status, page->raw_ns));
}
