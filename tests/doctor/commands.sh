#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# commands.sh PPS2SHM: doctor and detect as a user meets them.
set -u
. "$(dirname "$0")/../unit/expect.sh"
pps2shm=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect 0 'usage: pps2shm doctor' "$pps2shm" doctor --help
expect 3 "unknown option '--jason'" "$pps2shm" doctor --jason
expect 3 '--root needs a value' "$pps2shm" doctor --root
expect 3 'No such file' "$pps2shm" doctor --root "$work/none"
expect 3 'not the root of a system' "$pps2shm" doctor --root "$work"

# An image: its files are judged, this machine is not.
mkdir -p "$work"/{etc/ntpsec/ntp.d,boot/firmware/overlays,etc/systemd/system,usr/lib/systemd/system,var/lib}
: >"$work/etc/os-release"
printf '[Install]\nWantedBy=multi-user.target\n' >"$work/usr/lib/systemd/system/pps2shm.service"
echo 'tos minclock 4 minsane 3' >"$work/etc/ntpsec/ntp.conf"
boot=$work/boot/firmware
: >"$boot/overlays/pps-gpio.dtbo"
: >"$boot/overlays/disable-bt.dtbo"
printf 'dtparam=audio=on\n' >"$boot/config.txt"
echo 'console=serial0,115200 console=tty1 root=/dev/mmcblk0p2 rootwait' >"$boot/cmdline.txt"
doctor=("$pps2shm" doctor --root "$work" --model pi4)
expect 2 'no device tree' "$pps2shm" doctor --root "$work"
expect 2 'setup has changed nothing here' "${doctor[@]}"
expect 2 'pps2shm.service is not enabled' "${doctor[@]}"
expect 2 "have no 'refclock shm unit 1'" "${doctor[@]}"
expect 3 "--model 'pi9': must be one of" "$pps2shm" doctor --root "$work" --model pi9
expect 2 'begin with overlay' "${doctor[@]}"
expect 2 'begin with overlay' "$pps2shm" doctor --root="$work" --model=pi4
expect 3 "'--json=1': --json takes no value" "$pps2shm" doctor --json=1
expect 3 "unexpected argument 'x'" "$pps2shm" doctor x
expect 2 "remedy:      sudo pps2shm setup --root $work --model pi4 --gpio 18" "${doctor[@]}"
expect 2 "puts the kernel's console on" "${doctor[@]}"
expect 2 '"first": "overlay"' "${doctor[@]}" --json
printf '[HDMI:0]\ndtoverlay=pps-gpio,gpiopin=18\n' >"$boot/config.txt"
expect 2 'may or may not be in effect' "${doctor[@]}"
expect 2 "or remove it and sudo pps2shm setup --root $work --model pi4 --gpio 18" "${doctor[@]}"
echo 'root=/dev/mmcblk0p2 rootwait' >"$boot/cmdline.txt"
expect 2 'warning  overlay' "${doctor[@]}"
expect 3 'No space left' sh -c "exec '$pps2shm' doctor --root '$work' --model pi4 >/dev/full"

# The remedy that it names is one that works.
printf 'dtparam=audio=on\n[pi5]\ndtparam=uart0=on\n' >"$boot/config.txt"
echo 'console=serial0,115200 console=tty1 root=/dev/mmcblk0p2 rootwait' >"$boot/cmdline.txt"
remedy=$("${doctor[@]}" | sed -n 's/.*remedy: *sudo \(pps2shm setup [^,;]*\).*/\1/p' | head -n 1)
# shellcheck disable=SC2086 # the words of a command
expect 0 '' "$pps2shm" ${remedy#pps2shm } --yes
expect 0 'verdict: all well' "${doctor[@]}"
expect 0 '"verdict": "ok"' "${doctor[@]}" --json

# What setup wrote is missed if it is gone: what to do about it brings it back.
system=$work/etc/systemd/system
for gone in "$work/etc/ntpsec/ntp.d/pps2shm.conf" "$system/multi-user.target.wants/pps2shm.service" \
	"$system/serial-getty@ttyAMA0.service" "$work/etc/default/ntpsec"; do
	mv "$gone" "$work/gone"
	expect 2 "are missing or changed; the first is ${gone#"$work"}" "${doctor[@]}"
	expect 2 'begin with setup' "${doctor[@]}"
	# shellcheck disable=SC2086
	expect 0 '' "$pps2shm" ${remedy#pps2shm } --yes
	expect 0 'verdict: all well' "${doctor[@]}"
done
ln -sf /dev/zero "$system/serial-getty@ttyAMA0.service"
expect 2 'are missing or changed' "${doctor[@]}"
ln -sf /dev/null "$system/serial-getty@ttyAMA0.service"
cp -p "$work/etc/pps2shm.conf" "$work/gone"
echo '# mine' >>"$work/etc/pps2shm.conf"
expect 0 'were edited since (1; the first is /etc/pps2shm.conf)' "${doctor[@]}"
cp -p "$work/gone" "$work/etc/pps2shm.conf"
# Without a journal too, as far as it goes; and what was not looked at is told.
mv "$work/var/lib/pps2shm-setup.json" "$work/journal"
expect 0 'all well, as far as could be checked (1 unknown)' "${doctor[@]}"
rm "$work/etc/ntpsec/ntp.d/pps2shm.conf"
expect 2 "begin with ntp.conf" "${doctor[@]}"
mv "$work/etc/ntpsec" "$work/gone-ntpsec"
expect 2 'no time daemon is installed' "${doctor[@]}"
mv "$work/gone-ntpsec" "$work/etc/ntpsec"
mv "$work/journal" "$work/var/lib/pps2shm-setup.json"

# What an image holds leads neither out of it nor into a trap.
mkdir -p "$work"/{outside,image/etc,image/boot/firmware}
: >"$work/image/etc/os-release"
: >"$work/outside/pps-gpio.dtbo"
echo 'dtoverlay=pps-gpio,gpiopin=18' >"$work/image/boot/firmware/config.txt"
for way in "$work/outside" ../../../outside; do
	ln -sfn "$way" "$work/image/boot/firmware/overlays"
	expect 2 'there is no /boot/firmware/overlays/pps-gpio.dtbo' \
		"$pps2shm" doctor --root "$work/image" --model pi4
done
mkdir -p "$work/image"/{proc/sys,proc/1,sys/class/pps/pps0,dev/shm,proc/device-tree}
for pipe in proc/1/comm proc/cmdline proc/device-tree/model dev/shm/pps2shm sys/class/pps/pps0/name \
	etc/passwd etc/group etc/pps2shm.conf proc/stat; do
	mkfifo "$work/image/$pipe"
done
expect 2 'verdict: ' timeout 20 "$pps2shm" doctor --root "$work/image"
expect 2 'verdict: ' timeout 20 "$pps2shm" doctor --root "$work/image" --model pi4

expect 0 'usage: pps2shm detect' "$pps2shm" detect --help
expect 2 "unknown option '--all'" "$pps2shm" detect --all
expect 2 "--seconds '0': must be a whole number from 1 to 600" "$pps2shm" detect --seconds 0
expect 2 "--seconds '3x': must be a whole number" "$pps2shm" detect --seconds 3x

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
