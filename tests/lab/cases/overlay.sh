#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Our own overlay with all it can say: the driver takes the falling edge of GPIO 18, and answers on
# GPIO 23, for 50 ms, once it is told to.
. "$(dirname "$0")/../lib.sh"

# Looks at the echo 300 times, every 10 ms: "<rises> <looks at which it was high>".
look_at_echo() {
	local i now was rises=0 high=0
	was=$(cat "${LAB_PULL}23/value")
	for ((i = 0; i < 300; i++)); do
		sleep .01
		read -r now <"${LAB_PULL}23/value"
		[ "$now" -le "$was" ] || rises=$((rises + 1))
		high=$((high + now))
		was=$now
	done
	echo "$rises $high"
}

echo_is() {
	local seen
	seen=$(look_at_echo)
	[[ $seen =~ ^$1$ ]] || fail "echo: '$1' expected (rises, looks at which it was high), seen '$seen'"
	say "echo in three seconds: $seen"
}

[ "$(cat /sys/class/pps/pps0/name)" = pps@12.-1 ] || fail "pps0 is $(cat /sys/class/pps/pps0/name)"
receiver --inverted
watch
daemon --baud 9600
expect_state locked
echo_is '0 0'
"$here/../../docs/examples/pps-echo" /dev/pps0 on || fail 'the echo cannot be turned on'
sleep 1
# (The driver ends it by the kernel's ticks of 10 ms, up to two of them late.)
echo_is '3 (1[5-9]|2[01])'
"$here/../../docs/examples/pps-echo" /dev/pps0 off
sleep 1
echo_is '0 0'
sleep 15
expect_published --first 5 --full 5-30 --pps-error 3000
