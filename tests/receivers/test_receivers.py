#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Frames, sentences and fields against examples of the manuals; rates, memory and faults live."""
import struct
import threading
import time
import unittest

import casic
import nmea
import others
import receiver
import uart
import ubx
from client import Simulated

NOW = 1000.0


def model(name, *options):
    """A receiver without a pty, with the answers of its commands."""
    import sys

    argv, sys.argv = sys.argv, ["receiver.py", "--model", name, *options]
    try:
        o = receiver.arguments()
    finally:
        sys.argv = argv
    kind, m = receiver.MODELS[name]
    return kind(m, o, NOW)


def ask(rx, data, now=NOW):
    rx.answers = []
    rx.hear(data, now)
    return [a[1] for a in sorted(rx.answers, key=lambda a: a[0])]


class Manuals(unittest.TestCase):
    """Bytes that manuals and well-known programs show."""

    def test_sentences(self):
        for body in (
            "PUBX,41,1,0007,0003,19200,0*25", "PUBX,40,GLL,1,0,0,0,0,0*5D", "PUBX,04*37",
            "PUBX,04,073731.00,091202,113851.00,1196,15D,1930035,-2660.664,43*71",
            "PMTK314,0,1,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0*28", "PMTK251,115200*1F", "PMTK605*31",
            "PMTK001,314,3*36", "PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0*6B",
            "PAIR864,0,0,115200*1B", "PAIR050,1000*12", "PAIR062,0,1*3F", "PAIR513*3D", "PAIR020*38",
            "PQTMCFGUART,W,115200*18", "PQTMCFGUART,OK,1,115200,8,0,1,0*5F", "PQTMSAVEPAR*5A",
            "PQTMLS,1,195494,1,2299,18,0,1,,137,7,18*2C", "PQTMVERNO*58",
            "PCAS00*01", "PCAS01,1*1D", "PCAS02,1000*2E", "PCAS06,0*1B", "PCAS10,0*1C",
            "PCAS03,1,1,1,1,1,1,1,1,0,0,,,1,1,,,,1*33",
            "PCAS60,091242.000,23122019,2085,119580,1,18,1*33",
        ):  # fmt: skip
            self.assertIsNotNone(nmea.parse(b"$" + body.encode()), body)
            self.assertEqual(nmea.sentence(body.split("*")[0]), f"${body}\r\n".encode())

    def test_frames(self):
        self.assertEqual(ubx.frame(0x0A, 4).hex(), "b5620a0400000e34")
        self.assertEqual(ubx.frame(6, 0).hex(), "b56206000000" + "0618")
        rate = ubx.frame(6, 8, struct.pack("<HHH", 100, 1, 1))
        self.assertEqual(rate.hex(), "b562060806006400010001007a12")
        gll_off = ubx.frame(6, 1, bytes((0xF0, 1, 0, 0, 0, 0, 0, 1)))
        self.assertEqual(gll_off.hex(), "b56206010800f00100000000000" + "1" + "012b")
        # NAV-TIME of the Allystar specification: week 16, 18 leap seconds, all valid
        example = bytes.fromhex(
            "F1D9010510000007 2C79FF553E1610001200060000 00925A".replace(" ", "")
        )
        self.assertTrue(ubx.good(example))
        self.assertEqual(ubx.total(example), len(example))
        self.assertEqual(others.sky_frame(b"\x02\x01").hex(), "a0a10002020103" + "0d0a")

    def test_casic(self):
        # the checksum is the sum of the payload's words and of id << 24 + class << 16 + length
        self.assertEqual(
            casic.frame(6, 1, b"\x4e\0\1\0").hex(), "bace0400060" + "14e000100" + "52000701"
        )
        # NAV-TIMEUTC as received: 2026-01-21 00:42:56, all valid
        p = bytes.fromhex("757d9a035359814080e749b50000ea070115002a38070003")
        self.assertEqual(
            struct.unpack_from("<HHBBBBBBBB", p, 12), (0, 2026, 1, 21, 0, 42, 56, 7, 0, 3)
        )
        rx = model("atgm332d-5t")
        ask(rx, casic.frame(6, 1, struct.pack("<BBH", 1, 0x10, 1)))
        made = rx.frames_of(1768956176, NOW)[0]
        self.assertEqual(made[6 + 12 : 6 + 21], p[12:21])
        self.assertTrue(casic.good(made))


class Fields(unittest.TestCase):
    UTC = 1790000000  # 2026-09-21 14:13:20, a Monday: GPS week 2437

    def test_ublox_time_frames(self):
        rx = model("neo-m8t", "--leap-default", "16", "--leap-after", "60")
        ask(rx, b"".join(ubx.frame(1, i) for i in (0x20, 0x21, 0x26)) + nmea.sentence("PUBX,04"))
        gps, utc, ls, pubx = rx.frames_of(self.UTC, NOW)
        week, tow = 2437, 86400 + 14 * 3600 + 13 * 60 + 20 + 18
        self.assertEqual(struct.unpack_from("<IihbB", gps, 6), (tow * 1000, 0, week, 16, 3))
        # two leap seconds short, two seconds ahead of UTC
        self.assertEqual(struct.unpack_from("<HBBBBBB", utc, 6 + 12), (2026, 9, 21, 14, 13, 22, 3))
        self.assertEqual((len(ls), ls[6 + 8], ls[6 + 9], ls[6 + 23]), (32, 0, 16, 0))
        self.assertIn(b",141322.00,210926,137602.00,2437,16D,", pubx)
        ask(rx, ubx.frame(1, 0x20) + ubx.frame(1, 0x26), NOW + 61)
        gps, ls = rx.frames_of(self.UTC, NOW + 61)
        self.assertEqual((gps[6 + 10], gps[6 + 11]), (18, 7))
        self.assertEqual((ls[6 + 8], ls[6 + 9], ls[6 + 23]), (2, 18, 1))

    def test_old_ones_have_no_timels(self):
        rx = model("neo-6m")
        ask(rx, ubx.frame(1, 0x26))
        self.assertEqual(rx.frames_of(self.UTC, NOW), [])

    def test_others(self):
        rx = model("tau1201", "--leap-default", "15", "--leap-after", "9")
        p = rx.frames_of(self.UTC, NOW)[0][6:-2]
        self.assertEqual((len(p), p[1]), (16, 3))
        self.assertEqual(struct.unpack_from("<Hh", p, 8), (2437, 15))
        rx = model("venus838", "--leap-default", "15", "--leap-after", "9")
        ask(rx, others.sky_frame(b"\x64\x20"))
        f = rx.frames_of(self.UTC, NOW)[0]
        self.assertEqual((len(f), f[4:6].hex(), f[-6], f[-5], f[-4]), (22, "648e", 15, 15, 3))


class Commands(unittest.TestCase):
    ACK, NAK = bytes.fromhex("b5620501"), bytes.fromhex("b5620500")

    def test_legacy(self):
        rx = model("neo-6m")
        self.assertEqual(ask(rx, ubx.frame(6, 1, b"\xf0\3\0")), [ubx.frame(5, 1, b"\6\1")])
        self.assertEqual(rx.s["nmea.GSV"], 0)
        self.assertEqual(ask(rx, ubx.frame(6, 0x8A, bytes(9)))[0][:4], self.NAK)
        self.assertEqual(ask(rx, ubx.frame(6, 0x3D))[0][:4], self.NAK)  # no timing product
        self.assertEqual(ask(model("neo-m8t"), ubx.frame(6, 0x3D))[0][:4].hex(), "b562063d")
        prt = [m for m in ask(rx, ubx.frame(6, 0)) if m[2] == 6][0]
        self.assertEqual(struct.unpack_from("<BBHIIHH", prt, 6), (1, 0, 0, 0x8D0, 9600, 3, 3))

    def test_saving(self):
        rx = model("neo-6m")  # no flash: a battery only
        ask(
            rx,
            ubx.frame(6, 1, b"\xf0\3\0") + ubx.frame(6, 9, struct.pack("<IIIB", 0, 0xFFFF, 0, 23)),
        )
        rx.power(NOW)
        self.assertEqual(rx.s["nmea.GSV"], 0)
        rx.o.no_battery = True
        rx.power(NOW)
        self.assertEqual(rx.s["nmea.GSV"], 1)

    def test_valset(self):
        rx = model("neo-m9n")

        def set_(layers, key, letter, value):
            p = struct.pack("<BBHI" + letter, 0, layers, 0, key, value)
            return ask(rx, ubx.frame(6, 0x8A, p))[-1][:4]

        self.assertEqual(set_(1, 0x209100C5, "B", 0), self.ACK)
        self.assertEqual(set_(4, 0x209100C5, "B", 3), self.ACK)
        self.assertEqual((rx.s["nmea.GSV"], rx.flash), (0, {"nmea.GSV": 3}))
        self.assertEqual(set_(1, 0x20030001, "B", 1), self.NAK)  # TMODE: not in this product
        self.assertEqual(set_(0, 0x209100C5, "B", 0), self.NAK)
        got = ask(rx, ubx.frame(6, 0x8B, struct.pack("<BBHI", 0, 2, 0, 0x209100C5)))
        self.assertIn(ubx.frame(6, 0x8B, struct.pack("<BBHIB", 1, 2, 0, 0x209100C5, 3)), got)
        self.assertEqual(ask(model("max-m10s"), ubx.frame(6, 1, b"\xf0\3\0"))[0][:4], self.NAK)
        self.assertEqual(ask(rx, ubx.frame(6, 1, b"\xf0\3\1"))[0][:4], self.ACK)  # M9: both

    def test_ascii(self):
        rx = model("pa6h")
        self.assertEqual(ask(rx, nmea.sentence("PMTK314,0,1,0,1,0,0" + ",0" * 13)),
                         [b"$PMTK001,314,3*36\r\n"])  # fmt: skip
        self.assertEqual((rx.s["nmea.RMC"], rx.s["nmea.GSV"]), (1, 0))
        rx = model("lc29hea")
        self.assertEqual(
            ask(rx, nmea.sentence("PQTMCFGUART,W,115200")), [nmea.sentence("PQTMCFGUART,ERROR,3")]
        )
        self.assertEqual(ask(rx, nmea.sentence("PAIR062,0,3")), [nmea.sentence("PAIR001,062,0")])
        rx = model("lg290p")
        self.assertEqual(
            ask(rx, nmea.sentence("PQTMCFGUART,R")),
            [nmea.sentence("PQTMCFGUART,OK,1,460800,8,0,1,0")],
        )
        rx = model("atgm336h")
        ask(rx, nmea.sentence("PCAS03,0,0,0,0,1,0,1,0"))
        self.assertEqual([rx.s["nmea." + k] for k in casic.PCAS03], [0, 0, 0, 0, 1, 0, 1, 0])

    def test_noise_between_commands(self):
        rx = model("neo-m8n")
        noise = b"\xb5\xb5\x62\xff$GP" + b"\xb5\x62\x06\x01\x03\x00\xf0"
        ask(rx, noise + ubx.frame(6, 1, b"\xf0\3\0") + b"\0" + ubx.frame(6, 1, b"\xf0\4\0") * 2)
        self.assertEqual(rx.s["nmea.RMC"], 0)


class Rates(unittest.TestCase):
    def test_garble(self):
        text = b"$GPRMC,120000.00,A"
        self.assertEqual(uart.garble(text, 9600, 9600), text)
        # a sender that is too slow is read as many bytes, one too fast as few
        self.assertGreater(len(uart.garble(text, 9600, 115200)), len(text))
        self.assertLess(len(uart.garble(text, 115200, 9600)), len(text) // 2)
        self.assertNotIn(b"RMC", uart.garble(text, 38400, 9600))
        # 2 % apart: within what every UART reads
        self.assertEqual(uart.garble(text, 9600, 9800), text)

    def test_sender(self):
        s = uart.Sender(100)
        self.assertTrue(s.put(bytes(60)) and not s.put(bytes(60)))
        self.assertEqual(s.dropped, 1)
        self.assertAlmostEqual(sum(len(s.take(0.01, 9600)) for _ in range(5)), 48, delta=1)


class Live(unittest.TestCase):
    """On ptys. Waits are bounds, not expectations; the live ones run at the same time."""

    def both(self, *jobs):
        failed = []

        def run(job):
            try:
                job()
            except BaseException as e:  # noqa: B902: told by the main thread
                failed.append(e)

        threads = [threading.Thread(target=run, args=(j,)) for j in jobs]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if failed:
            raise failed[0]

    def test_live(self):
        self.both(self.rate, self.full, self.cut, self.deaf)

    def rate(self):
        with Simulated("--model", "neo-m8n") as r:
            r.open(115200)
            self.assertNotIn(b"RMC", r.read(1.2))
            r.open(9600)
            self.assertIn(b"$GNRMC", r.read(3, b"$GNRMC"))
            r.write(ubx.frame(6, 0, struct.pack("<BBHIIHHI", 1, 0, 0, 0x8D0, 115200, 3, 3, 0)))
            time.sleep(0.3)
            r.open(115200)
            r.write(ubx.frame(0x0A, 4))
            self.assertIn(b"PROTVER=18.00", r.read(3, b"PROTVER=18.00"))
            self.assertEqual(r.state()["settings"]["baud"], 115200)
            r.control("power-cycle 0.1")
            time.sleep(0.3)
            self.assertEqual(r.state()["settings"]["baud"], 9600)

    def full(self):
        with Simulated("--model", "max-m10s") as r:
            r.open(9600)
            began = time.monotonic()
            got = len(r.read(3))
            # never more than the line can bring, whatever the machine does
            self.assertLess(got, 960 * (time.monotonic() - began) + 200)
            self.assertGreater(r.state()["fill"], 1)

    def cut(self):
        with Simulated("--model", "neo-m8n", "--fault", "power-cut=2", "--off", "0.2") as r:
            r.open(9600)
            for i in (3, 2):
                r.write(ubx.frame(6, 1, bytes((0xF0, i, 0))))
                time.sleep(0.2)
            time.sleep(0.5)
            s = r.state()
            self.assertEqual((s["settings"]["nmea.GSV"], s["restarts"]), (1, 2))
            r.control("unplug hangup")
            self.assertFalse(r.state()["plugged"])
            self.assertTrue(r.control("replug")["path"].startswith("/dev/pts/"))

    def deaf(self):
        with Simulated("--model", "lg290p", "--fault", "deaf-after-rate") as r:
            r.open(460800)
            r.write(nmea.sentence("PQTMCFGUART,W,115200"))
            self.assertIn(b"CFGUART,OK", r.read(3, b"CFGUART,OK"))
            time.sleep(0.2)
            r.open(115200)
            r.write(nmea.sentence("PQTMVERNO"))
            got = r.read(1.2)
            self.assertIn(b"RMC", got)
            self.assertNotIn(b"VERNO", got)


class Models(unittest.TestCase):
    def test_all_speak(self):
        for name in receiver.MODELS:
            rx = model(name)
            text = b"".join(rx.second(1790000000, NOW + 1))
            self.assertIn(b"RMC,141320.", text, name)
            for line in filter(None, text.split(b"\r\n")[:4]):
                self.assertIsNotNone(nmea.parse(line), (name, line))


if __name__ == "__main__":
    unittest.main()
