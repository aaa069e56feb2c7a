# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# For tests of commands to source; failed is set where an expectation is not met. The folder work is removed
# at the end, and the process daemon ended.
# shellcheck disable=SC2034 # whoever sources this looks at it
failed=0
work=$(mktemp -d)
daemon=

cleanup() {
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null
	wait
	rm -rf "$work"
}
trap cleanup EXIT

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
