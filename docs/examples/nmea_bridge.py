#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""nmea_bridge.py PORT UNIT: the time of a receiver's sentences, as they arrive, to an NTP unit. PORT is a
serial port (set it with `stty -F PORT 9600 raw`), a FIFO or a file. Without pulses that is right to some
0.1 s; `pps2shm bridge` does the same with more care."""
import functools
import operator
import sys
import time
from datetime import datetime

import ntpshm

unit = ntpshm.NtpShm(int(sys.argv[2]))
with open(sys.argv[1], encoding="ascii", errors="replace") as port:
    for line in port:
        received_ns = time.time_ns()
        said, _, checksum = line.strip().lstrip("$").partition("*")
        field = said.split(",")
        if field[0][2:] == "RMC" and f"{functools.reduce(operator.xor, said.encode()):02X}" == checksum:
            if field[2] == "A":  # the receiver has a fix
                whole, _, fraction = field[1].partition(".")
                utc = datetime.strptime(field[9] + whole + "+0000", "%d%m%y%H%M%S%z")
                unit.update(int(utc.timestamp()) * 10**9 + int(fraction.ljust(9, "0")), received_ns)
