# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# shellcheck shell=bash
# For the scripts beside it: `source` this first.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
top=$(realpath "$here/../..")
roots=${PPS2SHM_ROOTS:-$top/build/deb-roots}

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# ctest shows these as skipped, with the reason.
skip() {
	echo "SKIPPED: $*"
	exit 77
}

needs_root() {
	[ "$(id -u)" -eq 0 ] || skip 'needs root, to make and enter a Debian tree'
	command -v mmdebstrap >/dev/null || skip 'needs the package mmdebstrap'
}

say() { printf '==> [%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# clean_root SUITE DIR [PACKAGES]: a system of that suite with what ours depend on, but not them, and
# with those packages (a,b).
clean_root() {
	local gpiod=libgpiod2
	[ "$1" = bookworm ] || gpiod=libgpiod3
	local made=$roots/clean-$1${3:+-$3}
	"$top/tools/debian-root" "$1" "$made" \
		--include="systemd-sysv,udev,libserialport0,libinih1,libjansson4,$gpiod${3:+,$3}"
	rm -rf "$2"
	mkdir -p "$(dirname "$2")"
	cp -a "$made" "$2"
}

# repack DEB NEW VERSION LINE: the same package of another version, with another last line in its
# configuration.
repack() {
	local dir
	dir=$(mktemp -d)
	dpkg-deb -R "$1" "$dir"
	sed -i "s/^Version: .*/Version: $3/" "$dir/DEBIAN/control"
	echo "$4" >>"$dir/etc/pps2shm.conf"
	(cd "$dir" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z |
		xargs -0 md5sum >DEBIAN/md5sums)
	dpkg-deb --root-owner-group -b "$dir" "$2" >/dev/null
	rm -rf "$dir"
}
