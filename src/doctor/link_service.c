/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "pi/services.h"

/* Our own service, and by its segment what the receiver tells it. */

/* The last thing it said, behind a colon; "" if that is not known. */
static void last_words(const struct doctor_world *world, char *words, size_t size)
{
	struct doctor_output output;
	struct text_line line = {0};

	words[0] = '\0';
	if (world_run(world, &output, "journalctl", "-u", "pps2shm.service", "-p", "err", "-n", "1",
		      "-q", "-o", "cat", "--no-pager", NULL) &&
	    text_next_line(&output.text, &line) && line.len > 0) {
		snprintf(words, size, ": %.*s", line.len < 200 ? (int)line.len : 200, line.at);
	}
	text_free(&output.text);
}

/* Something stands in the segment's place that is none. */
static bool place_is_taken(const struct doctor_world *world, char *name, size_t size)
{
	struct stat st;

	snprintf(name, size, "/dev/shm%s", world->config.segment_name);
	return !world->segment && lstat(world_path(world, name), &st) == 0;
}

static void say_not_running(struct doctor_world *world, const struct doctor_service *service,
			    struct doctor_finding *finding)
{
	char words[240], name[80];

	if (world->systemd && !service) {
		doctor_broken(finding, "pps2shm.service is not installed, and no daemon runs");
		doctor_remedy(finding, "sudo apt install ./pps2shm_*.deb");
	} else if (service && strcmp(service->load, "masked") == 0) {
		doctor_broken(finding, "pps2shm.service is masked");
		doctor_remedy(
			finding,
			"sudo systemctl unmask pps2shm && sudo systemctl enable --now pps2shm");
	} else if (service && strcmp(service->active, "failed") == 0) {
		last_words(world, words, sizeof(words));
		doctor_broken(finding, "pps2shm.service failed (%s)%s", service->result, words);
		doctor_remedy(finding, "fix what it says (journalctl -u pps2shm -n 20), then %s",
			      world_restart(world));
	} else if (service && strcmp(service->active, "active") == 0) {
		doctor_broken(finding, "pps2shm.service is started, but: %.300s",
			      world->status.verdict);
		if (place_is_taken(world, name, sizeof(name))) {
			doctor_remedy(finding,
				      "sudo rm -r %s: the daemon tries again automatically", name);
		} else {
			doctor_remedy(finding, "%s", world_restart(world));
		}
	} else if (world->segment) {
		doctor_broken(finding, "%.380s", world->status.verdict);
		doctor_remedy(finding, "%s", world_restart(world));
	} else {
		doctor_broken(finding, "pps2shm does not run");
		doctor_remedy(finding, "%s",
			      world->without_systemd ? "start 'pps2shm run' (no systemd runs here)"
						     : "sudo systemctl enable --now pps2shm");
	}
}

/* In a system that does not run: will it start? */
static void look_at_files(const struct doctor_world *world, struct doctor_finding *finding)
{
	static const char link[] = "/etc/systemd/system/multi-user.target.wants/pps2shm.service";
	char path[200];

	if (!services_installed(&world->root, "pps2shm.service", path, sizeof(path))) {
		doctor_broken(finding, "pps2shm.service is not installed");
		doctor_remedy(finding, "install the package there: docs/packages.md");
	} else if (!root_has(&world->root, link)) {
		doctor_broken(finding, "pps2shm.service is not enabled: it will not start at boot");
		doctor_remedy(finding, "%s",
			      world_setup(world, "", "systemctl --root ... enable pps2shm"));
	} else {
		doctor_ok(finding, "%s is enabled", path);
	}
}

void link_service(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct doctor_service *service = world_service(world, "pps2shm.service");
	const struct pps2shm_segment_snapshot *segment = &world->status.segment;

	if (!world->outside->running) {
		look_at_files(world, finding);
		return;
	}
	if (!world_runs(world)) {
		return;
	}
	if (!world->status.alive) {
		say_not_running(world, service, finding);
	} else if (service && strcmp(service->active, "active") == 0 &&
		   strcmp(service->enabled, "disabled") == 0) {
		doctor_warning(finding,
			       "pps2shm runs (pid %u), but will not start at the next boot",
			       segment->head.pid);
		doctor_remedy(finding, "sudo systemctl enable pps2shm");
	} else {
		doctor_ok(finding, "%s runs (pid %u)", segment->head.program, segment->head.pid);
	}
}

/* What cannot be known without a daemon. */
static bool alive(const struct doctor_world *world, struct doctor_finding *finding)
{
	if (world_runs(world) && !world->status.alive) {
		doctor_unknown(finding, "needs the service to run");
	}
	return world_runs(world) && world->status.alive;
}

void link_sentences(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_segment_page *page = &world->status.segment.page;
	const struct pps2shm_segment_source *serial = &page->sources[PPS2SHM_SEGMENT_SERIAL];

	if (!alive(world, finding)) {
		return;
	}
	if (!serial->configured) {
		doctor_broken(
			finding,
			"no serial port is configured, so nothing tells which second a pulse marks");
		doctor_remedy(finding,
			      "set 'device' in section [serial] of " CONFIG_PATH ", then %s",
			      world_restart(world));
	} else if (!serial->up) {
		doctor_broken(finding, "%s is not open: %.200s", serial->name, serial->error);
		doctor_remedy(
			finding,
			"fix what is named above (uart, console, getty, port); the daemon tries again automatically");
	} else if (world_recent(world, page->last_sentence_raw_ns, 3)) {
		doctor_ok(finding, "valid NMEA from %s at %u bit/s, %" PRIu64 " sentences",
			  serial->name, serial->bps, page->sentences);
	} else if (page->bytes == 0) {
		doctor_broken(finding, "no bytes received on %s", serial->name);
		doctor_remedy(
			finding,
			"check that the receiver has power and that its TX goes to our RX (GPIO 15); sudo pps2shm detect listens on all ports");
	} else if (page->sentences == 0) {
		doctor_broken(finding,
			      "%" PRIu64 " bytes received on %s, but no valid NMEA sentence%s",
			      page->bytes, serial->name,
			      serial->searching ? " at any bit rate tried so far" : "");
		doctor_remedy(
			finding,
			"set 'baud = auto' in section [serial] of " CONFIG_PATH
			" and %s; if that is already set, the receiver may use a binary protocol: switch its NMEA output on",
			world_restart(world));
	} else {
		doctor_broken(finding, "sentences from %s stopped", serial->name);
		doctor_remedy(
			finding,
			"check the receiver's power and cable; sudo pps2shm detect listens on all ports");
	}
}

void link_fix(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_segment_page *page = &world->status.segment.page;
	const struct pps2shm_segment_receiver *r = &page->receiver;

	if (!alive(world, finding)) {
		return;
	}
	if (!world_recent(world, page->last_sentence_raw_ns, 3)) {
		doctor_unknown(finding, "no sentences to tell");
	} else if (!r->fix) {
		doctor_broken(finding, "the receiver has no fix: %d satellites seen, %d used",
			      r->satellites_seen < 0 ? 0 : r->satellites_seen,
			      r->satellites_used < 0 ? 0 : r->satellites_used);
		doctor_remedy(
			finding,
			"give the antenna a clear view of the sky; a cold start takes minutes, and indoors it may never succeed");
	} else {
		doctor_ok(finding, "fix with %d satellites",
			  r->satellites_used < 0 ? 0 : r->satellites_used);
	}
}

/* The driver's count and the daemon's say must not contradict each other. */
static void say_coarse(const struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_segment_page *page = &world->status.segment.page;
	const struct pps2shm_segment_source *pulses = &page->sources[PPS2SHM_SEGMENT_PULSE];

	if (!world->pulses_come || world_recent(world, page->last_pulse_raw_ns, 3)) {
		doctor_broken(finding, "%.380s", world->status.verdict);
		doctor_remedy(finding, "%.380s",
			      world->status.advices ? world->status.advice[0] : "see pulses above");
	} else if (pulses->up) {
		doctor_broken(finding, "pulses come on %s, but none on %s, where pps2shm waits",
			      world->pps.node, pulses->name);
		doctor_remedy(finding,
			      "set 'device = auto' in section [pps] of " CONFIG_PATH
			      " and 'gpio' to the pulse's line, then %s",
			      world_restart(world));
	} else {
		doctor_broken(finding, "pulses come on %s, but pps2shm does not get them: %.200s",
			      world->pps.node, pulses->error[0] ? pulses->error : "not opened yet");
		doctor_remedy(finding, "see device above; the daemon tries again automatically");
	}
}

void link_line(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct pps2shm_segment_source *serial =
		&world->status.segment.page.sources[PPS2SHM_SEGMENT_SERIAL];
	const int percent = world->status.alive ? status_line_percent(&world->status) : -1;

	if (percent > STATUS_LINE_FULL) {
		doctor_warning(
			finding,
			"the receiver's line (%u bit/s) is %d %% full: sentences come late, and some may be lost",
			serial->bps, percent);
		doctor_remedy(
			finding,
			"sudo systemctl stop pps2shm; sudo pps2shm receiver setup; sudo systemctl start pps2shm");
	} else if (percent >= 0) {
		doctor_ok(finding, "the receiver's line (%u bit/s) is %d %% full", serial->bps,
			  percent);
	}
}

void link_second(struct doctor_world *world, struct doctor_finding *finding)
{
	const struct status *status = &world->status;
	const struct pps2shm_segment_socket *socket =
		&status->segment.page.sockets[PPS2SHM_SEGMENT_PPS];
	const char *advice = status->advices ? status->advice[0] : "";

	if (!alive(world, finding)) {
		return;
	}
	switch ((enum core_state)status->segment.page.state) {
	case CORE_LOCKED:
		/* Of chrony's socket pps-socket speaks, and says what to do. */
		if (status->healthy || socket->configured != socket->connected) {
			doctor_ok(finding, "%.380s", status->verdict);
		} else {
			doctor_warning(finding, "%.380s", status->verdict);
			doctor_remedy(
				finding,
				"see pps-unit below; if it is ok, look again in a few seconds: pps2shm status --watch");
		}
		return;
	case CORE_COARSE_ONLY:
		if (world->config.pps_source == CONFIG_PPS_NONE) {
			doctor_ok(finding, "%.380s", status->verdict);
			return;
		}
		say_coarse(world, finding);
		return;
	case CORE_HOLDOVER:
	case CORE_SEARCHING:
		doctor_warning(finding, "%.380s", status->verdict);
		doctor_remedy(
			finding, "%.380s",
			advice[0] ? advice
				  : "wait a few seconds and look again: pps2shm status --watch");
		return;
	case CORE_SUSPECT:
		doctor_broken(finding, "%.380s", status->verdict);
		doctor_remedy(
			finding,
			"compare with another clock (date -u): if the system's is wrong, set it; if it is right, the receiver is wrong: cold-start it, update its firmware");
		return;
	default:
		doctor_broken(finding, "%.380s", status->verdict);
		doctor_remedy(finding, "%.380s",
			      advice[0] ? advice : "look again: pps2shm status --watch");
	}
}
