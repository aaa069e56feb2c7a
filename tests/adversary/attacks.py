# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Which faults a world gets, and where in time; draw.py says why there are two families of them."""
import calendar

NS = 1_000_000_000


class Attacks:
    def mild_fault(self):
        """Nothing that could make anybody lose a label."""
        u, x = self.r.uniform, self.nasty
        a = self.when()
        what = self.r.choice(
            ("miss", "late", "glitch", "damage", "late1", "odd1", "noep", "set", "stall", "step")
        )
        end = self.s.get("T", 900)
        if what == "miss":
            self.fault("miss", end=0, a=a, b=end, p=u(0.001, 0.02 if not x else 0.1))
        elif what == "late":
            self.fault(
                "late_edges", a=a, b=a + u(5, 60), p=u(0.05, 0.3 if not x else 0.6), most=0.003
            )
        elif what == "glitch":
            self.fault("glitch", end=0, a=a, b=end, p=u(0.001, 0.02 if not x else 0.1))
        elif what == "damage":
            self.fault("damage", end=0, a=a, b=end, p=u(0.001, 0.02 if not x else 0.05))
        elif what == "late1":
            self.fault("late_bursts", end=0, d=0, ks=self.ks(int(a), end, 59 if not x else 25))
        elif what == "odd1":
            self.fault(
                "odd",
                d=self.r.choice((-1, 1)),
                ks=self.ks(int(a), int(a) + 120, 30 if not x else 12, 1 if not x else 6),
                end=a + 120,
            )
        elif what == "noep":
            self.fault("no_epochs", end=0, a=a, b=end, p=u(0.005, 0.05))
        elif what == "set":
            self.any_set(a)
        elif what == "stall":
            self.fault("stall", a=a, b=a + u(0.2, 1.2))
        elif what == "step":
            self.step()

    def any_set(self, a):
        # A clock that something disciplines is not set by hand: its witness would be a false one.
        if self.c["kind"] != "none" and (self.c["kind"] != "false" or self.c["events"]):
            return
        self.set_clock(
            a,
            "move",
            int(
                self.pick(
                    (1, self.r.uniform(-5, 5)),
                    (1, self.r.uniform(-90000, 90000)),
                    (1, self.r.choice((-1, 1, 2, -2))),
                )
                * NS
            ),
        )
        self.witness = None
        self.well = max(self.well, a)

    def step(self):
        s, u = self.s, self.r.uniform
        swing = s.get("wobble", (0,))[0] + 4 * s["jitter"] + 0.01
        if (
            any(f["n"] in ("lag_step", "lag_drift") for f in s["faults"])
            or s["rate"] > 1
            or self.near
            or self.wander
        ):
            return
        to = u(0.05, 0.9)
        if abs(to - s["lag"]) < 0.44 and swing < to < 0.92 - swing:
            self.fault("lag_step", a=int(self.when(self.fix + 20)), d=to - s["lag"], to=to)

    def label_fault(self):
        r, s, u = self.r, self.s, self.r.uniform
        seen = self.witness and self.witness[0] < self.fix
        what = self.pick(
            (3, "lie"),
            (3, "correct"),
            (3, "drift"),
            (2, "cluster"),
            (2, "leap"),
            (2, "noleap"),
            (2, "step"),
            (1 if self.nasty else 0, "late_start"),
            (0.25 if self.nasty else 0, "carried"),
            (0.4 if self.nasty else 0, "self"),
            (1.5 if self.nasty else 0, "leaves"),
        )
        if not self.nasty and what in ("lie", "noleap"):
            what = "correct"
        if s["rate"] > 1 and what in ("drift", "carried", "cluster"):
            what = "lie" if self.nasty else "step"
        if what in ("leaves", "noleap") and (what == "leaves" or self.p(0.6)):
            self.witness_first("leaves" if what == "leaves" else "true")
            what, seen = "lie" if what == "leaves" else what, True
        a = int(self.fix + u(40, 110))
        if what == "lie":
            self.lying(a, seen)
        elif what == "correct":
            kc = int(self.fix + u(5, 90))
            self.fault(
                "correct",
                b=kc,
                d=self.pick((2, r.randint(1, 4)), (2, -1), (2, 1))
                * (1 if not self.nasty else r.choice((1, -1))),
            )
            d = s["faults"][-1]["d"]
            if self.p(0.5) and self.nasty:
                self.fault("odd", end=0, d=d, ks=self.ks(kc, kc + 900, 20))
            elif self.p(0.3) and s["rate"] == 1 and s["lag"] < 0.5:
                self.fault("lag_step", a=kc, d=u(0.05, 0.4), to=0)
        elif what == "drift":
            b = a + int(u(10, 120))
            top = 1.25 if self.nasty else 0.9
            to = u(0.02, top)
            if not self.nasty and s.get("wobble"):
                return
            self.fault("lag_drift", a=a, b=b, d=to - s["lag"])
        elif what == "cluster":
            b = int(u(2, 20))
            self.fault(
                "late_bursts",
                end=a + b,
                d=u(0.1, min(0.9, 0.92 - s["lag"]) if not self.nasty else 1.3),
                ks=list(range(a, a + b)),
            )
        elif what in ("leap", "noleap"):
            y, m = r.randint(2027, 2035), r.choice((1, 7))
            kl = a
            s["first"] = calendar.timegm((y, m, 1, 0, 0, 0)) - kl
            if what == "leap":
                self.true_leap(kl)
            elif seen and self.always:
                # A leap second that was none, against a witness.
                self.fault("lie", a=kl + 1, b=kl + 1 + int(u(1, 60)), d=-1)
            else:
                self.fault("odd", d=r.choice((-1, 1)), ks=[kl + r.randint(0, 3)], end=kl + 4)
        elif what == "step":
            self.step()
        elif what == "late_start":
            s["cold"], s["before"], s["settle"], self.fix = [], "n", 0, 0
            self.fault("late_start", b=r.randint(3, 40), d=u(1.02, 1.4) - s["lag"])
        elif what == "carried":
            s.pop("wobble", None)
            self.fault("lag_drift", a=a, b=a + 60, d=u(1.05, 1.2) - s["lag"])
            self.fault("gap", a=a + 80, b=a + 80 + u(302, 400))
            self.dead = False  # silence is allowed then
        elif what == "self":
            self.self_witness()

    def witness_first(self, kind):
        """A clock seen to be disciplined before anything of ours could be what it follows."""
        n = self.r.randint(26, 40)
        self.s.update(cold=[(n, self.r.choice("NV"))], settle=n, rtc_until=n)
        self.fix, self.well = n, max(self.well, n)
        self.clock_of(kind, poll=16)

    def self_witness(self):
        """ntpd follows our wrong second, and its bound falls; then the receiver corrects."""
        u, kc, d = (
            self.r.uniform,
            int(self.fix + self.r.uniform(70, 140)),
            self.r.choice((-1, 1, 2, 3)),
        )
        self.clock_of("none")
        self.c["kind"] = "self"  # which nobody sets by hand: it would be a false witness
        self.well = self.fix
        self.fault("correct", b=kc, d=d)
        at = self.fix + u(10, 30)
        self.set_clock(at, "set", d * NS)
        self.c["events"].append((at, "follow"))
        # We fall silent, it hears nothing any more, and its bound grows until nobody trusts it.
        last = kc + u(0, 60)
        self.follow(at + u(1, 10), last)
        self.grow(last, last + 700, self.base + 15000)
        self.witness = None
        self.well = last + 400

    def lying(self, a, seen):
        """The receiver is wrong for a while, with status A."""
        r, u, k = self.r, self.r.uniform, self.c["kind"]
        d = self.pick(
            (3, r.choice((-1, 1))), (1, r.randint(2, 18)), (1, r.randint(-4000, 4000) or 1)
        )
        if seen and k == "true":
            self.fault("lie", a=a, b=a + int(u(3, 150)), d=d)
        elif seen and k == "leaves":
            left = self.witness[1]
            a = int(u(self.fix + 20, left - 10))
            b = int(left + u(5, 45)) if self.p(0.7) else int(left + u(60, 100))
            self.fault("lie", a=a, b=b, d=d, believed=left + 50)
        elif self.p(0.75):
            self.fault("lie", a=a, b=a + int(u(2, 45)), d=d)
        else:
            self.fault("lie", a=a, b=a + int(u(65, 150)), d=d, believed=a + 50)

    def true_leap(self, kl):
        if not self.always:
            self.clock_of("none")
        if self.always:
            self.set_clock(float(kl), "move", -NS)
        how = self.r.choice(("60", "60", "59", "00", "00"))
        late = self.r.randint(1, 20) if how == "00" and self.p(0.5) and not self.always else 0
        self.fault("leap", k=kl, how=how, late=late, end=kl + 3 + late)

    def room_fault(self):
        r, s, u, x = self.r, self.s, self.r.uniform, self.nasty
        a = self.when()
        what = self.pick(
            (2, "mild"),
            (2, "gap"),
            (2, "stall"),
            (2, "stall0"),
            (1.5, "suspend"),
            (2, "unplug"),
            (2, "nofix"),
            (1.5, "quiet"),
            (2, "flicker"),
            (0.7, "nopulse"),
            (2 if x else 0.1, "many"),
            (1.5 if x else 0.2, "ring"),
            (2 if x else 0, "pre"),
            (1.5 if x else 0, "hum"),
            (1.5 if x else 0.2, "late"),
            (1 if x else 0, "glitch"),
            (1 if x else 0.2, "set"),
        )
        if what == "mild":
            self.mild_fault()
        elif what == "gap":
            self.fault("gap", a=a, b=a + u(2, 30 if not x else 120))
        elif what == "stall":
            self.fault("stall", a=a, b=a + u(0.3, 3 if not x else 30))
        elif what == "stall0":
            b = u(2, 20)
            self.fault("stall", a=s["start"] + 0.011, b=b)
        elif what == "suspend":
            n = u(3, 60) if not x or self.p(0.3) else r.randint(2, 40) + r.gauss(0, 0.003)
            self.fault("suspend", a=a, b=a + n)
        elif what == "unplug":
            n = u(2, 40)
            what = r.choice(("s", "sp", "sp", "p"))
            phases = (
                [(r.randint(1, 10), "N"), (r.randint(1, 15), "V")]
                if "s" in what and self.p(0.6)
                else []
            )
            self.fault(
                "unplug",
                a=a,
                b=a + n,
                what=what,
                cold=phases,
                before=r.choice("nft"),
                settle=sum(p[0] for p in phases) + 1,
                end=a + n + sum(p[0] for p in phases) + 2,
            )
        elif what == "nofix":
            b = int(a + u(3, 60))
            self.fault(
                "no_fix",
                spans=[(int(a), b)],
                pulse=self.pick((2, "t"), (2, "f"), (1, "n")),
                end=b + 1,
            )
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
            if self.p(0.6):
                self.fault("stall", a=s["start"] + 0.011, b=self.fix + u(1.5, 20))
        elif what == "many":
            s["pulse"]["many"] = r.choice((2, 4, 5, 10))
            self.dead = False
        elif what == "ring":
            p = self.pick((1, 1.0), (1, u(0.3, 0.95)))
            self.beside(a, p, u(0.005, 0.6), r.choice((0, 0.002)), r.randint(1, 2))
        elif what == "pre":
            self.beside(
                a,
                self.pick((2, 1.0), (1, u(0.3, 0.95))),
                -(10 ** u(-3, -1.5)),
                r.choice((1e-5, 3e-4)),
                1,
            )
        elif what == "hum":
            self.fault(
                "hum",
                a=a,
                b=a + u(3, 15),
                hz=r.choice((50, 60)) * (1 + r.gauss(0, 2e-4)) / r.choice((1, 1, 10)),
            )
        elif what == "late":
            self.fault("late_edges", a=a, b=a + u(20, 200), p=u(0.2, 0.6), most=0.003)
        elif what == "glitch":
            self.fault("glitch", a=a, b=a + u(10, 60), p=u(0.1, 2))
        elif what == "set":
            self.any_set(a)

    def beside(self, a, p, d, spread, count):
        a = self.pick((1, 0), (2, a))
        b = self.pick((1, 999), (1, a + self.r.uniform(10, 90)))
        self.fault(
            "beside", a=a, b=b, p=p, d=d, spread=spread, count=count, end=0 if b == 999 else b
        )
        self.dead = self.dead and b != 999
