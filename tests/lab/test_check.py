#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""The judge must not be blind: each kind of wrong output makes it fail, and right output does not."""
import os
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
SECOND = 1_000_000_000
UTC = 1_802_260_802 * SECOND
AHEAD = 40_000_000  # true time minus the lab's clock


class Log:
    """Ten seconds, rightly published: pulse, burst, both samples."""

    def __init__(self):
        self.truth, self.watch = [], []
        for k in range(10):
            true, raw = UTC + k * SECOND, (2 + k) * SECOND
            self.did("P", k, true, raw)
            self.saw_stamp(k, true - AHEAD + 300)
            self.saw(1, raw + 20_000_000, true, true - AHEAD + 300)
            self.did("B", k, true + 150_000_000, raw + 150_000_000)
            self.saw(0, raw + 700_000_000, true, true - AHEAD + 2_000_000)

    def did(self, what, k, true, raw):
        real = true - AHEAD
        self.truth.append(f"{what} {k} {true} {raw} {real} {real + 600} 1")

    def saw_stamp(self, seq, real):
        self.watch.append(f"K {seq + 1} {real}")

    def saw(self, unit, raw, clock, receive):
        self.watch.append(f"S {unit} {raw} 2 {clock} {receive} 0 -20")

    def change(self, start, old, new):
        """In the one line of the witness that starts so."""
        lines = [i for i, line in enumerate(self.watch) if line.startswith(start)]
        assert len(lines) == 1 and old in self.watch[lines[0]]
        self.watch[lines[0]] = self.watch[lines[0]].replace(old, new)

    def judge(self, *expectations):
        with tempfile.TemporaryDirectory() as folder:
            for name in "truth", "watch":
                with open(os.path.join(folder, name), "w") as file:
                    file.writelines(line + "\n" for line in getattr(self, name))
            return subprocess.run([os.path.join(HERE, "check"), os.path.join(folder, "truth"),
                                   os.path.join(folder, "watch"), *expectations],
                                  capture_output=True, text=True)


PULSE_5 = UTC + 5 * SECOND
STAMP_5 = PULSE_5 - AHEAD + 300


class Judge(unittest.TestCase):
    def passes(self, log, *expectations):
        result = log.judge(*expectations)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def fails(self, log, text, *expectations):
        result = log.judge(*expectations)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn(text, result.stdout)

    def test_right_output_passes(self):
        self.passes(Log(), "--pps-error", "300", "--full", "0-9", "--first", "0",
                    "--pps-samples", "10", "--coarse-samples", "10", "--coarse-median", "2000")

    def test_a_wrong_second_fails(self):
        log = Log()
        log.change(f"S 1 {7 * SECOND + 20_000_000} ", str(PULSE_5), str(PULSE_5 - SECOND))
        self.fails(log, "pulse 5: published -1000000300 ns wrong")

    def test_a_wrong_coarse_second_fails(self):
        log = Log()
        log.change(f"S 0 {7 * SECOND + 700_000_000} ", str(PULSE_5), str(PULSE_5 + SECOND))
        self.fails(log, "second 5: coarse sample")

    def test_a_stamp_one_nanosecond_off_fails(self):
        log = Log()
        log.change(f"S 1 {7 * SECOND + 20_000_000} ", str(STAMP_5), str(STAMP_5 + 1))
        self.fails(log, "is not the kernel's stamp")

    def test_a_published_glitch_fails(self):
        log = Log()
        log.did("E", 5, PULSE_5 + 300_000_000, 7_300_000_000)
        log.saw(1, 7_320_000_000, PULSE_5, STAMP_5 + 300_000_000)
        self.fails(log, "there was no pulse")

    def test_a_sample_out_of_nothing_fails(self):
        log = Log()
        log.saw(1, 7_320_000_000, PULSE_5, STAMP_5 + 300_000_000)
        self.fails(log, "there was no pulse")

    def test_a_sample_in_a_leap_second_fails(self):
        log = Log()
        log.truth = [line.replace(str(PULSE_5) + " ", "-1 ") for line in log.truth]
        self.fails(log, "pulse 5: published")

    def test_a_missing_pulse_fails_a_full_span(self):
        log = Log()
        log.watch = [line for line in log.watch if str(PULSE_5) not in line or line[:3] != "S 1"]
        self.fails(log, "not seen: [5]", "--full", "0-9")
        self.passes(log, "--full", "6-9")

    def test_a_sample_fails_a_silent_span(self):
        self.fails(Log(), "saw [5]", "--silent", "5-5")
        self.fails(Log(), "no coarse sample in second 5", "--coarse-silent", "5-5")

    def test_a_late_start_fails(self):
        log = Log()
        log.watch = [line for line in log.watch if line[:3] != "S 1"]
        self.fails(log, "by pulse 5", "--first", "5")

    def test_an_error_above_the_bar_fails(self):
        self.fails(Log(), "PPS errors of 299 ns", "--pps-error", "299")
        self.fails(Log(), "coarse median of 1999 us", "--coarse-median", "1999")

    def test_too_few_samples_fail(self):
        self.fails(Log(), "expected 11 PPS samples", "--pps-samples", "11")
        self.fails(Log(), "expected 11 coarse samples", "--coarse-samples", "11")

    def test_a_receiver_that_did_nothing_fails(self):
        log = Log()
        log.truth, log.watch = [], []
        self.fails(log, "the receiver did nothing")


if __name__ == "__main__":
    unittest.main()
