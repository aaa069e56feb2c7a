#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""off_by_one_second.py: a source of time that is always one second behind, on NTP unit 2. In ntp.conf:

    refclock shm unit 2 refid PYTH noselect

Then `ntpq -pn` shows it with an offset of -1000 ms, and ntpd does not follow it. Needs root, or a unit
that this user may write: pps2shm shm create --unit 2 --group GROUP."""
import time

import ntpshm

shm = ntpshm.NtpdShm(unit=2)
shm.mode = 1
shm.precision = -6  # right within 2^-6 s
shm.leap = 0

while True:
    shm.update(time.time() - 1.0)
    time.sleep(1.0)
