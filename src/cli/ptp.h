/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "ptp/pps2shm_ptp.h"

/* What pps2shm-ptp shows, for people and programs. raw_ns: of the page. */

enum { PTP_NAME_SIZE = 24 };

/* "001122.fffe.334455", as linuxptp writes it. Returns text. */
char *ptp_identity(const uint8_t identity[8], char text[PTP_NAME_SIZE]);

/* Is it followed, but not heard now? */
bool ptp_is_silent(const struct pps2shm_ptp_clock *clock, int64_t raw_ns);

/* Is its offset one to UTC? */
bool ptp_tells_utc(const struct pps2shm_ptp_clock *clock);

/* All of it, as docs/ptp.md has it. */
json_t *ptp_json(const struct pps2shm_ptp_layout *ptp);

/* There is no daemon. */
json_t *ptp_json_none(const char *why);

/*
 * For `pps2shm status`: a line, or an object, where pps2shm-ptp runs; else nothing, or null.
 */
void ptp_status_print(void);
json_t *ptp_status_json(void);
