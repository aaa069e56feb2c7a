#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# --pps poll: the time published is that of the true edge, though the interrupt is late by tens of
# microseconds and more; each pulse shows how it came by its stamp; when the registers are missing it goes
# on with the kernel's; and what was recorded replays to the same, byte for byte.
. "$(dirname "$0")/../lib.sh"

several_processors
edge_receiver --stamp-tail 20000
[ -z "${LOADED-}" ] || start load "$LAB_BIN/lab_load"
watch
sleep 1
daemon --baud 9600 --pps poll
expect_state locked
sleep 1
start record "$PPS2SHM" record "$work/capture"
expect_log daemon 'pulses: /dev/pps0 .*polled on GPIO 18'
sleep "${SECONDS_POLLED:-240}"
"$PPS2SHM" status >"$work/status.log"
grep -q 'stamps: [0-9]* polled, .*; the kernel is late by [0-9.]* us' "$work/status.log" ||
	fail "the status does not tell of polled stamps"
say "$(grep 'stamps:' "$work/status.log")"
stop record
sleep 2
stop watch

# Receive stamps against the true edges: the clock of the lab is true, so the unit holds them.
dd if=/dev/labedge bs=80 2>/dev/null | awk '$4 == 1 { print $3 }' >"$work/edges"
awk -v least="$(head -n 1 "$work/edges")" '
	NR == FNR { edge[substr($1, 1, 10) + (substr($1, 11) + 0 > 500000000)] = $1; next }
	$1 == "S" && $2 == 1 {
		s = substr($6, 1, 10) + (substr($6, 11) + 0 > 500000000)
		off = substr($6, 11) - substr(edge[s], 11)
		if (off < -500000000) off += 1000000000
		if (off > 500000000) off -= 1000000000
		print off < 0 ? -off : off
	}' "$work/edges" "$work/watch" | tail -n +20 | sort -n >"$work/off"
count=$(wc -l <"$work/off")
median=$(sed -n "$((count / 2))p" "$work/off")
most=$(sed -n "$((count * 99 / 100))p" "$work/off")
say "$count samples: $median ns from the true edge in the median, $most ns at 99 %, $(tail -n 1 "$work/off") at most"
[ "$count" -ge 150 ] || fail "only $count samples"
between 0 "$median" 1000 || fail "the median is more than a microsecond off"
between 0 "$most" 5000 || fail "1 % is more than 5 us off"

"$PPS2SHM" replay "$work/capture" | sed -n 's/.*"unit":1,.*"clock_ns":\([0-9]*\),"receive_ns":\([0-9]*\).*/\1 \2/p' \
	>"$work/replayed"
awk '$1 == "S" && $2 == 1 { print $5, $6 }' "$work/watch" >"$work/witnessed"
grep -Fx -A $(($(wc -l <"$work/replayed") - 1)) "$(head -n 1 "$work/replayed")" "$work/witnessed" |
	diff - "$work/replayed" >"$work/diff.log" || fail "replay gives other samples"
grep -Eq '^P [0-9]+ [0-9]+ assert [0-9]+ polled [0-9]+ [0-9]+$' "$work/capture" ||
	fail "the capture does not show which stamps were polled"
stop daemon

# Another line than the pulse's, which does not move: told, and no worse than the kernel's stamps.
head -c 4096 /dev/zero >"$work/page"
mount --bind "$work/page" /dev/gpiomem
start stuck "$PPS2SHM" run --serial /dev/ttyAMA0 --baud 9600 --pps poll
expect_log stuck 'polling has not seen the last 30 pulses \(none in the window\).*Going on with the kernel' 60
expect_state locked
stop stuck
umount /dev/gpiomem

mv /dev/gpiomem "$work/gpiomem"
start without "$PPS2SHM" run --serial /dev/ttyAMA0 --baud 9600 --pps poll
expect_log without "/dev/gpiomem: no such device.*going on with the kernel's stamps"
expect_state locked
