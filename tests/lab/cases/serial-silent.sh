#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Sentences stop while pulses go on: counted on for holdover, silence after, back when confirmed.
. "$(dirname "$0")/../lib.sh"

receiver --at 30:serial=0 --at 90:serial=1
watch
daemon --baud 9600
expect_state locked
sleep 120
expect_published --first 5 --full 5-55 --silent 61-90 --full 100-115
