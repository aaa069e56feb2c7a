#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Devices that are missing, busy or forbidden are named with what to do, and taken when they come.
. "$(dirname "$0")/../lib.sh"

say "no receiver plugged in, no PPS driver"
pps_driver unbind
daemon --serial /dev/ttyACM0 --state-file none
expect_log daemon '/dev/ttyACM0'
expect_log daemon 'no PPS device'
"$here/usb-gps" up
pps_driver bind
receiver --tty /dev/ttyGS0
expect_state locked 60

say "a second daemon"
"$PPS2SHM" run --serial /dev/ttyAMA0 >"$work/second.log" 2>&1 && fail "a second one ran"
expect_log second 'a daemon is running'

say "a second daemon on a segment of its own finds the port busy"
start third "$PPS2SHM" run --serial /dev/ttyACM0 --state-file none --segment-name /other \
	--coarse-unit 4 --pps-unit 5
expect_log third '/dev/ttyACM0.*(busy|use)'
stop third
stop daemon

say "a user who may open neither"
add_user gps 501
chmod 0600 /dev/ttyACM0 /dev/pps0
start daemon "$here/as" gps "$PPS2SHM" run --serial /dev/ttyACM0 --state-file none
expect_log daemon '/dev/ttyACM0.*(permission|Permission|group)'
expect_log daemon '/dev/pps0.*(permission|Permission|group)'
say "gets the permission while it runs"
chmod 0666 /dev/ttyACM0 /dev/pps0
expect_state locked 60
