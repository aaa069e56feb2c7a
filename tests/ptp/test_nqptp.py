#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""The nqptp interface, from the side of an audio program: commands to port 9000, the region read by its
description. Followed are a real ptp4l and a forged phone: 802.1AS, its uptime, eight Follow_Ups a second."""
import mmap
import os
import re
import socket
import struct
import subprocess
import sys
import time

import forge
import world

PHONE_AHEAD_NS = 12345 * 10 ** 9


def raw_ns():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


class Region:
    """As an audio program maps it."""

    def __init__(self):
        with open('/dev/shm/nqptp', 'rb') as file:
            self.map = mmap.mmap(file.fileno(), 72, prot=mmap.PROT_READ)

    def version(self):
        return struct.unpack_from('@H', self.map)[0]

    def read(self):
        """Master's clock id, local time, offset (signed), start time."""
        for _ in range(10):
            first, second = self.map[:72], self.map[:72]
            if first[8:40] == second[40:72]:
                return struct.unpack_from('@QQqQ', first, 8)
        raise AssertionError('no good copy')


class Nqptp(world.Case):
    @classmethod
    def build(cls):
        cls.master = cls.world.ptp4l(cls.world.host('master'))
        for name in ('phone', 'late', 'crowd'):
            cls.world.host(name)
        cls.phone_sends = forge.Sender('phone')
        cls.phone = forge.Clock(cls.phone_sends, 0x9c20_7bff_fe01_0203, sdo=1, flags=0, clock_class=248,
                                time_ns=lambda: raw_ns() + PHONE_AHEAD_NS)
        cls.phone.utc_offset = 0
        cls.playing = world.Thread(forge.play((cls.phone,)))
        cls.addClassCleanup(cls.playing.stop)
        with world.Inside('d'):
            cls.control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            cls.control.connect(('127.0.0.1', 9000))
            cls.control6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            cls.control6.connect(('::1', 9000))

    def setUp(self):
        self.region = world.wait_for('the region', 5, self.open_region)

    @staticmethod
    def open_region():
        try:
            region = Region()
        except (OSError, ValueError):
            return None
        return region if region.version() == 10 else None

    def say(self, text, control=None):
        (control or self.control).send(text.encode() + b'\0')

    def master_is(self, identity, seconds=8):
        world.wait_for(f'master {identity:x}; {self.ptp.said()}', seconds,
                       lambda: self.region.read()[0] == identity)

    def test_1_the_region_is_empty_until_play_begins(self):
        self.assertEqual(self.region.read(), (0, 0, 0, 0))
        self.say('/nqptp T 10.0.0.3 10.0.0.2')
        time.sleep(2.5)
        self.assertEqual(self.region.read(), (0, 0, 0, 0))
        self.say('/nqptp B')
        self.master_is(self.phone.identity, 2)

    def test_2_a_phones_time_is_got_from_it(self):
        for _ in range(5):
            time.sleep(0.3)
            _, local, offset, start = self.region.read()
            self.assertLess(raw_ns() - local, 10 ** 9)
            self.assertLess(start, local)
            self.assertLess(abs(offset - PHONE_AHEAD_NS), 2 * 10 ** 6)

    def test_3_it_was_woken(self):
        said, sock = [], self.phone_sends.sockets[320]
        sock.setblocking(False)
        try:
            while True:
                data, where = sock.recvfrom(2048)
                if where[0] == '10.0.0.1':
                    said.append(data)
        except BlockingIOError:
            pass
        self.assertEqual([data[0] & 0xf for data in said], [0xb, 0xb])
        self.assertEqual([data[47] for data in said], [127, 129])

    def test_4_an_end_and_no_peers_empty_it_and_a_pause_does_not(self):
        self.say('/nqptp P')
        time.sleep(0.5)
        self.assertEqual(self.region.read()[0], self.phone.identity)
        self.say('/nqptp E')
        self.master_is(0, 1)
        self.say('/nqptp B', self.control6)
        self.master_is(self.phone.identity, 1)
        self.say('/nqptp T', self.control6)
        self.master_is(0, 1)

    def test_5_a_real_ptp4l_is_followed(self):
        identity = int(self.master.identity().replace('.', ''), 16)
        self.say('another T 10.0.0.2')
        self.say('another B')
        self.master_is(identity)
        time.sleep(1.5)
        _, _, offset, _ = self.region.read()
        ours = time.clock_gettime_ns(time.CLOCK_REALTIME) - raw_ns()
        print(f'ptp4l as read from the region: {offset - ours} ns')
        self.assertLess(abs(offset - ours), 500000)

    def test_6_a_peer_that_speaks_by_the_other_ip_version_is_found(self):
        """Only the phone is heard there: the other one is stopped."""
        self.master.stop()
        time.sleep(0.5)
        self.say('/nqptp T fd00::3')
        self.say('/nqptp B')
        self.master_is(self.phone.identity, 9)

    def test_7_a_peer_is_heard_through_a_flood_of_others(self):
        """It begins when made-up clocks have taken all places."""
        pid = forge.flood(forge.Sender('crowd'), 5000, 7)
        time.sleep(2.2) # with two messages a second: none comes when places change hands, each 3 s
        late = forge.Clock(forge.Sender('late'), 0x1234, rate=2)
        playing = world.Thread(forge.play((late,)))
        self.addCleanup(playing.stop)
        self.say('/nqptp T 10.0.0.4')
        self.say('/nqptp B')
        self.master_is(late.identity, 3)
        self.clock(late.name)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)

    def test_8_nonsense_is_told_once(self):
        lines = self.ptp.said().count('\n')
        for number in range(300):
            self.control.send(b'\x1b[2J nonsense ' + bytes(number))
        self.control.send(b'')
        self.control.send(b'x' * 4097)
        self.say('/nqptp E')
        self.master_is(0, 2)
        said = self.ptp.said().splitlines()[lines:]
        self.assertEqual(len(said), 1, said)
        self.assertNotIn('\x1b', said[0])

    def refuses(self, host, *patterns):
        """A second daemon there: it ends with one line."""
        second = self.world.run(host, self.daemon, '--unit', 'none', '--segment-name', '/second')
        self.assertEqual(second.process.wait(15), 1, second.said())
        for pattern in patterns:
            self.assertRegex(second.said(), pattern)
        self.assertEqual(second.said().count('\n'), 1, second.said())

    def test_9_where_others_hold_what_it_needs_it_refuses(self):
        self.refuses('d', r'\b319\b|\b320\b')
        self.master = self.world.ptp4l('master')
        self.master.identity()
        self.refuses('master', r'\b319\b|\b320\b', 'ptp4l')
        self.world.host('other')
        self.refuses('other', '/nqptp')
        with world.Inside('other'):
            for family, address in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
                taken = socket.socket(family, socket.SOCK_DGRAM)
                taken.bind((address, 9000))
                self.refuses('other', r'\b9000\b')
                taken.close()
        self.assertIsNone(self.ptp.process.poll())

    def test_x_after_its_end_the_region_is_gone(self):
        self.assertEqual(self.ptp.stop(), 0)
        self.assertEqual(self.region.version(), 0)
        self.assertIsNone(self.open_region())

    def test_0_versions_are_told(self):
        said = subprocess.run([self.daemon, '-V'], capture_output=True, text=True, check=True).stdout
        self.assertTrue(re.search(r'shared memory interface.*\b10\b|smi10', said), said)


if __name__ == '__main__':
    world.main(sys.argv)
