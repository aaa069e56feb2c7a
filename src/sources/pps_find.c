/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/pps_find.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Overlays before 2018 name their node plainly "pps". */
static void classify(struct pps_device *device)
{
	const char *name = device->name;
	char *end;

	device->gpio = -1;
	device->kind = PPS_OTHER;
	if (strncmp(name, "pps@", 4) == 0) {
		unsigned long gpio = strtoul(name + 4, &end, 16);

		if (end != name + 4 && (*end == '.' || *end == '\0') && gpio < 1024) {
			device->kind = PPS_GPIO;
			device->gpio = (int)gpio;
		}
	} else if (strcmp(name, "pps") == 0 || strncmp(name, "pps.", 4) == 0 ||
		   strncmp(name, "pps-gpio", 8) == 0) {
		device->kind = PPS_SOME_GPIO;
	}
}

static int read_name(const char *sysfs, const char *node, char *name, size_t size)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s/name", sysfs, node);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		return -1;
	}
	ssize_t n = read(fd, name, size - 1);

	close(fd);
	if (n < 0) {
		return -1;
	}
	name[n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return 0;
}

static int is_pps_node(const struct dirent *entry)
{
	const char *number = entry->d_name + 3;

	return strncmp(entry->d_name, "pps", 3) == 0 && *number &&
	       strspn(number, "0123456789") == strlen(number) && strlen(number) < 8;
}

int pps_list(const char *sysfs, struct pps_device devices[PPS_FIND_MAX])
{
	struct dirent **entries;
	int found = scandir(sysfs, &entries, is_pps_node, versionsort);
	int count = 0;

	for (int i = 0; i < found; i++) {
		struct pps_device *device = &devices[count];

		/* One that goes while we look is not there. */
		if (count < PPS_FIND_MAX &&
		    read_name(sysfs, entries[i]->d_name, device->name, sizeof(device->name)) == 0) {
			snprintf(device->node, sizeof(device->node), "%.15s", entries[i]->d_name);
			classify(device);
			count++;
		}
		free(entries[i]);
	}
	if (found >= 0) {
		free(entries);
	}
	return count;
}

void pps_describe(const struct pps_device *devices, int count, char *text, size_t size)
{
	size_t n = 0;

	snprintf(text, size, "none");
	for (int i = 0; i < count && n < size; i++) {
		int more = snprintf(text + n, size - n, "%s%s (%s)", i ? ", " : "", devices[i].node,
				    devices[i].name);

		n += more > 0 ? (size_t)more : 0;
	}
}

/* The only device of a kind (and gpio, unless -1); NULL if none, or several: count says. */
static const struct pps_device *only(const struct pps_device *devices, int all, int kind, int gpio,
				     int *count)
{
	const struct pps_device *one = NULL;

	*count = 0;
	for (int i = 0; i < all; i++) {
		if ((int)devices[i].kind == kind && (gpio < 0 || devices[i].gpio == gpio)) {
			one = &devices[i];
			(*count)++;
		}
	}
	return *count == 1 ? one : NULL;
}

int pps_find(const char *sysfs, int gpio, struct pps_device *found, struct error *err)
{
	struct pps_device devices[PPS_FIND_MAX];
	char there[160];
	char where[24] = "a GPIO line";
	int fitting;
	int numbered;
	int plain;
	int all = pps_list(sysfs, devices);
	const struct pps_device *by_number = only(devices, all, PPS_GPIO, gpio, &fitting);
	const struct pps_device *by_look = only(devices, all, PPS_SOME_GPIO, -1, &plain);

	only(devices, all, PPS_GPIO, -1, &numbered);
	if (by_number && (gpio >= 0 || plain == 0)) {
		*found = *by_number;
		return 0;
	}
	if (by_look && numbered == 0) {
		*found = *by_look;
		return 0;
	}
	pps_describe(devices, all, there, sizeof(there));
	if (fitting + plain > 1) {
		return error_set(
			err,
			"several PPS devices on GPIO lines: %s; choose one by its GPIO number (gpio) or its path (/dev/ppsN)",
			there);
	}
	if (gpio >= 0) {
		snprintf(where, sizeof(where), "GPIO %d", gpio);
	}
	return error_set(err,
			 "no PPS device on %s (present: %s); add the line \"" PPS_OVERLAY_LINE
			 "\" to /boot/firmware/config.txt and reboot; waiting for it to appear",
			 where, there, gpio >= 0 ? gpio : PPS_DEFAULT_GPIO);
}

int pps_find_device(const char *sysfs, const char *path, int gpio, struct pps_device *found,
		    struct error *err)
{
	struct pps_device devices[PPS_FIND_MAX];
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "auto") == 0) {
		return pps_find(sysfs, gpio, found, err);
	}
	*found = (struct pps_device){.kind = PPS_OTHER, .gpio = -1};
	snprintf(found->node, sizeof(found->node), "%.15s", slash ? slash + 1 : path);
	for (int i = 0, n = pps_list(sysfs, devices); i < n; i++) {
		if (strcmp(devices[i].node, found->node) == 0) {
			*found = devices[i];
		}
	}
	return 0;
}

int pps_find_wire(const char *platform, const struct pps_device *device, struct pps_wire *wire,
		  struct error *err)
{
	unsigned char cells[12]; /* the chip, the line, flags: big-endian */
	char folder[200], path[240];
	size_t len = 0;

	/* The driver's name is that of its platform device and an instance: "pps@12.-1". */
	snprintf(folder, sizeof(folder), "%s/%.*s/of_node", platform,
		 (int)strcspn(device->name, "."), device->name);
	snprintf(path, sizeof(path), "%s/gpios", folder);
	FILE *file = fopen(path, "re");

	if (file) {
		len = fread(cells, 1, sizeof(cells), file);
		fclose(file);
	}
	if (len < 8) {
		return error_set(
			err,
			"%s (%s): the device tree does not say on which GPIO it is; give its BCM number with --gpio",
			device->node, device->name);
	}
	wire->gpio = cells[6] << 8 | cells[7];
	snprintf(path, sizeof(path), "%s/assert-falling-edge", folder);
	wire->falling = access(path, F_OK) == 0;
	return 0;
}
