# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# What is missing is told by the package that it comes in, and all of it at once.
find_package(Threads REQUIRED)
set(missing)

find_package(PkgConfig QUIET)
if(NOT PkgConfig_FOUND)
  message(FATAL_ERROR "pkg-config is missing. On Debian and Raspberry Pi OS: sudo apt install pkg-config")
endif()

# need(VARIABLE MODULE PACKAGE): a library that pkg-config knows, and Debian's package of it.
macro(need variable module package)
  pkg_check_modules(${variable} QUIET IMPORTED_TARGET ${module})
  if(NOT ${variable}_FOUND)
    message(STATUS "${module} is missing (package ${package})")
    list(APPEND missing ${package})
  endif()
endmacro()
need(GPIOD libgpiod>=1.6 libgpiod-dev)
need(SERIALPORT libserialport libserialport-dev)
need(INIH inih libinih-dev)
need(JANSSON jansson libjansson-dev)
if(PPS2SHM_TESTS)
  need(CMOCKA cmocka libcmocka-dev) # or -DPPS2SHM_TESTS=OFF
endif()

# For the Python module: on where Python's headers are, but for sanitizers that Python cannot load.
pkg_check_modules(PYTHON QUIET python3>=3.11)
if(PYTHON_FOUND AND NOT PPS2SHM_FUZZ AND NOT CMAKE_C_FLAGS MATCHES "fsanitize=thread")
  set(python ON)
else()
  set(python OFF)
endif()
option(PPS2SHM_PYTHON "build the Python module ntpshm (libpython3-dev)" ${python})
if(PPS2SHM_PYTHON)
  need(PYTHON python3>=3.11 libpython3-dev)
endif()

include(CheckIncludeFile)
check_include_file(sys/timepps.h HAVE_TIMEPPS_H)
if(NOT HAVE_TIMEPPS_H)
  unset(HAVE_TIMEPPS_H CACHE) # to be looked for again
  message(STATUS "sys/timepps.h is missing (package pps-tools)")
  list(APPEND missing pps-tools)
endif()

if(missing)
  list(JOIN missing " " missing)
  message(FATAL_ERROR "Packages are missing. On Debian and Raspberry Pi OS: sudo apt install ${missing}")
endif()

if(GPIOD_VERSION VERSION_GREATER_EQUAL 2)
  set(PPS2SHM_GPIOD_GENERATION 2)
else()
  set(PPS2SHM_GPIOD_GENERATION 1)
endif()
