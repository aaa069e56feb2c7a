/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/ptp.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/view.h"
#include "common/clock.h"

enum { TIME_SIZE = 24 };

/* "-2.214 us", with the unit that fits. */
static char *span(int64_t ns, char text[TIME_SIZE])
{
	static const struct {
		double from_ns, divisor;
		const char *unit;
	} scales[] = {{1e9, 1e9, "s"}, {1e6, 1e6, "ms"}, {1e3, 1e3, "us"}, {0, 1, "ns"}};
	double value = (double)ns;
	int i = 0;

	while (scales[i].from_ns > 0 && (value < 0 ? -value : value) < scales[i].from_ns) {
		i++;
	}
	snprintf(text, TIME_SIZE, "%.*f %s", scales[i].divisor > 1 ? 3 : 0,
		 value / scales[i].divisor, scales[i].unit);
	return text;
}

/* As in the first column of ntpq -p. */
static char tally(const struct pps2shm_ptp_clock *clock, int64_t raw_ns)
{
	if (clock->state & PPS2SHM_PTP_SELECTED) {
		return '*';
	}
	if (!(clock->state & PPS2SHM_PTP_FOLLOWED)) {
		return '?';
	}
	return ptp_is_silent(clock, raw_ns) ? 'x' : clock->why[0] ? ' ' : '+';
}

static const char *scale(const struct pps2shm_ptp_clock *clock)
{
	return !(clock->state & PPS2SHM_PTP_ANNOUNCED) ? "-"
	       : ptp_tells_utc(clock)                  ? "UTC"
	       : clock->flags & PPS2SHM_PTP_TIMESCALE  ? "TAI"
						       : "arb";
}

static void print_clock(const struct pps2shm_ptp_clock *clock, int64_t raw_ns)
{
	char name[PTP_NAME_SIZE], port[40], class[8] = "-";
	char offset[TIME_SIZE] = "-", jitter[TIME_SIZE] = "-", gps[TIME_SIZE] = "-";

	snprintf(port, sizeof(port), "%s-%u", ptp_identity(clock->identity, name), clock->port);
	if (clock->state & PPS2SHM_PTP_ANNOUNCED) {
		snprintf(class, sizeof(class), "%u", clock->clock_class);
	}
	if (clock->state & PPS2SHM_PTP_OFFSET) {
		span(clock->offset_ns, offset);
		span(clock->jitter_ns, jitter);
	}
	if (clock->state & PPS2SHM_PTP_GPS) {
		span(clock->gps_error_ns, gps);
	}
	printf("%c%-22s %-26s %3u %5s %-4s %5.1f %5lld %14s %11s %12s  %s\n", tally(clock, raw_ns),
	       port, clock->address, clock->domain, class, scale(clock),
	       clock->flows[PPS2SHM_PTP_SYNC].rate_mhz / 1000.0,
	       (long long)((raw_ns - clock->heard_raw_ns) / NS_PER_S), offset, jitter, gps,
	       clock->why);
}

static void print_unit(const struct pps2shm_ptp_unit *unit)
{
	if (unit->state == PPS2SHM_PTP_UNIT_OFF) {
		return;
	}
	printf("unit %d: %s%s%s\n", unit->unit,
	       unit->state == PPS2SHM_PTP_UNIT_FEEDING ? "fed" : "not fed: ",
	       unit->state == PPS2SHM_PTP_UNIT_FEEDING ? "" : unit->why,
	       unit->error[0] ? "; it cannot be written" : "");
	if (unit->error[0]) {
		printf("  %s\n", unit->error);
	}
}

static void print_all(const struct pps2shm_ptp_layout *ptp)
{
	printf(" %-22s %-26s %3s %5s %-4s %5s %5s %14s %11s %12s\n", "clock", "address", "dom",
	       "class", "time", "sync", "heard", "offset", "jitter", "to GPS");
	for (uint32_t i = 0; i < ptp->page.clock_count; i++) {
		print_clock(&ptp->page.clocks[i], ptp->page.raw_ns);
	}
	if (ptp->page.clock_count == 0) {
		printf("no PTP clock is heard, on %u interfaces\n", ptp->page.interfaces);
	}
	printf("GPS: %s%s\n", ptp->page.gps_locked ? "locked" : "not known: ", ptp->page.gps_why);
	print_unit(&ptp->page.unit);
}

void ptp_status_print(void)
{
	struct pps2shm_ptp_layout ptp;
	char why[200], name[PTP_NAME_SIZE], gps[TIME_SIZE];
	const struct pps2shm_ptp_clock *selected = NULL;

	if (pps2shm_ptp_read(NULL, &ptp, why, sizeof(why)) ||
	    pps2shm_ptp_dead(&ptp, raw_now_ns())) {
		return;
	}
	for (uint32_t i = 0; i < ptp.page.clock_count; i++) {
		if (ptp.page.clocks[i].state & PPS2SHM_PTP_SELECTED) {
			selected = &ptp.page.clocks[i];
		}
	}
	printf("  ptp       %u clocks heard", ptp.page.clock_count);
	if (selected) {
		printf(", unit %d fed by %s", ptp.page.unit.unit,
		       ptp_identity(selected->identity, name));
	}
	if (selected && selected->state & PPS2SHM_PTP_GPS) {
		printf(", %s to GPS", span(selected->gps_error_ns, gps));
	}
	putchar('\n');
}

/* NULL if the daemon is alive; else why not. */
static const char *look(const struct view *view, struct pps2shm_ptp_layout *ptp, char *why,
			size_t why_size)
{
	if (pps2shm_ptp_read(view->segment, ptp, why, why_size)) {
		return why;
	}
	return pps2shm_ptp_dead(ptp, raw_now_ns());
}

static int show(const struct view *view)
{
	static struct pps2shm_ptp_layout ptp;
	char why[200];
	const char *dead = look(view, &ptp, why, sizeof(why));

	if (view->json) {
		view_json(view, dead ? ptp_json_none(dead) : ptp_json(&ptp));
		return dead ? CLI_FAILED : CLI_OK;
	}
	view_begin(view);
	if (dead) {
		return cli_failed("ptp", "%s", dead);
	}
	print_all(&ptp);
	view_end(view);
	return CLI_OK;
}

int cli_ptp(int argc, char **argv)
{
	struct view view = {0};
	const struct cli_option rows[] = {
		VIEW_OPTIONS(view, "For programs; see docs/ptp.md for the fields."), {0}};
	struct cli_syntax syntax = {
		.about =
			"Lists the PTP clocks that pps2shm-ptp hears on the network, and what they are worth against GPS. "
			"Needs no privileges.",
		.options = rows,
		.end = "Exit status: 0 pps2shm-ptp is running, 1 it is not, 2 usage error.",
	};
	int rc = cli_options(argc, argv, &syntax);

	return rc ? rc : view_run(&view, show);
}
