#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Extra edges, pulses stamped late, pulses that are not there: none is published, the good ones are.
. "$(dirname "$0")/../lib.sh"

receiver --noise 300 --at 30:edge=300 --at 32:edge=500 --at 34:edge=700 --at 34:edge=900 \
	--at 40:late=1500 --at 44:late=800 --at 50:pulse=0 --at 53:pulse=1 --at 60:edge=980
watch
daemon --baud 9600
expect_state locked
sleep 90
expect_published --first 5 --full 5-39 --full 41-43 --full 54-59 --full 63-80 --pps-error 5000
