#!/bin/bash -e
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
#
# The package lies in files/, for the suite and architecture of the image. PPS2SHM_SETUP, in pi-gen's
# config, is what `pps2shm setup` is told; "export" it there.
install -m 644 files/pps2shm_*.deb "$ROOTFS_DIR/tmp/pps2shm.deb"
on_chroot <<CHROOT
apt-get install -y /tmp/pps2shm.deb
pps2shm setup ${PPS2SHM_SETUP:---model pi4} --yes
CHROOT
rm "$ROOTFS_DIR/tmp/pps2shm.deb"
