#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Two hours: ntpd and our units take a clock that is 40 ms off and runs 25 ppm wrong to a few
# microseconds.
. "$(dirname "$0")/../lib.sh"

receiver --ahead 40 --ppb 25000 --jitter 20 --noise 500
watch 250
daemon --baud 9600
ntpd -g
sleep 7200
ask_ntpq
expect_offset 1 -0.005 0.005
expect_published --first 5 --full 5-7100
expect_clock_within 5000
