#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# On a busy machine, where stamps are late by tens of microseconds more and the poller is interrupted, it
# measures the median lateness of those stamps, or says that it cannot.
. "$(dirname "$0")/../lib.sh"

sleep 60
several_processors
edge_receiver --stamp-tail 20000
start load "$LAB_BIN/lab_load"
"$PPS2SHM" calibrate --seconds 150 --json >"$work/measured.log" 2>&1 || fail "it could not be measured"
bias=$(sed -n 's/.*"bias_ns": \([0-9]*\).*/\1/p' "$work/measured.log")
doubt=$(sed -n 's/.*"uncertainty_ns": \([0-9]*\).*/\1/p' "$work/measured.log")
# The true bias of those very pulses: every other one, of those that the kernel was to stamp.
dd if=/dev/labedge bs=80 2>/dev/null | awk '$4 == 1 { print $5 }' | tail -n 150 | sort -n >"$work/late"
true=$(sed -n 75p "$work/late")
say "measured $bias ns, give or take $doubt; true $true ns"
off=$((bias - true))
[ "${off#-}" -le "$doubt" ] || fail "off by $off ns, more than the uncertainty that it claims"
