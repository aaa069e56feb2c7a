#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_whole.py HAMMER: no torn sample gets out, of processes or of threads; nothing leaks; and
interpreters do not disturb one another."""
import contextlib
import datetime
import gc
import itertools
import os
import signal
import subprocess
import sys
import threading
import unittest

import private
import ntpshm

try:
    import _interpreters as interpreters # from 3.13 on
except ImportError:
    import _xxsubinterpreters as interpreters

HAMMER = sys.argv.pop(1)
FACTOR = 1234567891


def sample(i):
    """All fields follow from the number of the update: as in tests/unit/hammer_ntpshm.c."""
    return (i * FACTOR, i * FACTOR - i * 7919, i % 1000003, i % 4)


def is_whole(got):
    return (got.clock_ns, got.receive_ns, got.precision, got.leap) == sample(got.clock_ns // FACTOR)


@contextlib.contextmanager
def child_that(write):
    pid = os.fork()
    if pid == 0:
        for i in itertools.count(1):
            write(i % 100) # precision is a small number
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class Torn(unittest.TestCase):
    def setUp(self):
        self.shm = ntpshm.NtpShm(0)
        self.addCleanup(private.remove, 0)
        self.addCleanup(self.shm.close)

    def read_while(self, going):
        whole = torn = none = 0
        while going():
            try:
                if is_whole(self.shm.read()):
                    whole += 1
                else:
                    torn += 1
            except BlockingIOError:
                none += 1
        print(f"{self.id()}: {whole} whole, {torn} torn, {none} times none", file=sys.stderr)
        self.assertEqual(torn, 0)
        self.assertGreater(whole, 1000)

    def read_often(self):
        left = iter(range(150000))
        self.read_while(lambda: next(left, None) is not None)

    def test_written_by_c(self):
        with subprocess.Popen([HAMMER, "write", "2000000"]) as writer:
            self.read_while(lambda: writer.poll() is None)
        self.assertEqual(writer.returncode, 0)

    def test_live_stamps_are_whole_too(self):
        ref = self.shm.ref
        with subprocess.Popen([HAMMER, "write", "2000000"]) as writer:
            while writer.poll() is None:
                # A writer that was put to sleep in a write, count odd, is not waited for.
                before, clock_ns, after = ref.count, ref.clock_ns, ref.count
                self.assertTrue(clock_ns % FACTOR == 0 or before % 2 or after % 2)

    def test_update(self):
        with child_that(lambda i: self.shm.update(*sample(i))):
            self.read_often()

    def test_update_in_floats(self):
        other = ntpshm.NtpdShm(0)

        def write(i):
            clock_ns, receive_ns, precision, leap = sample(i * 1024)
            other.update(clock_ns / 1e9, receive_ns / 1e9, precision % 100, leap)

        with child_that(write):
            for _ in range(50000):
                with contextlib.suppress(BlockingIOError):
                    got = self.shm.read()
                    i = round(got.clock_ns / FACTOR / 1024)
                    self.assertAlmostEqual(got.receive_ns, sample(i * 1024)[1], delta=100)
                    self.assertEqual(got.precision, sample(i * 1024)[2] % 100)

    def test_write(self):
        copies = [ntpshm.ShmTime(mode=1, valid=1) for _ in range(100)]
        for i, copy in enumerate(copies):
            copy.clock_ns, copy.receive_ns, copy.precision, copy.leap = sample(i)
        with child_that(lambda i: self.shm.write(copies[i])):
            self.read_often()

    def test_threads_that_also_close(self):
        stop = threading.Event()
        failures = []

        def work(number):
            for i in itertools.count(number):
                if stop.is_set():
                    return
                with contextlib.suppress(BlockingIOError, ValueError):
                    self.shm.update(*sample(i % 100))
                    if not is_whole(self.shm.read()):
                        failures.append(i)
                    if number == 0 and i % 1000 == 999:
                        self.shm.close()
                        self.shm = ntpshm.NtpShm(0)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        threading.Event().wait(0.5)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


def everything():
    """Each way through the module once, errors too."""
    zone = datetime.timezone.utc
    with ntpshm.NtpShm(1) as shm:
        shm.update(1, 2, precision=3, leap=0)
        copy = shm.read()
        shm.write(copy)
        ref = shm.ref
        ref.clock_dt = datetime.datetime(2026, 7, 1, tzinfo=zone)
        copy.clock_ns = ref.receive_ns
        repr(ref), ref.clock_dt, shm.key, ref.count
        ref.count, ref.valid = 1, 0 # as if a writer had died in it
        for wrong in (lambda: shm.update(1.5), lambda: shm.update(2**64), lambda: shm.update(lepa=1),
                      shm.read, lambda: setattr(ref, "clock_dt", datetime.datetime(2026, 7, 1)),
                      lambda: setattr(ref, "leap", 9), lambda: shm.write(1), lambda: ntpshm.NtpShm(999),
                      lambda: ntpshm.ShmTime(clock=1), lambda: ntpshm.Board("/pps2shm-none")):
            try:
                wrong()
            except (TypeError, ValueError, OSError, AttributeError):
                pass
            else:
                raise AssertionError("no error")
    ntpshm.ShmTime(clock_ns=5).receive_dt
    floats = ntpshm.NtpdShm(1)
    floats.valid = 0
    floats.clockTimeStamp = floats.receiveTimeStamp
    floats.update(1.5, precision=-1, nsamples=2)


class Leaks(unittest.TestCase):
    def test_nothing_is_left_behind(self):
        self.addCleanup(private.remove, 1)
        kinds = (ntpshm.NtpShm, ntpshm.NtpdShm, ntpshm.ShmTime, ntpshm.Board, ntpshm.NoDaemon, type(None))

        def state():
            gc.collect()
            with open("/proc/self/statm", encoding="ascii") as file:
                pages = int(file.read().split()[1])
            return sys.getallocatedblocks(), [sys.getrefcount(kind) for kind in kinds], pages

        def run(times):
            for _ in range(times):
                everything()

        run(500)
        blocks, counts, pages = state()
        run(5000)
        blocks_after, counts_after, pages_after = state()
        self.assertLess(abs(blocks_after - blocks), 200)
        for before, after, kind in zip(counts, counts_after, kinds):
            self.assertLess(abs(after - before), 20, kind)
        if "asan" not in os.environ.get("LD_PRELOAD", ""): # which keeps what is freed
            self.assertLess(pages_after - pages, 256)
        self.assertEqual([row["nattch"] for row in private.segments()], [0])


class Interpreters(unittest.TestCase):
    SCRIPT = ("import sys; sys.path[:] = {path!r}\n"
              "import ntpshm\n"
              "with ntpshm.NtpShm(3) as shm:\n"
              "    shm.update(shm.ref.clock_ns + 1)\n"
              "    assert type(shm.read()) is ntpshm.ShmTime\n"
              "    assert id(ntpshm.ShmTime) != {theirs}\n"
              "try: ntpshm.Board('/pps2shm-none')\n"
              "except ntpshm.NoDaemon: pass\n")

    def test_each_has_a_module_of_its_own(self):
        self.addCleanup(private.remove, 3)
        script = self.SCRIPT.format(path=sys.path, theirs=id(ntpshm.ShmTime))
        with ntpshm.NtpShm(3) as shm:
            for i in range(1, 11):
                other = interpreters.create()
                self.assertIsNone(interpreters.run_string(other, script))
                interpreters.destroy(other)
                self.assertEqual(shm.read().clock_ns, i)
                self.assertIs(type(shm.ref), ntpshm.ShmTime)


private.enter()
unittest.main()
