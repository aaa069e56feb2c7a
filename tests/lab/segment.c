/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* usage: lab_segment UNIT SIZE OCTAL_MODE    makes an NTP unit as some other program might. */
#include <err.h>
#include <stdlib.h>
#include <sys/shm.h>

int main(int argc, char **argv)
{
	if (argc != 4) {
		errx(2, "usage: lab_segment UNIT SIZE OCTAL_MODE");
	}
	if (shmget(0x4e545030 + atoi(argv[1]), strtoul(argv[2], NULL, 10),
		   IPC_CREAT | IPC_EXCL | (int)strtol(argv[3], NULL, 8)) < 0) {
		err(1, "cannot make unit %s", argv[1]);
	}
	return 0;
}
