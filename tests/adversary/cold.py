# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Cold starts of receivers whose leap seconds are not known yet: worlds, captures, and their judge.

True time t counts seconds from when the port is opened. A world is drawn from its kind and seed;
the judge counts published seconds that are not those of their pulses.
"""
import bisect
import random
import re

import cold_frames
from cold_frames import FAMILIES, LEAP, Moment
from line import Voice, Wire, escape, filler, read

NS = 1_000_000_000


class World:
    def __init__(self, s):
        self.s = s
        self.rnd = random.Random(f"cold/{s.kind}/{s.seed}/run")
        self.n = int(s.T) + 2
        self.leap, self.known = [s.wrong] * self.n, [s.warm] * self.n
        self.status = ["A"] * self.n
        self._receiver()
        self._line()
        self._write()

    def _receiver(self):
        s, n = self.s, self.n
        if s.warm:
            self.leap = [LEAP] * n
        for k in range(n):
            if k < s.fix:
                self.status[k] = "N" if k < s.fix // 2 else "V"
        if s.restart:
            up = s.again + s.dark
            for k in range(min(n, s.again)):
                self.leap[k], self.known[k] = LEAP, True
            for k in range(s.again, min(n, up)):
                self.status[k] = "O"
            for k in range(up, min(n, up + s.search)):
                self.status[k] = "N" if k < up + s.search / 2 else "V"
        if not s.warm:
            for k in range(s.right_at, n):
                self.leap[k] = LEAP
            for k in range(s.right_at - s.early, n):
                self.known[k] = s.kind != "says-never"
            if s.style == "twice":
                for k in range(s.right_at // 2 + s.fix // 2, s.right_at):
                    self.leap[k] = max(s.wrong, 16)
        if s.kind == "warm-flap":
            for k in range(s.fix + 20, n):
                self.known[k] = self.rnd.random() > 0.03
        self.odd_label = {k: s.first + k + by for k, by in s.lies.items()}
        if not s.warm and s.style == "repeat":
            self.odd_label[s.right_at] = self.s.first + s.right_at - 1 + LEAP - s.wrong
        for a, b, _ in s.lost:
            for k in range(a, b):
                self.status[k] = "V"
        self.right_at = s.right_at
        if not s.warm and s.style == "gap":
            for k in range(s.right_at, min(n, s.right_at + s.gap)):
                self.status[k] = "O"
            self.right_at += s.gap

    def said(self, k):
        label = self.odd_label.get(k, self.s.first + k + LEAP - self.leap[k])
        return label - self.s.era + (self.s.rtc if self.status[k] == "V" else 0)

    def moment(self, k):
        s = self.s
        return Moment(s.first + k - s.era, LEAP if self.known[k] else self.leap[k], self.known[k],
                      self.status[k] == "A", s.wrong, s.odd)  # fmt: skip

    def _polled(self):
        """Seconds in whose burst an answer stands: asked 1 s after the port was opened, and again."""
        s, out, t, number = self.s, set(), 1.0, 0
        if "p" not in s.way:
            return out
        if s.fix and not s.deaf:
            out.add(s.fix + 1)  # asked again when the fix has come
        if s.restart:  # asked again when bytes come after a pause, or the port is there again
            up = s.again + s.dark
            out |= {2, up + s.search + 1}
            return out | {k for k in range(up + 2, self.n, s.polls) if self.status[k] != "O"}
        while t < self.n - 2:
            k = int(t + 0.1) + 1  # with the next solution
            if self.status[k] != "O":
                number += 1
                if number > s.deaf:
                    out.add(k)
            t += s.polls
        return out

    def _frames(self, k, polled):
        s = self.s
        if s.family == "mute":
            return []
        if k in polled or ("o" in s.way and k % s.every == 0):
            return [f(self.moment(k)) for f in FAMILIES[s.family][0]]
        return []

    def _line(self):
        s, rnd = self.s, self.rnd
        self.byte_s = 10 / s.bps if s.bps else 1e-5
        constant = filler(int(s.fill / self.byte_s)) if s.bps else filler(300)
        lines = constant.splitlines(keepends=True)
        voice = Voice("GN", s["items"], 2)
        wire = Wire(self.byte_s, 4096, False, -2.0)
        polled = self._polled()
        self.heard_known = None
        for k in range(0, self.n - 1):
            status = self.status[k]
            if status == "O":
                continue
            text, _ = voice.epoch(self.said(k), status)
            frames = [f.decode("latin-1") for f in self._frames(k, polled)]
            if s.decoys and rnd.random() < 0.3:
                lie, _ = voice.epoch(self.said(k) + rnd.choice((-3600, -1, 1, 2, 3)), "A")
                one = rnd.choice(lie.splitlines(keepends=True))
                frames.append(cold_frames.decoy(rnd, one).decode("latin-1"))
            rnd.shuffle(frames)
            parts = text.splitlines(keepends=True)
            if s.place == "before":
                parts = frames + parts + lines
            elif s.place == "between":
                parts = parts[:1] + frames + parts[1:] + lines
            else:
                parts = parts + lines + frames
            if s.noise and (k > 8 or not s.late):
                parts = [self._hurt(p) if rnd.random() < s.noise else p for p in parts]
            wire.put(k + s.lag + abs(rnd.gauss(0, 0.003)), "".join(parts), 0, status, k, 0)
        self.pieces = wire.pieces

    def _hurt(self, p):
        r = self.rnd
        i = r.randrange(len(p))
        how = r.randrange(3)
        if how == 0:
            return p[:i] + chr(ord(p[i]) ^ (1 << r.randrange(8))) + p[i + 1 :]
        if how == 1:
            return p[:i]
        return p[:i] + "".join(chr(r.randrange(256)) for _ in range(r.randint(1, 9))) + p[i:]

    def _clock(self):
        """(offset of the system's clock, notes of the kernel)."""
        s, r = self.s, self.rnd
        if s.clock == "none":
            return int(r.choice((r.uniform(-9e4, 9e4), -float(s.first), r.uniform(-5, 5))) * NS), [
                (0.0, "unsync 16000000")
            ]
        off = int(r.gauss(0, 0.002) * NS)
        if s.clock == "right":
            return off, [(0.0, "unsync 16000000")]
        if s.clock == "late":
            return int(r.uniform(-9e4, 9e4) * NS), [(0.0, "unsync 16000000")] + self._follow(
                s.set_at + 3
            )
        if s.clock == "boot":  # ntpd has begun: the kernel says so, and nothing follows
            return int(r.uniform(-30, 30) * NS), [
                (i * 4.0, f"sync {16 + i * 2000}") for i in range(int(s.T / 4))
            ]
        return off, self._follow(0.0)

    def _follow(self, t):
        """Something disciplines the clock from t on."""
        r, notes, base = self.rnd, [(t, "sync 9000")], 6000
        poll = r.choice((16, 32, 64))
        while t < self.s.T:
            notes += [(t + 4 * i, f"sync {base + 2000 * i}") for i in range(1, poll // 4)]
            t += poll
            notes.append((t - 0.01, f"sync {base + 500 * poll}"))
            base = r.randint(5000, 8000)
            notes.append((t, f"sync {base}"))
        return notes

    def _write(self):
        s, r = self.s, self.rnd
        how = {"fifo": 8 if s.bps else 64, "pause": 0.16, "wake": 0.0006, "chunk": 4096}
        alone = {}
        if (
            s.doze
        ):  # all is calm: the line is left alone until the next pulse, but for each eighth burst
            for k in range(s.fix + 90, s.again + 1):
                alone[k] = (k + 0.0004 if k % 8 else None, k + 0.9996)
        reads, _ = read(self.pieces, self.byte_s, how, [], 0.01, s.T, r, alone)
        off, notes = self._clock()
        ev = [(x[0], 3, "D" if len(x) > 2 else "S", x[1:]) for x in reads]
        ev += [(t, 2, "K", text) for t, text in notes]
        if s.clock == "late":
            ev.append((s.set_at, 0, "J", ""))
        if s.kind == "says-replug":
            ev += [
                (s.again - 0.01, 2, "X", "serial lost"),
                (s.again + s.dark - 0.3, 2, "X", "serial back"),
            ]
        ev += [(0.5 + i, 4, "T", "") for i in range(int(s.T))]
        seq = 100
        for k in range(1, self.n - 1):
            lost = [x for x in s.lost if x[0] <= k < x[1]]
            seq += 1
            if self.status[k] in "NO" or k <= s.fix or (lost and not lost[0][2]):
                if self.status[k] != "A":
                    continue
            ev.append((k + abs(r.gauss(0, 2e-6)), 1, "P", (k, seq)))
        ev.sort(key=lambda e: e[:2])
        self.lines, self.raw, self.offsets = [], [], []
        self.edge, self.second = {}, {}  # of a pulse: raw to (stamp, second), stamp to second
        for t, _, kind, x in ev:
            if t >= s.T:
                break
            raw = s.raw + int(t * NS * (1 + s.ppm * 1e-6))
            if kind == "J":
                off = int(r.gauss(0, 0.002) * NS)
            real = s.first * NS + off + int(t * NS)
            if self.raw and raw <= self.raw[-1][0]:
                raw = self.raw[-1][0] + 1
            self.raw.append((raw, t))
            if kind in "SD":
                since = f" {raw - int((t - x[1]) * NS)}" if kind == "D" else ""
                for i in range(0, len(x[0]), 4000):
                    self.lines.append(
                        f"{kind} {raw} {real} {s.bps}{since} {escape(x[0][i:i + 4000])}"
                    )
            elif kind == "P":
                self.lines.append(f"P {raw} {real} assert {x[1]}")
                self.edge[raw] = (real, x[0])
                self.second[real] = x[0]
            else:
                self.lines.append(f"{kind} {raw} {real} {x}".rstrip())
            self.offsets.append((real, off))

        self.raws = [x[0] for x in self.raw]

    def text(self, mode=None, new=True):
        """The capture; another mode than its own, or as programs before `time_leap` read it."""
        s = self.s
        head = [f"# pps2shm capture {4 if new else 3}", "C pivot 2026-11-01", f"C agree {s.agree}"]
        if new:
            head += [f"C time_leap {mode or s.mode}", f"C leap_corrected {s.corrected}"]
            head += [f"C leap_count_s {LEAP}"] if s.listed else []
        if s.listed:
            head += [f"C leap_known_until_s {s.first + 86400 * 100}", "C leap_utc_s 0", "C leap 0"]
        return "\n".join(head + self.lines) + "\n"


class Verdict:
    def __init__(self):
        self.wrong, self.coarse_wrong = [], []  # [(t, seconds)]
        self.first = self.first_right = self.first_coarse = None
        self.after = None  # s from the correction to the first right sample
        self.late_wrong = 0  # wrong seconds from the correction on
        self.published = 0
        self.last = None


SAMPLE = re.compile(r'"unit":(\d),"raw_ns":(\d+),"clock_ns":(-?\d+),"receive_ns":(-?\d+)')


def offset(w, raw):
    """Of the system's clock when the event at raw was taken."""
    i = bisect.bisect_right(w.raws, raw) - 1
    return w.offsets[max(0, i)][1]


def judge(w, output):
    v, s = Verdict(), w.s
    for m in SAMPLE.finditer(output):
        unit, raw, clock, receive = map(int, m.groups())
        t = (receive - offset(w, raw) - s.first * NS) / NS
        if unit == 0:
            error = clock / NS - (s.first + t)
            v.first_coarse = t if v.first_coarse is None else v.first_coarse
            if abs(error) > 0.75:
                v.coarse_wrong.append((t, round(error)))
            continue
        k = w.second.get(receive)
        if k is None:
            v.wrong.append((t, None))
            continue
        error = clock / NS - (s.first + k)
        v.published += 1
        v.last = t
        v.first = t if v.first is None else v.first
        if error:
            v.wrong.append((t, round(error)))
            v.late_wrong += t > w.right_at + 0.5
        else:
            v.first_right = t if v.first_right is None else v.first_right
            if v.after is None and t > w.right_at:
                v.after = t - w.right_at
    return v
