#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""The judge finds each kind of wrong sample that is put before it, and nothing in right ones."""
import copy
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import play  # noqa: E402
from draw import draw  # noqa: E402
from judge import judge  # noqa: E402
from line import Piece, Voice, Wire, cut, summed  # noqa: E402
from world import NS, World  # noqa: E402

CALM = {
    "seed": "test",
    "kind": "realistic",
    "faults": [],
    "first": 1800000000,
    "start": 0.3,
    "tick": 0.5,
    "raw": 10**11,
    "ppm": 5.0,
    "wander": 1e-9,
    "seq": 7,
    "era": False,
    "rate": 1,
    "bps": 9600,
    "fill": 0.15,
    "items": ["R", "G"],
    "whole": False,
    "talker": "GP",
    "decimals": 2,
    "buffer": 1000,
    "how": {"fifo": 8, "pause": 0.15, "wake": 0.001, "chunk": 1000},
    "cold": [],
    "before": "n",
    "settle": 0,
    "lag": 0.2,
    "jitter": 0.001,
    "well": 1,
    "dead": True,
    "T": 200.0,
    "pulse": {"jitter": 1e-6, "width": 0.1, "both": True},
    "clock": {
        "kind": "none",
        "off": 5 * NS,
        "disciplined": False,
        "notes": [],
        "events": [],
        "first_k": "K unsync 16000000",
    },
}


def made(**changes):
    spec = copy.deepcopy(CALM)
    spec.update(changes)
    return World(spec)


def perfect(world, skip=4):
    """What a program that knows the truth would have published."""
    out, last_j = [], -1.0
    n = 0
    for raw, (k, late, t, real) in world.edge.items():
        if k is None or late > 1e-3 or k < skip:
            continue
        before = [h for h in world.heard if h[0] < t and h[1].k is not None]
        if not before or before[-1][1].status != "A" or t - before[-1][0] > 30:
            continue
        last_j = max([j[0] for j in world.jumps if j[0] <= t], default=-1)
        if before[-1][0] <= last_j:
            continue
        out.append(
            {
                "unit": 1,
                "raw_ns": raw,
                "clock_ns": world.label(k) * NS,
                "receive_ns": real,
                "leap": 0,
                "precision": -20,
            }
        )
        n += 1
        i = world.at_raw(raw + NS // 2)
        if world.raws[i] > raw:
            out.append(
                {
                    "unit": 0,
                    "raw_ns": world.raws[i],
                    "clock_ns": world.label(k) * NS,
                    "receive_ns": real,
                    "leap": 0,
                    "precision": -1,
                }
            )
    return out


def found(world, samples):
    return judge(world, "\n".join(json.dumps(s, separators=(",", ":")) for s in samples)).classes()


class Judge(unittest.TestCase):
    def setUp(self):
        self.world = made()
        self.samples = perfect(self.world)

    def pps(self, i):
        return [s for s in self.samples if s["unit"]][i]

    def coarse(self, i):
        return [s for s in self.samples if not s["unit"]][i]

    def check(self, *kinds):
        self.assertEqual(found(self.world, self.samples), set(kinds))

    def test_right_samples_pass(self):
        self.assertGreater(len(self.samples), 300)
        self.check()

    def test_another_second(self):
        self.pps(50)["clock_ns"] += NS
        self.check("wrong_second")

    def test_a_part_of_a_second(self):
        self.pps(50)["clock_ns"] += 1000
        self.check("wrong_second")

    def test_the_other_edge(self):
        raw, e = [(r, e) for r, e in self.world.edge.items() if e[0] is None][60]
        self.samples = (
            [s for s in self.samples if s["raw_ns"] <= raw]
            + [
                {
                    "unit": 1,
                    "raw_ns": raw,
                    "clock_ns": self.world.label(int(e[2])) * NS,
                    "receive_ns": e[3],
                }
            ]
            + [s for s in self.samples if s["raw_ns"] > raw]
        )
        self.check("wrong_edge")

    def test_a_late_stamp(self):
        self.world = made(
            faults=[{"n": "late_edges", "id": "a", "a": 40, "b": 41, "p": 1, "most": 0.003}]
        )
        self.samples = perfect(self.world)
        raw, e = max(self.world.edge.items(), key=lambda x: x[1][1])
        self.world.edge[raw] = (e[0], 0.0015, e[2], e[3])
        self.samples = [s for s in self.samples if s["unit"] == 0] + [
            {"unit": 1, "raw_ns": r, "clock_ns": self.world.label(x[0]) * NS, "receive_ns": x[3]}
            for r, x in self.world.edge.items()
            if x[0] is not None and x[0] > 3
        ]
        self.check("wrong_edge")

    def test_no_edge(self):
        self.pps(50)["receive_ns"] += 17
        self.pps(50)["raw_ns"] += 17
        self.check("no_edge")

    def test_twice(self):
        i = self.samples.index(self.pps(50))
        self.samples.insert(i, dict(self.pps(50)))
        self.check("twice", "order")

    def test_order(self):
        i, j = self.samples.index(self.coarse(50)), self.samples.index(self.coarse(51))
        self.samples[i], self.samples[j] = self.samples[j], self.samples[i]
        self.check("order")

    def test_order_where_a_lag_of_over_a_second_is_known_at_last(self):
        for lag, classes in ((0.9, {"order"}), (1.06, set())):
            self.world = made(lag=lag)
            a, b = (next(i for i, t in enumerate(self.world.times) if t > 60.3 + k) for k in (1, 2))
            burst = self.world.reals[a] - int((self.world.times[a] - 61.05) * NS)
            samples = [
                {"unit": 0, "raw_ns": self.world.raws[i], "clock_ns": self.world.label(k) * NS}
                for i, k in ((a, 60), (b, 61))
            ]
            samples[0]["receive_ns"] = burst
            samples[1]["receive_ns"] = burst - 20_000_000
            self.assertEqual(found(self.world, samples) & {"order"}, classes)

    def test_without_fix(self):
        self.world = made(faults=[{"n": "no_fix", "id": "a", "spans": [(60, 80)], "pulse": "t"}])
        self.samples = perfect(self.world)
        self.check()
        raw, e = next((r, e) for r, e in self.world.edge.items() if e[0] == 65)
        self.samples = (
            [s for s in self.samples if s["raw_ns"] < raw]
            + [
                {
                    "unit": 1,
                    "raw_ns": raw,
                    "clock_ns": self.world.label(65) * NS,
                    "receive_ns": e[3],
                }
            ]
            + [s for s in self.samples if s["raw_ns"] > raw]
        )
        self.check("no_fix")

    def test_before_any_fix(self):
        self.world = made(cold=[(20, "V")], settle=0)
        self.samples = perfect(self.world, 22)
        raw, e = next((r, e) for r, e in self.world.edge.items() if e[0] == 10)
        self.samples.insert(
            0, {"unit": 1, "raw_ns": raw, "clock_ns": self.world.label(10) * NS, "receive_ns": e[3]}
        )
        self.check("no_fix")

    def test_silent_line(self):
        self.world = made(faults=[{"n": "quiet", "id": "a", "a": 50, "b": 100}])
        self.samples = perfect(self.world)
        self.check()
        raw, e = next((r, e) for r, e in self.world.edge.items() if e[0] == 95)
        self.samples = (
            [s for s in self.samples if s["raw_ns"] < raw]
            + [
                {
                    "unit": 1,
                    "raw_ns": raw,
                    "clock_ns": self.world.label(95) * NS,
                    "receive_ns": e[3],
                }
            ]
            + [s for s in self.samples if s["raw_ns"] > raw]
        )
        self.check("stale")

    def test_after_a_step(self):
        clock = dict(CALM["clock"], events=[(60.5, "move", 100 * NS)])
        self.world = made(clock=clock)
        self.samples = perfect(self.world)
        self.check()
        raw, e = next((r, e) for r, e in self.world.edge.items() if e[0] == 61)
        late = {"unit": 1, "raw_ns": raw, "clock_ns": self.world.label(61) * NS, "receive_ns": e[3]}
        with_it = (
            [s for s in self.samples if s["raw_ns"] < raw]
            + [late]
            + [s for s in self.samples if s["raw_ns"] > raw]
        )
        self.assertEqual(found(self.world, with_it), {"unconfirmed"})
        old = next(s for s in self.samples if s["unit"] == 0 and s["raw_ns"] > raw)
        old["receive_ns"] -= 100 * NS
        self.check("old_stamp", "coarse_wrong")

    def test_a_fix_is_confirmed_by_its_first_sentence(self):
        clock = dict(CALM["clock"], events=[(60.5, "move", 100 * NS)])
        how = dict(CALM["how"], pause=0.11)
        for items, classes in (
            (["G", "R"], set()),
            (["L", 30, "R"], set()),
            ([80, "R"], {"unconfirmed"}),
        ):
            # What precedes the RMC is read before the pulse, the RMC itself after it.
            self.world = made(clock=clock, items=items, lag=0.8, how=how)
            raw, e = next((r, e) for r, e in self.world.edge.items() if e[0] == 61)
            heard = next(h[0] for h in self.world.heard if h[0] > 60.5)
            self.assertLess(e[2], heard)
            sample = {"unit": 1, "raw_ns": raw, "clock_ns": self.world.label(61) * NS}
            sample["receive_ns"] = e[3]
            self.assertEqual(found(self.world, [sample]) - {"dead", "dead_coarse"}, classes)

    def test_a_burst_after_a_step_may_name_an_instant_before_it_by_its_lag(self):
        clock = dict(CALM["clock"], events=[(61.25, "move", 100 * NS)])
        for lag, classes in ((0.2, {"old_stamp"}), (1.4, set())):
            self.world = made(clock=clock, lag=lag)
            raw = next(r for r, t in zip(self.world.raws, self.world.times) if t > 62.9)
            i = self.world.at_raw(raw)
            receive = self.world.reals[i] - int((self.world.times[i] - 60) * NS)
            sample = {"unit": 0, "raw_ns": raw, "clock_ns": self.world.label(60) * NS}
            sample["receive_ns"] = receive
            self.assertEqual(found(self.world, [sample]) - {"dead", "dead_coarse"}, classes)

    def test_coarse(self):
        self.coarse(60)["clock_ns"] += NS
        self.check("coarse_wrong")

    def test_coarse_with_the_lag_of_before(self):
        gap = {"n": "gap", "id": "a", "a": 0, "b": 999}
        for lag, off, classes in (
            (0.2, 0.05, set()),
            (0.2, 0.4, {"coarse_off"}),
            (0.7, 0.4, set()),
            (0.7, -0.7, set()),
            (0.7, -0.8, {"coarse_wrong"}),
        ):
            self.world = made(faults=[gap], settings={"learned_lag_ns": int(lag * NS)})
            i = next(i for i, t in enumerate(self.world.times) if t > 60.6)
            age = int((self.world.times[i] - 60 - off) * NS)
            sample = {"unit": 0, "raw_ns": self.world.raws[i]}
            sample.update(clock_ns=self.world.label(60) * NS, receive_ns=self.world.reals[i] - age)
            self.assertEqual(found(self.world, [sample]) - {"dead", "dead_coarse"}, classes)

    def test_the_lag_of_before_may_be_that_of_either_group(self):
        gap = {"n": "gap", "id": "a", "a": 0, "b": 999}
        items, settings = [200, "R"], {"learned_lag_ns": 200_000_000}
        self.world = made(faults=[gap], settings=settings, items=items, group=(2, 0.2))
        i = next(i for i, t in enumerate(self.world.times) if t > 60.9)
        sample = {"unit": 0, "raw_ns": self.world.raws[i], "clock_ns": self.world.label(60) * NS}
        sample["receive_ns"] = self.world.reals[i] - int((self.world.times[i] - 60) * NS)
        self.assertEqual(found(self.world, [sample]) - {"dead", "dead_coarse"}, set())

    def test_a_wrong_lag_of_before_must_be_forgotten(self):
        self.world = made(settings={"learned_lag_ns": 700_000_000})
        self.samples = perfect(self.world)
        for s in self.samples:
            if not s["unit"] and s["raw_ns"] < self.world.spec["raw"] + 125 * NS:
                s["receive_ns"] -= NS // 2
        self.check()
        self.coarse(140)["receive_ns"] -= 450_000_000
        self.check("coarse_off")

    def test_coarse_beyond_its_lag(self):
        self.coarse(60)["receive_ns"] -= 450_000_000
        self.check("coarse_off")

    def test_dead(self):
        end = self.world.spec["raw"] + 120 * NS
        self.samples = [s for s in self.samples if s["raw_ns"] < end]
        self.check("dead", "dead_coarse")

    def test_lying_receiver_is_not_judged_but_for_its_time(self):
        self.world = made(faults=[{"n": "correct", "id": "a", "b": 50, "d": 2}])
        self.samples = perfect(self.world)
        self.pps(20)["clock_ns"] += 2 * NS
        self.check()
        self.pps(100)["clock_ns"] += 2 * NS
        self.check("wrong_second")

    def test_the_truth_is_told_when_it_has_been_read(self):
        late = {"n": "correct", "id": "a", "b": 50, "d": 1}
        for lag, last in ((0.2, 58), (0.9, 59)):
            # 0.9 s of lag, 0.72 s of burst, 0.15 s until it is read.
            self.world = made(faults=[late], items=[514, "R", "G"], fill=0.72, lag=lag)
            self.samples = perfect(self.world)
            for s in self.samples:
                if s["unit"] and s["clock_ns"] <= self.world.label(last) * NS:
                    s["clock_ns"] += NS
            self.check()
            after = self.world.label(60) * NS
            next(s for s in self.samples if s["clock_ns"] > after)["clock_ns"] += NS
            self.check("wrong_second")

    def test_leap_second(self):
        self.world = made(
            first=1798761600 - 60, faults=[{"n": "leap", "id": "a", "k": 60, "d": 1, "how": "60"}]
        )
        self.samples = perfect(self.world)
        self.check()
        sixty = [p.text for p in self.world.pieces if "235960" in p.text]
        self.assertEqual(len(sixty), 1)
        self.assertIn(",311226,", sixty[0])
        for s in self.samples:
            if s["unit"] and s["clock_ns"] > 1798761600 * NS:
                s["clock_ns"] += NS
        self.check("wrong_second")

    def test_coverage_counts_what_was_owed(self):
        half = [s for i, s in enumerate(self.samples) if not s["unit"] or i % 4 == 0 or i > 370]
        v = judge(self.world, "\n".join(json.dumps(s, separators=(",", ":")) for s in half))
        self.assertAlmostEqual(v.coverage, 0.5, delta=0.05)


class Lines(unittest.TestCase):
    def test_sentence_whose_first_half_is_nobodys_is_not_heard(self):
        halves = ("$GNRM", "C,,V,,,,,,,,,,N*4D\r\n")
        for lost in (False, True):
            pieces = [
                Piece(0.1 + i, text, len(text) * i, "N", 7, None, 0)
                for i, text in enumerate(halves)
            ]
            left = cut(pieces, 0.001, [(0.0, 0.5)] if lost else [])
            self.assertEqual(left[-1].end > 0, not lost)

    def test_sentence_whose_second_half_is_nobodys_is_not_heard(self):
        for begins, end in ((0.05, 0), (0.09, 80)):
            [left] = cut([Piece(0.0, "x" * 100, 80, "A", 7, None, 0)], 0.001, [(begins, 0.2)])
            self.assertEqual(left.end, end)

    def test_a_date_alone_is_a_word_on_the_time_but_not_on_the_fix(self):
        for status, heard in (("A", True), ("V", False)):
            text, end = Voice("GP", ["Z", "R"], 0).epoch(1800000000, status)
            date = text[: text.index("\n") + 1]
            wire = Wire(1e-3, len(text) + len(date), False, 0.0)
            wire.put(0.0, text, end, status, 0, 0)
            wire.put(0.0, text, end, status, 1, 0)  # of which the RMC finds no room
            self.assertEqual(date, wire.pieces[1].text)
            self.assertEqual(heard, wire.pieces[1].end > 0)


class Reducer(unittest.TestCase):
    def test_what_is_dead_keeps_its_whole_life(self):
        spec = play.draw("realistic", 3)
        self.assertTrue(spec["dead"])
        small, lines = play.reduce(["true"], spec, "dead")
        self.assertEqual(small["start"], spec["start"])
        self.assertEqual(small["faults"], [])
        self.assertEqual(lines, len(World(small).lines))


class Worlds(unittest.TestCase):
    def test_the_same_seed_gives_the_same_capture(self):
        for kind in ("realistic", "nasty"):
            self.assertEqual(World(draw(kind, 11)).text(), World(draw(kind, 11)).text())

    def test_captures_keep_the_format(self):
        for kind in ("realistic", "nasty"):
            for seed in range(25):
                lines = World(draw(kind, seed)).text().splitlines()
                self.assertEqual(lines[0], "# pps2shm capture 3")
                lines = [x for x in lines[1:] if not re.match(r"C [a-z_]+ -?\w+$", x)]
                self.assertEqual(lines[0][0], "K")
                raw = -1
                for line in lines:
                    self.assertRegex(line, r"^([PSDKJXT]) \d+ -?\d+($| .+)")
                    self.assertGreaterEqual(int(line.split(" ", 2)[1]), raw)
                    raw = int(line.split(" ", 2)[1])

    def test_calm_is_read_once_a_second_and_what_happens_is_not_lost(self):
        lines = made().lines
        reads = [x.split(" ", 5) for x in lines if x[0] in "SD"]
        late = [(a, b) for a, b in zip(reads, reads[1:]) if b[0] == "D"]
        self.assertGreater(len(late), 80)
        heard = 0
        for before, (_, raw, _, _, since, text) in late:
            if before[0] == "S" and abs(int(since) - int(before[1])) < 9:
                heard += 1  # by its first bytes; the rest waits
                self.assertEqual(len(before[4]), 8)
            else:
                self.assertLess(0.99e9, int(raw) - int(since))
            self.assertLessEqual(int(raw) - int(since), 1e9)
            self.assertTrue(text.endswith("\\n"))
        self.assertGreater(heard, 10)

    def test_a_read_put_off_holds_all_that_came_while_the_line_was_left_alone(self):
        slow = {"fifo": 8, "pause": 0.312, "wake": 0.001, "chunk": 1000}
        stall = {"n": "stall", "id": "a", "a": 120.2, "b": 121.7}
        late = {"n": "late_bursts", "id": "b", "d": 0.683, "ks": [95, 117, 140]}
        for world in (
            made(faults=[stall, late], items=["R", "G", 200]),
            made(faults=[late], items=["R", "G", 200], how=slow),
            made(bps=115200, fill=0.04, items=[306, "G", "R"], lag=0.71, how=slow),
        ):
            byte_s, begin = world.byte_s, world.spec["start"] + 0.01

            def came(t, world=world, byte_s=byte_s):
                return sum(
                    min(len(p.text), int((t - p.start) / byte_s + 1e-6))
                    for p in world.pieces
                    if p.start < t
                )

            got = came(begin)
            for line, t in zip(world.lines, world.times):
                if line[0] not in "SD":
                    continue
                left_alone, raw = line[0] == "D", int(line.split(" ", 2)[1])
                text = line.split(" ", 5 if left_alone else 4)[-1]
                size = len(re.sub(r"\\x..|\\.", "?", text))
                if left_alone:
                    since = t - (raw - int(line.split(" ", 5)[4])) / NS
                    self.assertLess(came(since) - got, 12, line)
                    self.assertLess(came(t) - got - size, 12, line)
                got += size

    def test_a_slow_reader_that_has_dozed_hears_the_next_burst_at_once(self):
        slow = {"fifo": 8, "pause": 0.33, "wake": 0.001, "chunk": 1000}
        world = made(how=slow)
        reads = [(t, x[0]) for t, x in zip(world.times, world.lines) if x[0] in "SD"]
        first = [b[0] for a, b in zip(reads, reads[1:]) if (a[1], b[1]) == ("D", "S")]
        self.assertGreater(len(first), 8)
        for t in first:
            self.assertLess(t % 1 - 0.2, 0.02)

    def test_a_slow_reader_of_late_bursts_is_never_a_second_behind(self):
        for kind, seed in (("realistic", 2014335), ("realistic", 2015919)):
            world = World(draw(kind, seed))
            for t, p in world.heard:
                if p.k is not None and not p.hurt and p.k not in world.extra_lag:
                    self.assertLess(t - p.k, 1.15)

    def test_satellites_come_and_go_and_are_told_every_fifth_second(self):
        for sky in ({"every": 5, "changes": False}, {"every": 1, "changes": True}):
            world = made(items=["R", 250, "G"], sky=sky)
            sizes = [p.text.count("GSV") for p in world.pieces if p.k is not None and p.k >= 0]
            self.assertTrue(all(p.text.endswith("\n") for p in world.pieces))
            if sky["changes"]:
                self.assertGreater(len(set(sizes)), 2)
            else:
                self.assertEqual([n > 0 for n in sizes], [k % 5 == 0 for k in range(len(sizes))])

    def test_a_pulse_held_after_loss_drifts_and_is_set_right(self):
        held = {"n": "no_fix", "id": "a", "spans": [(60, 100)], "pulse": "c", "rate": -5e-5}
        edges = [e for e in made(faults=[held]).edge.values() if int(e[2] + 0.1) in (60, 99, 100)]
        late = [e[2] - round(e[2]) for e in edges if abs(e[2] - round(e[2])) < 0.01]
        for is_, should in zip(late, (0, -39 * 5e-5, 0)):
            self.assertAlmostEqual(is_, should, delta=2e-5)

    def test_settings_are_said_and_an_inverted_pulse_is_one(self):
        settings = {"edge": "clear", "leap_known_until_s": 1810000000}
        world = made(settings=settings)
        lines = world.text(5, ["why"]).splitlines()
        self.assertEqual(lines[:2], ["# pps2shm capture 3", "# why"])
        self.assertEqual(lines[2:4], ["C edge clear", "C leap_known_until_s 1810000000"])
        self.assertEqual(len(lines), 9)
        for line, t in zip(world.lines, world.times):
            if line[0] == "P":
                self.assertEqual(line.split()[3] == "clear", abs(t - round(t)) < 0.01)

    def test_a_pulse_in_two_seconds(self):
        world = made(pulse=dict(CALM["pulse"], both=False, every=2))
        self.assertEqual({e[0] % 2 for e in world.edge.values()}, {0})

    def test_sentences_in_two_groups(self):
        for items, group in ((["R", 200, "G"], 0), ([200, "R", "G"], 1)):
            world = made(items=items, group=(2, 0.1))
            told = [i for i, p in enumerate(world.pieces) if p.k == 50]
            self.assertEqual(len(told), 1)
            a, b = (world.pieces[told[0] - group + i] for i in (0, 1))
            self.assertEqual((a.text.count("\n"), a.text[-1]), (2, "\n"))
            self.assertAlmostEqual(b.start - a.start, len(a.text) * world.byte_s + 0.1, places=6)
            self.assertEqual([b, a][1 - group].text[: [b, a][1 - group].end][-2:], "\r\n")
            self.assertEqual(world.pieces[told[0]].made, world.pieces[told[0]].start)

    def test_the_second_of_two_groups_is_never_near_the_next_second(self):
        some = 0
        for seed in range(1500):
            spec = draw("nasty", seed)
            if "group" in spec:
                some += 1
                world = World(spec)
                late = world.extra_lag
                usual = [p for p in world.pieces if (p.k or -1) >= 0 and p.k not in late]
                self.assertLess(max(p.made - p.k for p in usual), 0.93)
        self.assertGreater(some, 20)

    def test_of_a_burst_in_two_groups_either_may_be_hurt(self):
        hurt = {"n": "damage", "id": "a", "a": 40, "b": 900, "p": 0.1}
        world = made(items=["R", 200, "G"], group=(2, 0.1), faults=[hurt])
        bursts = {}
        for p in world.pieces:
            bursts.setdefault(int(p.made), []).append(p)
        some = 0
        for a, b in (x for k, x in bursts.items() if k > 0):
            self.assertEqual((a.torn, b.torn), (b.hurt, a.hurt))
            some += a.hurt != b.hurt
        self.assertGreater(some, 5)

    def test_a_clock_that_follows_us_is_not_set_by_hand(self):
        some = 0
        for seed in range(6000):
            spec = draw("nasty", seed)
            if spec["clock"]["kind"] == "self":
                some += 1
                how = [e[1] for e in spec["clock"]["events"] if e[1] != "slew"]
                self.assertEqual(how, ["set", "follow"])
        self.assertGreater(some, 20)

    def test_a_date_that_is_a_second_late(self):
        for seed in range(2000):
            spec = draw("realistic", seed)
            late = [f for f in spec["faults"] if f.get("d") == -86400]
            if late:
                break
        k = late[0]["ks"][0]
        world = World(spec)
        self.assertEqual(world.label(k) % 86400, 0)
        self.assertEqual(world.odd[k], -86400)

    def test_a_pause_in_a_burst_is_never_between_two_sentences(self):
        for split in range(60, 90):
            for p in made(split=split, split_s=0.2).pieces[0::2]:
                self.assertNotEqual(p.text[-1], "\n")
        made(split=60, split_s=0.2, items=["R"], cold=[(5, "N")])  # shorter than that

    def test_a_reader_waits_for_less_than_captures_allow(self):
        hows = [draw("nasty", seed)["how"] for seed in range(1, 500)]
        self.assertGreater(max(h["pause"] for h in hows), 0.16)
        self.assertLess(max(h["pause"] + h["wake"] for h in hows), 0.18)

    def test_a_lag_near_the_second_does_not_jitter_over_it(self):
        near = [s for s in (draw("nasty", seed) for seed in range(1, 1000)) if s["near"]]
        self.assertGreater(max(s["lag"] for s in near), 0.97)
        self.assertLess(max(s["lag"] + 3 * s["jitter"] for s in near), 1)

    def test_a_pause_in_a_burst_is_over_before_the_next_second(self):
        paused = [s for s in (draw("nasty", seed) for seed in range(1, 1000)) if "split" in s]
        self.assertGreater(len(paused), 5)
        self.assertLess(max(s["lag"] + s["split_s"] for s in paused), 0.9)

    def test_sentences_carry_their_sum(self):
        text = "".join(
            re.sub(r"^(S|D \d+) \d+ \d+ \d+ ", "", x)
            for x in made(items=["R", "G", "Z", "L"]).lines
            if x[0] in "SD"
        )
        self.assertIn("$GPGLL,4717.11437,N,00833.91522,E,080000", text)
        whole = [s for s in text.split("\\r\\n") if s.startswith("$") and s[-3] == "*"]
        self.assertGreater(len(whole), 300)
        for s in whole:
            self.assertEqual(s, summed(s[1:-3]).strip())


if __name__ == "__main__":
    unittest.main()
