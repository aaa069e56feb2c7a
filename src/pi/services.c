/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/services.h"

#include <string.h>

#include "pi/installed.h"

#define ETC "/etc/systemd/system/"

/* Programs that would take the receiver, its units or the clock for themselves. */
static const struct {
	const char *service;
	const char *why;
} rivals[] = {
	{"gpsd.socket", "gpsd writes the same units"},
	{"gpsd.service", "gpsd writes the same units"},
	{"gpsdctl@.service", "it starts gpsd for a receiver on USB"},
	{"systemd-timesyncd.service", "two programs must not set one clock"},
};

bool services_installed(const struct root *root, const char *service, char *path, size_t size)
{
	static const char *const dirs[] = {ETC, "/usr/local/lib/systemd/system/",
					   "/usr/lib/systemd/system/", "/lib/systemd/system/"};
	char name[200];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", dirs[i], service);
		if (root_has(root, name)) {
			if (path) {
				snprintf(path, size, "%s", name);
			}
			return true;
		}
	}
	return false;
}

static bool own_installed(const struct root *root, const char *service, char path[ROOT_PATH])
{
	char name[100];

	snprintf(name, sizeof(name), "lib/systemd/system/%s", service);
	return installed_elsewhere(root, name, path) ||
	       services_installed(root, service, path, ROOT_PATH);
}

static int mask(struct plan *plan, const char *service, const char *why, struct error *err)
{
	char name[200], text[120];

	snprintf(name, sizeof(name), ETC "%s", service);
	snprintf(text, sizeof(text), "mask %s: %s", service, why);
	return plan_link(plan, name, "/dev/null", text, err);
}

static int mask_gettys(struct plan *plan, struct error *err)
{
	static const char *const ports[] = {"ttyAMA0", "ttyS0"};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		char service[60];

		snprintf(service, sizeof(service), "serial-getty@%s.service", ports[i]);
		if (mask(plan, service, "no login on the receiver's port", err)) {
			return -1;
		}
	}
	return 0;
}

/* One link for each word of a "WantedBy=a b" line of the service's [Install]. */
static int link_words(struct plan *plan, const char *words, size_t len, const char *kind,
		      const char *service, const char *path, const char *why, struct error *err)
{
	char copy[200], name[400];
	char *save = NULL;

	snprintf(copy, sizeof(copy), "%.*s", (int)len, words);
	for (char *word = strtok_r(copy, " \t\r", &save); word;
	     word = strtok_r(NULL, " \t\r", &save)) {
		snprintf(name, sizeof(name), ETC "%s%s%s", word, kind, kind[0] ? service : "");
		if (plan_link(plan, name, path, why, err)) {
			return -1;
		}
	}
	return 0;
}

static int enable(struct plan *plan, const char *service, const char *path, const char *why,
		  struct error *err)
{
	static const struct {
		const char *key, *kind;
	} keys[] = {{"WantedBy=", ".wants/"}, {"RequiredBy=", ".requires/"}, {"Alias=", ""}};
	struct text_line line = {0};
	bool install = false;
	struct text text;
	int rc = root_read(plan->root, path, &text, err) < 0 ? -1 : 0;

	while (rc == 0 && text_next_line(&text, &line)) {
		if (line.len > 0 && line.at[0] == '[') {
			install = line.len == 9 && strncmp(line.at, "[Install]", 9) == 0;
		}
		for (size_t i = 0; install && rc == 0 && i < 3; i++) {
			size_t len = strlen(keys[i].key);

			if (line.len > len && strncmp(line.at, keys[i].key, len) == 0) {
				rc = link_words(plan, line.at + len, line.len - len, keys[i].kind,
						service, path, why, err);
			}
		}
	}
	text_free(&text);
	return rc;
}

int services_plan(struct plan *plan, const struct services_want *want, struct error *err)
{
	char path[ROOT_PATH];

	if (want->header && mask_gettys(plan, err)) {
		return -1;
	}
	for (size_t i = 0; i < sizeof(rivals) / sizeof(rivals[0]); i++) {
		if (services_installed(plan->root, rivals[i].service, NULL, 0) &&
		    mask(plan, rivals[i].service, rivals[i].why, err)) {
			return -1;
		}
	}
	if (want->bluetooth_off && plan_no_link(plan, ETC "multi-user.target.wants/hciuart.service",
						"disable hciuart: Bluetooth is off", err)) {
		return -1;
	}
	if (!own_installed(plan->root, "pps2shm.service", path)) {
		notes_add(
			&plan->notes,
			"pps2shm.service is not installed: after the reboot, start 'pps2shm run' yourself");
		return 0;
	}
	if (enable(plan, "pps2shm.service", path, "start the service at boot", err)) {
		return -1;
	}
	/* An older package has no such service. */
	if (!want->ntpsec || !own_installed(plan->root, "pps2shm-drift.service", path)) {
		return 0;
	}
	return enable(plan, "pps2shm-drift.service", path,
		      "measure the clock's frequency before NTPsec first starts", err);
}

int services_plan_poll(struct plan *plan, struct error *err)
{
	static const char drop_in[] =
		"# Made by 'pps2shm setup --pps poll': what pps.poll of pps2shm.conf(5) needs.\n"
		"[Service]\n"
		"# The levels of the GPIO lines, to be read and no more; by name, too, as the nodes may\n"
		"# come later than this service.\n"
		"DeviceAllow=/dev/gpiomem r\n"
		"DeviceAllow=/dev/gpiomem0 r\n"
		"DeviceAllow=char-gpiomem* r\n"
		"# Away from the processor that takes the pulse's interrupt.\n"
		"SystemCallFilter=sched_setaffinity\n";
	struct text text;

	text_init(&text);
	text_addf(&text, "%s", drop_in);
	int rc = plan_file(plan, ETC "pps2shm.service.d/poll.conf", &text,
			   "let the service read the GPIO registers", err);

	text_free(&text);
	return rc;
}
