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

NS = 1_000_000_000
TAIL = 190


class Draw(Attacks):
    def __init__(self, kind, seed):
        self.r = random.Random(f"{kind}/{seed}")
        self.nasty = kind == "nasty"
        self.s = {"seed": f"{kind}/{seed}", "kind": kind, "faults": []}
        self.well = 0.0
        self.dead = True
        self.loses = False
        self.witness = None          # (from, to) of a witness that has been seen at work
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
        low = self.fix + 20 if self.wander else max(low, self.fix * .5)
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
        s.update(first=int(u(calendar.timegm((2026, 12, 1, 0, 0, 0)), calendar.timegm((2035, 12, 30, 0, 0, 0)))),
                 start=u(0, 1), tick=u(.01, .97), raw=int(10 ** u(9.5, 15.5)), ppm=r.gauss(0, 20),
                 wander=10 ** u(-9.5, -7.5), seq=int(u(0, 1e6)), era=self.p(.04))
        if self.p(.1):
            s["fan"] = (round(u(20, 150), 2), 1e-6 * r.choice((-1, 1)))
        self.receiver()
        self.cold()
        family = self.pick((4, "mild"), (3, "label"), (3, "room")) if not self.nasty else \
            self.pick((45, "label"), (55, "room"))
        if family == "label":
            self.quiet_line()
        self.timing(family)
        self.clock()
        n = self.pick((25, 0), (45, 1), (30, 2)) if not self.nasty else self.pick((10, 1), (35, 2), (35, 3), (20, 4))
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
            fill = self.pick((40, u(.05, .75)), (25, u(.75, .98)), (35, u(.95, 1.3)))
        else:
            rate = self.pick((84, 1), (4, 2), (8, 5), (4, 10))
            bps = self.pick((62, 9600), (4, 4800), (12, 38400), (12, 115200), (10, 0)) if rate < 5 else \
                self.pick((50, 38400), (50, 115200))
            fill = self.pick((86, u(.05, .74)), (9, u(.74, .95)), (5, u(.95, 1.15)))
            if bps > 9600:
                fill = min(fill, u(.02, .3))
        byte_s = 10 / bps if bps else 1e-5
        size = fill / byte_s / rate
        if bps in (0, 115200) and size > 700:
            size = u(70, 700)
        items = [("R", 68)] + ([("G", 74)] if size > 160 else []) + ([("Z", 38)] if size > 220 and self.p(.3) else [])
        if not self.p(.6):
            items.reverse()
        rest = size - sum(n for _, n in items)
        items = [i for i, _ in items]
        if rest > 25:
            items.insert(self.pick((3, len(items)), (1, 0), (1, r.randrange(len(items) + 1))), int(rest))
        size = max(size, 68)
        fill = size * rate * byte_s
        s.update(rate=rate, bps=bps, fill=fill, items=items, whole=self.p(.4),
                 talker=r.choice(("GP", "GN")), decimals=2 if rate > 1 else r.choice((0, 2, 2, 3)),
                 buffer=max(int(size * 1.1), int(10 ** u(2.4, 3.9 if fill > 1 or self.nasty else 3.6))))
        pause = self.pick((70, .15), (10, u(.05, .3)), (20, 0.0))
        if size * rate > 300 and pause < .1 and bps:
            pause = .15
        if self.p(.04) and fill < .6:
            pause = u(.3, .4)
        s["how"] = {"fifo": 8 if bps else 64, "pause": pause if bps else self.pick((1, 0), (1, .15)),
                    "wake": 10 ** u(-4, -2.7) if bps else 10 ** u(-3.3, -2), "chunk": r.choice((256, 512, 1024, 2000))}

    def quiet_line(self):
        """For attacks on the label the line itself is beyond doubt."""
        s = self.s
        if s["fill"] > .75 or s["rate"] > 2:
            s.update(rate=1, bps=9600, fill=.35, items=["R", "G", 200], buffer=2000)
            s["how"]["pause"] = .15

    def cold(self):
        """Warm, or switched on with us."""
        r, s = self.r, self.s
        phases = []
        if self.p(.5):
            if self.p(.4):
                phases.append((r.randint(1, 4), "O"))
            if self.p(.7):
                phases.append((r.randint(2, 25), "N"))
            if self.p(.6):
                phases.append((r.randint(2, 25), "V"))
        self.fix = sum(p[0] for p in phases)
        s["cold"] = phases
        s["before"] = self.pick((35, "n"), (50, "f"), (15, "t"))
        s["settle"] = max(0, self.fix + self.pick((2, 0), (2, -1), (1, -2), (2 if self.nasty else 0, 1)))
        if self.p(.5):
            s["rtc"] = self.pick((3, r.randint(-3, 3)), (1, r.randint(-90000, 90000)), (1, -s["first"] + 315532800 + 5))
            s["rtc_until"] = self.fix
        self.well = max(self.fix, s["settle"])

    def timing(self, family):
        r, s, u = self.r, self.s, self.r.uniform
        near = self.nasty and family == "room" and self.p(.25) and s["rate"] == 1
        wander = self.nasty and family == "label" and self.p(.12) and s["rate"] == 1
        if s["rate"] > 1:
            lag = u(.03, .15) if not self.nasty else u(.02, .5)
        elif near:
            lag = self.pick((1, u(.002, .04)), (1, u(.93, .999)))
        elif self.nasty:
            lag = u(.05, .9)
        else:
            lag = self.pick((5, u(.04, .2)), (3, u(.2, .55)), (1, u(.55, .85)))
        jitter = 10 ** u(-4, -2.3) if not self.nasty else 10 ** u(-4, -1.7)
        jitter = min(jitter, .02)
        if not near and lag + 4 * jitter > .92:
            jitter = .002
        s.update(lag=lag, jitter=jitter)
        if wander:
            # 0.90 s for a while, then upwards: what comes later is carried from there.
            s["lag"], s["jitter"], s["wobble"] = 1.0, .001, (.1, u(15, 40), .75, self.fix + 15)
        elif not near and s["rate"] == 1 and self.p(.08) and .2 < lag < .8:
            s["wobble"] = (u(.01, .1), u(10, 60), r.random(), 0)
        self.near, self.wander = near, wander
        s["near"] = near
        if s["rate"] == 1 and self.p(.1) and s["fill"] < .6 and lag < .6 and not near:
            s["split"] = r.randint(20, 60)
            s["split_s"] = s["split"] * (10 / s["bps"] if s["bps"] else 0) + u(.01, .15)
        jit = 10 ** u(-6.3, -5) if not self.nasty else 10 ** u(-6.3, -4.3)
        s["pulse"] = {"jitter": jit, "width": u(.01, .5), "both": self.p(.15), "phase": u(.005, .995),
                      "drift": r.gauss(0, 2e-5)}
        if s["fill"] > .9 and s["bps"] and self.p(.6):
            s["backlog"] = min(12.0, s["buffer"] * 10 / s["bps"]) * u(.5, .95)

    def clock(self):
        self.clock_of(self.pick((30, "none"), (30, "false"), (22, "true"), (6, "leaves"), (6, "restart"), (6, "late")))

    def clock_of(self, kind, poll=None):
        """The two clocks' truth, and what the kernel says of the system's."""
        r, u = self.r, self.r.uniform
        wrong = self.pick((3, u(-90000, 90000)), (1, u(-3, 3)), (1, -float(self.s["first"])), (2, u(-5e6, 0)), (1, 365.25 * 86400 * 12))
        good = int(r.gauss(0, .002) * NS)
        right = kind in ("true", "leaves", "restart")
        c = {"kind": kind, "off": good if right else int(wrong * NS), "disciplined": right, "notes": [],
             "events": [], "first_k": "K unsync 16000000"}
        self.c = self.s["clock"] = c
        self.always, self.witness = kind == "true", None
        self.every = self.pick((1, 1.0), (2, 4.0), (1 if not poll else 0, 16.0))
        self.poll = poll or self.pick((1, 16), (1, 32), (1, 64))
        self.base = int(u(3000, 30000))
        t0, end = 1.1, self.fix + 1000
        if right:
            c["first_k"] = f"K sync {self.base + 400}"
            b = {"true": end, "leaves": self.fix + u(60, 150), "restart": self.fix + u(40, 120)}[kind]
            self.follow(t0, b)
            if kind == "leaves":
                c["notes"].append((b + .1, "K unsync 16000000"))
            elif kind == "restart":
                self.grow(b, b + 60, 16)
                self.follow(b + 60, end)
                self.witness = None
        elif kind == "false":
            a = self.pick((1, t0), (1, u(2, 20)))
            if a == t0:
                c["first_k"] = "K sync 16"
            b = a + self.pick((2, u(15, 120)), (1, end))
            self.grow(a, min(b, a + 400, end), 16)
            if b < end:
                self.put_right(b, good, u(5, 30))
        elif kind == "late":
            self.put_right(u(5, 120), good, u(1, 20))
        if self.p(.15):
            a = u(5, 100)
            ppm = self.pick((3, u(-500, 500)), (1, u(-80000, 80000))) if kind == "none" else u(-40, 40)
            c["events"] += [(a, "slew", ppm), (a + u(2, 40 if abs(ppm) < 600 else 5), "slew", 0)]

    def grow(self, a, b, start):
        """The kernel's bound between updates."""
        t = a
        while t < b:
            self.c["notes"].append((t, f"K sync {int(start + (t - a) * 500)}"))
            t += self.every

    def follow(self, a, b):
        """Something disciplines the clock from a to b, with an update at each poll."""
        t = a
        while t < b:
            start, upto = self.base + int(self.r.uniform(0, 1500)), min(b, t + self.poll * self.r.uniform(.9, 1.0))
            self.grow(t, upto - .6, start)
            self.c["notes"].append((upto - .5, f"K sync {int(start + (upto - .5 - t) * 500)}"))
            t = upto
        self.c["notes"].sort()
        self.witness = (a + self.poll + self.every + 2, b)

    def put_right(self, t, error, later):
        """A network is there at last: the clock is set, and then followed."""
        self.set_clock(t, "set", error)
        self.c["events"].append((t, "follow"))
        self.follow(t + later, self.fix + 1000)
        self.witness = None
        self.well = max(self.well, t)

    def set_clock(self, t, how, value):
        self.c["events"].append((t, how, value))

    # -- how long, and what is owed ----------------------------------------------------------------

    def finish(self):
        s = self.s
        s["clock"]["events"].sort(key=lambda e: e[0])
        clear = (1 - s["fill"]) / s["rate"] >= .075 or not s["bps"]
        if not clear or (self.near and not self.always):
            self.dead = False
        s["well"] = self.well + 1
        s["dead"] = self.dead
        s["T"] = round(s["well"] + (TAIL if self.dead else 60), 1)


def draw(kind, seed):
    return Draw(kind, seed).s
