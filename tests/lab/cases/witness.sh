#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# What makes the system clock a witness, with a real time daemon, $KEEPER, and a clock 30 s off: not
# its start, but that it was seen at work; until it has lost its source for long, or starts anew.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../disciplines.sh"

start kernel "$LAB_BIN/lab_kernel_says"
daemon --baud 9600 # no receiver: nothing of ours to follow
upstream 30
keeper "$KEEPER"
expect_witness_for no 90
server answers
expect_witness yes 400
expect_clock_true
expect_bound 60000 600 # ntpd's first may be near the limit, and grow beyond it
expect_witness yes 10
expect_witness_for yes 200
server is-silent
expect_witness no 600
server answers
expect_witness yes 400
server is-silent
stop keeper
keeper "$KEEPER"
case $KEEPER in
timesyncd) ;; # its start tells the kernel nothing, and the clock is as good as before
*) expect_witness no 10 ;;
esac
expect_witness no 600
server answers
expect_witness yes 400
expect_clock_true
set_clock_by 7200
expect_witness no 3
