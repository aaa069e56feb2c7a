#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Other programs fetch the same pulses: nobody loses one.
. "$(dirname "$0")/../lib.sh"

receiver
start ppstest ppstest /dev/pps0
start ppstest2 ppstest /dev/pps0
watch
daemon --baud 9600
expect_state locked
sleep 60
running ppstest || fail "ppstest ended"
expect_published --first 5 --full 5-55
