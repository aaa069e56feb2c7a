#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The pulse goes away and comes back: the receiver stops sending it; the driver is taken away.
. "$(dirname "$0")/../lib.sh"

receiver --at 30:pulse=0 --at 50:pulse=1
watch
daemon --baud 9600
expect_state locked
sleep 80.5
pps_driver unbind
sleep 20
pps_driver bind
sleep 40
expect_published --first 5 --full 5-29 --full 56-75 --full 125-135 --coarse-samples 100
