#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Power-on without a clock in the board: 30 s wrong, pps2shm and ntpd started together. That ntpd
# calls the clock synchronised before it has heard anybody does not make the receiver suspect.
. "$(dirname "$0")/../lib.sh"

receiver --ahead 30000
watch
daemon --baud 9600
ntpd -g
expect_state locked
sleep 120
grep -i suspect "$work/daemon.log" && fail "a healthy receiver is suspect"
expect_published --first 5
expect_clock_within 1000000
