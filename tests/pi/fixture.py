# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Roots to set up, and the program to do it with."""
import os
import shutil
import stat
import subprocess
import sys
import tempfile

import stock

# As on the command line of each test: the program, behind an emulator where it needs one.
PROGRAM = sys.argv[1:] or ['pps2shm']

NTP_CONF = b"""\
driftfile /var/lib/ntpsec/ntp.drift
leapfile /usr/share/zoneinfo/leap-seconds.list
tos maxclock 11
tos minclock 4 minsane 3
pool 0.debian.pool.ntp.org iburst
restrict default kod nomodify nopeer noquery limited
restrict 127.0.0.1
restrict ::1
"""
DRIFT_UNIT = b'[Unit]\nDescription=x\n[Install]\nWantedBy=ntpsec.service\n'
UNIT = b'[Unit]\nDescription=x\n[Install]\nWantedBy=multi-user.target\n'
SYSTEM = {
    'etc/os-release': b'ID=debian\n',
    'etc/ntpsec/ntp.conf': NTP_CONF,
    'etc/default/ntpsec': b'NTPD_OPTS="-g -N"\n\n# Set to "yes" to ignore.\nIGNORE_DHCP=""\n\nX=""\n',
    'etc/systemd/system/multi-user.target.wants/hciuart.service': '/lib/systemd/system/hciuart.service',
    'usr/lib/systemd/system/pps2shm.service': UNIT,
    'usr/lib/systemd/system/pps2shm-drift.service': DRIFT_UNIT,
    'usr/lib/systemd/system/gpsd.service': UNIT,
    'usr/lib/systemd/system/gpsd.socket': UNIT,
    'usr/lib/systemd/system/systemd-timesyncd.service': UNIT,
    'usr/share/pps2shm/pps2shm.dtbo': b'\xd0\x0d\xfe\xed\0own',
    'boot/firmware/overlays/pps-gpio.dtbo': b'\xd0\x0d\xfe\xed',
    'boot/firmware/overlays/pps-rp1.dtbo': b'\xd0\x0d\xfe\xed',
    'boot/config.txt': b'DO NOT EDIT. The file you are looking for has moved to /boot/firmware/config.txt\n',
    'var/lib/.keep': b'',
}


def temporary_folder():
    """Where fsync costs nothing, if there is such a place."""
    return tempfile.mkdtemp(prefix='pps2shm-test-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)


class Root:
    """A system in a folder: a dictionary of its files, links as str."""

    def __init__(self, config=stock.CONFIG['trixie-64'], cmdline=stock.CMDLINES['trixie-64'],
                 files=None, without=(), boot='boot/firmware'):
        self.path = temporary_folder()
        self.mounts = []
        content = {k: v for k, v in SYSTEM.items() if k not in without}
        content[f'{boot}/config.txt'] = config
        content[f'{boot}/cmdline.txt'] = cmdline
        content.update(files or {})
        for name, data in content.items():
            if data is not None:
                self.write(name, data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for path in self.mounts:
            subprocess.run(['umount', path], check=True)
        shutil.rmtree(self.path)

    def file(self, name):
        return os.path.join(self.path, name)

    def write(self, name, data):
        path = self.file(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(data, str):
            os.symlink(data, path)
        else:
            with open(path, 'wb') as f:
                f.write(data)

    def read(self, name):
        with open(self.file(name), 'rb') as f:
            return f.read()

    def is_pipe(self, name):
        return stat.S_ISFIFO(os.lstat(self.file(name)).st_mode)

    def tree(self):
        """All there is: folders None, links str, files (bytes, mode)."""
        found = {}
        for folder, dirs, files in os.walk(self.path):
            for name in dirs + files:
                path = os.path.join(folder, name)
                key = os.path.relpath(path, self.path)
                if os.path.islink(path):
                    found[key] = os.readlink(path)
                elif os.path.isdir(path):
                    found[key] = None
                else:
                    found[key] = (self.read(key), stat.S_IMODE(os.stat(path).st_mode))
        return found

    def run(self, *args, model='pi4', yes=True, env=None, program=None):
        command = (program or PROGRAM) + ['setup', '--root', self.path]
        command += ['--model', model] if model else []
        command += ['--yes'] if yes else []
        return subprocess.run(command + list(args), capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(env or {})}, timeout=60)

    def undo(self, *args, **kwargs):
        return self.run('--undo', *args, model=None, **kwargs)


def error_line(result):
    """The one line on standard error."""
    lines = result.stderr.decode().splitlines()
    lines = [line for line in lines if not line.startswith("Try 'pps2shm")]
    assert len(lines) == 1, f'not one line: {result.stderr}'
    return lines[0]
