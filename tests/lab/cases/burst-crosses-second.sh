#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Bursts that begin later and later, until they tell of the last pulse but one.
. "$(dirname "$0")/../lib.sh"

receiver --lag 600 --drift 6000
watch
daemon --baud 9600
expect_state locked
sleep 120
expect_published --first 5 --full 5-110
