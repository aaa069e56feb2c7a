#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# How late stamps are is measured twice, to half a microsecond; written and taken over by the running
# daemon, it brings the time that is published to that of the true edge, and what was recorded then
# replays to the same. The sign: what is late is added to the clock, and the stamp stays as it is.
. "$(dirname "$0")/../lib.sh"

measured() {
	sed -n 's/.*"bias_ns": \(-\?[0-9]*\).*/\1/p' "$work/$1.log"
}

# Of the last 30 samples in the PPS unit, the median of clock - receive. The lab's clock is true.
published_offset() {
	awk '$1 == "S" && $2 == 1 { print $5 - $6 }' "$work/watch" | tail -n 30 | sort -n | sed -n 15p
}

sleep 60
several_processors
edge_receiver ${RECEIVER-}
watch
daemon --baud 9600
expect_state locked
start record "$PPS2SHM" record "$work/capture"
printf '# mine\n[pps]\n;offset = 5\nedge = assert ; as it was\n' >/etc/pps2shm.conf
sleep 35
before=$(published_offset)
between -12500 "$before" -11500 || fail "before, the clock is published $before ns wrong, not -12000"

"$PPS2SHM" calibrate --seconds 130 --json >"$work/first.log" 2>&1 || fail "it could not be measured"
"$PPS2SHM" calibrate --seconds 130 --json --apply >"$work/second.log" 2>&1 || fail "nor a second time"
say "measured: $(measured first) ns, then $(measured second) ns"
for run in first second; do
	between 11500 "$(measured $run)" 12500 || fail "the $run run says $(measured $run) ns, not 12000"
done
grep -q 'has taken it over' "$work/second.log" || fail "the daemon did not take it over"
expect_log daemon "pps.offset is $(measured second) ns, was 0"

kernel=$(uname -r)
{
	echo '# mine'
	echo '[pps]'
	echo ';offset = 5'
	echo "offset = $(measured second)"
	echo "offset_measured = $(date -u +%F), kernel $kernel, governor none, ASPM none, PPS lab"
	echo 'edge = assert ; as it was'
} >"$work/wanted"
sort /etc/pps2shm.conf >"$work/written"
sort "$work/wanted" | diff "$work/written" - >"$work/diff.log" || fail "pps2shm.conf is not as it should be"

sleep 35
after=$(published_offset)
between -500 "$after" 500 || fail "after, the clock is published $after ns wrong"
say "published: $before ns off before, $after ns after"

stop record
sleep 2
stop watch
stop receiver
"$PPS2SHM" replay "$work/capture" | sed -n 's/.*"unit":1,.*"clock_ns":\([0-9]*\),"receive_ns":\([0-9]*\).*/\1 \2/p' \
	>"$work/replayed"
awk '$1 == "S" && $2 == 1 { print $5, $6 }' "$work/watch" >"$work/witnessed"
grep -Fx -A $(($(wc -l <"$work/replayed") - 1)) "$(head -n 1 "$work/replayed")" "$work/witnessed" |
	diff - "$work/replayed" >"$work/diff.log" || fail "replay gives other samples"
[ "$(wc -l <"$work/replayed")" -ge 300 ] || fail "too few samples replayed"
