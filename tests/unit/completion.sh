#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# completion.sh PROGRAM...: what bash completes.
set -u
binary=("$@")
# shellcheck source=../../src/cli/completion.bash
source "$(dirname "$0")/../../src/cli/completion.bash"
failures=0

pps2shm() { "${binary[@]}" "$@"; }

# completes WORD...: WORDS: what is offered for the last of the words before the colon, and no more.
completes() {
	local words=() said wanted
	while [ "$1" != : ]; do
		words+=("$1")
		shift
	done
	shift
	COMP_WORDS=(pps2shm "${words[@]}") COMP_CWORD=${#words[@]} COMPREPLY=()
	_pps2shm
	said=$(printf '%s\n' "${COMPREPLY[@]}" | sort -u | tr '\n' ' ')
	wanted=$(printf '%s\n' "$@" | sort -u | tr '\n' ' ')
	[ "$said" = "$wanted" ] || {
		echo "completion: pps2shm ${words[*]}: offers '$said', not '$wanted'" >&2
		failures=$((failures + 1))
	}
}

completes doc : doctor
completes --v : --version
completes demo --nt : --ntpsec
completes shm '' : create feed list read watch write
completes shm w : watch write
completes receiver '' : setup show
completes receiver setup --un : --undo
completes shm create --fr : --from-config
completes shm create --owner roo : root
completes run --baud 1 : 115200 19200
completes help doc : doctor
completes help shm w : watch write
completes shm read '' : ''
completes run --pps-source '' : gpio none pps sim
completes run --gpio '' : auto
completes run --coarse-lag '' : ''
completes run --log-level e : error
completes setup --edge '' : falling rising
completes setup --edge = : falling rising
completes setup --edge = f : falling
completes setup --board '' : adafruit uputronics waveshare
completes setup --print-lines ntps : ntpsec
completes setup --model pi5 : pi5 pi500
completes doctor --model cm4 : cm4 cm4s
completes setup --gpio '' : ''
completes record '' : ''

# Every value that is offered is taken.
for option in --board --edge --pull --bluetooth --overlay; do
	COMP_WORDS=(pps2shm setup "$option" '') COMP_CWORD=3
	_pps2shm
	[ ${#COMPREPLY[@]} -ge 2 ] || failures=$((failures + 1))
	for value in "${COMPREPLY[@]}"; do
		status=0
		pps2shm setup --dry-run --root /nowhere "$option" "$value" >/dev/null 2>&1 || status=$?
		[ $status -eq 1 ] || { # 2: a usage error; 1: there is no /nowhere
			echo "completion: setup $option does not take $value" >&2
			failures=$((failures + 1))
		}
	done
done
exit $((failures > 0))
