# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# More words for cases, after lib.sh: the programs that keep clocks, a server of true time for them,
# and what the daemon says of the clock as a witness. Needs DAEMONS too (the folder of
# unpack-daemons), set by ctest.
# shellcheck shell=bash disable=SC2154

# --- programs that keep the clock: ntpd, ntpd-trixie, chronyd or timesyncd ---

# upstream AHEAD [LEAP]: a server with true time, AHEAD seconds ahead of the clock; silent at first.
# LEAP: see lab_upstream. Its address is none of an interface, or ntpd would think that it asks itself.
upstream() {
	ahead=$1
	begun_real=$EPOCHREALTIME
	ip address add 192.0.2.1/32 dev lo
	ip route add local 192.0.2.2 dev lo src 192.0.2.1
	start upstream "$LAB_BIN/lab_upstream" 192.0.2.2 123 "$@"
	start upstream2 "$LAB_BIN/lab_upstream" 192.0.2.2 10123 "$@"
	sleep 1 # until they heed signals
}

server() {
	local signal
	case $1 in
	answers) signal=USR2 ;;
	is-silent) signal=USR1 ;;
	esac
	kill -s "$signal" "${pids[upstream]}" "${pids[upstream2]}"
	say "the server $1"
}

# keeper NAME [LINE]...: starts it; the lines are its sources, else the server.
keeper() {
	local name=$1
	shift
	case $name in
	ntpd | ntpd-trixie)
		printf '%s\n' "restrict 127.0.0.1" "restrict 192.0.2.2" \
			"$("$PPS2SHM" setup --print-lines ntpsec | grep '^tos')" "driftfile $work/drift" >"$work/ntp.conf"
		[ $# -gt 0 ] || set -- "server 192.0.2.2 iburst minpoll 4 maxpoll 4"
		printf '%s\n' "$@" >>"$work/ntp.conf"
		echo 0.0 >"$work/drift"
		# As lib.sh's ntpd does: not in the instant of the pulses.
		sleep "$(awk -v now="0.${EPOCHREALTIME#*.}" 'BEGIN { print (1.5 - now) % 1 }')"
		;;
	chronyd)
		printf '%s\n' "makestep 1 3" rtcsync >"$work/chrony.conf"
		[ $# -gt 0 ] || set -- "server 192.0.2.2 port 10123 iburst minpoll 4 maxpoll 4"
		printf '%s\n' "$@" >>"$work/chrony.conf"
		mkdir -p /run/chrony
		;;
	esac
	case $name in
	ntpd) start keeper "$NTPSEC/ntpd" -n -g -c "$work/ntp.conf" ;;
	ntpd-trixie) start keeper "$DAEMONS/ntpd-trixie" -n -g -c "$work/ntp.conf" ;;
	chronyd) start keeper "$DAEMONS/chronyd" -n -u root -f "$work/chrony.conf" ;;
	timesyncd) start keeper "$LAB_BIN/lab_timesync" 192.0.2.2 10123 32 ;;
	*) fail "no $name here" ;;
	esac
	say "$name starts"
}

# --- the clock as a witness ---

# What the daemon's log said last of it: "a witness", "no witness", or nothing.
witness_said() {
	local line
	said=
	while read -r line; do
		case $line in
		*"clock is a witness"*) said=yes ;;
		*"clock is no longer a witness"*) said=no ;;
		esac
	done <"$work/daemon.log"
}

kernel_said() {
	tail -n 1 "$work/kernel.log"
}

witness_is() {
	witness_said
	[ "${said:-no}" = "$1" ]
}

# expect_witness yes|no SECONDS: it comes to that within this time.
expect_witness() {
	local left=$2 pause=$(($2 > 60 ? 5 : 1))
	until witness_is "$1"; do
		[ $((left -= pause)) -ge 0 ] ||
			fail "witness: $1 expected within $2 s; kernel: $(kernel_said)"
		sleep $pause
	done
	say "witness: $1; kernel: $(kernel_said)"
}

# expect_bound MICROSECONDS SECONDS: the kernel's error bound comes below that within this time.
expect_bound() {
	local left=$2 bound
	until read -r _ _ bound _ < <(kernel_said) && [ "$bound" -lt "$1" ]; do
		[ $((left -= 5)) -ge 0 ] || fail "a bound below $1 us expected within $2 s; $(kernel_said)"
		sleep 5
	done
	say "the bound is small; kernel: $(kernel_said)"
}

# expect_witness_for yes|no SECONDS: it is that, all this time.
expect_witness_for() {
	local told
	sleep 2
	told=$(grep -c 'system clock is' "$work/daemon.log")
	witness_is "$1" || fail "witness: $1 expected; kernel: $(kernel_said)"
	sleep "$2"
	[ "$(grep -c 'system clock is' "$work/daemon.log")" = "$told" ] ||
		fail "witness: $1 expected for $2 s; kernel: $(kernel_said)"
	say "witness: still $1; kernel: $(kernel_said)"
}

# expect_clock_true: by the server's time, to a tenth of a second.
expect_clock_true() {
	local error
	error=$(awk -v real="$EPOCHREALTIME" -v from="$begun_real" -v begun="$begun" -v ahead="$ahead" \
		'{ print real - from - ($1 - begun) - ahead }' /proc/uptime)
	between -0.1 "$error" 0.1 || fail "the clock is $error s off"
	say "the clock is true, within 0.1 s"
}
