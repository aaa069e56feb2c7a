# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Edited, odd and broken boot files. Each says for which models it must work, and for which it must
be refused with which words. A model in neither group is not asked about."""
import random

import stock

TRIXIE = stock.CONFIG['trixie-64']
FAMILIES = ('pi0', 'pi3', 'pi4', 'pi5')
ALL = []


def variant(name, config, refused=(), words=None, files=None, cmdline=None, args=(), **wanted):
    """refused: models (or True: all) that setup must refuse, with these words (a regexp)."""
    models = FAMILIES if refused is True else refused
    ALL.append(dict(name=name, config=config, cmdline=cmdline or stock.CMDLINES['trixie-64'],
                    files=files or {}, args=list(args), refused=set(models), words=words,
                    wanted=wanted))


# --- shapes of files ---
variant('empty file', b'')
variant('only a comment, no newline', b'# nothing')
variant('one newline', b'\n')
variant('no final newline', TRIXIE.rstrip(b'\n'))
variant('CR LF throughout', TRIXIE.replace(b'\n', b'\r\n'))
variant('CR LF without final newline', TRIXIE.replace(b'\n', b'\r\n').rstrip(b'\r\n'))
variant('CR LF at the first line only', TRIXIE.replace(b'\n', b'\r\n', 1))
variant('many blank lines at the end', TRIXIE + b'\n\n\n\n')
variant('bytes that are no UTF-8', TRIXIE + b'# caf\xe9 \xff\xfe\n')
variant('a byte order mark', b'\xef\xbb\xbf' + TRIXIE)
variant('a byte order mark before a filter', b'\xef\xbb\xbf[pi3]\nenable_uart=0\n')
variant('a NUL byte', TRIXIE + b'\0\n', refused=True, words='NUL')
variant('indented lines', b'\n'.join(b'  ' + line for line in TRIXIE.split(b'\n')))
variant('tabs before lines', b'\n'.join(b'\t' + line for line in TRIXIE.split(b'\n')))
variant('2000 lines', TRIXIE + b'# more\n' * 2000)

# --- filters ---
variant('ends in a model section', TRIXIE + b'[pi4]\narm_freq=1500\n')
variant('ends in another model section', TRIXIE + b'[pi2]\nenable_uart=0\n')
variant('ends in [none]', TRIXIE + b'[none]\nenable_uart=0\n')
variant('ends in a monitor section', TRIXIE + b'[EDID=VSC-TD2220]\nhdmi_group=2\n')
variant('ends in a GPIO section', TRIXIE + b'[gpio4=1]\nenable_uart=0\n')
variant('ends in a serial number section', TRIXIE + b'[0x12345678]\nenable_uart=0\n')
variant('ends in two sections that must both hold', TRIXIE + b'[EDID=A-B]\n[pi4]\nenable_uart=0\n')
variant('ends in an unclosed filter', TRIXIE + b'[pi4\nenable_uart=0\n')
variant('ends in an unknown filter', TRIXIE + b'[moonphase=full]\nenable_uart=0\n')
variant('ends in tryboot', TRIXIE + b'[tryboot]\nos_check=0\n')
variant('ends in HDMI:1', TRIXIE + b'[HDMI:1]\nhdmi_mode=87\n')
variant('a board type', TRIXIE + b'[board-type=0x14]\nenable_uart=0\n')
variant('[none] then a model', TRIXIE + b'[none]\n[pi4]\nenable_uart=0\n[all]\n')
variant('capital [ALL]', TRIXIE + b'[pi2]\nx=1\n[ALL]\nenable_uart=0\n')

variant('a pin after capital [ALL]', TRIXIE + b'[pi2]\n[ALL]\ndtoverlay=pwm\n', refused=True,
        words='pwm may use GPIO 18')
variant('a pin after [all] and a blank', TRIXIE + b'[pi2]\n[all] \ndtoverlay=pwm\n', refused=True,
        words='pwm may use GPIO 18')
variant('a pin for another model and a monitor', TRIXIE + b'[pi2]\n[EDID=A-B]\ndtoverlay=pwm\n')
variant('a pin in a board type', TRIXIE + b'[pi2]\n[board-type=0x14]\ndtoverlay=pwm\n', refused=True,
        words='pwm may use GPIO 18')

# --- the serial port ---
variant('enable_uart=1 is there', TRIXIE + b'enable_uart=1\n')
variant('enable_uart=0 is there', TRIXIE + b'enable_uart=0\n')
variant('enable_uart twice, 1 then 0', b'enable_uart=1\n' + TRIXIE + b'enable_uart=0\n')
variant('enable_uart twice, 0 then 1', b'enable_uart=0\n' + TRIXIE + b'enable_uart=1\n')
variant('enable_uart=1 for the Pi 3 only', TRIXIE + b'[pi3]\nenable_uart=1\n[all]\n')
variant('enable_uart with blanks', TRIXIE + b'enable_uart = 1\n')
variant('enable_uart with a comment behind it', TRIXIE + b'enable_uart=1 # for GPS\n')
variant('commented enable_uart', TRIXIE + b'#enable_uart=1\n')
variant('disable-bt is there', TRIXIE + b'dtoverlay=disable-bt\n')
variant('disable-bt by its old name', TRIXIE + b'dtoverlay=pi3-disable-bt\nenable_uart=1\n')
variant('miniuart-bt is there', TRIXIE + b'dtoverlay=miniuart-bt\ncore_freq=250\n')
variant('disable-bt for the Pi 3 only', TRIXIE + b'[pi3]\ndtoverlay=disable-bt\n[all]\n')
variant('uart0 on', TRIXIE + b'dtparam=uart0=on\n')
variant('uart0 off', TRIXIE + b'dtparam=uart0=off\n')
variant('uart0 on, then off', TRIXIE + b'dtparam=uart0=on\ndtparam=uart0=off\n')
variant('uart0-pi5', TRIXIE + b'[pi5]\ndtoverlay=uart0-pi5\n[all]\n')
variant('uart0 in the scope of an overlay',
        TRIXIE + b'dtoverlay=disable-bt\ndtparam=uart0,i2c_arm=on\n')
variant('a fan on the port', TRIXIE + b'dtoverlay=gpio-fan,gpiopin=14,temp=60000\n', refused=True,
        words=r'config\.txt:\d+: gpio-fan,gpiopin=14 uses GPIO 14, which the serial port needs')
variant('a fan on the port, receiver on USB',
        TRIXIE + b'dtoverlay=gpio-fan,gpiopin=14,temp=60000\n',
        args=['--serial', '/dev/ttyACM0'], header=False)
variant('MIDI on the port', TRIXIE + b'dtoverlay=midi-uart0\n', refused=True,
        words='midi-uart0 uses GPIO 14')
variant('Bluetooth kept', TRIXIE, args=['--bluetooth', 'keep'], swap=False)
variant('Bluetooth kept against disable-bt', TRIXIE + b'dtoverlay=disable-bt\n',
        args=['--bluetooth', 'keep'], refused=('pi02', 'pi3', 'pi4'), words='disable-bt gives')
variant('Bluetooth slow', TRIXIE, args=['--bluetooth', 'slow'])
variant('Bluetooth slow, clock fixed', TRIXIE + b'force_turbo=1\n', args=['--bluetooth', 'slow'])

# --- the pulse, in the spellings there are ---
variant('pps-gpio on the same GPIO', TRIXIE + b'dtoverlay=pps-gpio,gpiopin=18\n')
variant('pps-gpio by default', TRIXIE + b'dtoverlay=pps-gpio\n')
variant('pps-gpio over two lines', TRIXIE + b'dtoverlay=pps-gpio\ndtparam=gpiopin=18\n')
variant('pps-gpio with a colon', TRIXIE + b'dtoverlay=pps-gpio:gpiopin=18\n')
variant('pps-gpio by the long keys',
        TRIXIE + b'device_tree_overlay=pps-gpio\ndevice_tree_param=gpiopin=18\n')
variant('pps-gpio by its file', TRIXIE + b'dtoverlay=overlays/pps-gpio-overlay.dtb,gpiopin=18\n')
variant('pps-gpio twice the same',
        TRIXIE + b'dtoverlay=pps-gpio,gpiopin=18\ndtoverlay=pps-gpio,gpiopin=18\n')
variant('pps-gpio on another GPIO', TRIXIE + b'dtoverlay=pps-gpio,gpiopin=4\n', refused=True,
        words=r'config\.txt:\d+: dtoverlay=pps-gpio is on GPIO 4, not 18: use --gpio 4')
variant('pps-gpio on another GPIO, two lines', TRIXIE + b'dtoverlay=pps-gpio\ndtparam=gpiopin=4\n',
        refused=True, words='is on GPIO 4, not 18')
variant('pps-gpio in hexadecimal', TRIXIE + b'dtoverlay=pps-gpio,gpiopin=0x12\n')
variant('pps-gpio on another GPIO, asked for', TRIXIE + b'dtoverlay=pps-gpio,gpiopin=4\n',
        args=['--gpio', '4'], gpio=4)
variant('pps-gpio by default, another asked for', TRIXIE + b'dtoverlay=pps-gpio\n',
        args=['--gpio', '4'], refused=True, words='is on GPIO 18, not 4')
variant('pps-gpio for the Pi 3 only', TRIXIE + b'[pi3]\ndtoverlay=pps-gpio,gpiopin=18\n[all]\n')
variant('another pps-gpio for the Pi 3 only', TRIXIE + b'[pi3]\ndtoverlay=pps-gpio,gpiopin=4\n',
        refused=('pi3',), words='is on GPIO 4')
variant('pps-gpio under a monitor', TRIXIE + b'[EDID=A-B]\ndtoverlay=pps-gpio,gpiopin=18\n',
        refused=True, words='may or may not be in effect')
variant('pps-gpio with a comment behind it', TRIXIE + b'dtoverlay=pps-gpio,gpiopin=18 # GPS\n',
        refused=True, words='may or may not be in effect')
variant('pps-gpio in capitals', TRIXIE + b'DTOVERLAY=pps-gpio,gpiopin=18\n', refused=True,
        words='may or may not be in effect')
variant('pps-gpio on the other edge', TRIXIE + b'dtoverlay=pps-gpio,assert_falling_edge\n',
        refused=True, words='takes the falling edge: use --edge falling')
variant('pps-gpio on the falling edge, asked for',
        TRIXIE + b'dtoverlay=pps-gpio,gpiopin=18,assert_falling_edge=on\n',
        args=['--edge', 'falling'], falling=True)
variant('pps-gpio with a pull', TRIXIE + b'dtoverlay=pps-gpio,pull=down\n')
variant('pps-gpio with another pull', TRIXIE + b'dtoverlay=pps-gpio,pull=down\n',
        args=['--pull', 'up'], refused=True, words='has pull=down: use --pull down')
variant('pps-rp1 is there', TRIXIE + b'[pi5]\ndtoverlay=pps-rp1,pin=18\n[all]\n', refused=('pi5',),
        words='dtoverlay=pps-rp1 is already there')
variant('pps-gpio cut off by the line limit',
        TRIXIE + b'dtoverlay=pps-gpio' + b',capture_clear' * 6 + b',gpiopin=4\n')
variant('commented pps-gpio', TRIXIE + b'#dtoverlay=pps-gpio,gpiopin=4\n')
variant('an open scope at the end', TRIXIE + b'dtoverlay=i2c-rtc,ds3231\ndtparam=i2c_arm=on\n')
variant('options', TRIXIE, args=['--gpio', '5', '--edge', 'falling', '--pull', 'up'], gpio=5,
        falling=True, pull='up')

# --- pins in use ---
variant('I2S on', TRIXIE + b'dtparam=i2s=on\n', refused=True, words='i2s=on uses GPIO 18')
variant('I2S on, pulse elsewhere', TRIXIE + b'dtparam=i2s=on\n', args=['--gpio', '4'], gpio=4)
variant('I2S on, then off', TRIXIE + b'dtparam=i2s=on\ndtparam=i2s=off\n')
variant('I2S among other parameters', TRIXIE + b'dtparam=i2c,i2s,spi\n', refused=True,
        words='i2s uses GPIO 18')
variant('a DAC', TRIXIE + b'dtoverlay=hifiberry-dacplus\n', refused=True,
        words='hifiberry-dacplus uses GPIO 18')
variant('an overlay of no effect', TRIXIE + b'dtoverlay=i2s-mmap\n')
variant('a fan on the pin', TRIXIE + b'dtoverlay=gpio-fan,gpiopin=18,temp=55000\n', refused=True,
        words='gpio-fan,gpiopin=18 uses GPIO 18')
variant('PWM by default', TRIXIE + b'dtoverlay=pwm\n', refused=True, words='pwm uses GPIO 18')
variant('PWM elsewhere', TRIXIE + b'dtoverlay=pwm,pin=12,func=4\n')
variant('one-wire by default', TRIXIE + b'dtoverlay=w1-gpio\n', args=['--gpio', '4'], refused=True,
        words='w1-gpio uses GPIO 4')
variant('one-wire elsewhere', TRIXIE + b'dtoverlay=w1-gpio,gpiopin=17\n', args=['--gpio', '4'],
        gpio=4)
variant('an overlay under a GPIO filter', TRIXIE + b'[gpio4=1]\ndtoverlay=pwm\n', refused=True,
        words='pwm may use GPIO 18')
variant('a pin set to output', TRIXIE + b'gpio=12,16-19=op,dh\n', refused=True,
        words='uses GPIO 18')
variant('a pin set to input', TRIXIE + b'gpio=18=ip,pd\n')
variant('a pin in another model', TRIXIE + b'[pi5]\ndtoverlay=pwm\n[all]\n', refused=('pi5',),
        words='pwm uses GPIO 18')

# --- other files ---
variant('an include', TRIXIE + b'include user.txt\n', files={'user.txt': b'enable_uart=0\n'})
variant('an include with a filter', TRIXIE + b'include user.txt\n', files={'user.txt': b'[pi2]\n'})
variant('an include with a pin', TRIXIE + b'include user.txt\n', refused=True, words='user.txt:2: pwm',
        files={'user.txt': b'# mine\ndtoverlay=pwm\n'})
variant('an include that is not there', TRIXIE + b'include none.txt\n')
variant('an include of itself', TRIXIE + b'include config.txt\n', refused=True,
        words='does one include itself')
variant('os_prefix', TRIXIE + b'os_prefix=current/\n', refused=True, words='os_prefix')
variant('overlay_prefix', TRIXIE + b'overlay_prefix=o/\n', refused=True, words='overlay_prefix')
variant('no device tree', TRIXIE + b'device_tree=\n', refused=True, words='without a device tree')
variant('another command line', TRIXIE + b'cmdline=mine.txt\n',
        files={'mine.txt': b'console=ttyS0 console=tty1 rootwait\n'})
variant('another command line for some', TRIXIE + b'[EDID=A]\ncmdline=mine.txt\n', refused=True,
        words='unclear which file')

# --- markers that somebody touched ---
BEGIN, END = b'# pps2shm setup: begin\n', b'# pps2shm setup: end\n'
variant('a begin without an end', TRIXIE + BEGIN, refused=True, words='without an end')
variant('an end without a begin', TRIXIE + END, refused=True, words='stray')
variant('two blocks', TRIXIE + BEGIN + END + BEGIN + END, refused=True, words='second')
variant('an empty block', TRIXIE + BEGIN + END)
variant('lines behind the block', TRIXIE + BEGIN + b'[all]\n' + END + b'dtparam=i2c_arm=on\n')
variant('enable_uart=0 behind the block', TRIXIE + BEGIN + b'[all]\n' + END + b'enable_uart=0\n',
        refused=('pi0', 'pi2', 'pi02', 'pi3', 'pi4'), words=r'config\.txt:\d+: enable_uart=0')
variant('uart0=off behind the block', TRIXIE + BEGIN + b'[all]\n' + END + b'dtparam=uart0=off\n',
        refused=('pi5',), words='uart0=off')

# --- the command line ---
LINE = b' root=PARTUUID=1-02 rootwait'
variant('no console on the port', TRIXIE, cmdline=b'console=tty1' + LINE + b'\n')
variant('console=ttyAMA0', TRIXIE, cmdline=b'console=ttyAMA0,115200 console=tty1' + LINE + b'\n')
variant('console=ttyS0 without a rate', TRIXIE, cmdline=b'console=tty1 console=ttyS0' + LINE + b'\n')
variant('all three', TRIXIE, cmdline=b'console=serial0,115200 console=ttyAMA0,115200n8 '
        b'console=ttyS0,9600 console=tty1' + LINE + b'\n')
variant('the console is the last word', TRIXIE, cmdline=b'console=tty1' + LINE + b' console=serial0,115200\n')
variant('the console is the last word, no newline', TRIXIE,
        cmdline=b'console=tty1' + LINE + b' console=serial0,115200')
variant('the only console', TRIXIE, cmdline=b'console=serial0,115200' + LINE + b'\n')
variant('the only word', TRIXIE, cmdline=b'console=serial0,115200\n')
variant('a console that only looks like it', TRIXIE,
        cmdline=b'console=ttyAMA10,115200 console=ttyS01' + LINE + b'\n')
variant('command line with CR LF', TRIXIE, cmdline=b'console=serial0,115200 console=tty1' + LINE + b'\r\n')
variant('two lines', TRIXIE, cmdline=b'console=tty1\nroot=x\n', refused=True, words='2 lines')
variant('empty command line', TRIXIE, cmdline=b'\n', refused=True, words='0 lines')
variant('a debugger on the port', TRIXIE, cmdline=b'kgdboc=ttyAMA0,115200 console=tty1' + LINE,
        refused=True, words='kgdboc=ttyAMA0,115200')

# --- lines thrown together ---
PIECES = (
    (b'[all]', b'[none]', b'[pi3]', b'[pi4]', b'[pi5]', b'[pi0]', b'[cm4]', b'[EDID=A-B]', b'[gpio4=1]',
     b'[ALL]', b'[pi4', b' [all]', b'[board-type=0x14]', b'[pi3+]'),
    (b'enable_uart=1', b'enable_uart=0', b'enable_uart = 1', b'#enable_uart=1', b'ENABLE_UART=0'),
    (b'dtoverlay=', b'dtoverlay=none', b'dtoverlay=i2c-rtc,ds3231', b'dtoverlay=vc4-kms-v3d'),
    (b'dtoverlay=disable-bt', b'dtoverlay=miniuart-bt', b'dtoverlay=uart0-pi5',
     b'device_tree_overlay=pi3-disable-bt'),
    (b'dtparam=uart0=on', b'dtparam=uart0=off', b'dtparam=uart0', b'dtparam=i2c_arm=on,spi=on'),
    (b'dtparam=i2s=off', b'dtparam=audio=on', b'dtparam=gpiopin=18', b'dtparam=gpiopin=4',
     b'dtparam=assert_falling_edge=off'),
    (b'dtoverlay=pps-gpio', b'dtoverlay=pps-gpio,gpiopin=18', b'dtoverlay=pps-gpio:gpiopin=18',
     b'dtoverlay=pps-gpio,gpiopin=4', b'dtoverlay=pps-gpio,pull=down,gpiopin=0x12'),
    (b'dtoverlay=pwm,pin=12', b'dtoverlay=gpio-fan', b'dtoverlay=pwm', b'dtparam=i2s=on'),
)
WEIGHTS = (6, 3, 3, 3, 3, 3, 2, 1)


def thrown_together(seed):
    """A model and a config.txt of a few lines, the same for the same seed."""
    chance = random.Random(seed)
    lines = [chance.choice(chance.choices(PIECES, WEIGHTS)[0]) for _ in range(chance.randint(1, 9))]
    ending = chance.choice((b'\n', b'\n', b'\r\n'))
    return chance.choice(FAMILIES), ending.join(lines) + chance.choice((b'', ending))
