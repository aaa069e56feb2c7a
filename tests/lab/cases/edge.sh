#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Error of the kernel's stamps and of polled edges against the true edge: the table of docs/accuracy.md.
. "$(dirname "$0")/../lib.sh"

several_processors
name=quiet
if [ "${LOADED-}" ]; then
	name=loaded
	edge_receiver --stamp-tail 20000
	start load "$LAB_BIN/lab_load"
	limits=('median=1000' '99=5000' 'better=5' 'polled=95')
else
	edge_receiver
	limits=('median=1000' '99=1000' 'polled=99')
fi
sleep 1
"$LAB_BIN/lab_poll" 330 >"$work/polled" 2>"$work/poll.log" || fail "it could not poll"
dd if=/dev/labedge bs=80 >"$work/edges" 2>/dev/null
say "kernel: median, 99 %, largest; taken: the same; brackets, polled"
"$here/edge_error" "$work/edges" "$work/polled" $name "${limits[@]}" ||
	fail "worse than it should be"
