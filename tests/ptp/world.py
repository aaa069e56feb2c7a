# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""A network of its own: hosts (network namespaces) on one bridge. Run this within 'unshare -U -r -i -n
-m': no program here can reach the machine's clock, its shared memory or its network, whoever starts it."""
import ctypes
import json
import os
import re
import signal
import struct
import subprocess
import tempfile
import threading
import time
import unittest

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def ip(*words):
    subprocess.run(['ip', *words], check=True)


def enclose():
    """Shared memory and /run of our own. Refuses where that would not be our own."""
    with open('/proc/self/uid_map', encoding='utf-8') as file:
        if file.read().split()[2] != '1':
            raise SystemExit('this needs namespaces of its own: run it as unshare -U -r -i -n -m ...')
    for folder in ('/run', '/dev/shm'):
        subprocess.run(['mount', '-t', 'tmpfs', 'none', folder], check=True)
    os.mkdir('/run/netns')


def wait_for(what, seconds, condition):
    """What the condition returns as soon as that is true; a failure after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f'within {seconds} s: {what}')
        time.sleep(0.1)


class Inside:
    """With Inside(host): what this thread opens is opened there."""

    def __init__(self, host):
        self.host = host

    def __enter__(self):
        with open('/proc/thread-self/ns/net', encoding='utf-8') as here:
            self.back = os.dup(here.fileno())
        with open('/run/netns/' + self.host, encoding='utf-8') as there:
            if LIBC.setns(there.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), 'setns')

    def __exit__(self, *_):
        LIBC.setns(self.back, CLONE_NEWNET)
        os.close(self.back)


class World:
    def __init__(self):
        enclose()
        self.folder = tempfile.mkdtemp(dir='/run')
        self.programs = []
        self.hosts = {}
        ip('netns', 'add', 'switch')
        ip('-n', 'switch', 'link', 'add', 'bridge', 'type', 'bridge', 'mcast_snooping', '0',
           'forward_delay', '0')
        ip('-n', 'switch', 'link', 'set', 'bridge', 'up')

    def host(self, name):
        """10.0.0.N and fd00::N on its eth0."""
        if name not in self.hosts:
            self.hosts[name] = len(self.hosts) + 1
            ip('netns', 'add', name)
            ip('-n', name, 'link', 'set', 'lo', 'up')
            self.link(name, 'eth0', self.hosts[name])
        return name

    def link(self, name, interface, number):
        port = f'{name}-{interface}'[:15]
        ip('-n', 'switch', 'link', 'add', port, 'type', 'veth', 'peer', 'name', interface, 'netns', name)
        ip('-n', 'switch', 'link', 'set', port, 'master', 'bridge', 'up')
        ip('-n', name, 'addr', 'add', f'10.0.0.{number}/24', 'dev', interface)
        ip('-n', name, 'addr', 'add', f'fd00::{number}/64', 'nodad', 'dev', interface)
        ip('-n', name, 'link', 'set', interface, 'up')

    def wire(self, name, interface, other, net):
        """A link of two hosts alone, with eth0 on the other one."""
        ip('-n', name, 'link', 'add', interface, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', other)
        for number, (host, end) in enumerate(((name, interface), (other, 'eth0')), 1):
            ip('-n', host, 'addr', 'add', f'{net}.{number}/24', 'dev', end)
            ip('-n', host, 'addr', 'add', f'fd01::{number}/64', 'nodad', 'dev', end)
            ip('-n', host, 'link', 'set', end, 'up')

    def bare(self, name):
        """A host without a link."""
        ip('netns', 'add', name)
        return name

    def run(self, host, *words):
        program = Program(self, host, [str(word) for word in words])
        self.programs.append(program)
        return program

    def ptp4l(self, host, sync=-3, **settings):
        """A ptp4l that can never steer a clock: free_running, and no right to do so."""
        lines = {'time_stamping': 'software', 'free_running': 1, 'logSyncInterval': sync,
                 'logAnnounceInterval': 0, 'announceReceiptTimeout': 2, 'clockClass': 6,
                 'uds_address': f'{self.folder}/{host}.sock', **settings}
        path = f'{self.folder}/{host}.conf'
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[global]\n' + ''.join(f'{key} {value}\n' for key, value in lines.items()))
        program = self.run(host, 'ptp4l', '-f', path, '-i', 'eth0', '-m', '-q')
        program.domain = settings.get('domainNumber', 0)
        return program

    def pmc(self, ptp4l, question):
        """The fields of the answer."""
        said = subprocess.run(
            ['pmc', '-u', '-b', '0', '-d', str(ptp4l.domain), '-s', f'{self.folder}/{ptp4l.host}.sock',
             '-i', f'{self.folder}/pmc', question], capture_output=True, text=True, check=True).stdout
        return dict(re.findall(r'^\t\t(\w+) +(\S+)$', said, re.MULTILINE))

    def end(self):
        for program in reversed(self.programs):
            program.stop()


class Program:
    def __init__(self, world, host, words):
        self.host = host
        self.log = f'{world.folder}/{len(world.programs)}-{os.path.basename(words[0])}.log'
        with open(self.log, 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen(['nsenter', '--net=/run/netns/' + host, *words],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        with open(self.log, encoding='utf-8') as log:
            return log.read()

    def stop(self, number=signal.SIGTERM):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(20)

    def cpu_s(self):
        """Of all its threads, to the nanosecond."""
        spent = 0
        for thread in os.listdir(f'/proc/{self.pid}/task'):
            with open(f'/proc/{self.pid}/task/{thread}/schedstat', encoding='utf-8') as file:
                spent += int(file.read().split()[0])
        return spent / 1e9

    def memory_kb(self):
        """Of its own: data and stack, not what it maps of others."""
        with open(f'/proc/{self.pid}/status', encoding='utf-8') as file:
            sizes = dict(re.findall(r'^(\w+):\s+(\d+) kB', file.read(), re.MULTILINE))
        return int(sizes['RssAnon'])

    def identity(self):
        """Of a ptp4l: that of its own clock."""
        return wait_for('its clock selected', 15, lambda: re.search(
            r'selected local clock (\S+)', self.said()))[1]


class Unit:
    """An NTP shared memory unit, by its description."""
    FORM = struct.Struct('@iiqi4xqiiiiiII')

    def __init__(self, number):
        LIBC.shmat.restype = ctypes.c_void_p
        found = LIBC.shmget(0x4e545030 + number, 96, 0)
        if found < 0:
            raise OSError(ctypes.get_errno(), f'unit {number}')
        self.at = LIBC.shmat(found, None, 0o10000)

    def read(self):
        """Count, the clock's time minus the receive time, receive time (ns), leap, precision, valid."""
        while True:
            data = ctypes.string_at(self.at, 96)
            _, count, sec, _, rsec, _, leap, precision, _, valid, nsec, rnsec = self.FORM.unpack_from(data)
            if ctypes.string_at(self.at, 96)[:56] == data[:56]:
                receive = rsec * 10 ** 9 + rnsec
                return count, sec * 10 ** 9 + nsec - receive, receive, leap, precision, valid


class Case(unittest.TestCase):
    """A world for each class, and the daemon on host 'd'."""
    tool = daemon = None

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.end)
        cls.world.host('d')
        cls.build()
        cls.start()

    @classmethod
    def build(cls):
        """What is there before the daemon is."""

    @classmethod
    def start(cls):
        cls.ptp = cls.world.run('d', cls.daemon)

    @classmethod
    def json(cls):
        ran = subprocess.run([cls.tool, 'ptp', '--json'], capture_output=True, text=True, check=False)
        return json.loads(ran.stdout)

    @classmethod
    def is_gps_locked(cls):
        return cls.json().get('gps', {}).get('locked')

    @classmethod
    def clocks(cls):
        """By identity and domain."""
        return {(c['clock'], c['domain']): c for c in cls.json().get('clocks', ())}

    def clock(self, identity, domain=0, seconds=15, condition=lambda clock: True):
        """A clock, as soon as it is such."""
        def found():
            clock = self.clocks().get((identity, domain))
            return clock if clock and condition(clock) else None
        try:
            return wait_for(f'clock {identity}', seconds, found)
        except AssertionError as error:
            raise AssertionError(f'{error}\n{json.dumps(self.json(), indent=1)}\n{self.ptp.said()}') from None


class Thread(threading.Thread):
    """Does something until it is stopped."""

    def __init__(self, step):
        super().__init__(daemon=True)
        self.step, self.stopped = step, threading.Event()
        self.start()

    def run(self):
        while not self.stopped.is_set():
            self.step()

    def stop(self):
        self.stopped.set()
        self.join()


def main(module_argv):
    """test_x.py DAEMON TOOL [unittest's own]"""
    Case.daemon, Case.tool = module_argv[1:3]
    unittest.main(module='__main__', argv=[module_argv[0], *module_argv[3:]],
                  warnings='ignore') # senders live as long as their test
