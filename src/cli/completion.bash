# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# bash completion for pps2shm: it asks the program itself, so that it knows what the program knows.

# The words that an option takes: told what is no value, the program says which are. Never more than that,
# because no command goes on after an option that it does not know. OPTION COMMAND...
_pps2shm_values() {
	local option=$1
	shift
	case $option in
	--owner) compgen -u ;;
	--group) compgen -g ;;
	*)
		"$program" "$@" "$option" '?' --unknown 2>&1 </dev/null |
			sed -n "s/^pps2shm .*'?': .*must be \(one of \)\?//p" |
			sed 's/; .*//; s/, or \|, \| or /\n/g' | sed '/ /d'
		;;
	esac
}

_pps2shm() {
	local current=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} words='' word
	local before=$((COMP_CWORD - 1)) command=()

	# The command, of one word or, of shm and receiver, two, as far as it stands there already.
	for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
		[[ $word != help ]] || continue
		command+=("$word")
		[[ ${command[*]} =~ ^(shm|receiver)$ ]] || break
	done
	# bash takes --option=value for three words.
	if [[ $current == = ]]; then
		current=''
	elif [[ ${COMP_WORDS[before]} == = ]]; then
		before=$((before - 1))
	fi
	if [[ $current == -* && ${#command[@]} -eq 0 ]]; then
		words='--help --version'
	elif [[ $current == -* ]]; then
		words=$("$program" "${command[@]}" --help 2>/dev/null | grep -oE -- '--[a-z][a-z0-9-]*')
	elif [[ ${COMP_WORDS[before]} == --* ]]; then
		words=$(_pps2shm_values "${COMP_WORDS[before]}" "${command[@]}")
	elif [[ ${command[*]} =~ ^(shm|receiver)?$ ]]; then
		words=$("$program" "${command[@]}" --help 2>/dev/null | awk '/^  [a-z]/ { print $1 }')
	fi
	# None of them: -o default below completes file names.
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _pps2shm pps2shm
