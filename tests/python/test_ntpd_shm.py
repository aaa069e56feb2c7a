#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""NtpdShm: as programs for python-ntpdshm use it, and what it refuses."""
import math
import time
import unittest
from decimal import Decimal

import private
import ntpshm as ntpdshm

PLAIN = ("mode", "count", "clockTimeStampSec", "clockTimeStampUSec", "clockTimeStampNSec",
         "receiveTimeStampSec", "receiveTimeStampUSec", "receiveTimeStampNSec", "leap", "precision",
         "nsamples")


class Case(unittest.TestCase):
    def setUp(self):
        self.shm = ntpdshm.NtpdShm(unit=2)
        self.addCleanup(private.remove, 2)
        self.addCleanup(self.shm.close)


class Fields(Case):
    def test_every_member_is_read_and_written_under_its_name(self):
        for name in PLAIN:
            for value in (1, 0):
                setattr(self.shm, name, value)
                self.assertEqual(getattr(self.shm, name), value, name)
                self.assertEqual(sum(getattr(self.shm, other) for other in PLAIN), value, name)

    def test_valid_is_a_boolean_that_takes_numbers(self):
        for value, seen in ((1, True), (0, False), (True, True), (False, False)):
            self.shm.valid = value
            self.assertIs(self.shm.valid, seen)

    def test_the_two_pseudo_properties(self):
        for prefix in ("clock", "receive"):
            setattr(self.shm, prefix + "TimeStamp", 12345.987654321)
            self.assertEqual(getattr(self.shm, prefix + "TimeStamp"), 12345.987654)
            self.assertEqual(getattr(self.shm, prefix + "TimeStampSec"), 12345)
            self.assertEqual(getattr(self.shm, prefix + "TimeStampUSec"), 987654)
            self.assertAlmostEqual(getattr(self.shm, prefix + "TimeStampNSec"), 987654321, delta=1)

    def test_before_1970(self):
        self.shm.clockTimeStamp = -0.25
        self.assertEqual((self.shm.clockTimeStampSec, self.shm.clockTimeStampUSec), (-1, 750000))
        self.assertEqual(self.shm.clockTimeStamp, -0.25)

    def test_the_steps_by_hand(self):
        """As the older package's page describes them."""
        self.shm.valid = 0
        self.shm.clockTimeStamp = 1000.5
        self.shm.receiveTimeStamp = 1000.25
        self.shm.precision = -5
        self.shm.count += 1
        self.shm.valid = 1
        got = ntpdshm.NtpShm(2).read()
        self.assertEqual((got.clock_ns, got.receive_ns), (1000500000000, 1000250000000))
        self.assertEqual((got.precision, got.count, got.valid), (-5, 1, 1))


class Update(Case):
    def test_time_alone_leaves_the_rest(self):
        self.shm.mode, self.shm.precision, self.shm.leap, self.shm.nsamples = 0, -6, 2, 5
        before = math.floor(time.time() * 1e6) / 1e6
        self.shm.update(654321.214365879)
        self.assertTrue(before <= self.shm.receiveTimeStamp <= time.time())
        self.assertEqual(self.shm.clockTimeStamp, 654321.214365)
        self.assertAlmostEqual(self.shm.clockTimeStampNSec, 214365879, delta=1)
        self.assertIs(self.shm.valid, True)
        self.assertEqual((self.shm.mode, self.shm.precision, self.shm.leap, self.shm.nsamples),
                         (0, -6, 2, 5))

    def test_all_of_it(self):
        for call in (lambda: self.shm.update(1.5, 2.5, -1, 1),
                     lambda: self.shm.update(clock_time=1.5, recv_time=2.5, precision=-1, leap=1),
                     lambda: self.shm.update(1.5, receiveTimeStamp=2.5, precision=-1, leap=1, mode=1,
                                             nsamples=9)):
            call()
            self.assertEqual((self.shm.clockTimeStamp, self.shm.receiveTimeStamp), (1.5, 2.5))
            self.assertEqual((self.shm.precision, self.shm.leap), (-1, 1))
        self.assertEqual((self.shm.mode, self.shm.nsamples), (1, 9))

    def test_whatever_makes_a_float(self):
        for seconds in (7, 7.0, Decimal(7), True + 6):
            self.shm.update(seconds, seconds)
            self.assertEqual(self.shm.clockTimeStamp, 7.0)

    def test_today_is_exact_to_what_a_float_can_hold(self):
        now = 1782907200.1234567
        self.shm.update(now, now)
        self.assertEqual(ntpdshm.NtpShm(2).read().clock_ns, int(Decimal(now) * 10**9))


class Refused(Case):
    def test_values(self):
        for args, keywords, kind, text in (
                (("x",), {}, TypeError, "^clock_time must be a number .seconds since 1970., not 'x'$"),
                ((None,), {}, TypeError, "^clock_time must be a number"),
                ((math.nan,), {}, ValueError, "^clock_time nan is out of range"),
                ((math.inf,), {}, ValueError, "^clock_time inf is out of range"),
                ((time.time_ns(),), {}, ValueError, "is out of range: it is seconds since 1970"),
                ((1, 10**400), {}, ValueError, "^recv_time 10+ is out of range"),
                ((1, 2, 1.0), {}, TypeError, "^precision must be an integer, not 1.0$"),
                ((1, 2, 3, 4), {}, ValueError, "^leap 4 is out of range: 0 to 3$"),
                ((1,), {"mode": 6}, ValueError, "^mode 6 is out of range: 0 to 1$"),
                ((1, 2, 3, 0, 1), {}, TypeError, "takes at most 4 positional arguments"),
                ((), {}, TypeError, "misses its argument 'clock_time'")):
            with self.assertRaisesRegex(kind, text) as caught:
                self.shm.update(*args, **keywords)
            self.assertNotIn("\n", str(caught.exception))
            self.assertEqual(self.shm.count, 0)

    def test_fields(self):
        for name, value, kind, text in (
                ("leap", -1, ValueError, "^leap -1 is out of range: 0 to 3$"),
                ("clockTimeStampNSec", 10**9, ValueError, "^clockTimeStampNSec 1000000000 is out of"),
                ("clockTimeStampSec", 1.5, TypeError, "^clockTimeStampSec must be an integer, not 1.5$"),
                ("receiveTimeStamp", "1", TypeError, "^receiveTimeStamp must be a number")):
            with self.assertRaisesRegex(kind, text):
                setattr(self.shm, name, value)
            with self.assertRaisesRegex(AttributeError, f"^{name} cannot be deleted$"):
                delattr(self.shm, name)

    def test_what_another_program_has_left_in_the_unit(self):
        private.poke(2, 0, 7)
        with self.assertRaisesRegex(ValueError, "^mode 7 in the unit is out of range: set it to 0 to 1$"):
            self.shm.update(1.5)
        self.assertEqual(self.shm.mode, 7)
        self.shm.update(1.5, mode=1)
        self.assertEqual(self.shm.mode, 1)

    def test_closed(self):
        self.shm.close()
        for use in (lambda: self.shm.mode, lambda: self.shm.update(1), lambda: self.shm.unit,
                    lambda: self.shm.clockTimeStamp, lambda: setattr(self.shm, "clockTimeStamp", 1)):
            with self.assertRaisesRegex(ValueError, "^the unit is closed$"):
                use()

    def test_units_are_0_to_255(self):
        self.assertEqual(self.shm.unit, 2)
        with self.assertRaisesRegex(ValueError, "^unit 300 is out of range: 0 to 255$"):
            ntpdshm.NtpdShm(300)


private.enter()
unittest.main()
