/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/bytes.h"

#include <errno.h>
#include <libserialport.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int absent(const char *path, struct error *err)
{
	if (strncmp(path, "/dev/", 5) != 0) {
		return error_set(err, "%s: %s; name a serial device, a FIFO, a file, or -", path,
				 strerror(errno));
	}
	return error_set(
		err,
		"%s: no such device; is the receiver plugged in, or the UART switched on (config.txt: enable_uart=1, on a Pi 5 dtparam=uart0=on)? waiting for it to appear",
		path);
}

/* ptys and devices of no serial driver are none to libserialport. */
static bool is_serial_port(const char *path)
{
	struct sp_port *port = NULL;
	char *device = realpath(path, NULL);
	bool known = device && sp_get_port_by_name(device, &port) == SP_OK;

	if (known) {
		sp_free_port(port);
	}
	free(device);
	return known;
}

int byte_source_check(const char *path, struct error *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0) {
		return 0;
	}
	if (stat(path, &st) < 0) {
		return absent(path, err);
	}
	if (S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode) || S_ISSOCK(st.st_mode)) {
		return error_set(err, "%s: not a serial device, FIFO or file", path);
	}
	return 0;
}

struct byte_source *byte_source_open(const struct byte_options *options, struct error *err)
{
	if (byte_source_check(options->path, err)) {
		return NULL;
	}
	return is_serial_port(options->path) ? serial_open(options, err)
					     : stream_open(options, err);
}
