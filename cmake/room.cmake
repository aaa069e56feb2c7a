# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# room(NAME [FOLDER folder] SOURCES file... [HEADERS header...] [USES room...] [USES_INSIDE room...])
# makes the library pps2shm_NAME from a folder of src/. Its HEADERS are all that others can include
# of it, as "FOLDER/header.h", and only who names it in USES (its own HEADERS include them) or in
# USES_INSIDE can: no target has src/ itself in its include path. A room comes after those it uses.
set(PPS2SHM_ROOMS ${PROJECT_BINARY_DIR}/rooms)

# The folder as its own files see it: all of it, under its name.
function(room_inside target folder)
  file(MAKE_DIRECTORY ${PPS2SHM_ROOMS}/inside-${folder})
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${folder} ${PPS2SHM_ROOMS}/inside-${folder}/${folder}
    SYMBOLIC)
  target_include_directories(${target} PRIVATE ${PPS2SHM_ROOMS}/inside-${folder})
endfunction()

function(room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "FOLDER" "SOURCES;HEADERS;USES;USES_INSIDE")
  if(NOT room_FOLDER)
    set(room_FOLDER ${name})
  endif()
  add_library(pps2shm_${name} STATIC ${room_SOURCES})
  room_inside(pps2shm_${name} ${room_FOLDER})

  set(shown ${PPS2SHM_ROOMS}/${name})
  file(REMOVE_RECURSE ${shown}) # what is no longer shown
  file(MAKE_DIRECTORY ${shown}/${room_FOLDER})
  foreach(header ${room_HEADERS})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${header} ${shown}/${room_FOLDER}/${header} SYMBOLIC)
  endforeach()
  target_include_directories(pps2shm_${name} INTERFACE ${shown})

  foreach(used ${room_USES} ${room_USES_INSIDE})
    if(NOT TARGET pps2shm_${used})
      message(FATAL_ERROR "The room ${name} cannot use ${used}, which does not stand before it in src/CMakeLists.txt")
    endif()
  endforeach()
  list(TRANSFORM room_USES PREPEND pps2shm_)
  list(TRANSFORM room_USES_INSIDE PREPEND pps2shm_)
  target_link_libraries(pps2shm_${name} PUBLIC ${room_USES} PRIVATE ${room_USES_INSIDE})
endfunction()

# look_inside(TARGET room...): a test that includes what these rooms keep to themselves.
function(look_inside target)
  foreach(name ${ARGN})
    target_include_directories(${target} PRIVATE
      $<TARGET_PROPERTY:pps2shm_${name},INCLUDE_DIRECTORIES>)
  endforeach()
endfunction()
