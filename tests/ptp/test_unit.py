#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""NTP unit 2: what is learned while a simulated GPS is locked carries it on when that is lost; clocks that
lie about UTC, or do not tell it, never label it. True time is the system clock: the simulated pulses are
its seconds."""
import statistics
import sys
import time

import forge
import world

PATH_NS = 3 * 10 ** 6
UNIT = 2


class Fed(world.Case):
    @classmethod
    def build(cls):
        cls.world.host('forger')
        cls.sender = forge.Sender('forger')
        cls.far = forge.Clock(cls.sender, 0x11, shift_ns=-PATH_NS)
        cls.wrong = forge.Clock(cls.sender, 0x22, utc_offset=36, shift_ns=10 ** 9, priority1=1)
        cls.free = forge.Clock(cls.sender, 0x33, flags=forge.UTC_VALID, priority1=1,
                               time_ns=time.monotonic_ns)
        cls.liars = world.Thread(forge.play((cls.wrong, cls.free)))
        cls.near = forge.Clock(cls.sender, 0x44, domain=7)
        cls.honest = world.Thread(forge.play((cls.far, cls.near)))
        cls.addClassCleanup(cls.liars.stop)
        cls.addClassCleanup(cls.honest.stop)
        cls.gps = cls.world.run('d', cls.tool, 'run', '--pps', 'sim', '--coarse-unit', 'none', '--state-file',
                                'none', '--leap-file', 'none')
        cls.written = {}

    def watch(self, seconds):
        """Looks at the unit for so long; the errors of its new samples."""
        end, new = time.monotonic() + seconds, []
        while time.monotonic() < end:
            try:
                count, error, receive, _, precision, valid = world.Unit(UNIT).read()
            except OSError:
                count = valid = 0
            if valid and receive not in self.written:
                self.written[receive] = error
                new.append((error, precision))
            time.sleep(0.1)
        return new

    def test_1_it_learns_the_delay_while_gps_is_locked(self):
        world.wait_for('GPS locked', 40, self.is_gps_locked)
        world.wait_for(f'unit fed: {self.ptp.said()}', 60, lambda: self.watch(1))
        world.wait_for('both learned', 10, lambda: None not in [
            self.clock(honest.name, honest.common['domain'])['delay_ns'] for honest in (self.far, self.near)])
        for honest, delay in ((self.far, PATH_NS), (self.near, 0)):
            clock = self.clock(honest.name, honest.common['domain'])
            print(f'delay learned: {clock["delay_ns"]} ns, error seen {clock["gps_error_ns"]} ns')
            self.assertIsNone(clock['why'])
            self.assertAlmostEqual(clock['delay_ns'] / 1e6, delay / 1e6, delta=0.3)
            self.assertAlmostEqual(clock['gps_error_ns'] / 1e6, -delay / 1e6, delta=0.3)

    def test_2_who_does_not_tell_utc_or_not_rightly_may_not_feed_it(self):
        for clock, why in ((self.wrong, 'contradicts GPS'), (self.free, 'arbitrary timescale')):
            shown = self.clock(clock.name)
            self.assertFalse(shown['selected'], shown)
            self.assertIn(why, shown['why'])
        wrong = self.clock(self.wrong.name)
        self.assertIsNotNone(wrong['gps_error_ns'], wrong)
        self.assertAlmostEqual(wrong['gps_error_ns'] / 1e9, 1, delta=0.01)
        self.assertIsNone(self.clock(self.free.name)['gps_error_ns'])

    def test_3_without_gps_it_goes_on_within_tens_of_microseconds(self):
        self.gps.stop()
        world.wait_for('GPS lost', 10, lambda: not self.is_gps_locked())
        new = self.watch(7)
        errors = [error for error, _ in new]
        print(f'without GPS: {len(new)} samples, median error {statistics.median(errors):.0f} ns, '
              f'worst {max(map(abs, errors))} ns, precision {new[-1][1]}')
        self.assertGreaterEqual(len(new), 5)
        self.assertLess(abs(statistics.median(errors)), 100000)
        self.assertTrue(-20 <= new[-1][1] <= -8, new[-1])

    def test_4_one_that_jumps_then_is_left_for_another(self):
        chosen, other = sorted((self.far, self.near), reverse=True, key=lambda honest: self.clock(
            honest.name, honest.common['domain'])['selected'])
        chosen.shift_ns += 50 * 10 ** 6
        self.clock(other.name, other.common['domain'], 6, lambda c: c['selected'])
        self.assertTrue(self.watch(3))
        self.assertFalse(self.clock(chosen.name, chosen.common['domain'])['selected'])

    def test_5_when_the_last_honest_clock_is_gone_there_is_silence(self):
        self.honest.stop()
        time.sleep(5)
        self.watch(0.2)
        self.assertEqual(self.watch(4), [])
        self.assertEqual(self.json()['unit']['state'], 'silent')
        self.assertTrue(self.json()['unit']['why'])

    def test_6_none_of_all_samples_was_labelled_wrongly(self):
        self.assertGreater(len(self.written), 8)
        self.assertLess(max(map(abs, self.written.values())), 5 * 10 ** 6)


if __name__ == '__main__':
    world.main(sys.argv)
