#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Where the answer would mean nothing there is none, but one line that says why; and nothing is written.
. "$(dirname "$0")/../lib.sh"

# refused WHY [OPTION]...
refused() {
	local why=$1
	shift
	"$PPS2SHM" calibrate "$@" >"$work/refused.log" 2>"$work/why.log" && fail "it measured: no '$why'"
	[ -s "$work/refused.log" ] && fail "something was printed beside '$why'"
	grep '^pps2shm calibrate: ' "$work/why.log" | grep -Eq -- "$why" || fail "it does not say '$why'"
	say "$(grep '^pps2shm calibrate: ' "$work/why.log")"
}

refused 'has been up for [0-9]+ s: wait a minute'
sleep 60
refused 'this machine has one processor'
several_processors
refused '/dev/pps0 .*no pulse in 3 s'
edge_receiver --stamp-late 12000
sleep 3
refused 'GPIO 17 does not move while the kernel stamps pulses' --gpio 17
refused 'only [0-9]+ good triples of pulses, 30 needed: give it more --seconds' --seconds 40 --apply
stop receiver
edge_receiver --stamp-late 2000000
sleep 3
refused 'more than 1 ms late' --seconds 70 --apply
stop receiver
mv /dev/gpiomem "$work/gpiomem"
refused '/dev/gpiomem: no such device'
mv "$work/gpiomem" /dev/gpiomem
daemon --baud 9600 --pps poll
expect_log daemon 'polled on GPIO 18'
sleep 2
refused 'the running daemon polls every pulse'
stop daemon
add_user guest 1234
chmod 644 /dev/pps0
if setpriv --reuid 1234 --regid 1234 --clear-groups "$PPS2SHM" calibrate 2>"$work/why.log"; then
	fail "a user without permission measured"
fi
grep -q '/dev/gpiomem: permission denied' "$work/why.log" || fail "permission denied is not told"
edge_receiver
sleep 2
(
	while sleep 1; do
		"$LAB_BIN/lab_set_clock" 0.2
	done
) &
refused 'the clock (is being set|was set or slewed hard)' --seconds 80 --apply
kill $!
[ ! -e /etc/pps2shm.conf ] || fail "pps2shm.conf was written"
