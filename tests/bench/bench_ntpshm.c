/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * bench_ntpshm CALLS: nanoseconds that one ntpshm_update() takes, to unit 0 of namespaces that
 * whoever starts it has made.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ntpshm/ntpshm.h"

int main(int argc, char **argv)
{
	long calls = argc == 2 ? atol(argv[1]) : 0;
	struct ntpshm_error err;
	struct ntpshm *shm = ntpshm_open(0, NTPSHM_CREATE, &err);
	int64_t begun;

	if (!shm || calls < 1) {
		fprintf(stderr, "%s\n", shm ? "usage: bench_ntpshm CALLS" : err.text);
		return 1;
	}
	begun = ntpshm_now_ns();
	for (long i = 0; i < calls; i++) {
		ntpshm_update(shm, i);
	}
	printf("%.1f\n", (double)(ntpshm_now_ns() - begun) / (double)calls);
	ntpshm_close(shm);
	return 0;
}
