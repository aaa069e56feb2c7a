#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# cli_bridge.sh PPS2SHM: `pps2shm bridge` on a pipe, a FIFO and what is no receiver.
set -u
. "$(dirname "$0")/own_ipc.sh"
pps2shm=$1

# expect STATUS PATTERN FILE ARGUMENT...: the bridge's status with FILE as input, and a pattern
# (grep -E) in what it says.
expect() {
	status=$1 pattern=$2 input=$3
	shift 3
	"$pps2shm" bridge "$@" <"$input" >"$dir/out" 2>&1
	got=$?
	if [ "$got" -ne "$status" ] || ! grep -Eq -e "$pattern" "$dir/out"; then
		fail "bridge $*: status $got, wanted $status and '$pattern'" "$dir/out"
	fi
}

# receiver COUNT STATUS PACE: RMC sentences of the system clock's seconds; PACE 1: each 0.1 s after
# its second, PACE 0: all at once.
receiver() {
	perl -e '
		$| = 1;
		my ($count, $status, $pace) = @ARGV;
		my $second = time;
		while ($count--) {
			if ($pace) {
				select undef, undef, undef, 0.01 until time != $second;
				select undef, undef, undef, 0.1;
				$second = time;
			} else {
				$second++;
			}
			my @t = gmtime $second;
			my $text = sprintf "GPRMC,%02d%02d%02d,%s,4700.0,N,00800.0,E,0,0,%02d%02d%02d,,,%s",
				@t[2, 1, 0], $status, $t[3], $t[4] + 1, $t[5] % 100,
				$status eq "A" ? "A" : "N";
			my $sum = 0;
			$sum ^= ord for split //, $text;
			printf "\$%s*%02X\r\n", $text, $sum;
		}' "$@"
}

# A FIFO, whose writer goes away and another comes. Meanwhile the rest.
mkfifo "$dir/fifo"
"$pps2shm" bridge -p "$dir/fifo" -s 3 -H 1 --lag 0.1 >"$dir/fifo.log" 2>&1 &
bridge=$!
(
	receiver 2 A 1 >"$dir/fifo"
	sleep 1
	receiver 12 A 1 >"$dir/fifo"
) &

# The daemon's own hold-off, and what status says of it.
segment=/pps2shm-test-holdoff-$$
"$pps2shm" run --pps sim --coarse-unit 6 --pps-unit none --state-file none --coarse-holdoff 86400 \
	--segment-name "$segment" >"$dir/holdoff.log" 2>&1 &
daemon=$!

expect 0 'usage: pps2shm bridge' /dev/null --help
expect 2 "bridge: unknown option '--frob'" /dev/null --frob
expect 2 "unexpected argument 'frob'" /dev/null frob
expect 2 "--unit '300': must be a whole number from 0 to 255" /dev/null -s 300
expect 2 "--baud 'fast': must be auto, 4800" /dev/null -b fast
expect 2 "--holdoff 'x': must be seconds" /dev/null -H x
expect 2 "--holdoff '-1': must be 0 to 86400 seconds" /dev/null -H -1
expect 2 '-l needs a value' /dev/null -l

expect 1 "$dir/none: No such file or directory; name a serial device, a FIFO, a file, or -" \
	/dev/null -p "$dir/none"
expect 1 'not a serial device, FIFO or file' /dev/null -p "$dir"
expect 1 'nothing was written: no input received' /dev/null
head -c 100000 /dev/urandom >"$dir/noise"
expect 1 'nothing was written: no valid NMEA sentence' "$dir/noise"
receiver 20 A 0 >"$dir/recording"
expect 1 ' 20 sentences, .* samples written: 0 coarse' "$dir/recording" -H 0
expect 1 'nothing was written: no three consecutive seconds' "$dir/recording" -p "$dir/recording" -H 0
receiver 5 V 0 >"$dir/void"
expect 1 'nothing was written: the receiver has no fix' "$dir/void"
sed 's/4700/4800/' "$dir/recording" >"$dir/corrupt"
expect 1 ' 0 sentences, 20 with a bad checksum' "$dir/corrupt"

perl -e 'defined shmget(0x4e545034, 50, 01600) or die "shmget: $!\n"' || failed=1
expect 1 'unit 4 \(key 0x4e545034\) is 50 bytes' /dev/null -s 4

receiver 6 A 1 | "$pps2shm" bridge -H 60 >"$dir/out" 2>&1 &&
	fail "status 0 with the hold-off not over" "$dir/out"
wait_for 'nothing was written: the hold-off had not ended' "$dir/out"

"$pps2shm" status --segment-name "$segment" >"$dir/out" 2>&1
grep -Eq 'Unit 6 cannot be written: held off until' "$dir/out" || fail "status on the hold-off" "$dir/out"
kill -TERM $daemon
wait $daemon || fail "status not 0 after SIGTERM" "$dir/holdoff.log"
wait_for '0 coarse \(0 taken by a reader, [1-9][0-9]* held off\)' "$dir/holdoff.log"

# The FIFO's end of it.
wait_for 'fifo: the other side closed it' "$dir/fifo.log"
wait_for 'hold-off over: coarse time is written' "$dir/fifo.log"
"$pps2shm" shm watch --unit 3 --count 1 >"$dir/sample" 2>&1
grep -Eq 'unit 3  clock [0-9]+\.000000000  receive [0-9.]+  offset [-+]0\.[0-4]' "$dir/sample" ||
	fail "a sample within half a second of the clock its sentences came from" "$dir/sample"
kill -TERM $bridge
wait $bridge || fail "status not 0 after SIGTERM" "$dir/fifo.log"
wait_for 'samples written: [1-9][0-9]* coarse ' "$dir/fifo.log"
wait

exit $failed
