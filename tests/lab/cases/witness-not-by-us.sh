#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# A clock that $KEEPER keeps by our units alone vouches for nothing, neither while they are written
# nor when they are not any more, nor for a daemon that is started anew.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../disciplines.sh"

start kernel "$LAB_BIN/lab_kernel_says"
receiver --ahead 30000 --at 200:fix=0 --at 330:fix=1 --at 416:fix=0 --at 500:fix=1
daemon --baud 9600
suite=ntpsec
[ "$KEEPER" != chronyd ] || suite=chrony
mapfile -t lines < <("$PPS2SHM" setup --print-lines "$suite")
keeper "$KEEPER" "${lines[@]}"
sleep 195
# It was at work: the bound grows by 500 us a second and fell at updates, or never had the time to grow.
awk '$2 == "sync" && $3 < last { falls++ } { last = $3 } END { exit falls < 5 && last > 10000 }' "$work/kernel.log" ||
	fail "$KEEPER never updated the clock: $(kernel_said)"
expect_witness_for no 220
# What it still has of ours is followed while the next daemon, without a fix, has said nothing yet.
stop daemon
daemon --baud 9600
expect_witness_for no 70
sleep 20
expect_state locked
expect_witness_for no 60
grep -q 'clock is' "$work/daemon.log" && fail "it was a witness"
say "never a witness"
