# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
unit(ptp_message pps2shm_ptp)
unit(ptp_clocks pps2shm_ptp)
unit(ptp_feed pps2shm_ptp)
unit(ptp_stamp pps2shm_ptp_daemon pps2shm_common INSIDE ptp_daemon)
unit(ptp_segment pps2shm_ptp_daemon pps2shm_common INSIDE ptp_daemon)
