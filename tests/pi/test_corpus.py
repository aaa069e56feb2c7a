#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_corpus.py PROGRAM...: setup on stock and on edited boot files of every kind. What it brings
about is judged by the oracle; what else it touched, by comparing every byte."""
import os
import re
import sys
import unittest

import oracle
import stock
import variants
from fixture import PROGRAM, Root, error_line

BLOCK = re.compile(rb'\r?\n?(\r?\n)?# pps2shm setup: begin\r?\n.*# pps2shm setup: end\r?\n', re.S)

# What a setup may touch, and its folders.
MAY_CHANGE = {
    'boot/firmware/config.txt', 'boot/firmware/cmdline.txt', 'boot/firmware/mine.txt',
    'etc/pps2shm.conf', 'etc/default/ntpsec', 'etc/ntpsec/ntp.d', 'etc/ntpsec/ntp.d/pps2shm.conf',
    'etc/systemd/system/serial-getty@ttyAMA0.service', 'etc/systemd/system/serial-getty@ttyS0.service',
    'etc/systemd/system/gpsd.service', 'etc/systemd/system/gpsd.socket',
    'etc/systemd/system/systemd-timesyncd.service',
    'etc/systemd/system/multi-user.target.wants/hciuart.service',
    'etc/systemd/system/multi-user.target.wants/pps2shm.service', 'etc/systemd/system/ntpsec.service.wants',
    'etc/systemd/system/ntpsec.service.wants/pps2shm-drift.service', 'var/lib/pps2shm-setup.json',
}


def without_block(config):
    return BLOCK.sub(b'', config, count=1)


class Corpus(unittest.TestCase):
    def check_result(self, root, before, config, model, wanted, files, cmdline_file):
        after = root.tree()
        made = root.read('boot/firmware/config.txt')
        self.assertEqual(oracle.faults(made, model, files, **wanted), [])
        # Outside of the block nothing changed, but for the newline that the last line lacked.
        kept = without_block(config)
        self.assertIn(without_block(made).rstrip(b'\r\n'), {kept, kept.rstrip(b'\r\n')})
        if wanted.get('header', True):
            old, new = before[cmdline_file][0], after[cmdline_file][0]
            self.assertEqual(list(oracle.console_faults(old, new)), [])
        else:
            self.assertEqual(before[cmdline_file], after[cmdline_file])
        changed = {k for k in before.keys() | after.keys() if before.get(k, 0) != after.get(k, 0)}
        self.assertLessEqual(changed, MAY_CHANGE)
        ends = {line[-1:] == b'\r' for line in made.split(b'\n')[:-1]}
        if b'\r\n' in config and config.count(b'\r\n') == config.count(b'\n'):
            self.assertEqual(ends, {True})

    def succeed(self, config, cmdline, model, args=(), files=None, wanted=None):
        wanted, files = wanted or {}, files or {}
        in_boot = {f'boot/firmware/{k}': v for k, v in files.items()}
        name = 'boot/firmware/mine.txt' if 'mine.txt' in files else 'boot/firmware/cmdline.txt'
        with Root(config, cmdline, in_boot) as root:
            before = root.tree()
            if model == 'pi4':
                result = root.run('--dry-run', *args, model=model)
                self.assertEqual((result.returncode, result.stderr), (0, b''))
                self.assertEqual(root.tree(), before, 'a dry run changed something')
            result = root.run(*args, model=model)
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.check_result(root, before, config, model, wanted, files, name)
            after = root.tree()
            result = root.run(*args, model=model)
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.assertIn(b'nothing to change', result.stdout)
            self.assertEqual(root.tree(), after, 'a second setup changed something')
            result = root.undo()
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.assertEqual(root.tree(), before, 'undo did not bring everything back')

    def refuse(self, config, cmdline, model, args, files, words):
        in_boot = {f'boot/firmware/{k}': v for k, v in files.items()}
        with Root(config, cmdline, in_boot) as root:
            before = root.tree()
            result = root.run(*args, model=model)
            self.assertEqual(result.returncode, 1, result.stdout)
            self.assertRegex(error_line(result), words)
            self.assertEqual(root.tree(), before, 'a refusal changed something')

    def test_stock_files_of_every_release_work_on_every_model(self):
        for release in stock.CONFIG:
            for model in stock.MODELS:
                with self.subTest(release=release, model=model):
                    self.succeed(stock.CONFIG[release], stock.CMDLINES[release], model)

    def test_every_variant_works_or_is_refused_with_its_reason(self):
        for v in variants.ALL:
            models = v['refused'] | set(variants.FAMILIES)
            for model in sorted(models):
                with self.subTest(variant=v['name'], model=model):
                    if model in v['refused']:
                        self.refuse(v['config'], v['cmdline'], model, v['args'], v['files'], v['words'])
                    else:
                        self.succeed(v['config'], v['cmdline'], model, v['args'], v['files'],
                                     v['wanted'])

    def test_files_thrown_together_work_or_are_refused(self):
        """SEED and COUNT in the environment try others."""
        seed, count = int(os.environ.get('SEED', 1)), int(os.environ.get('COUNT', 80))
        worked = 0
        for number in range(seed, seed + count):
            model, config = variants.thrown_together(number)
            with self.subTest(seed=number, model=model, config=config), Root(config) as root:
                before = root.tree()
                result = root.run(model=model)
                if result.returncode:
                    error_line(result)
                    self.assertEqual(root.tree(), before)
                    continue
                worked += 1
                made = root.read('boot/firmware/config.txt')
                self.assertEqual(oracle.faults(made, model, {}), [])
                self.assertIn(b'nothing to change', root.run(model=model).stdout)
                self.assertEqual(root.undo().returncode, 0)
                self.assertEqual(root.tree(), before)
        self.assertGreater(worked, count / 10)  # else this test says nothing

    def test_the_corpus_is_as_large_as_it_claims(self):
        self.assertGreaterEqual(len(variants.ALL), 40)
        self.assertEqual(len({v['name'] for v in variants.ALL}), len(variants.ALL))

    def test_the_oracle_finds_fault_with_stock_files(self):
        for model in stock.MODELS:
            self.assertTrue(oracle.faults(stock.CONFIG['trixie-64'], model, {}))


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0]])
