#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
#
# From power-on to right: a clock that is COLD_AWAY_MS behind, everything as setup leaves it, ntpd as
# Debian starts it. With COLD_DRIFT its drift file is there and all start together; without it
# pps2shm-drift.service measures the drift before ntpd starts. With KEEPER=chronyd it is chrony, which
# needs no drift file. True time is the judge.
. "$(dirname "$0")/../lib.sh"

# What this lab's oscillator needs; ntpd's file is from another day, and a little off.
receiver --ahead "$COLD_AWAY_MS" --ppb 20000 --jitter 20 --noise 1000
sleep 3.2
begin=$(raw_now)
daemon --baud 9600
keeper=${KEEPER-ntpd}
bars=(--within 10000:20)
if [ "$keeper" = chronyd ]; then
	chronyd "driftfile $work/chrony.drift"
elif [ "${COLD_DRIFT-}" ]; then
	echo "$COLD_DRIFT" >"$work/ntp.drift"
else
	"$PPS2SHM" drift --write --file "$work/ntp.drift" --seconds 40 >"$work/drift.log" 2>&1 ||
		fail "the drift was not measured"
	say "$(head -n 1 "$work/drift.log")"
	bars=(--within 1000000:60 --within 10000:120)
fi
[ "$keeper" = chronyd ] || ntpd -g -- "driftfile $work/ntp.drift"
sleep 900
running "$keeper" || fail "$keeper has ended"
say "$(grep -m 1 stepped "$work/$keeper.log")"
"$here/clock_error" "$work/truth" --begin "$begin" "${bars[@]}" || fail "the clock is not right in time"
! grep -Ei 'suspect|spoof' "$work/daemon.log" || fail "a healthy receiver was suspected"
