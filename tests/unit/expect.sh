# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# For tests of commands to source; failed is set where an expectation is not met.
# shellcheck disable=SC2034 # whoever sources this looks at it
failed=0

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
