# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(safe_open pps2shm_common)
unit(signals pps2shm_common)
unit(clocks pps2shm_sources)
unit(pps_find pps2shm_sources)
unit(pps pps2shm_sources)
unit(autobaud pps2shm_sources)
unit(serial pps2shm_sources)
unit(stream pps2shm_sources)
unit(receiver pps2shm_sources)
unit(simulator pps2shm_sources)
unit(gpio pps2shm_sources)

# Both generations are tested, whichever is installed: the other one against its bare interface.
add_executable(test_gpio_v2 test_gpio_v2.c ${PROJECT_SOURCE_DIR}/src/sources/gpio_v2.c)
target_link_libraries(test_gpio_v2 PRIVATE PkgConfig::CMOCKA)
if(PPS2SHM_GPIOD_GENERATION LESS 2)
  target_include_directories(test_gpio_v2 BEFORE PRIVATE gpiod2)
else()
  target_include_directories(test_gpio_v2 PRIVATE ${GPIOD_INCLUDE_DIRS})
endif()
add_test(NAME unit_gpio_v2 COMMAND test_gpio_v2)
set_tests_properties(unit_gpio_v2 PROPERTIES LABELS unit TIMEOUT 120)
