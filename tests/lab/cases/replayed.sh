#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# What was recorded while it ran, replayed, gives the very samples that stood in the PPS unit.
. "$(dirname "$0")/../lib.sh"

receiver --jitter 20 --noise 500 --at 30:edge=300 --at 40:late=1500
watch
daemon --baud 9600
sleep 1
start record "$PPS2SHM" record "$work/capture"
expect_state locked
sleep 60
stop record
sleep 2
stop watch
"$PPS2SHM" replay "$work/capture" >"$work/replayed" || fail "the capture cannot be replayed"

sed -n 's/.*"unit":1,.*"clock_ns":\([0-9]*\),"receive_ns":\([0-9]*\).*/\1 \2/p' "$work/replayed" \
	>"$work/replayed-samples"
awk '$1 == "S" && $2 == 1 { print $5, $6 }' "$work/watch" >"$work/witnessed-samples"
# Recording began after the daemon did and ended before the witness.
first=$(head -n 1 "$work/replayed-samples")
count=$(wc -l <"$work/replayed-samples")
grep -Fx -A $((count - 1)) "$first" "$work/witnessed-samples" >"$work/same-span"
diff "$work/same-span" "$work/replayed-samples" >"$work/diff.log" || fail "replay gives other samples"
[ "$count" -ge 50 ] || fail "only $count samples replayed"
say "$count samples, the same to the nanosecond"
