#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The doctor with the real drivers and the real ntpd: no fault where there is none, and each fault
# that is made here by its name.
. "$(dirname "$0")/../lib.sh"
export PATH=$NTPSEC:$PATH # ntpq

printf '[serial]\ndevice = /dev/ttyAMA0\nbaud = 9600\n[pps]\ngpio = 18\n' >/etc/pps2shm.conf

ask() {
	"$PPS2SHM" doctor >"$work/doctor.log" 2>&1
}

# says VERDICT LINK TEXT: as asked last.
says() {
	awk '$1 == "'"$1"'" && $2 == "'"$2"'"' "$work/doctor.log" | grep -Fq -- "$3" ||
		fail "doctor: '$1 $2 $3' expected"
	say "doctor: $1 $2: $3"
}

remedy_is() {
	grep -A 1 -E "^(broken|warning) +$1 " "$work/doctor.log" | grep -F 'remedy:' | grep -Fq -- "$2" ||
		fail "doctor: for $1 the remedy '$2' expected"
}

receiver
start daemon "$PPS2SHM" run
expect_state locked
ntpd
expect_selected 1

say "all is well"
ask
for link in kernel config driver device pulses uart console port service sentences fix second \
	coarse-unit pps-unit daemon ntp.conf minsane coarse-reader pps-reader peers; do
	says ok "$link" ""
done
says ok driver "pps0 is pps@12.-1, which holds GPIO 18 as 'pps@12'"
says ok peers "SHM(1) is selected: reach 377"
! grep -E '^broken' "$work/doctor.log" || fail "a fault was told where there is none"

say "the pulse's wire is cut"
stop receiver
ask
says broken pulses "no pulse on pps0 (pps@12.-1)"
remedy_is pulses "GPIO 18"

say "another program reads the port"
receiver
start thief sh -c 'exec sleep 1000 </dev/ttyAMA0'
sleep 1
ask
says broken port "also open in sleep (process ${pids[thief]})"
stop thief

say "the driver lost its line"
pps_driver unbind
ask
says broken driver "the pps-gpio driver is not bound"
remedy_is driver "echo pps@12 | sudo tee /sys/bus/platform/drivers/pps-gpio/bind"
eval "$(grep -A 1 -E '^broken +driver' "$work/doctor.log" |
	sed -n 's/^ *remedy: *\(echo [^;]*\);.*/\1/p' | sed 's/sudo //')" >/dev/null
ask
says ok driver "pps0 is pps@12.-1"
expect_state locked

say "an ntpd that answers nobody, and asks for three sources"
stop ntpd
printf 'tos minsane 3\nrefclock shm unit 0\nrefclock shm unit 1\n' >"$work/mute.conf"
start ntpd "$NTPSEC/ntpd" -n -c "$work/mute.conf"
sleep 5
ask
says broken minsane "'tos minsane 3' ($work/mute.conf): ntpd wants 3 sources"
says broken peers "ntpd does not answer ntpq"
remedy_is peers "add the lines 'restrict 127.0.0.1' and 'restrict ::1' to $work/mute.conf"
stop ntpd

say "a unit of another size"
stop daemon
ipcrm -M 0x4e545031
"$LAB_BIN/lab_segment" 1 80 0600
ask
says broken service "pps2shm does not run"
says broken pps-unit "unit 1 (0x4e545031) has 80 bytes, not 96"
remedy_is pps-unit "sudo ipcrm -M 0x4e545031"
says broken daemon "no time daemon runs"
