#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""The judge of the clock is not blind."""
import os
import subprocess
import sys
import tempfile
import unittest

JUDGE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "clock_error")
SECOND = 1_000_000_000


class ClockError(unittest.TestCase):
    def judge(self, errors, *args):
        """errors: of the clock, one each second from raw time 100 s on."""
        with tempfile.NamedTemporaryFile("w") as log:
            for k, error in enumerate(errors):
                true, raw = (1_800_000_000 + k) * SECOND, (100 + k) * SECOND
                log.write(f"P {k} {true} {raw} {true + error} {true + error} 1\n")
                log.write(f"B {k} {true} {raw} {true - 77} {true} 1\n")  # no pulse
            log.flush()
            done = subprocess.run([JUDGE, log.name, *args], capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_right_in_time_is_well(self):
        status, said = self.judge([5000] * 10 + [10] * 10, "--within", "100:10")
        self.assertEqual(status, 0)
        self.assertIn("from second 10 on", said)

    def test_late_is_a_failure(self):
        self.assertEqual(self.judge([5000] * 10 + [10] * 10, "--within", "100:9")[0], 1)

    def test_one_error_at_the_end_means_never(self):
        for error in (101, -101):
            status, said = self.judge([10] * 19 + [error], "--within", "100:10")
            self.assertEqual(status, 1)
            self.assertIn("never", said)

    def test_a_relapse_counts_from_its_end(self):
        self.assertIn("right 100 15", self.judge([0] * 14 + [999] + [0] * 5, "--right", "100")[1])

    def test_seconds_are_counted_from_the_begin(self):
        errors = [5000] * 10 + [10] * 10
        self.assertIn("right 100 4", self.judge(errors, "--right", "100", "--begin", str(106 * SECOND))[1])

    def test_noise_is_about_the_mean(self):
        said = self.judge([9999] * 5 + [500, 700] * 50, "--noise", "5-105")[1]
        self.assertEqual(said.split(), ["noise", "5-105", "600", "100", "100", "100"])

    def test_the_time_back_is_counted_from_the_jump(self):
        said = self.judge([0] * 10 + [900] * 6 + [0] * 10 + [900], "--right-in", "100", "10-26")[1]
        self.assertEqual(said.split(), ["right-in", "100", "10-26", "6"])

    def test_nothing_is_not_right(self):
        self.assertNotEqual(self.judge([], "--within", "100:10")[0], 0)


if __name__ == "__main__":
    sys.exit(unittest.main())
