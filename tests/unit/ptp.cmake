# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(ptp_message pps2shm_ptp)
unit(ptp_clocks pps2shm_ptp)
unit(ptp_feed pps2shm_ptp)
unit(ptp_stamp pps2shm_ptp_daemon pps2shm_common INSIDE ptp_daemon)
unit(ptp_segment pps2shm_ptp_daemon pps2shm_common INSIDE ptp_daemon)
unit(ptp_gps pps2shm_ptp_daemon pps2shm_status pps2shm_common INSIDE ptp_daemon status)
# In a network of its own, for the ports.
add_executable(test_ptp_receive test_ptp_receive.c)
target_link_libraries(test_ptp_receive PRIVATE pps2shm_ptp_daemon pps2shm_common PkgConfig::CMOCKA)
look_inside(test_ptp_receive ptp_daemon)
add_test(NAME unit_ptp_receive COMMAND unshare -U -r -n $<TARGET_FILE:test_ptp_receive>)
set_tests_properties(unit_ptp_receive PROPERTIES LABELS unit TIMEOUT 120)
add_test(NAME unit_ptp_commands COMMAND unshare -U -r -i -n -m ${CMAKE_CURRENT_SOURCE_DIR}/ptp_commands.sh
  $<TARGET_FILE:pps2shm> $<TARGET_FILE:pps2shm-ptp>)
set_tests_properties(unit_ptp_commands PROPERTIES LABELS unit TIMEOUT 120)
