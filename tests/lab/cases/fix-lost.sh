#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Without a fix a receiver's pulse runs free: silence from the next pulse on.
. "$(dirname "$0")/../lib.sh"

receiver --at 30:fix=0 --at 60:fix=1
watch
daemon --baud 9600
expect_state locked
sleep 90
expect_published --first 5 --full 5-30 --silent 31-60 --coarse-silent 31-59 --full 70-85
