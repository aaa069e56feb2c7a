#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""attacker.py PPS2SHM: a client of the Model Context Protocol, written from its specification, that
misbehaves in every way it can think of. After each a good request must still be answered."""
import json
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PPS2SHM = sys.argv.pop(1)
PATIENCE_S = 120  # a busy machine is slow; nothing hangs for so long unless it hangs for ever
MIB = 1 << 20
META = {'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {}}


def request(number, method, **params):
    return {'jsonrpc': '2.0', 'id': number, 'method': method, 'params': {**params, '_meta': META}}


def line(message):
    return json.dumps(message).encode() + b'\n'


def stat(pid):
    """State, parent and more."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        return file.read().rsplit(')', 1)[1].split()


def is_gone(pid):
    """Or is not looked after yet."""
    try:
        return stat(pid)[0] == 'Z'
    except OSError:
        return True


class Server:
    def __init__(self, path=os.environ['PATH'], **options):
        # With the address sanitizer memory that was freed counts, too, as long as it is kept.
        asan = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1'
        self.process = subprocess.Popen([PPS2SHM, 'mcp'], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, 'PATH': path, 'ASAN_OPTIONS': asan},
                                        **options)
        os.set_blocking(self.process.stdin.fileno(), False)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.waiting = b''
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def exchange(self, data, enough):
        """Sends, and reads meanwhile, until enough(replies); the replies."""
        out, into = self.process.stdout.fileno(), self.process.stdin.fileno()
        view, replies, end = memoryview(data), [], time.monotonic() + PATIENCE_S
        while view or not enough(replies):
            readable, writable, _ = select.select([out], [into] if view else [], [],
                                                  max(0, end - time.monotonic()))
            if not readable and not writable:
                raise AssertionError(f'no answer; so far {replies[-3:]}')
            if readable:
                got = os.read(out, MIB)
                if not got:
                    raise AssertionError('it has ended: ' + self.process.stderr.read().decode())
                *lines, self.waiting = (self.waiting + got).split(b'\n')
                replies += [json.loads(one) for one in lines]
            if writable:
                view = view[os.write(into, view[:65536]):]
        return replies

    def ask(self, method, before=b'', **params):
        """The reply to a good request, and all that came before it."""
        self.number += 1
        name = f'good {self.number}'
        replies = self.exchange(before + line(request(name, method, **params)),
                                lambda got: any(reply['id'] == name for reply in got))
        return ([reply for reply in replies if reply['id'] == name],
                [reply for reply in replies if reply['id'] != name])

    def memory(self):
        """The most it ever had, in bytes."""
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return next(int(row.split()[1]) * 1024 for row in file if row.startswith('VmHWM'))


class Attack(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.__exit__)

    def survives(self, before=b''):
        """It answers a good request after this; returns the codes that it answered before."""
        good, others = self.server.ask('tools/call', before, name='get_utc_time', arguments={})
        self.assertEqual(len(good), 1)
        self.assertIn('utc', good[0]['result']['structuredContent'])
        for reply in others:
            self.assertEqual(reply['jsonrpc'], '2.0')
            self.assertIsInstance(reply['error']['message'], str)
            self.assertNotIn('result', reply)
        return [reply['error']['code'] for reply in others]

    def test_garbage(self):
        chance = random.Random(9)
        for _ in range(20):
            data = chance.randbytes(chance.randrange(1, 20000)).replace(b'\n', b'.')
            self.assertEqual(self.survives(data + b'\n'), [-32700])
        codes = self.survives(b'\n'.join(chance.randbytes(30) for _ in range(5000)) + b'\n')
        self.assertGreater(len(codes), 4000)

    def test_what_is_no_utf8(self):
        for bad in (b'\xff', b'\xc0\x80', b'\xed\xa0\x80', b'\xf5\x80\x80\x80', b'\xe2\x82'):
            self.assertEqual(self.survives(b'{"jsonrpc":"2.0","id":1,"method":"' + bad + b'"}\n'),
                             [-32700])

    def test_nul_bytes(self):
        self.assertEqual(self.survives(b'\0\n' * 3), [-32700] * 3)
        self.assertEqual(self.survives(b'\0' * 300000 + b'\n'), [-32700])
        self.assertEqual(self.survives(b'{"jsonrpc":"2.0","id":1,"meth\0od":"ping"}\n'), [-32700])

    def test_depth(self):
        for deep in (b'[' * 900000, b'{"a":' * 150000, b'[{"a":' * 100000):
            self.assertEqual(self.survives(deep + b'\n'), [-32700])
        deep = b'[' * 1000 + b']' * 1000
        codes = self.survives(b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":' + deep + b'}\n')
        self.assertEqual(codes, [-32602])

    def test_width(self):
        keys = ','.join(f'"k{i}":{i}' for i in range(60000))
        self.assertEqual(self.survives(b'{' + keys.encode() + b'}\n'), [-32600])
        self.assertEqual(self.survives(b'[' + b'1,' * 400000 + b'1]\n'), [-32600])
        self.assertEqual(self.survives(b'1' * 1000000 + b'\n'), [-32700])
        self.assertEqual(self.survives(b'"' + b'\\u0041' * 150000 + b'"\n'), [-32600])

    def test_a_line_of_64_mib(self):
        self.survives()
        before = self.server.memory()
        for byte in (b'x', b'[', b' ', b'\0'):
            self.assertEqual(self.survives(byte * (64 * MIB) + b'\n'), [-32600])
        self.assertLess(self.server.memory() - before, 30 * MIB)

    def test_a_long_id_comes_back_whole(self):
        name = 'n' * 900000
        got = self.server.exchange(line(request(name, 'tools/list')), len)
        self.assertEqual(got[0]['id'], name)

    def test_pieces(self):
        data = line(request('slow', 'tools/list'))
        for i in range(len(data)):
            os.write(self.server.process.stdin.fileno(), data[i:i + 1])
        self.assertEqual(self.server.exchange(b'', len)[0]['id'], 'slow')

    def test_the_end_within_a_message(self):
        for data, code in ((b'{"jsonrpc":"2.0","id":1,"meth', -32700), (b'x' * (2 * MIB), -32600)):
            with Server() as server:
                server.exchange(data, lambda got: True)
                server.process.stdin.close()
                os.set_blocking(server.process.stdout.fileno(), True)
                said = server.process.stdout.read().splitlines()
                self.assertEqual([json.loads(one)['error']['code'] for one in said], [code])
                self.assertEqual(server.process.wait(PATIENCE_S), 0)
                self.assertEqual(server.process.stderr.read(), b'')

    def test_the_end_answers_what_was_asked(self):
        asked = line(request(1, 'tools/call', name='get_utc_time')) + line(request(2, 'tools/list'))
        said = subprocess.run([PPS2SHM, 'mcp'], input=asked, capture_output=True, check=True,
                              timeout=PATIENCE_S)
        self.assertEqual({json.loads(one)['id'] for one in said.stdout.splitlines()}, {1, 2})

    def test_a_flood_of_pings(self):
        self.survives()
        before = self.server.memory()
        ping = line({'jsonrpc': '2.0', 'id': 1, 'method': 'ping'})
        good, others = self.server.ask('tools/list', ping * 50000)
        self.assertEqual((len(good), len(others)), (1, 50000))
        self.assertLess(self.server.memory() - before, 30 * MIB)

    def test_a_flood_of_calls_never_makes_more_than_a_few_processes(self):
        calls = b''.join(line(request(i, 'tools/call', name='get_pulse_history')) for i in range(300))
        most, path = 0, f'/proc/{self.server.process.pid}/task/{self.server.process.pid}/children'

        def enough(got):
            nonlocal most
            if os.path.exists(path):
                with open(path, encoding='ascii') as file:
                    most = max(most, len(file.read().split()))
            return len(got) == 300
        got = self.server.exchange(calls, enough)
        self.assertEqual(sorted(reply['id'] for reply in got), list(range(300)))
        self.assertLessEqual(most, 4)
        self.survives()

    def test_calls_without_sense(self):
        for params, code in (({}, -32602), ({'name': None}, -32602), ({'name': ''}, -32602),
                             ({'name': '../../bin/sh'}, -32602), ({'name': ['diagnose']}, -32602),
                             ({'name': 'diagnose', 'arguments': 'x'}, -32602)):
            self.assertEqual(self.survives(line(request(1, 'tools/call', **params))), [code])
        for arguments in ({'seconds': 1e300}, {'seconds': True}, {'seconds': -1 << 62},
                          {'seconds': 5.5}, {'': 1}, {'seconds': {'$ref': '#'}}, {'\u202e': 1}):
            good, _ = self.server.ask('tools/call', name='get_pulse_history', arguments=arguments)
            self.assertIs(good[0]['result']['isError'], True)
            self.assertTrue(good[0]['result']['content'][0]['text'].isprintable())

    def test_methods_that_are_not_there(self):
        for method in ('resources/list', 'prompts/get', 'logging/setLevel', 'tasks/list', 'exit',
                       'subscriptions/listen', 'x' * 100000):
            self.assertEqual(self.survives(line(request(1, method))), [-32601])

    def test_notifications_are_never_answered(self):
        for method in ('notifications/initialized', 'notifications/cancelled', 'no/such', 'tools/call'):
            for params in ({}, {'requestId': 'good 1'}, {'requestId': None}, {'requestId': [[]]}):
                note = {'jsonrpc': '2.0', 'method': method, 'params': params}
                self.assertEqual(self.survives(line(note)), [])

    def test_responses_that_nobody_asked_for(self):
        self.assertEqual(self.survives(line({'jsonrpc': '2.0', 'id': 1, 'result': {}}) * 100), [])

    def test_nothing_but_the_protocol_is_said(self):
        self.survives(b'?\n' * 100)
        self.server.process.stdin.close()
        self.server.process.wait(PATIENCE_S)
        self.assertEqual(self.server.process.stderr.read(), b'')
        self.assertEqual(self.server.process.stdout.read(), b'')


class Outside(unittest.TestCase):
    def test_a_closed_output_ends_it_with_one_line(self):
        for before in (b'', line(request(1, 'tools/call', name='get_utc_time'))):
            with Server() as server:
                server.process.stdout.close()
                if before:
                    os.write(server.process.stdin.fileno(), before)
                self.assertEqual(server.process.wait(PATIENCE_S), 1)
                self.assertEqual(server.process.stderr.read(),
                                 b'pps2shm mcp: standard output: Broken pipe\n')

    def test_an_output_closed_in_the_middle_ends_it_with_one_line(self):
        with Server() as server:
            server.exchange(line({'jsonrpc': '2.0', 'id': 1, 'method': 'ping'}) * 5000, len)
            os.write(server.process.stdin.fileno(), line(request('n' * 60000, 'tools/list')))
            server.process.stdout.close()
            self.assertEqual(server.process.wait(PATIENCE_S), 1)
            self.assertEqual(server.process.stderr.read(),
                             b'pps2shm mcp: standard output: Broken pipe\n')

    def test_it_writes_no_file(self):
        with Server() as server:
            server.ask('tools/list')
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, 0))
            for name in ('get_utc_time', 'get_ntp_status', 'get_pulse_history', 'diagnose'):
                good, _ = server.ask('tools/call', name=name)
                self.assertIn('result', good[0])



class Hanging(unittest.TestCase):
    """What the tools start never ends; and a time daemon seems to run."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pids = folder.name + '/pids'
        for name in ('ntpq', 'chronyc', 'systemctl'):
            with open(f'{folder.name}/{name}', 'w', encoding='ascii') as file:
                file.write(f'#!/bin/sh\necho $$ >>{self.pids}\nexec sleep 1000\n')
            os.chmod(f'{folder.name}/{name}', 0o755)
        shutil.copy(shutil.which('sleep'), folder.name + '/ntpd')
        daemon = subprocess.Popen([folder.name + '/ntpd', '1000'])
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        self.server = Server(folder.name + ':' + os.environ['PATH'], preexec_fn=lambda: (
            signal.signal(signal.SIGALRM, signal.SIG_IGN),
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])))
        self.addCleanup(self.server.__exit__)

    def wait_until(self, holds):
        end = time.monotonic() + PATIENCE_S
        while not holds():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def call_that_hangs(self):
        """The process that it has started."""
        os.write(self.server.process.stdin.fileno(),
                 line(request('hangs', 'tools/call', name='diagnose')))
        self.wait_until(lambda: os.path.exists(self.pids) and os.path.getsize(self.pids))
        with open(self.pids, encoding='ascii') as file:
            return int(file.readline())

    def test_a_server_that_is_killed_leaves_nothing_behind(self):
        pid = self.call_that_hangs()
        call = int(stat(pid)[1])
        self.server.process.kill()
        self.wait_until(lambda: is_gone(pid) and is_gone(call))
        # The call did not go on to what comes next.
        with open(self.pids, encoding='ascii') as file:
            self.assertEqual(file.read(), f'{pid}\n')

    def test_a_call_whose_time_is_over_is_told(self):
        call = int(stat(self.call_that_hangs())[1])
        os.kill(call, signal.SIGALRM)
        got = self.server.exchange(b'', len)
        self.assertEqual((got[0]['id'], got[0]['error']['code']), ('hangs', -32603))

    def test_the_state_is_told_without_peers(self):
        good, _ = self.server.ask('tools/call', name='get_ntp_status')
        status = good[0]['result']['structuredContent']
        self.assertRegex(status['peers_error'], '^(ntpq|chronyc) did not end in time$')
        self.assertEqual(status['peers'], [])

    def test_nobody_is_held_up_and_the_call_can_be_cancelled(self):
        pid = self.call_that_hangs()
        _, others = self.server.ask('tools/list')
        self.assertEqual(others, [])
        cancel = {'jsonrpc': '2.0', 'method': 'notifications/cancelled',
                  'params': {'requestId': 'hangs'}}
        _, others = self.server.ask('tools/list', line(cancel))
        self.assertEqual(others, [])
        # What the call had started is gone as well, and nothing comes of it any more.
        self.wait_until(lambda: is_gone(pid))
        self.server.process.stdin.close()
        self.assertEqual(self.server.process.wait(PATIENCE_S), 0)
        self.assertEqual(self.server.process.stdout.read(), b'')


unittest.main()
