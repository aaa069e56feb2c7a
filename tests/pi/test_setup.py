#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_setup.py PROGRAM...: what setup does beside the boot files, how it is undone, and how it says
no. Runs in user and mount namespaces of its own: unshare -U -r -m."""
import fcntl
import json
import os
import shutil
import subprocess
import sys
import unittest

import stock
from fixture import NTP_CONF, PROGRAM, SYSTEM, Root, error_line

CONFIG = 'boot/firmware/config.txt'
CMDLINE = 'boot/firmware/cmdline.txt'
CONF = 'etc/pps2shm.conf'
DROP_IN = 'etc/ntpsec/ntp.d/pps2shm.conf'
JOURNAL = 'var/lib/pps2shm-setup.json'
SYSTEMD = 'etc/systemd/system/'


class Case(unittest.TestCase):
    def setup(self, root, *args, **kwargs):
        result = root.run(*args, **kwargs)
        self.assertEqual((result.returncode, result.stderr), (0, b''))
        return result.stdout.decode(errors='replace')

    def refused(self, root, words, *args, status=1, run=None, **kwargs):
        before = root.tree()
        result = (run or root.run)(*args, **kwargs)
        self.assertEqual(result.returncode, status, result.stdout)
        self.assertRegex(error_line(result), words)
        self.assertEqual(root.tree(), before, 'a refusal changed something')


class Options(Case):
    def test_a_board_brings_its_gpio_and_rate(self):
        with Root() as root:
            self.setup(root, '--board', 'adafruit')
            self.assertIn(b'dtoverlay=pps-gpio,gpiopin=4\n', root.read(CONFIG))
            self.assertEqual(root.read(CONF), b'[serial]\ndevice = /dev/ttyAMA0\nbaud = 9600\n\n'
                                              b'[pps]\ngpio = 4\n')

    def test_options_can_be_written_with_an_equals_sign(self):
        with Root() as root, Root() as other:
            self.setup(root, '--gpio=17', '--edge=falling', '--pull=up', '--baud=9600')
            self.setup(other, '--gpio', '17', '--edge', 'falling', '--pull', 'up', '--baud', '9600')
            self.assertEqual(root.tree(), other.tree())

    def test_every_value_that_help_names_is_accepted(self):
        for args in (('--board', 'adafruit'), ('--board', 'uputronics'), ('--board', 'waveshare'),
                     ('--edge', 'rising'), ('--edge', 'falling'), ('--pull', 'off'), ('--pull', 'down'),
                     ('--pull', 'up'), ('--bluetooth', 'off'), ('--bluetooth', 'slow'),
                     ('--bluetooth', 'keep'), ('--overlay', 'pps-gpio'), ('--overlay', 'pps2shm'),
                     ('--baud', 'auto'), ('--serial', 'auto'), ('--pps', 'poll'), ('-y',)):
            with self.subTest(args=args), Root() as root:
                self.setup(root, *args)

    def test_polling_is_switched_on_with_access_to_the_registers_alone(self):
        with Root() as root:
            before = root.tree()
            self.setup(root, '--pps', 'poll')
            self.assertIn(b'[pps]\n', root.read(CONF))
            self.assertIn(b'poll = yes\n', root.read(CONF))
            lines = root.read(SYSTEMD + 'pps2shm.service.d/poll.conf').decode().splitlines()
            self.assertEqual([line for line in lines if not line.startswith('#')],
                             ['[Service]', 'DeviceAllow=/dev/gpiomem r', 'DeviceAllow=/dev/gpiomem0 r',
                              'DeviceAllow=char-gpiomem* r', 'SystemCallFilter=sched_setaffinity'])
            whole = root.tree()
            self.setup(root)
            self.assertEqual(root.tree(), whole, 'a setup that does not say so switched it off')
            self.setup(root, '--undo')
            self.assertEqual(root.tree(), before)

    def test_what_is_said_goes_over_the_board(self):
        with Root() as root:
            self.setup(root, '--gpio', '7', '--board', 'adafruit', '--baud', '115200')
            self.assertIn(b'gpiopin=7\n', root.read(CONFIG))
            self.assertIn(b'baud = 115200\n', root.read(CONF))

    def test_wrong_values_are_told_with_what_is_allowed(self):
        for args, words in (
                (('--gpio', '99'), 'GPIO 99: the header has 0 to 27'),
                (('--gpio', '-1'), 'GPIO -1'),
                (('--gpio', 'x'), 'not a number'),
                (('--gpio', ''), 'not a number'),
                (('--gpio', '0'), 'EEPROM'),
                (('--gpio', '15'), 'belongs to the serial port'),
                (('--board', 'nobody'), 'must be one of adafruit, uputronics, waveshare'),
                (('--edge', 'both'), "--edge 'both': must be rising or falling"),
                (('--pps', 'gpio'), "--pps 'gpio': must be poll"),
                (('--pull', 'strong'), 'must be any, off, down or up'),
                (('--overlay', 'mine'), 'must be pps-gpio, pps-rp1 or pps2shm'),
                (('--bluetooth', 'on'), 'must be any, off, slow or keep'),
                (('--gpio',), '--gpio needs a value'),
                (('--frobnicate', '1'), "unknown option '--frobnicate'"),
                (('--chrony=yes',), '--chrony takes no value'),
                (('pi4',), "unexpected argument 'pi4'"),
                (('--undo', '--gpio', '4'), 'it cannot be combined with --gpio'),
                (('--chrony', '--undo'), 'it cannot be combined with --chrony'),
                (('--force',), '--force needs --undo')):
            with self.subTest(args=args), Root() as root:
                self.refused(root, words, *args, status=2)

    def test_wrong_wishes_are_told(self):
        for model, args, words in (
                ('pi4', ('--overlay', 'pps-rp1'), 'pps-rp1 is for Pi 5 models'),
                ('pi4', ('--baud', '12'), "--baud '12': must be auto, 4800"),
                ('pi4', ('--serial', 'ttyS0'), 'needs a path'),
                ('pi5', ('--serial', '/dev/serial0'), 'may be the debug connector'),
                ('pi5', ('--serial', '/dev/ttyS0'), 'has /dev/ttyAMA0 on its header'),
                ('pi4', ('--serial', '/dev/ttyS0', '--bluetooth', 'off'), 'use --bluetooth keep'),
                ('pi4', ('--serial', '/dev/ttyAMA0', '--bluetooth', 'keep'), 'is on /dev/ttyS0'),
                ('cm3', (), 'depends on its carrier board')):
            with self.subTest(args=args), Root() as root:
                self.refused(root, words, *args, model=model)

    def test_the_model_of_an_image_must_be_said_and_known(self):
        with Root() as root:
            self.refused(root, '--root needs --model', model=None)
            self.refused(root, 'must be one of pi500, pi5, ', model='pi6', status=2)

    def test_it_asks_nobody_where_nobody_is(self):
        with Root() as root:
            self.refused(root, 'use --yes', yes=False)
            self.refused(root, 'use --yes', '--json', yes=False)

    def test_no_raspberry_pi_is_set_up_by_chance(self):
        if os.path.exists('/proc/device-tree/model'):
            self.skipTest('this machine has a device tree')
        result = subprocess.run(PROGRAM + ['setup', '--dry-run'], capture_output=True)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(error_line(result), 'not a Raspberry Pi.*--root and --model')

    def test_json_tells_the_plan_and_what_became_of_it(self):
        with Root() as root:
            plan = json.loads(self.setup(root, '--json', '--dry-run'))
            self.assertEqual((plan['model'], plan['boot'], plan['gpio'], plan['serial']),
                             ('pi4', '/boot/firmware', 18, '/dev/ttyAMA0'))
            self.assertFalse(plan['applied'])
            done = json.loads(self.setup(root, '--json'))
            self.assertTrue(done['applied'] and done['reboot_needed'])
            self.assertEqual(plan['changes'], done['changes'])
            self.assertIn('/' + CONFIG, [c['path'] for c in done['changes']])
            self.assertEqual(json.loads(self.setup(root, '--json'))['changes'], [])
            undone = json.loads(root.undo('--json').stdout)
            self.assertEqual(len(undone['changes']), len(done['changes']))

    @unittest.skipUnless(shutil.which('patch'), 'no patch(1) here')
    def test_the_diff_of_a_dry_run_is_what_a_run_does(self):
        for config in (stock.CONFIG['trixie-64'], b'dtparam=audio=on',
                       stock.CONFIG['trixie-64'].replace(b'\n', b'\r\n')):
            with Root(config) as shown, Root(config) as done:
                diff = self.setup(shown, '--dry-run').encode()
                if b'\r\n' in config:  # text mode would have lost them
                    diff = shown.run('--dry-run').stdout
                subprocess.run(['patch', '--binary', '-s', '-p1', '-d', shown.path], input=diff, check=True)
                self.setup(done)
                for name in (CONFIG, CMDLINE, CONF, DROP_IN, 'etc/default/ntpsec'):
                    self.assertEqual(shown.read(name), done.read(name), name)


class Serial(Case):
    def test_a_receiver_on_usb_leaves_console_gettys_and_bluetooth_alone(self):
        with Root() as root:
            before = root.tree()
            self.setup(root, '--serial', '/dev/serial/by-id/usb-u-blox')
            after = root.tree()
            self.assertEqual(before[CMDLINE], after[CMDLINE])
            self.assertNotIn(SYSTEMD + 'serial-getty@ttyAMA0.service', after)
            self.assertIn(SYSTEMD + 'multi-user.target.wants/hciuart.service', after)
            self.assertNotIn(b'uart', root.read(CONFIG))
            self.assertIn(b'device = /dev/serial/by-id/usb-u-blox\n', root.read(CONF))

    def test_bluetooth_keeps_its_uart_where_wanted(self):
        for args in (('--bluetooth', 'keep'), ('--serial', '/dev/ttyS0')):
            with self.subTest(args=args), Root() as root:
                self.setup(root, *args)
                self.assertNotIn(b'-bt', root.read(CONFIG))
                self.assertIn(b'device = /dev/ttyS0\n', root.read(CONF))
                self.assertIn(SYSTEMD + 'multi-user.target.wants/hciuart.service', root.tree())

    def test_bluetooth_on_the_mini_uart_gets_a_fixed_clock(self):
        with Root() as root:
            self.setup(root, '--bluetooth', 'slow')
            self.assertIn(b'core_freq=250\n', root.read(CONFIG))
            self.assertIn(b'dtoverlay=miniuart-bt\n', root.read(CONFIG))
            self.assertIn(SYSTEMD + 'multi-user.target.wants/hciuart.service', root.tree())

    def test_a_carrier_board_is_taken_at_its_owners_word(self):
        with Root() as root:
            self.setup(root, '--serial', '/dev/ttyAMA0', model='cm3')
            self.assertNotIn(b'enable_uart', root.read(CONFIG))

    def test_the_rp1_overlay_has_its_own_spelling(self):
        with Root() as root:
            self.setup(root, '--overlay', 'pps-rp1', '--gpio', '5', '--edge', 'falling', '--pull', 'up',
                       model='pi5')
            self.assertIn(b'\ndtoverlay=pps-rp1,pin=5,assert-falling-edge,pull-up\n', root.read(CONFIG))
            self.assertIn(b'\ndtoverlay=\ndtparam=uart0=on\n', root.read(CONFIG))

    def test_our_own_overlay_is_put_beside_the_others_and_taken_away_again(self):
        with Root() as root:
            self.setup(root, '--overlay', 'pps2shm')
            self.assertEqual(root.read('boot/firmware/overlays/pps2shm.dtbo'),
                             root.read('usr/share/pps2shm/pps2shm.dtbo'))
            self.assertIn(b'\ndtoverlay=pps2shm,gpiopin=18\n', root.read(CONFIG))
            root.undo()
            self.assertNotIn('boot/firmware/overlays/pps2shm.dtbo', root.tree())

    def test_a_block_follows_other_wishes_in_its_place(self):
        with Root() as root:
            self.setup(root)
            root.write(CONFIG, root.read(CONFIG) + b'dtparam=i2c_arm=on\n')
            self.setup(root, '--gpio', '17')
            made = root.read(CONFIG)
            self.assertEqual(made.count(b'setup: begin'), 1)
            self.assertIn(b'gpiopin=17', made)
            self.assertNotIn(b'gpiopin=18', made)
            self.assertTrue(made.endswith(b'# pps2shm setup: end\ndtparam=i2c_arm=on\n'))


class Ntp(Case):
    def test_ntpsec_reads_both_units_and_believes_one_source(self):
        with Root() as root:
            self.setup(root)
            lines = [x for x in root.read(DROP_IN).decode().splitlines() if x[0] != '#']
            self.assertEqual(lines, ['tos minclock 1 minsane 1',
                                     'refclock shm unit 0 refid GPS minpoll 4 maxpoll 4 noselect',
                                     'refclock shm unit 1 refid PPS minpoll 0 maxpoll 0 prefer'])
            printed = subprocess.run(PROGRAM + ['setup', '--print-lines', 'ntpsec'], capture_output=True)
            self.assertEqual(printed.stdout.decode().splitlines(), lines)
            self.assertIn(b'\nIGNORE_DHCP="yes"\n\nX=""\n', root.read('etc/default/ntpsec'))

    def test_ignore_dhcp_is_set_however_it_was_written(self):
        for text in (b'', b'IGNORE_DHCP=\n', b"IGNORE_DHCP='no'", b'#IGNORE_DHCP="yes"\n',
                     b'IGNORE_DHCP="yes"\nIGNORE_DHCP="no"\n', None):
            with self.subTest(text=text), Root(files={'etc/default/ntpsec': text},
                                               without=['etc/default/ntpsec']) as root:
                self.setup(root)
                path = root.file('etc/default/ntpsec')
                value = subprocess.run(['sh', '-c', f'. {path}; echo $IGNORE_DHCP'], capture_output=True)
                self.assertEqual(value.stdout, b'yes\n')

    def test_ignore_dhcp_stays_where_it_is_right(self):
        for text in (b'IGNORE_DHCP=yes\n', b"IGNORE_DHCP='yes' # mine\n"):
            with self.subTest(text=text), Root(files={'etc/default/ntpsec': text}) as root:
                self.setup(root)
                self.assertEqual(root.read('etc/default/ntpsec'), text)

    def test_units_that_are_read_already_are_not_read_twice(self):
        for line in (b'refclock shm unit 1 refid MINE\n', b'server 127.127.28.1 prefer\n'):
            with self.subTest(line=line), Root(files={'etc/ntpsec/ntp.conf': NTP_CONF + line}) as root:
                shown = self.setup(root)
                self.assertIn('/etc/ntpsec/ntp.conf:9: already reads unit 1', shown)
                self.assertIn(b'shm unit 0', root.read(DROP_IN))
                self.assertNotIn(b'shm unit 1', root.read(DROP_IN))

    def test_commented_lines_and_other_units_do_not_count(self):
        lines = b'#refclock shm unit 1\nrefclock shm unit 5\n'
        with Root(files={'etc/ntpsec/ntp.conf': NTP_CONF + lines}) as root:
            self.setup(root)
            self.assertIn(b'shm unit 1', root.read(DROP_IN))

    def test_the_units_are_those_of_our_own_configuration(self):
        conf = b'[shm]\ncoarse_unit = none\npps_unit = 3\n'
        with Root(files={CONF: conf}) as root:
            self.setup(root)
            self.assertIn(b'shm unit 3', root.read(DROP_IN))
            self.assertNotIn(b'refid GPS', root.read(DROP_IN))

    def test_a_later_file_that_asks_for_more_sources_is_told(self):
        with Root(files={'etc/ntpsec/ntp.d/site.conf': b'tos minsane 3\n'}) as root:
            self.assertIn('site.conf:1: minsane 3 is read after', self.setup(root))
        with Root(files={'etc/ntpsec/ntp.d/early.conf': b'tos minsane 3\n'}) as root:
            self.assertNotIn('minsane', self.setup(root).replace('tos minclock 1 minsane 1', ''))

    def test_chrony_gets_its_own_lines(self):
        chrony = {'etc/chrony/chrony.conf': b'confdir /etc/chrony/conf.d\n'}
        with Root(files=chrony, without=['etc/ntpsec/ntp.conf', 'etc/default/ntpsec']) as root:
            before = root.tree()
            self.setup(root, '--chrony')
            made = root.read('etc/chrony/conf.d/pps2shm.conf')
            self.assertIn(b'refclock SHM 0 refid GPS', made)
            self.assertIn(b'refclock SHM 1 refid PPS', made)
            printed = subprocess.run(PROGRAM + ['setup', '--print-lines', 'chrony'], capture_output=True)
            self.assertTrue(made.endswith(b'\n' + printed.stdout))
            self.assertNotIn('etc/default/ntpsec', root.tree())
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_chrony_reads_the_sockets_that_our_configuration_names(self):
        socket = '/run/chrony.pps2shm.sock'
        chrony = {'etc/chrony/chrony.conf': b'confdir /etc/chrony/conf.d\n',
                  CONF: f'[chrony]\npps_socket = {socket}\n'.encode()}
        with Root(files=chrony) as root:
            self.setup(root, '--chrony')
            made = root.read('etc/chrony/conf.d/pps2shm.conf')
            self.assertIn(b'refclock SHM 0 refid GPS', made)
            self.assertIn(f'refclock SOCK {socket} refid PPS'.encode(), made)
            self.assertNotIn(b'SHM 1', made)
        chrony['etc/chrony/conf.d/mine.conf'] = f'refclock SOCK {socket}:unlink refid X\n'.encode()
        with Root(files=chrony) as root:
            self.assertIn(f'mine.conf:1: already reads socket {socket}', self.setup(root, '--chrony'))
            self.assertNotIn(b'PPS', root.read('etc/chrony/conf.d/pps2shm.conf'))

    def test_a_daemon_that_is_not_there_is_missed(self):
        with Root(without=['etc/ntpsec/ntp.conf']) as root:
            self.refused(root, 'install ntpsec first, or use --chrony')
            self.refused(root, 'install chrony first', '--chrony')

    def test_chrony_without_its_folder_is_told(self):
        with Root(files={'etc/chrony/chrony.conf': b'pool x\n'}) as root:
            self.refused(root, "no line 'confdir", '--chrony')


class OwnConfiguration(Case):
    def conf(self, text, *args):
        with Root(files={CONF: text}) as root:
            self.setup(root, *args)
            return root.read(CONF)

    def test_only_what_differs_is_written(self):
        text = b'[serial]\ndevice = /dev/ttyAMA0\n[pps]\ngpio = 18\n'
        self.assertEqual(self.conf(text), text)

    def test_other_lines_stay_as_they_are(self):
        text = (b'; mine\r\n[time]\nagree=4\n[serial]\n#device = /dev/serial0\n device=/dev/x ; old one\n'
                b'[pps]\noffset = -5\n')
        self.assertEqual(self.conf(text), text.replace(b' device=/dev/x', b'device = /dev/ttyAMA0')
                         .replace(b'[pps]\n', b'[pps]\ngpio = 18\n'))

    def test_a_section_without_a_final_newline_is_continued(self):
        self.assertEqual(self.conf(b'[serial]\ndevice = /dev/ttyAMA0\n[pps]'),
                         b'[serial]\ndevice = /dev/ttyAMA0\n[pps]\ngpio = 18\n')

    def test_source_and_edge_are_set_right(self):
        made = self.conf(b'[pps]\nsource = gpio\nedge = falling\n', '--edge', 'falling')
        self.assertIn(b'source = pps\n', made)
        self.assertIn(b'edge = assert\n', made)

    def test_a_broken_configuration_is_told_with_its_line(self):
        with Root(files={CONF: b'[serial]\nspeed = 1\n'}) as root:
            self.refused(root, r'pps2shm\.conf:2: serial\.speed: unknown key')


class Services(Case):
    def test_services_are_linked_as_systemctl_would(self):
        with Root() as root:
            self.setup(root)
            tree = root.tree()
            for unit in ('serial-getty@ttyAMA0.service', 'serial-getty@ttyS0.service', 'gpsd.service',
                         'gpsd.socket', 'systemd-timesyncd.service'):
                self.assertEqual(tree[SYSTEMD + unit], '/dev/null')
            self.assertEqual(tree[SYSTEMD + 'multi-user.target.wants/pps2shm.service'],
                             '/usr/lib/systemd/system/pps2shm.service')
            self.assertEqual(tree[SYSTEMD + 'ntpsec.service.wants/pps2shm-drift.service'],
                             '/usr/lib/systemd/system/pps2shm-drift.service')
            self.assertNotIn(SYSTEMD + 'multi-user.target.wants/hciuart.service', tree)
            self.assertNotIn(SYSTEMD + 'gpsdctl@.service', tree)  # not installed here

    def test_the_drift_is_measured_for_ntpsec_only_and_by_a_package_that_can(self):
        chrony = {'etc/chrony/chrony.conf': b'confdir /etc/chrony/conf.d\n'}
        with Root(files=chrony) as root:
            self.setup(root, '--chrony')
            self.assertNotIn(SYSTEMD + 'ntpsec.service.wants/pps2shm-drift.service', root.tree())
        with Root(without=['usr/lib/systemd/system/pps2shm-drift.service']) as root:
            self.setup(root)
            self.assertNotIn(SYSTEMD + 'ntpsec.service.wants/pps2shm-drift.service', root.tree())

    @unittest.skipUnless(shutil.which('systemctl'), 'no systemctl(1) here')
    def test_systemctl_agrees(self):
        with Root() as root:
            self.setup(root)
            for unit, state in (('pps2shm.service', 'enabled'), ('gpsd.socket', 'masked'),
                                ('serial-getty@ttyAMA0.service', 'masked')):
                said = subprocess.run(['systemctl', f'--root={root.path}', 'is-enabled', unit],
                                      capture_output=True, text=True)
                self.assertEqual(said.stdout.strip(), state, unit)

    def test_an_image_with_an_installation_from_source_is_set_up_too(self):
        def moved(name):
            return name.replace('usr/', 'usr/local/', 1)
        units = {moved(name): data for name, data in SYSTEM.items() if name.startswith('usr/') and 'pps2shm' in name}
        sysusers = 'usr/local/lib/sysusers.d/pps2shm.conf'
        with Root(files={**units, sysusers: b'u pps2shm -\n', 'etc/passwd': b'root:x:0:0::/:\n'},
                  without=[name for name in SYSTEM if moved(name) in units]) as root:
            self.assertIn(f"run 'systemd-sysusers /{sysusers}' in the image",
                          self.setup(root, '--overlay', 'pps2shm'))
            self.assertEqual(root.tree()[SYSTEMD + 'multi-user.target.wants/pps2shm.service'],
                             '/usr/local/lib/systemd/system/pps2shm.service')
            root.write('etc/passwd', b'root:x:0:0::/:\npps2shm:x:1:1::/:\n')
            self.assertIn('nothing to change', self.setup(root, '--overlay', 'pps2shm'))

    def test_every_word_of_the_install_section_counts(self):
        unit = b'[Install]\nWantedBy=a.target b.target\nRequiredBy=c.target\nAlias=gps.service\n'
        with Root(files={'usr/lib/systemd/system/pps2shm.service': unit}) as root:
            self.setup(root)
            for name in ('a.target.wants/pps2shm.service', 'b.target.wants/pps2shm.service',
                         'c.target.requires/pps2shm.service', 'gps.service'):
                self.assertIn(SYSTEMD + name, root.tree())

    def test_a_missing_service_is_told(self):
        with Root(without=['usr/lib/systemd/system/pps2shm.service']) as root:
            self.assertIn('pps2shm.service is not installed', self.setup(root))

    def test_a_unit_of_the_users_own_is_not_replaced(self):
        with Root(files={SYSTEMD + 'gpsd.service': b'[Service]\n'}) as root:
            self.refused(root, 'gpsd.service is in the way')


class Undo(Case):
    def test_undo_of_nothing_is_no_error(self):
        with Root() as root:
            before = root.tree()
            result = root.undo()
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.assertIn(b'Nothing to undo', result.stdout)
            self.assertEqual(root.tree(), before)

    def test_undo_leads_back_before_the_first_of_several_setups(self):
        with Root() as root:
            before = root.tree()
            for args in (('--gpio', '4'), ('--gpio', '17', '--edge', 'falling'),
                         ('--serial', '/dev/ttyACM0')):
                self.setup(root, *args)
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_undo_brings_mode_and_odd_bytes_back(self):
        odd = stock.CONFIG['trixie-64'] + b'# \xff\xfe\r\n\n'
        with Root(odd) as root:
            os.chmod(root.file(CMDLINE), 0o640)
            before = root.tree()
            self.setup(root)
            self.assertEqual(root.tree()[CMDLINE][1], 0o640)
            root.undo()
            self.assertEqual(root.tree(), before)

    def test_an_edited_file_stops_an_undo_unless_forced(self):
        with Root() as root:
            before = root.tree()
            self.setup(root)
            root.write(CONFIG, root.read(CONFIG) + b'# mine\n')
            self.refused(root, 'boot/firmware/config.txt was changed by someone else', run=root.undo)
            self.assertEqual(root.undo('--force').returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_a_file_edited_between_two_setups_stops_an_undo(self):
        with Root() as root:
            self.setup(root)
            root.write(CONFIG, root.read(CONFIG) + b'# mine\n')
            self.setup(root, '--gpio', '17')
            self.refused(root, 'config.txt was changed by someone else', run=root.undo)

    def test_a_file_edited_back_by_hand_is_no_matter(self):
        with Root() as root:
            before = root.tree()
            self.setup(root)
            root.write(CMDLINE, before[CMDLINE][0])
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_a_lost_file_comes_back(self):
        with Root() as root:
            before = root.tree()
            self.setup(root)
            os.unlink(root.file(CMDLINE))
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_a_folder_that_others_use_by_now_stays(self):
        with Root() as root:
            self.setup(root)
            root.write('etc/ntpsec/ntp.d/mine.conf', b'')
            self.assertEqual(root.undo().returncode, 0)
            self.assertIn('etc/ntpsec/ntp.d/mine.conf', root.tree())
            self.assertNotIn(DROP_IN, root.tree())

    def test_undo_can_be_looked_at_first(self):
        with Root() as root:
            self.setup(root)
            after = root.tree()
            shown = root.undo('--dry-run').stdout.decode()
            self.assertIn('-# pps2shm setup: begin', shown)
            self.assertEqual(root.tree(), after)

    def test_nothing_is_changed_that_could_not_be_shown(self):
        with Root() as root:
            before = root.tree()
            self.setup(root)
            after = root.tree()
            for args in (['--undo', '--yes'], ['--undo', '--dry-run'],
                         ['--model', 'pi4', '--gpio', '4', '--yes']):
                for where, words in ((' >/dev/full', 'No space left'), (' >&-', 'Bad file descriptor')):
                    with self.subTest(args=args, where=where):
                        result = subprocess.run(
                            ['sh', '-c', 'exec "$@"' + where, 'sh', *PROGRAM, 'setup', '--root', root.path,
                             *args], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
                        self.assertEqual(result.returncode, 1)
                        self.assertRegex(error_line(result), 'nothing changed: standard output: ' + words)
                        self.assertEqual(root.tree(), after)
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_a_damaged_journal_is_told(self):
        for text in (b'', b'{', b'[]', b'{"version": 2}', b'{"version": 1, "changes": [{}]}',
                     b'{"version": 1, "changes": [{"path": "/x", "original": {"kind": "file"}}]}',
                     b'{"version": 1, "changes": [{"path": "/x", "original": {"kind": "pipe"}}]}'):
            with self.subTest(text=text), Root(files={JOURNAL: text}) as root:
                self.refused(root, "not setup's journal, or damaged", run=root.undo)
                self.refused(root, "not setup's journal, or damaged")

    def test_a_damaged_value_is_told_and_makes_no_empty_file(self):
        with Root() as root:
            before = root.tree()
            self.setup(root)
            whole = json.loads(root.read(JOURNAL))
            states = ('original', 'before', 'after')
            entry = next(i for i, c in enumerate(whole['changes'])
                         if all(c[s]['kind'] == 'file' for s in states))
            link = next(i for i, c in enumerate(whole['changes']) if c['after']['kind'] == 'link')
            gone = object()
            for key, values in (
                    ('text', (None, 7, [], {}, True, gone)), ('mode', (None, '0644', 1.5, -1, 0o1000, gone)),
                    ('uid', (None, '0', -1, 2**32 - 1, gone)), ('gid', (None, '0', -1, 2**32, gone)),
                    ('kind', (None, 1, 'File', gone)), ('hex', ('', '00', None))):
                for value in values:
                    for state in states:
                        self.damaged(root, whole, ['changes', entry, state, key], value, gone)
            for keys, values in (
                    (['changes', link, 'after', 'text'], (None, gone, '/dev/null\0x')),
                    (['changes', entry, 'edited'], (None, 0, 'false', gone)),
                    (['changes', entry, 'path'], (None, 1, gone, '/etc/x\0y')),
                    (['changes', entry, 'after'], (None, 'absent', gone)),
                    (['changes'], (None, {}, gone)), (['folders'], (None, {}, gone, [1])),
                    (['format'], (None, 'x', gone)), (['version'], ('1', 2, 1.0, gone))):
                for value in values:
                    self.damaged(root, whole, keys, value, gone)
            for hex_ in ('0', 'g0', '0g', ' 0', '+1', 'A0', 7):
                bad = json.loads(json.dumps(whole))
                state = bad['changes'][entry]['original']
                del state['text']
                state['hex'] = hex_
                self.damaged_as(root, bad, hex_)
            root.write(JOURNAL, json.dumps(whole).encode())
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def damaged(self, root, whole, keys, value, gone):
        bad = json.loads(json.dumps(whole))
        at = bad
        for key in keys[:-1]:
            at = at[key]
        if value is gone:
            del at[keys[-1]]
        else:
            at[keys[-1]] = value
        self.damaged_as(root, bad, (keys, value))

    def damaged_as(self, root, journal, what):
        with self.subTest(what=what):
            root.write(JOURNAL, json.dumps(journal).encode())
            self.refused(root, "not setup's journal, or damaged", '--force', run=root.undo)

    def test_only_its_owner_may_read_the_journal(self):
        with Root() as root:
            self.setup(root)
            self.assertEqual(root.tree()[JOURNAL][1], 0o600)


class Hostile(Case):
    """An image whose files were written to reach the system that sets it up."""

    def journal(self, *changes, folders=()):
        return json.dumps({'format': 'pps2shm setup journal', 'version': 1, 'changes': changes,
                           'folders': folders}).encode()

    def change(self, path, mode=0o644, **more):
        absent = {'kind': 'absent'}
        state = {'kind': 'file', 'mode': mode, 'uid': os.getuid(), 'gid': os.getgid(), 'text': 'planted'}
        return {'path': path, 'original': state, 'before': absent, 'after': absent, 'edited': False,
                **more}

    def nothing_outside(self, root, journal, words="not setup's journal, or damaged"):
        """Undo and setup refuse, and the folder beside the root stays as it was."""
        outside = root.path + '-outside'
        os.makedirs(outside + '/empty')
        try:
            root.write(JOURNAL, journal)
            for force in ((), ('--force',)):
                self.refused(root, words, *force, run=root.undo)
            self.refused(root, words)
            self.assertEqual(sorted(os.listdir(outside)), ['empty'])
        finally:
            shutil.rmtree(outside)

    def test_no_journal_leads_out_of_the_root(self):
        for way in ('/../{}/x', '/etc/../../{}/x', '/etc/./x', '/etc//x', '/etc/x/', '/', '/etc/..',
                    'etc/x', '/etc/a\nb', '/etc/a\x1b[2J', '/etc/' + 300 * 'x'):
            with self.subTest(way=way), Root() as root:
                path = way.format(os.path.basename(root.path) + '-outside')
                self.nothing_outside(root, self.journal(self.change(path)))
        for way in ('/../{}/empty', '/../{}/new', '/etc/../../{}/empty', ''):
            with self.subTest(folder=way), Root() as root:
                path = way.format(os.path.basename(root.path) + '-outside')
                self.nothing_outside(root, self.journal(folders=[path]))

    def test_no_journal_touches_what_setup_never_does(self):
        for path in ('/usr/bin/x', '/root/.ssh/authorized_keys', '/var/lib/x', '/etc', '/boot'):
            with self.subTest(path=path), Root() as root:
                self.nothing_outside(root, self.journal(self.change(path)))

    def test_no_journal_makes_a_setuid_file(self):
        for mode in (0o4755, 0o2755, 0o1777, 0o10644, -1):
            with self.subTest(mode=mode), Root() as root:
                self.nothing_outside(root, self.journal(self.change('/etc/x', mode)))

    def test_a_path_is_in_a_journal_once(self):
        with Root() as root:
            self.nothing_outside(root, self.journal(self.change('/etc/x'), self.change('/etc/x')))

    def test_a_journal_that_others_could_write_is_not_believed(self):
        for name, spoil in (
                ('mode', lambda path: os.chmod(path, 0o666)),
                ('group', lambda path: os.chmod(path, 0o660)),
                ('second name', lambda path: os.link(path, path + '2')),
                ('link', lambda path: (os.rename(path, path + '2'), os.symlink(path + '2', path))),
                ('pipe', lambda path: (os.unlink(path), os.mkfifo(path)))):
            with self.subTest(name), Root() as root:
                self.setup(root)
                spoil(root.file(JOURNAL))
                self.refused_quietly(root)

    def refused_quietly(self, root):
        result = root.undo()
        self.assertEqual(result.returncode, 1)
        self.assertRegex(error_line(result), 'pps2shm-setup.json: ')
        self.assertIn(DROP_IN, root.tree() if not root.is_pipe(JOURNAL) else [DROP_IN])

    def test_links_that_lead_out_end_in_the_root(self):
        for name in ('etc/ntpsec', 'etc/systemd', 'boot', 'var', 'etc'):
            with self.subTest(name=name), Root() as root:
                outside = root.path + '-outside'
                os.rename(root.file(name), outside)
                try:
                    os.symlink('../' * name.count('/') + '../' + os.path.basename(outside), root.file(name))
                    before = self.tree_of(outside)
                    result = root.run()
                    self.assertEqual(result.returncode, 1, result.stdout)
                    self.assertEqual(self.tree_of(outside), before)
                finally:
                    shutil.rmtree(outside)

    def tree_of(self, path):
        return {os.path.join(folder, name) for folder, dirs, files in os.walk(path) for name in dirs + files}

    def test_devices_and_pipes_in_the_place_of_files_are_refused_at_once(self):
        for name in (CONFIG, CMDLINE, CONF, 'etc/default/ntpsec', 'etc/ntpsec/ntp.conf',
                     'etc/ntpsec/ntp.d/x.conf', 'usr/lib/systemd/system/pps2shm.service'):
            with self.subTest(name=name), Root(without=[name]) as root:
                if os.path.exists(root.file(name)):
                    os.unlink(root.file(name))
                os.makedirs(os.path.dirname(root.file(name)), exist_ok=True)
                os.mkfifo(root.file(name))
                result = root.run()
                self.assertEqual(result.returncode, 1)
                error_line(result)

    def test_nothing_of_an_image_steers_the_terminal(self):
        """Neither the diff that is shown for approval, nor notes and errors."""
        escape = b'\x1b[2J\x1b]0;x\x07\x9b31m\xc2\x9b\xe2\x80\xae\r'
        files = {CONFIG: b'dtparam=audio=on\n#' + escape + b'x\n#\ttab\n',
                 CMDLINE: b'console=serial0,115200 root=' + escape.replace(b'\r', b'') + b'\n',
                 CONF: b'#' + escape + b'\n[serial]\n',
                 'etc/default/ntpsec': b'X="' + escape + b'"\nNTPD_OPTS="-c ' + escape + b'"\n',
                 'etc/ntpsec/ntp.conf': b'tos minsane 3' + escape + b'\n'}
        name = os.fsdecode(b'etc/ntpsec/ntp.d/z' + escape.replace(b'/', b'') + b'.conf')
        with Root(files={**files, name: b'tos minsane 3\n'}) as root:
            shown = root.run('--dry-run')
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.plain(shown.stdout)
            self.assertIn(b' #?[2J?]0;x??31m???x\n', shown.stdout)
            self.assertIn(b' #\ttab\n', shown.stdout)
            self.assertIn(b'z?[2J?]0;x??31m???.conf:1: minsane 3 is read after', shown.stdout)
            self.assertEqual(root.run().returncode, 0)
            self.plain(root.undo('--dry-run').stdout)
        for bad in ({CONF: b'[serial]\n' + escape + b' = 1\n'},
                    {CONFIG: b'dtoverlay=pps-gpio,gpiopin=4,pull=' + escape + b'\n'},
                    {CONFIG: b'cmdline=' + escape + b'/..\n'},
                    {CMDLINE: b'kgdboc=ttyAMA0,' + escape.replace(b'\r', b'') + b'\n'}):
            with self.subTest(bad=bad), Root(files=bad) as root:
                result = root.run()
                self.assertEqual(result.returncode, 1)
                self.plain(result.stderr)
                error_line(result)

    def plain(self, shown):
        self.assertNotRegex(shown.decode('latin-1').replace('\r\n', '\n'), r'[^\n\t\x20-\x7e]')

    def test_a_file_that_is_setuid_is_left_alone(self):
        with Root() as root:
            os.chmod(root.file(CMDLINE), 0o4755)
            self.refused(root, 'cmdline.txt has mode 4755')


class Refusals(Case):
    def test_what_is_no_root_is_told(self):
        with Root(without=['etc/os-release']) as root:
            self.refused(root, 'not the root of a system')
        with Root() as root:
            inner = subprocess.run(PROGRAM + ['setup', '--model', 'pi4', '--root', root.file('none')],
                                   capture_output=True)
            self.assertRegex(error_line(inner), 'No such file')

    def test_a_boot_partition_that_is_not_mounted_is_told(self):
        with Root() as root:
            os.unlink(root.file(CONFIG))  # /boot/config.txt only says where it went
            self.refused(root, 'mount the boot partition')

    def test_the_older_place_of_the_boot_files_works(self):
        with Root(boot='boot', files={'boot/overlays/pps-gpio.dtbo': b'x'}) as root:
            before = root.tree()
            self.setup(root)
            self.assertIn(b'gpiopin=18', root.read('boot/config.txt'))
            root.undo()
            self.assertEqual(root.tree(), before)

    def test_missing_files_are_told(self):
        for name, args, words in (
                (CMDLINE, (), 'cmdline.txt is not there'),
                ('boot/firmware/overlays/pps-gpio.dtbo', (), 'pps-gpio.dtbo is not there'),
                ('usr/share/pps2shm/pps2shm.dtbo', ('--overlay', 'pps2shm'), 'install pps2shm first')):
            with self.subTest(name=name), Root() as root:
                os.unlink(root.file(name))
                self.refused(root, words, *args)

    def test_links_in_an_image_lead_where_its_own_system_would_go(self):
        with Root() as root:
            os.rename(root.file('etc/ntpsec'), root.file('etc/elsewhere'))
            os.symlink('/etc/elsewhere', root.file('etc/ntpsec'))
            before = root.tree()
            self.setup(root)
            self.assertIn('etc/elsewhere/ntp.d/pps2shm.conf', root.tree())
            self.assertEqual(root.undo().returncode, 0)
            self.assertEqual(root.tree(), before)

    def test_links_to_files_are_not_replaced(self):
        with Root() as root:
            os.rename(root.file(CMDLINE), root.file('boot/firmware/real.txt'))
            os.symlink('real.txt', root.file(CMDLINE))
            self.refused(root, 'symbolic link')

    def test_a_folder_where_a_file_should_be_is_told(self):
        with Root(without=['etc/default/ntpsec']) as root:
            os.makedirs(root.file('etc/default/ntpsec'))
            self.refused(root, 'etc/default/ntpsec: not a regular file')

    def test_two_setups_at_once_are_one_too_many(self):
        with Root() as root:
            lock = os.open(root.file('etc'), os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.refused(root, "another 'pps2shm setup' is running")
            self.refused(root, "another 'pps2shm setup' is running", run=root.undo)
            os.close(lock)
            self.setup(root)

    def test_many_setups_at_once_end_as_one(self):
        with Root() as root, Root() as alone:
            self.setup(alone)
            command = PROGRAM + ['setup', '--root', root.path, '--model', 'pi4', '--yes']
            running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                       for _ in range(8)]
            for p in running:
                _, stderr = p.communicate()
                self.assertTrue(p.returncode == 0 or b'another' in stderr, stderr)
            self.setup(root)
            self.assertEqual(root.tree(), alone.tree())


class ThisSystem(Case):
    """Without --root: the folders of a root are mounted over this system's own, in another namespace."""
    FOLDERS = ('etc', 'boot', 'var/lib', 'usr/lib/systemd')

    def run_here(self, root, *args):
        mounts = ' && '.join(f'mount --bind "$R/{name}" /{name}' for name in self.FOLDERS)
        return subprocess.run(['unshare', '-m', 'sh', '-c', f'{mounts} && exec "$@"', 'sh', *PROGRAM, 'setup',
                               *args], capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, 'R': root.path})

    @unittest.skipUnless(all(os.path.isdir('/' + name) for name in FOLDERS), 'a folder is not there')
    def test_it_is_set_up_and_undone_as_an_image_is(self):
        with Root() as here, Root() as image:
            before = here.tree()
            result = self.run_here(here, '--model', 'pi4', '--yes')
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.setup(image)
            self.assertEqual(here.tree(), image.tree())
            result = self.run_here(here, '--undo', '--yes')
            self.assertEqual((result.returncode, result.stderr), (0, b''))
            self.assertEqual(here.tree(), before)

    def test_its_journal_is_judged_as_an_images_is(self):
        with Root() as here:
            here.write(JOURNAL, Hostile.journal(self, Hostile.change(self, '/etc/../x')))
            before = here.tree()
            result = self.run_here(here, '--undo', '--yes')
            self.assertEqual(result.returncode, 1)
            self.assertRegex(error_line(result), "not setup's journal, or damaged")
            self.assertEqual(here.tree(), before)


class Disks(Case):
    """File systems that refuse; each is mounted in the test's own namespace. To remount one itself would
    repeat its owner in numbers of the outside, which the kernel refuses: its mount is made read-only."""

    def mount(self, root, name, options, content):
        path = root.file(name)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'none', path], check=True)
        root.mounts.append(path)
        for file, data in content.items():
            root.write(f'{name}/{file}', data)
        return path

    def boot(self):
        return {'config.txt': stock.CONFIG['trixie-64'], 'cmdline.txt': stock.CMDLINES['trixie-64'],
                'overlays/pps-gpio.dtbo': b'x'}

    def fill(self, path):
        with open(os.path.join(path, 'filler'), 'wb', buffering=0) as f:
            try:
                while True:
                    f.write(b'x' * 4096)
            except OSError:
                pass

    def test_a_read_only_boot_partition_is_told(self):
        with Root() as root:
            path = self.mount(root, 'boot/firmware', 'size=1m', self.boot())
            subprocess.run(['mount', '-o', 'remount,bind,ro', path], check=True)
            self.refused(root, "cannot be written: .*read-only.*'mount -o remount,rw'")

    def test_a_full_boot_partition_is_told(self):
        with Root() as root:
            path = self.mount(root, 'boot/firmware', 'size=64k', self.boot())
            self.fill(path)
            self.refused(root, 'boot/firmware/.* cannot be written: the file system is full')

    def test_a_boot_partition_without_room_for_one_more_name_is_told(self):
        with Root() as root:
            path = self.mount(root, 'boot/firmware', 'size=1m,nr_inodes=6', self.boot())
            root.write('boot/firmware/last', b'')
            self.refused(root, 'the file system is full')

    def test_a_full_or_read_only_root_is_told(self):
        for full in (True, False):
            with self.subTest(full=full), Root() as root:
                path = self.mount(root, 'var', 'size=64k', {'lib/.keep': b''})
                if full:
                    self.fill(path)
                else:
                    subprocess.run(['mount', '-o', 'remount,bind,ro', path], check=True)
                self.refused(root, 'full' if full else 'read-only')
    

if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0]])
