#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# lines_shown.sh PPS2SHM SOURCE: README and docs/ show the lines that setup writes for a time daemon,
# and no others for what we write to; nothing else than refclock.c makes such lines.
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

for daemon in ntpsec chrony chrony-sock ntp; do
	"$pps2shm" setup --print-lines $daemon >"$dir/$daemon" || fail "no lines for $daemon"
	cat "$dir/$daemon" >>"$dir/all"
done
[ "$(grep -c '^refclock\|^server' "$dir/all")" = 8 ] || fail "not two sources each: $(cat "$dir/all")"

# shows DAEMON FILE: all its lines, one after the other, indented or added in a diff
shows() {
	sed 's/^ *+\{0,1\}//' "$2" | tr '\n' '@' | grep -Fq "$(tr '\n' '@' <"$dir/$1")" ||
		fail "$2 does not show the lines for $1"
}
shows ntpsec README.md
shows ntpsec docs/install.md
shows ntpsec docs/image.md
shows chrony docs/recipes.md
shows chrony-sock docs/recipes.md
shows ntp docs/recipes.md

for file in README.md docs/*.md docs/man/*; do
	# Whole lines with a refid of ours, in examples; what is said about a line is no line.
	sed -n -e 's/^ *+\{0,1\}\(refclock [sS][hH][mM] .*refid.*\)/\1/p' \
		-e 's/^ *+\{0,1\}\(refclock [sS][oO][cC][kK] .*\)/\1/p' \
		-e 's/^ *+\{0,1\}\(server 127\.127\.28\..*\)/\1/p' \
		-e 's/^ *+\{0,1\}\(fudge 127\.127\.28\..*\)/\1/p' \
		-e 's/^    *+\{0,1\}\(tos .*\)/\1/p' "$file" >"$dir/shown"
	if grep -Fvx -f "$dir/all" "$dir/shown"; then
		fail "$file shows these lines, which setup does not write"
	fi
done

# Code and scripts ask for the lines. (The unit tests plant wrong ones, and one pins these.)
if grep -rnE 'refid (PPS|GPS) .*(prefer|noselect)|tos minclock 1' src tools image run tests/demo \
	tests/image tests/lab tests/package | grep -v '^src/common/refclock\.[ch]:'; then
	fail 'the lines stand in these places, too: ask setup --print-lines'
fi
exit $failed
