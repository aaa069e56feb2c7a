#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The negative control: a receiver that tells the wrong second from its first sentence on cannot be
# told from a right one without a witness, so the judge must see every sample as wrong.
. "$(dirname "$0")/../lib.sh"

receiver --at 0:jump=-1
watch
daemon --baud 9600
expect_state locked
sleep 10
verdict=$(published --pps-samples 5)
case $? in
1) say "the judge: $(grep -m1 'pulse .*: published -1000' <<<"$verdict")" ;;
*) fail "the judge is blind: $verdict" ;;
esac
grep -q 'pulse .*: published -1000' <<<"$verdict" || fail "the judge saw something else: $verdict"
