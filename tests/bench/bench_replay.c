/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/capture.h"
#include "play.h"

/*
 * A day of captures, 86 400 pulses with six sentences each, through `pps2shm replay`, against a
 * plain read of the same file: bench_replay PPS2SHM [SECONDS].
 */

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

static int write_capture(FILE *file, int64_t seconds)
{
	static struct world_config config;
	static struct world world;
	static char text[CAPTURE_LINE_MAX];
	struct event event;
	struct truth truth;
	int pulses = 0;

	world_config_default(&config, 1);
	config.end_ns = seconds * SECOND_NS;
	world_init(&world, &config);
	fputs(CAPTURE_HEADER, file);
	while (world_next(&world, &event, &truth)) {
		fwrite(text, 1, capture_format(&event, text), file);
		pulses += event.type == EVENT_PULSE;
	}
	return fflush(file) == 0 && !ferror(file) ? pulses : -1;
}

static int64_t read_plainly(int fd, int64_t *size)
{
	static char buffer[65536];
	int64_t start = now_ns();
	ssize_t got;

	*size = 0;
	lseek(fd, 0, SEEK_SET);
	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		*size += got;
	}
	return now_ns() - start;
}

/* Runs replay on it, its output counted; returns the time, -1 on failure. */
static int64_t replay(const char *pps2shm, const char *path, int *lines)
{
	static char buffer[65536];
	int64_t start = now_ns();
	int fds[2], status;
	ssize_t got;
	pid_t pid;

	if (pipe(fds) < 0 || (pid = fork()) < 0) {
		return -1;
	}
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(pps2shm, pps2shm, "replay", path, (char *)NULL);
		fprintf(stderr, "%s: %s\n", pps2shm, strerror(errno));
		_exit(127);
	}
	close(fds[1]);
	for (*lines = 0; (got = read(fds[0], buffer, sizeof(buffer))) > 0;) {
		for (ssize_t i = 0; i < got; i++) {
			*lines += buffer[i] == '\n';
		}
	}
	close(fds[0]);
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		return -1;
	}
	return now_ns() - start;
}

int main(int argc, char **argv)
{
	char path[] = "/tmp/bench_replay.XXXXXX";
	int fd = argc > 1 ? mkstemp(path) : -1;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r+");
	int64_t plain, took, size;
	int pulses, lines = 0;

	if (file == NULL) {
		fputs("usage: bench_replay PPS2SHM [SECONDS]\n", stderr);
		return 2;
	}
	pulses = write_capture(file, argc > 2 ? strtoll(argv[2], NULL, 10) : 86400);
	plain = read_plainly(fd, &size);
	took = pulses < 0 ? -1 : replay(argv[1], path, &lines);
	unlink(path);
	fclose(file);
	if (took < 0 || lines < pulses) {
		fprintf(stderr, "replay failed: %d pulses gave %d samples\n", pulses, lines);
		return 1;
	}
	printf("replay: %d pulses, %.1f MB, %d samples in %.2f s: %.0f times a plain read of the "
	       "file, %.0f times as fast as life\n",
	       pulses, (double)size / 1e6, lines, (double)took / 1e9, (double)took / (double)plain,
	       (double)pulses * 1e9 / (double)took);
	return 0;
}
