# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Each published sample against the truth of the world.

Classes of failure:
  wrong_second   unit 1 names another second than its edge's
  wrong_edge     unit 1 published an edge that is not the second's (none within 1 ms of it), or one
                 stamped over 1 ms late
  no_edge        unit 1 published what never was an edge
  twice          one edge published twice
  order          receive does not grow (where no step of the clock explains it; of unit 0 by no more
                 than a lag of over a second, once that is known)
  old_stamp      published after a step of the clock with a stamp from before it (unit 0 may name
                 an instant before it, on the new scale, by as much as bursts lag, and at least a
                 second: its burst came after)
  unconfirmed    published after a step of the clock (or a suspend) before any valid fix was read;
                 one is read with the first sentence that tells of it, RMC or GGA
  no_fix         published although the last sentence read said V
  stale          unit 1, and no valid fix was read for longer than the holdover and 4 s
  coarse_wrong   unit 0 off by more than 0.5 s, beyond what the lag alone explains
  coarse_off     unit 0 off by more than 0.1 s with a lag that could be learned
  dead           all well for 3 minutes, and no unit 1 sample in the last 10 s
  dead_coarse    the same, and no unit 0 sample in the last 60 s

Bounds of unit 0. Until pulses have taught the lag it may read late by the burst's own lag and what
the reader's pause hides, never early. Once unit 1 has gone on for 30 s it must read within 0.1 s
(FIFO, jitter, count back from a read) and the reader's pause of zero plus this burst's lag less the
usual one. A burst's lag is at least the receiver's and at most what the reader saw; "usual" may be
any value that the bursts of the last 80 pulses had: how far the learner remembers is its own affair.
Damaged bursts are held to half a second only, also where another part of theirs is damaged. A lag
that was learned before the capture began, and still is the receiver's, counts from the first sample
on; one that is not may do harm until as many pulses have taught another.
"""
import bisect
import json

NS = 1_000_000_000
HOLDOVER = 30 + 4
LATE = 1e-3
FULL = 0.93
MEMORY = 80  # pulses that a learner of the lag may look back


class Verdict:
    def __init__(self):
        self.failures = []  # (class, raw, words)
        self.samples = [0, 0]
        self.first = None  # first unit 1 sample, in true time
        self.fine = None  # when it could first have been known
        self.coverage = None
        self.recovery = None

    def classes(self):
        return {f[0] for f in self.failures}

    def fail(self, kind, raw, words):
        self.failures.append((kind, raw, words))


def allowed(world, t):
    out = {0}
    for a, b, errors in world.allow:
        if a <= t <= b:
            out |= errors
    return out


def judge(world, output):
    """output: the replay's standard output."""
    v = Verdict()
    heard_t = [h[0] for h in world.heard]
    fixes_t = world.fixes
    valid = [h for h in world.heard if h[1].status == "A" and h[1].k is not None]
    valid_t = [h[0] for h in valid]
    pps, coarse = [], []
    for line in output.splitlines():
        if line.startswith('{"unit":'):
            s = json.loads(line)
            (pps if s["unit"] else coarse).append(s)
    v.samples = [len(coarse), len(pps)]
    done = _pps(world, v, pps, heard_t, fixes_t)
    _coarse(world, v, coarse, done, heard_t, fixes_t, valid, valid_t)
    _figures(world, v, done, coarse, valid, valid_t)
    return v


def _last_jump(world, t):
    last = None
    for j in world.jumps:
        if j[0] <= t:
            last = j
    return last


def _common(world, v, s, t, before, heard_t, valid_t, lag=0):
    """Rules for both units; before is the (t, receive) of the one published before.

    lag: by how many seconds what is published may be older than the burst that told of it.
    """
    raw, receive = s["raw_ns"], s["receive_ns"]
    jump = _last_jump(world, t)
    i = bisect.bisect_right(heard_t, t)
    n_valid = bisect.bisect_right(valid_t, t)
    back = before and before[1] - max(0, lag - 1) * NS  # a lag over a second is known at last
    if before and receive <= back and not (jump and jump[0] >= before[0] - 3):
        v.fail("order", raw, f"receive {receive} after {before[1]}")
    if jump and t > jump[0]:
        now = world.reals[world.at_raw(raw)]
        if receive < jump[2] - lag * NS or receive > now:
            v.fail("old_stamp", raw, f"receive {receive}, clock set to {jump[2]}, now {now}")
        if not n_valid or valid_t[n_valid - 1] <= jump[0]:
            v.fail("unconfirmed", raw, f"{t - jump[0]:.3f} s after the step no fix yet")
    if not n_valid:
        v.fail("no_fix", raw, "no valid fix yet")
    elif (
        i
        and world.heard[i - 1][1].status in "VN"
        and not world.heard[i - 1][1].hurt
        and (s["unit"] or t - valid_t[n_valid - 1] > 2.5)
    ):
        v.fail("no_fix", raw, f"V read {t - heard_t[i - 1]:.3f} s before")
    return n_valid


def _pps(world, v, samples, heard_t, valid_t):
    """[(t, k)] of the good ones."""
    done, seen, before = [], set(), None
    for s in samples:
        raw = s["raw_ns"]
        edge = world.edge.get(raw)
        if edge is None or edge[3] != s["receive_ns"]:
            edge = next((e for e in world.edge.values() if e[3] == s["receive_ns"]), None)
        if edge is None:
            v.fail("no_edge", raw, f"receive {s['receive_ns']} is no edge's stamp")
            continue
        k, late, t, _ = edge
        if (k, t) in seen:
            v.fail("twice", raw, f"edge of {t:.6f} published twice")
        seen.add((k, t))
        n_valid = _common(world, v, s, t, before, heard_t, valid_t)
        before = (t, s["receive_ns"])
        if n_valid and t - valid_t[n_valid - 1] > HOLDOVER:
            v.fail("stale", raw, f"last valid fix {t - valid_t[n_valid - 1]:.1f} s before")
        if k is None and abs(t - round(t)) < LATE:
            k, late = round(t), 0  # a stray edge so near the second's that it does no harm
        if k is None:
            v.fail("wrong_edge", raw, f"the edge at {t:.6f} is not a second's")
            continue
        if late > LATE:
            v.fail("wrong_edge", raw, f"stamped {late * 1e3:.2f} ms late")
        error, rest = divmod(s["clock_ns"] - world.label(k) * NS, NS)
        ok = allowed(world, t)
        if world.leap and k == world.leap[0]:
            ok = ok | {-1}
        if rest or error not in ok:
            v.fail("wrong_second", raw, f"second {k}: off by {error + rest / NS:+g} s")
        done.append((t, k))
    return done


def _coarse(world, v, samples, done, heard_t, fixes_t, valid, valid_t):
    before, done_t = None, [d[0] for d in done]
    # When the read came (less the bytes up to the RMC's end) is all that the reader can know; of
    # one that was put off nothing may be learned.
    made = [h[1].made - h[1].k for h in valid]
    seen = [
        (h[1].made if h[1].late else max(h[1].made, h[0] - h[1].end * world.byte_s)) - h[1].k
        for h in valid
    ]
    fill, rate, pause = world.spec["fill"], world.spec["rate"], world.spec["how"]["pause"]
    tough = fill > 0.75 or rate > 1 or world.allow
    # Where the reader's pause is longer than the line is idle, nobody can tell bursts apart; on a
    # line that is full all the time nobody may believe them.
    blur = pause + (min(0.3, fill / rate) if tough and fill <= FULL else 0)
    before_us = int(world.spec.get("settings", {}).get("learned_lag_ns", 0)) / NS
    # Of two groups of sentences either may be what a lag was learned from.
    one = "group" not in world.spec
    still = before_us and one and abs(before_us - world.spec["lag"]) < 0.02
    enough = 25 if still or not before_us else 130
    for s in samples:
        raw, receive = s["raw_ns"], s["receive_ns"]
        i = world.at_raw(raw)
        t = world.times[i]
        n_valid = bisect.bisect_right(valid_t, t)
        lags = seen[max(0, n_valid - MEMORY) : n_valid]
        _common(world, v, s, t, before, heard_t, fixes_t, max([1.0] + lags))
        before = (t, receive)
        if world.leap and world.leap[0] - 2 < t < world.leap[0] + 4:
            continue
        if i < 0 or not n_valid:
            continue
        off = receive - s["clock_ns"] - (world.reals[i] - world.utc_ns(t))
        err = min((off / NS + d for d in allowed(world, t)), key=abs)
        b = bisect.bisect_left(valid_t, t - 2.5)
        recent = made[b:n_valid] or [world.lag[int(t)]]
        n = bisect.bisect_right(done_t, t)
        learned = n > enough and done_t[n - 1] > t - 3 and done_t[n - 25] > t - 40
        most = 0.5 if learned else max(0.5, max(recent) + 0.2 + blur)
        least = -0.6 if learned else min(-0.6, min(recent) - before_us - 0.1 - pause)
        hurt = any(h[1].hurt or h[1].torn for h in valid[b:n_valid])
        if err > most or err < least:
            v.fail("coarse_wrong", raw, f"unit 0 off by {err:+.3f} s, lag {recent[-1]:.3f}")
        elif learned and not tough and b < n_valid and not hurt:
            a = bisect.bisect_left(valid_t, done_t[max(0, n - MEMORY)] - 2)
            low = min(recent) - max(seen[a:n_valid]) - 0.1 - pause
            high = max(seen[b:n_valid]) - min(made[a:n_valid]) + 0.1 + pause
            if not low <= err <= high:
                v.fail(
                    "coarse_off", raw, f"unit 0 off by {err:+.3f} s, not in {low:+.3f}..{high:+.3f}"
                )
        elif still and not tough and not n and b < n_valid:
            low = min(recent) - before_us - 0.1 - pause
            high = max(seen[b:n_valid]) - before_us + 0.1 + pause
            if not hurt and not low <= err <= high:
                v.fail("coarse_off", raw, f"unit 0 off by {err:+.3f} s with the lag of before")


def _figures(world, v, done, coarse, valid, valid_t):
    spec = world.spec
    done_k = {k for _, k in done}
    sent = [t for t, _ in done]
    v.first = sent[0] if sent else None
    end, well = spec["T"], spec["well"]
    truth = sorted((e[2], e[0]) for e in world.edge.values() if e[0] is not None and e[1] <= LATE)
    right = [h[0] for h in valid if h[1].said == 0]
    if right and truth:
        v.fine = max(right[0], truth[0][0])
    if spec["dead"] and end - well > 179:
        owed = [t for t, _ in truth if t > well]
        if len(owed) > 100 and owed[-1] > end - 9 and (not sent or sent[-1] < end - 10):
            v.fail("dead", 0, f"last unit 1 sample at {sent[-1] if sent else 0:.0f} of {end:.0f} s")
        last = world.times[world.at_raw(coarse[-1]["raw_ns"])] if coarse else 0
        if last < end - 60:
            v.fail("dead_coarse", 0, f"last unit 0 sample at {last:.0f} of {end:.0f} s")
    if sent and spec["dead"]:
        want = got = 0
        for t, k in truth:
            if t < sent[0] or world.lie[k]:
                continue
            n = bisect.bisect_right(valid_t, t)
            if n and t - valid_t[n - 1] < 30:
                want += 1
                got += k in done_k
        v.coverage = got / want if want else None
        if spec["faults"] and sent[0] < well:
            after = next((t for t in sent if t >= well), end)
            v.recovery = after - well
