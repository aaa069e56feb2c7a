# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
# The nqptp interface: but for its region, pure.
room(nqptp FOLDER ptp
  SOURCES nqptp.c nqptp_command.c nqptp_filter.c nqptp_region.c nqptp_wake.c
  HEADERS nqptp.h nqptp_command.h nqptp_filter.h nqptp_region.h nqptp_wake.h
  USES ptp
  USES_INSIDE common
)
