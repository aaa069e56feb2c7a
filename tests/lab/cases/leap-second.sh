#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# 2027-06-30T23:59:60 (the lab starts a minute before): no second is ever wrong, nothing is said of
# the one that has no number, and all is well half a minute later.
. "$(dirname "$0")/../lib.sh"

receiver --at 58:leap=1
watch
daemon --baud 9600
expect_state locked
sleep 120
# 23:59:59, then the one without a number, then midnight.
seconds=$(awk '$1 == "P" && $2 >= 57 && $2 <= 59 { printf "%s ", substr($3, 1, 10) }' "$work/truth")
[ "$seconds" = "1814399999 -1 1814400000 " ] || fail "no leap second at midnight, but $seconds"
expect_published --first 5 --full 5-50 --full 100-115
