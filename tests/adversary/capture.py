# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""A world written down: its two clocks, and the lines of docs/capture.md in their order."""
import bisect
import random

from line import escape, fixes, read

NS = 1_000_000_000
# The reader's habits while nothing is in doubt (src/daemon/doze.h), and by how much this one is
# slower to begin with them.
CALM_S = 75
LISTEN_EVERY = 8
DOZE_FROM, DOZE_TO = 0.0004, 0.9996  # after the pulse
GROUP_S = 0.03  # bursts with a pause so long are not left alone
BURST_OVER = 0.75
# After these nothing is in doubt any more once all has been calm.
PASSING = {"miss", "gap", "late_edges", "glitch", "beside", "hum", "damage", "quiet", "no_fix"}
PASSING |= {"late_bursts", "no_epochs", "odd", "stall", "unplug"}


class Capture:
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
            segs.append(
                (
                    t,
                    raw,
                    0.0 if asleep else NS * (1 + freq),
                    real,
                    NS * (1 + slew + (0 if disciplined or asleep else freq)),
                )
            )

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
                    real += int(rnd.uniform(-0.4, 0.4) * NS) if not disciplined else 0
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

    def _calm(self, reads):
        """Of each second, whether all in it was as usual; as the reader and the core can see it."""
        s = self.spec
        busy = [0] * self.n
        for t, _ in reads:
            if 0 <= (k := int(t)) < self.n:
                busy[k] |= 1 if 0.02 < t - k < BURST_OVER else 2
        upset = self.stalls + self.suspends + self.serial_off + self.pps_off
        upset += [(a, b) for a, b, _ in self.damage]
        upset += [(e[0], e[0] + CALM_S) for e in s["clock"].get("events", [])]
        calm = [
            busy[k] == 1
            and self.pulse[k] == "t"
            and self.status[k] == "A"
            and self.lie[k] == self.lie[k - 1]
            and not (k in self.missing or k in self.late_edge or k in self.beside)
            and k not in self.coast
            and not (k in self.odd or k in self.extra_lag or k in self.no_epoch)
            for k in range(self.n)
        ]
        for a, b in upset:
            for k in range(max(0, int(a)), min(self.n, int(b) + 1)):
                calm[k] = False
        return calm

    def _doze(self, reads):
        """{second: (since, until)}, when the line is left alone, from its pulse or first bytes on.

        The daemon's reader hears from the core whether anything is in doubt; this one takes it that
        nothing is until a fault that touches more than single pulses and bytes, with a clock that
        nobody could take for a false witness.
        """
        s = self.spec
        first = min((f.get("a", 0) for f in s["faults"] if f["n"] not in PASSING), default=s["T"])
        if s["rate"] > 1 or s["fill"] > 0.7 or not s["bps"] or s["pulse"].get("many", 1) > 1:
            return {}
        if s["clock"]["kind"] not in ("true", "none") or s.get("near"):
            return {}
        if "group" in s and s["group"][1] > GROUP_S:
            return {}
        calm, run, alone = self._calm(reads), 0, {}
        for k in range(int(s["start"]) + 1, self.n):
            good = self.pulse[k] == "t" and not (k in self.missing or self.late_edge.get(k))
            if run >= CALM_S and good and k < first + 1:
                # Every eighth burst is listened to: its first bytes.
                since = self._after(k + DOZE_FROM) if k % LISTEN_EVERY else None
                alone[k] = (since, k + DOZE_TO)
            run = run + 1 if calm[k] else 0
        return alone

    def _events(self):
        s, rnd = self.spec, self.rnd
        t0, end = s["start"], s["T"]
        ev = []
        line = (self.pieces, self.byte_s, s["how"], self.stalls, t0 + 0.01, end)
        reads, heard = read(*line, rnd)
        if alone := self._doze(reads):
            reads, heard = read(*line, random.Random(f"{s['seed']}/doze"), alone)
        chunk = s["how"]["chunk"]
        for t, text, *since in reads:
            if since:
                ev.append((t, 3, "D", (since[0], text)))
            elif len(text) <= chunk:
                ev.append((t, 3, "S", text))
            else:
                for i in range(0, len(text), chunk):
                    ev.append((t + i * 1e-7, 3, "S", text[i : i + chunk]))
        for i in range(int(end - t0)):
            ev.append((t0 + 0.02 + i + s["tick"], 4, "T", None))
        off = self.pps_off + self.suspends
        seq = {"assert": s["seq"], "clear": s["seq"]}
        stalls, j, held = self.stalls, 0, {}
        for t, k, late, kind in self.edges:
            if off and any(a <= t < b for a, b in off):
                continue
            kind_ = "assert" if kind == "lost" else kind
            seq[kind_] += 1
            if t < t0 + 0.01 or t >= end or kind == "lost":
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
        ev.extend(
            (e[0], 0, "J", None) for e in s["clock"].get("events", []) if e[1] in ("set", "move")
        )
        ev.extend((b, 0, "J", None) for a, b in self.suspends)
        blind = self.suspends
        ev = [e for e in ev if not any(a < e[0] < b for a, b in blind)] if blind else ev
        if stalls:
            ev = [
                e if e[2] in "PSDJ" else (self._after(e[0]),) + e[1:]
                for e in ev
                if e[2] != "T" or not any(a < e[0] < b for a, b in stalls)
            ]
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
        edge, self.jumps, read_ = {}, [], []
        it = 0
        tb, ra, rm, la, lm = segs[0]
        upto = segs[1][0]
        bps, first = s["bps"], s["clock"]["first_k"]
        # The second's edge is "assert" in a world; whoever has inverted it says so to the program.
        kinds = {"assert": "assert", "clear": "clear"}
        if s.get("settings", {}).get("edge") == "clear":
            kinds = {"assert": "clear", "clear": "assert"}
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
            if kind in "SD":
                from_t, x = x if kind == "D" else (None, x)
                read_.append((t, x))
                if "\\" in x or not x.isascii():
                    x = escape(x)
                else:
                    x = x.replace("\r", "\\r").replace("\n", "\\n")
                    if not x.isprintable():
                        x = escape(x.replace("\\r", "\r").replace("\\n", "\n"))
                if kind == "D":
                    left_alone = raw - int((t - from_t) * rm)
                    lines.append(f"D {raw} {real} {bps} {left_alone} {x}")
                else:
                    lines.append(f"S {raw} {real} {bps} {x}")
            elif kind == "P":
                lines.append(f"P {raw} {real} {kinds[x[2]]} {x[3]}")
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
        self.fixes = fixes(read_)

    def text(self, upto=None, notes=()):
        """The capture, or its first lines; notes are comments for its head."""
        head = ["# pps2shm capture 3"] + [f"# {n}" for n in notes]
        head += [f"C {key} {value}" for key, value in self.spec.get("settings", {}).items()]
        return "\n".join(head + self.lines[:upto]) + "\n"

    def at_raw(self, raw):
        """Index of the last line at or before raw, or -1."""
        return bisect.bisect_right(self.raws, raw) - 1
