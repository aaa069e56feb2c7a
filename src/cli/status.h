/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include "status/status.h"

/* The segment of this name (NULL: the usual one), judged now, with all that can be advised. */
void status_look(const char *name, struct status *status);

/* The time daemon that runs, as status_advise_unread() takes it. */
const char *status_time_daemon(void);
