#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""NtpShm and ShmTime: as programs for ntp-shm use them, and what they refuse."""
import datetime
import errno
import gc
import time
import unittest

import private
from ntpshm import LEAP_ADDSECOND, NtpdShm, NtpShm, ShmTime

UTC = datetime.timezone.utc
NS = 1782907200123456789


class Case(unittest.TestCase):
    def setUp(self):
        self.shm = NtpShm(2)
        self.addCleanup(private.remove, 2)
        self.addCleanup(self.shm.close)


class Samples(Case):
    def test_an_update_is_a_sample_in_mode_1(self):
        self.shm.update(NS, NS + 5, precision=-20, leap=LEAP_ADDSECOND)
        got = self.shm.read()
        self.assertEqual((got.clock_ns, got.receive_ns), (NS, NS + 5))
        self.assertEqual((got.mode, got.valid, got.leap, got.precision), (1, 1, 1, -20))
        self.assertEqual((got.clock_time_sec, got.clock_time_usec, got.clock_time_nsec),
                         (1782907200, 123456, 123456789))
        self.assertEqual((got.receive_time_sec, got.receive_time_usec, got.receive_time_nsec),
                         (1782907200, 123456, 123456794))

    def test_received_now_if_nothing_else_is_said(self):
        before = time.time_ns()
        self.shm.update(NS)
        self.assertTrue(before <= self.shm.read().receive_ns <= time.time_ns())
        self.assertEqual((self.shm.ref.precision, self.shm.ref.leap), (-1, 0))

    def test_by_the_names_of_either_version(self):
        self.shm.update(clock_ns=1, receive_ns=2)
        self.assertEqual((self.shm.read().clock_ns, self.shm.read().receive_ns), (1, 2))
        self.shm.update(receive_time_ns=4, clock_time_ns=3)
        self.assertEqual((self.shm.read().clock_ns, self.shm.read().receive_ns), (3, 4))

    def test_before_1970(self):
        self.shm.update(-1, -1500)
        got = self.shm.read()
        self.assertEqual((got.clock_ns, got.receive_ns), (-1, -1500))
        self.assertEqual((got.clock_time_sec, got.clock_time_usec), (-1, 999999))
        self.assertEqual(got.clock_dt, datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC))

    def test_count_is_even_at_rest_and_goes_on(self):
        for count in (2, 4, 6):
            self.shm.update(NS)
            self.assertEqual(self.shm.read().count, count)

    def test_reading_takes_nothing_from_ntpd(self):
        self.shm.update(NS)
        self.shm.read()
        self.assertEqual(self.shm.ref.valid, 1)

    def test_a_writer_that_never_ends_is_no_copy(self):
        self.shm.ref.count = 3
        with self.assertRaisesRegex(BlockingIOError, "the unit was being written") as caught:
            self.shm.read()
        self.assertEqual(caught.exception.errno, errno.EAGAIN)


class Copies(Case):
    def test_a_copy_is_changed_by_itself_and_written_as_a_whole(self):
        self.shm.update(NS)
        copy = self.shm.read()
        copy.count += 1
        copy.clock_time_sec = 42
        copy.leap = 3
        copy.nsamples = 7
        self.assertEqual(self.shm.read().clock_ns, NS)
        self.shm.write(copy)
        got = self.shm.read()
        self.assertEqual((got.clock_ns, got.leap, got.nsamples, got.valid),
                         (42 * 10**9 + 123456789, 3, 7, 1))
        self.assertEqual(got.count, 4)

    def test_what_is_not_valid_is_written_so(self):
        self.shm.update(NS)
        copy = self.shm.read()
        copy.valid = 0
        self.shm.write(copy)
        self.assertEqual((self.shm.ref.valid, self.shm.ref.count), (0, 4))

    def test_made_from_fields(self):
        copy = ShmTime(clock_ns=NS, receive_dt=datetime.datetime(2026, 7, 1, tzinfo=UTC), valid=True)
        self.assertEqual(copy.clock_time_usec, 123456)
        self.assertEqual(copy.receive_ns, 1782864000 * 10**9)
        self.assertEqual((copy.valid, copy.mode), (1, 0))
        self.assertIn("clock_time_nsec=123456789", repr(copy))

    def test_datetimes(self):
        copy = ShmTime(clock_ns=NS)
        self.assertEqual(copy.clock_dt,
                         datetime.datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC))
        east = datetime.timezone(datetime.timedelta(hours=2))
        copy.clock_dt = datetime.datetime(1969, 12, 31, 1, 59, 59, 1, tzinfo=east)
        self.assertEqual(copy.clock_ns, -86400 * 10**9 - 10**9 + 1000)

    def test_nanoseconds_count_if_they_agree_with_the_microseconds(self):
        copy = ShmTime(clock_time_usec=123456)
        self.assertEqual(copy.clock_ns, 123456000)
        copy.clock_time_nsec = 123456789
        self.assertEqual(copy.clock_ns, 123456789)


class Live(Case):
    def test_ref_is_the_unit_itself(self):
        ref = self.shm.ref
        ref.clock_ns = NS
        ref.count += 1
        ref.valid = 1
        self.assertEqual((self.shm.read().clock_ns, self.shm.ref.count), (NS, 1))
        self.shm.update(5)
        self.assertEqual(ref.clock_time_nsec, 5)

    def test_ref_of_a_closed_unit_is_an_error(self):
        ref = self.shm.ref
        self.shm.close()
        self.shm.close()
        for use in (lambda: ref.count, lambda: repr(ref), lambda: setattr(ref, "count", 1),
                    lambda: self.shm.ref, self.shm.read, lambda: self.shm.update(1),
                    lambda: self.shm.key, self.shm.__enter__, lambda: self.shm.write(ShmTime())):
            with self.assertRaisesRegex(ValueError, "^the unit is closed$"):
                use()

    def test_ref_keeps_its_unit(self):
        ref = NtpShm(3).ref
        self.addCleanup(private.remove, 3)
        ref.count = 9
        self.assertEqual(NtpShm(3).ref.count, 9)

    def test_with_closes(self):
        with NtpShm(2) as shm:
            self.assertEqual((shm.segment, shm.key), (2, 0x4E545032))
        self.assertRaises(ValueError, shm.read)
        self.assertEqual([row["nattch"] for row in private.segments()], [1])

    def test_a_class_of_ones_own(self):
        class Mine(NtpShm):
            pass

        mine = Mine(2)
        mine.cycle = mine
        mine.last = mine.ref
        mine.update(NS)
        self.assertEqual(mine.last.clock_ns, NS)
        self.assertIs(type(mine.read()), ShmTime)
        del mine
        gc.collect()
        self.assertEqual([row["nattch"] for row in private.segments()], [1])


class Closing:
    """A number that closes the unit when it is asked for."""

    def __init__(self, shm):
        self.shm = shm

    def __index__(self):
        self.shm.close()
        return 1

    def __float__(self):
        return float(self.__index__())


class ClosedMeanwhile(Case):
    def test_a_value_that_closes_the_unit_is_not_stored(self):
        for kind in (NtpShm, NtpdShm):
            for use in (lambda shm, it: shm.update(it), lambda shm, it: shm.update(1, it),
                        lambda shm, it: shm.update(1, 1, it), lambda shm, it: shm.update(1, leap=it)):
                shm = kind(2)
                with self.assertRaisesRegex(ValueError, "^the unit is closed$"):
                    use(shm, Closing(shm))
        for field in ("count", "clock_ns"):
            shm = NtpShm(2)
            with self.assertRaisesRegex(ValueError, "^the unit is closed$"):
                setattr(shm.ref, field, Closing(shm))
        for field in ("mode", "clockTimeStamp"):
            shm = NtpdShm(2)
            with self.assertRaisesRegex(ValueError, "^the unit is closed$"):
                setattr(shm, field, Closing(shm))
        self.assertEqual(self.shm.ref.count, 0)


class Refused(Case):
    def refused(self, kind, text, function, *args, **keywords):
        before = repr(self.shm.ref)
        with self.assertRaisesRegex(kind, text) as caught:
            function(*args, **keywords)
        self.assertNotIn("\n", str(caught.exception))
        self.assertEqual(repr(self.shm.ref), before)

    def test_values(self):
        update = self.shm.update
        big = 2**63
        self.refused(TypeError, "^clock_time_ns must be an integer, not 1.5$", update, 1.5)
        self.refused(TypeError, "^receive_time_ns must be an integer, not '2'$", update, 1, "2")
        self.refused(ValueError, f"^clock_time_ns {big} is out of range: ", update, big)
        self.refused(ValueError, "^leap 4 is out of range: 0 to 3$", update, 1, leap=4)
        self.refused(ValueError, "^precision -129 is out of range: -128 to 127$", update, 1, 2, -129)

    def test_arguments(self):
        update = self.shm.update
        self.refused(TypeError, "misses its argument 'clock_time_ns'", update)
        self.refused(TypeError, "got an unexpected keyword argument 'lepa'", update, 1, lepa=1)
        self.refused(TypeError, "got two values for argument 'clock_ns'", update, 1, clock_ns=1)
        self.refused(TypeError, "takes at most 4 positional arguments .5 given", update, 1, 2, 3, 0, 5)
        self.refused(TypeError, "ShmTime.. takes fields by name", ShmTime, 1)
        self.refused(AttributeError, "no attribute 'clock'", ShmTime, clock=1)
        self.refused(TypeError, "what is written must be a ShmTime, not 5", self.shm.write, 5)

    def test_fields(self):
        for name, value, kind, text in (
                ("leap", 4, ValueError, "^leap 4 is out of range: 0 to 3$"),
                ("mode", 2, ValueError, "^mode 2 is out of range: 0 to 1$"),
                ("clock_time_usec", 10**6, ValueError, "^clock_time_usec 1000000 is out of range"),
                ("receive_time_nsec", -1, ValueError, "^receive_time_nsec -1 is out of range"),
                ("count", 2**31, ValueError, "^count 2147483648 is out of range"),
                ("clock_ns", 1.0, TypeError, "^clock_ns must be an integer, not 1.0$"),
                ("clock_dt", NS, TypeError, "^clock_dt must be a datetime, not 178290"),
                ("receive_dt", datetime.datetime(2026, 7, 1), ValueError,
                 "^receive_dt 2026-07-01 00:00:00 has no time zone: give it one, "),
                ("clock_dt", datetime.datetime(1677, 1, 1, tzinfo=UTC), ValueError, "out of range")):
            self.refused(kind, text, setattr, self.shm.ref, name, value)
            self.refused(kind, text, setattr, ShmTime(), name, value)
            self.refused(AttributeError, f"^{name} cannot be deleted$", delattr, self.shm.ref, name)
        self.refused(AttributeError, "", setattr, self.shm, "key", 1)

    def test_a_copy_with_what_another_program_left(self):
        private.poke(2, 0, 7)
        copy = self.shm.read()
        self.assertEqual(copy.mode, 7)
        self.refused(ValueError, "^mode 7 is out of range: 0 to 1$", self.shm.write, copy)
        copy.mode = 0
        self.shm.write(copy)
        self.assertEqual(self.shm.ref.mode, 0)


class Opening(unittest.TestCase):
    def test_units_are_0_to_255(self):
        for wrong in (-1, 256, 2**70):
            with self.assertRaisesRegex(ValueError, f"^unit {wrong} is out of range: 0 to 255$"):
                NtpShm(wrong)
        with self.assertRaisesRegex(TypeError, "^unit must be an integer, not 1.0$"):
            NtpShm(1.0)

    def test_another_size_is_refused_with_its_errno(self):
        private.make(4, 50, 0o600)
        self.addCleanup(private.remove, 4)
        with self.assertRaisesRegex(OSError, "unit 4 .* is 50 bytes, not") as caught:
            NtpShm(4)
        self.assertEqual(caught.exception.errno, errno.EINVAL)

    def test_a_unit_that_everyone_can_write_is_refused(self):
        private.make(0, 96, 0o666)
        self.addCleanup(private.remove, 0)
        with self.assertRaisesRegex(PermissionError, "every user could set the clock") as caught:
            NtpShm()
        self.assertEqual(caught.exception.errno, errno.EPERM)

    def test_the_mode_is_that_of_a_new_unit(self):
        self.addCleanup(private.remove, 5)
        for mode, made in ((0o660, 0o660), (0o600, 0o660), (None, 0o660)):
            NtpShm(segment=5, mode=mode).close()
            self.assertEqual([row["perms"] for row in private.segments()], [int(f"{made:o}")])
        with self.assertRaisesRegex(ValueError, "^mode 4096 is out of range: 0 to 511$"):
            NtpShm(5, 4096)


private.enter()
unittest.main()
