/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <string.h>

#include "detect/detect.h"

/* What was found, for people and for programs. */

static const char *const edge_words[] = {"rising", "falling", "either"};

enum port_state { PORT_RECEIVER, PORT_NO_NMEA, PORT_SILENT, PORT_IN_USE, PORT_FAILED };

static enum port_state state_of(const struct detect_port *port)
{
	if (port->sentences > 0) {
		return PORT_RECEIVER;
	}
	if (port->why[0]) {
		return port->in_use ? PORT_IN_USE : PORT_FAILED;
	}
	return port->heard ? PORT_NO_NMEA : PORT_SILENT;
}

static void print_receiver(const struct detect_port *port, FILE *out)
{
	if (port->bps) {
		fprintf(out, "NMEA at %u bit/s", port->bps);
	} else {
		fprintf(out, "NMEA"); /* USB: there is no bit rate */
	}
	fprintf(out, ", talkers %s: %s; %s", port->talkers[0] ? port->talkers : "unknown",
		port->kinds,
		!port->fix_known ? "fix unknown"
		: port->fix      ? "fix"
				 : "no fix");
	if (port->satellites >= 0) {
		fprintf(out, ", %d satellites", port->satellites);
	}
}

static void print_ports(const struct detect *detect, FILE *out)
{
	fprintf(out, "serial ports%s\n",
		detect->ports_error[0] ? ""
		: detect->port_count   ? ""
				       : ": there are none");
	if (detect->ports_error[0]) {
		fprintf(out, "  %s\n", detect->ports_error);
	}
	for (int i = 0; i < detect->port_count; i++) {
		const struct detect_port *port = &detect->ports[i];

		fprintf(out, "  %-14s ", port->path);
		switch (state_of(port)) {
		case PORT_RECEIVER:
			print_receiver(port, out);
			break;
		case PORT_NO_NMEA:
			fprintf(out, "bytes arrive, but no NMEA at the bit rates tried so far");
			break;
		case PORT_SILENT:
			fprintf(out, "silent");
			break;
		case PORT_IN_USE:
			fprintf(out, "in use, left alone: %s", port->why);
			break;
		case PORT_FAILED:
			fprintf(out, "%s", port->why);
			break;
		}
		fputc('\n', out);
	}
}

static void print_pulse(const struct detect_line *line, FILE *out)
{
	const struct train_pulse *p = &line->pulse;
	double width_ms = (double)p->width_ns / 1e6;

	fprintf(out, "  GPIO %-9d ", line->gpio);
	if (p->edge == TRAIN_EITHER) {
		fprintf(out, "a square wave of one second: cannot tell which edge is on time\n");
	} else {
		fprintf(out, "a pulse a second, %s for %.3f ms: the %s edge is on time\n",
			p->edge == TRAIN_FALLING ? "low" : "high", width_ms, edge_words[p->edge]);
	}
}

static void print_lines(const struct detect *detect, FILE *out)
{
	int quiet = 0;

	if (detect->chip_error[0]) {
		fprintf(out, "GPIO lines\n  %s\n", detect->chip_error);
		return;
	}
	fprintf(out, "GPIO lines of %s (%s)\n", detect->chip_label, detect->chip_path);
	for (int i = 0; i < detect->line_count; i++) {
		const struct detect_line *line = &detect->lines[i];

		if (line->pulsing) {
			print_pulse(line, out);
		} else if (line->noisy) {
			fprintf(out, "  GPIO %-9d noise, no pulse\n", line->gpio);
		} else if (line->why_not[0]) {
			fprintf(out, "  GPIO %-9d in use, left alone: %s\n", line->gpio,
				line->why_not);
		} else {
			quiet++;
		}
	}
	if (quiet) {
		fprintf(out, "  without a pulse:");
		for (int i = 0; i < detect->line_count; i++) {
			const struct detect_line *line = &detect->lines[i];

			if (!line->pulsing && !line->noisy && !line->why_not[0]) {
				fprintf(out, " %d", line->gpio);
			}
		}
		fputc('\n', out);
	}
}

static void print_drivers(const struct detect *detect, FILE *out)
{
	if (detect->pps_count) {
		fprintf(out, "PPS devices\n");
	}
	for (int i = 0; i < detect->pps_count; i++) {
		const struct detect_pps *pps = &detect->pps[i];

		fprintf(out, "  /dev/%-9s %s", pps->device.node, pps->device.name);
		if (pps->device.gpio >= 0) {
			fprintf(out, " on GPIO %d", pps->device.gpio);
		}
		fprintf(out, ": %s\n", pps->pulsing ? "a pulse a second" : "no pulse a second");
	}
}

void detect_print(const struct detect *detect, FILE *out)
{
	char setup[500];

	print_ports(detect, out);
	print_lines(detect, out);
	print_drivers(detect, out);
	fputc('\n', out);
	if (!detect_receiver(detect)) {
		fprintf(out,
			"No receiver found: check its power, and that its TX is wired to our RX (GPIO 15).\n");
	}
	if (!detect_pulse(detect) && !detect_driver(detect)) {
		fprintf(out,
			"No pulse found: check the wire; most receivers send pulses only with a fix.\n");
	}
	if (detect_setup(detect, setup, sizeof(setup))) {
		fprintf(out, "To set it up: %s\n", setup);
	}
}

static json_t *port_json(const struct detect_port *port)
{
	static const char *const states[] = {"receiver", "no-nmea", "silent", "in-use", "failed"};

	return json_pack("{s:s, s:s, s:s?, s:i, s:s, s:s, s:I, s:o, s:i}", "path", port->path,
			 "state", states[state_of(port)], "why", port->why[0] ? port->why : NULL,
			 "bps", (int)port->bps, "talkers", port->talkers, "sentences", port->kinds,
			 "count", (json_int_t)port->sentences, "fix",
			 port->fix_known ? json_boolean(port->fix) : json_null(), "satellites",
			 port->satellites);
}

static json_t *line_json(const struct detect_line *line)
{
	const char *state = line->pulsing      ? "pulse"
			    : line->noisy      ? "noise"
			    : line->why_not[0] ? "in-use"
					       : "quiet";
	json_t *json = json_pack("{s:i, s:s, s:s?}", "gpio", line->gpio, "state", state, "why",
				 line->why_not[0] ? line->why_not : NULL);

	if (json && line->pulsing) {
		json_object_set_new(json, "edge", json_string(edge_words[line->pulse.edge]));
		json_object_set_new(json, "width_ns", json_integer(line->pulse.width_ns));
		json_object_set_new(json, "period_ns", json_integer(line->pulse.period_ns));
	}
	return json;
}

static json_t *pps_json(const struct detect_pps *pps)
{
	return json_pack("{s:s, s:s, s:o, s:b}", "device", pps->device.node, "name",
			 pps->device.name, "gpio",
			 pps->device.gpio >= 0 ? json_integer(pps->device.gpio) : json_null(),
			 "pulsing", pps->pulsing);
}

json_t *detect_json(const struct detect *detect)
{
	const struct detect_port *receiver = detect_receiver(detect);
	const struct detect_line *pulse = detect_pulse(detect);
	const struct detect_pps *driver = detect_driver(detect);
	json_t *ports = json_array(), *lines = json_array(), *pps = json_array();
	int gpio = pulse ? pulse->gpio : driver ? driver->device.gpio : -1;
	char setup[500];

	for (int i = 0; i < detect->port_count; i++) {
		json_array_append_new(ports, port_json(&detect->ports[i]));
	}
	for (int i = 0; i < detect->line_count; i++) {
		json_array_append_new(lines, line_json(&detect->lines[i]));
	}
	for (int i = 0; i < detect->pps_count; i++) {
		json_array_append_new(pps, pps_json(&detect->pps[i]));
	}
	bool found = detect_setup(detect, setup, sizeof(setup));

	return json_pack("{s:s?, s:o, s:s?, s:o, s:o, s:o, s:s?, s:s?}", "receiver",
			 receiver ? receiver->path : NULL, "gpio",
			 gpio >= 0 ? json_integer(gpio) : json_null(), "setup",
			 found ? setup : NULL, "ports", ports, "lines", lines, "pps", pps,
			 "ports_error", detect->ports_error[0] ? detect->ports_error : NULL,
			 "chip_error", detect->chip_error[0] ? detect->chip_error : NULL);
}
