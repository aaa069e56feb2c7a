# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""One world after the other: drawn, replayed, judged; and a failing one made small."""
import copy
import subprocess
import time

from draw import draw
from judge import judge
from world import World


class Broken(Exception):
    """The replay itself failed."""


def replay(command, text):
    done = subprocess.run(
        command, input=text.encode(), capture_output=True, check=False, timeout=60
    )
    if done.returncode:
        raise Broken(f"exit {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode()


def play(command, spec, upto=None):
    world = World(spec)
    text = world.text(upto)
    return world, judge(world, replay(command, text))


def one(command, kind, seed):
    """Plain figures, so that they pass between processes."""
    spec = {}
    try:
        spec = draw(kind, seed)
        world, v = play(command, spec)
    except Exception as e:  # a world that cannot be played is a failure
        return {"seed": seed, "classes": ["broken"], "words": repr(e), "spec": spec}
    worst = {}
    for f in v.failures:
        worst.setdefault(f[0], f)
    return {
        "seed": seed,
        "classes": sorted(worst),
        "spec": spec,
        "words": "; ".join(f"{c}: {f[2]}" for c, f in sorted(worst.items())),
        "n": len(v.failures),
        "first": v.first,
        "fine": v.fine,
        "coverage": v.coverage,
        "recovery": v.recovery,
        "samples": v.samples,
    }


# Clocks whose word may be what makes a world decidable.
HONEST = ("true", "leaves", "restart")
SIMPLER = [
    ("era", lambda s: s.update(era=False)),
    ("fan", lambda s: s.pop("fan", None)),
    ("split", lambda s: s.pop("split", None)),
    ("rtc", lambda s: s.pop("rtc", None)),
    ("cold", lambda s: s.update(cold=[])),
    ("both", lambda s: s["pulse"].update(both=False)),
    ("jitter", lambda s: s.update(jitter=0)),
    ("wobble", lambda s: s["lag"] < 0.93 and s.pop("wobble", None)),
    ("backlog", lambda s: s.pop("backlog", None)),
    ("many", lambda s: s["pulse"].pop("many", None)),
    ("every", lambda s: s["pulse"].pop("every", None)),
    ("sky", lambda s: s.pop("sky", None)),
    ("group", lambda s: s.pop("group", None)),
    ("settings", lambda s: s.pop("settings", None)),
    ("gll", lambda s: s.update(items=[i for i in s["items"] if i != "L"])),
    (
        "slew",
        lambda s: s["clock"].update(events=[e for e in s["clock"]["events"] if e[1] != "slew"]),
    ),
    ("events", lambda s: s["clock"]["kind"] in HONEST or s["clock"].update(events=[])),
    (
        "unsync",
        lambda s: s["clock"]["kind"] in HONEST
        or s["clock"].update(notes=[], first_k="K unsync 16000000"),
    ),
    ("rate", lambda s: s.update(rate=1)),
    ("short", lambda s: s.update(items=["R"])),
    ("pulse", lambda s: s["pulse"].update(jitter=1e-6)),
    ("ppm", lambda s: s.update(ppm=0.0, wander=0.0)),
    ("numbers", lambda s: s.update(raw=100_000_000_000, seq=0)),
]


def reduce(command, spec, kind, limit=20.0):
    """(spec, lines) of a smaller world with a failure of the same class."""
    until = time.monotonic() + limit

    def fails(candidate, upto=None):
        try:
            return kind in play(command, candidate, upto)[1].classes()
        except (Broken, Exception):
            return False

    for fault in list(spec["faults"]):
        if time.monotonic() < until:
            less = copy.deepcopy(spec)
            less["faults"] = [f for f in less["faults"] if f["id"] != fault["id"]]
            if fails(less):
                spec = less
    for _, change in SIMPLER:
        if time.monotonic() < until:
            less = copy.deepcopy(spec)
            change(less)
            if less != spec and fails(less):
                spec = less
    # One that is dead owes its silence to all of its life.
    tells = (
        kind.startswith("dead")
        or spec["clock"]["kind"] in HONEST
        or spec.get("wobble")
        or {f["n"] for f in spec["faults"]}
        & {"lie", "correct", "late_start", "lag_drift", "leap", "odd"}
    )
    for shift in (64, 32, 16, 8, 4):
        # What it was like before may be what makes it decidable.
        if not tells and time.monotonic() < until:
            less = copy.deepcopy(spec)
            less["start"] += shift
            if fails(less):
                spec = less
    world, v = play(command, spec)
    end = len(world.lines)
    if not kind.startswith("dead"):
        first = min((f[1] for f in v.failures if f[0] == kind), default=0)
        end = min(end, world.at_raw(first) + 6)
        if not fails(spec, end):
            end = len(world.lines)
    return spec, end
