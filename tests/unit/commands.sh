#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# commands.sh PPS2SHM: the commands around the daemon as a user meets them.
set -u
. "$(dirname "$0")/expect.sh"
pps2shm=$1
segment=/pps2shm-test-commands-$$

capture() { printf '# pps2shm capture 1\n'; printf '%s\n' "$@"; }

# --- as a whole ---
expect 2 'usage: pps2shm COMMAND' "$pps2shm"
expect 2 "unknown command 'sing'" "$pps2shm" sing
expect 0 'libgpiod generation' "$pps2shm" -V
expect 0 'capture format 4' "$pps2shm" --version
expect 0 'segment layout 4' "$pps2shm" -V
expect 0 'ntp shm layout' "$pps2shm" -V
for command in status record replay run; do
	expect 0 "usage: pps2shm $command" "$pps2shm" "$command" --help
	expect 2 "Try 'pps2shm $command --help'" "$pps2shm" "$command" --no-such-option
done

# --- without a daemon ---
expect 1 'No daemon is running' "$pps2shm" status --segment-name "$segment"
expect 1 '"state": "down"' "$pps2shm" status --json --segment-name "$segment"
expect 1 "(there is no status segment); 'pps2shm status' tells what to do" "$pps2shm" record "$work/x" --segment-name "$segment"
expect 2 "--seconds '0'" "$pps2shm" record --seconds 0
expect 2 "--seconds '0'" "$pps2shm" record --seconds=0

# --- options: one way to write them, and what contradicts itself is told ---
expect 1 'No daemon is running' "$pps2shm" status --segment-name="$segment"
expect 2 'status: --segment-name needs a value' "$pps2shm" status --segment-name
expect 2 "record: unexpected argument 'y'" "$pps2shm" record x y
expect 2 "detect: unexpected argument '5': write '--seconds 5'" "$pps2shm" detect 5
expect 2 "status: unexpected argument '5'"$'\n' "$pps2shm" status 5
expect 2 "run: unexpected argument 'x'" "$pps2shm" run --pps=sim x
expect 2 "demo: unknown option '--frob=1x'" "$pps2shm" demo --frob=1x
expect 2 "demo: --seconds '1x'" "$pps2shm" demo --seconds=1x
expect 2 'replay: FILE is missing' "$pps2shm" replay --pivot=2030-01-02 --agree=4
expect 2 '--gpio has no meaning' "$pps2shm" run --pps none --gpio 18
expect 2 '--gpio has no meaning' "$pps2shm" run --gpio=18 --pps=none
expect 2 'are both none' "$pps2shm" run --pps none --serial none
expect 2 "--gpio '99': must be 0 to 57 or auto" "$pps2shm" run --gpio=99
expect 0 'Allowed: auto, 4800' "$pps2shm" run --baud=9600 --help

# --- signals: an orderly end, or nothing, and a word of either ---
run=("$pps2shm" run --pps sim --coarse-unit none --pps-unit none --state-file none
	--segment-name "$segment")
wait_for_segment() {
	for ((i = 0; i < 100; i++)); do
		"$pps2shm" status --segment-name "$segment" | grep -q heartbeat && return
		sleep 0.1
	done
	echo 'FAILED: no status segment'
	failed=1
}
for end in TERM QUIT; do
	"${run[@]}" 2>"$work/log" &
	daemon=$!
	wait_for_segment
	for other in USR1 USR2 ALRM VTALRM PROF IO STKFLT RTMIN; do
		kill -s "$other" "$daemon"
	done
	sleep 0.5
	expect 1 'heartbeat' "$pps2shm" status --segment-name "$segment"
	kill -s "$end" "$daemon"
	wait "$daemon" || { echo "FAILED: status $? after SIG$end"; failed=1; }
	daemon=
	grep -q 'User defined signal 2.*ignored' "$work/log" && grep -q 'Alarm clock.*ignored' "$work/log" &&
		grep -q 'ending' "$work/log" && [ ! -e "/dev/shm$segment" ] || {
		echo "FAILED: SIG$end"
		cat "$work/log"
		failed=1
	}
done
# One that came before anything was made is heeded.
expect 0 'Quit' timeout 20 env --block-signal=QUIT sh -c 'kill -QUIT $$; exec "$@"' sh "${run[@]}"
# Without a terminal a hangup asks for another look into the configuration, of which the offset counts.
printf '[pps]\noffset = 100\n' >"$work/conf"
setsid "${run[@]}" --config "$work/conf" 2>"$work/log" &
wait_for_segment
daemon=$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' < <("$pps2shm" status --json --segment-name "$segment"))
for offset in 12000 twelve; do
	printf '[pps]\noffset = %s\n' "$offset" >"$work/conf"
	kill -HUP "$daemon"
	sleep 0.5
done
grep -q 'pps.offset is 12000 ns, was 100; any other key takes a restart' "$work/log" &&
	grep -q "conf:2: pps.offset 'twelve'.*; going on as before" "$work/log" &&
	"$pps2shm" record "$work/hangup" --seconds 1 --segment-name "$segment" 2>/dev/null &&
	grep -Fxq 'C pps_offset_ns 12000' "$work/hangup" || {
	echo 'FAILED: SIGHUP'
	cat "$work/log"
	failed=1
}
kill "$daemon"
wait
daemon=
nohup "${run[@]}" 2>"$work/log" >&2 &
daemon=$!
wait_for_segment
kill -HUP "$daemon"
sleep 0.5
kill -0 "$daemon" || { echo 'FAILED: nohup'; failed=1; }
kill "$daemon"
wait "$daemon"
daemon=

# --- the end of the input: nothing more can come, unless pulses can ---
still=(--coarse-unit none --pps-unit none --state-file none --no-segment --serial -)
expect 1 'nothing was written: no input received' timeout 20 "$pps2shm" run --pps none "${still[@]}" </dev/null
expect 124 'standard input: end of input' timeout 3 "$pps2shm" run --pps gpio --gpio-chip none "${still[@]}" </dev/null

# --- descriptors 0 to 2 closed: no file of ours takes their place ---
"$pps2shm" run --pps sim --coarse-unit none --pps-unit none --segment-name "$segment" \
	--state-file none --log-level debug 0<&- 1>&- 2>&- &
daemon=$!
for ((i = 0; i < 100; i++)); do
	[ -e "/dev/shm$segment" ] && break
	sleep 0.1
done
for fd in 0 1 2; do
	[ "$(readlink "/proc/$daemon/fd/$fd")" = / ] || {
		echo "FAILED: run has $(readlink "/proc/$daemon/fd/$fd") open as $fd"
		failed=1
	}
done
sleep 1
[ "$(head -c 7 "/dev/shm$segment")" = PPS2SHM ] || { echo 'FAILED: no status segment'; failed=1; }
# --- a capture to a FIFO: not waited for, neither before nor after somebody has opened it ---
mkfifo "$work/pipe"
expect 1 'pipe: a FIFO that nobody reads' timeout 20 "$pps2shm" record "$work/pipe" --segment-name "$segment"
exec 6<>"$work/pipe"
expect 0 'events recorded' timeout 20 "$pps2shm" record "$work/pipe" --seconds 1 --segment-name "$segment"
dd if=/dev/zero of="$work/pipe" oflag=nonblock bs=4096 count=1000 2>/dev/null
expect 1 'nobody reads what is in the FIFO; the capture ends here' timeout -k 5 20 "$pps2shm" record \
	"$work/pipe" --segment-name "$segment"
# A daemon that cannot start waits to say so, if nobody reads, but is not deaf.
expect 124 '' timeout -k 5 3 sh -c 'exec "$@" 2>&6' sh "${run[@]}"
exec 6>&-
kill "$daemon"
wait "$daemon"
daemon=
# --- with something else in the status segment's place: nobody waits for it ---
mkfifo "/dev/shm$segment" "$work/fifo"
ln -s /dev/zero "$work/zero"
expect 1 'omething other than a plain file' timeout 20 "$pps2shm" status --segment-name "$segment"
expect 1 'something other than a plain file' timeout 20 "$pps2shm" record "$work/x" --segment-name "$segment"
expect 2 'not a plain file' timeout 20 "$pps2shm" run --config "$work/fifo"
# ... nor for the state's; the daemon runs all the same, and makes its segment when it can.
for state in "$work/fifo" "$work/zero"; do
	timeout 3 "$pps2shm" run --pps sim --coarse-unit none --pps-unit none --segment-name "$segment" \
		--state-file "$state" 2>"$work/log"
	rc=$?
	if [ "$rc" -ne 124 ] || ! grep -q 'is in the way' "$work/log" ||
		! grep -q "cannot read $state: not a plain file" "$work/log"; then
		echo "FAILED: run with $state"
		cat "$work/log"
		failed=1
	fi
done
rm "/dev/shm$segment"
expect 1 "(there is no status segment); 'pps2shm status' tells what to do" "$pps2shm" drift --seconds 1 --segment-name "$segment"
expect 2 "--seconds '0': must be a whole number from 1 to 3600" "$pps2shm" drift --seconds=0
expect 2 "unknown option '--wait'" "$pps2shm" drift --wait
echo 12.000000 >"$work/ntp.drift"
expect 0 'ntp.drift exists: left alone' "$pps2shm" drift --write --file "$work/ntp.drift"
expect 1 'cannot write into /no/such' "$pps2shm" drift --write --file /no/such/ntp.drift
expect 2 "--print-lines 'sun': must be ntpsec, chrony, chrony-sock or ntp" "$pps2shm" setup --print-lines sun

# --- replay ---
expect 2 'FILE is missing' "$pps2shm" replay
expect 1 'No such file' "$pps2shm" replay "$work/none"
expect 1 "$work: line 1: Is a directory" "$pps2shm" replay "$work"
: >"$work/empty"
expect 1 'line 1: the file is empty' "$pps2shm" replay "$work/empty"
capture 'T 5 6' 'T 4 6' >"$work/back"
expect 1 "$work/back: line 3: raw runs backwards" "$pps2shm" replay "$work/back"
capture 'T 5 6' >"$work/cut"
printf 'P 6 7 assert 1' >>"$work/cut"
expect 1 'line 3: cut short' "$pps2shm" replay "$work/cut"
head -c 400000 /dev/zero | tr '\0' 'a' >"$work/long"
expect 1 'line 1: longer than' "$pps2shm" replay "$work/long"
capture 'T 5 6' 'P 6 7 assert 1' >"$work/good"
# A FIFO is not waited for, but what its writer has to say is, however slowly it comes.
expect 1 "$work/fifo: a FIFO that nobody writes to: start its writer first" timeout 20 "$pps2shm" replay "$work/fifo"
expect 0 '"pulses":1' timeout 20 "$pps2shm" replay --summary \
	<(sed -n 1,2p "$work/good"; sleep 1; sed -n 3p "$work/good")
expect 0 '"pulses":1' "$pps2shm" replay - --summary <"$work/good"
expect 0 '"cause":"unsettled"' "$pps2shm" replay "$work/good" --events
expect 0 '"other_edge":1' "$pps2shm" replay "$work/good" --summary --edge clear
expect 2 "--agree '1'" "$pps2shm" replay "$work/good" --agree 1
printf '[pps]\nedge = clear\n' >"$work/conf"
expect 0 '"other_edge":1' "$pps2shm" replay "$work/good" --summary --config "$work/conf"
# A capture with a head, one without, and options over both.
{
	printf '# pps2shm capture 2\nC version 1.2 (x)\nC pivot 2031-02-03\nC agree 5\nC edge clear\n'
	printf 'T 5 6\nP 6 7 assert 1\n'
} >"$work/said"
expect 0 '"other_edge":1' "$pps2shm" replay "$work/said" --summary
expect 0 '"pivot":{"value":"2031-02-03","from":"capture"}' "$pps2shm" replay "$work/said" --summary
expect 0 '"version":{"value":"1.2 (x)","from":"capture"}' "$pps2shm" replay "$work/said" --summary
expect 0 '"agree":{"value":5,"from":"capture"}' "$pps2shm" replay "$work/said" --summary
expect 0 '"learned_lag_ns":{"value":null,"from":"default"}' "$pps2shm" replay "$work/said" --summary
expect 0 '"agree":{"value":4,"from":"option"}' "$pps2shm" replay "$work/said" --summary --agree 4
expect 0 '"unsettled":1' "$pps2shm" replay "$work/said" --summary --edge assert
expect 0 '"edge":{"value":"clear","from":"option"}' "$pps2shm" replay "$work/good" --summary \
	--config "$work/conf"
for given in '--pivot 2030-01-02' '--pivot=2030-01-02'; do
	expect 0 '"pivot":{"value":"2030-01-02","from":"option"}' \
		"$pps2shm" replay $given "$work/said" --summary
done
expect 2 "--pivot '2030-13-02'" "$pps2shm" replay "$work/said" --pivot 2030-13-02
expect 2 '--pivot needs a value' "$pps2shm" replay "$work/said" --pivot
{ sed -n 1,2p "$work/said"; echo 'C colour red'; } >"$work/colour"
expect 1 "line 3: the key is 'colour'" "$pps2shm" replay "$work/colour"

# A capture from before the pivot of its format, which says so itself: by a file and by a pipe.
burst() { # the second of the minute
	local body="GPRMC,1200$1.00,A,,,,,,,051026,,,A" sum=0 i
	for ((i = 0; i < ${#body}; i++)); do
		((sum ^= $(printf '%d' "'${body:i:1}")))
	done
	printf '$%s*%02X\\r\\n' "$body" "$sum"
}
october() { # sync or unsync
	capture "K 1000000000 1791201601000000000 $1 100"
	for ((i = 10; i < 30; i++)); do
		printf 'P %d000000000 %d000000000 assert %d\n' "$i" $((1791201600 + i)) "$i"
		printf 'S %d200000000 %d200000000 0 %s\n' "$i" $((1791201600 + i)) "$(burst "$i")"
		printf 'T %d800000000 %d800000000\n' "$i" $((1791201600 + i))
	done
}
for clock in sync unsync; do
	october "$clock" >"$work/october"
	expect 0 '"pivot":{"value":"2026-10-04","from":"content"}' \
		"$pps2shm" replay "$work/october" --summary
	expect 0 '"clock_ns":1791201629000000000,"receive' "$pps2shm" replay "$work/october"
	"$pps2shm" replay "$work/october" --summary >"$work/by-file"
	# shellcheck disable=SC2002 # a pipe is what is tested
	cat "$work/october" | "$pps2shm" replay - --summary | cmp "$work/by-file" - || failed=1
done
# An offset that changes in the capture is heeded, unless the user has one.
sed '/^T 1[0-9]*800000000 /!b; s/^T \([0-9]*\) \([0-9]*\)$/&\nO \1 \2 777/' "$work/october" |
	sed '1s/.*/# pps2shm capture 4/' >"$work/offset"
expect 0 '"clock_ns":1791201629000000777,"receive' "$pps2shm" replay "$work/offset"
expect 0 '"clock_ns":1791201629000000055,"receive' "$pps2shm" replay "$work/offset" --pps-offset 55
expect 1 'line 3: cut short' sh -c "head -c 80 '$work/october' | '$pps2shm' replay -"
expect 1 'standard output: No space left' sh -c "exec '$pps2shm' replay '$work/good' --summary >/dev/full"
expect 1 'standard output: Bad file' sh -c "exec '$pps2shm' replay '$work/good' --summary >&-"
expect 1 'line 1: Bad file descriptor' sh -c "exec '$pps2shm' replay - <&-"

# --- with one: a simulated receiver that writes to no segment ---
# ... and that has nowhere to keep what it learns, which it says once, at its start.
"$pps2shm" run --pps sim --coarse-unit none --pps-unit none --state-file "$work/no-such/state" \
	--agree 6 --segment-name "$segment" 2>"$work/log" &
daemon=$!
for ((i = 0; i < 200; i++)); do
	"$pps2shm" status --segment-name "$segment" >/dev/null && break
	sleep 0.2
done
expect 0 'Locked to simulated time;' "$pps2shm" status --segment-name "$segment"
expect 0 '"simulated": true' "$pps2shm" status --json --segment-name "$segment"
grep -q "cannot write into $work/no-such: .* --state-file " "$work/log" || { cat "$work/log"; failed=1; }
expect 0 '"state": "locked"' "$pps2shm" status --json --segment-name "$segment"
expect 0 '"pps_enabled": true' "$pps2shm" status --json --segment-name "$segment"
expect 0 2 sh -c "timeout 20 '$pps2shm' status --watch --json --segment-name '$segment' |
	head -n 2 | grep -c '\"state\":\"locked\"'"
expect 1 "pid $daemon" "$pps2shm" run --pps sim --coarse-unit none --pps-unit none \
	--state-file none --segment-name "$segment"
expect 0 ' 0 lost' "$pps2shm" record "$work/live" --seconds 6 --segment-name "$segment"
expect 0 '"sentences":' "$pps2shm" replay "$work/live" --summary
[ "$(sed -n 1p "$work/live")" = '# pps2shm capture 4' ] || failed=1
[[ $(grep -v '^[#C]' "$work/live" | head -n 1) == 'K '* ]] || {
	echo 'FAILED: no K at the start'
	failed=1
}
version=$("$pps2shm" -V | sed -n '1s/^pps2shm //p')
for line in "version $version" 'agree 6' 'edge assert' 'relabel_hold_ns 60000000000'; do
	grep -Fxq "C $line" "$work/live" || { echo "FAILED: no 'C $line'"; failed=1; }
done
grep -q '^P ' "$work/live" || { echo 'FAILED: no pulse recorded'; failed=1; }

# A recording ends by itself, in order, when the daemon does.
"$pps2shm" record "$work/end" --segment-name "$segment" 2>"$work/end.log" &
recorder=$!
sleep 1
kill "$daemon"
wait "$daemon"
wait "$recorder"
[ "$(grep -c 'cannot write' "$work/log")" -eq 1 ] || { cat "$work/log"; failed=1; }
grep -q 'the daemon has ended' "$work/end.log" || { cat "$work/end.log"; failed=1; }
daemon=
expect 0 '' "$pps2shm" replay "$work/end"
expect 1 'No daemon is running' "$pps2shm" status --segment-name "$segment"

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
