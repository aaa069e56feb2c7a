/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "pi/root.h"

/*
 * The folder of the boot partition, which holds config.txt: /boot/firmware since bookworm, /boot
 * before. What bookworm leaves at /boot/config.txt only says where the file went.
 */
int boot_find(const struct root *root, char *dir, size_t size, struct error *err);
