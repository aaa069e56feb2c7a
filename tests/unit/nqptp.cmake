# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(nqptp pps2shm_nqptp)
unit(nqptp_command pps2shm_nqptp)
unit(nqptp_filter pps2shm_nqptp)
unit(nqptp_region pps2shm_nqptp pps2shm_common Threads::Threads)

# No torn set gets to a reader that was written from the description of the region alone.
add_executable(nqptp_reader nqptp_reader.c)
add_executable(nqptp_writer nqptp_writer.c)
target_link_libraries(nqptp_writer PRIVATE pps2shm_nqptp)
add_test(NAME unit_nqptp_hammer
  COMMAND nqptp_writer $<TARGET_FILE:nqptp_reader> 10000000)
set_tests_properties(unit_nqptp_hammer PROPERTIES LABELS unit TIMEOUT 300)
