#!/bin/bash -e
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
if [ ! -d "$ROOTFS_DIR" ]; then
	copy_previous
fi
