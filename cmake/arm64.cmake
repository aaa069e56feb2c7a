# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# Cross build for 64-bit ARM with Debian's gcc-aarch64-linux-gnu. The libraries come from a private
# tree that tools/arm64-sysroot makes, so that the build machine needs no foreign architecture.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)

set(PPS2SHM_ARM64_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/arm64-sysroot
    CACHE PATH "what tools/arm64-sysroot made")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PPS2SHM_ARM64_SYSROOT)
get_filename_component(CMAKE_SYSROOT ${PPS2SHM_ARM64_SYSROOT} REALPATH)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})

# Tests run through qemu's user emulation, where it is installed.
find_program(PPS2SHM_QEMU NAMES qemu-aarch64 qemu-aarch64-static)
if(PPS2SHM_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${PPS2SHM_QEMU} -L ${CMAKE_SYSROOT})
endif()
