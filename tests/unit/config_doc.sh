#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# config_doc.sh CONFIG_DOC SOURCE [--update]
# The example configuration and pps2shm.conf(5) say what the table of keys says; --update makes it so.
set -eu
config_doc=$1 source=$2
example=$source/etc/pps2shm.conf
page=$source/docs/man/pps2shm.conf.5
new=$(mktemp -d)
trap 'rm -r "$new"' EXIT

"$config_doc" example >"$new/example"
"$config_doc" mdoc >"$new/keys"
# Everything up to the line that begins the list, the list, and everything from the line that ends it.
{
	sed '/^\.\\" keys: from the table/q' "$page"
	cat "$new/keys"
	sed -n '/^\.\\" end of keys/,$p' "$page"
} >"$new/page"

if [ "${3-}" = --update ]; then
	cp "$new/example" "$example"
	cp "$new/page" "$page"
	exit 0
fi
if ! diff -u "$example" "$new/example" || ! diff -u "$page" "$new/page"; then
	echo "out of date: run $0 $config_doc $source --update" >&2
	exit 1
fi
