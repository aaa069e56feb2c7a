#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# commands.sh PPS2SHM: doctor and detect as a user meets them.
set -u
pps2shm=$1
work=$(mktemp -d)
failed=0
trap 'rm -rf "$work"' EXIT

# expect STATUS TEXT COMMAND…: exit status, and TEXT somewhere in what it says
expect() {
	local status=$1 text=$2 said rc
	shift 2
	said=$("$@" 2>&1)
	rc=$?
	if [ "$rc" -ne "$status" ] || [[ $said != *"$text"* ]]; then
		printf 'FAILED: %s\n  wanted status %s and "%s", got status %s and:\n%s\n' \
			"$*" "$status" "$text" "$rc" "$said"
		failed=1
	fi
}

expect 0 'usage: pps2shm doctor' "$pps2shm" doctor --help
expect 3 "'--jason' is not understood" "$pps2shm" doctor --jason
expect 3 "'--root' is not understood" "$pps2shm" doctor --root
expect 3 'No such file' "$pps2shm" doctor --root "$work/none"
expect 3 'not the root of a system' "$pps2shm" doctor --root "$work"

# An image: its files are judged, this machine is not.
mkdir -p "$work/etc" "$work/boot/firmware" "$work/proc/device-tree"
: >"$work/etc/os-release"
printf 'Raspberry Pi 4 Model B Rev 1.5' >"$work/proc/device-tree/model"
printf 'dtparam=audio=on\n' >"$work/boot/firmware/config.txt"
expect 2 'begin with overlay' "$pps2shm" doctor --root "$work"
expect 2 'fix:         sudo pps2shm setup --gpio 18, then sudo reboot' "$pps2shm" doctor --root "$work"
expect 2 '"first": "overlay"' "$pps2shm" doctor --json --root "$work"
printf 'dtoverlay=pps-gpio,gpiopin=18\nenable_uart=1\n' >"$work/boot/firmware/config.txt"
expect 0 'verdict: well' "$pps2shm" doctor --root "$work"
expect 0 '"verdict": "ok"' "$pps2shm" doctor --json --root "$work"
printf '[HDMI:0]\ndtoverlay=pps-gpio,gpiopin=18\n' >"$work/boot/firmware/config.txt"
expect 1 'verdict: 1 warning' "$pps2shm" doctor --root "$work"
rm -r "$work/proc"
expect 0 'no device tree' "$pps2shm" doctor --root "$work"
expect 1 'may be in effect' "$pps2shm" doctor --root "$work" --model pi4
expect 3 '--model pi9: not known' "$pps2shm" doctor --root "$work" --model pi9
expect 3 'No space left' sh -c "exec '$pps2shm' doctor --root '$work' >/dev/full"

expect 0 'usage: pps2shm detect' "$pps2shm" detect --help
expect 2 "'--all' is not understood" "$pps2shm" detect --all
expect 2 '--seconds 0: 1 to 600' "$pps2shm" detect --seconds 0
expect 2 '--seconds 3x: 1 to 600' "$pps2shm" detect --seconds 3x

[ "$failed" -eq 0 ] && echo 'all as expected'
exit "$failed"
