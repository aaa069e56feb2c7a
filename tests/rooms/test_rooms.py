#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_rooms.py SOURCE LIST COMPILER NM: may a room include what docs/architecture.md says, and no
more? LIST has a line for each target: its name, folder, file, and include directories."""
import collections
import glob
import os
import re
import subprocess
import sys
import unittest

SOURCE, LIST, COMPILER, NM = sys.argv[1:]
# The least that C needs: no clock, no file, no memory but the caller's.
PURE = re.compile(r'(str|mem)[a-z]+|bcmp|l*abs|snprintf|error_set|_.*')
WITHOUT_JSON = ('base', 'common', 'ntpshm', 'core', 'sources', 'outlets', 'segment', 'status',
                'config', 'daemon', 'pps2shmd', 'ptp', 'nqptp', 'ptp_segment', 'ptp_daemon', 'pps2shm-ptp')

Target = collections.namedtuple('Target', 'name folder file includes')


def targets():
    with open(LIST, encoding='utf-8') as file:
        for line in file:
            name, folder, path, includes = line.rstrip('\n').split(' ', 3)
            yield Target(name, os.path.basename(folder), path, [i for i in includes.split(';') if i])


def headers():
    """Of all rooms, as they are included."""
    return [path[len(SOURCE + '/src/'):] for path in sorted(glob.glob(SOURCE + '/src/*/*.h'))]


def compiler(target, text, *options):
    return subprocess.run([COMPILER, *['-I' + i for i in target.includes], '-xc', *options, '-'],
                          input=text, capture_output=True, text=True, check=False)


def seen(target):
    """The headers of others that it could include."""
    text = ''.join(f'#if __has_include("{h}")\n{h}\n#endif\n' for h in headers())
    lines = compiler(target, text, '-E', '-P').stdout.split()
    return [h for h in lines if not h.startswith(target.folder + '/')]


def table():
    """Of docs/architecture.md: the folder and those that it may use."""
    rows = {}
    with open(SOURCE + '/docs/architecture.md', encoding='utf-8') as file:
        for line in file:
            row = re.match(r'\| `src/(\w+)` \|.*\|([^|]*)\|$', line)
            if row and 'all above' in row[2]:
                rows[row[1]] = set(rows)
            elif row:
                rows[row[1]] = {word for word in re.findall(r'`(\w+)`', row[2])}
    return rows


def undefined(*of):
    """What these libraries want of others."""
    lines = subprocess.run([NM, *(target.file for target in of)], capture_output=True, text=True,
                           check=True).stdout
    wanted = set(re.findall(r' U (\w+)', lines))
    return wanted - set(re.findall(r' [TDBRV] (\w+)', lines))


class Rooms(unittest.TestCase):
    def test_the_table_names_what_a_room_may_use(self):
        used = collections.defaultdict(set)
        for target in targets():
            used[target.folder] |= {header.split('/')[0] for header in seen(target)}
        self.assertEqual(dict(used), table())

    def test_a_room_sees_of_others_only_what_they_show(self):
        for target in targets():
            inside = [i for i in target.includes if 'inside-' in i]
            self.assertEqual([os.path.basename(i) for i in inside], ['inside-' + target.folder])
            self.assertNotIn(SOURCE + '/src', target.includes)

    def test_a_forbidden_include_does_not_compile(self):
        by_name = {target.name: target for target in targets()}
        for name, header, result in (('core', 'core/label_parts.h', 0), ('core', 'common/error.h', 0),
                                     ('core', 'common/log.h', 1), ('core', 'daemon/daemon.h', 1),
                                     ('status', 'core/core.h', 0), ('status', 'core/fit.h', 1),
                                     ('status', 'status/status_json.h', 0),
                                     ('daemon', 'status/status.h', 0),
                                     ('daemon', 'status/status_json.h', 1),
                                     ('pi', 'doctor/doctor.h', 1)):
            ran = compiler(by_name[name], f'#include "{header}"\n', '-D_GNU_SOURCE', '-fsyntax-only')
            self.assertEqual(ran.returncode, result, f'{name}: {header}: {ran.stderr}')

    def test_nothing_is_included_round_the_wall(self):
        for path in glob.glob(SOURCE + '/src/*/*.[ch]'):
            with open(path, encoding='utf-8') as file:
                for name in re.findall(r'^\s*#\s*include "(.*)"', file.read(), re.MULTILINE):
                    self.assertRegex(name, r'^(\w+/\w+\.h|version\.h)$', path)

    def test_the_python_module_includes_public_headers_alone(self):
        for path in glob.glob(SOURCE + '/python/*.[ch]'):
            with open(path, encoding='utf-8') as file:
                for name in re.findall(r'^\s*#\s*include "(.*)"', file.read(), re.MULTILINE):
                    self.assertIn(name, ('module.h', 'ntpshm/ntpshm.h', 'status/pps2shm_segment.h'), path)

    def test_core_and_ptp_call_nothing_but_pure_functions(self):
        pure = [target for target in targets() if target.name in ('core', 'ptp')]
        self.assertEqual(len(pure), 2)
        self.assertEqual([s for s in undefined(*pure) if not PURE.fullmatch(s)], [])

    def test_only_json_needs_jansson(self):
        for target in targets():
            if target.name in WITHOUT_JSON:
                self.assertEqual([s for s in undefined(target) if s.startswith('json_')], [],
                                 target.name)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
