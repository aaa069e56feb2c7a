#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# A receiver whose second is the falling edge, with the overlay that is told so.
. "$(dirname "$0")/../lib.sh"

receiver --inverted
watch
daemon --baud 9600
expect_state locked
sleep 30
expect_published --first 5 --full 5-30 --pps-error 3000
