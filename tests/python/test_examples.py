#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_examples.py EXAMPLES: the programs of the documentation, as they are, on FIFO, terminal and unit."""
import functools
import operator
import os
import subprocess
import sys
import tempfile
import time
import tty
import unittest

import private
import ntpshm

EXAMPLES = sys.argv.pop()


def sentence(text):
    return f"${text}*{functools.reduce(operator.xor, text.encode()):02X}\r\n".encode()


class Case(unittest.TestCase):
    def start(self, name, *args):
        program = subprocess.Popen([sys.executable, "-B", os.path.join(EXAMPLES, name), *args],
                                   stderr=subprocess.PIPE)
        self.addCleanup(program.stderr.close)
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        return program

    def until(self, seen):
        end = time.monotonic() + 60
        while not seen():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)


class Bridge(Case):
    def feeds(self, port, write):
        """Good sentences reach the unit, with when they came; others do not."""
        shm = ntpshm.NtpShm(3)
        self.addCleanup(private.remove, 3)
        self.addCleanup(shm.close)
        for text, clock_ns in (("GPRMC,123519.50,A,4807.0,N,01131.0,E,0,0,230326,,", 1774269319500000000),
                               ("GNRMC,123520,A,4807.0,N,01131.0,E,0,0,230326,,", 1774269320000000000)):
            count = shm.ref.count
            before = time.time_ns()
            write(sentence(text.replace(",A,", ",V,").replace("1235", "0000")))
            write(sentence(text)[:-4] + b"!!\r\n")
            write(sentence("GPGGA,123519,4807.0,N,01131.0,E,1,08,0.9,545.4,M,46.9,M,,"))
            write(b"\xff\x00,\r\n$\r\n" + sentence(text))
            self.until(lambda: shm.ref.count != count)
            got = shm.read()
            self.assertEqual((got.clock_ns, got.count, got.precision), (clock_ns, count + 2, -1))
            self.assertTrue(before <= got.receive_ns <= time.time_ns())

    def test_of_a_fifo(self):
        with tempfile.TemporaryDirectory() as folder:
            fifo = os.path.join(folder, "gps")
            os.mkfifo(fifo)
            self.start("nmea_bridge.py", fifo, "3")
            with open(fifo, "wb", buffering=0) as end:
                self.feeds(fifo, end.write)

    def test_of_a_terminal(self):
        receiver, port = os.openpty()
        tty.setraw(port)
        self.start("nmea_bridge.py", os.ttyname(port), "3")
        self.feeds(port, lambda data: os.write(receiver, data))
        os.close(receiver)
        os.close(port)


class OffByOneSecond(Case):
    def test_its_unit_is_a_second_behind(self):
        self.addCleanup(private.remove, 2)
        with ntpshm.NtpShm(2) as shm:
            self.start("off_by_one_second.py")
            self.until(lambda: shm.ref.valid)
            got = shm.read()
        self.assertLess(abs(got.clock_ns - got.receive_ns + 10**9), 10**8) # it may be put to sleep there
        self.assertEqual((got.mode, got.precision, got.leap), (1, -6, 0))


private.enter()
unittest.main()
