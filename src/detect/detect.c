/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "detect/detect.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/ns.h"

/* So long a receiver is heard to learn what it says, all of it once a second. */
#define ENOUGH_NS (3 * NS_PER_S)

/* A line that rests high: its pulse begins with the falling edge. */
#define PPS_INVERTED_NS INT64_C(550000000)

static void look_at_clock(struct detect *detect)
{
	int64_t real_ns;

	clocks_read(&detect->now_ns, &real_ns);
}

void detect_begin(struct detect *detect, const struct detect_places *places)
{
	memset(detect, 0, sizeof(*detect));
	detect->places = places;
	look_at_clock(detect);
	detect->begun_ns = detect->now_ns;
	ports_begin(detect);
	lines_begin(detect);
}

void detect_end(struct detect *detect)
{
	lines_tick(detect);
	lines_end(detect);
	ports_end(detect);
}

bool detect_hears(const struct detect *detect)
{
	bool hears = detect->pps_count > 0;

	for (int i = 0; i < detect->port_count; i++) {
		hears = hears || detect->ports[i].source;
	}
	for (int i = 0; i < detect->line_count; i++) {
		hears = hears || detect->lines[i].line;
	}
	return hears;
}

/* All that is open, in the order of ports and lines. */
static nfds_t gather(const struct detect *detect, struct pollfd *fds)
{
	nfds_t n = 0;

	for (int i = 0; i < detect->port_count; i++) {
		if (detect->ports[i].source) {
			fds[n++] = (struct pollfd){.fd = detect->ports[i].source->fd,
						   .events = POLLIN};
		}
	}
	for (int i = 0; i < detect->line_count; i++) {
		if (detect->lines[i].line) {
			fds[n++] = (struct pollfd){.fd = gpio_line_fd(detect->lines[i].line),
						   .events = POLLIN};
		}
	}
	return n;
}

static void read_all(struct detect *detect, const struct pollfd *fds)
{
	nfds_t n = 0;

	for (int i = 0; i < detect->port_count; i++) {
		if (detect->ports[i].source && fds[n++].revents) {
			ports_read(detect, &detect->ports[i]);
		}
	}
	for (int i = 0; i < detect->line_count; i++) {
		if (detect->lines[i].line && fds[n++].revents) {
			lines_read(detect, &detect->lines[i]);
		}
	}
}

void detect_listen(struct detect *detect, int ms)
{
	int64_t until_ns = detect->now_ns + ms * NS_PER_MS;

	while (detect->now_ns < until_ns) {
		struct pollfd fds[DETECT_PORTS + DETECT_LINES];
		nfds_t n = gather(detect, fds);
		int left = (int)((until_ns - detect->now_ns) / 1000000) + 1;

		if (poll(fds, n, left) > 0) {
			look_at_clock(detect);
			read_all(detect, fds);
		}
		look_at_clock(detect);
	}
	ports_tick(detect);
	lines_tick(detect);
}

const struct detect_port *detect_receiver(const struct detect *detect)
{
	const struct detect_port *best = NULL;

	for (int i = 0; i < detect->port_count; i++) {
		const struct detect_port *port = &detect->ports[i];

		/* A fix tells a receiver with an antenna from one without. */
		if (port->sentences > 0 && (!best || (port->fix && !best->fix))) {
			best = port;
		}
	}
	return best;
}

const struct detect_line *detect_pulse(const struct detect *detect)
{
	for (int i = 0; i < detect->line_count; i++) {
		if (detect->lines[i].pulsing) {
			return &detect->lines[i];
		}
	}
	return NULL;
}

const struct detect_pps *detect_driver(const struct detect *detect)
{
	for (int i = 0; i < detect->pps_count; i++) {
		if (detect->pps[i].pulsing && detect->pps[i].device.kind != PPS_OTHER) {
			return &detect->pps[i];
		}
	}
	return NULL;
}

bool detect_enough(const struct detect *detect)
{
	const struct detect_port *port = detect_receiver(detect);

	return port && detect->now_ns - port->since_ns > ENOUGH_NS &&
	       (detect_pulse(detect) || detect_driver(detect));
}

/* Its name for setup: a USB port's number may change, its link in by-id does not. */
static void name_port(const struct detect *detect, const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/') + 1;
	char folder[100], target[100];

	snprintf(name, size, "%s", path);
	snprintf(folder, sizeof(folder), "%s/serial/by-id", detect->places->dev);
	DIR *dir = opendir(folder);

	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		const char *slash = strrchr(target, '/');

		if (slash && strcmp(slash + 1, base) == 0) {
			snprintf(name, size, "/dev/serial/by-id/%s", entry->d_name);
		}
	}
	if (dir) {
		closedir(dir);
	}
}

static bool is_inverted(const struct detect_line *line, const struct detect_pps *pps)
{
	return line ? line->pulse.edge == TRAIN_FALLING : pps && pps->width_ns > PPS_INVERTED_NS;
}

bool detect_setup(const struct detect *detect, char *text, size_t size)
{
	const struct detect_port *port = detect_receiver(detect);
	const struct detect_line *line = detect_pulse(detect);
	const struct detect_pps *pps = detect_driver(detect);
	int gpio = line ? line->gpio : pps ? pps->device.gpio : -1;
	char name[300];
	size_t n = (size_t)snprintf(text, size, "sudo pps2shm setup");

	if (gpio >= 0) {
		n += (size_t)snprintf(text + n, size - n, " --gpio %d", gpio);
	}
	if (is_inverted(line, pps)) {
		n += (size_t)snprintf(text + n, size - n, " --edge falling");
	}
	if (port) {
		name_port(detect, port->path, name, sizeof(name));
		n += (size_t)snprintf(text + n, size - n, " --serial %s", name);
	}
	if (port && port->bps) {
		snprintf(text + n, size - n, " --baud %u", port->bps);
	}
	return gpio >= 0 || port;
}
