/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/basis.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/clean.h"

#define PCI     "/sys/bus/pci/devices"
#define RP1_PCI "0x1de4" /* Raspberry Pi Ltd */

/* The first line of a file; what parts the text, or begins a comment, becomes a blank. */
static bool read_line(const struct root *root, const char *name, char *line, size_t size)
{
	struct error err;
	struct text text;
	bool there = root_read(root, name, &text, &err) == 1;

	if (there) {
		text.at[strcspn(text.at, "\n")] = '\0';
		snprintf(line, size, "%s", text.at);
		clean_text(line, size, line);
		for (char *c = line; (c = strpbrk(c, ",;"));) {
			*c = ' ';
		}
	}
	text_free(&text);
	return there && line[0];
}

/* The RP1's folder among the PCI devices. */
static bool find_rp1(const struct root *root, char *folder, size_t size)
{
	DIR *dir = root_open_folder(root, PCI);
	char name[300], vendor[16];
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		snprintf(folder, size, PCI "/%.40s", entry->d_name);
		snprintf(name, sizeof(name), "%.80s/vendor", folder);
		found = entry->d_name[0] != '.' && read_line(root, name, vendor, sizeof(vendor)) &&
			strcmp(vendor, RP1_PCI) == 0;
	}
	if (dir) {
		closedir(dir);
	}
	return found;
}

bool basis_aspm_file(const struct root *root, char *name, size_t size)
{
	char folder[100];

	if (!find_rp1(root, folder, sizeof(folder))) {
		return false;
	}
	snprintf(name, size, "%s/link/l1_aspm", folder);
	return root_has(root, name);
}

void basis_read(const struct root *root, struct basis *basis)
{
	char name[200], value[8] = "";
	time_t now = time(NULL);
	struct tm day;

	*basis = (struct basis){.kernel = "unknown", .governor = "none", .aspm = "none"};
	gmtime_r(&now, &day);
	strftime(basis->date, sizeof(basis->date), "%Y-%m-%d", &day);
	read_line(root, "/proc/sys/kernel/osrelease", basis->kernel, sizeof(basis->kernel));
	read_line(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", basis->governor,
		  sizeof(basis->governor));
	if (basis_aspm_file(root, name, sizeof(name)) &&
	    read_line(root, name, value, sizeof(value))) {
		snprintf(basis->aspm, sizeof(basis->aspm), "%s", value[0] == '0' ? "off" : "on");
	}
	/* A property of the device tree ends in a NUL, which ends the line as well. */
	if (!read_line(root, "/proc/device-tree/model", basis->model, sizeof(basis->model))) {
		snprintf(basis->model, sizeof(basis->model), "unknown");
	}
}

/* Cut so that a line of the configuration holds it, of which libinih takes 200 bytes. */
void basis_format(const struct basis *basis, char text[BASIS_TEXT])
{
	snprintf(text, BASIS_TEXT, "%s, kernel %.50s, governor %s, ASPM %s, %.50s", basis->date,
		 basis->kernel, basis->governor, basis->aspm, basis->model);
}

bool basis_parse(const char *text, struct basis *basis)
{
	return sscanf(text, "%11[0-9-], kernel %99[^,], governor %23[^,], ASPM %7[^,], %99[^\n]",
		      basis->date, basis->kernel, basis->governor, basis->aspm, basis->model) == 5;
}
