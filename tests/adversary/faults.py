# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Faults: each changes the arrays of a world, before pulses and bytes are made from them.

f is the fault's description, with a and b for its begin and end in seconds where it has them; r its
own random numbers.
"""

GRACE = 8.0  # s in which a label that was right by what could be known may go on


def told(w, k):
    """When what the receiver says of second k has been read."""
    return k + max(1.0, w.spec["lag"] + w.spec["fill"] / w.spec["rate"] + w.spec["how"]["pause"])


def spans(f, n):
    return range(max(0, int(f["a"])), min(n, int(f["b"])))


def miss(w, f, r):
    for k in spans(f, w.n):
        if r.random() < f["p"]:
            w.missing[k] = r.random() < 0.3


def gap(w, f, r):
    for k in spans(f, w.n):
        w.pulse[k] = "n"


def late_edges(w, f, r):
    for k in spans(f, w.n):
        if r.random() < f["p"]:
            w.late_edge[k] = r.uniform(1e-4, f["most"])


def glitch(w, f, r):
    t = f["a"]
    while (t := t + r.expovariate(f["p"])) < f["b"]:
        w.edges.append((t, None, 0.0, "assert"))


def beside(w, f, r):
    """Ringing (d > 0) or an edge before each pulse (d < 0)."""
    for k in spans(f, w.n):
        if r.random() < f["p"]:
            w.beside.setdefault(k, []).extend(
                f["d"] + i * 3e-4 + r.random() * f["spread"] for i in range(f.get("count", 1))
            )


def hum(w, f, r):
    t = f["a"] + r.random() / f["hz"]
    while t < f["b"]:
        w.edges.append((t + r.random() * 1e-5, None, 0.0, "assert"))
        t += 1 / f["hz"]


def damage(w, f, r):
    w.damage.append((f["a"], f["b"], f["p"]))


def quiet(w, f, r):
    for k in spans(f, w.n):
        w.status[k] = "O"


def late_bursts(w, f, r):
    for k in f["ks"]:
        w.extra_lag[k] = f["d"] if f["d"] else r.uniform(0.2, 1.3)


def late_start(w, f, r):
    for k in range(0, f["b"]):
        w.extra_lag[k] = f["d"]
    w.allow.append((0, told(w, f["b"]) + GRACE, {0, -1}))


def no_epochs(w, f, r):
    for k in spans(f, w.n):
        if r.random() < f["p"]:
            w.no_epoch.add(k)


def lag_step(w, f, r):
    for k in range(f["a"], w.n):
        w.lag[k] += f["d"]


def lag_drift(w, f, r):
    for k in range(f["a"], w.n):
        w.lag[k] += f["d"] * min(1.0, (k - f["a"]) / (f["b"] - f["a"]))


def odd(w, f, r):
    for k in f["ks"]:
        w.odd[k] = f["d"]


def lie(w, f, r):
    for k in spans(f, w.n):
        w.lie[k] += f["d"]
    if "believed" in f:
        w.allow.append((f["believed"], told(w, f["b"]) + GRACE, {0, f["d"]}))


def correct(w, f, r):
    for k in range(0, f["b"]):
        w.lie[k] += f["d"]
    w.allow.append((0, told(w, f["b"]) + GRACE, {0, f["d"]}))


def no_fix(w, f, r):
    for a, b in f["spans"]:
        for k in range(a, min(b, w.n)):
            w.status[k] = "V"
            if f["pulse"] == "c":  # by its own crystal, from where it was
                w.coast[k] = f["rate"] * (k - a)
            elif f["pulse"] != "t":
                w.pulse[k] = f["pulse"]


def stall(w, f, r):
    w.stalls.append((f["a"], f["b"]))


def suspend(w, f, r):
    w.suspends.append((f["a"], f["b"]))


def unplug(w, f, r):
    a, b = f["a"], f["b"]
    if "s" in f["what"]:
        w.serial_off.append((a, b))
        w.notes += [(a + 0.05, "X serial lost"), (b, "X serial back")]
    if "p" in f["what"]:
        w.pps_off.append((a, b))
        w.notes += [(a + 0.06, "X pps lost"), (b + 0.01, "X pps back")]
    if f.get("cold"):
        w._cold(int(b), f["cold"], f)


def leap(w, f, r):
    """An inserted second, shown as :60, as :59 or 00 twice, or `late` seconds too late."""
    k, n = f["k"], f.get("late", 0)
    w.leap = (k, 1, f["how"])
    for i in range(k + 1, k + 1 + n):
        w.lie[i] += 1
    if f["how"] == "00":
        w.allow.append((k + 0.5, k + 1.5 + (n + GRACE if n else 0), {0, 1}))


FAULTS = {
    "miss": miss,
    "gap": gap,
    "late_edges": late_edges,
    "glitch": glitch,
    "beside": beside,
    "hum": hum,
    "damage": damage,
    "quiet": quiet,
    "late_bursts": late_bursts,
    "late_start": late_start,
    "no_epochs": no_epochs,
    "lag_step": lag_step,
    "lag_drift": lag_drift,
    "odd": odd,
    "lie": lie,
    "correct": correct,
    "no_fix": no_fix,
    "stall": stall,
    "suspend": suspend,
    "unplug": unplug,
    "leap": leap,
}
