#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# detect finds port, bit rate, GPIO and edge with the real drivers, and leaves alone what is in use.
. "$(dirname "$0")/../lib.sh"

# found STATUS TEXT...: detect ends with STATUS and says each TEXT.
found() {
	local status=$1 text
	shift
	"$PPS2SHM" detect >"$work/detect.log" 2>"$work/progress.log"
	[ $? = "$status" ] || fail "detect: exit status $status expected"
	for text in "$@"; do
		grep -Fq -- "$text" "$work/detect.log" || fail "detect did not say '$text'"
	done
	say "$(tail -n 1 "$work/detect.log")"
}

say "nothing is connected"
found 1 "No receiver found" "No pulse found" "/dev/ttyAMA0   silent"

say "a receiver at 38400 baud"
receiver --baud 38400
found 0 "/dev/ttyAMA0   NMEA at 38400 bit/s" \
	"GPIO 18        a pulse a second, high for 100." \
	"To set it up: sudo pps2shm setup --gpio 18 --serial /dev/ttyAMA0 --baud 38400"
grep -q 'listening, 1 of 30 s' "$work/progress.log" || fail "no progress was shown"

say "the daemon has both"
start daemon "$PPS2SHM" run --serial /dev/ttyAMA0 --pps gpio --gpio 18
expect_state locked 60
found 1 "/dev/ttyAMA0   in use, left alone: pps2shmd (process ${pids[daemon]}) has it open" \
	"GPIO 18        in use, left alone: used by pps2shm"
[ "$(status state)" = locked ] || fail "detect disturbed the daemon"
stop daemon
stop receiver

say "a receiver whose pulse is low, at 4800 baud"
receiver --inverted --baud 4800 --sentences "RMC GGA"
found 0 "low for 100." "the falling edge is on time" \
	"To set it up: sudo pps2shm setup --gpio 18 --edge falling --serial /dev/ttyAMA0 --baud 4800"
"$PPS2SHM" detect --json 2>/dev/null | grep -q '"edge": "falling"' || fail "not so in JSON"
