#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The kernel's own leap second at the end of June (the lab starts five minutes before) sets the clock
# by a second, and ends no witness.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../disciplines.sh"

start kernel "$LAB_BIN/lab_kernel_says"
daemon --baud 9600
upstream 0 1
server answers
keeper timesyncd
expect_witness yes 100
sleep $((298 - $(date +%s) + LAB_START))
expect_witness_for yes 0
expect_log daemon 'the system clock was set' 5
expect_witness yes 3
[ "$(grep -c 'clock is no longer a witness' "$work/daemon.log")" = 1 ] || fail "the leap second was not noticed"
