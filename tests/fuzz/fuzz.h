/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What each fuzz target defines; libFuzzer (or smoke.c) calls it with one input. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
