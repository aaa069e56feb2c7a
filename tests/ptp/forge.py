# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""PTP clocks that say whatever a test wants, by the layout of IEEE 1588-2008."""
import errno
import os
import socket
import struct
import time

from world import Inside

SYNC, FOLLOW_UP, ANNOUNCE = 0x0, 0x8, 0xB
TWO_STEP, UNICAST = 0x0200, 0x0400
UTC_VALID, PTP_TIMESCALE = 0x0004, 0x0008
GROUP4, GROUP6 = '224.0.1.129', 'ff0e::181'


def header(kind, length, identity, sequence, domain=0, sdo=0, flags=0, correction=0, interval=-3, port=1):
    control = {SYNC: 0, FOLLOW_UP: 2}.get(kind, 5)
    return struct.pack('>BBHBBHqIQHHBb', sdo << 4 | kind, 2, length, domain, 0, flags, correction << 16, 0,
                       identity, port, sequence & 0xffff, control, interval)


def stamp(ns):
    return struct.pack('>HII', ns // 10 ** 9 >> 32, ns // 10 ** 9 & 0xffffffff, ns % 10 ** 9)


def announce(identity, sequence, grandmaster=None, utc_offset=37, priority1=128, priority2=128,
             clock_class=6, accuracy=0x21, steps=0, source=0x20, **rest):
    return header(ANNOUNCE, 64, identity, sequence, **{'interval': 0, **rest}) + stamp(0) + struct.pack(
        '>hxBBBHBQHB', utc_offset, priority1, clock_class, accuracy, 0x4e5d, priority2,
        identity if grandmaster is None else grandmaster, steps, source)


def name(identity):
    """As ptp4l writes it."""
    text = f'{identity:016x}'
    return f'{text[:6]}.{text[6:10]}.{text[10:]}'


class Sender:
    """The ports 319 and 320 of a host. to: a group by default."""

    def __init__(self, host, version=4, to=None):
        family, self.to = (socket.AF_INET, to or GROUP4) if version == 4 else (socket.AF_INET6, to or GROUP6)
        self.sockets = {}
        with Inside(host):
            for port in (319, 320):
                sock = socket.socket(family, socket.SOCK_DGRAM)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                index = socket.if_nametoindex('eth0')
                if version == 4:
                    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                                    struct.pack('=4s4si', b'', b'', index))
                else:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
                sock.bind(('', port))
                self.sockets[port] = sock

    def send(self, port, data):
        try:
            self.sockets[port].sendto(data, (self.to, port))
        except OSError as error: # a link that has just come up, or is down, has no address of IPv6
            if error.errno not in (errno.ENETUNREACH, errno.EADDRNOTAVAIL):
                raise


class Clock:
    """Time: real time + utc_offset + shift_ns. Change its members while it runs."""

    def __init__(self, sender, identity, **facts):
        self.sender, self.identity = sender, identity
        self.two_step, self.shift_ns, self.utc_offset, self.rate = True, 0, 37, 8
        self.flags = UTC_VALID | PTP_TIMESCALE
        self.time_ns = lambda: time.clock_gettime_ns(time.CLOCK_REALTIME) + self.utc_offset * 10 ** 9
        self.common, self.said = {'domain': 0, 'sdo': 0}, {}
        self.sequence = self.announced = 0
        self.due = time.monotonic()
        for key, value in facts.items():
            if key in ('domain', 'sdo'):
                self.common[key] = value
            elif hasattr(self, key):
                setattr(self, key, value)
            else:
                self.said[key] = value

    @property
    def name(self):
        return name(self.identity)

    def announce(self):
        self.sender.send(320, announce(self.identity, self.announced, flags=self.flags,
                                       utc_offset=self.utc_offset, **self.said, **self.common))
        self.announced += 1

    def sync(self):
        self.sequence += 1
        head = header(SYNC, 44, self.identity, self.sequence, flags=TWO_STEP if self.two_step else 0,
                      **self.common)
        whole = head + stamp(0)
        now = self.time_ns() + self.shift_ns # as late as can be
        self.sender.send(319, whole if self.two_step else head + stamp(now))
        if self.two_step:
            self.sender.send(320, header(FOLLOW_UP, 44, self.identity, self.sequence, **self.common) +
                             stamp(now))

    def step(self):
        if self.sequence % self.rate == 0:
            self.announce()
        self.sync()
        self.due += 1 / self.rate


def play(clocks):
    """A step of all: for world.Thread."""
    def step():
        nearest = min(clocks, key=lambda clock: clock.due)
        time.sleep(max(0, min(nearest.due - time.monotonic(), 0.05)))
        if nearest.due <= time.monotonic():
            nearest.step()
    return step


def flood(sender, per_s, seconds):
    """Made-up clocks, each with one message, from a process of its own: its pid."""
    pid = os.fork()
    if pid == 0:
        begun, sent = time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            while sent < (time.monotonic() - begun) * per_s:
                identity = 0xF000000000000000 + sent
                if sent % 2:
                    sender.send(320, announce(identity, 1, flags=UTC_VALID | PTP_TIMESCALE))
                else:
                    sender.send(319, header(SYNC, 44, identity, 1) + stamp(time.time_ns()))
                sent += 1
            time.sleep(0.001)
        os._exit(0 if sent >= per_s * seconds * 0.99 else 1)
    return pid
