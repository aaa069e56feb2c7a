#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# cli_rivals.sh PPS2SHM: two daemons on one unit, on one FIFO, and on one terminal.
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

# told TEXT SEGMENT: waits until status says it. On a busy machine a daemon may lock late, or lose its
# second and hold back for a minute (relabel_hold): so long a wait is none of its faults. What follows
# one that is in vain has no meaning.
told() {
	local end=$((SECONDS + 120))
	until "$pps2shm" status --segment-name "$2" >"$dir/said"
		grep -qF -- "$1" "$dir/said"; do
		if [ "$SECONDS" -ge "$end" ]; then
			fail "status of $2 never said '$1'" "$dir/said"
			tail -n 50 "$dir"/*.log
			exit 1
		fi
		sleep 0.2
	done
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
python3 -c 'import os, time
_, terminal = os.openpty()
print(os.ttyname(terminal), flush=True)
time.sleep(600)' >"$dir/terminal" &
pty=$!
wait_for '^/dev/' "$dir/terminal"
for port in "$dir/fifo" "$(cat "$dir/terminal")"; do
	run "$one" --pps none --pps-unit none --serial "$port"
	first=$!
	told "sentences  $port, opened" "$one"
	run "$two" --pps none --pps-unit none --serial "$port"
	second=$!
	told "in use by pps2shmd (process $first)" "$two"
	kill "$first" "$second"
	wait "$first" "$second"
done
kill "$pty"

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
