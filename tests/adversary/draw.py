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

NS = 1_000_000_000
TAIL = 190


class Draw:
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
        return round(self.r.uniform(max(low, self.fix * .5), self.fix + high), 3)

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
        if self.p(.35 if not self.nasty else .5):
            if self.p(.4):
                phases.append((r.randint(1, 4), "O"))
            if self.p(.7):
                phases.append((r.randint(2, 25), "N"))
            if self.p(.6):
                phases.append((r.randint(2, 25), "V"))
        self.fix = sum(p[0] for p in phases)
        s["cold"] = phases
        s["before"] = self.pick((45, "n"), (40, "f"), (15, "t"))
        s["settle"] = max(0, self.fix + self.pick((1, 0), (1, -1), (1, -2), (1 if self.nasty else 0, 2), (1 if self.nasty else 0, 1)))
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
            # From 0.90 s on, upwards: what comes later is carried from there.
            period = u(15, 40)
            s["lag"], s["jitter"], s["wobble"] = 1.0, .001, (.1, period, .75 - self.fix / period)
        elif not near and s["rate"] == 1 and self.p(.08) and .2 < lag < .8:
            s["wobble"] = (u(.01, .1), u(10, 60), r.random())
        self.near, self.wander = near, wander
        if s["rate"] == 1 and self.p(.1) and s["fill"] < .6 and lag < .6 and not near:
            s["split"] = r.randint(20, 60)
            s["split_s"] = s["split"] * (10 / s["bps"] if s["bps"] else 0) + u(.01, .15)
        jit = 10 ** u(-6.3, -5) if not self.nasty else 10 ** u(-6.3, -4.3)
        s["pulse"] = {"jitter": jit, "width": u(.01, .5), "both": self.p(.15), "phase": u(.005, .995),
                      "drift": r.gauss(0, 2e-5)}
        if s["fill"] > .9 and s["bps"] and self.p(.6):
            s["backlog"] = min(12.0, s["buffer"] * 10 / s["bps"]) * u(.5, .95)

    def clock(self):
        """The two clocks' truth, and what the kernel says of the system's."""
        r, u = self.r, self.r.uniform
        kind = self.pick((30, "none"), (30, "false"), (22, "true"), (6, "leaves"), (6, "restart"), (6, "late"))
        wrong = self.pick((3, u(-90000, 90000)), (1, u(-3, 3)), (1, -float(self.s["first"])), (2, u(-5e6, 0)), (1, 365.25 * 86400 * 12))
        good = int(r.gauss(0, .002) * NS)
        c = {"kind": kind, "off": good if kind in ("true", "leaves", "restart") else int(wrong * NS),
             "disciplined": kind in ("true", "leaves", "restart"), "notes": [], "events": [], "first_k": "K unsync 16000000"}
        every, poll = self.pick((1, 1.0), (2, 4.0), (1, 16.0)), self.pick((1, 16), (1, 32), (1, 64))
        base = int(u(3000, 30000))
        end = self.fix + 700
        self.c = c

        def grow(a, b, start):
            t = a
            while t < b:
                c["notes"].append((t, f"K sync {int(start + (t - a) * 500)}"))
                t += every

        def follow(a, b, seen=None):
            """Updates at each poll."""
            t, n = a, 0
            while t < b:
                grow(t, min(b, t + poll), base + int(u(0, 1500)))
                t += poll * u(.9, 1.0)
            c["notes"].sort()
            self.witness = (a + poll + every + 2, b)
        t0 = 1.1
        if kind in ("true", "leaves", "restart"):
            c["first_k"] = f"K sync {base + 400}"
            if kind == "true":
                follow(t0, end)
            elif kind == "leaves":
                b = self.fix + u(60, 160)
                follow(t0, b)
                c["notes"].append((b + .1, "K unsync 16000000"))
            else:
                b = self.fix + u(40, 120)
                follow(t0, b)
                grow(b, b + 60, 16)
                follow(b + 60, end)
                self.witness = None
                self.later_witness = True
        elif kind == "false":
            a = self.pick((1, t0), (1, u(2, 20)))
            if a == t0:
                c["first_k"] = "K sync 16"
            b = self.pick((2, u(15, 120)), (1, end)) + a
            grow(a, min(b, a + 400, end), 16)
            if b < end:
                self.set_clock(b, "set", good)
                c["events"].append((b, "follow"))
                follow(b + u(5, 30), end)
                self.witness = None
                self.well = max(self.well, b)
        elif kind == "late":
            b = u(5, 120)
            self.set_clock(b, "set", good)
            c["events"].append((b, "follow"))
            follow(b + u(1, 20), end)
            self.witness = None
            self.well = max(self.well, b)
        self.s["clock"] = c
        self.always = kind == "true"
        if self.p(.15):
            a = u(5, 100)
            ppm = self.pick((3, u(-500, 500)), (1, u(-80000, 80000))) if kind == "none" else u(-40, 40)
            c["events"] += [(a, "slew", ppm), (a + u(2, 40 if abs(ppm) < 600 else 5), "slew", 0)]

    def set_clock(self, t, how, value):
        self.c["events"].append((t, how, value))

    # -- faults ------------------------------------------------------------------------------------

    def mild_fault(self):
        """Nothing that could make anybody lose a label."""
        u, x = self.r.uniform, self.nasty
        a = self.when()
        what = self.r.choice(("miss", "late", "glitch", "damage", "late1", "odd1", "noep", "set", "stall", "step"))
        end = self.s.get("T", 900)
        if what == "miss":
            self.fault("miss", end=0, a=a, b=end, p=u(.001, .02 if not x else .1))
        elif what == "late":
            self.fault("late_edges", a=a, b=a + u(5, 60), p=u(.05, .3 if not x else .6), most=.003)
        elif what == "glitch":
            self.fault("glitch", end=0, a=a, b=end, p=u(.001, .02 if not x else .1))
        elif what == "damage":
            self.fault("damage", end=0, a=a, b=end, p=u(.001, .02 if not x else .05))
        elif what == "late1":
            self.fault("late_bursts", end=0, d=0, ks=self.ks(int(a), end, 59 if not x else 25))
        elif what == "odd1":
            self.fault("odd", d=self.r.choice((-1, 1)), ks=self.ks(int(a), int(a) + 120, 30 if not x else 12, 1 if not x else 6), end=a + 120)
        elif what == "noep":
            self.fault("no_epochs", end=0, a=a, b=end, p=u(.005, .05))
        elif what == "set":
            self.any_set(a)
        elif what == "stall":
            self.fault("stall", a=a, b=a + u(.2, 1.2))
        elif what == "step":
            self.step()

    def any_set(self, a):
        # A clock that something disciplines is not set by hand: its witness would be a false one.
        if self.c["kind"] != "none" and (self.c["kind"] != "false" or self.c["events"]):
            return
        self.set_clock(a, "move", int(self.pick((1, self.r.uniform(-5, 5)), (1, self.r.uniform(-90000, 90000)),
                                              (1, self.r.choice((-1, 1, 2, -2)))) * NS))
        self.witness = None
        self.well = max(self.well, a)

    def step(self):
        s, u = self.s, self.r.uniform
        swing = s.get("wobble", (0,))[0] + 4 * s["jitter"] + .01
        if any(f["n"] in ("lag_step", "lag_drift") for f in s["faults"]) or s["rate"] > 1 or self.near or self.wander:
            return
        to = u(.05, .9)
        if abs(to - s["lag"]) < .44 and swing < to < .92 - swing:
            self.fault("lag_step", a=int(self.when(self.fix + 20)), d=to - s["lag"], to=to)

    def label_fault(self):
        r, s, u = self.r, self.s, self.r.uniform
        a = int(self.fix + u(40, 110))
        seen = self.witness and self.witness[0] < a - 10
        what = self.pick((3, "lie"), (3, "correct"), (3, "drift"), (2, "cluster"), (2, "leap"), (2, "noleap"), (2, "step"),
                         (1 if self.nasty else 0, "late_start"), (.25 if self.nasty else 0, "carried"))
        if not self.nasty and what in ("lie", "noleap"):
            what = "correct"
        if s["rate"] > 1 and what in ("drift", "carried", "cluster"):
            what = "lie" if self.nasty else "step"
        if what == "lie":
            self.lying(a, seen)
        elif what == "correct":
            kc = int(self.fix + u(5, 90))
            self.fault("correct", b=kc, d=self.pick((2, r.randint(1, 4)), (2, -1), (2, 1)) * (1 if not self.nasty else r.choice((1, -1))))
            d = s["faults"][-1]["d"]
            if self.p(.5) and self.nasty:
                self.fault("odd", end=0, d=d, ks=self.ks(kc, kc + 900, 20))
            elif self.p(.3) and s["rate"] == 1 and s["lag"] < .5:
                self.fault("lag_step", a=kc, d=u(.05, .4), to=0)
        elif what == "drift":
            b = a + int(u(10, 120))
            top = 1.25 if self.nasty else .9
            to = u(.02, top)
            if not self.nasty and s.get("wobble"):
                return
            self.fault("lag_drift", a=a, b=b, d=to - s["lag"])
        elif what == "cluster":
            b = int(u(2, 20))
            self.fault("late_bursts", end=a + b, d=u(.1, min(.9, .92 - s["lag"]) if not self.nasty else 1.3), ks=list(range(a, a + b)))
        elif what in ("leap", "noleap"):
            y, m = r.randint(2027, 2035), r.choice((1, 7))
            kl = a
            s["first"] = calendar.timegm((y, m, 1, 0, 0, 0)) - kl
            if what == "leap":
                self.true_leap(kl)
            elif seen and self.always:
                self.fault("lie", a=kl + 1, b=kl + 1 + int(u(1, 60)), d=-1)
            else:
                self.fault("odd", d=r.choice((-1, 1)), ks=[kl + r.randint(0, 3)], end=kl + 4)
        elif what == "step":
            self.step()
        elif what == "late_start":
            s["cold"], s["before"], s["settle"], self.fix = [], "n", 0, 0
            self.fault("late_start", b=r.randint(3, 40), d=u(1.02, 1.4) - s["lag"])
        elif what == "carried":
            s["wobble"] = None
            self.fault("lag_drift", a=a, b=a + 60, d=u(1.05, 1.2) - s["lag"])
            self.fault("gap", a=a + 80, b=a + 80 + u(302, 400))

    def lying(self, a, seen):
        """The receiver is wrong for a while, with status A."""
        r, u, k = self.r, self.r.uniform, self.c["kind"]
        d = self.pick((3, r.choice((-1, 1))), (1, r.randint(2, 18)), (1, r.randint(-4000, 4000) or 1))
        if seen and k == "true":
            self.fault("lie", a=a, b=a + int(u(3, 150)), d=d)
        elif seen and k == "leaves" and self.witness[1] > a + 5:
            left = self.witness[1]
            b = int(left + u(5, 45)) if self.p(.7) else int(left + u(60, 100))
            self.fault("lie", a=a, b=b, d=d, believed=left + 50)
        elif self.p(.75):
            self.fault("lie", a=a, b=a + int(u(2, 45)), d=d)
        else:
            self.fault("lie", a=a, b=a + int(u(65, 150)), d=d, believed=a + 50)

    def true_leap(self, kl):
        if self.c["kind"] in ("leaves", "restart", "late", "false"):
            self.c.update(kind="none", disciplined=False, notes=[], events=[], first_k="K unsync 16000000")
            self.witness = None
        if self.always:
            self.set_clock(float(kl), "move", -NS)
        self.fault("leap", k=kl, d=1, how=self.r.choice(("60", "60", "59", "00")), end=kl + 3)

    def room_fault(self):
        r, s, u, x = self.r, self.s, self.r.uniform, self.nasty
        a = self.when()
        what = self.pick((2, "mild"), (2, "gap"), (2, "stall"), (2, "stall0"), (1.5, "suspend"), (2, "unplug"), (2, "nofix"),
                         (1.5, "quiet"), (2, "flicker"), (.5, "nopulse"),
                         (2 if x else .1, "many"), (1.5 if x else .2, "ring"), (2 if x else 0, "pre"), (1.5 if x else 0, "hum"),
                         (1.5 if x else .2, "late"), (1 if x else 0, "glitch"), (1 if x else .2, "set"))
        if what == "mild":
            self.mild_fault()
        elif what == "gap":
            self.fault("gap", a=a, b=a + u(2, 30 if not x else 120))
        elif what == "stall":
            self.fault("stall", a=a, b=a + u(.3, 3 if not x else 30))
        elif what == "stall0":
            b = u(2, 20)
            self.fault("stall", a=s["start"] + .011, b=b)
        elif what == "suspend":
            n = u(3, 60) if not x or self.p(.3) else r.randint(2, 40) + r.gauss(0, .003)
            self.fault("suspend", a=a, b=a + n)
        elif what == "unplug":
            n = u(2, 40)
            what = r.choice(("s", "sp", "sp", "p"))
            phases = [(r.randint(1, 10), "N"), (r.randint(1, 15), "V")] if "s" in what and self.p(.6) else []
            self.fault("unplug", a=a, b=a + n, what=what, cold=phases, before=r.choice("nft"),
                       settle=sum(p[0] for p in phases) + 1, end=a + n + sum(p[0] for p in phases) + 2)
        elif what == "nofix":
            b = int(a + u(3, 60))
            self.fault("no_fix", spans=[(int(a), b)], pulse=self.pick((2, "t"), (2, "f"), (1, "n")), end=b + 1)
        elif what == "flicker":
            spans, t = [], int(a)
            for _ in range(r.randint(2, 8)):
                n = r.randint(1, 4)
                spans.append((t, t + n))
                t += n + r.randint(1, 12)
            self.fault("no_fix", spans=spans, pulse="t", end=t)
        elif what == "quiet":
            self.fault("quiet", a=a, b=a + u(3, 28 if not x else 100))
        elif what == "nopulse":
            self.fault("gap", a=0, b=999, end=0)
        elif what == "many":
            s["pulse"]["many"] = r.choice((2, 4, 5, 10))
            self.dead = False
        elif what == "ring":
            p = self.pick((1, 1.0), (1, u(.3, .95)))
            self.beside(a, p, u(.005, .6), r.choice((0, .002)), r.randint(1, 2))
        elif what == "pre":
            self.beside(a, self.pick((2, 1.0), (1, u(.3, .95))), -10 ** u(-3, -1.5), r.choice((1e-5, 3e-4)), 1)
        elif what == "hum":
            self.fault("hum", a=a, b=a + u(3, 15), hz=r.choice((50, 60)) * (1 + r.gauss(0, 2e-4)) / r.choice((1, 1, 10)))
        elif what == "late":
            self.fault("late_edges", a=a, b=a + u(20, 200), p=u(.2, .6), most=.003)
        elif what == "glitch":
            self.fault("glitch", a=a, b=a + u(10, 60), p=u(.1, 2))
        elif what == "set":
            self.any_set(a)

    def beside(self, a, p, d, spread, count):
        a = self.pick((1, 0), (2, a))
        b = self.pick((1, 999), (1, a + self.r.uniform(10, 90)))
        self.fault("beside", a=a, b=b, p=p, d=d, spread=spread, count=count, end=0 if b == 999 else b)
        self.dead = self.dead and b != 999

    # -- how long, and what is owed ----------------------------------------------------------------

    def finish(self):
        s = self.s
        s["clock"]["events"].sort(key=lambda e: e[0])
        clear = (1 - s["fill"]) / s["rate"] >= .06 or not s["bps"]
        if not clear or (self.near and not self.always):
            self.dead = False
        s["well"] = self.well + 1
        s["dead"] = self.dead
        s["T"] = round(s["well"] + (TAIL if self.dead else 60), 1)


def draw(kind, seed):
    return Draw(kind, seed).s
