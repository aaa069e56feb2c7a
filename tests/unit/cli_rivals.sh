#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# cli_rivals.sh PPS2SHM: two daemons on one unit, and on one FIFO. To be run in an IPC namespace of
# its own.
set -u
. "$(dirname "$0")/own_ipc.sh"
pps2shm=$1
work=$(mktemp -d)
one=/pps2shm-test-one-$$
two=/pps2shm-test-two-$$
failed=0

cleanup() {
	# shellcheck disable=SC2046 # the words are process numbers
	kill $(jobs -p) 2>/dev/null
	wait
	rm -rf "$work"
}
trap cleanup EXIT

# wait_for TEXT SEGMENT: until status says it, 40 s at most
wait_for() {
	for ((i = 0; i < 200; i++)); do
		"$pps2shm" status --segment-name "$2" >"$work/said"
		grep -qF -- "$1" "$work/said" && return
		sleep 0.2
	done
	echo "FAILED: status of $2 never said '$1':"
	cat "$work/said" "$work"/*.log
	failed=1
}

run() { # SEGMENT OPTION…
	local segment=$1
	shift
	"$pps2shm" run --coarse-unit none --state-file none --leap-file none --segment-name "$segment" \
		"$@" 2>>"$work$segment.log" &
}

run "$one" --pps sim --pps-unit 5
first=$!
wait_for 'Locked: GPS time goes to NTP shared memory unit 5' "$one"
run "$two" --pps sim --pps-unit 5
second=$!
wait_for 'Locked, but another program also writes NTP shared memory unit 5.' "$one"
wait_for 'Locked, but another program also writes NTP shared memory unit 5.' "$two"
wait_for "Unit 5 is also written by the pps2shm of process $second (status segment $two" "$one"
wait_for "Unit 5 is also written by the pps2shm of process $first (status segment $one" "$two"
kill "$second"
wait_for 'Locked: GPS time goes to NTP shared memory unit 5' "$one"
kill "$first"
wait

mkfifo "$work/fifo"
run "$one" --pps none --pps-unit none --serial "$work/fifo"
first=$!
wait_for "sentences  $work/fifo, opened" "$one"
run "$two" --pps none --pps-unit none --serial "$work/fifo"
wait_for "in use by pps2shmd (process $first)" "$two"

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
