# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""u-blox: the frame, legacy CFG messages (6, 7, M8, M9) and VALSET/VALGET (M9, F9, M10).

Settings are kept under names; VALSET_KEYS gives the keys of the newer generations, and the legacy
messages read and write the same names. From the u-blox 6, M8 and F9 interface descriptions.
"""
import struct
import time

from base import Receiver
from nmea import sentence
from ubx_tables import MESSAGES, MODELS, NEW, NMEA, SIZES, TIMING_ONLY, VALSET_KEYS


def fletcher(data):
    a = b = 0
    for byte in data:
        a = (a + byte) & 0xFF
        b = (b + a) & 0xFF
    return bytes((a, b))


def frame(cls, mid, payload=b"", sync=b"\xb5\x62"):
    body = struct.pack("<BBH", cls, mid, len(payload)) + payload
    return sync + body + fletcher(body)


def total(b):
    return 8 + struct.unpack_from("<H", b, 4)[0] if len(b) >= 6 else None


def good(b):
    return fletcher(b[2:-2]) == b[-2:]


class Ublox(Receiver):
    family = "ublox"
    frames = ((b"\xb5\x62", total, good),)

    def says_nmea(self):
        return self.s["out.nmea"]

    def other_ack(self):
        return frame(5, 1, b"\x06\x24")

    def ack(self, cls, mid, ok, now):
        if self.s["out.ubx"]:
            self.answer(frame(5, 1 if ok else 0, bytes((cls, mid))), now, ack=True)
        return ok

    def command(self, kind, data, now):
        if kind == "sentence":
            if self.s["in.nmea"]:
                self.pubx(data, now)
            return
        if not self.s["in.ubx"]:
            return
        cls, mid, payload = data[2], data[3], data[6:-2]
        if cls == 6:
            self.cfg(mid, payload, now)
        elif (cls, mid) == (0x0A, 0x04) and not payload:
            self.note("MON-VER?", False)
            self.answer(frame(0x0A, 4, self.version()), now)
        elif (cls, mid) in MESSAGES and not payload:
            name = MESSAGES[cls, mid]
            self.note(f"{name}?", False)
            if NEW.get(name, 0) <= self.m.gen and self.s["out.ubx"]:
                self.polled.append(name)  # with the next solution
        else:
            self.note(f"{cls:02X}-{mid:02X}", False)

    def version(self):
        def field(text, n):
            return text.encode()[: n - 1].ljust(n, b"\0")

        return (
            field(self.m.sw, 30) + field(self.m.hw, 10) + b"".join(field(e, 30) for e in self.m.ext)
        )

    # -- CFG ---------------------------------------------------------------------------------------

    CFG = {0x00: "prt", 0x01: "msg", 0x08: "solrate", 0x24: "nav5", 0x31: "tp5", 0x3D: "tmode2",
           0x09: "cfg"}  # fmt: skip

    def cfg(self, mid, p, now):
        if mid == 0x04:
            self.note("CFG-RST", True)
            if len(p) == 4:
                self.restart(struct.unpack_from("<H", p)[0], now)
            return
        if mid in (0x8A, 0x8B, 0x8C):
            name = {0x8A: "VALSET", 0x8B: "VALGET", 0x8C: "VALDEL"}[mid]
            act = getattr(self, name.lower())
            self.note("CFG-" + name, mid != 0x8B)
            self.ack(6, mid, self.m.valset and not self.refuses(mid != 0x8B) and act(p, now), now)
            return
        name = self.CFG.get(mid)
        poll = not p or (mid == 1 and len(p) == 2) or (mid in (0, 0x31) and len(p) == 1)
        self.note(f"CFG-{(name or '%02X' % mid).upper()}" + ("?" if poll else ""), not poll)
        ok = bool(name) and self.m.legacy and not (name == "tmode2" and not self.m.timing)
        ok = ok and not self.refuses(not poll)
        if ok:
            if poll:
                reply = getattr(self, "get_" + name, lambda p: None)(p)
                ok = reply is not None
                if ok and self.s["out.ubx"]:
                    self.answer(frame(6, mid, reply), now)
            else:
                ok = getattr(self, "set_" + name)(p, now)
        self.ack(6, mid, ok, now)

    def restart(self, mask, now):
        """Settings come from the layers; a cold start forgets the leap seconds."""
        self.s = self.defaults()
        if mask & 0x80 or mask == 0xFFFF:
            self.started = now

    def get_prt(self, p):
        if p and p[0] != 1:
            return None
        masks = (
            self.s["in.ubx"] | self.s["in.nmea"] << 1,
            self.s["out.ubx"] | self.s["out.nmea"] << 1,
        )
        return struct.pack("<BBHIIHHHH", 1, 0, 0, 0x8D0, self.s["baud"], *masks, 0, 0)

    def set_prt(self, p, now):
        if len(p) != 20:
            return False
        port, _, _, mode, baud, inp, outp = struct.unpack_from("<BBHIIHH", p)
        if port in (0, 3, 4):
            return True
        if port != 1 or not 1200 <= baud <= 921600 or (mode & 0xC0) != 0xC0:
            return False
        self.s.update({"in.ubx": inp & 1, "in.nmea": inp >> 1 & 1})
        self.s.update({"out.ubx": outp & 1, "out.nmea": outp >> 1 & 1})
        self.set_rate(baud, now, self.o.ack_at or "now")
        return True

    def msg_key(self, cls, mid):
        if cls == 0xF0:
            return "nmea." + NMEA[mid] if mid in NMEA else None
        name = MESSAGES.get((cls, mid))
        return f"ubx.{name}" if name and NEW.get(name, 0) <= self.m.gen else None

    def get_msg(self, p):
        key = self.msg_key(*p[:2]) if len(p) == 2 else None
        return bytes((p[0], p[1], 0, self.s[key], 0, 0, 0, 0)) if key else None

    def set_msg(self, p, now):
        key = self.msg_key(*p[:2]) if len(p) in (3, 8) else None
        if not key:
            return len(p) in (3, 8) and p[0] == 0xF1
        self.s[key] = p[2] if len(p) == 3 else p[3]
        return True

    def get_solrate(self, p):
        return struct.pack("<HHH", self.s["interval_ms"], self.s["nav_ratio"], self.s["timeref"])

    def set_solrate(self, p, now):
        if len(p) != 6:
            return False
        meas, nav, ref = struct.unpack("<HHH", p)
        if meas < 50 or not nav:
            return False
        self.s.update({"interval_ms": meas, "nav_ratio": nav, "timeref": ref})
        return True

    def get_nav5(self, p):
        return struct.pack("<HBB", 0xFFFF, self.s["dynmodel"], 3) + bytes(32)

    def set_nav5(self, p, now):
        if len(p) != 36:
            return False
        mask, dyn = struct.unpack_from("<HB", p)
        if mask & 1:
            if dyn not in (0, 2, 3, 4, 5, 6, 7, 8, 9, 10):
                return False
            self.s["dynmodel"] = dyn
        return True

    def get_tp5(self, p):
        s = self.s
        flags = s["tp.active"] | s["tp.sync"] << 1 | s["tp.locked"] << 2 | s["tp.isfreq"] << 3
        flags |= s["tp.islen"] << 4 | s["tp.align"] << 5 | s["tp.polarity"] << 6 | s["tp.grid"] << 7
        return struct.pack("<BBHhhIIIIiI", p[0] if p else 0, 0, 0, s["tp.cable"], 0, s["tp.period"],
                           s["tp.period_lock"], s["tp.len"], s["tp.len_lock"], s["tp.delay"],
                           flags)  # fmt: skip

    def set_tp5(self, p, now):
        if len(p) != 32 or p[0] > 1:
            return False
        if p[0] == 1:
            return True
        _, _, _, cable, _, per, perl, ln, lnl, delay, f = struct.unpack("<BBHhhIIIIiI", p)
        if not per or not perl:
            return False
        names = "active sync locked isfreq islen align polarity".split()
        self.s.update({f"tp.{n}": f >> i & 1 for i, n in enumerate(names)})
        self.s.update({"tp.grid": f >> 7 & 15, "tp.cable": cable, "tp.period": per})
        self.s.update({"tp.period_lock": perl, "tp.len": ln, "tp.len_lock": lnl, "tp.delay": delay})
        return True

    def get_tmode2(self, p):
        s = self.s
        return struct.pack("<BBHiiiIII", s["tmode"], 0, 0, s["tmode.x"], s["tmode.y"], s["tmode.z"],
                           s["tmode.acc"], s["tmode.dur"], s["tmode.lim"])  # fmt: skip

    def set_tmode2(self, p, now):
        if len(p) != 28 or p[0] > 2:
            return False
        mode, _, _, x, y, z, acc, dur, lim = struct.unpack("<BBHiiiIII", p)
        if mode == 1 and not dur and not lim:
            return False
        self.s.update({"tmode": mode, "tmode.x": x, "tmode.y": y, "tmode.z": z})
        self.s.update({"tmode.acc": acc, "tmode.dur": dur, "tmode.lim": lim})
        return True

    SECTIONS = {0: ("baud", "in.", "out."), 1: ("nmea.", "ubx."), 3: ("interval_ms", "dynmodel", "nav",
                "timeref", "tp.", "tmode", "utc_"), 4: ("itfm",)}  # fmt: skip

    def set_cfg(self, p, now):
        if len(p) not in (12, 13):
            return False
        clear, save, load = struct.unpack_from("<III", p)
        device = p[12] if len(p) == 13 else 0xFF

        def of(mask):
            heads = [h for b, hs in self.SECTIONS.items() if mask >> b & 1 for h in hs]
            return lambda k: any(k.startswith(h) for h in heads)

        if clear:
            self.clear(of(clear))
        ok = True
        if save:
            ok = self.save(of(save), bool(device & 1), bool(device & 0x16))
        if load:
            wanted, was = of(load), self.s["baud"]
            self.s.update({k: v for k, v in self.defaults().items() if wanted(k)})
            if self.s["baud"] != was:
                new, self.s["baud"] = self.s["baud"], was
                self.set_rate(new, now, "now")
        return ok

    # -- VALSET ------------------------------------------------------------------------------------

    def known(self, key):
        if key not in VALSET_KEYS:
            return None
        name, letter = VALSET_KEYS[key]
        if name.startswith(TIMING_ONLY) and not self.m.timing:
            return None
        return name, letter

    def valset(self, p, now):
        if len(p) < 8 or p[0] > 1 or not p[1] & 7:
            return False
        at, values = 4, {}
        while at < len(p):
            key = struct.unpack_from("<I", p, at)[0] if at + 4 <= len(p) else 0
            known, size = self.known(key), SIZES.get(key >> 28, 0)
            if not known or at + 4 + size > len(p):
                return False
            name, letter = known
            values[name] = struct.unpack_from("<" + letter, p, at + 4)[0]
            at += 4 + size
        if len(values) > 64 or values.get("interval_ms", 100) < 25 or values.get("tp.period") == 0:
            return False
        if not 1200 <= values.get("baud", 9600) <= 921600:
            return False
        if p[1] & 4 and not self.m.flash and self.o.flashless == "nak":
            return False
        if p[1] & 6 and "save-fails" in self.faults:
            return False
        if p[1] & 2:
            self.bbr.update(values)
        if p[1] & 4 and self.m.flash:
            self.flash.update(values)
        if p[1] & 1:
            baud = values.pop("baud", None)
            self.s.update(values)
            if baud:
                self.set_rate(baud, now, self.o.ack_at or "after")
        return True

    def valdel(self, p, now):
        """Keys out of BBR or flash; what is in force stays until the next start."""
        keys = (
            [k for (k,) in struct.iter_unpack("<I", p[4:])]
            if len(p) >= 8 and len(p) % 4 == 0
            else []
        )
        if not keys or p[0] > 1 or not p[1] & 6 or not all(map(self.known, keys)):
            return False
        if p[1] & 4 and not self.m.flash and self.o.flashless == "nak":
            return False
        for bit, layer in ((2, self.bbr), (4, self.flash)):
            for key in keys if p[1] & bit else ():
                layer.pop(VALSET_KEYS[key][0], None)
        return True

    def valget(self, p, now):
        if len(p) < 8 or len(p) % 4 or p[0] != 0:
            return False
        layers = {0: self.s, 1: self.bbr, 2: self.flash, 7: self.factory()}
        if p[1] not in layers or (p[1] == 2 and not self.m.flash):
            return False
        layer, out, skip = layers[p[1]], [], struct.unpack_from("<H", p, 2)[0]
        for (key,) in struct.iter_unpack("<I", p[4:]):
            group = key >> 16 & 0xFFF
            if key & 0xFFFF == 0xFFFF:
                found = [
                    k for k in VALSET_KEYS if group in (k >> 16 & 0xFFF, 0xFFF) and self.known(k)
                ]
                out += [k for k in sorted(found) if VALSET_KEYS[k][0] in layer]
            elif not self.known(key) or VALSET_KEYS[key][0] not in layer:
                return False
            else:
                out.append(key)
        out = out[skip : skip + 64]
        reply = bytes((1, p[1])) + struct.pack("<H", skip)
        for key in out:
            name, letter = VALSET_KEYS[key]
            reply += struct.pack("<I" + letter, key, layer[name])
        self.answer(frame(6, 0x8B, reply), now)
        return True

    # -- sentences of u-blox's own -----------------------------------------------------------------

    def pubx(self, f, now):
        if f[:2] == ["PUBX", "04"] and len(f) == 2:
            self.note("PUBX,04?", False)
            self.polled.append("PUBX04")
        elif f[:2] == ["PUBX", "40"] and len(f) >= 5:
            self.note("PUBX,40", True)
            key = "nmea." + f[2]
            if key in self.s and f[4].isdigit():
                self.s[key] = int(f[4])
        elif f[:2] == ["PUBX", "41"] and len(f) >= 6 and f[2] == "1":
            self.note("PUBX,41", True)
            inp, outp = int(f[3], 16), int(f[4], 16)
            self.s.update({"in.ubx": inp & 1, "in.nmea": inp >> 1 & 1})
            self.s.update({"out.ubx": outp & 1, "out.nmea": outp >> 1 & 1})
            if f[5].isdigit() and 1200 <= int(f[5]) <= 921600:
                self.set_rate(int(f[5]), now, "now")
        else:
            self.note(",".join(f[:2]), False)

    # -- frames of one second ----------------------------------------------------------------------

    def frames_of(self, utc, now):
        due = [n for n in MESSAGES.values() if (r := self.s["ubx." + n]) and self.fixes % r == 0]
        out = []
        for name in due + self.polled:
            if name == "PUBX04" or (self.s["out.ubx"] and NEW.get(name, 0) <= self.m.gen):
                out.append(self.make(name, utc, now))
        self.polled = []
        return [m for m in out if m]

    def make(self, name, utc, now):
        week, tow = self.gps(utc)
        known, fix, leap = self.leap_known(now), self.fixed(now), self.leap(now)
        ms = tow * 1000
        t = time.gmtime(self.said(utc, now))
        valid = (3 if fix else 0) | (4 if known and fix else 0)
        if name == "PUBX04":
            hms, date = time.strftime("%H%M%S.00", t), time.strftime("%d%m%y", t)
            tow_u = (tow - leap) % 604800
            d = "" if known else "D"
            return sentence(f"PUBX,04,{hms},{date},{tow_u}.00,{week},{leap}{d},495176,342.504,21")
        if name == "TIMELS":
            src = 2 if known else 0
            return frame(1, 0x26, struct.pack("<IB3xBbBbiHH3xB", ms, 0, src, leap, 2 if known else 0,
                         0, 0, 0, 0, 1 if known else 0))  # fmt: skip
        if name == "TIMEGPS":
            return frame(1, 0x20, struct.pack("<IihbBI", ms, 0, week, leap, valid, 20))
        if name == "TIMEUTC":
            return frame(1, 0x21, struct.pack("<IIiHBBBBBB", ms, 20, 0, t.tm_year, t.tm_mon, t.tm_mday,
                         t.tm_hour, t.tm_min, t.tm_sec, valid))  # fmt: skip
        if name == "STATUS":
            return frame(1, 3, struct.pack("<IBBBBII", ms, 3 if fix else 0, 0x0D if fix else 0, 0,
                         0x08, 30000, int((now - self.started) * 1000)))  # fmt: skip
        if name == "PVT":
            head = struct.pack("<IHBBBBBBIiBBBB", ms, t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour,
                               t.tm_min, t.tm_sec, 7 if fix else 0, 20, 0, 3 if fix else 0,
                               1 if fix else 0, 0xE0, 12)  # fmt: skip
            return frame(1, 7, head.ljust(92, b"\0"))
        if name == "TP":
            flags = 1 | (2 if known else 0)
            return frame(0x0D, 1, struct.pack("<IIiHBB", (tow + 1) * 1000 % 604800000, 0, -1200, week,
                         flags, 0xF0))  # fmt: skip
        lengths = {"CLOCK": 20, "EOE": 4, "SVIN": 28, "NAVSVIN": 40, "SAT": 8 + 12 * 20, "RF": 28,
                   "HW": 60, "SIG": 12}  # fmt: skip
        cls, mid = next(k for k, v in MESSAGES.items() if v == name)
        return frame(cls, mid, struct.pack("<I", ms).ljust(lengths[name], b"\0"))
