# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# For tests that write to NTP units to source.
if [ -n "$(sed 1d /proc/sysvipc/shm)" ]; then
	echo "there are shared memory segments: run this as 'unshare -U -r -i -n $0 $*'"
	exit 1
fi
