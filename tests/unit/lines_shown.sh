#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# lines_shown.sh PPS2SHM SOURCE: README and docs/ show the refclock lines that setup writes, and no
# others for our units.
set -u
pps2shm=$1
cd "$2" || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

for daemon in ntpsec chrony; do
	"$pps2shm" setup --print-lines $daemon >"$dir/$daemon" || fail "no lines for $daemon"
done
cat "$dir/ntpsec" "$dir/chrony" | grep refclock >"$dir/all"
[ "$(wc -l <"$dir/all")" = 4 ] || fail "not two lines each: $(cat "$dir/all")"

# shows DAEMON FILE: all its lines, one after the other, indented or added in a diff
shows() {
	sed 's/^ *+\{0,1\}//' "$2" | tr '\n' '@' | grep -Fq "$(tr '\n' '@' <"$dir/$1")" ||
		fail "$2 does not show the lines for $1"
}
shows ntpsec README.md
shows ntpsec docs/install.md
shows ntpsec docs/image.md
shows chrony docs/recipes.md

for file in README.md docs/*.md docs/man/*; do
	# Whole lines with a refid of ours; what is said about a line is no line.
	sed -n 's/^ *+\{0,1\}\(refclock [sS][hH][mM] .*refid.*\)/\1/p' "$file" >"$dir/shown"
	if grep -Fvx -f "$dir/all" "$dir/shown"; then
		fail "$file shows these lines, which setup does not write"
	fi
done
exit $failed
