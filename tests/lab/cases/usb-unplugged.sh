#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The cable is pulled and put back: for ten seconds the daemon counts on, after holdover it is
# silent, and it finds the port again by itself.
. "$(dirname "$0")/../lib.sh"

"$here/usb-gps" up
eventually 5 test -c /dev/ttyACM0 || fail "no /dev/ttyACM0"
receiver --tty /dev/ttyGS0
watch
daemon --serial /dev/ttyACM0
expect_state locked
sleep 20
say "the cable is pulled for ten seconds"
"$here/usb-gps" unplug
sleep 10
"$here/usb-gps" plug
sleep 20
say "the cable is pulled for a minute"
"$here/usb-gps" unplug
sleep 60
"$here/usb-gps" plug
expect_state locked
sleep 30
expect_published --first 10 --full 10-50 --full 135-145
