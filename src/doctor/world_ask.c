/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/ns.h"
#include "doctor/world.h"
#include "sources/device_user.h"

bool world_run(const struct doctor_world *world, struct doctor_output *output, ...)
{
	const char *argv[20];
	size_t n = 0;
	va_list args;

	va_start(args, output);
	do {
		argv[n] = va_arg(args, const char *);
	} while (argv[n] && ++n < sizeof(argv) / sizeof(argv[0]) - 1);
	va_end(args);
	argv[n] = NULL;
	*output = (struct doctor_output){.how = DOCTOR_NO_TOOL};
	text_init(&output->text);
	world->outside->run(world->outside->arg, argv, output);
	return output->how == DOCTOR_ENDED && output->status == 0;
}

const struct doctor_service *world_service(const struct doctor_world *world, const char *id)
{
	for (int i = 0; i < world->service_count; i++) {
		const struct doctor_service *s = &world->services[i];

		if (strcmp(s->id, id) == 0 && strcmp(s->load, "not-found") != 0) {
			return s;
		}
	}
	return NULL;
}

int world_program(const struct doctor_world *world, const char *name)
{
	return world->outside->running ? device_user_program(world_path(world, "/proc"), name) : 0;
}

bool world_recent(const struct doctor_world *world, int64_t instant_raw_ns, int seconds)
{
	return instant_raw_ns > 0 && instant_raw_ns > world->status.raw_ns - seconds * NS_PER_S;
}

bool world_header_port(const struct doctor_world *world)
{
	return world->model && (strncmp(world->port, "/dev/ttyAMA", 11) == 0 ||
				strncmp(world->port, "/dev/ttyS", 9) == 0 ||
				strncmp(world->port, "/dev/serial", 11) == 0);
}

/* ---- the service's user, by /etc/passwd and /etc/group of the root ---- */

/* The line of a name in such a file; its fields are ended by NULs. 0: none. */
static int fields_of(const struct doctor_world *world, const char *file, const char *name,
		     char *line, size_t size, char *field[8])
{
	struct text text;
	struct text_line at = {0};
	size_t len = strlen(name);
	int n = 0;

	world_read(world, file, &text);
	while (n == 0 && text_next_line(&text, &at)) {
		if (at.len > len && strncmp(at.at, name, len) == 0 && at.at[len] == ':') {
			char *rest = line;

			snprintf(line, size, "%.*s", (int)at.len, at.at);
			while (n < 8 && rest) {
				field[n++] = strsep(&rest, ":");
			}
		}
	}
	text_free(&text);
	return n;
}

static bool word_in(const char *words, const char *word, const char *separators)
{
	size_t len = strlen(word);

	while (*words) {
		size_t n = strcspn(words, separators);

		if (n == len && strncmp(words, word, n) == 0) {
			return true;
		}
		words += n + strspn(words + n, separators);
	}
	return false;
}

/* Is the service in the group of this number? By the unit's groups, and the user's own. */
static bool in_group(const struct doctor_world *world, const struct doctor_service *service,
		     gid_t gid)
{
	struct text text;
	struct text_line line = {0};
	bool in = false;

	world_read(world, "/etc/group", &text);
	while (!in && text_next_line(&text, &line)) {
		char one[400];
		char *rest = one;

		snprintf(one, sizeof(one), "%.*s", (int)line.len, line.at);
		const char *name = strsep(&rest, ":");
		const char *password = strsep(&rest, ":");
		const char *number = strsep(&rest, ":");

		if (password && number && (gid_t)strtoul(number, NULL, 10) == gid) {
			in = strcmp(service->group, name) == 0 ||
			     word_in(service->groups, name, " ") ||
			     word_in(rest ? rest : "", service->user, ",");
		}
	}
	text_free(&text);
	return in;
}

const char *world_service_user(const struct doctor_world *world)
{
	const struct doctor_service *service = world_service(world, "pps2shm.service");

	return service && service->user[0] ? service->user : "the service's user";
}

int world_service_may(const struct doctor_world *world, const struct stat *st, int access)
{
	const struct doctor_service *service = world_service(world, "pps2shm.service");
	char line[400];
	char *field[8];
	unsigned int wanted = (unsigned int)access;

	if (!service) {
		return -1;
	}
	if (!service->user[0] || strcmp(service->user, "root") == 0) {
		return 1;
	}
	if (fields_of(world, "/etc/passwd", service->user, line, sizeof(line), field) < 4) {
		return -1;
	}
	if ((uid_t)strtoul(field[2], NULL, 10) == st->st_uid) {
		return (st->st_mode >> 6 & wanted) == wanted;
	}
	if ((gid_t)strtoul(field[3], NULL, 10) == st->st_gid ||
	    in_group(world, service, st->st_gid)) {
		return (st->st_mode >> 3 & wanted) == wanted;
	}
	return (st->st_mode & wanted) == wanted;
}
