#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""The cold-start worlds and their judge, before they judge anybody."""
import struct
import unittest

import cold_frames as cf
from cold import World, judge
from cold_draw import KINDS, draw
from line import summed


def samples(w, error=lambda k: 0, unit=1):
    """What a program would print that publishes each pulse, off by so many seconds."""
    return "\n".join(
        f'{{"unit":{unit},"raw_ns":{raw},"clock_ns":{(w.s.first + k + error(k)) * 10**9},"receive_ns":{real},"leap":0}}'
        for raw, (real, k) in w.edge.items()
    )


class Frames(unittest.TestCase):
    """Against examples of the protocols' own documents."""

    def test_checksums(self):
        p = bytes.fromhex("00072C79FF553E161000120006000000")
        self.assertEqual(cf.ubx(1, 5, p, b"\xf1\xd9").hex(), "f1d901051000" + p.hex() + "925a")
        self.assertEqual(cf.ubx(0x0A, 4, b"").hex(), "b5620a0400000e34")
        self.assertEqual(cf.skytraq(b"\x02\x01").hex(), "a0a100020201030d0a")
        self.assertEqual(cf.sentence("PQTMLS,1,195494,1,2299,18,0,1,,137,7,18")[-4:-2], b"2C")
        self.assertEqual(cf.casic(6, 1, b"\x4e\0\1\0")[-4:].hex(), "52000701")

    def test_pubx_like_its_manual(self):
        # $PUBX,04,073731.00,091202,113851.00,1196,15D: 2002-12-09 07:37:31 with 15 for the then 13
        m = cf.Moment(1039419451 - 0, cf.LEAP, False, True, 15, False)
        got = cf.pubx04(m).decode().split(",")
        self.assertEqual(got[2:7], ["073731.00", "091202", "113851.00", "1196", "18D"])

    def test_two_short_is_two_ahead(self):
        m = cf.Moment(1790000000, 16, False, True, 16, False)
        self.assertEqual(
            struct.unpack_from("<HBBBBBB", cf.timeutc(m), 18), (2026, 9, 21, 14, 13, 22, 3)
        )
        m = cf.Moment(1790000000, 18, True, True, 16, False)
        self.assertEqual(
            struct.unpack_from("<HBBBBBB", cf.timeutc(m), 18), (2026, 9, 21, 14, 13, 20, 7)
        )

    def test_no_frame_has_a_wrong_length(self):
        m = cf.Moment(1790000000, 18, True, True, 16, False)
        for f, n in (
            (cf.timels, 24),
            (cf.timegps, 16),
            (cf.timeutc, 20),
            (cf.casic_utc, 24),
            (cf.allystar, 16),
        ):
            b = f(m)
            self.assertEqual(struct.unpack_from("<H", b, 2 if f is cf.casic_utc else 4)[0], n)
        self.assertEqual(cf.skytraq_time(m)[2:4], b"\0\x0f")


class Worlds(unittest.TestCase):
    def test_the_same_again(self):
        for kind in list(KINDS)[::4]:
            a, b = World(draw(kind, 3)).text(), World(draw(kind, 3)).text()
            self.assertEqual(a, b)

    def test_the_judge_passes_truth_and_sees_each_wrong_second(self):
        for kind in list(KINDS)[::2]:
            w = World(draw(kind, 5))
            v = judge(w, samples(w))
            self.assertEqual((v.wrong, v.late_wrong, v.published), ([], 0, len(w.edge)))
            v = judge(w, samples(w, lambda k: 2 if k == 100 else 0))
            self.assertEqual(len(v.wrong), 1 if 100 in w.second.values() else 0)
            v = judge(w, samples(w, lambda k: 1, 0))
            self.assertEqual(len(v.coarse_wrong), len(w.edge))

    def test_the_sentences_are_what_the_world_says(self):
        w = World(draw("says", 2))
        text = w.text()
        k = next(k for k in range(w.s.right_at - 20, w.s.right_at) if w.status[k] == "A")
        self.assertEqual(w.said(k), w.s.first + k + 18 - w.s.wrong)
        self.assertEqual(w.said(w.s.right_at + 5), w.s.first + w.s.right_at + 5)
        self.assertIn("C time_leap ", text)
        self.assertNotIn("time_leap", w.text(new=False))

    def test_summed(self):
        self.assertEqual(summed("PUBX,04"), "$PUBX,04*37\r\n")


if __name__ == "__main__":
    unittest.main()
