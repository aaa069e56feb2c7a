# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(clocks pps2shm_sources)
unit(pps_find pps2shm_sources)
unit(pps pps2shm_sources)
unit(autobaud pps2shm_sources)
