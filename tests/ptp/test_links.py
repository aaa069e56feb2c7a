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

    def test_many_interfaces_and_one_that_leaves_a_bridge(self):
        """Twelve: more memberships than a socket may have. Those of the last are kept when it leaves a bridge,
        of which rtnetlink tells as if it were gone."""
        clocks = []
        for number in range(12):
            far = self.world.bare(f'many{number}')
            self.world.wire('d', f'many{number}', far, f'10.1.{number}')
            clocks.append(forge.Clock(forge.Sender(far), 0x300 + number))
        playing = world.Thread(forge.play(clocks))
        self.addCleanup(playing.stop)
        for clock in clocks:
            self.clock(clock.name)
        world.ip('-n', 'd', 'link', 'add', 'bridge', 'type', 'bridge')
        world.ip('-n', 'd', 'link', 'set', 'many11', 'master', 'bridge')
        time.sleep(1.5)
        world.ip('-n', 'd', 'link', 'set', 'many11', 'nomaster')
        time.sleep(1.5)
        self.clock(clocks[11].name, 0, 3, lambda c: c['heard_s'] < 1.2 and c['interface'] == 'many11')
        self.assertNotIn('many11: it is down', self.ptp.said())

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
