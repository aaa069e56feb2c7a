#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""A simulated receiver on a pty. Prints the pty's path, then obeys lines on its standard input.

  receiver.py --model neo-m8t [--rate BPS] [--fault NAME[=VALUE]]... [options]

See README.md for models, faults and the control lines.
"""
import argparse
import json
import os
import select
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import casic  # noqa: E402
import mtk  # noqa: E402
import others  # noqa: E402
import ubx  # noqa: E402
from uart import Line, Sender, Wire  # noqa: E402

FAMILIES = (
    (ubx.Ublox, ubx.MODELS),
    (casic.Casic, casic.MODELS),
    (mtk.Mtk, mtk.MTK_MODELS),
    (mtk.Airoha, mtk.AIROHA_MODELS),
    (mtk.Pqtm, mtk.PQTM_MODELS),
    (others.Allystar, others.ALLYSTAR_MODELS),
    (others.Skytraq, others.SKYTRAQ_MODELS),
    (others.Plain, others.NMEA_MODELS),
)
MODELS = {name: (kind, m) for kind, models in FAMILIES for name, m in models.items()}
FAULTS = (
    "silent nak nak-all deaf-after-rate rate-ignored save-fails lost-acks slow-acks wrong-acks garbage "
    "power-cut cable-cut hangup"
).split()
TICK = 0.004


class Bench:
    """The receiver, its line, its power, and the second."""

    def __init__(self, kind, model, options):
        self.o = options
        self.line = Wire(options.port) if options.port else Line(options.link)
        self.now = time.monotonic()
        self.start = self.now
        self.utc0 = options.utc if options.utc is not None else time.time()
        self.rx = kind(model, options, self.now)
        self.sender = Sender(options.buffer or model.buffer)
        self.host_bytes = []  # [arrival, bytes]
        self.busy = 0.0  # until when the host's bytes take
        self.powered, self.wired = True, True
        self.second = int(self.utc())
        self.back_at = None
        self.cut_after, self.cut_cable = self.faults_int("power-cut"), self.faults_int("cable-cut")
        self.hang_after = self.faults_int("hangup")
        self.fill = []

    def faults_int(self, name):
        return int(self.rx.faults[name]) if name in self.rx.faults else None

    def utc(self):
        return self.utc0 + self.now - self.start

    # -- the loop ----------------------------------------------------------------------------------

    def tick(self, seconds):
        self.now = time.monotonic()
        if self.back_at and self.now >= self.back_at:
            self.power(True)
        self.from_host()
        if not self.powered:
            return
        self.rate()
        self.epoch()
        while self.rx.answers and self.rx.answers[0][0] <= self.now:
            self.sender.put(self.rx.answers.pop(0)[1])
        self.rx.answers.sort(key=lambda a: a[0])
        out = self.sender.take(seconds, self.rx.s["baud"])
        if out and self.wired and self.line.master is not None:
            self.line.write(out, self.rx.s["baud"])

    def from_host(self):
        if self.line.master is None:
            return
        data, took = self.line.read(self.now, self.rx.s["baud"])
        if data:
            begin = max(self.now, self.busy)
            self.busy = begin + took
            step = took / len(data)
            for i in range(0, len(data), 8):
                part = data[i : i + 8]
                self.host_bytes.append((begin + (i + len(part)) * step, part))
        while self.host_bytes and self.host_bytes[0][0] <= self.now:
            part = self.host_bytes.pop(0)[1]
            if self.powered and self.wired:
                before = len(self.rx.commands)
                self.rx.hear(part, self.now)
                if len(self.rx.commands) > before:
                    self.accidents(before)

    def accidents(self, before):
        """What happens right after the Nth command that would change something."""
        n = sum(c["changes"] for c in self.rx.commands)
        if n == sum(c["changes"] for c in self.rx.commands[:before]):
            return
        if n == self.cut_after:
            self.cut_after = None
            self.power(False)
            self.back_at = self.now + self.o.off
        if n == self.cut_cable:
            self.cut_cable = None
            self.wired = False
        if n == self.hang_after:
            self.hang_after = None
            self.line.unplug()

    def rate(self):
        new = self.rx.new_rate
        if not new:
            return
        rate, how, since = new
        # after: what is to be sent, the answer included, goes at the old rate
        if how == "after" and (self.sender.queue or self.rx.answers) and self.now - since < 2:
            return
        self.rx.new_rate = None
        if rate != self.rx.s["baud"]:
            self.rx.s["baud"] = rate
            self.rx.rate_changed()

    def epoch(self):
        utc = self.utc()
        if utc < self.second + 1 + self.o.lag:
            return
        self.second = int(utc - self.o.lag)
        messages = self.rx.second(self.second, self.now)
        self.fill = (self.fill + [sum(map(len, messages))])[-10:]
        for m in messages:
            self.sender.put(m)
            if "garbage" in self.rx.faults and self.rx.rnd.random() < 0.3:
                self.sender.put(self.rx.rnd.randbytes(self.rx.rnd.randint(1, 12)))

    # -- control -----------------------------------------------------------------------------------

    def power(self, on):
        self.back_at = None
        self.powered = on
        self.sender.clear()
        if on:
            self.rx.power(self.now)
            self.second = int(self.utc())

    def control(self, line):
        word, *args = line.split() or [""]
        if word == "power-cycle":
            self.power(False)
            self.back_at = self.now + float(args[0] if args else 0.5)
        elif word == "power-off":
            self.power(False)
        elif word == "power-on":
            self.power(True)
        elif word == "unplug":  # the wires; "unplug hangup": the device goes
            self.wired = False
            if args == ["hangup"] and self.line.master is not None:
                self.line.unplug()
        elif word == "replug":
            self.wired = True
            if self.line.master is None:
                self.line.plug()
            return {"path": self.line.path}
        elif word == "fault":
            for a in args:
                name, _, value = a.partition("=")
                if name.startswith("-"):
                    self.rx.faults.pop(name[1:], None)
                else:
                    self.rx.faults[name] = value or "1"
            self.rx.deaf = self.rx.deaf and "deaf-after-rate" in self.rx.faults
            self.cut_after, self.cut_cable = self.faults_int("power-cut"), self.faults_int("cable-cut")
        elif word == "factory":
            self.rx.clear()
            self.rx.power(self.now)
        elif word != "state":
            return {"error": f"unknown control line: {line.strip()}"}
        return self.state() if word == "state" else {"ok": word}

    def state(self):
        bytes_s = sum(self.fill) / len(self.fill) if self.fill else 0
        return {
            **self.rx.state(self.now),
            "powered": self.powered,
            "wired": self.wired,
            "plugged": self.line.master is not None,
            "host_rate": self.line.host,
            "utc": int(self.utc()),
            "bytes_per_second": round(bytes_s, 1),
            "fill": round(bytes_s * 10 / self.rx.s["baud"], 4),
            "dropped": self.sender.dropped,
        }


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", choices=sorted(MODELS))
    p.add_argument("--list", action="store_true", help="models with family, rate and line fill")
    p.add_argument("--rate", type=int, help="bit rate at the start, kept in its memory")
    p.add_argument("--set", action="append", default=[], metavar="KEY=N", help="a setting at the start")
    p.add_argument("--fault", action="append", default=[], metavar="NAME[=VALUE]")
    p.add_argument("--off", type=float, default=0.5, help="seconds without power after power-cut")
    p.add_argument("--no-battery", action="store_true")
    p.add_argument("--buffer", type=int, help="bytes of the send buffer")
    p.add_argument("--lag", type=float, default=0.08, help="of a burst behind its second, s")
    p.add_argument("--utc", type=float, help="the true time at the start; the system's if not given")
    p.add_argument("--fix-after", type=float, default=0, help="s from power to the first fix")
    p.add_argument("--time-after", type=float, default=0, help="s from power to a time of day")
    p.add_argument("--leap", type=int, default=18)
    p.add_argument("--leap-default", type=int, default=18, help="leap seconds before they are known")
    p.add_argument("--leap-after", type=float, default=0, help="s from the fix until they are known")
    p.add_argument("--ack-at", choices=("now", "after"), help="new rate before or after its answer")
    p.add_argument("--flashless", choices=("ack", "nak"), default="nak", help="VALSET to no flash")
    p.add_argument("--port", metavar="DEVICE", help="on a real UART, not on a pty; it cannot hang up")
    p.add_argument("--link", help="symbolic link to the pty")
    p.add_argument("--control", help="FIFO with control lines, instead of standard input")
    p.add_argument("--seed", type=int, default=1)
    o = p.parse_args()
    if not o.list and not o.model:
        p.error("--model is needed; --list shows them")
    o.faults = {}
    for f in o.fault:
        name, _, value = f.partition("=")
        if name not in FAULTS:
            p.error(f"unknown fault {name}; there are {' '.join(FAULTS)}")
        o.faults[name] = value or "1"
    return o


def table(o):
    o.rate = None
    for name, (kind, m) in MODELS.items():
        rx = kind(m, o, 0.0)
        n = sum(sum(map(len, rx.second(1800000000 + i, i + 1.0))) for i in range(10)) / 10
        print(f"{kind.family:9} {name:14} {m.baud:7} bit/s  {n * 10 / m.baud * 100:5.1f} % full")


def main():
    o = arguments()
    if o.list:
        return table(o)
    kind, model = MODELS[o.model]
    bench = Bench(kind, model, o)
    for item in o.set:
        key, _, value = item.partition("=")
        bench.rx.s[key] = bench.rx.flash[key] = int(value)
    print(bench.line.path, flush=True)
    control = os.open(o.control, os.O_RDWR) if o.control else 0
    rest, last = b"", time.monotonic()
    while True:
        # a host's bytes are read as they come, so that its rate is known as it was
        fds = [control] + ([bench.line.master] if bench.line.master is not None else [])
        ready, _, _ = select.select(fds, [], [], TICK)
        now = time.monotonic()
        bench.tick(now - last)
        last = now
        if control in ready:
            data = os.read(control, 4096)
            if not data:
                return 0
            rest += data
            while b"\n" in rest:
                line, rest = rest.split(b"\n", 1)
                print(json.dumps(bench.control(line.decode("ascii", "replace"))), flush=True)


if __name__ == "__main__":
    sys.exit(main())
