# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# shellcheck disable=SC2034 # whoever sources this looks at failed
# To source: for tests of commands that write to NTP units, or look for other daemons by their status
# segments.
read -r _ _ users </proc/self/uid_map
if [ "$users" -ne 1 ] || [ -n "$(sed 1d /proc/sysvipc/shm)" ] || ! mount -t tmpfs none /dev/shm; then
	echo "this needs shared memory of its own: run it as 'unshare -U -r -i -n -m $0 $*'"
	exit 1
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
	echo "FAILED: $1:"
	cat "$2"
	failed=1
}

# wait_for PATTERN FILE: until a line is there, 30 s at most.
wait_for() {
	tries=0
	until grep -Eq -e "$1" "$2"; do
		tries=$((tries + 1))
		if [ $tries -gt 300 ]; then
			fail "'$1' never came" "$2"
			return
		fi
		sleep 0.1
	done
}
