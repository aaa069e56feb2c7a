#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# ptp_commands.sh PPS2SHM PPS2SHM_PTP: the daemon's options and the command that shows what it hears, in a
# network, IPC and /dev/shm of their own.
set -u
. "$(dirname "$0")/expect.sh"
fail() {
	echo "FAILED: $1"
	failed=1
}
pps2shm=$1 ptp=$2
mount -t tmpfs none /dev/shm && ip link set lo up || exit 1

# start OPTION...: the daemon, until it shows something.
start() {
	"$ptp" "$@" >"$work/log" 2>&1 &
	daemon=$!
	for ((i = 0; i < 100; i++)); do
		! "$pps2shm" ptp >/dev/null 2>&1 || return
		sleep 0.1
	done
	fail "it shows nothing: $(cat "$work/log")"
}

stop() {
	kill "$daemon"
	wait "$daemon" || fail "ended with status $?: $(cat "$work/log")"
	daemon=
}

# --- options ---
expect 0 'usage: pps2shm-ptp' "$ptp" --help
expect 0 'nqptp shared memory interface 10' "$ptp" -V
expect 2 "unknown option '--frob'" "$ptp" --frob
expect 2 '--unit needs a value' "$ptp" --unit
expect 2 "--unit '256': must be a whole number from 0 to 255" "$ptp" --unit 256
expect 2 "--max-class 'x'" "$ptp" --max-class x
expect 2 "--parts 'monitor,frob'" "$ptp" --parts monitor,frob
expect 2 "--parts ''" "$ptp" --parts ''
expect 2 "--interface 'a-name-that-is-too-long'" "$ptp" --interface a-name-that-is-too-long
expect 2 "--log-level 'loud'" "$ptp" --log-level loud
expect 2 "unexpected argument 'x'" "$ptp" x

# --- without it ---
expect 1 "pps2shm-ptp is not running: start it with 'systemctl start pps2shm-ptp'" "$pps2shm" ptp
expect 1 '"alive": false' "$pps2shm" ptp --json
expect 1 '"ptp": null' "$pps2shm" status --json
expect 2 "unknown option '--frob'" "$pps2shm" ptp --frob

# --- with it ---
start --unit 7
expect 0 'no PTP clock is heard' "$pps2shm" ptp
expect 0 'GPS: not known: no daemon is running' "$pps2shm" ptp
expect 0 'unit 7: not fed: no clock is heard' "$pps2shm" ptp
expect 0 '"clocks": []' "$pps2shm" ptp --json
expect 1 '"followed": 0' "$pps2shm" status --json
expect 1 '0 clocks heard' "$pps2shm" status
expect 1 'UDP port 319 (IPv4): another program has it' "$ptp" --segment-name /second
expect 0 'unit       7' "$pps2shm" shm read --unit 7
stop
[ ! -e /dev/shm/pps2shm-ptp ] || fail 'it left its segment'
[ ! -e /dev/shm/nqptp ] || fail 'it left the region of nqptp'

start --parts monitor
expect 0 'no PTP clock is heard' "$pps2shm" ptp
expect 0 '"state": "off"' "$pps2shm" ptp --json
[ ! -e /dev/shm/nqptp ] || fail 'it made the region of nqptp'
stop

# --- what is in the way ---
mkdir /dev/shm/pps2shm-ptp
"$ptp" --parts monitor >"$work/log" 2>&1 &
daemon=$!
sleep 1.5
grep -q 'something else is in the way' "$work/log" || fail "$(cat "$work/log")"
kill -0 "$daemon" || fail "it ended because of its segment: $(cat "$work/log")"
stop
exit $failed
