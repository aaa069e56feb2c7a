# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""A serial line on a pty: bit rates of both ends, pacing, and what a wrong rate does to bytes."""
import errno
import fcntl
import os
import pty
import struct
import termios
import tty

TCGETS2 = 0x802C542A
CHANGE = 0.02  # s: a host may have set its rate right behind its write; a UART would have sent first


def rate_of(fd):
    """The other side's bit rate. On a pty's master it is that which the slave has been set to."""
    raw = fcntl.ioctl(fd, TCGETS2, bytes(44))
    return struct.unpack_from("II", raw, 36)[1]


def garble(data, tx, rx):
    """What a UART at rate rx reads of bytes sent without a pause at rate tx (8 bits, no parity)."""
    if tx == rx or not data:
        return data
    bits = []
    for byte in data:
        bits.append(0)
        bits.extend((byte >> i) & 1 for i in range(8))
        bits.append(1)
    ratio, n = tx / rx, len(bits)  # sent bits for each read bit

    def level(t):
        i = int(t)
        return bits[i] if i < n else 1

    out, t = bytearray(), 0.0
    while True:
        i = int(t)
        while i < n and bits[i]:
            i += 1
        if i >= n:
            return bytes(out)
        t = max(t, float(i))
        if level(t + ratio / 2):  # shorter than half a bit: no start bit
            t = i + 1.0
            continue
        out.append(sum(level(t + ratio * (1.5 + b)) << b for b in range(8)))
        t += ratio * 9.5


class Line:
    """The pty, kept open; `link`, if given, is a symbolic link to it."""

    def __init__(self, link=None):
        self.link = link
        self.master = self.slave = None
        self.plug()

    def plug(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        mode = termios.tcgetattr(self.slave)
        mode[4] = mode[5] = termios.B9600
        termios.tcsetattr(self.slave, termios.TCSANOW, mode)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self.slave)
        if self.link:
            if os.path.islink(self.link):
                os.unlink(self.link)
            os.symlink(self.path, self.link)
        self.host = rate_of(self.master)
        self.host_before, self.changed = self.host, -1.0

    def unplug(self):
        """As a USB receiver that is pulled out: the device hangs up and is gone."""
        if self.link and os.path.islink(self.link):
            os.unlink(self.link)
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = None

    def look(self, now):
        rate = rate_of(self.master)
        if rate != self.host:
            self.host_before, self.host, self.changed = self.host, rate, now

    def read(self, now, own):
        """Bytes from the host as a receiver at rate `own` would read them, and their line time."""
        self.look(now)
        try:
            data = os.read(self.master, 4096)
        except OSError as e:
            if e.errno in (errno.EAGAIN, errno.EIO):
                return b"", 0.0
            raise
        sent = self.host
        if sent != own and self.host_before == own and now - self.changed < CHANGE:
            sent = own
        return garble(data, sent, own), len(data) * 10 / sent

    def write(self, data, own):
        """What the receiver sends; what the host does not read in time is lost, as in a UART."""
        try:
            os.write(self.master, garble(data, own, self.host))
        except OSError as e:
            if e.errno not in (errno.EAGAIN, errno.EIO):
                raise


class Wire:
    """A real UART instead: time, and what a wrong rate does to bytes, are the line's."""

    def __init__(self, device):
        self.path, self.host = device, None
        self.master = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.master)
        self.rate = None

    def read(self, now, own):
        if own != self.rate:
            mode = termios.tcgetattr(self.master)
            mode[4] = mode[5] = getattr(termios, f"B{own}")
            termios.tcsetattr(self.master, termios.TCSADRAIN, mode)
            self.rate = own
        try:
            return os.read(self.master, 4096), 0.0
        except BlockingIOError:
            return b"", 0.0

    def write(self, data, own):
        try:
            os.write(self.master, data)
        except BlockingIOError:
            pass


class Sender:
    """The receiver's transmit buffer. When a message does not fit, it is dropped as a whole."""

    def __init__(self, size):
        self.size, self.queue, self.used = size, [], 0
        self.dropped = self.sent = 0
        self.credit = 0.0

    def put(self, message):
        if self.used + len(message) > self.size:
            self.dropped += 1
            return False
        self.queue.append(message)
        self.used += len(message)
        return True

    def clear(self):
        self.queue, self.used, self.credit = [], 0, 0.0

    def take(self, seconds, rate):
        """The bytes that the line brings out in this time."""
        self.credit = min(self.credit + seconds * rate / 10, rate / 100 + 16)
        n = int(self.credit)
        out = bytearray()
        while n > len(out) and self.queue:
            head = self.queue[0]
            part = head[: n - len(out)]
            out += part
            if len(part) == len(head):
                self.queue.pop(0)
            else:
                self.queue[0] = head[len(part) :]
        self.used -= len(out)
        self.sent += len(out)
        self.credit = self.credit - len(out) if self.queue else 0.0
        return bytes(out)
