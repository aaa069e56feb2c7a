# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# cmake -DMANIFEST=FILE -P uninstall.cmake: takes away what `cmake --install` noted in FILE, and the
# folders pps2shm and ntpshm in which no file is left. $DESTDIR as at the installation.
if(NOT EXISTS "${MANIFEST}")
  message(FATAL_ERROR "Nothing was installed from here: there is no ${MANIFEST}")
endif()
if(EXISTS "$ENV{DESTDIR}/var/lib/pps2shm-setup.json")
  message(FATAL_ERROR "'pps2shm setup' has changed files of this system, and only the program can put "
    "them back. Say 'sudo pps2shm setup --undo' first; or, if they are to stay as they are, move "
    "$ENV{DESTDIR}/var/lib/pps2shm-setup.json away.")
endif()

file(STRINGS "${MANIFEST}" files)
foreach(file IN LISTS files)
  message(STATUS "Removing: $ENV{DESTDIR}${file}")
  file(REMOVE "$ENV{DESTDIR}${file}")
endforeach()
foreach(file IN LISTS files)
  if(file MATCHES "^(.*/(pps2shm|ntpshm))/")
    set(folder "$ENV{DESTDIR}${CMAKE_MATCH_1}")
    file(REMOVE_RECURSE "${folder}/__pycache__") # of Python itself
    file(GLOB_RECURSE left "${folder}/*") # files alone
    if(NOT left)
      file(REMOVE_RECURSE "${folder}")
    endif()
  endif()
endforeach()
file(REMOVE "${MANIFEST}")
