#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Interfaces that come and go while the daemon runs."""
import sys
import time

import forge
import world


class Links(world.Case):
    def heard(self, clock, heard=True):
        self.clock(clock.name, 0, 10, lambda c: (c['heard_s'] < 1.5 and c['interface'] == 'eth1') == heard)

    def test_an_interface_that_comes_is_listened_on_and_one_that_goes_harms_nothing(self):
        count = world.wait_for('joined', 5, lambda: self.json()['daemon'].get('interfaces'))
        for number in (1, 2):
            far = self.world.bare(f'far{number}')
            self.world.wire('d', 'eth1', far, f'10.0.{number}')
            clock = forge.Clock(forge.Sender(far), 0x100 + number)
            six = forge.Clock(forge.Sender(far, 6), 0x200 + number)
            playing = world.Thread(forge.play((clock, six)))
            self.addCleanup(playing.stop)
            self.heard(clock)
            self.heard(six)
            self.assertEqual(self.json()['daemon']['interfaces'], count + 1)
            world.ip('-n', 'd', 'link', 'set', 'eth1', 'down')
            world.wait_for('left', 5, lambda: self.json()['daemon']['interfaces'] == count)
            time.sleep(1.5)
            self.heard(clock, False)
            world.ip('-n', 'd', 'link', 'set', 'eth1', 'up')
            self.heard(clock)
            self.heard(six)
            playing.stop()
            world.ip('-n', 'd', 'link', 'del', 'eth1')
            world.wait_for('left', 5, lambda: self.json()['daemon']['interfaces'] == count)
        self.assertIsNone(self.ptp.process.poll())


if __name__ == '__main__':
    world.main(sys.argv)
