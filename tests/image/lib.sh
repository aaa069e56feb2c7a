# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# shellcheck shell=bash
#
# The image as a user has it mounted, for the scripts here. They set: top (the project), work (a
# folder of their own), tree (make-root), kernel (tools/arm64-kernel; may be empty).
: "${top:?}" "${work:?}" "${tree:?}"
root=$work/root

# A fresh one, over the system in $tree, which is left as it is; with the devices that a chroot needs.
mount_root() {
	local node
	rm -rf "$work"/{upper,overlay}
	mkdir -p "$work"/{upper,overlay,root,debs}
	mount -t overlay -o "lowerdir=${kernel:+${kernel-}:}$tree,upperdir=$work/upper,workdir=$work/overlay,userxattr" \
		overlay "$root"
	mount -t tmpfs -o mode=755 dev "$root/dev"
	mkdir "$root/dev/shm"
	for node in null zero full random urandom tty; do
		touch "$root/dev/$node"
		mount --bind "/dev/$node" "$root/dev/$node"
	done
	make_boot_files
}

# What Raspberry Pi OS has and Debian has not: the boot partition.
make_boot_files() {
	mkdir -p "$root/boot/firmware/overlays"
	touch "$root"/boot/firmware/overlays/{pps-gpio,disable-bt}.dtbo
	python3 -B - "$top/tests/pi" "$root/boot/firmware" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import stock
for name, files in (("config.txt", stock.CONFIG), ("cmdline.txt", stock.CMDLINES)):
    with open(f"{sys.argv[2]}/{name}", "wb") as file:
        file.write(files["trixie-64"])
PYTHON
}

# in_image COMMAND...: as root in there; /tmp/debs holds $work/debs.
in_image() {
	"$top/tools/in-root" "$root" "$work/debs:/tmp/debs" -- "$@"
}
