# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Receivers that pps2shm does not set up: Allystar, SkyTraq, and one that understands nothing."""
import struct
import time

import ubx
from base import Model, Receiver

ALLY = b"\xf1\xd9"
PLAIN = {f"nmea.{k}": 1 for k in ("GGA", "GSA", "GSV", "RMC", "VTG")}
BASE = {"baud": 9600, "sky": "gps+glo", "decimals": 3, "flash": True, "bbr": False, "buffer": 2048}
ALLY_FACTORY = {**PLAIN, "nmea.GLL": 1, "nmea.ZDA": 0, "ally.TIME": 1, "ally.TIMEUTC": 0}
SKY_FACTORY = {**PLAIN, "nmea.GLL": 0, "nmea.ZDA": 1, "sky.binary": 0}
ALLYSTAR_MODELS = {"tau1201": Model(name="tau1201", **{**BASE, "baud": 115200, "sky": "four",
                                                       "factory": ALLY_FACTORY})}  # fmt: skip
SKYTRAQ_MODELS = {"venus838": Model(name="venus838", factory=SKY_FACTORY, **BASE)}
NMEA_MODELS = {"plain": Model(name="plain", factory=PLAIN, **BASE),
               "sirf-4800": Model(name="sirf-4800", factory={**PLAIN, "nmea.GSV": 5},
                                  **{**BASE, "baud": 4800, "sky": "gps"})}  # fmt: skip


class Allystar(Receiver):
    """F1 D9, checksum as UBX. NAV-TIME: flags b0 week, b1 second, b2 leap seconds valid."""

    family = "allystar"
    frames = ((ALLY, ubx.total, ubx.good),)
    IDS = {0: "GGA", 1: "GLL", 2: "GSA", 4: "GSV", 5: "RMC", 6: "VTG", 7: "ZDA"}

    def command(self, kind, data, now):
        if kind != "frame":
            self.note(data[0], False)
            return
        cls, mid, p = data[2], data[3], data[6:-2]
        self.note(f"{cls:02X}-{mid:02X}", cls == 6 and bool(p))
        if (cls, mid) == (1, 5):
            self.polled.append("TIME")
        elif (cls, mid) == (0x0A, 4):
            self.answer(
                ubx.frame(0x0A, 4, b"2.3.0".ljust(16, b"\0") + b"HD8040D".ljust(16, b"\0"), ALLY),
                now,
            )
        elif (cls, mid) == (6, 1) and len(p) == 3:
            key = "nmea." + self.IDS.get(p[1], "") if p[0] == 0xF0 else "ally.TIME"
            ok = key in self.s and not self.refuses()
            if ok:
                self.s[key] = p[2]
            self.answer(ubx.frame(5, ok, bytes((cls, mid)), ALLY), now, ack=True)
        elif cls == 6:
            self.answer(ubx.frame(5, 0, bytes((cls, mid)), ALLY), now, ack=True)

    def frames_of(self, utc, now):
        out, names = [], list(self.polled)
        names += [n for n in ("TIME", "TIMEUTC") if self.s["ally." + n] and n not in names]
        self.polled = []
        week, tow = self.gps(utc)
        valid = (3 if self.fixed(now) else 0) | (
            4 if self.leap_known(now) and self.fixed(now) else 0
        )
        t = time.gmtime(self.said(utc, now))
        for name in names:
            if name == "TIME":
                p = struct.pack("<BBhIHhI", 0, valid, 0, tow * 1000, week, self.leap(now), 6)
                out.append(ubx.frame(1, 5, p, ALLY))
            else:
                p = struct.pack("<IIiHBBBBBB", tow * 1000, 20, 0, t.tm_year, t.tm_mon, t.tm_mday,
                                t.tm_hour, t.tm_min, t.tm_sec, valid)  # fmt: skip
                out.append(ubx.frame(1, 0x21, p, ALLY))
        return out


def sky_frame(payload):
    x = 0
    for byte in payload:
        x ^= byte
    return b"\xa0\xa1" + struct.pack(">H", len(payload)) + payload + bytes((x, 13, 10))


def sky_total(b):
    return 7 + struct.unpack_from(">H", b, 2)[0] if len(b) >= 4 else None


def sky_good(b):
    return sky_frame(b[4:-3]) == b


class Skytraq(Receiver):
    """A0 A1, big-endian. 64 20 asks for the GNSS time, answered by 83 and 64 8E."""

    family = "skytraq"
    frames = ((b"\xa0\xa1", sky_total, sky_good),)

    def command(self, kind, data, now):
        if kind != "frame":
            self.note(data[0], False)
            return
        p = data[4:-3]
        ids = p[:2] if p[0] in (0x62, 0x63, 0x64, 0x65) else p[:1]
        ask = p[0] in (2, 0x64)
        self.note(ids.hex(), not ask)
        ok = ask and not self.refuses(not ask)
        self.answer(sky_frame(bytes((0x83 if ok else 0x84,)) + ids), now, ack=True)
        if ok and p[:2] == b"\x64\x20":
            self.polled.append("TIME")
        elif ok and p[0] == 2:
            self.answer(sky_frame(b"\x80\x01" + bytes((0, 2, 0, 0, 1, 7, 33, 0, 19, 8, 14))), now)

    def frames_of(self, utc, now):
        out = [self.gnss_time(utc, now)] if self.polled else []
        self.polled = []
        return out

    def gnss_time(self, utc, now):
        week, tow = self.gps(utc)
        valid = (3 if self.fixed(now) else 0) | (4 if self.leap_known(now) else 0)
        return sky_frame(struct.pack(">BBIIHbbB", 0x64, 0x8E, tow * 1000, 0, week,
                                     self.o.leap_default, self.leap(now), valid))  # fmt: skip


class Plain(Receiver):
    """Takes no command at all."""

    def command(self, kind, data, now):
        self.note(data[0] if kind == "sentence" else "?", False)
