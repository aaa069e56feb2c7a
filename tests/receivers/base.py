# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""What all simulated receivers share: memory layers, the second, input framing, faults."""
import random
import time

import nmea

GPS_EPOCH = 315964800  # 1980-01-06 as a UTC second
TIME_ORDER = ("RMC", "VTG", "GGA", "GSA", "GSV", "GLL", "GST", "ZDA", "GNS", "TXT")


class Model:
    """A table row: what differs between models of a family."""

    def __init__(self, **k):
        self.__dict__.update(k)


class Receiver:
    """Families override: factory(), command(kind, data), epoch(utc).

    self.s are the settings in force (RAM); self.bbr and self.flash what was saved over the factory's.
    A setting is a flat key: "baud", "interval_ms", "nmea.RMC" (once in so many fixes), and others.
    """

    family = "nmea"
    frames = ()  # (first two bytes, length of a frame from its head or None, frame ok)
    order = TIME_ORDER
    answer_s = (0.01, 0.06)

    def __init__(self, model, options, now):
        self.m, self.o = model, options
        self.rnd = random.Random(options.seed)
        self.bbr, self.flash = {}, {}
        self.commands, self.restarts = [], 0
        self.faults = options.faults
        self.voice = nmea.Voice(model.sky, model.decimals, getattr(model, "nmea41", False))
        self.power(now)
        if options.rate:
            self.s["baud"] = options.rate
            self.flash["baud"] = options.rate

    # -- power and memory --------------------------------------------------------------------------

    def factory(self):
        return {"baud": self.m.baud, "interval_ms": 1000, **self.m.factory}

    def defaults(self):
        """What a start gives: the factory's, then what was saved."""
        s = self.factory()
        s.update(self.flash)
        if not self.o.no_battery:
            s.update(self.bbr)
        return s

    def power(self, now):
        """Power comes (again): RAM is lost, and the battery-backed part without a battery."""
        if self.o.no_battery:
            self.bbr = {}
        self.s = self.defaults()
        self.started, self.fixes = now, 0
        self.buffer, self.answers, self.polled = b"", [], []
        self.deaf = False
        self.new_rate = None
        self.restarts += 1

    def save(self, keys=None, bbr=True, flash=True):
        if "save-fails" in self.faults:
            return False
        changed = {k: v for k, v in self.s.items() if keys is None or keys(k)}
        if flash and self.m.flash:
            self.flash.update(changed)
        if bbr and self.m.bbr:
            self.bbr.update(changed)
        return bool((flash and self.m.flash) or (bbr and self.m.bbr))

    def clear(self, keys=None):
        for layer in (self.bbr, self.flash):
            for k in [k for k in layer if keys is None or keys(k)]:
                del layer[k]

    # -- time --------------------------------------------------------------------------------------

    def fixed(self, now):
        return now - self.started >= self.o.fix_after

    def leap_known(self, now):
        return now - self.started >= self.o.fix_after + self.o.leap_after

    def leap(self, now):
        """Leap seconds that the receiver counts with."""
        return self.o.leap if self.leap_known(now) else self.o.leap_default

    def said(self, utc, now):
        """The UTC second that it names for the true one."""
        return utc + self.o.leap - self.leap(now)

    def gps(self, utc):
        """(week, seconds of the week) of a true UTC second."""
        return divmod(utc - GPS_EPOCH + self.o.leap, 604800)

    def second(self, utc, now):
        """The messages of one second, in the order in which they are sent."""
        self.fixes += 1
        out = []
        if self.s["interval_ms"] > 1000 and self.fixes % (self.s["interval_ms"] // 1000):
            return out
        fixed, known = self.fixed(now), now - self.started >= self.o.time_after
        for kind in self.order:
            n = self.s.get("nmea." + kind, 0)
            if n and self.fixes % n == 0 and self.says_nmea():
                text = self.voice.say(kind, self.said(utc, now), fixed, known)
                out += [line + b"\n" for line in text.split(b"\n") if line]
        out += self.frames_of(utc, now)
        return out

    def says_nmea(self):
        return True

    def frames_of(self, utc, now):
        return []

    # -- commands ----------------------------------------------------------------------------------

    def hear(self, data, now):
        """Bytes that arrived; complete commands are acted on."""
        self.buffer += data
        while self.buffer:
            n = self.step(now)
            if n == 0:
                break
            self.buffer = self.buffer[n:]
        self.buffer = self.buffer[-2048:]

    def step(self, now):
        """Bytes used up: one command, or one that begins none; 0: more is needed."""
        b = self.buffer
        if b[:1] == b"$":
            end = b.find(b"\n")
            again = b.find(b"$", 1)
            if again > 0 and (end < 0 or again < end):
                return again
            odd = next((i for i, c in enumerate(b) if not 32 <= c < 127), -1)
            if 0 < odd and b[odd : odd + 1] not in (b"\r", b"\n"):
                return odd  # no sentence: a frame may begin there
            if end < 0:
                return 0 if len(b) < 256 else 1
            fields = nmea.parse(b[:end].rstrip(b"\r"))
            if fields:
                self.act("sentence", fields, now)
            return end + 1
        for head, total, good in self.frames:
            if b[:1] == head[:1]:
                if len(b) < 2:
                    return 0
                if b[:2] != head:
                    break
                n = total(b)
                if n and n > 1100:
                    return 1
                if n is None or len(b) < n:
                    return 0
                if not good(b[:n]):
                    return 1
                self.act("frame", b[:n], now)
                return n
        starts = [i for i in (b.find(h[:1], 1) for h, *_ in self.frames) if i > 0]
        starts += [i for i in (b.find(b"$", 1),) if i > 0]
        return min(starts, default=len(b))

    def act(self, kind, data, now):
        if self.deaf or "silent" in self.faults:
            return
        self.command(kind, data, now)

    def note(self, name, changes):
        """Keeps the command's name; faults that count commands act in the main loop."""
        self.commands.append({"name": name, "changes": bool(changes)})

    def command(self, kind, data, now):
        """The family's own; this one understands nothing."""
        self.note("?", False)

    def answer(self, message, now, ack=False):
        """Sends later, as receivers do; acknowledgements are subject to faults."""
        delay = self.rnd.uniform(*self.answer_s)
        if ack:
            if self.rnd.random() < float(self.faults.get("lost-acks", 0)):
                return
            delay += float(self.faults.get("slow-acks", 0))
            other = self.other_ack() if "wrong-acks" in self.faults else b""
            if other:
                self.answers.append((now + delay / 2, other))
        # one after the other, in the order in which they were made
        last = max((a[0] for a in self.answers), default=now)
        self.answers.append((max(now + delay, last + 0.001), message))

    def other_ack(self):
        return b""

    def refuses(self, changes=True):
        """Faults: nak refuses what changes something, nak-all questions, too."""
        return "nak-all" in self.faults or changes and "nak" in self.faults

    def set_rate(self, rate, now, how="after"):
        """The line's rate; `after` what is still to be sent at the old one, or `now`."""
        if "rate-ignored" in self.faults:
            return
        self.new_rate = (rate, how, now)

    def rate_changed(self):
        if "deaf-after-rate" in self.faults:
            self.deaf = True

    # -- what tests look at ------------------------------------------------------------------------

    def state(self, now):
        return {
            "family": self.family,
            "model": self.m.name,
            "settings": self.s,
            "bbr": self.bbr,
            "flash": self.flash,
            "next_start": self.defaults(),
            "fix": self.fixed(now),
            "leap": self.leap(now),
            "leap_known": self.leap_known(now),
            "restarts": self.restarts,
            "commands": self.commands,
            "deaf": self.deaf,
        }


def utc_now():
    return time.time()
