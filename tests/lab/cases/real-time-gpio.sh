#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Half a minute of libgpiod by the real clock.
. "$(dirname "$0")/../lib.sh"

receiver
watch
daemon --baud auto --pps gpio --gpio 18
expect_state locked 60
sleep 20
stop daemon
expect_published --no-kernel --pps-samples 10
