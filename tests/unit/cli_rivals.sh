#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# cli_rivals.sh PPS2SHM: two daemons on one unit, and on one FIFO.
set -u
. "$(dirname "$0")/own_ipc.sh"
pps2shm=$1
one=/one
two=/two

cleanup() {
	# shellcheck disable=SC2046 # the words are process numbers
	kill $(jobs -p) 2>/dev/null
	wait
	rm -rf "$dir"
}
trap cleanup EXIT

# told TEXT SEGMENT: until status says it, 40 s at most
told() {
	for ((i = 0; i < 200; i++)); do
		"$pps2shm" status --segment-name "$2" >"$dir/said"
		grep -qF -- "$1" "$dir/said" && return
		sleep 0.2
	done
	fail "status of $2 never said '$1'" "$dir/said"
	cat "$dir"/*.log
}

run() { # SEGMENT OPTION…
	local segment=$1
	shift
	"$pps2shm" run --coarse-unit none --state-file none --leap-file none --segment-name "$segment" \
		"$@" 2>>"$dir$segment.log" &
}

run "$one" --pps sim --pps-unit 5
first=$!
told 'Locked: simulated time goes to NTP shared memory unit 5' "$one"
run "$two" --pps sim --pps-unit 5
second=$!
told 'Locked, but another program also writes NTP shared memory unit 5.' "$one"
told 'Locked, but another program also writes NTP shared memory unit 5.' "$two"
told "Unit 5 is also written by the pps2shm of process $second (status segment $two" "$one"
told "Unit 5 is also written by the pps2shm of process $first (status segment $one" "$two"
kill "$second"
told 'Locked: simulated time goes to NTP shared memory unit 5' "$one"
"$pps2shm" shm feed --unit 5 >"$dir/feed.log" &
second=$!
told "Unit 5 was last used by pps2shm (process $second)." "$one"
kill "$second"
told 'Locked: simulated time goes to NTP shared memory unit 5' "$one"
kill "$first"
wait

mkfifo "$dir/fifo"
run "$one" --pps none --pps-unit none --serial "$dir/fifo"
first=$!
told "sentences  $dir/fifo, opened" "$one"
run "$two" --pps none --pps-unit none --serial "$dir/fifo"
told "in use by pps2shmd (process $first)" "$two"

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
