#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# 2027-06-30T23:59:60: no second is ever wrong, and all is well half a minute later.
. "$(dirname "$0")/../lib.sh"

receiver --at 58:leap=1
watch
daemon --baud 9600
expect_state locked
sleep 120
expect_published --first 5 --full 5-50 --full 100-115
