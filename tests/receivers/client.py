# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""For tests in Python: starts a simulated receiver, speaks with it and asks for its state."""
import json
import os
import select
import subprocess
import sys
import termios
import time
import tty

HERE = os.path.dirname(os.path.abspath(__file__))


class Simulated:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(HERE, "receiver.py"), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.path = self.process.stdout.readline().strip()
        self.fd = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.fd is not None:
            os.close(self.fd)
        self.process.stdin.close()
        self.process.wait(5)
        self.process.stdout.close()

    def control(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.path = answer.get("path", self.path)
        return answer

    def state(self):
        return self.control("state")

    def open(self, rate):
        """The host's end at a bit rate."""
        if self.fd is None:
            self.fd = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
            tty.setraw(self.fd)
        mode = termios.tcgetattr(self.fd)
        mode[4] = mode[5] = getattr(termios, f"B{rate}")
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)
        termios.tcflush(self.fd, termios.TCIFLUSH)

    def write(self, data):
        os.write(self.fd, data)

    def read(self, seconds, until=None):
        """What comes in this time, or up to the first `until` in it."""
        out, end = b"", time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                out += os.read(self.fd, 4096)
                if until and until in out:
                    break
        return out
