/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/world.h"

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/process.h"
#include "sources/device_user.h"

static void read_config(struct doctor_world *world)
{
	struct text text;
	struct error err;
	int rc = root_read(&world->root, CONFIG_PATH, &text, &err);

	config_default(&world->config);
	if (rc == 1 && config_parse(&world->config, CONFIG_PATH, text.at, text.len, &err) == 0 &&
	    config_check(&world->config, &err) == 0) {
		world->config_state = 1;
	} else if (rc) {
		world->config_state = -1;
		world->config_error = err;
		config_default(&world->config);
	}
	text_free(&text);
	if (world->config.pps_source == CONFIG_PPS_NONE) {
		world->config.pps_unit = -1; /* nothing will ever be in it */
	}
}

static void read_segment(struct doctor_world *world)
{
	struct pps2shm_segment_snapshot snapshot;
	char name[80];
	char why[200] = "no daemon is running (there is no status segment)";
	int64_t now = world->outside->raw_ns(world->outside->arg);

	snprintf(name, sizeof(name), "/dev/shm%s", world->config.segment_name);
	int fd = world->outside->running
			 ? root_open_file(&world->root, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
			 : -1;
	struct pps2shm_segment *segment =
		fd < 0 ? NULL : pps2shm_segment_open_fd(fd, why, sizeof(why));

	if (segment && pps2shm_segment_read(segment, &snapshot, why, sizeof(why)) == 0) {
		world->segment = true;
		status_judge(&world->status, &snapshot, now);
	} else {
		status_judge_none(&world->status, why, now);
	}
	pps2shm_segment_close(segment);
}

static void set_field(struct doctor_service *service, const char *line)
{
	const struct {
		const char *key;
		char *value;
		size_t size;
	} fields[] = {
		{"Id=", service->id, sizeof(service->id)},
		{"LoadState=", service->load, sizeof(service->load)},
		{"ActiveState=", service->active, sizeof(service->active)},
		{"UnitFileState=", service->enabled, sizeof(service->enabled)},
		{"Result=", service->result, sizeof(service->result)},
		{"User=", service->user, sizeof(service->user)},
		{"Group=", service->group, sizeof(service->group)},
		{"SupplementaryGroups=", service->groups, sizeof(service->groups)},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t n = strlen(fields[i].key);

		if (strncmp(line, fields[i].key, n) == 0) {
			snprintf(fields[i].value, fields[i].size, "%.*s", (int)fields[i].size - 1,
				 line + n);
		}
	}
}

/* "Key=value" lines, in an order of systemd's own; a blank one between units. */
static void parse_services(struct doctor_world *world, const struct text *text)
{
	struct text_line line = {0};
	struct doctor_service service = {0};
	char one[200];
	bool more = true;

	while (more) {
		more = text_next_line(text, &line);
		if (more && line.len > 0) {
			snprintf(one, sizeof(one), "%.*s", (int)line.len, line.at);
			set_field(&service, one);
			continue;
		}
		if (service.id[0] && world->service_count < DOCTOR_SERVICES) {
			world->services[world->service_count++] = service;
		}
		memset(&service, 0, sizeof(service));
	}
	world->systemd = world->service_count > 0;
}

/* One call for all that is asked of systemd. */
static void read_services(struct doctor_world *world)
{
	struct doctor_output output;
	const char *slash = strrchr(world->port, '/');
	char getty[160];

	snprintf(getty, sizeof(getty), "serial-getty@%s.service", slash ? slash + 1 : "none");
	world_run(
		world, &output, "systemctl", "show",
		"--property=Id,LoadState,ActiveState,UnitFileState,Result,User,Group,SupplementaryGroups",
		"pps2shm.service", "ntpsec.service", "chrony.service", "systemd-timesyncd.service",
		"gpsd.service", "gpsd.socket", getty, NULL);
	if (output.how == DOCTOR_ENDED) {
		parse_services(world, &output.text);
	}
	world->without_systemd =
		!world->systemd && (output.how == DOCTOR_ENDED || output.how == DOCTOR_NO_TOOL);
	text_free(&output.text);
}

static const struct {
	enum doctor_keeper keeper;
	const char *program, *service, *file, *conf;
} keepers[] = {
	{KEEPER_NTPD, "ntpd", "ntpsec.service", "/usr/sbin/ntpd", "/etc/ntpsec/ntp.conf"},
	{KEEPER_CHRONY, "chronyd", "chrony.service", "/usr/sbin/chronyd",
	 "/etc/chrony/chrony.conf"},
};

/* How much speaks for one that does not run. */
static int weigh_keeper(const struct doctor_world *world, int i)
{
	const struct doctor_service *service = world_service(world, keepers[i].service);
	struct stat st;

	if (service) {
		return strcmp(service->load, "loaded") != 0       ? 1
		       : strcmp(service->enabled, "enabled") != 0 ? 2
								  : 3;
	}
	return world->systemd ? 0
			      : world_stat(world, keepers[i].file, &st) +
					world_stat(world, keepers[i].conf, &st);
}

static void find_keeper(struct doctor_world *world)
{
	int most = 0;

	for (int i = 0; i < 2; i++) {
		int pid = world_program(world, keepers[i].program);
		int weight = pid ? 4 : weigh_keeper(world, i);

		if (weight > most) {
			most = weight;
			world->keeper = keepers[i].keeper;
			world->keeper_pid = pid;
		}
	}
}

/* By our configuration, or as the running daemon was started. */
static bool is_simulated(const struct doctor_world *world)
{
	return world->config.pps_source == CONFIG_PPS_SIM || status_simulated(&world->status);
}

int world_open(struct doctor_world *world, const char *root_dir,
	       const struct doctor_outside *outside, struct error *err)
{
	memset(world, 0, sizeof(*world));
	world->outside = outside;
	world->boot_gpio = -1;
	if (root_open(&world->root, root_dir, err)) {
		return -1;
	}
	if (outside->running) {
		world->model =
			pi_model_read(world_path(world, "/proc/device-tree"), &world->model_error);
	} else {
		error_set(&world->model_error, "a folder does not say which Pi it is for");
	}
	read_config(world);
	read_segment(world);
	world->simulated = is_simulated(world);
	if (world->config.serial_device[0] == '/' && !world->simulated) {
		world_resolve(world, world->config.serial_device, world->port, sizeof(world->port));
	}
	read_services(world);
	find_keeper(world);
	return 0;
}

void world_close(struct doctor_world *world)
{
	if (world->boot_read) {
		config_txt_free(&world->boot);
	}
	root_close(&world->root);
}

const char *world_path(const struct doctor_world *world, const char *name)
{
	static char path[ROOT_PATH];

	snprintf(path, sizeof(path), "%s%s", world->root.path, name);
	return path;
}

bool world_read(const struct doctor_world *world, const char *name, struct text *text)
{
	struct error ignored;

	return root_read(&world->root, name, text, &ignored) == 1;
}

bool world_line(const struct doctor_world *world, const char *name, char *line, size_t size)
{
	struct text text;
	bool there = world_read(world, name, &text);

	snprintf(line, size, "%.*s", (int)strcspn(text.at, "\n"), text.at);
	text_free(&text);
	return there;
}

bool world_stat(const struct doctor_world *world, const char *name, struct stat *st)
{
	return root_stat(&world->root, name, st);
}

/* The target of a link; false: it is none. */
static bool read_link(const struct doctor_world *world, const char *name, char *link, size_t size)
{
	int fd = root_open_file(&world->root, name, O_PATH | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", link, size - 1);

	if (fd >= 0) {
		close(fd);
	}
	link[n > 0 ? n : 0] = '\0';
	return n > 0;
}

void world_resolve(const struct doctor_world *world, const char *name, char *target, size_t size)
{
	char link[128];

	snprintf(target, size, "%s", name);
	for (int i = 0; i < 8 && read_link(world, target, link, sizeof(link)); i++) {
		char *slash = strrchr(target, '/');
		/* by-id/… says ../../ttyACM0: all of these end up in /dev. */
		const char *base = strrchr(link, '/');

		if (!slash) {
			return;
		}
		if (link[0] == '/') {
			snprintf(target, size, "%s", link);
		} else if (base) {
			snprintf(target, size, "/dev/%s", base + 1);
		} else {
			snprintf(slash + 1, size - (size_t)(slash + 1 - target), "%s", link);
		}
	}
}

bool world_runs(const struct doctor_world *world)
{
	struct stat st;

	return world->outside->running && world_stat(world, "/proc/sys", &st);
}

static long long world_boot_s(const struct doctor_world *world)
{
	struct text text;
	long long boot_s = 0;

	if (world_read(world, "/proc/stat", &text)) {
		const char *btime = strstr(text.at, "btime ");

		boot_s = btime ? atoll(btime + 6) : 0;
	}
	text_free(&text);
	return boot_s;
}

long long world_start_s(const struct doctor_world *world, int pid)
{
	long long boot_s = world_boot_s(world);
	unsigned long long ticks;

	if (!boot_s || !process_start_ticks(world_path(world, "/proc"), pid, &ticks)) {
		return 0;
	}
	return boot_s + (long long)(ticks / (unsigned long long)sysconf(_SC_CLK_TCK));
}

bool world_changed_since_boot(const struct doctor_world *world, const char *name)
{
	long long boot_s = world_boot_s(world);
	struct stat st;

	return boot_s > 0 && world_stat(world, name, &st) && st.st_mtime > boot_s;
}
