# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""A world from its description: what happened, the capture of it, and the truth about each line.

True time t counts seconds from the begin; second k of the world begins at t = k, and is UTC second
first + k (less the leap seconds gone by). A description is a plain dict: what the receiver, line,
reader, pulse and clocks are like, and a list of faults, each with a name, its own figures, and the
time `end` when it is over. Each fault draws from its own random numbers, so that the others stay as
they were when one is taken out.

Undecidable, and therefore neither drawn nor judged, or judged only outside of the time named:
- a receiver that says wrong seconds with status A from its start and without a witness (wrong leap
  count, bursts more than a second late): until 8 s after it tells the truth, both are allowed;
- the same in the middle for longer than the hold of 60 s: both are allowed from 50 s on;
- a receiver that begins to be more than a second late, and then something that loses the label;
- a lag of more than a second from the start, a step of the lag by more than half a second;
- a wrong clock whose error bound falls at updates, as if it followed something else than us;
- a witness seen at work only after our first sample, which it may follow: no verdict hangs on it;
- pulses that go on running free for more than a second after the first status A;
- the second after an inserted leap second, where the receiver showed 00:00:00 twice;
- a pause of the receiver between two sentences of a burst that has the pulse in it: what precedes
  may be the end of the burst before (in the middle of a sentence it shows that they are one burst);
- which label is right where all bursts lie near the second: silence is allowed there without end,
  with a witness too where a lag from before lets coarse time begin, which the witness may follow.
"""
import math
import random

from capture import Capture
from faults import FAULTS
from line import Voice, Wire, cut, filler

NS = 1_000_000_000
ERA = 1024 * 7 * 86400


class World(Capture):
    """The capture's lines and what the judge may know."""

    def __init__(self, spec):
        self.spec = spec
        n = self.n = int(spec["T"]) + 4
        self.rnd = random.Random(f"{spec['seed']}/base")
        self.status = ["A"] * n  # A, V (with time), N (no time), O (no bytes)
        self.pulse = ["t"] * n  # t true, f runs free, n none
        self.lie = [0] * n
        self.lag = [spec["lag"]] * n
        self.odd, self.extra_lag, self.no_epoch = {}, {}, set()
        self.missing, self.late_edge, self.beside = {}, {}, {}
        self.coast = {}  # of a pulse that the receiver goes on with alone: how late it is
        self.edges = []  # (t, k or None, lateness, kind)
        self.stalls, self.suspends = [], []
        self.serial_off, self.pps_off, self.notes = [], [], []
        self.damage = []
        self.allow = []  # (from, to, set of label errors that nobody can know)
        self.leap = None  # (k of the leap second, 1, how it is shown)
        wobble = spec.get("wobble")
        if wobble:
            for k in range(n):
                self.lag[k] += wobble[0] * math.sin(
                    math.tau * (max(0, k - wobble[3]) / wobble[1] + wobble[2])
                )
        self._cold(0, spec.get("cold", []), spec)
        for fault in spec["faults"]:
            FAULTS[fault["n"]](self, fault, random.Random(f"{spec['seed']}/{fault['id']}"))
        self.stalls.sort()
        self._pulses()
        self._line()
        self._write()

    # -- the receiver ------------------------------------------------------------------------------

    def _cold(self, k, phases, how):
        """Phases [(seconds, status)] from second k; pulses before the fix as in how['before']."""
        first = k
        for seconds, status in phases:
            for i in range(k, min(self.n, k + seconds)):
                self.status[i] = status
            k += seconds
        if phases:
            for i in range(first, min(self.n, first + how["settle"])):
                self.pulse[i] = how["before"]

    def label(self, k):
        if self.leap and k > self.leap[0]:
            k -= 1
        return self.spec["first"] + k

    def utc_ns(self, t):
        k = int(t // 1)
        return (self.label(k) - k) * NS + int(t * 1e9)

    def _said(self, k):
        """(label that the receiver shows for second k, whether it shows :60)."""
        said, sixty = self.label(k), False
        if self.leap and k == self.leap[0]:
            sixty = self.leap[2] == "60"
            said -= self.leap[2] == "59"
        return said + self.lie[k] + self.odd.get(k, 0), sixty

    def _line(self):
        s, rnd = self.spec, self.rnd
        self.byte_s = 10 / s["bps"] if s["bps"] else 1e-5
        voice = Voice(
            s["talker"], [filler(i) if isinstance(i, int) else i for i in s["items"]], s["decimals"]
        )
        back = s.get("backlog", 0.0)
        begin = -2 - int(back)
        wire = Wire(self.byte_s, s["buffer"], s["whole"], begin + back)
        era = -ERA if s.get("era") else 0
        rate, jitter, gauss, split = s["rate"], s["jitter"], rnd.gauss, s.get("split")
        last, share = begin - 1.0, self._shares()
        for k in range(begin, self.n - 1):
            q = max(0, k)
            status = self.status[q]
            if status == "O" or k in self.no_epoch:
                continue
            said, sixty = self._said(q)
            said += k - q
            rtc = s.get("rtc", 0) if status == "V" and q < s.get("rtc_until", 0) else 0
            for i in range(rate):
                fraction = i / rate
                made = k + fraction + self.lag[q]
                if jitter:
                    made += abs(gauss(0, jitter))
                if i == 0 and q in self.extra_lag:
                    made += self.extra_lag[q]
                if made <= last:
                    made = last + 1e-4
                last = made
                part = 1.0 if share is None else share[q] if i == 0 else 0.0
                text, end = voice.epoch(said + era + rtc, status, fraction, sixty, part)
                delta = said - self.label(k) if k >= 0 else self.lie[0]
                group = s.get("group")
                if group and rate == 1:
                    at = sum(map(len, text.splitlines(keepends=True)[: group[0]]))
                    # (end, k) of the two: the RMC is in one of them. Nobody can tell the first from
                    # the end of the second before: the other's lag is its own.
                    two = ((end, k), (0, None)) if end <= at else ((0, None), (end - at, k))
                    wire.put(made, text[:at], two[0][0], status, two[0][1], delta)
                    if at < len(text):
                        later = made + at * self.byte_s + group[1]
                        wire.put(later, text[at:], two[1][0], status, two[1][1], delta)
                elif split and rate == 1:
                    at = split + (text[split - 1 : split] == "\n")
                    wire.put(made, text[:at], 0, status, None, delta)
                    wire.put(made + s["split_s"], text[at:], end - at, status, k, delta, made)
                else:
                    wire.put(made, text, end, status, k if i == 0 else None, delta)
        self.pieces = wire.pieces
        if self.damage:
            self._hurt(rnd)
            if s.get("group") or split:
                for a, b in zip(self.pieces, self.pieces[1:]):
                    if int(a.made) == int(b.made):
                        a.torn, b.torn = b.hurt, a.hurt
        off = self.serial_off + self.suspends
        if off:
            self.pieces = cut(self.pieces, self.byte_s, sorted(off))

    def _shares(self):
        """Of each second, how much of the satellites' sentences is sent; None: always all."""
        sky = self.spec.get("sky")
        if not sky:
            return None
        rnd, seen, out = random.Random(f"{self.spec['seed']}/sky"), 1.0, []
        for k in range(self.n):
            if sky["changes"] and k % 8 == 0:
                seen = min(1.0, max(0.1, seen + rnd.gauss(0, 0.1)))
            out.append(seen if k % sky["every"] == 0 else 0.0)
        return out

    def _hurt(self, rnd):
        for p in self.pieces:
            for a, b, chance in self.damage:
                if a <= p.start < b and rnd.random() < chance:
                    at = rnd.randrange(len(p.text))
                    what = rnd.random()
                    if what < 0.5:
                        p.text = (
                            p.text[:at]
                            + chr(ord(p.text[at]) ^ (1 << rnd.randrange(8)))
                            + p.text[at + 1 :]
                        )
                    else:
                        # An overrun: the rest of a FIFO is gone.
                        lost = 1 + int(rnd.random() * 16)
                        p.text = p.text[:at] + p.text[at + lost :] or "?"
                        p.end = max(0, p.end - lost) if at < p.end else p.end
                    p.hurt = True

    # -- the pulse ---------------------------------------------------------------------------------

    def _pulses(self):
        s, rnd = self.spec["pulse"], self.rnd
        out, jitter, expo = self.edges, s["jitter"], rnd.expovariate
        many, width = s.get("many", 1), s["width"]
        phase, drift = s.get("phase", 0.3), s.get("drift", 0.0)
        every = s.get("every", 1)
        for k in range(self.n - 2):
            kind = self.pulse[k]
            if kind == "n" or (every > 1 and k % every):
                continue
            if k in self.coast:
                out.append((k + self.coast[k] + expo(1 / jitter), None, 0.0, "assert"))
                continue
            if kind == "f":
                out.append((k + (phase + drift * k) % 1.0 + expo(1 / jitter), None, 0.0, "assert"))
                continue
            for i in range(1, many):
                out.append((k + i / many + expo(1 / jitter), None, 0.0, "assert"))
            if k in self.missing and not self.missing[k]:
                continue
            out.extend((k + d, None, 0.0, "assert") for d in self.beside.get(k, ()))
            late = self.late_edge.get(k, 0.0) + expo(1 / jitter)
            out.append((k + late, k, late, "assert" if k not in self.missing else "lost"))
            if s["both"]:
                out.append((k + width + expo(1 / jitter), None, 0.0, "clear"))
        out.sort()
