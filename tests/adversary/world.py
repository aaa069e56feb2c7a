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
- a wrong clock whose error bound falls at updates, as if it followed something;
- the second after an inserted leap second, where the receiver showed 00:00:00 twice;
- which label is right where all bursts lie near the second: silence is allowed there without end.
"""
import bisect
import math
import random

from faults import FAULTS
from line import Voice, Wire, cut, escape, filler, read

NS = 1_000_000_000
ERA = 1024 * 7 * 86400


class World:
    """The capture's lines and what the judge may know."""

    def __init__(self, spec):
        self.spec = spec
        n = self.n = int(spec["T"]) + 4
        self.rnd = random.Random(f"{spec['seed']}/base")
        self.status = ["A"] * n      # A, V (with time), N (no time), O (no bytes)
        self.pulse = ["t"] * n       # t true, f runs free, n none
        self.lie = [0] * n
        self.lag = [spec["lag"]] * n
        self.odd, self.extra_lag, self.no_epoch = {}, {}, set()
        self.missing, self.late_edge, self.beside = {}, {}, {}
        self.edges = []              # (t, k or None, lateness, kind)
        self.stalls, self.suspends = [], []
        self.serial_off, self.pps_off, self.notes = [], [], []
        self.damage = []
        self.allow = []              # (from, to, set of label errors that nobody can know)
        self.leap = None             # (k of the leap second, 1, how it is shown)
        wobble = spec.get("wobble")
        if wobble:
            for k in range(n):
                self.lag[k] += wobble[0] * math.sin(math.tau * (max(0, k - wobble[3]) / wobble[1] + wobble[2]))
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
        voice = Voice(s["talker"], [filler(i) if isinstance(i, int) else i for i in s["items"]],
                      s["decimals"])
        back = s.get("backlog", 0.0)
        begin = -2 - int(back)
        wire = Wire(self.byte_s, s["buffer"], s["whole"], begin + back)
        era = -ERA if s.get("era") else 0
        rate, jitter, gauss, split = s["rate"], s["jitter"], rnd.gauss, s.get("split")
        last = begin - 1.0
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
                text, end = voice.epoch(said + era + rtc, status, fraction, sixty)
                delta = said - self.label(k) if k >= 0 else self.lie[0]
                if split and rate == 1:
                    wire.put(made, text[:split], 0, status, None, delta)
                    wire.put(made + s["split_s"], text[split:], end - split, status, k, delta, made)
                else:
                    wire.put(made, text, end, status, k if i == 0 else None, delta)
        self.pieces = wire.pieces
        if self.damage:
            self._hurt(rnd)
        off = self.serial_off + self.suspends
        if off:
            self.pieces = cut(self.pieces, self.byte_s, sorted(off))

    def _hurt(self, rnd):
        for p in self.pieces:
            for a, b, chance in self.damage:
                if a <= p.start < b and rnd.random() < chance:
                    at = rnd.randrange(len(p.text))
                    what = rnd.random()
                    if what < .5:
                        p.text = p.text[:at] + chr(ord(p.text[at]) ^ (1 << rnd.randrange(8))) + p.text[at + 1:]
                    else:
                        # An overrun: the rest of a FIFO is gone.
                        lost = 1 + int(rnd.random() * 16)
                        p.text = p.text[:at] + p.text[at + lost:] or "?"
                        p.end = max(0, p.end - lost) if at < p.end else p.end
                    p.hurt = True

    # -- the pulse ---------------------------------------------------------------------------------

    def _pulses(self):
        s, rnd = self.spec["pulse"], self.rnd
        out, jitter, expo = self.edges, s["jitter"], rnd.expovariate
        many, width = s.get("many", 1), s["width"]
        phase, drift = s.get("phase", .3), s.get("drift", 0.0)
        for k in range(self.n - 2):
            kind = self.pulse[k]
            if kind == "n":
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

    # -- the capture -------------------------------------------------------------------------------

    def _segments(self):
        """[(t, raw, raw per s, real, real per s)]; steps of the clock belong to the next one."""
        s, rnd, c = self.spec, self.rnd, self.spec["clock"]
        end = s["T"] + 2
        changes = {float(t): [] for t in range(16, int(end), 16)}
        if s.get("fan"):
            changes.setdefault(s["fan"][0], []).append(("fan", s["fan"][1]))
        for a, b in self.suspends:
            changes.setdefault(a, []).append(("sleep", b))
            changes.setdefault(b, []).append(("awake", None))
        for e in c.get("events", []):
            changes.setdefault(e[0], []).append(e[1:])
        freq, slew, disciplined = s["ppm"] * 1e-6, 0.0, c["disciplined"]
        t, raw = 0.0, s["raw"]
        real = s["first"] * NS + c["off"]
        asleep = False
        segs = []

        def put():
            segs.append((t, raw, 0.0 if asleep else NS * (1 + freq), real,
                         NS * (1 + slew + (0 if disciplined or asleep else freq))))
        put()
        for at in sorted(changes):
            _, r0, rm, l0, lm = segs[-1]
            raw, real, t = r0 + int((at - t) * rm), l0 + int((at - t) * lm), at
            freq += rnd.gauss(0, s["wander"])
            for what in changes[at]:
                if what[0] == "fan":
                    freq += what[1]
                elif what[0] == "sleep":
                    asleep = True
                elif what[0] == "awake":
                    asleep = False
                    real += int(rnd.uniform(-.4, .4) * NS) if not disciplined else 0
                elif what[0] == "set":
                    real = self.utc_ns(at) + what[1]
                elif what[0] == "move":
                    real += what[1]
                elif what[0] == "slew":
                    slew = what[1] * 1e-6
                elif what[0] == "follow":
                    disciplined = True
            put()
        return segs

    def _events(self):
        s, rnd = self.spec, self.rnd
        t0, end = s["start"], s["T"]
        ev = []
        reads, heard = read(self.pieces, self.byte_s, s["how"], self.stalls, t0 + .01, end, rnd)
        bps, chunk = s["bps"], s["how"]["chunk"]
        for t, text in reads:
            if len(text) <= chunk:
                ev.append((t, 3, "S", text))
            else:
                for i in range(0, len(text), chunk):
                    ev.append((t + i * 1e-7, 3, "S", text[i:i + chunk]))
        for i in range(int(end - t0)):
            ev.append((t0 + .02 + i + s["tick"], 4, "T", None))
        off = self.pps_off + self.suspends
        seq = {"assert": s["seq"], "clear": s["seq"]}
        stalls, j, held = self.stalls, 0, {}
        for t, k, late, kind in self.edges:
            if off and any(a <= t < b for a, b in off):
                continue
            kind_ = "assert" if kind == "lost" else kind
            seq[kind_] += 1
            if t < t0 + .01 or t >= end or kind == "lost":
                continue
            while j < len(stalls) and t >= stalls[j][1]:
                ev.extend(held.values())
                held = {}
                j += 1
            if j < len(stalls) and t >= stalls[j][0]:
                held[kind_] = (t, 1, "P", (k, late, kind_, seq[kind_]))
            else:
                ev.append((t, 1, "P", (k, late, kind_, seq[kind_])))
        ev.extend(e for e in held.values() if stalls[j][1] < end)
        for t, text in self.notes + s["clock"].get("notes", []):
            ev.append((t, 2, "N", text))
        ev.extend((e[0], 0, "J", None) for e in s["clock"].get("events", []) if e[1] in ("set", "move"))
        ev.extend((b, 0, "J", None) for a, b in self.suspends)
        blind = self.suspends
        ev = [e for e in ev if not any(a < e[0] < b for a, b in blind)] if blind else ev
        if stalls:
            ev = [e if e[2] in "PS" else (self._after(e[0]),) + e[1:] for e in ev
                  if e[2] != "T" or not any(a < e[0] < b for a, b in stalls)]
        ev = [e for e in ev if t0 <= e[0] < end]
        ev.sort(key=lambda e: e[0:2])
        if blind:
            heard = [h for h in heard if not any(a < h[0] < b for a, b in blind)]
        return ev, heard

    def _after(self, t):
        for a, b in self.stalls:
            if a < t < b:
                return b
        return t

    def _write(self):
        s = self.spec
        ev, heard = self._events()
        segs = self._segments()
        segs.append((1e99, 0, 0, 0, 0))
        t0 = s["start"]
        lines, raws, times, reals = [], [], [], []
        edge, self.jumps = {}, []
        it = 0
        tb, ra, rm, la, lm = segs[0]
        upto = segs[1][0]
        bps, first = s["bps"], s["clock"]["first_k"]
        ev.insert(0, (t0, 0, "N", first))
        prev = -1
        for t, _, kind, x in ev:
            while t >= upto:
                it += 1
                tb, ra, rm, la, lm = segs[it]
                upto = segs[it + 1][0]
            d = t - tb
            raw, real = ra + int(d * rm), la + int(d * lm)
            if raw <= prev:
                raw = prev + 1
            prev = raw
            if kind == "S":
                if "\\" in x or not x.isascii():
                    x = escape(x)
                else:
                    x = x.replace("\r", "\\r").replace("\n", "\\n")
                    if not x.isprintable():
                        x = escape(x.replace("\\r", "\r").replace("\\n", "\n"))
                lines.append(f"S {raw} {real} {bps} {x}")
            elif kind == "P":
                lines.append(f"P {raw} {real} {x[2]} {x[3]}")
                edge[raw] = (x[0] if x[2] == "assert" else None, x[1], t, real)
            elif kind == "T":
                lines.append(f"T {raw} {real}")
            elif kind == "J":
                lines.append(f"J {raw} {real}")
                self.jumps.append((t, raw, real))
            else:
                letter, rest = x.split(" ", 1)
                lines.append(f"{letter} {raw} {real} {rest}")
            raws.append(raw)
            times.append(t)
            reals.append(real)
        self.lines, self.raws, self.times, self.reals, self.edge = lines, raws, times, reals, edge
        self.heard = heard

    def text(self, upto=None):
        return "# pps2shm capture 1\n" + "\n".join(self.lines[:upto]) + "\n"

    def at_raw(self, raw):
        """Index of the last line at or before raw, or -1."""
        return bisect.bisect_right(self.raws, raw) - 1
