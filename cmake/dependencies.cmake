# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(GPIOD REQUIRED IMPORTED_TARGET libgpiod>=1.6)
pkg_check_modules(SERIALPORT REQUIRED IMPORTED_TARGET libserialport)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)

include(CheckIncludeFile)
check_include_file(sys/timepps.h HAVE_TIMEPPS_H)
if(NOT HAVE_TIMEPPS_H)
  message(FATAL_ERROR "sys/timepps.h is missing: install Debian's pps-tools")
endif()

if(GPIOD_VERSION VERSION_GREATER_EQUAL 2)
  set(PPS2SHM_GPIOD_GENERATION 2)
else()
  set(PPS2SHM_GPIOD_GENERATION 1)
endif()
