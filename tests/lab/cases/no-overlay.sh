#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# No overlay, no /dev/pps0: the pulses come through libgpiod.
. "$(dirname "$0")/../lib.sh"

[ ! -e /dev/pps0 ] || fail "this lab has a /dev/pps0"
receiver
watch
daemon --baud 9600 --pps gpio --gpio 18
expect_state locked
sleep 60
expect_published --no-kernel --first 5 --full 5-60 --pps-error 10000
