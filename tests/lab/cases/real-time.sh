#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# A minute by the real clock: what virtual time shows, a machine does too.
. "$(dirname "$0")/../lib.sh"

receiver --jitter 5 # the bound below is for ntpd's few samples, not for the jitter
needs_steady_timers
watch
daemon --baud 9600
expect_state locked
ntpd

expect_selected 1
expect_offset 0 -20 20

stop daemon
expect_published --pps-samples 30 # a busy machine stamps late, and late pulses are withheld
