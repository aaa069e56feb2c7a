#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The clock is set while we are locked: no stamp from before meets one from after.
. "$(dirname "$0")/../lib.sh"

receiver
watch
daemon --baud 9600
expect_state locked
sleep 20.3
set_clock_by 0.7
sleep 20
set_clock_by -0.7
sleep 20
set_clock_by -86400
sleep 20
expect_published --first 5 --pps-samples 70 --full 50-60
