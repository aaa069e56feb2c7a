# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(calendar pps2shm_core)
unit(robust pps2shm_core)
unit(nmea pps2shm_core)
unit(sentence pps2shm_core)
unit(epoch pps2shm_core)
unit(gate pps2shm_core)
unit(label pps2shm_core)
unit(label_dispute pps2shm_core)
unit(label_leap pps2shm_core)
unit(core pps2shm_core)
unit(core_input pps2shm_core)
unit(core_lag pps2shm_core)
unit(core_output pps2shm_core PkgConfig::JANSSON)

unit(chrony_sock pps2shm_sinks)
unit(unit_sink pps2shm_sinks)
unit(state_file pps2shm_daemon)
