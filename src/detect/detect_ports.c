/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <dirent.h>
#include <errno.h>
#include <libserialport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/sentence.h"
#include "detect/detect.h"
#include "pi/model.h"
#include "sources/device_user.h"

/* The serial ports. */

static bool is_plausible(const char *path)
{
	static const char *const kinds[] = {"/dev/ttyAMA", "/dev/ttyS", "/dev/ttyACM",
					    "/dev/ttyUSB"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i]);

		if (strncmp(path, kinds[i], n) == 0 && path[n] >= '0' && path[n] <= '9') {
			return true;
		}
	}
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(a, b);
}

static int list_ports(char paths[DETECT_PORTS][64], struct error *err)
{
	struct sp_port **ports;
	int count = 0;

	if (sp_list_ports(&ports) != SP_OK) {
		return error_set(err, "the serial ports cannot be listed");
	}
	for (int i = 0; ports[i] && count < DETECT_PORTS; i++) {
		const char *name = sp_get_port_name(ports[i]);

		if (name && is_plausible(name)) {
			snprintf(paths[count++], sizeof(paths[0]), "%s", name);
		}
	}
	sp_free_port_list(ports);
	qsort(paths, (size_t)count, sizeof(paths[0]), by_name);
	return count;
}

const struct detect_places detect_system = {
	.sys = "/sys",
	.proc = "/proc",
	.dev = "/dev",
	.list_ports = list_ports,
	.open_port = serial_open,
};

/* ---- who has it ---- */

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Is the kernel's console on it? By the list of those that are. */
static bool is_console(const struct detect *detect, const char *port)
{
	char path[300], list[200] = "";
	char *save = NULL;
	bool found = false;

	snprintf(path, sizeof(path), "%s/class/tty/console/active", detect->places->sys);
	FILE *file = fopen(path, "re");

	if (!file) {
		return false;
	}
	if (fgets(list, sizeof(list), file)) {
		for (char *word = strtok_r(list, " \n", &save); word;
		     word = strtok_r(NULL, " \n", &save)) {
			found = found || strcmp(word, base(port)) == 0;
		}
	}
	fclose(file);
	return found;
}

/* Does systemd run a login prompt there? Its group of processes shows it to everyone. */
static bool has_getty(const struct detect *detect, const char *port)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof(path),
		 "%s/fs/cgroup/system.slice/system-serial\\x2dgetty.slice/serial-getty@%s.service",
		 detect->places->sys, base(port));
	return stat(path, &st) == 0;
}

/* The UART that Bluetooth has, on models where it shares the header's: /dev/serial1. */
static bool is_bluetooth(const struct detect *detect, const char *port)
{
	char path[300], target[100];
	struct error ignored;

	snprintf(path, sizeof(path), "%s/device-tree", detect->places->proc);
	const struct pi_model *model = pi_model_read(path, &ignored);

	if (!model || model->uart != PI_UART_BLUETOOTH) {
		return false;
	}

	snprintf(path, sizeof(path), "%s/serial1", detect->places->dev);
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	target[n > 0 ? n : 0] = '\0';
	return n > 0 && strcmp(base(target), base(port)) == 0;
}

/* False, and why filled, if it is somebody's. */
static bool is_free(const struct detect *detect, struct detect_port *port)
{
	struct device_user user;

	if (is_console(detect, port->path)) {
		snprintf(port->why, sizeof(port->why), "the kernel's console is on it");
	} else if (has_getty(detect, port->path)) {
		snprintf(port->why, sizeof(port->why),
			 "a login prompt runs on it (serial-getty@%s)", base(port->path));
	} else if (is_bluetooth(detect, port->path)) {
		snprintf(port->why, sizeof(port->why), "it is Bluetooth's");
	} else if (device_user_find(detect->places->proc, port->path, 0, &user) == 1) {
		snprintf(port->why, sizeof(port->why), "%s (process %d) has it open", user.name,
			 user.pid);
	} else {
		return true;
	}
	port->in_use = true;
	return false;
}

void ports_begin(struct detect *detect)
{
	char paths[DETECT_PORTS][64];
	struct error err;
	int count = detect->places->list_ports(paths, &err);

	if (count < 0) {
		snprintf(detect->ports_error, sizeof(detect->ports_error), "%.190s", err.text);
		return;
	}
	for (int i = 0; i < count; i++) {
		struct detect_port *port = &detect->ports[detect->port_count++];
		const struct byte_options options = {.path = port->path};

		snprintf(port->path, sizeof(port->path), "%.63s", paths[i]);
		port->satellites = -1;
		if (!is_free(detect, port)) {
			continue;
		}
		port->source = detect->places->open_port(&options, &err);
		if (!port->source) {
			snprintf(port->why, sizeof(port->why), "%s", err.text);
		}
	}
}

static void close_port(struct detect_port *port)
{
	port->source->ops->close(port->source);
	port->source = NULL;
}

void ports_end(struct detect *detect)
{
	for (int i = 0; i < detect->port_count; i++) {
		if (detect->ports[i].source) {
			close_port(&detect->ports[i]);
		}
	}
}

/* ---- what it says ---- */

/* Adds a word to a list of words, once. */
static void add_word(char *list, size_t size, const char *word)
{
	size_t n = strlen(list);
	size_t len = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
			return;
		}
	}
	snprintf(list + n, size - n, "%s%s", n ? " " : "", word);
}

static void take_sentence(struct detect *detect, struct detect_port *port)
{
	struct nmea_fields fields;
	struct sentence sentence;
	char talker[3] = "";

	nmea_split(&port->framer, &fields);
	if (strlen(fields.field[0]) != 5 || !sentence_parse(&fields, &sentence)) {
		add_word(port->kinds, sizeof(port->kinds),
			 fields.field[0][0] == 'P' ? "(own)" : "?");
	} else {
		snprintf(talker, sizeof(talker), "%.2s", fields.field[0]);
		add_word(port->talkers, sizeof(port->talkers), talker);
		add_word(port->kinds, sizeof(port->kinds), fields.field[0] + 2);
		port->fix_known = port->fix_known || sentence.validity != VALIDITY_NONE;
		if (sentence.validity != VALIDITY_NONE) {
			port->fix = sentence.validity == VALIDITY_GOOD;
		}
		port->satellites =
			sentence.satellites_used >= 0 ? sentence.satellites_used : port->satellites;
	}
	if (port->sentences++ == 0) {
		port->since_ns = detect->now_ns;
	}
	port->bps = port->source->bps;
}

void ports_read(struct detect *detect, struct detect_port *port)
{
	uint8_t bytes[512];
	struct error err;
	ssize_t n = port->source->ops->read(port->source, bytes, sizeof(bytes), &err);

	if (n < 0) {
		snprintf(port->why, sizeof(port->why), "%s", err.text);
		close_port(port);
		return;
	}
	port->heard = true; /* while it searches the rate, bytes come but are not given out */
	for (ssize_t i = 0; i < n; i++) {
		if (nmea_feed(&port->framer, bytes[i]) == NMEA_SENTENCE) {
			take_sentence(detect, port);
		}
	}
}

void ports_tick(struct detect *detect)
{
	for (int i = 0; i < detect->port_count; i++) {
		struct byte_source *source = detect->ports[i].source;

		if (source && source->ops->tick) {
			source->ops->tick(source, detect->now_ns);
		}
	}
}
