/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/port.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "common/clock.h"
#include "sources/device_user.h"
#include "sources/serial_lock.h"

#define LOCK_FILES "/run/lock"
#define PROC       "/proc"
#define DAEMON     "pps2shmd"

enum { WRITE_MS = 3000 };

struct port {
	struct talk_line line;
	int fd;
	bool usb_modem;
	char name[256];
};

static const struct {
	uint32_t bps;
	speed_t speed;
} rates[] = {{4800, B4800},   {9600, B9600},     {19200, B19200},   {38400, B38400},
	     {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}};

enum { RATES = sizeof(rates) / sizeof(rates[0]) };

bool port_has_rate(uint32_t bps)
{
	for (size_t i = 0; i < RATES; i++) {
		if (rates[i].bps == bps) {
			return true;
		}
	}
	return false;
}

static int port_read(struct talk_line *line, uint8_t *bytes, size_t size, int timeout_ms,
		     struct error *err)
{
	struct port *port = (struct port *)line;
	struct pollfd p = {.fd = port->fd, .events = POLLIN};

	if (poll(&p, 1, timeout_ms) <= 0) {
		return 0;
	}
	ssize_t n = read(port->fd, bytes, size);

	if (n > 0) {
		return (int)n;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return 0;
	}
	return error_set(err, "%s: the port was unplugged or hung up", port->name);
}

static int port_write(struct talk_line *line, const uint8_t *bytes, size_t len, struct error *err)
{
	struct port *port = (struct port *)line;

	while (len > 0) {
		struct pollfd p = {.fd = port->fd, .events = POLLOUT};
		ssize_t n = poll(&p, 1, WRITE_MS) > 0 ? write(port->fd, bytes, len) : -1;

		if (n <= 0) {
			return error_set(err, "%s: cannot be written to: %s", port->name,
					 errno ? strerror(errno) : "it takes nothing");
		}
		bytes += n;
		len -= (size_t)n;
	}
	tcdrain(port->fd);
	return 0;
}

static int port_set_bps(struct talk_line *line, uint32_t bps, struct error *err)
{
	struct port *port = (struct port *)line;
	struct termios t;

	for (size_t i = 0; i < RATES; i++) {
		if (rates[i].bps == bps && tcgetattr(port->fd, &t) == 0) {
			cfsetspeed(&t, rates[i].speed);
			if (tcsetattr(port->fd, TCSADRAIN, &t) == 0) {
				tcflush(port->fd, TCIFLUSH);
				return 0;
			}
		}
	}
	return error_set(err, "%s: cannot be set to %u bit/s: %s", port->name, bps,
			 strerror(errno));
}

static int64_t port_now_ns(struct talk_line *line)
{
	(void)line;
	return raw_now_ns();
}

/* 8N1, no flow control, no echo: XON and XOFF are data in binary protocols. */
static int make_raw(int fd, const char *device, struct error *err)
{
	struct termios t;

	if (tcgetattr(fd, &t)) {
		return error_set(err, "%s: not a serial port", device);
	}
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	if (tcsetattr(fd, TCSADRAIN, &t)) {
		return error_set(err, "%s: cannot be set to 8N1: %s", device, strerror(errno));
	}
	tcflush(fd, TCIFLUSH);
	return 0;
}

/*
 * In use: by the daemon, as it seems? Then err says what to do. fd < 0: the port could not even be
 * opened, so that nobody can ask who has it.
 */
static int busy(int fd, const char *device, struct error *err)
{
	struct device_user user;
	bool asked = fd >= 0 && device_user_locker(PROC, fd, &user) == 1;
	int daemon = device_user_program(PROC, DAEMON);

	if (daemon > 0 && (!asked || user.pid == daemon || strcmp(user.name, DAEMON) == 0)) {
		error_set(
			err,
			"%s: the daemon reads it (process %d): sudo systemctl stop pps2shm, then this again, and sudo systemctl start pps2shm at the end",
			device, asked ? user.pid : daemon);
	} else if (fd < 0) {
		serial_busy(device, err);
	}
	return -1;
}

static int open_device(struct port *port, const char *device, struct error *err)
{
	if (serial_lock_file(LOCK_FILES, device, err)) {
		return -1;
	}
	port->fd = open(device, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (port->fd < 0 && errno == EBUSY) {
		return busy(-1, device, err);
	}
	if (port->fd < 0) {
		return error_set(err, "%s: cannot be opened: %s%s", device, strerror(errno),
				 errno == EACCES ? "; serial ports are for root and group dialout"
						 : "");
	}
	if (serial_lock(port->fd, device, err)) {
		busy(port->fd, device, err);
		close(port->fd);
		return -1;
	}
	if (make_raw(port->fd, device, err)) {
		serial_unlock(port->fd);
		close(port->fd);
		return -1;
	}
	return 0;
}

struct port *port_open(const char *path, struct error *err)
{
	char *device = realpath(path, NULL);
	struct port *port = calloc(1, sizeof(*port));

	if (!device || !port) {
		error_set(err, "%s: %s", path, strerror(errno));
	} else if (open_device(port, device, err) == 0) {
		port->line = (struct talk_line){port_read, port_write, port_set_bps, port_now_ns};
		port->usb_modem = strncmp(device, "/dev/ttyACM", 11) == 0;
		strncpy(port->name, path, sizeof(port->name) - 1);
		free(device);
		return port;
	}
	free(device);
	free(port);
	return NULL;
}

void port_close(struct port *port)
{
	serial_unlock(port->fd);
	close(port->fd);
	free(port);
}

struct talk_line *port_line(struct port *port)
{
	return &port->line;
}

uint32_t port_bps(const struct port *port)
{
	struct termios t;

	if (port->usb_modem || tcgetattr(port->fd, &t)) {
		return 0;
	}
	for (size_t i = 0; i < RATES; i++) {
		if (rates[i].speed == cfgetospeed(&t)) {
			return rates[i].bps;
		}
	}
	return 9600;
}
