#!/bin/bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# commands_named.sh PPS2SHM SOURCE: the table of commands, the help in both its forms, the manual
# page and the completion name the same commands, in the same order, and each explains itself.
set -u
pps2shm=$1
cd "$2" || exit 1
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

# the same LIST OTHER NAME
same() {
	[ "$1" = "$2" ] || fail "$3 names$(printf ' %s' $2); the table has$(printf ' %s' $1)"
}

listed() { awk '/^  [a-z]/ { print $1 }'; }

completed() {
	bash -c '. src/cli/completion.bash
		COMP_WORDS=("$0" "") COMP_CWORD=1
		_pps2shm "$0" "" "$0"
		printf "%s\n" "${COMPREPLY[@]}"' "$pps2shm" | grep -v '^-'
}

table=$(sed -n '/commands\[\] = {/,/^}/s/^\t{"\([a-z]*\)",.*/\1/p' src/cli/main.c)
[ "$(wc -w <<<"$table")" -ge 12 ] || fail "the table of commands was not found: $table"
same "$table" "$("$pps2shm" --help | listed)" 'pps2shm --help'
same "$table" "$("$pps2shm" help | listed)" 'pps2shm help'
same "$table" "$(sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' docs/man/pps2shm.1)" 'pps2shm(1)'
same "$(sort <<<"$table")" "$(completed | sort)" 'the completion'

for command in $table; do
	said=$("$pps2shm" help "$command" 2>&1) || fail "help $command: status $?"
	[ "$said" = "$("$pps2shm" "$command" --help 2>&1)" ] || fail "help $command is not $command --help"
	[ "$command" = help ] && continue
	[[ $said == "usage: pps2shm $command"* ]] || fail "help $command says: $said"
	[ -e "docs/man/pps2shm-$command.1" ] || fail "there is no pps2shm-$command(1)"
	grep -Fxq ".Xr pps2shm-$command 1 ." docs/man/pps2shm.1 || fail "pps2shm(1) does not point to pps2shm-$command(1)"
done
for group in shm receiver; do
	for command in $("$pps2shm" help $group | listed); do
		[[ $("$pps2shm" help $group "$command") == "usage: pps2shm $group $command"* ]] || fail "help $group $command"
	done
done
said=$("$pps2shm" help sing 2>&1) && fail 'help sing: status 0'
[[ $said == *"unknown command 'sing'"* ]] || fail "help sing says: $said"

exit "$failed"
