# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# shellcheck shell=bash
#
# What the cases are written in. A case is a script that sources this inside the lab (run-in-lab)
# and fails (1) at the first expectation that does not hold, showing what everybody logged.
# Environment: PPS2SHM (the program), LAB_BIN (folder of lab_receiver, lab_watch), NTPSEC (folder of
# ntpd and ntpq), DAEMONS (folder of chronyd), all set by ctest; LAB_PULL by the lab.
set -u
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
work=/tmp/case
mkdir -p "$work"
chmod 755 "$work"
declare -A pids=()
begun=$(cut -d' ' -f1 /proc/uptime)

# --- telling ---

say() {
	awk -v begun="$begun" -v text="$*" '{ printf "%6.1f s  %s\n", $1 - begun, text }' /proc/uptime
}

fail() {
	local log
	say "FAILED: $*"
	for log in "$work"/*.log; do
		[ -s "$log" ] || continue
		printf '%s\n' "--- ${log##*/} (last 40 lines)"
		tail -n 40 "$log"
	done
	exit 1
}

# --- starting and ending programs ---

# start NAME COMMAND...: in the background; its output goes to NAME.log.
start() {
	local name=$1
	shift
	"$@" >>"$work/$name.log" 2>&1 &
	pids[$name]=$!
}

# stop NAME: by SIGTERM; fails if it is still there a second later.
stop() {
	local i
	kill "${pids[$1]}" 2>/dev/null || fail "$1 had ended by itself"
	for ((i = 0; i < 50; i++)); do
		if ! kill -0 "${pids[$1]}" 2>/dev/null; then
			wait "${pids[$1]}" 2>/dev/null
			unset "pids[$1]"
			return
		fi
		sleep .02
	done
	fail "$1 was still there a second after SIGTERM"
}

running() {
	kill -0 "${pids[$1]}" 2>/dev/null
}

# A receiver on line 18 and on the far end of /dev/ttyAMA0; see lab_receiver --help.
receiver() {
	start receiver "$LAB_BIN/lab_receiver" --pull "${LAB_PULL}18/pull" --tty /dev/ttyAMA1 \
		--log "$work/truth" "$@"
}

# The same, its edges made by /dev/labedge at their very instant, each followed by its interrupt: 12 us
# later, give or take 0.4, unless options given later say otherwise.
edge_receiver() {
	start receiver "$LAB_BIN/lab_receiver" --edge /dev/labedge --tty /dev/ttyAMA1 --log "$work/truth" \
		--stamp-late 12000 --stamp-sigma 400 "$@"
}

# The lab's only processor is several: in virtual time an interrupt takes none, so that it is as good as
# on another.
several_processors() {
	echo 0-3 >"$work/online"
	mount --bind "$work/online" /sys/devices/system/cpu/online
}

# By the real clock, the receiver is as exact as this machine's timers: if a third of its pulses are
# more than 0.2 ms later than the earliest, no daemon could lock to them, and the case is skipped.
needs_steady_timers() {
	local late
	sleep 13
	late=$(awk '$1 == "P" { at[++n] = substr($3, 11) + 0; if (n == 1 || at[n] < least) least = at[n] }
		END { for (i in at) late += at[i] > least + 200000; print n ? int(100 * late / n) : 100 }' "$work/truth")
	say "pulses pushed more than 0.2 ms late: $late %"
	[ "$late" -le 33 ] && return
	echo 'SKIPPED: the timers of this machine are too late for a case by the real clock'
	exit 77
}

# The daemon under test on /dev/ttyAMA0; options given later override.
daemon() {
	start daemon "$PPS2SHM" run --serial /dev/ttyAMA0 "$@"
}

# The witness; looks every 20 ms unless told otherwise.
watch() {
	"$LAB_BIN/lab_watch" "${1:-20}" 0 1 >"$work/watch" 2>"$work/watch.log" &
	pids[watch]=$!
}

# It looks into the units once a second, at the phase it started with. In virtual time that could
# be the very instant of the pulses, which it would take for the future.
away_from_pulses() {
	sleep "$(awk -v now="0.$(date +%N)" 'BEGIN { print (1.5 - now) % 1 }')"
}

# ntpd OPTION... -- LINE...: NTPsec's ntpd with the lines that setup writes (NTPD_LINES: others),
# and more lines. NTPD: another program.
ntpd() {
	local options=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	[ $# = 0 ] || shift
	{
		echo "restrict 127.0.0.1"
		echo "${NTPD_LINES-$("$PPS2SHM" setup --print-lines ntpsec)}"
		printf '%s\n' "$@"
	} >"$work/ntp.conf"
	away_from_pulses
	start ntpd "${NTPD-$NTPSEC/ntpd}" -n -c "$work/ntp.conf" ${options[@]+"${options[@]}"}
}

# chronyd LINE...: as Debian configures it but for servers, with the lines that setup writes
# (CHRONY_LINES: others), and more lines.
chronyd() {
	{
		echo "maxupdateskew 100.0"
		echo "makestep 1 3"
		echo "pidfile $work/chronyd.pid"
		echo "bindcmdaddress /"
		echo "${CHRONY_LINES-$("$PPS2SHM" setup --print-lines chrony)}"
		printf '%s\n' "$@"
	} >"$work/chrony.conf"
	away_from_pulses
	start chronyd "$DAEMONS/chronyd" -d -u root -f "$work/chrony.conf"
}

# --- the world changes ---

# add_user NAME NUMBER: user and group.
add_user() {
	echo "$1:x:$2:$2::/:/bin/false" >>/etc/passwd
	echo "$1:x:$2:" >>/etc/group
}

set_clock_by() {
	say "the clock is set by $1 s"
	"$LAB_BIN/lab_set_clock" "$1" || fail "the lab's clock cannot be set"
}

pps_driver() {
	say "pps-gpio: $1"
	echo pps@12 >"/sys/bus/platform/drivers/pps-gpio/$1" || fail "cannot $1 pps-gpio"
}

# --- what is asked ---

# eventually SECONDS COMMAND...: COMMAND succeeds within that time, looked at twice a second.
eventually() {
	local left=$(($1 * 2))
	shift
	until "$@"; do
		[ $((left--)) -gt 0 ] || return 1
		sleep .5
	done
}

# status KEY: the first one of that name in `pps2shm status --json`.
status() {
	"$PPS2SHM" status --json 2>/dev/null | tr ',{' '\n' |
		sed -n "s/^ *\"$1\": *\"\\?\([^\"}]*\).*/\1/p" | head -n 1
}

state_is() {
	[ "$(status state)" = "$1" ]
}

log_says() {
	[ -f "$work/$1.log" ] && grep -Eq -- "$2" "$work/$1.log"
}

# ask_ntpq: its billboard, kept in $work/billboard (a second of real time: Python starts slowly).
ask_ntpq() {
	"$NTPSEC/ntpq" -pn 127.0.0.1 >"$work/billboard" 2>&1
}

# unit_line UNIT: of the billboard asked for last.
unit_line() {
	grep -F "SHM($1)" "$work/billboard"
}

# column UNIT N: 7 reach, 9 offset, 10 jitter (ms).
column() {
	unit_line "$1" | awk -v column="$2" '{ print $column }'
}

# between FROM X TO
between() {
	awk -v from="$1" -v x="$2" -v to="$3" 'BEGIN { exit !(x != "" && x + 0 >= from && x + 0 <= to) }'
}

selected() {
	ask_ntpq
	unit_line "$1" | grep -q '^[*o]' && [ "$(column "$1" 7)" = 377 ]
}

# --- expectations ---

# expect_state STATE [SECONDS]
expect_state() {
	eventually "${2:-30}" state_is "$1" ||
		fail "state $1 expected within ${2:-30} s, it is '$(status state)'"
	say "state: $1"
}

# expect_log NAME PATTERN [SECONDS]
expect_log() {
	eventually "${3:-10}" log_says "$1" "$2" || fail "$1 never said '$2'"
	say "$1: $(grep -Em1 -- "$2" "$work/$1.log")"
}

# expect_selected UNIT: by ntpd, within four minutes, with its last eight polls answered.
expect_selected() {
	local tries
	sleep 65 # what eight polls take at least
	for ((tries = 0; tries < 10; tries++)); do
		if selected "$1"; then
			say "ntpq:$(unit_line "$1")"
			return
		fi
		sleep 16
	done
	fail "unit $1 not selected with reach 377: $(cat "$work/billboard")"
}

# expect_offset UNIT FROM TO: in ms, as on the billboard asked for last.
expect_offset() {
	between "$2" "$(column "$1" 9)" "$3" ||
		fail "unit $1: offset $2 to $3 ms expected: $(cat "$work/billboard")"
	say "ntpq:$(unit_line "$1")"
}

expect_jitter_below() {
	between 0 "$(column "$1" 10)" "$2" ||
		fail "unit $1: jitter below $2 ms expected: $(cat "$work/billboard")"
}

# published EXPECTATION...: ends receiver and witness; the judge's verdict (check --help).
published() {
	sleep 2
	stop watch
	stop receiver
	"$here/check" "$work/truth" "$work/watch" "$@"
}

expect_published() {
	published "$@" || fail "what was published is not right"
}

raw_now() {
	python3 -c 'import time; print(time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW))'
}

# expect_clock_within NS: of true time, at the receiver's last pulse.
expect_clock_within() {
	local true_ns real_ns error
	read -r true_ns real_ns < <(awk '$1 == "P" { line = $0 } END { $0 = line; print $3, $5 }' "$work/truth")
	error=$((real_ns - true_ns))
	[ "${error#-}" -le "$1" ] || fail "the clock is $error ns off, $1 at most expected"
	say "the clock is $error ns off"
}

trap '[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null' EXIT
