#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Half a minute of libgpiod by the real clock; longer on a busy machine, which stamps late, and late
# pulses are withheld. What is published is right all the same.
. "$(dirname "$0")/../lib.sh"

pps_samples() {
	[ "$(grep -c '^S 1 ' "$work/watch")" -ge "$1" ]
}

receiver
needs_steady_timers
watch
daemon --baud auto --pps gpio --gpio 18
expect_state locked 60
eventually 240 pps_samples 15 || fail "fewer than 15 PPS samples in 240 s"
say "edges not used: $(status foreign) foreign, $(status unpaired) unpaired"
stop daemon
expect_published --no-kernel --pps-samples 15
