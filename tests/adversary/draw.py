# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Descriptions of worlds by chance: `realistic` is what the owner of a Pi can meet, `nasty` what an
attacker would put together. world.py says what neither may draw.

Faults come in two families, because of what is decidable. Those of the label (lies, corrections, a
lag that grows past the second, clusters of late bursts) need a label that nothing else may make the
program lose; those of the surroundings (pulses, line, reader, power) need an honest receiver.
"""
import calendar
import random

from attacks import Attacks
from clocks import Clocks

NS = 1_000_000_000
TAIL = 190


class Draw(Attacks, Clocks):
    def __init__(self, kind, seed):
        self.r = random.Random(f"{kind}/{seed}")
        self.nasty = kind == "nasty"
        self.s = {"seed": f"{kind}/{seed}", "kind": kind, "faults": []}
        self.well = 0.0
        self.dead = True
        self.witness = None  # (from, to) of a witness that is seen at work
        self.full()

    # -- small helpers -----------------------------------------------------------------------------

    def p(self, chance):
        return self.r.random() < chance

    def pick(self, *pairs):
        """One of (weight, value)."""
        return self.r.choices([v for _, v in pairs], [w for w, _ in pairs])[0]

    def fault(self, n, end=None, **f):
        f.update(n=n, id=f"{n}{len(self.s['faults'])}")
        f["end"] = end if end is not None else f.get("b", f.get("a", 0))
        self.well = max(self.well, f["end"])
        self.s["faults"].append(f)

    def when(self, low=2, high=100):
        low = self.fix + 20 if self.wander else max(low, self.fix * 0.5)
        return round(self.r.uniform(low, self.fix + high), 3)

    def ks(self, a, b, gap, most=99):
        """Seconds for single odd bursts, never near each other."""
        out, k = [], a
        while len(out) < most and (k := k + gap + int(self.r.expovariate(1 / gap))) < b:
            out.append(k)
        return out

    # -- the parts ---------------------------------------------------------------------------------

    def full(self):
        r, s, u = self.r, self.s, self.r.uniform
        s.update(
            first=int(
                u(calendar.timegm((2026, 12, 1, 0, 0, 0)), calendar.timegm((2035, 12, 30, 0, 0, 0)))
            ),
            start=u(0, 1),
            tick=u(0.01, 0.97),
            raw=int(10 ** u(9.5, 15.5)),
            ppm=r.gauss(0, 20),
            wander=10 ** u(-9.5, -7.5),
            seq=int(u(0, 1e6)),
            era=self.p(0.04),
        )
        if self.p(0.1):
            s["fan"] = (round(u(20, 150), 2), 1e-6 * r.choice((-1, 1)))
        self.receiver()
        self.cold()
        family = (
            self.pick((4, "mild"), (3, "label"), (3, "room"))
            if not self.nasty
            else self.pick((45, "label"), (55, "room"))
        )
        if family == "label":
            self.quiet_line()
        self.timing(family)
        self.clock()
        n = (
            self.pick((25, 0), (45, 1), (30, 2))
            if not self.nasty
            else self.pick((10, 1), (35, 2), (35, 3), (20, 4))
        )
        if family == "label":
            if not self.wander:
                self.label_fault()
            n -= 1
        for _ in range(n):
            if family == "room":
                self.room_fault()
            else:
                self.mild_fault()
        self.finish()

    def receiver(self):
        r, s, u = self.r, self.s, self.r.uniform
        if self.nasty:
            rate = self.pick((60, 1), (12, 2), (14, 5), (14, 10))
            bps = self.pick((50, 9600), (10, 4800), (15, 38400), (15, 115200), (10, 0))
            fill = self.pick((40, u(0.05, 0.75)), (25, u(0.75, 0.98)), (35, u(0.95, 1.3)))
        else:
            rate = self.pick((84, 1), (4, 2), (8, 5), (4, 10))
            bps = (
                self.pick((62, 9600), (4, 4800), (12, 38400), (12, 115200), (10, 0))
                if rate < 5
                else self.pick((50, 38400), (50, 115200))
            )
            fill = self.pick((86, u(0.05, 0.74)), (9, u(0.74, 0.95)), (5, u(0.95, 1.15)))
            if bps > 9600:
                fill = min(fill, u(0.02, 0.3))
        byte_s = 10 / bps if bps else 1e-5
        size = fill / byte_s / rate
        if bps in (0, 115200) and size > 700:
            size = u(70, 700)
        items = (
            [("R", 68)]
            + ([("G", 74)] if size > 160 else [])
            + ([("Z", 38)] if size > 220 and self.p(0.3) else [])
        )
        if not self.p(0.6):
            items.reverse()
        rest = size - sum(n for _, n in items)
        items = [i for i, _ in items]
        if rest > 25:
            items.insert(
                self.pick((3, len(items)), (1, 0), (1, r.randrange(len(items) + 1))), int(rest)
            )
        size = max(size, 68)
        fill = size * rate * byte_s
        s.update(
            rate=rate,
            bps=bps,
            fill=fill,
            items=items,
            whole=self.p(0.4),
            talker=r.choice(("GP", "GN")),
            decimals=2 if rate > 1 else r.choice((0, 2, 2, 3)),
            buffer=max(int(size * 1.1), int(10 ** u(2.4, 3.9 if fill > 1 or self.nasty else 3.6))),
        )
        pause = self.pick((70, 0.15), (10, u(0.05, 0.176)), (20, 0.0))
        if size * rate > 300 and pause < 0.1 and bps:
            pause = 0.15
        if self.p(0.04) and fill < 0.6:
            pause = u(0.16, 0.176)  # as long as docs/capture.md allows
        s["how"] = {
            "fifo": 8 if bps else 64,
            "pause": pause if bps else self.pick((1, 0), (1, 0.15)),
            "wake": 10 ** u(-4, -2.7) if bps else 10 ** u(-3.3, -2),
            "chunk": r.choice((256, 512, 1024, 2000)),
        }

    def quiet_line(self):
        """For attacks on the label the line itself is beyond doubt."""
        s = self.s
        if s["fill"] > 0.75 or s["rate"] > 2:
            s.update(rate=1, bps=9600, fill=0.35, items=["R", "G", 200], buffer=2000)
            s["how"]["pause"] = 0.15

    def cold(self):
        """Warm, or switched on with us."""
        r, s = self.r, self.s
        phases = []
        if self.p(0.5):
            if self.p(0.4):
                phases.append((r.randint(1, 4), "O"))
            if self.p(0.7):
                phases.append((r.randint(2, 25), "N"))
            if self.p(0.6):
                phases.append((r.randint(2, 25), "V"))
        self.fix = sum(p[0] for p in phases)
        s["cold"] = phases
        s["before"] = self.pick((35, "n"), (50, "f"), (15, "t"))
        s["settle"] = max(
            0, self.fix + self.pick((2, 0), (2, -1), (1, -2), (2 if self.nasty else 0, 1))
        )
        if self.p(0.5):
            s["rtc"] = self.pick(
                (3, r.randint(-3, 3)),
                (1, r.randint(-90000, 90000)),
                (1, -s["first"] + 315532800 + 5),
            )
            s["rtc_until"] = self.fix
        self.well = max(self.fix, s["settle"])

    def timing(self, family):
        r, s, u = self.r, self.s, self.r.uniform
        near = self.nasty and family == "room" and self.p(0.25) and s["rate"] == 1
        wander = self.nasty and family == "label" and self.p(0.12) and s["rate"] == 1
        if s["rate"] > 1:
            lag = u(0.03, 0.15) if not self.nasty else u(0.02, 0.5)
        elif near:
            lag = self.pick((1, u(0.002, 0.04)), (1, u(0.93, 0.999)))
        elif self.nasty:
            lag = u(0.05, 0.9)
        else:
            lag = self.pick((5, u(0.04, 0.2)), (3, u(0.2, 0.55)), (1, u(0.55, 0.85)))
        jitter = 10 ** u(-4, -2.3) if not self.nasty else 10 ** u(-4, -1.7)
        jitter = min(jitter, 0.02)
        if not near and lag + 4 * jitter > 0.92:
            jitter = 0.002
        if near and lag > 0.5:
            lag = min(lag, 0.999 - 3 * jitter)  # over a second it is another label's
        s.update(lag=lag, jitter=jitter)
        if wander:
            # 0.90 s for a while, then upwards: what comes later is carried from there.
            s["lag"], s["jitter"], s["wobble"] = 1.0, 0.001, (0.1, u(15, 40), 0.75, self.fix + 15)
        elif not near and s["rate"] == 1 and self.p(0.08) and 0.2 < lag < 0.8:
            s["wobble"] = (u(0.01, 0.1), u(10, 60), r.random(), 0)
        self.near, self.wander = near, wander
        s["near"] = near
        if s["rate"] == 1 and self.p(0.1) and s["fill"] < 0.6 and s["lag"] < 0.6 and not near:
            s["split"] = r.randint(20, 60)
            s["split_s"] = s["split"] * (10 / s["bps"] if s["bps"] else 0) + u(0.01, 0.15)
        jit = 10 ** u(-6.3, -5) if not self.nasty else 10 ** u(-6.3, -4.3)
        s["pulse"] = {
            "jitter": jit,
            "width": u(0.01, 0.5),
            "both": self.p(0.15),
            "phase": u(0.005, 0.995),
            "drift": r.gauss(0, 2e-5),
        }
        if s["fill"] > 0.9 and s["bps"] and self.p(0.6):
            s["backlog"] = min(12.0, s["buffer"] * 10 / s["bps"]) * u(0.5, 0.95)

    # -- what else receivers do --------------------------------------------------------------------

    def manners(self):
        """From random numbers of their own, so that the rest of a world is as it was without them.

        Satellites' sentences are sent each second or each fifth (PMTK314, PCAS03, CFG-MSG), and are
        as many as there are satellites. GLL, with a time and a status, is in most receivers' default
        set, last. A receiver without a fix goes on with its pulse by its own crystal ("hold after
        loss"), and sets it right when it has one. A pulse may be set to one in two seconds. The
        sentences of a second may come in two groups. The date may be a second late at midnight.
        """
        r, s = random.Random(f"{self.s['seed']}/manners"), self.s
        if r.random() < 0.25 and any(isinstance(i, int) for i in s["items"]):
            s["sky"] = {"every": r.choice((1, 1, 2, 5)), "changes": r.random() < 0.7}
            if s["sky"]["every"] == 1:
                s["sky"]["changes"] = True
        more = 51 * s["rate"] * 10 / s["bps"] if s["bps"] else 0.0
        if r.random() < 0.25 and s["fill"] + more < 0.7:
            s["items"].append("L")
            s["fill"] += more
            s["buffer"] += 60
        coast = 10 ** r.uniform(-7, -4.3 if self.nasty else -5.3) * r.choice((-1, 1))
        for f in s["faults"]:
            if f["n"] == "no_fix" and len(f["spans"]) == 1 and r.random() < 0.5:
                f.update(pulse="c", rate=coast)
        if self.nasty and r.random() < 0.02 and "many" not in s["pulse"]:
            s["pulse"]["every"] = 2
            self.dead = False
        groups = r.randint(1, 4), r.uniform(0.02, 0.2)
        # All of it before the next pulse, with the first label that nobody could take for another.
        later = max([0] + [f["d"] for f in s["faults"] if f["n"] in ("lag_step", "lag_drift")])
        room = 0.9 - s["lag"] - later - s["fill"] - groups[1] - s.get("wobble", (0,))[0]
        if r.random() < 0.15 and s["rate"] == 1 and room > 0 and not self.near and "split" not in s:
            s["group"] = groups
        self.settings(r)
        lies = {"leap", "odd", "lie", "correct"} & {f["n"] for f in s["faults"]}
        if r.random() < 0.05 and not lies:
            k = int(self.fix + r.uniform(5, 100))
            s["first"] += -(s["first"] + k) % 86400
            self.fault("odd", d=-86400, ks=[k], a=k, end=k + 1)

    def settings(self, r):
        """What the program was told, or knows from an earlier life."""
        s, c = self.s, {}
        if r.random() < 0.08:
            c["edge"] = "clear"
        if r.random() < 0.15:
            # Of this receiver, or of the one before it.
            lag = s["lag"] + r.gauss(0, 0.003) if r.random() < 0.7 else r.uniform(0.01, 0.9)
            c["learned_lag_ns"] = int(lag * NS)
            self.dead = self.dead and not self.near
        leap = [f for f in s["faults"] if f["n"] == "leap"]
        if r.random() < 0.25:
            c["leap_known_until_s"] = s["first"] + 10_000_000
            if leap:
                c["leap_utc_s"], c["leap"] = s["first"] + leap[0]["k"], 1
        if c:
            s["settings"] = c

    # -- how long, and what is owed ----------------------------------------------------------------

    def finish(self):
        s = self.s
        self.manners()
        s["clock"]["events"].sort(key=lambda e: e[0])
        clear = (1 - s["fill"]) / s["rate"] >= 0.075 or not s["bps"]
        if not clear or (self.near and not self.always):
            self.dead = False
        s["well"] = self.well + 1
        s["dead"] = self.dead
        s["T"] = round(s["well"] + (TAIL if self.dead else 60), 1)


def draw(kind, seed):
    return Draw(kind, seed).s
