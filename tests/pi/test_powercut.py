#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_powercut.py INTERPOSE PROGRAM...: the power fails, or a step on files does, at every step of
setup and of undo, one after the other."""
import errno
import os
import subprocess
import sys
import tempfile
import unittest

INTERPOSE = os.path.abspath(sys.argv.pop(1))

from fixture import PROGRAM, Root, error_line  # noqa: E402 (it reads the arguments that are left)

ARGS = ('--gpio', '4', '--overlay', 'pps2shm', '--baud', '9600')
CUT = 99


def preloaded(**variables):
    return {'LD_PRELOAD': INTERPOSE, **{k: str(v) for k, v in variables.items()}}


def steps_of(run):
    with tempfile.NamedTemporaryFile() as f:
        result = run(env=preloaded(PPS2SHM_STEPS=f.name))
        assert result.returncode == 0, result.stderr
        return f.read().decode().split()


class PowerCut(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Root() as root:
            cls.before = root.tree()
            cls.setup_names = steps_of(lambda env: root.run(*ARGS, env=env))
            cls.after = root.tree()
            cls.undo_names = steps_of(lambda env: root.undo(env=env))
            assert root.tree() == cls.before
        cls.setup_steps, cls.undo_steps = len(cls.setup_names), len(cls.undo_names)
        assert cls.setup_steps > 50 and cls.undo_steps > 30

    def whole(self, tree):
        """Every file that counts is the old or the new one, not something between."""
        for name in self.before.keys() | self.after.keys():
            if not name.startswith('var/lib/'):
                self.assertIn(tree.get(name, 0), (self.before.get(name, 0), self.after.get(name, 0)), name)

    def same_but_for_the_journal(self, tree, wanted):
        """The journal may tell of another way to the same state."""
        journal = 'var/lib/pps2shm-setup.json'
        self.assertEqual({k: v for k, v in tree.items() if k != journal},
                         {k: v for k, v in wanted.items() if k != journal})

    def cut_setup(self, root, variable, step):
        result = root.run(*ARGS, env=preloaded(**{variable: step}))
        self.assertEqual(result.returncode, CUT, result.stderr)
        self.whole(root.tree())

    def test_every_step_is_on_the_disk_before_the_next(self):
        for names in (self.setup_names, self.undo_names):
            self.assertEqual(names[-1], 'fsync')
            for name, following in zip(names, names[1:]):
                if name in ('rename', 'rmdir', 'mkdir'):
                    self.assertEqual(following, 'fsync', 'the folder is not flushed')
                if name == 'write':
                    self.assertIn(following, ('write', 'fchmod', 'fsync'), 'the file is not flushed')
                if name == 'fchmod':
                    self.assertEqual(following, 'fsync', 'the file is not flushed')

    def test_setup_again_goes_on_after_a_cut_at_any_step(self):
        for variable in ('PPS2SHM_CUT', 'PPS2SHM_TEAR'):
            for step in range(1, self.setup_steps + 1):
                with self.subTest(variable=variable, step=step), Root() as root:
                    self.cut_setup(root, variable, step)
                    result = root.run(*ARGS)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.same_but_for_the_journal(root.tree(), self.after)
                    self.assertEqual(root.undo().returncode, 0)
                    self.assertEqual(root.tree(), self.before)

    def test_undo_goes_back_after_a_cut_at_any_step(self):
        for step in range(1, self.setup_steps + 1):
            with self.subTest(step=step), Root() as root:
                self.cut_setup(root, 'PPS2SHM_TEAR', step)
                result = root.undo()
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(root.tree(), self.before)

    def test_undo_again_goes_on_after_a_cut_at_any_step(self):
        for step in range(1, self.undo_steps + 1):
            with self.subTest(step=step), Root() as root:
                self.assertEqual(root.run(*ARGS).returncode, 0)
                result = root.undo(env=preloaded(PPS2SHM_CUT=step))
                self.assertEqual(result.returncode, CUT, result.stderr)
                self.whole(root.tree())
                result = root.undo()
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(root.tree(), self.before)

    def test_a_second_setup_with_other_wishes_can_be_cut_and_undone(self):
        other = ('--gpio', '17')
        with Root() as root:
            root.run(*ARGS)
            steps = len(steps_of(lambda env: root.run(*other, env=env)))
        for step in range(1, steps + 1):
            with self.subTest(step=step), Root() as root:
                self.assertEqual(root.run(*ARGS).returncode, 0)
                self.assertEqual(root.run(*other, env=preloaded(PPS2SHM_CUT=step)).returncode, CUT)
                result = root.undo()
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(root.tree(), self.before)

    def test_a_step_that_fails_leaves_all_as_it_was(self):
        for error in (errno.EIO, errno.ENOSPC):
            for step in range(1, self.setup_steps + 1):
                with self.subTest(error=error, step=step), Root() as root:
                    result = root.run(*ARGS, env=preloaded(PPS2SHM_FAIL=f'{step}:{error}'))
                    if result.returncode == 0:
                        self.same_but_for_the_journal(root.tree(), self.after)
                    else:
                        error_line(result)
                        self.assertEqual(root.tree(), self.before)

    def test_a_disk_that_dies_midway_is_told_and_can_be_undone(self):
        first = max(i for i, name in enumerate(self.setup_names) if name == 'rename')
        with Root() as root:
            result = root.run(*ARGS, env=preloaded(PPS2SHM_FAIL=f'{first + 1}+:{errno.EIO}'))
            self.assertIn("'pps2shm setup --undo' restores it", error_line(result))
            self.whole(root.tree())
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), self.before)

    def test_an_undo_that_fails_leaves_all_as_it_was_or_can_be_said_again(self):
        for step in range(1, self.undo_steps + 1):
            with self.subTest(step=step), Root() as root:
                self.assertEqual(root.run(*ARGS).returncode, 0)
                result = root.undo(env=preloaded(PPS2SHM_FAIL=f'{step}:{errno.EIO}'))
                self.whole(root.tree())
                if result.returncode:
                    error_line(result)
                self.assertEqual(root.undo().returncode, 0)
                self.assertEqual(root.tree(), self.before)

    def test_a_journal_of_another_user_is_not_believed(self):
        with Root() as root:
            self.assertEqual(root.run(*ARGS).returncode, 0)
            tree = root.tree()
            for run in (root.undo, root.run):
                result = run(env=preloaded(PPS2SHM_UID=os.geteuid() + 1000))
                self.assertEqual(result.returncode, 1)
                self.assertIn('made by another user, so it is not trusted', error_line(result))
                self.assertEqual(root.tree(), tree)

    def test_without_an_image_it_wants_to_be_root(self):
        result = subprocess.run(PROGRAM + ['setup', '--yes'], capture_output=True,
                                env={**os.environ, **preloaded(PPS2SHM_UID=1000)})
        self.assertEqual(result.returncode, 1)
        self.assertIn('run it with sudo', error_line(result))


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0]])
