#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Our daemon without any privilege, ntpd dropping its own, and the root step that prepares the
# units: whoever comes first.
. "$(dirname "$0")/../lib.sh"

add_user gps 501
add_user ntpsec 502
chgrp gps /dev/ttyAMA0 /dev/pps0
chmod 0660 /dev/ttyAMA0 /dev/pps0

unprivileged_daemon() {
	start daemon "$here/as" gps "$PPS2SHM" run --serial /dev/ttyAMA0 --baud 9600 --state-file none
	expect_state locked
}

expect_unit_belongs() {
	ipcs -m | grep -qE "^0x4e54503$1 .* root +660 " || fail "unit $1 is not root's with 0660: $(ipcs -m)"
}

root_step() {
	"$PPS2SHM" shm create --unit 0 --unit 1 --owner root --group gps || fail "the root step failed"
	expect_unit_belongs 0
	expect_unit_belongs 1
}

receiver

say "root step, daemon, ntpd"
root_step
unprivileged_daemon
ntpd -u ntpsec:ntpsec
expect_selected 1

say "ntpd, root step, daemon"
stop ntpd
stop daemon
ipcrm -M 0x4e545030 -M 0x4e545031
ntpd -u ntpsec:ntpsec
sleep 2
root_step
unprivileged_daemon
expect_selected 1

say "without the root step the daemon says what to do"
stop ntpd
stop daemon
ipcrm -M 0x4e545030 -M 0x4e545031
ntpd -u ntpsec:ntpsec
sleep 2
start daemon "$here/as" gps "$PPS2SHM" run --serial /dev/ttyAMA0 --baud 9600 --state-file none
expect_log daemon 'unit 1 \(key 0x4e545031\).*pps2shm shm create'
