# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# bash completion for pps2shm: it asks the program itself, so that it knows what the program knows.

_pps2shm() {
	local current=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} words=''

	if ((COMP_CWORD == 1)); then
		words="--help --version $("$program" --help 2>/dev/null | awk '/^  [a-z]/ { print $1 }')"
	elif [[ $current == -* ]]; then
		words=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE -- '--[a-z][a-z0-9-]*')
	fi
	# Neither: -o default below completes file names.
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _pps2shm pps2shm
