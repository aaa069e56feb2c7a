#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# A unit of another size and one that another user owns are refused, each with what to do, and
# taken as soon as the cause is gone.
. "$(dirname "$0")/../lib.sh"

add_user mallory 666
"$LAB_BIN/lab_segment" 0 80 0600
"$here/as" mallory "$LAB_BIN/lab_segment" 1 96 0666

receiver
daemon --baud 9600
expect_log daemon "unit 0 .* is 80 bytes, not 96: .*'ipcrm -M 0x4e545030'"
expect_log daemon "unit 1 .* was made by mallory .*'ipcrm -M 0x4e545031'"
expect_state locked
"$PPS2SHM" shm list

say "the administrator does as told"
ipcrm -M 0x4e545030 -M 0x4e545031
watch
sleep 10
expect_published --pps-samples 5 --coarse-samples 5
