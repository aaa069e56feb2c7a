# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""What the system clock is like, who disciplines it, and what the kernel says of that."""

NS = 1_000_000_000


class Clocks:
    def clock(self):
        self.clock_of(
            self.pick(
                (30, "none"),
                (30, "false"),
                (22, "true"),
                (6, "leaves"),
                (6, "restart"),
                (6, "late"),
            )
        )

    def clock_of(self, kind, poll=None):
        """The two clocks' truth, and what the kernel says of the system's."""
        r, u = self.r, self.r.uniform
        wrong = self.pick(
            (3, u(-90000, 90000)),
            (1, u(-3, 3)),
            (1, -float(self.s["first"])),
            (2, u(-5e6, 0)),
            (1, 365.25 * 86400 * 12),
        )
        good = int(r.gauss(0, 0.002) * NS)
        right = kind in ("true", "leaves", "restart")
        c = {
            "kind": kind,
            "off": good if right else int(wrong * NS),
            "disciplined": right,
            "notes": [],
            "events": [],
            "first_k": "K unsync 16000000",
        }
        self.c = self.s["clock"] = c
        self.always, self.witness = kind == "true", None
        self.every = self.pick((1, 1.0), (2, 4.0), (1 if not poll else 0, 16.0))
        self.poll = poll or self.pick((1, 16), (1, 32), (1, 64))
        self.base = int(u(3000, 30000))
        t0, end = 1.1, self.fix + 1000
        if right:
            c["first_k"] = f"K sync {self.base + 400}"
            b = {"true": end, "leaves": self.fix + u(60, 150), "restart": self.fix + u(40, 120)}[
                kind
            ]
            self.follow(t0, b)
            if kind == "leaves":
                c["notes"].append((b + 0.1, "K unsync 16000000"))
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
        if self.p(0.15):
            a = u(5, 100)
            ppm = (
                self.pick((3, u(-500, 500)), (1, u(-80000, 80000)))
                if kind == "none"
                else u(-40, 40)
            )
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
            start, upto = self.base + int(self.r.uniform(0, 1500)), min(
                b, t + self.poll * self.r.uniform(0.9, 1.0)
            )
            self.grow(t, upto - 0.6, start)
            self.c["notes"].append((upto - 0.5, f"K sync {int(start + (upto - .5 - t) * 500)}"))
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
