#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_board.py HEADER PPS2SHM: Board, over a status segment made from the header's text, and over that
of a daemon with a simulated receiver."""
import ctypes
import errno
import mmap
import os
import random
import subprocess
import sys
import time
import unittest

import layout
import private
import ntpshm

PPS2SHM = sys.argv.pop()
STRUCTS, KNOWN = layout.layout(sys.argv.pop())
STATES = [b"searching", b"locked", b"holdover"]
UTC_S = 1795815176
NS = 10**9


def raw_ns():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


def names(struct):
    return {name for name, _ in STRUCTS[struct]._fields_}


class Daemon:
    """Its segment, of one that is locked; page, head: what to change."""

    def __init__(self, name="/pps2shm"):
        self.path = "/dev/shm" + name
        with open(self.path, "wb+") as file:
            file.truncate(ctypes.sizeof(STRUCTS["layout"]))
            self.memory = mmap.mmap(file.fileno(), 0)
        whole = STRUCTS["layout"].from_buffer(self.memory)
        self.head, self.page = whole.head, whole.page
        self.head.version, self.head.pid = KNOWN["PPS2SHM_SEGMENT_VERSION"], os.getpid()
        self.head.size = ctypes.sizeof(whole)
        self.head.program = b"9.9 (test)"
        for i, state in enumerate(STATES):
            self.head.state_names[i].value = state
        self.head.cause_names[0].value, self.head.cause_names[2].value = b"glitch", b"late"
        self.page.state = STATES.index(b"locked")
        self.page.jitter_ns = 700
        self.page.leap.confirmed_by = 1
        self.page.sources[1].name = b"/dev/pps0"
        self.beat()
        self.head.magic = b"PPS2SHM"

    def beat(self, age_ns=0):
        """A pulse, and the heart, so long ago."""
        self.page.raw_ns = raw_ns() - age_ns
        self.page.label_raw_ns = self.page.raw_ns
        self.page.label_utc_s = UTC_S

    def end(self):
        if os.path.exists(self.path):
            os.unlink(self.path)


class Case(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(lambda: self.daemon.end())
        self.board = ntpshm.Board()
        self.addCleanup(self.board.close)

    def raises(self, kind, code, text, function=None):
        with self.assertRaisesRegex(kind, text) as caught:
            (function or self.board.utc_ns)()
        self.assertIs(type(caught.exception), kind)
        self.assertIsInstance(caught.exception, ntpshm.BoardError)
        self.assertEqual(caught.exception.errno, code)
        self.assertNotIn("\n", str(caught.exception))


class Time(Case):
    def test_it_goes_on_from_the_pulse_on_the_raw_clock(self):
        self.daemon.beat(age_ns=NS)
        before = raw_ns()
        got = self.board.utc_ns()
        after = raw_ns()
        start = UTC_S * NS - self.daemon.page.label_raw_ns
        self.assertTrue(start + before <= got.utc_ns <= start + after)
        self.assertIs(type(got.utc_ns), int)
        self.assertEqual((got.trusted, got.doubt), (True, None))
        self.assertEqual(tuple(got), (got.utc_ns, got.uncertainty_ns, True, None))

    def test_the_raw_clocks_error_is_taken_off(self):
        for ppb in (100000, -100000, 1):
            self.daemon.page.period_error_ppb = ppb
            self.daemon.beat(age_ns=2 * NS)
            before = raw_ns()
            got = self.board.utc_ns().utc_ns - UTC_S * NS
            after = raw_ns()
            for bound, now in ((-2, before), (2, after)):
                true = (now - self.daemon.page.label_raw_ns) * NS // (NS + ppb)
                self.assertGreaterEqual((got - true - bound) * (-1 if bound > 0 else 1), 0)

    def test_uncertainty(self):
        page, settings = self.daemon.page, self.daemon.head.settings
        for jitter, offset, kind, ppb, least in (
                (700, 0, 0, 9, 2100 + 20000 + 1000), (700, -4000, 0, 9, 2100 + 2000 + 1000),
                (700, 0, 1, 9, 2100 + 2000 + 1000), (700, 0, 2, 9, 2100 + 2000 + 1000),
                (0, -1, 0, 9, 20000 + 2000 + 1000), (700, 0, 0, 0, 2100 + 20000 + 200000)):
            page.jitter_ns, settings.pps_offset_ns, page.stamps.kind = jitter, offset, kind
            page.period_error_ppb = ppb
            self.daemon.beat(age_ns=NS)
            got = self.board.utc_ns().uncertainty_ns
            late = 3 * (least - 22100 if not ppb else 1000) # we may be put to sleep for that long
            self.assertTrue(least <= got < least + late, (jitter, offset, kind, ppb, got))

    def test_the_boards_offset_is_added(self):
        for offset in (0, 12000, -9000):
            self.daemon.head.settings.pps_offset_ns = offset
            self.daemon.beat()
            before = raw_ns()
            got = self.board.utc_ns().utc_ns - UTC_S * NS - offset + self.daemon.page.label_raw_ns
            self.assertTrue(before <= got <= raw_ns())

    def test_what_makes_it_not_to_be_trusted(self):
        self.daemon.page.state = STATES.index(b"holdover")
        self.assertTrue(self.board.utc_ns().trusted)
        for change, text in (
                (lambda page: setattr(page.leap, "confirmed_by", 0), "may not know the leap seconds"),
                (lambda page: setattr(page.sources[1], "name", b"simulated pulses"), "is simulated"),
                (lambda page: setattr(page, "label_raw_ns", raw_ns() - 6 * NS), "no pulse")):
            old = bytes(self.daemon.page)
            change(self.daemon.page)
            got = self.board.utc_ns()
            self.assertIs(got.trusted, False)
            self.assertIn(text, got.doubt)
            ctypes.memmove(ctypes.addressof(self.daemon.page), old, len(old))
        self.assertTrue(self.board.utc_ns().trusted)


class Refused(Case):
    def test_not_locked(self):
        self.daemon.page.state = STATES.index(b"searching")
        self.raises(ntpshm.NotLocked, errno.EAGAIN,
                    "GPS time is not known at present: the daemon's state is 'searching'$")

    def test_locked_but_no_pulse_since(self):
        self.daemon.page.label_utc_s = 0
        text = "the daemon's state is 'locked', and no pulse has come since it is$"
        self.raises(ntpshm.NotLocked, errno.EAGAIN, text)
        self.daemon.beat(age_ns=3 * NS)
        self.daemon.page.state_since_raw_ns = raw_ns() - NS
        self.raises(ntpshm.NotLocked, errno.EAGAIN, text)
        self.daemon.page.state_since_raw_ns -= NS # from holdover to locked no pulse was withheld
        self.assertTrue(self.board.utc_ns().trusted)

    def test_no_daemon(self):
        self.daemon.end()
        self.raises(ntpshm.NoDaemon, errno.ENOENT, "no daemon is running", ntpshm.Board)

    def test_a_daemon_that_ended_died_or_hangs(self):
        self.daemon.page.ended = 1
        self.raises(ntpshm.NoDaemon, errno.ESRCH, "the daemon has ended$")
        self.daemon.page.ended = 0
        child = subprocess.Popen(["true"])
        child.wait()
        self.daemon.head.pid = child.pid
        self.raises(ntpshm.NoDaemon, errno.ESRCH, "the daemon died unexpectedly$")
        self.daemon.head.pid = os.getpid()
        self.daemon.beat(age_ns=6 * NS)
        self.raises(ntpshm.NoDaemon, errno.ETIMEDOUT, "the daemon hangs", self.board.read)
        self.daemon.beat()
        self.assertTrue(self.board.utc_ns().trusted)

    def test_another_version_or_something_else(self):
        self.daemon.head.version += 1
        self.raises(ntpshm.BoardError, errno.EPROTO,
                    "has version 5, this program reads 4: use the program that came with the daemon$")
        self.raises(ntpshm.BoardError, errno.EPROTO, "has version 5", ntpshm.Board)
        self.daemon.head.version -= 1
        self.daemon.head.magic = b"PPS2SHX"
        self.raises(ntpshm.BoardError, errno.EPROTO, "is no status segment of pps2shm$")
        self.daemon.end()
        os.mkdir("/dev/shm/pps2shm")
        self.addCleanup(os.rmdir, "/dev/shm/pps2shm")
        self.raises(ntpshm.BoardError, errno.EPROTO, "other than a plain file", ntpshm.Board)

    def test_what_no_daemon_writes(self):
        for field, value in (("period_error_ppb", -10**9), ("label_utc_s", 2**62), ("jitter_ns", -1),
                             ("label_raw_ns", 2**63 - 1), ("state_since_raw_ns", -2**63)):
            old = getattr(self.daemon.page, field)
            setattr(self.daemon.page, field, value)
            self.raises(ntpshm.BoardError, errno.EPROTO, "holds what no daemon writes$")
            setattr(self.daemon.page, field, old)
        self.daemon.head.settings.pps_offset_ns = 2**63 - 1
        self.raises(ntpshm.BoardError, errno.EPROTO, "holds what no daemon writes$")
        self.daemon.head.settings.pps_offset_ns = 0
        self.assertTrue(self.board.utc_ns().trusted)

    def test_anything_at_all(self):
        chance = random.Random(9)
        for _ in range(3000):
            at = ctypes.addressof(self.daemon.page) + chance.randrange(ctypes.sizeof(self.daemon.page) - 8)
            ctypes.memmove(at, chance.choice((bytes(8), b"\xff" * 8, chance.randbytes(8))), 8)
            self.daemon.page.raw_ns, self.daemon.page.ended = raw_ns(), 0
            self.daemon.page.state = STATES.index(b"locked")
            self.board.read()
            try:
                self.board.utc_ns()
            except ntpshm.BoardError:
                self.daemon.beat()
                self.daemon.page.state_since_raw_ns = 0

    def test_a_writer_that_died_in_the_middle(self):
        self.daemon.head.page_seq = 1
        self.raises(ntpshm.BoardError, errno.EPROTO, "in the middle of writing")

    def test_a_segment_that_was_cut_short(self):
        os.truncate(self.daemon.path, 2000)
        self.raises(ntpshm.BoardError, errno.EPROTO, "cut short")

    def test_closed(self):
        with self.board as board:
            self.assertIs(board, self.board)
        for use in (self.board.utc_ns, self.board.read):
            with self.assertRaisesRegex(ValueError, "^the board is closed$"):
                use()

    def test_arguments(self):
        self.assertRaises(TypeError, ntpshm.Board, 5)
        self.assertRaises(ValueError, ntpshm.Board, "a\0b")


class Everything(Case):
    def test_read_has_every_field_of_the_header(self):
        known = self.board.read()
        self.assertEqual(
            set(known), names("page") - {"ended"} | {"version", "pid", "instance", "program", "owner",
                                                     "settings"})
        for key, struct in (("settings", "settings"), ("receiver", "receiver"), ("stamps", "stamps"),
                            ("leap", "leap")):
            self.assertEqual(set(known[key]), names(struct) - {"zero"}, key)
        for key, struct, parts in (("units", "unit", {"coarse", "pps"}),
                                   ("sockets", "socket", {"coarse", "pps"}),
                                   ("sources", "source", {"serial", "pulse"})):
            self.assertEqual(set(known[key]), parts)
            for part in known[key].values():
                self.assertEqual(set(part), names(struct), key)

    def test_read_has_what_stands_there(self):
        page, head = self.daemon.page, self.daemon.head
        page.rejects[2], page.lag_ns, page.pulses = 5, -3, 2**64 - 1
        page.units[1].unit, page.units[1].error = 1, b"why"
        page.units[0].unit = -1
        page.receiver.talker = b"GN"
        page.stamps.count[2] = 9
        head.settings.agree = 3
        known = self.board.read()
        self.assertEqual(known["rejects"], {"glitch": 0, "late": 5})
        self.assertEqual((known["lag_ns"], known["pulses"], known["state"]), (-3, 2**64 - 1, "locked"))
        self.assertEqual((known["units"]["pps"]["unit"], known["units"]["pps"]["error"]), (1, "why"))
        self.assertEqual(known["units"]["coarse"]["unit"], -1)
        self.assertEqual(known["receiver"]["talker"], "GN")
        self.assertEqual(known["stamps"]["count"], [0, 0, 9])
        self.assertEqual((known["settings"]["agree"], known["pid"]), (3, os.getpid()))
        self.assertEqual((known["program"], known["owner"]), ("9.9 (test)", os.getuid()))
        self.assertEqual(known["sources"]["pulse"]["name"], "/dev/pps0")

    def test_a_daemon_that_was_restarted_is_found_again(self):
        old = self.daemon
        old.page.ended = 1
        old.end()
        self.raises(ntpshm.NoDaemon, errno.ENOENT, "no daemon is running")
        self.daemon = Daemon()
        self.daemon.head.program = b"10.0"
        self.assertEqual(self.board.read()["program"], "10.0")

    def test_another_segment(self):
        other = Daemon("/pps2shm-roof")
        self.addCleanup(other.end)
        other.page.pulses = 77
        self.assertEqual(ntpshm.Board("/pps2shm-roof").read()["pulses"], 77)

    def test_nothing_leaks(self):
        def run():
            for _ in range(2000):
                self.daemon.beat()
                board = ntpshm.Board()
                board.read()
                board.utc_ns()
            return sys.getallocatedblocks(), len(os.listdir("/proc/self/fd"))

        before, after = run(), run()
        self.assertLess(abs(after[0] - before[0]), 100)
        self.assertEqual(after[1], before[1])


class Real(unittest.TestCase):
    def setUp(self):
        self.daemon = subprocess.Popen(
            [PPS2SHM, "run", "--pps", "sim", "--coarse-unit", "none", "--pps-unit", "5",
             "--state-file", "none", "--leap-file", "none", "--segment-name", "/pps2shm-real"],
            stderr=subprocess.DEVNULL)
        self.addCleanup(self.daemon.wait)
        self.addCleanup(self.daemon.kill)

    def locked(self):
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                return ntpshm.Board("/pps2shm-real").utc_ns()
            except (ntpshm.NoDaemon, ntpshm.NotLocked):
                time.sleep(0.1)
        return self.fail("it never locked")

    def test_a_daemon_with_a_simulated_receiver(self):
        got = self.locked()
        # It is right to a microsecond, but whoever asks may be put to sleep.
        self.assertLess(abs(got.utc_ns - time.time_ns()), 300 * 10**6)
        self.assertEqual((got.trusted, got.doubt), (False, "the receiver is simulated"))
        known = ntpshm.Board("/pps2shm-real").read()
        self.assertEqual((known["state"], known["pid"]), ("locked", self.daemon.pid))
        self.assertEqual(ntpshm.NtpShm(5).read().clock_ns % NS, 0)


private.enter()
unittest.main()
