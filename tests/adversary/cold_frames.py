# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""What receivers say of their leap seconds: frames and sentences as text, a character a byte.

Each function takes a Moment and gives bytes; FAMILIES names those that a family has.
"""
import struct
import time

GPS_EPOCH = 315964800
LEAP = 18  # the true one


class Moment:
    """One second as the receiver sees it: the true UTC second, its leap count, whether it is known."""

    __slots__ = ("utc", "leap", "known", "fix", "default", "odd")

    def __init__(self, utc, leap, known, fix, default, odd):
        self.utc, self.leap, self.known, self.fix = utc, leap, known, fix
        self.default = default  # what the firmware has built in
        self.odd = odd  # of two ways to say "not known" the rarer one

    def week_tow(self):
        return divmod(self.utc - GPS_EPOCH + LEAP, 604800)

    def said(self):
        return time.gmtime(self.utc + LEAP - self.leap)

    def valid(self):
        return (3 if self.fix else 0) | (4 if self.known and self.fix else 0)


def fletcher(body):
    a = b = 0
    for c in body:
        a = (a + c) & 255
        b = (b + a) & 255
    return bytes((a, b))


def ubx(cls, mid, payload, sync=b"\xb5\x62"):
    body = struct.pack("<BBH", cls, mid, len(payload)) + payload
    return sync + body + fletcher(body)


def casic(cls, mid, payload):
    total = (mid << 24) + (cls << 16) + len(payload)
    total += sum(w for (w,) in struct.iter_unpack("<I", payload))
    return (
        struct.pack("<HHBB", 0xCEBA, len(payload), cls, mid)
        + payload
        + struct.pack("<I", total & 0xFFFFFFFF)
    )


def skytraq(payload):
    x = 0
    for c in payload:
        x ^= c
    return b"\xa0\xa1" + struct.pack(">H", len(payload)) + payload + bytes((x, 13, 10))


def sentence(body):
    x = 0
    for c in body.encode():
        x ^= c
    return f"${body}*{x:02X}\r\n".encode()


def timels(m):
    # not known: source 0 (firmware), with the flag clear, or set (the count is "valid", but a default)
    tow = m.week_tow()[1] * 1000
    if m.known:
        return ubx(1, 0x26, struct.pack("<IB3xBbBbiHH3xB", tow, 0, 2, m.leap, 2, 0, 0, 0, 0, 3))
    return ubx(1, 0x26, struct.pack("<IB3xBbBbiHH3xB", tow, 0, 255 if m.odd else 0, m.leap, 0, 0, 0, 0, 0,
               1 if m.odd else 0))  # fmt: skip


def timegps(m):
    week, tow = m.week_tow()
    return ubx(1, 0x20, struct.pack("<IihbBI", tow * 1000, 0, week, m.leap, m.valid(), 25))


def civil(t):
    return t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec


def timeutc(m):
    return ubx(
        1,
        0x21,
        struct.pack("<IIiHBBBBBB", m.week_tow()[1] * 1000, 25, 0, *civil(m.said()), m.valid()),
    )


def pubx04(m):
    t, (week, tow) = m.said(), m.week_tow()
    clock = time.strftime("%H%M%S.00,%d%m%y", t)
    d = "" if m.known else "D"
    return sentence(
        f"PUBX,04,{clock},{(tow - m.leap) % 604800}.00,{week},{m.leap}{d},495176,342.504,21"
    )


def casic_utc(m):
    t = m.said()
    return casic(1, 0x10, struct.pack("<IffHHBBBBBBBB", 60000, 4.0, 0.0, 0, *civil(t), m.valid(), 0,
                 3 if m.fix else 0))  # fmt: skip


def allystar(m):
    week, tow = m.week_tow()
    return ubx(
        1, 5, struct.pack("<BBhIHhI", 0, m.valid(), 0, tow * 1000, week, m.leap, 6), b"\xf1\xd9"
    )


def skytraq_time(m):
    week, tow = m.week_tow()
    return skytraq(
        struct.pack(">BBIIHbbB", 0x64, 0x8E, tow * 1000, 0, week, m.default, m.leap, m.valid())
    )


def pqtmls(m):
    week, tow = m.week_tow()
    return sentence(f"PQTMLS,1,{tow},{1 if m.known else 0},{week},{m.leap},0,1,,137,7,{m.leap}")


# family: what it can say it with; each way alone must do. The letter: o sent by itself at a rate,
# p in answer to a poll.
FAMILIES = {
    "ubx-timels": ((timels,), "op"),
    "ubx-timegps": ((timegps,), "op"),
    "ubx-timeutc": ((timeutc,), "op"),
    "ubx-all": ((timegps, timeutc, timels), "op"),
    "pubx04": ((pubx04,), "op"),
    "casic": ((casic_utc,), "op"),
    "allystar": ((allystar,), "op"),
    "skytraq": ((skytraq_time,), "p"),
    "pqtmls": ((pqtmls,), "o"),
}


def decoy(rnd, text):
    """A sound frame of another kind, with a whole sentence in its payload."""
    inner = text.encode("latin-1")
    pad = rnd.randbytes(rnd.randint(0, 20))
    kind = rnd.randrange(4)
    if kind == 0:
        return ubx(4, rnd.choice((0, 1, 2, 3)), pad + inner)
    if kind == 1:
        body = pad + inner
        return casic(3, 0x10, body + bytes(-len(body) % 4))
    if kind == 2:
        return ubx(0x0A, 9, inner + pad, b"\xf1\xd9")
    return skytraq(b"\xdd" + pad + inner)
