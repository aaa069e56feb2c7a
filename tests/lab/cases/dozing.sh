#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Once nothing is in doubt the daemon wakes with each pulse and once more for each eighth burst; bad
# news acts before the next pulse all the same.
. "$(dirname "$0")/../lib.sh"

wake_ups() {
	cat /proc/"${pids[daemon]}"/task/*/status | awk '/^voluntary_ctxt/ { n += $2 } END { print n }'
}

receiver --at 200:fix=0 --at 230:fix=1 --at 400:jump=1
watch
daemon --baud 9600
expect_state locked
sleep 100
before=$(wake_ups)
sleep 80
took=$(($(wake_ups) - before))
say "$took wake-ups in 80 s"
between 88 "$took" 98 || fail "about 90 wake-ups in 80 s expected, not $took"
expect_state locked
sleep 240
expect_published --first 5 --full 5-200 --silent 201-230 --coarse-silent 201-229 --full 240-400 \
	--silent 403-420
