#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# --baud auto finds the rate of the line, from what receivers have as delivered to what they are set to.
. "$(dirname "$0")/../lib.sh"

for baud in 4800 9600 38400 115200; do
	say "a receiver at $baud baud"
	receiver --baud "$baud" --sentences "RMC VTG GGA GSA"
	watch
	daemon --baud auto --state-file none
	expect_state locked 60
	[ "$(status bps)" = "$baud" ] || fail "found $(status bps) baud"
	sleep 10
	stop daemon
	expect_published --pps-samples 8
done
