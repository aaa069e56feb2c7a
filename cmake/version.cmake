# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# version.h is written anew at each build, so that -V names the commit it was built from.
set(PPS2SHM_DESCRIBED "" CACHE STRING "git describe, for a source tree without git")
set(PPS2SHM_GENERATED ${CMAKE_CURRENT_BINARY_DIR}/generated)
add_custom_target(pps2shm_version ALL
  COMMAND ${CMAKE_COMMAND} -DDESCRIBED=${PPS2SHM_DESCRIBED} -DSOURCE=${CMAKE_CURRENT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          -DOUTPUT=${PPS2SHM_GENERATED}/version.h -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/git-version.cmake
  BYPRODUCTS ${PPS2SHM_GENERATED}/version.h
  COMMENT "version from git")
