#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# receiver setup on a UART with real bit rates: from 9600 baud with everything on to a line below 20 %,
# and a label within five pulses of the daemon's start; the power cut on the way is got over.
. "$(dirname "$0")/../lib.sh"

# The receiver's line on the far end of /dev/ttyAMA0.
simulated() {
	mkfifo "$work/control"
	start simulated python3 -B "$here/../receivers/receiver.py" --model neo-m8t --port /dev/ttyAMA1 \
		--set nmea.ZDA=1 --set nmea.GST=1 --set nmea.GNS=1 --control "$work/control"
	sleep 2
}

# setup STATUS OPTION...
setup() {
	local status=$1
	shift
	"$PPS2SHM" receiver setup --serial /dev/ttyAMA0 --yes "$@" >"$work/setup.log" 2>&1
	[ $? = "$status" ] || fail "receiver setup: exit status $status expected"
	say "$(tail -n 1 "$work/setup.log")"
}

# Its pulses, without sentences of their own.
start receiver "$LAB_BIN/lab_receiver" --pull "${LAB_PULL}18/pull" --log "$work/truth"
simulated
say "as delivered"
"$PPS2SHM" receiver show --serial /dev/ttyAMA0 >"$work/show.log" 2>&1 || fail "receiver show"
say "$(grep '^line' "$work/show.log")"

say "power is lost at the third command"
echo "fault power-cut=3" >"$work/control"
setup 1
echo "fault -power-cut" >"$work/control"
sleep 2
setup 0
grep -Eq 'The line has 115200 bit/s and is 1?[0-9] % full' "$work/setup.log" || fail "not below 20 %"

watch
daemon --baud auto --state-file none
eventually 30 state_is locked || fail "not locked"
pulses=$(status count)
say "locked at pulse $pulses"
[ "$(status bps)" = 115200 ] || fail "found $(status bps) baud"
[ "$pulses" -le 5 ] || fail "more than 5 pulses: $pulses"
sleep 10
stop daemon
setup 0 --undo
"$PPS2SHM" receiver show --serial /dev/ttyAMA0 >"$work/show.log" 2>&1 || fail "receiver show"
say "$(grep '^line' "$work/show.log")"
grep -q '^line *9600 bit/s' "$work/show.log" || fail "not as it was"
stop simulated
expect_published --pps-samples 8
