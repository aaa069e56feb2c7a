# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# At installation, by install_at_prefix(): file with the prefix in it, into destination.
get_filename_component(prefix "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
get_filename_component(bindir "${bindir}" ABSOLUTE BASE_DIR "${prefix}")
get_filename_component(name "${file}" NAME)
file(READ "${file}" text)
string(REPLACE "/usr/bin/" "${bindir}/" text "${text}")
string(REPLACE "/usr/sbin/" "${prefix}/sbin/" text "${text}")
string(REPLACE "/usr/libexec/" "${prefix}/libexec/" text "${text}")
string(REPLACE "prefix=/usr\n" "prefix=${prefix}\n" text "${text}")
# Root may have left it there at another installation.
file(REMOVE "${scratch}/${name}")
file(WRITE "${scratch}/${name}" "${text}")
file(INSTALL "${scratch}/${name}" DESTINATION "${prefix}/${destination}")
