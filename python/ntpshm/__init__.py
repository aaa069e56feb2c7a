# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""NTP shared memory units, and the status segment of pps2shm: ntpshm-python(3).

NtpShm   a unit in integers: update(), read(), write(), ref
NtpdShm  a unit under the names that ntpd gives its fields, with time in floats
Board    what the daemon pps2shm knows, and GPS time now
"""

from ._ntpshm import (
    LEAP_ADDSECOND,
    LEAP_DELSECOND,
    LEAP_NOTINSYNC,
    LEAP_NOWARNING,
    Board,
    BoardError,
    BoardTime,
    NoDaemon,
    NotLocked,
    NtpdShm,
    NtpShm,
    ShmTime,
)

__all__ = [
    "LEAP_ADDSECOND",
    "LEAP_DELSECOND",
    "LEAP_NOTINSYNC",
    "LEAP_NOWARNING",
    "Board",
    "BoardError",
    "BoardTime",
    "NoDaemon",
    "NotLocked",
    "NtpdShm",
    "NtpShm",
    "ShmTime",
]
