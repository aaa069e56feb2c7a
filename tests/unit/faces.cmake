# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(capture pps2shm_core)
unit(capture_head pps2shm_core)
unit(capture_pivot pps2shm_core)
unit(segment pps2shm_status)
unit(segment_read pps2shm_status Threads::Threads)
unit(segment_time pps2shm_segment)
unit(segment_trace pps2shm_status Threads::Threads)
unit(segment_place pps2shm_status)
unit(config pps2shm_config)

# What etc/ and docs/man/ say of the configuration comes from the table of keys.
add_executable(config_doc config_doc.c)
target_link_libraries(config_doc PRIVATE pps2shm_config)
add_test(NAME unit_config_doc
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/config_doc.sh $<TARGET_FILE:config_doc> ${PROJECT_SOURCE_DIR})
set_tests_properties(unit_config_doc PROPERTIES LABELS unit TIMEOUT 60)

unit(status pps2shm_status_json)
unit(mcp pps2shm_mcp)
unit(mcp_lines pps2shm_mcp)
unit(mcp_tools pps2shm_mcp INSIDE mcp)
unit(other_daemon pps2shm_status)
unit(unit_user pps2shm_status pps2shm_common)
add_test(NAME unit_commands
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/commands.sh $<TARGET_FILE:pps2shm>)
set_tests_properties(unit_commands PROPERTIES LABELS unit TIMEOUT 180 COST 60)

add_test(NAME unit_commands_named
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/commands_named.sh $<TARGET_FILE:pps2shm> ${PROJECT_SOURCE_DIR})
set_tests_properties(unit_commands_named PROPERTIES LABELS unit TIMEOUT 60)

# What a daemon published is what replay makes of what record wrote.
add_executable(round_trip round_trip.c)
target_link_libraries(round_trip PRIVATE pps2shm_status)
add_test(NAME unit_round_trip COMMAND round_trip $<TARGET_FILE:pps2shm>)
set_tests_properties(unit_round_trip PROPERTIES LABELS unit TIMEOUT 60)
