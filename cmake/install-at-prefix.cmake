# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# install_at_prefix(FILE DESTINATION): installs a text file that names places below /usr, with the
# places below the prefix that it is installed to instead. That is only known then:
# `cmake --install build --prefix DIR` may say another than the build was configured with.
function(install_at_prefix file destination)
  install(CODE "
    set(file [==[${file}]==])
    set(destination [==[${destination}]==])
    set(bindir [==[${CMAKE_INSTALL_BINDIR}]==])
    set(scratch [==[${CMAKE_CURRENT_BINARY_DIR}/at-prefix]==])
    include([==[${PROJECT_SOURCE_DIR}/cmake/write-at-prefix.cmake]==])")
endfunction()

# install_pkgconfig(NAME): NAME.pc, from NAME.pc.in here.
function(install_pkgconfig name)
  foreach(kind lib include)
    string(TOUPPER ${kind} upper)
    set(${kind}dir ${CMAKE_INSTALL_${upper}DIR})
    if(NOT IS_ABSOLUTE ${${kind}dir})
      string(PREPEND ${kind}dir "\${prefix}/")
    endif()
  endforeach()
  configure_file(${name}.pc.in ${name}.pc @ONLY)
  install_at_prefix(${CMAKE_CURRENT_BINARY_DIR}/${name}.pc ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
