#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# cli_shm.sh PPS2SHM: every subcommand of `pps2shm shm` and its refusals.
set -u
. "$(dirname "$0")/own_ipc.sh"
pps2shm=$1
drop_in=$(dirname "$0")/../../systemd/chrony.service.d/pps2shm.conf

# expect STATUS PATTERN ARGUMENT...: pps2shm's status, and a pattern (grep -E) in what it says;
# '' if it must say nothing.
expect() {
	status=$1 pattern=$2
	shift 2
	"$pps2shm" "$@" >"$dir/out" 2>&1
	got=$?
	if [ "$got" -ne "$status" ] || ! says "$pattern"; then
		fail "pps2shm $*: status $got, wanted $status and '$pattern'" "$dir/out"
	fi
}

says() {
	if [ -z "$1" ]; then
		[ ! -s "$dir/out" ]
	else
		grep -Eq -e "$1" "$dir/out"
	fi
}

# The command itself.
expect 2 'usage: pps2shm shm' shm
expect 0 'usage: pps2shm shm' shm --help
expect 2 "unknown command 'lsit'" shm lsit
for command in list create read watch write feed; do
	expect 0 "usage: pps2shm shm $command" shm $command --help
	expect 2 "shm $command: unknown option '--frob'" shm $command --frob
	expect 2 "shm $command: unexpected argument 'frob'$" shm $command frob
done
for command in create read watch write feed; do
	expect 2 "shm $command: unexpected argument '1': write '--unit 1'$" shm $command 1
	expect 2 "shm $command: unexpected argument '256'$" shm $command 256
	expect 2 "shm $command: unexpected argument '2'$" shm $command --unit 1 2
done
expect 2 'give --unit or' shm create
for command in read write feed; do
	expect 2 "shm $command: --unit is missing" shm $command
	expect 2 "--unit '256': must be a whole number from 0 to 255" shm $command --unit 256
	expect 2 "--unit 'x': must be" shm $command --unit x
	expect 2 "--unit needs a value" shm $command --unit
done

# Nothing there.
expect 0 '^no units' shm list
expect 0 '^\[\]$' shm list --json
expect 1 'unit 1 \(key 0x4e545031\) does not exist' shm read --unit 1
expect 1 'unit 1 \(key 0x4e545031\) does not exist' shm watch --unit 1

# create
expect 0 '^unit 0: made, root:root 0660$' shm create --unit 0 --unit 1 --owner root --group root
expect 0 '^unit 1: there, root:root 0660$' shm create --unit 1 --owner 0 --group 0
expect 0 '^unit 1: there, root:root 0640 \(was root:root 0660\)$' shm create --unit 1 --mode 0640
expect 0 '^unit 255: made, root:root 0600$' shm create --unit 255
expect 2 "--owner 'no-such-user': no such user" shm create --unit 1 --owner no-such-user
expect 2 "--group 'no-such-group': no such group" shm create --unit 1 --group no-such-group
expect 2 "--mode '888': must be octal" shm create --unit 1 --mode 888
expect 2 "--mode '01777': must be octal" shm create --unit 1 --mode 01777
printf '[shm]\ncoarse_unit = 12\npps_unit = 13\n' >"$dir/conf"
expect 0 '^unit 13: made, root:root 0660$' shm create --from-config="$dir/conf" --group root
expect 0 '^unit 12: there' shm create --unit 12
printf '[shm]\ncoarse_unit = none\npps_unit = none\n' >"$dir/conf"
expect 0 '' shm create --from-config="$dir/conf"
expect 2 'configuration .*/none: No such file' shm create --from-config="$dir/none"

# chrony's sockets: given away like units if they are there; nothing else is, whatever its name is.
sockets=$dir/sockets.conf
sock=/run/chrony.pps2shm.sock
name_socket() { printf '[shm]\ncoarse_unit = 14\npps_unit = none\n[chrony]\npps_socket = %s\n' "$1" >"$sockets"; }
make_socket() { # PATH [TYPE]: open, as long as nobody ends it
	python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX, getattr(socket, sys.argv[2]))
s.bind(sys.argv[1])
if sys.argv[2] == "SOCK_STREAM": s.listen()
time.sleep(100)' "$1" "${2:-SOCK_DGRAM}" &
	socket=$!
	tries=0
	until [ -S "$1" ] || [ $((tries += 1)) -gt 300 ]; do
		sleep 0.1
	done
}
end_socket() {
	kill "$socket"
	wait "$socket" 2>"$dir/out"
}
give() { expect "$1" "$2" shm create --from-config="$sockets" --group root ${3:+"$3"}; }
failed() {
	echo "FAILED: $*"
	failed=1
}
mode_is() { [ "$(stat -c %a "$2")" = "$1" ] || failed "$2 has mode $(stat -c %a "$2"), not $1"; }
mount -t tmpfs -o mode=755 none /run || failed 'no /run of its own'
name_socket $sock
give 0 "$sock: does not exist; chronyd makes it" --only-sockets
make_socket $sock
chmod 755 $sock
give 0 "^$sock: root:root 0660$" --only-sockets
mode_is 660 $sock
give 0 "^$sock: root:root 0660$" --only-sockets
! "$pps2shm" shm list | grep -q '^14 ' || failed 'a unit was made'
give 0 '^unit 14: made' ''
name_socket /var$sock
give 0 "^/var$sock: root:root 0660$" --only-sockets
name_socket $sock
expect 2 '--only-sockets goes with --from-config alone' shm create --unit 14 --only-sockets
expect 2 '--only-sockets goes with --from-config alone' shm create --from-config="$sockets" --unit 15 --only-sockets
end_socket
# One that a chronyd has left behind.
chmod 755 $sock
give 0 "^$sock: root:root 0660$" --only-sockets
rm $sock
touch $sock
give 1 "$sock: left alone: .* is not a socket" --only-sockets
rm $sock
make_socket /run/other
chmod 755 /run/other
ln -s other $sock
give 1 "$sock: left alone: .* is a link" --only-sockets
rm $sock
ln /run/other $sock
give 1 "$sock: left alone: .* has a second name" --only-sockets
rm $sock
# Root's own, and open, but with another name, in another folder, in one that others write to, or of
# another type.
mkdir -m 755 /run/systemd
ln /run/other /run/systemd/notify
rm /run/other
for other in /run/systemd/notify /run/systemd/../other /run/chrony..sock; do
	name_socket $other
	give 1 "$other: left alone: only /run/chrony.NAME.sock is given away" --only-sockets
done
mode_is 755 /run/systemd/notify
mv /run/systemd/notify /run/systemd/chrony.notify.sock
name_socket /run/systemd/chrony.notify.sock
give 1 'left alone: only /run/chrony.NAME.sock is given away' --only-sockets
mv /run/systemd/chrony.notify.sock $sock
name_socket $sock
chmod 775 /run
give 1 'left alone: only /run/chrony.NAME.sock is given away' --only-sockets
chmod 755 /run
mode_is 755 $sock
give 0 "^$sock: root:root 0660$" --only-sockets
end_socket
rm $sock
make_socket $sock SOCK_STREAM
chmod 755 $sock
give 1 "$sock: left alone: .* does not take datagrams" --only-sockets
mode_is 755 $sock
end_socket
rm $sock

# What chrony's service does with each of our configurations; no word, and no failure, without one.
mkdir "$dir/etc"
line=$(sed -n "s|^ExecStartPost=-+/bin/sh -c '\(.*\)'\$|\1|p" "$drop_in" | sed "s|[\$][\$]|\$|g
	s|/etc/|$dir/etc/|; s|/usr/bin/pps2shm|$pps2shm|; s|--group pps2shm|--group root|")
[ -n "$line" ] || failed "no ExecStartPost in $drop_in"
said=$(sh -c "$line" 2>&1) && [ -z "$said" ] || failed "without a configuration: $said"
cp "$sockets" "$dir/etc/pps2shm-roof.conf"
make_socket $sock
said=$(sh -c "$line" 2>&1)
[ "$said" = "$sock: root:root 0660" ] || failed "with one: $said"
end_socket

# list
expect 0 '^   0  0x4e545030    (80|88|96)  root:root +0660 +0  \(nothing written yet\)$' shm list
expect 0 '"unit":255,"key":"0x4e54512f","size":[0-9]+,"layout_ok":true,"owner":"root"' shm list --json

# write and read
expect 0 '' shm write --unit 1 --clock 2026-07-01T12:00:00.123456789Z --receive 1782907200.5 \
	--leap addsecond --precision -7
expect 0 '^clock +1782907200.123456789  2026-07-01T12:00:00.123456789Z$' shm read --unit 1
expect 0 '^receive +1782907200.500000000 ' shm read --unit 1
expect 0 '^offset +-0.376543211 s$' shm read --unit 1
expect 0 '^leap +1 addsecond$' shm read --unit 1
expect 0 '^precision +-7$' shm read --unit 1
expect 0 '"valid":true,"clock_ns":1782907200123456789,"receive_ns":1782907200500000000' \
	shm read --unit 1 --json
expect 0 '^123456$' shm read --unit 1 --field clockTimeStampUSec
expect 0 '^123456789$' shm read --unit 1 --field clockTimeStampNSec
expect 2 "--field 'clock': no such field" shm read --unit 1 --field clock
expect 2 'combined with --consume' shm read --unit 1 --field mode --consume
expect 2 'combined with --json' shm read --unit 1 --field mode --json
expect 0 '^123456$' shm read --unit=1 --field=clockTimeStampUSec
expect 2 "'--json=x': --json takes no value" shm list --json=x
expect 2 "unknown option '-x'" shm list -x
expect 0 ' yes +2  2026-07-01T12:00:00.123456789Z  -0.376543211 ' shm list
expect 0 '^valid +yes$' shm read --unit 1 --consume
expect 1 'unit 1: no valid sample; it was taken' shm read --unit 1 --consume
expect 0 '^valid +no$' shm read --unit 1

expect 0 '' shm write --unit 1 --clock -1 --receive -1000000001ns --mode 0
expect 0 '^clock +-0.000000001  1969-12-31T23:59:59.999999999Z$' shm read --unit 1
expect 0 '^mode +0$' shm read --unit 1
expect 0 '' shm write --unit 7 --clock 1.0
expect 0 '^age +0\.' shm read --unit 7

expect 0 '' shm write --unit 1 --set precision=-30 --set 'dummy[2]=7' --set mode=2
expect 0 '^7$' shm read --unit 1 --field 'dummy[2]'
expect 0 '^-30$' shm read --unit 1 --field precision
expect 1 'mode is 2, neither 0 nor 1' shm read --unit 1 --consume
expect 0 '\(mode is neither 0 nor 1\)' shm list
expect 0 '' shm write --unit 1 --set mode=1 --set valid=0 --set count=3
expect 1 'it is being written, or its writer died' shm read --unit 1
expect 0 '\(it is being written\)' shm list

expect 2 'give --clock' shm write --unit 1
expect 2 "--clock 'now': must be nanoseconds" shm write --unit 1 --clock now
expect 2 "--clock '2300-01-01T00:00:00Z': beyond 64-bit" shm write --unit 1 --clock 2300-01-01T00:00:00Z
expect 2 "--receive '1e9': must be nanoseconds" shm write --unit 1 --clock 1 --receive 1e9
expect 2 "--leap '4': must be 0 nowarning" shm write --unit 1 --clock 1 --leap 4
expect 2 "--mode '2': must be a whole number from 0 to 1" shm write --unit 1 --clock 1 --mode 2
expect 2 "--precision 'x': must be" shm write --unit 1 --clock 1 --precision x
expect 2 "--set 'valid': must be FIELD=VALUE" shm write --unit 1 --set valid
expect 2 "--set 'vlid=1': no such field" shm write --unit 1 --set vlid=1
expect 2 "--set 'valid=yes': the value must be a whole number" shm write --unit 1 --set valid=yes
expect 2 'cannot be combined with other values' shm write --unit 1 --set valid=1 --clock 1
expect 1 'precision=99999999999: the field cannot hold it' shm write --unit 1 --set precision=99999999999

# feed and watch
expect 0 '^unit 2: system clock -1.000000000 s, every 0.010000000 s$' \
	shm feed --unit 2 --offset -1 --rate 0.01 --count 2
expect 0 '^offset +-1.000000000 s$' shm read --unit 2
expect 0 '^unit 2: 2 samples written, 0 taken by a reader$' \
	shm feed --unit 2 --offset 250ns --rate 0.01 --count 2
expect 0 '^offset +\+0.000000250 s$' shm read --unit 2
expect 2 "--offset 'x': must be seconds" shm feed --unit 2 --offset x
expect 2 '--rate: must be at least a millisecond' shm feed --unit 2 --rate 0
expect 2 "--count '0': must be" shm feed --unit 2 --count 0

"$pps2shm" shm feed --unit 2 --offset -1.0 --rate 0.1 >"$dir/feed" 2>&1 &
feed=$!
expect 0 'Z  unit 2  clock [0-9.]+  receive [0-9.]+  offset -1.000000000  leap 0  precision -20$' \
	shm watch --unit 2 --count 3
[ "$(wc -l <"$dir/out")" -eq 3 ] || { echo "FAILED: watch --count 3 shows other than 3 lines"; failed=1; }
expect 0 '^\{"unit":2,.*"offset_ns":-1000000000,.*"seen_ns":' shm watch --count 1 --json
expect 0 '^valid +yes$' shm read --unit 2 --consume
sleep 0.3
kill -TERM $feed
wait $feed || { echo "FAILED: feed does not end well on SIGTERM"; failed=1; }
wait_for '^unit 2: [0-9]+ samples written, 1 taken by a reader$' "$dir/feed"

# watch finds a unit that comes later, shows samples already taken, and ends on SIGINT
"$pps2shm" shm watch >"$dir/watch" 2>&1 &
watch=$!
"$pps2shm" shm feed --unit 9 --rate 0.1 >/dev/null &
feed=$!
wait_for 'unit 9' "$dir/watch"
kill -INT $watch
wait $watch || { echo "FAILED: watch does not end well on SIGINT"; failed=1; }
kill $feed
wait $feed

# lost STATUS TEXT REDIRECTION ARGUMENT...: the output does not arrive, which is told in one line.
lost() {
	status=$1 text=$2 where=$3
	shift 3
	timeout 20 sh -c "trap '' PIPE; \"\$@\" 2>'$dir/err' $where; echo \$? >'$dir/status'" sh "$pps2shm" "$@"
	if [ "$(cat "$dir/status")" != "$status" ] || [ "$(wc -l <"$dir/err")" -ne 1 ] ||
		! grep -Fq "standard output: $text" "$dir/err"; then
		echo "FAILED: pps2shm $* $where: status $(cat "$dir/status"), wanted $status and '$text':"
		cat "$dir/err"
		failed=1
	fi
}

"$pps2shm" shm feed --unit 2 --rate 0.1 >/dev/null 2>&1 &
feed=$!
expect 0 'unit 2' shm watch --unit 2 --count 1
for way in '>/dev/full' '>&-'; do
	text='No space left on device'
	[ "$way" = '>/dev/full' ] || text='Bad file descriptor'
	for command in '--help' '-V' 'shm --help' 'shm list' 'shm list --json' 'shm list --help' \
		'shm read --unit 2' 'shm read --unit 2 --json' 'shm read --unit 2 --field mode' \
		'shm create --unit 2' 'shm watch --unit 2' 'shm watch --unit 2 --json' \
		'shm feed --unit 2 --count 1' 'run --help' 'status --help' 'setup --help' 'detect --help' \
		'record --help' 'replay --help' 'bridge --help' 'drift --help' 'setup --print-lines=ntpsec' 'status --segment-name /none' \
		'status --segment-name /none --watch' 'status --segment-name /none --json'; do
		# shellcheck disable=SC2086
		lost 1 "$text" "$way" $command
	done
	lost 3 "$text" "$way" doctor --help
done
# Nobody reads what comes through a pipe.
mkfifo "$dir/pipe"
for command in '--help' 'shm list' 'shm watch --unit 2' 'shm watch --unit 2 --json'; do
	exec 4<>"$dir/pipe" 5>"$dir/pipe" 4<&-
	# shellcheck disable=SC2086
	lost 1 'Broken pipe' '>&5' $command
	exec 5>&-
done
# ... nor does a pipe that is full make anything deaf.
exec 4<>"$dir/pipe"
dd if=/dev/zero of="$dir/pipe" oflag=nonblock bs=4096 count=1000 2>"$dir/out"
"$pps2shm" shm watch --unit 2 >&4 2>"$dir/out" &
watch=$!
sleep 2
kill $watch
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.5
	kill -0 $watch 2>/dev/null || break
done
if kill -9 $watch 2>/dev/null; then
	echo 'FAILED: shm watch is deaf while nobody reads it'
	failed=1
fi
exec 4>&-
kill $feed
wait $feed

# Another program's time_t.
size=$("$pps2shm" shm list --json | sed 's/.*"size":\([0-9]*\).*/\1/')
other=80
[ "$size" -eq 80 ] && other=96
perl -e 'defined shmget(0x4e545034, $ARGV[0], 01600) or die "shmget: $!\n"' $other || failed=1
for command in "read --unit 4" "watch --unit 4" "write --unit 4 --clock 1" "feed --unit 4" "create --unit 4"; do
	# shellcheck disable=SC2086
	expect 1 "unit 4 \(key 0x4e545034\) is $other bytes, not $size: .*another time_t.*'ipcrm -M 0x4e545034'" shm $command
done
expect 0 '^   4  .*\(wrong size for this system\)$' shm list

# A unit that every user could write.
expect 0 '0666 .was root:root 0600.' shm create --unit 2 --mode 0666
expect 0 '' shm write --unit 2 --clock 1
expect 1 'unit 1 .* mode 0666, so every user could set the clock' shm create --unit 1 --mode 0666

exit $failed
