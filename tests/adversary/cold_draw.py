# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Cold starts by chance: what receiver, line, clock and accident each kind may have."""
import random

from cold_frames import FAMILIES, LEAP

# kind: (may there be wrong seconds?, words). None: nobody can know, or nobody promised.
KINDS = {
    "says": (False, "the receiver says that it does not know; auto or wait"),
    "says-right": (False, "the same, and its built-in count is right"),
    "says-early": (False, "says that it knows up to ten bursts before its sentences are right"),
    "says-skew": (None, "the same for up to a minute, or just when the port is opened"),
    "says-twice": (False, "corrects itself in two steps"),
    "says-restart": (False, "known at first; power lost and back with the count forgotten"),
    "says-replug": (
        False,
        "known at first; pulled out, back with the count forgotten, and asked again",
    ),
    "says-outage": (
        False,
        "known at first; without power for 18 minutes and more, back with the count forgotten",
    ),
    "says-hurt": (False, "noise on the line"),
    "says-witness": (False, "and a synchronised clock"),
    "says-deaf": (None, "its first one or two answers are lost"),
    "says-tardy": (None, "says it by itself, but seldom (every 20 to 240 s), and answers nothing"),
    "says-asked": (None, "as says-restart, but says it only when it is asked again"),
    "says-never": (None, "never says that it knows"),
    "says-trust": (True, "trust"),
    "mute-first": (True, "cannot say; auto, first start"),
    "mute-second": (False, "cannot say; auto, corrected itself before"),
    "mute-wait": (False, "cannot say; wait"),
    "mute-trust": (True, "cannot say; trust"),
    "mute-witness": (None, "cannot say; auto, and a synchronised clock"),
    "mute-restart": (None, "cannot say; auto; power lost and back with the count forgotten"),
    "wait-restart": (False, "cannot say; wait; power lost and back with the count forgotten"),
    "wait-outage": (False, "cannot say; wait; 18 minutes without power"),
    "second-outage": (False, "cannot say; auto, corrected itself before; 18 minutes without power"),
    "second-warm": (None, "cannot say; auto, corrected itself before; count kept"),
    "wait-lie": (None, "cannot say; wait; count kept; 3 to 15 bursts in a row are seconds off"),
    "warm-says": (False, "count kept, and it says so"),
    "warm-mute": (False, "count kept, cannot say; auto"),
    "warm-flap": (False, "count kept, says so; now and then a frame says that it is not known"),
    "warm-blip": (False, "count kept, cannot say; one or two bursts in a row are seconds off"),
    "warm-lie": (None, "count kept, cannot say; 3 to 15 bursts in a row are seconds off"),
}
PQTM = ("pqtmls",)  # does not answer, and is not sent before it is asked for by a setting
BY_ITSELF = ("ubx-timels", "ubx-timeutc", "pubx04", "casic", "allystar", "pqtmls")


class Spec(dict):
    __getattr__ = dict.__getitem__


def draw(kind, seed):
    r = random.Random(f"cold/{kind}/{seed}")
    u, pick = r.uniform, r.choice
    base, _, more = kind.partition("-")
    warm = base == "warm" or more in ("warm", "lie")
    mute = base in ("mute", "wait", "second") or more in ("mute", "blip", "lie")
    s = Spec(
        kind=kind, seed=seed, warm=warm, restart=more in ("restart", "asked", "replug", "outage")
    )
    _receiver(s, r, mute, more)
    word = {"trust", "wait"} & {base, more}
    s["mode"] = word.pop() if word else "auto" if mute else pick(("auto", "auto", "wait"))
    s["corrected"] = 1 if "second" in (base, more) else 0 if mute else pick((0, 1))
    s["wrong"] = LEAP if warm or more == "right" else pick((0, 15, 16, 17, 17, 16))
    s["minutes"] = pick((u(1, 13),) * 12 + (13,))
    # the port is opened on a receiver that has had a fix for a while
    s["late"] = r.random() < 0.3 and not s.restart and not warm
    s["fix"] = 0 if s.late else int(u(1, 20)) if warm or s.restart else int(u(4, 60))
    s["since"] = u(0, 60 * s.minutes - 45) if s.late and s.minutes > 1.5 else 0
    s["right_at"] = max(20, round(s.fix + 60 * s.minutes - s.since))  # the first right burst
    if s.restart:
        s["again"], s["dark"], s["search"] = int(u(120, 300)), pick((1, 2, 3, 6)), int(u(3, 40))
        if s.mode == "wait" and mute:
            s["again"] += s.fix + 800
        if more == "outage":
            s["dark"] = int(u(1080, 1300))
        s["right_at"] = s.again + s.dark + s.search + round(60 * s.minutes)
    if more == "never":
        s["wrong"] = pick((LEAP, LEAP, 16, 17))
    s["style"] = "twice" if more == "twice" else pick(("back", "back", "repeat", "gap"))
    s["gap"] = r.randint(1, 3)
    s["early"] = pick((1, 1, 2, 3, 10)) if more == "early" else 0
    if more == "skew":
        s["early"] = r.randint(11, 60)
        if r.random() < 0.5:
            s["late"], s["fix"], s["early"], s["right_at"] = (
                True,
                0,
                r.randint(2, 14),
                r.randint(3, 14),
            )
    s["place"] = pick(("before", "between", "after", "after"))
    s["bps"] = pick((9600, 9600, 38400, 115200, 0))
    s["fill"] = u(0.1, 0.65) if s.bps == 9600 else u(0.02, 0.25)
    s["lag"] = u(0.05, 0.3)
    s["items"] = pick((["R", "G"], ["G", "R"], ["G", "R", "Z"], ["R"], ["Z", "R"]))
    s["agree"] = pick((3,) * 9 + (2,))
    s["lost"] = []
    begin = (s.again + s.dark + s.search if s.restart else s.fix) + 6
    if r.random() < 0.25 and not warm and s.right_at - begin > 40:
        a = int(u(begin, s.right_at - 20))
        s["lost"] = [(a, a + int(u(2, min(60, s.right_at - a))), r.random() < 0.5)]
    s["decoys"] = r.random() < (0.25 if s.family not in ("mute", "pubx04", "pqtmls") else 0)
    s["noise"] = u(0.02, 0.25) if more == "hurt" else pick((0, 0, 0, u(0.002, 0.02)))
    s["odd"] = r.random() < 0.5
    s["clock"] = "true" if more == "witness" else pick(("none", "none", "right", "boot", "late"))
    # away from the ends of half-years: from 1 December 2026 or from 1 February 2027 on
    s["first"] = pick((1796083200 + int(u(0, 86400 * 24)), 1801440000 + int(u(0, 86400 * 140))))
    s["era"] = 1024 * 604800 if r.random() < 0.12 else 0  # as old firmware, 1024 weeks behind
    s["rtc"] = pick((0, 0, 0, 1, -2, 2, 5))  # its clock is off so much before the fix
    s["doze"] = s.restart and not s.noise and not s.decoys and s.bps > 0 and r.random() < 0.6
    s["ppm"], s["raw"] = r.gauss(0, 20), int(10 ** u(9.5, 14))
    s["listed"] = r.random() < 0.5
    day = pick(("any",) * 8 + ("midnight", "half-year"))
    if day == "half-year" and more in ("lie", "blip"):
        day = "midnight"  # a second less may be a leap second there
    if day != "any":  # its count is put right about the end of a day
        end = (
            pick((1798761600, 1814400000))
            if day == "half-year"
            else 1796083200 + 86400 * r.randint(1, 20)
        )
        s["first"] = end - s.right_at + r.randint(-25, 40)
    s["set_at"] = u(20, 300)
    s["lies"] = _lies(r, more, 880 if s.mode == "wait" else 380)
    s["T"] = 500 if s.lies else 240 if warm else s.right_at + 150
    if mute and (s.corrected or s.mode == "wait" or s.restart) or more == "never":
        last = s.lost[0][1] if s.lost else s.again + s.dark + s.search if s.restart else s.fix
        s["T"] = max(s.T, last + (43 if more == "never" else 16) * 60)
    return s


def _receiver(s, r, mute, more):
    """How it says what it knows: by itself every so often, in answer to polls, or both."""
    pick = r.choice
    s["family"] = "mute" if mute else pick(sorted(FAMILIES))
    s["polls"] = pick((5, 10, 15, 30, 60))  # of the daemon, until it is known
    s["deaf"] = 0  # answers that are lost
    if more == "tardy":
        s["family"], s["way"], s["every"] = pick(BY_ITSELF), "o", pick((20, 60, 240))
        return
    if more in ("restart", "flap", "outage") and not mute:
        s["family"], s["way"], s["every"] = pick(BY_ITSELF), "o", pick((1, 1, 2, 4))
        return
    ways = "" if mute else FAMILIES[s.family][1]
    s["way"] = (
        "p" if more in ("deaf", "asked", "replug") and "p" in ways else pick(ways) if ways else ""
    )
    s["every"] = pick((1, 1, 1, 2, 4)) if s.way == "o" and "p" in ways else 1 if s.way == "o" else 0
    if s.way == "o" and "p" in ways:
        s["way"] = "op"
    if more == "deaf":
        s["deaf"] = r.randint(1, 2)


def _lies(r, more, until):
    """{second: by how much its burst is off}, on a receiver that is right otherwise."""
    if more not in ("blip", "lie"):
        return {}
    k, out = 60, {}
    while k < until:
        n = r.randint(1, 2) if more == "blip" else r.randint(3, 15)
        by = r.choice((-3, -2, -1, -1, 1, 2, -18))
        out.update({k + i: by for i in range(n)})
        k += n + r.randint(30, 120)
    return out
