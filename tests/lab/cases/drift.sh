#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# `pps2shm drift` measures in some ten seconds what ntpd learns in an hour: the same number, with the
# same sign, in the same form. It does not touch a drift file that is there.
. "$(dirname "$0")/../lib.sh"

near() {
	awk -v a="$(cat "$1")" -v b="$(cat "$2")" -v most="$3" \
		'BEGIN { exit !(a - b <= most && b - a <= most) }' ||
		fail "$1 says $(cat "$1"), $2 says $(cat "$2")"
}

receiver --ppb -37000 --jitter 20 --noise 1000
daemon --baud 9600
"$PPS2SHM" drift --write --file "$work/measured" --seconds 40 >"$work/drift.log" 2>&1 ||
	fail "the drift was not measured"
say "$(head -n 1 "$work/drift.log")"
echo -37.000000 >"$work/true"
near "$work/measured" "$work/true" 0.3
[ "$(stat -c %a "$work/measured")" = 644 ] || fail "it is not for all to read"

ntpd -g -- "driftfile $work/learned"
sleep 7300
say "ntpd learned $(cat "$work/learned"), pps2shm measured $(cat "$work/measured")"
near "$work/measured" "$work/learned" 0.3

# While ntpd steers, the measure is the same: the raw clock is not steered.
"$PPS2SHM" drift --write --file "$work/again" >"$work/again.log" 2>&1 || fail "not measured again"
near "$work/again" "$work/true" 0.3

echo 1.000000 >"$work/again"
"$PPS2SHM" drift --write --file "$work/again" >"$work/again.log" 2>&1 || fail "a drift file is no error"
[ "$(cat "$work/again")" = 1.000000 ] || fail "a drift file that was there was overwritten"
say "$(cat "$work/again.log")"

# Without pulses it says so, and writes nothing.
stop receiver
! "$PPS2SHM" drift --write --file "$work/none" --seconds 15 >"$work/none.log" 2>&1 ||
	fail "measured without pulses"
[ ! -e "$work/none" ] || fail "a drift file out of nothing"
say "$(cat "$work/none.log")"
stop daemon
! "$PPS2SHM" drift --write --file "$work/none" --seconds 15 >"$work/none.log" 2>&1 ||
	fail "measured without a daemon"
say "$(cat "$work/none.log")"
