#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# A receiver that suddenly tells another time: silence, never the wrong second.
. "$(dirname "$0")/../lib.sh"

receiver --at 30:jump=1 --at 35:jump=-1 --at 60:jump=120 --at 90:jump=-120
watch
daemon --baud 9600
expect_state locked
sleep 110
expect_published --first 5 --full 5-29 --silent 70-89
