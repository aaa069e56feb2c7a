# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""CASIC (AT6558, ATGM336H): frames `BA CE` and sentences PCAS.

From the CASIC specification 4.2; the checksum begins with id << 24 + class << 16 + length, as
receivers have it (the specification swaps the first two)."""
import struct
import time

from base import Model, Receiver
from nmea import sentence

IDS = {0: "GGA", 1: "GLL", 2: "GSA", 3: "GSV", 4: "RMC", 5: "VTG", 7: "GST", 8: "ZDA", 0x11: "TXT"}
PCAS03 = ("GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "TXT")
RATES = (4800, 9600, 19200, 38400, 57600, 115200)
FRAMES = {(1, 0x10): "TIMEUTC", (2, 0): "TP", (1, 0): "STATUS", (1, 2): "SOL", (1, 3): "PV"}


def checksum(cls, mid, payload):
    c = (mid << 24) + (cls << 16) + len(payload)
    for (word,) in struct.iter_unpack("<I", payload):
        c += word
    return c & 0xFFFFFFFF


def frame(cls, mid, payload=b""):
    return (
        struct.pack("<HHBB", 0xCEBA, len(payload), cls, mid)
        + payload
        + struct.pack("<I", checksum(cls, mid, payload))
    )


def total(b):
    return 10 + struct.unpack_from("<H", b, 2)[0] if len(b) >= 4 else None


def good(b):
    p = b[6:-4]
    return len(p) % 4 == 0 and struct.unpack("<I", b[-4:])[0] == checksum(b[4], b[5], p)


FACTORY = {
    **{f"nmea.{k}": 1 for k in ("GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "TXT")},
    "nmea.GST": 0, "nmea.PCAS60": 0, **{f"casic.{k}": 0 for k in FRAMES.values()},
    "tp.period": 1000000, "tp.len": 100000, "tp.enable": 3, "tp.polarity": 0, "tp.ref": 0,
    "tp.source": 5, "proto": 0x33, "tmode": 0, "tmode.dur": 0, "dynmodel": 0,
}  # fmt: skip
BASE = {"baud": 9600, "sky": "gps+bds", "decimals": 3, "factory": FACTORY, "flash": True, "bbr": False,
        "buffer": 2048, "nmea41": True}  # fmt: skip
MODELS = {
    "atgm336h": Model(name="atgm336h", sw="URANUS5,V5.3.0.0", hw="AT6558R,0000000000000", timing=False,
                      mon_ver=False, **BASE),
    "atgm332d-5t": Model(name="atgm332d-5t", sw="URANUS5,V5.3.0.2", hw="AT6558D,0000000000000",
                         timing=True, mon_ver=True, **BASE),
}  # fmt: skip


class Casic(Receiver):
    family = "casic"
    frames = ((b"\xba\xce", total, good),)
    order = ("GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "GST", "TXT")

    def says_nmea(self):
        return self.s["proto"] & 0x20

    def other_ack(self):
        return frame(5, 1, b"\x06\x04\0\0")

    def command(self, kind, data, now):
        if kind == "sentence":
            if self.s["proto"] & 2:
                self.pcas(data, now)
        elif self.s["proto"] & 1:
            cls, mid, p = data[4], data[5], data[6:-4]
            if cls == 6:
                self.cfg(mid, p, now)
            elif (cls, mid) == (0x0A, 4) and not p:
                self.note("MON-VER?", False)
                if self.m.mon_ver:
                    self.answer(frame(0x0A, 4, self.m.sw.encode().ljust(32, b"\0")
                                      + self.m.hw.encode().ljust(32, b"\0")), now)  # fmt: skip
                else:
                    self.answer(frame(5, 0, b"\x0a\x04\0\0"), now)
            else:
                self.note(f"{cls:02X}-{mid:02X}", False)

    def cfg(self, mid, p, now):
        names = {0: "PRT", 1: "MSG", 2: "RST", 3: "TP", 4: "RATE", 5: "CFG", 6: "TMODE"}
        name = names.get(mid, f"{mid:02X}")
        self.note(f"CFG-{name}" + ("" if p else "?"), bool(p))
        if mid == 2:
            self.s = self.defaults()
            return
        act = getattr(self, ("set_" if p else "get_") + name.lower() + "_", None)
        ok = bool(act) and not self.refuses(bool(p)) and act(p, now)
        if not p and ok:
            return  # the answer is the acknowledgement
        self.answer(frame(5, 1 if ok else 0, bytes((6, mid, 0, 0))), now, ack=True)

    def get_prt_(self, p, now):
        for port in (0, 1):
            self.answer(frame(6, 0, struct.pack("<BBHI", port, self.s["proto"], 0x08C0,
                        self.s["baud"] if port == 0 else 9600)), now)  # fmt: skip
        return True

    def set_prt_(self, p, now):
        if len(p) != 8:
            return False
        port, proto, _, baud = struct.unpack("<BBHI", p)
        if port == 1:
            return True
        if port not in (0, 0xFF) or baud not in RATES:
            return False
        self.s["proto"] = proto
        self.set_rate(baud, now, self.o.ack_at or "now")
        return True

    def get_msg_(self, p, now):
        for i, kind in IDS.items():
            self.answer(frame(6, 1, struct.pack("<BBH", 0x4E, i, self.s["nmea." + kind])), now)
        for (c, i), kind in FRAMES.items():
            self.answer(frame(6, 1, struct.pack("<BBH", c, i, self.s["casic." + kind])), now)
        return True

    def set_msg_(self, p, now):
        if len(p) != 4:
            return False
        cls, mid, n = struct.unpack("<BBH", p)
        if cls == 0x4E and mid in IDS:
            key = "nmea." + IDS[mid]
        elif (cls, mid) in FRAMES:
            key = "casic." + FRAMES[cls, mid]
        else:
            return cls == 8  # MSG-*: acknowledged, and never sent
        if n == 0xFFFF:
            self.polled.append(key)
        else:
            self.s[key] = n
        return True

    def get_tp_(self, p, now):
        s = self.s
        self.answer(frame(6, 3, struct.pack("<IIBbBBf", s["tp.period"], s["tp.len"], s["tp.enable"],
                    s["tp.polarity"], s["tp.ref"], s["tp.source"], 0.0)), now)  # fmt: skip
        return True

    def set_tp_(self, p, now):
        if len(p) != 16 or p[8] > 3 or not struct.unpack_from("<I", p)[0]:
            return False
        period, length, enable, polarity, ref, source, _ = struct.unpack("<IIBbBBf", p)
        self.s.update({"tp.period": period, "tp.len": length, "tp.enable": enable})
        self.s.update({"tp.polarity": polarity, "tp.ref": ref, "tp.source": source})
        return True

    def get_rate_(self, p, now):
        self.answer(frame(6, 4, struct.pack("<HH", self.s["interval_ms"], 0)), now)
        return True

    def set_rate_(self, p, now):
        if len(p) != 4 or struct.unpack_from("<H", p)[0] not in (1000, 500, 250, 200, 100):
            return False
        self.s["interval_ms"] = struct.unpack_from("<H", p)[0]
        return True

    def set_cfg_(self, p, now):
        if len(p) != 4 or p[2] > 2:
            return False
        if p[2] == 1:
            return self.save()
        if p[2] == 0:
            self.clear()
        else:
            self.s.update({k: v for k, v in self.defaults().items() if k != "baud"})
        return True

    def get_tmode_(self, p, now):
        if not self.m.timing:
            return False
        body = struct.pack("<IdddfIf", self.s["tmode"], 0, 0, 0, 0, self.s["tmode.dur"], 0)
        self.answer(frame(6, 6, body), now)
        return True

    def set_tmode_(self, p, now):
        if not self.m.timing or len(p) != 40 or p[0] > 2:
            return False
        self.s["tmode"] = p[0]
        self.s["tmode.dur"] = struct.unpack_from("<I", p, 32)[0]
        return True

    def pcas(self, f, now):
        """No acknowledgement of any of them."""
        name, args = f[0], [a.strip() for a in f[1:]]
        self.note(name, name not in ("PCAS06",))
        if self.refuses(name != "PCAS06"):
            return
        if name == "PCAS00":
            self.save()
        elif name == "PCAS01" and args and args[0].isdigit() and int(args[0]) < 6:
            self.set_rate(RATES[int(args[0])], now, "now")
        elif name == "PCAS02" and args and args[0] in ("1000", "500", "250", "200", "100"):
            self.s["interval_ms"] = int(args[0])
        elif name == "PCAS03":
            for kind, n in zip(PCAS03, args):
                if n.isdigit() and int(n) < 10:
                    self.s["nmea." + kind] = int(n)
            if len(args) > 17 and args[17].isdigit():
                self.s["nmea.PCAS60"] = int(args[17])
        elif name == "PCAS06" and args:
            what = {"0": f"SW={self.m.sw}", "1": f"HW={self.m.hw}", "2": "MO=GB", "3": "CI=01B94154",
                    "5": "BS=SOC_BootLoader,V6.2.0.2"}.get(args[0])  # fmt: skip
            if what:
                self.answer(sentence(f"GPTXT,01,01,02,{what}"), now)
        elif name == "PCAS10" and args and args[0] in "0123":
            if args[0] == "3":
                self.clear()
            if args[0] in "23":
                self.started = now
            was = self.s["baud"]
            self.s = self.defaults()
            new, self.s["baud"] = self.s["baud"], was
            if new != was:
                self.set_rate(new, now, "now")

    def frames_of(self, utc, now):
        out, week_tow = [], self.gps(utc)
        t = time.gmtime(self.said(utc, now))
        if self.s["nmea.PCAS60"] and self.m.timing and self.fixes % self.s["nmea.PCAS60"] == 0:
            v = 1 if self.leap_known(now) else 0
            out.append(sentence(f"PCAS60,{time.strftime('%H%M%S.000,%d%m%Y', t)},{week_tow[0]},"
                                f"{week_tow[1]},1,{self.leap(now)},{v}"))  # fmt: skip
        for (cls, mid), name in FRAMES.items():
            key = "casic." + name
            if self.s[key] and self.fixes % self.s[key] == 0 or key in self.polled:
                out.append(frame(cls, mid, self.payload(name, t, week_tow, now)))
        for kind in IDS.values():
            if "nmea." + kind in self.polled:
                out.append(self.voice.say(kind, self.said(utc, now), self.fixed(now)))
        self.polled = []
        return out

    def payload(self, name, t, week_tow, now):
        run = int((now - self.started) * 1000)
        fix, known = self.fixed(now), self.leap_known(now)
        if name == "TIMEUTC":
            valid = (3 if fix else 0) | (4 if known and fix else 0)
            return struct.pack("<IffHHBBBBBBBB", run, 4.04, 0.0, 0, t.tm_year, t.tm_mon, t.tm_mday,
                               t.tm_hour, t.tm_min, t.tm_sec, valid, 0, 3 if fix else 0)  # fmt: skip
        if name == "TP":
            return struct.pack(
                "<IfdHBBI", run, 0.0, week_tow[1] + 1, week_tow[0], 0, 3 if known else 0, 0
            )
        return struct.pack("<I", run).ljust({"STATUS": 80, "SOL": 72, "PV": 80}[name], b"\0")
