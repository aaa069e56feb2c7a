# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# No torn sample gets out: between two processes, and between two threads before the eyes of the
# thread sanitizer, whose eyes are tested too.
include(CheckCSourceCompiles)

add_executable(hammer_ntpshm hammer_ntpshm.c)
look_inside(hammer_ntpshm ntpshm)
target_link_libraries(hammer_ntpshm PRIVATE pps2shm_ntpshm Threads::Threads)
add_test(NAME unit_ntpshm_hammer_processes COMMAND hammer_ntpshm processes 10000000)
set_tests_properties(unit_ntpshm_hammer_processes PROPERTIES LABELS unit TIMEOUT 600)

set(CMAKE_REQUIRED_FLAGS -fsanitize=thread)
check_c_source_compiles("int main(void) { return 0; }" HAVE_THREAD_SANITIZER)
unset(CMAKE_REQUIRED_FLAGS)
if(HAVE_THREAD_SANITIZER)
  sources_of(ntpshm_sources ntpshm)
  add_executable(hammer_ntpshm_tsan hammer_ntpshm.c ${ntpshm_sources})
  look_inside(hammer_ntpshm_tsan ntpshm)
  target_compile_options(hammer_ntpshm_tsan PRIVATE -fsanitize=thread -g)
  target_link_options(hammer_ntpshm_tsan PRIVATE -fsanitize=thread)
  target_link_libraries(hammer_ntpshm_tsan PRIVATE Threads::Threads)
  add_test(NAME unit_ntpshm_hammer_threads COMMAND hammer_ntpshm_tsan threads 2000000)
  add_test(NAME unit_ntpshm_hammer_sees_races COMMAND hammer_ntpshm_tsan careless 100)
  set_tests_properties(unit_ntpshm_hammer_threads PROPERTIES LABELS unit TIMEOUT 600)
  set_tests_properties(unit_ntpshm_hammer_sees_races PROPERTIES LABELS unit TIMEOUT 600
    PASS_REGULAR_EXPRESSION "ThreadSanitizer: data race")
else()
  message(STATUS "no thread sanitizer with these flags: the hammer in threads is left out")
endif()
