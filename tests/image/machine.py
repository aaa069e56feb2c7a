# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""An arm64 computer with a GPS on it: QEMU's board "virt" with pulses on GPIO 3 and sentences on its
first UART, both by this computer's clock, and a shell on another serial port."""

import array
import fcntl
import json
import os
import socket
import subprocess
import termios
import threading
import time

QEMU = ["qemu-system-aarch64", "-cpu", "cortex-a57", "-smp", "2", "-m", "1024", "-nic", "none"]

BAUD = 9600
LAG_S = 0.1    # from the pulse to the first byte of its sentences
BACKLOG = 64   # what a UART nobody reads would have lost
PLACE = "5224.3000,N,00448.6000,E"


def sentence(body):
    check = 0
    for byte in body.encode():
        check ^= byte
    return f"${body}*{check:02X}\r\n"


def burst(utc_s):
    t = time.gmtime(utc_s)
    clock = time.strftime("%H%M%S.00", t)
    return (sentence(f"GPRMC,{clock},A,{PLACE},0.02,31.7,{time.strftime('%d%m%y', t)},,,A") +
            sentence(f"GPGGA,{clock},{PLACE},1,08,0.9,12.0,M,46.9,M,,")).encode()


def connect(path):
    """QEMU needs a moment to make its sockets."""
    link = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + 60
    while True:
        try:
            link.connect(path)
            return link
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


class Receiver:
    """The GPS. A pulse is a QMP command: QEMU raises the line for 100 ms."""

    def __init__(self, folder):
        self.on = True
        self.sent = {}  # of each pulse: its second, and when it was sent
        self.control = connect(folder + "/qmp").makefile("rw")
        self.control.readline()
        self.command("qmp_capabilities")
        self.line = connect(folder + "/uart")
        threading.Thread(target=self.run, args=(self.pulse, 0), daemon=True).start()
        threading.Thread(target=self.run, args=(self.talk, LAG_S), daemon=True).start()

    def command(self, name):
        self.control.write(json.dumps({"execute": name}) + "\n")
        self.control.flush()
        while "return" not in json.loads(self.control.readline()):
            pass  # an event

    def run(self, deed, after_s):
        if os.geteuid() == 0:  # in time, whatever else this computer does
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        try:
            while self.on:
                second = int(time.time() - after_s) + 1
                time.sleep(max(0, second + after_s - time.time()))
                deed(second)
        except OSError:
            pass  # the machine is off

    def pulse(self, second):
        self.sent[second] = time.time()
        self.command("system_powerdown")

    def talk(self, second):
        """At its baud rate; what the UART has no room for is lost."""
        data = burst(second)
        begun = time.monotonic()
        for at in range(0, len(data), 8):
            time.sleep(max(0, begun + (at + 8) * 10 / BAUD - time.monotonic()))
            waiting = array.array("i", [0])
            fcntl.ioctl(self.line, termios.TIOCOUTQ, waiting)
            if waiting[0] < BACKLOG:
                self.line.send(data[at:at + 8])


class Machine:
    """Starts like a Pi, which has no battery: with a clock that is years behind."""

    def __init__(self, work, kernel):
        self.work = work
        with open(work + "/cmdline", encoding="ascii") as file:
            cmdline = file.read().strip()
        self.console = open(work + "/console", "wb")
        self.process = subprocess.Popen(
            [*QEMU, "-M", "virt", "-nographic", "-monitor", "none", "-no-reboot",
             "-rtc", "base=2025-01-01T12:00:00",
             "-kernel", kernel, "-initrd", work + "/start.cpio.gz", "-dtb", work + "/tree.dtb",
             "-append", cmdline,
             "-drive", f"file={work}/disk,format=raw,if=virtio,cache=unsafe,snapshot=on",
             "-serial", f"unix:{work}/uart,server=on,wait=off",
             "-chardev", f"socket,id=shell,path={work}/shell,server=on,wait=off",
             "-device", "pci-serial,chardev=shell",
             "-qmp", f"unix:{work}/qmp,server=on,wait=off"])
        self.seen = b""
        try:
            self.shell = connect(work + "/shell")
            self.receiver = Receiver(work)
        except OSError:
            self.process.kill()
            raise

    def read_until(self, mark, seconds):
        """What the shell says before the mark; None if it does not come in time."""
        end = time.monotonic() + seconds
        while mark not in self.seen:
            self.shell.settimeout(max(0.1, end - time.monotonic()))
            try:
                data = self.shell.recv(4096)
            except TimeoutError:
                data = b""
            if not data and (time.monotonic() >= end or self.process.poll() is not None):
                return None
            self.console.write(data)
            self.console.flush()
            self.seen += data
        said, _, self.seen = self.seen.partition(mark)
        return said

    def wait_for_shell(self, seconds):
        """Whatever the kernel and the boot say until then goes by."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.shell.sendall(b"stty -echo -onlcr; PS1=; TERM=dumb; echo rea''dy; cat /dev/null\n")
            if self.read_until(b"ready\n", 5) is not None:
                return True
        return False

    def run(self, command, seconds=120):
        """Status and output of a command in the machine; (None, what came) if it took too long."""
        self.shell.sendall(command.encode() + b" 2>&1; echo @$?''@\n")
        said = self.read_until(b"@\n", seconds)
        if said is None:
            return None, self.seen.decode(errors="replace")
        text, _, status = said.decode(errors="replace").rpartition("@")
        return int(status), text.lstrip("\r\n")

    def off(self):
        self.receiver.on = False
        self.process.kill()
        self.process.wait()
