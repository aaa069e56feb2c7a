# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""What a config.txt means to a Raspberry Pi: a second opinion, for the tests.

Written from the Raspberry Pi documentation (config.txt: file format, conditional filters;
configuration: device trees, overlays and parameters), not from the program. Where that leaves a
question open, there are several readings, and what a test asks must hold in each: Assumptions.
"""
import itertools
import re
from collections import namedtuple

LINE_LIMIT = 98  # "any characters past this limit will be ignored"

# Table of model filters: which models each applies to.
MODEL_FILTERS = {
    'pi1': {'pi1', 'cm1'},
    'pi2': {'pi2'},
    'pi3': {'pi3', 'pi3+', 'cm3'},
    'pi3+': {'pi3+'},
    'pi4': {'pi4', 'pi400', 'cm4', 'cm4s'},
    'pi400': {'pi400'},
    'cm4': {'cm4'},
    'cm4s': {'cm4s'},
    'pi5': {'pi5', 'pi500', 'cm5'},
    'pi500': {'pi500'},
    'cm5': {'cm5'},
    'cm0': set(),
    'pi0': {'pi0', 'pi0w', 'pi02'},
    'pi0w': {'pi0w', 'pi02'},
    'pi02': {'pi02'},
}

# unknown: filters on what is not known here (a monitor, a level, a serial number) hold.
# lenient: blanks round '=', capitals (of filters too) and comments behind a value are accepted.
# include: the firmware honours include lines.
Assumptions = namedtuple('Assumptions', 'unknown lenient include')
ALL_READINGS = [Assumptions(*bits) for bits in itertools.product((False, True), repeat=3)]


class Overlay:
    def __init__(self, name):
        self.name = name
        self.params = {}


class Effect:
    """What is in effect: settings (the last wins), overlays in order, base parameters."""

    def __init__(self):
        self.settings = {}
        self.overlays = []
        self.base = {}

    def named(self, *names):
        return [o for o in self.overlays if o.name in names]


# Parameters that an overlay has itself; others fall through to the base device tree.
OVERLAY_PARAMS = {
    'pps-gpio': {'gpiopin', 'assert_falling_edge', 'capture_clear', 'pull'},
    'pps2shm': {'gpiopin', 'assert_falling_edge', 'capture_clear', 'pull'},
    'pps-rp1': {'pin', 'pull-up', 'pull-down', 'assert-falling-edge', 'capture-clear', 'echo'},
    'disable-bt': set(),
    'miniuart-bt': set(),
}


class Reader:
    def __init__(self, model, files, assumptions):
        self.model, self.files, self.assume = model, files, assumptions
        self.effect = Effect()
        self.filters = {}  # by type: does it hold?
        self.scope = None

    def filter(self, text):
        text = text.lower() if self.assume.lenient else text
        if text == 'all':
            self.filters = {}
        elif text == 'none':
            self.filters['none'] = False
        elif text in MODEL_FILTERS:
            self.filters['model'] = self.model in MODEL_FILTERS[text]
        elif text.startswith('board-type='):
            self.filters['model'] = self.assume.unknown
        else:
            self.filters[re.split('[=:0-9]', text)[0]] = self.assume.unknown

    def param(self, text):
        name, _, value = text.partition('=')
        target = self.effect.base
        if self.scope and name in OVERLAY_PARAMS.get(self.scope.name, {name}):
            target = self.scope.params
        target[name] = value or 'on'

    def overlay(self, text):
        self.scope = None
        name, *params = re.split('[,:]', text, maxsplit=1)
        name = re.sub(r'^overlays/|\.dtbo?$', '', name)
        name = re.sub(r'-overlay$|^pi3-(?=disable-bt|miniuart-bt)', '', re.sub(r'\.dtbo?$', '', name))
        if name in ('', 'none'):
            return
        self.scope = Overlay(name)
        self.effect.overlays.append(self.scope)
        for param in filter(None, params[0].split(',') if params else []):
            self.param(param)

    def setting(self, line):
        key, _, value = line.partition('=')
        if self.assume.lenient:
            key = key.strip().lower()
            value = re.sub(r'\s*#.*', '', value).strip()
        if key in ('dtoverlay', 'device_tree_overlay'):
            self.overlay(value)
        elif key in ('dtparam', 'device_tree_param'):
            for param in filter(None, value.split(',')):
                self.param(param)
        else:
            self.effect.settings[key] = value

    def line(self, line):
        line = line.rstrip('\r')[:LINE_LIMIT].lstrip(' \t')
        if line.startswith('['):
            self.filter(line[1:].partition(']')[0])
        elif line.startswith('#') or not all(self.filters.values()):
            pass
        elif line.startswith('include '):
            if self.assume.include:
                self.text(self.files.get(line.split()[1], b''))
        elif '=' in line:
            self.setting(line)

    def text(self, data):
        for line in data.decode('latin-1').split('\n'):
            self.line(line)


def read(config, model, files, assumptions):
    reader = Reader(model, files, assumptions)
    reader.text(config)
    return reader.effect


def is_on(value):
    return value in ('on', 'yes', 'y', 'true', '1')


BLUETOOTH = {'pi0w', 'pi02', 'pi3', 'pi3+', 'pi4', 'pi400', 'cm4'}
RP1 = {'pi5', 'pi500', 'cm5'}


def faults(config, model, files, gpio=18, falling=False, pull=None, header=True, swap=True):
    """What is missing for a pulse on gpio and a receiver on the header, in any reading."""
    found = []
    for reading in ALL_READINGS:
        if model not in RP1 and not reading.include:
            continue  # only the firmware in an EEPROM is in doubt about include lines
        effect = read(config, model, files, reading)
        found += [f'{reading}: {f}' for f in faults_of(effect, model, gpio, falling, pull, header, swap)]
        closed = read(config + b'\ndtparam=gpiopin=99\n', model, files, reading)
        if b'setup: begin' in config and closed.base.get('gpiopin') != '99':
            found.append(f'{reading}: the scope of an overlay is left open')
    return found


def pins_of(overlay):
    return {int(v, 0) for k, v in overlay.params.items()
            if ('pin' in k or 'gpio' in k) and re.fullmatch('[0-9]+|0x[0-9a-f]+', v)}


def faults_of(effect, model, gpio, falling, pull, header, swap):
    pulses = effect.named('pps-gpio', 'pps-rp1', 'pps2shm')
    pins = {int(o.params.get('gpiopin', o.params.get('pin', '18')), 0) for o in pulses}
    if pins != {gpio}:
        yield f'pulses on {pins}'
    for o in pulses:
        edge = o.params.get('assert_falling_edge', o.params.get('assert-falling-edge', 'off'))
        if is_on(edge) != falling:
            yield f'falling edge: {edge}'
        if pull and o.params.get('pull', 'off') != pull and f'pull-{pull}' not in o.params:
            yield f'pull: {o.params}'
    for o in effect.overlays:
        if o not in pulses and gpio in pins_of(o):
            yield f'{o.name} uses GPIO {gpio}'
    if 18 <= gpio <= 21 and is_on(effect.base.get('i2s', 'off')):
        yield 'I2S is on'
    if not header:
        return
    if model in RP1:
        if not is_on(effect.base.get('uart0', 'off')) and not effect.named('uart0-pi5'):
            yield 'uart0 is off'
        return
    if effect.settings.get('enable_uart') != '1':
        yield 'enable_uart is not 1'
    if model in BLUETOOTH and swap != bool(effect.named('disable-bt', 'miniuart-bt')):
        yield f'the PL011 is {"not " if swap else ""}taken from Bluetooth'


def console_faults(before, after):
    """What is wrong with a command line that was to lose its serial console."""
    port = re.compile(rb'console=(serial0|ttyAMA0|ttyS0)(,\S*)?$')
    old = [w for w in before.split() if not port.match(w)]
    new = after.split()
    if any(port.match(w) for w in new):
        yield 'a console is left on the port'
    if not any(w.startswith(b'console=') for w in old):
        old.append(b'console=tty1')
        if b'console=tty1' not in new:
            yield 'no console is left'
        old.sort(), new.sort()
    if old != new:
        yield f'other words changed: {old} {new}'
    if b'\n' in after.strip():
        yield 'not one line'
