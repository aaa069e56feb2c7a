/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <linux/serial.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "sources/autobaud.h"
#include "sources/bytes.h"
#include "sources/serial_lock.h"

#define LOCK_FILES "/run/lock"

struct serial {
	struct byte_source source;
	struct sp_port *port;
	struct autobaud search;
	bool automatic;
	bool usb_modem; /* ttyACM: bytes come at USB's pace, whatever rate is set */
};

/* libserialport tells the system's reason only here, and allocates the text. */
static int serial_error(const char *device, const char *what, struct error *err)
{
	char *message = sp_last_error_message();

	error_set(err, "%s: %s: %s", device, what, message ? message : "unknown failure");
	sp_free_error_message(message);
	return -1;
}

static void publish_rate(struct serial *serial)
{
	serial->source.searching = serial->automatic && serial->search.searching;
	serial->source.bps = serial->usb_modem ? 0 : serial->search.bps;
}

/* Sets the line to the rate the search wants. A driver that cannot is found by the next tick. */
static void apply_rate(struct serial *serial)
{
	if (serial->search.searching) {
		sp_set_baudrate(serial->port, (int)serial->search.bps);
		sp_flush(serial->port, SP_BUF_INPUT);
	}
	publish_rate(serial);
}

/*
 * libserialport returns 0 for "nothing there" and for "unplugged" alike. poll(2) knows: a hang-up,
 * or readable though nothing comes.
 */
static ssize_t read_port(struct serial *serial, uint8_t *buffer, size_t size, struct error *err)
{
	const char *name = serial->source.name;

	for (int i = 0; i < 2; i++) {
		struct pollfd p = {.fd = serial->source.fd, .events = POLLIN};
		int n = sp_nonblocking_read(serial->port, buffer, size);

		if (n > 0) {
			return n;
		}
		if (n < 0) {
			return serial_error(name, "read failed; is it unplugged?", err);
		}
		if (poll(&p, 1, 0) < 1) {
			return 0;
		}
		if (p.revents & (POLLHUP | POLLERR | POLLNVAL)) {
			break;
		}
		/* Bytes may have come between the two: look once more. */
	}
	return error_set(err, "%s: the port was unplugged or hung up", name);
}

static ssize_t serial_read(struct byte_source *source, uint8_t *buffer, size_t size,
			   struct error *err)
{
	struct serial *serial = (struct serial *)source;
	int64_t raw_ns;
	int64_t real_ns;
	ssize_t n = read_port(serial, buffer, size, err);

	if (n <= 0 || !serial->automatic) {
		return n;
	}
	bool searching = source->searching;

	clocks_read(&raw_ns, &real_ns);
	if (autobaud_feed(&serial->search, buffer, (size_t)n, raw_ns)) {
		publish_rate(serial);
	}
	return searching ? 0 : n;
}

static ssize_t serial_write(struct byte_source *source, const uint8_t *bytes, size_t count,
			    struct error *err)
{
	struct serial *serial = (struct serial *)source;
	int n = sp_nonblocking_write(serial->port, bytes, count);

	return n < 0 ? serial_error(source->name, "cannot be written to", err) : n;
}

static void serial_tick(struct byte_source *source, int64_t raw_ns)
{
	struct serial *serial = (struct serial *)source;

	if (serial->automatic && autobaud_tick(&serial->search, raw_ns)) {
		apply_rate(serial);
	}
}

static void serial_close(struct byte_source *source)
{
	struct serial *serial = (struct serial *)source;

	serial_unlock(source->fd);
	sp_close(serial->port);
	sp_free_port(serial->port);
	free(serial);
}

static const struct byte_ops serial_ops = {
	.read = serial_read,
	.write = serial_write,
	.tick = serial_tick,
	.close = serial_close,
};

static int open_failed(const char *device, int reason, struct error *err)
{
	switch (reason) {
	case EBUSY:
	case EAGAIN:
		return serial_busy(device, err);
	case EACCES:
	case EPERM:
		return error_set(
			err,
			"%s: permission denied; serial ports are for group dialout: add the user this runs as to it (usermod -aG dialout USER)",
			device);
	default:
		return serial_error(device, "cannot be opened", err);
	}
}

/* Both ways if possible (a receiver may be configured later), else for reading. */
static int open_port(struct sp_port *port, const char *device, struct error *err)
{
	if (sp_open(port, SP_MODE_READ_WRITE) == SP_OK) {
		return 0;
	}
	int reason = sp_last_error_code();

	if ((reason == EACCES || reason == EPERM || reason == EROFS) &&
	    sp_open(port, SP_MODE_READ) == SP_OK) {
		return 0;
	}
	return open_failed(device, reason, err);
}

/* For USB adapters that collect bytes for 16 ms; all others ignore it, and may. */
static void ask_low_latency(int fd)
{
	struct serial_struct settings;

	if (ioctl(fd, TIOCGSERIAL, &settings) == 0) {
		settings.flags = (int)((unsigned int)settings.flags | ASYNC_LOW_LATENCY);
		ioctl(fd, TIOCSSERIAL, &settings);
	}
}

/* 8N1 without flow control: XON and XOFF are data in binary protocols. */
static int set_line(struct sp_port *port, uint32_t bps, const char *device, struct error *err)
{
	if (sp_set_baudrate(port, (int)bps) != SP_OK) {
		return error_set(err, "%s: does not take a bit rate of %u; try another, or auto",
				 device, bps);
	}
	if (sp_set_bits(port, 8) != SP_OK || sp_set_parity(port, SP_PARITY_NONE) != SP_OK ||
	    sp_set_stopbits(port, 1) != SP_OK ||
	    sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE) != SP_OK) {
		return serial_error(device, "cannot be set to 8N1 without flow control", err);
	}
	sp_flush(port, SP_BUF_INPUT);
	return 0;
}

/*
 * The rate that a search begins with. A port that has another one than after the boot was set by
 * somebody who knew: by us before, or by 'pps2shm receiver setup' a moment ago.
 */
static uint32_t likely_rate(struct sp_port *port, uint32_t hint_bps)
{
	enum { AT_BOOT = 9600 };
	struct sp_port_config *config;
	int bps = 0;

	if (sp_new_config(&config) == SP_OK) {
		if (sp_get_config(port, config) == SP_OK) {
			sp_get_config_baudrate(config, &bps);
		}
		sp_free_config(config);
	}
	return bps > 0 && bps != AT_BOOT ? (uint32_t)bps : hint_bps;
}

/* The opened port made ours. */
static int set_up(struct serial *serial, const char *device, struct error *err)
{
	if (sp_get_port_handle(serial->port, &serial->source.fd) != SP_OK) {
		return serial_error(device, "has no descriptor", err);
	}
	fcntl(serial->source.fd, F_SETFD, FD_CLOEXEC);
	if (serial_lock(serial->source.fd, device, err) < 0) {
		return -1;
	}
	if (serial->automatic) {
		autobaud_init(&serial->search, likely_rate(serial->port, serial->search.bps));
	}
	if (set_line(serial->port, serial->search.bps, device, err) < 0) {
		serial_unlock(serial->source.fd);
		return -1;
	}
	ask_low_latency(serial->source.fd);
	return 0;
}

static int open_and_set_up(struct serial *serial, const char *device, struct error *err)
{
	if (serial_lock_file(LOCK_FILES, device, err) < 0) {
		return -1;
	}
	if (sp_get_port_by_name(device, &serial->port) != SP_OK) {
		return error_set(err, "%s: not a serial port", device);
	}
	if (open_port(serial->port, device, err) < 0) {
		sp_free_port(serial->port);
		return -1;
	}
	if (set_up(serial, device, err) < 0) {
		sp_close(serial->port);
		sp_free_port(serial->port);
		return -1;
	}
	return 0;
}

struct byte_source *serial_open(const struct byte_options *options, struct error *err)
{
	/* libserialport before 0.1.2 refuses symbolic links such as /dev/serial0. */
	char *device = realpath(options->path, NULL);
	struct serial *serial = calloc(1, sizeof(*serial));

	if (!device || !serial) {
		error_set(err, "%s: %s", options->path, strerror(errno));
		goto failed;
	}
	serial->automatic = options->bps == 0;
	autobaud_init(&serial->search, options->bps ? options->bps : options->hint_bps);
	serial->usb_modem = strncmp(device, "/dev/ttyACM", 11) == 0;
	if (open_and_set_up(serial, device, err) < 0) {
		goto failed;
	}
	serial->source.ops = &serial_ops;
	publish_rate(serial);
	if (strcmp(device, options->path) == 0) {
		snprintf(serial->source.name, sizeof(serial->source.name), "%.90s", device);
	} else {
		snprintf(serial->source.name, sizeof(serial->source.name), "%.44s (%.44s)",
			 options->path, device);
	}
	free(device);
	return &serial->source;

failed:
	free(device);
	free(serial);
	return NULL;
}
