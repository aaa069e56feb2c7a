/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

/*
 * The name of the pulse source of --pps sim, in the log and in the status segment: whoever reads it
 * there knows that the time is simulated.
 */
#define SIMULATED_PULSES "simulated pulses"
