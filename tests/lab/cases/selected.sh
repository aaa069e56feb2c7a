#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The main job: ntpd selects our PPS unit and polls it without a miss; the coarse unit stands near
# zero without any time1; a source that is one second off shows as that.
. "$(dirname "$0")/../lib.sh"

receiver --jitter 20 --noise 500
watch
daemon --baud 9600
expect_state locked
start feed "$PPS2SHM" shm feed --unit 2 --offset -1.0
ntpd -- "refclock shm unit 2 refid BAD minpoll 3 maxpoll 3 noselect"

expect_selected 1
expect_offset 1 -0.01 0.01
expect_jitter_below 1 0.01
expect_offset 0 -10 10
expect_offset 2 -1000.1 -999.9

stop feed
stop daemon
expect_published --first 5 --full 5-65 --pps-error 3000 --coarse-samples 60 --coarse-median 2000 --from 10
