# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
cmake_minimum_required(VERSION 3.25)
# Writes version.h, and touches it only when the description changed.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --tags
  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(DESCRIBED)
  set(described ${DESCRIBED})
endif()
set(text "${VERSION}")
if(described)
  string(APPEND text " (${described})")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define PPS2SHM_VERSION \"@text@\"\n" @ONLY)
