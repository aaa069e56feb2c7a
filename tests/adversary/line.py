# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""What a receiver says, the wire it says it on, and the process that reads the wire.

A receiver makes an epoch's sentences at one instant and puts them into a send buffer of finite
size, which the UART empties at the bit rate. What does not fit is lost, by sentence or by epoch.
The reader gets FIFO-sized portions; it sleeps for a while after each read, and may stall.
"""
import re
import time
from functools import reduce
from operator import xor

TWO = [f"{i:02d}" for i in range(100)]
TWO_XOR = [ord(t[0]) ^ ord(t[1]) for t in TWO]
DAY = 86400
TTY = 4095
# A burst so long is looked at so often; a line idle for so long is seen to be (docs/capture.md).
LONG_S, OFTEN_S, IDLE_S = 0.6, 0.02, 0.025
UNSAFE = re.compile(r"[^\x20-\x5b\x5d-\x7e]")
SHORT = {"\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\"}


def escape(text):
    return UNSAFE.sub(lambda m: SHORT.get(m[0]) or f"\\x{ord(m[0]):02x}", text)


def summed(body):
    """A whole sentence around what stands between $ and *."""
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n"


def fixes(reads):
    """When the reads [(instant, text)] completed a sentence that tells of a fix: RMC, GGA, GLL."""
    out, rest = [], ""
    for t, text in reads:
        rest += text
        if "\n" not in text:
            continue
        *lines, rest = rest.split("\n")
        for line in lines:
            body = line[line.rfind("$") + 1 : -4]
            f = body.split(",", 7)
            name, f = f[0][2:], f + [""] * 7
            if name == "RMC" and f[2] == "A" or name == "GGA" and f[6] > "0" or (
                name == "GLL" and f[6] == "A"
            ):
                if summed(body) == line[-len(body) - 5 :] + "\n":
                    out.append(t)
                    break
    return out


class Field:
    """A sentence with one time and one date in it, cheap to fill in."""

    def __init__(self, before, after):
        self.before, self.after = before, after
        self.sum = reduce(xor, (before + after).encode(), 0)

    def fill(self, clock, clock_xor):
        return f"${self.before}{clock}{self.after}*{self.sum ^ clock_xor:02X}\r\n"


class Dated:
    """Clock and date strings of one day, renewed when the day changes."""

    def __init__(self):
        self.day = None

    def set(self, label):
        day, second = divmod(label, DAY)
        if day != self.day:
            self.day = day
            self.tm = time.gmtime(day * DAY)
            self.ddmmyy = time.strftime("%d%m%y", self.tm)
            self.zda = time.strftime("%d,%m,%Y", self.tm)
        return second


class Voice:
    """The sentences of one receiver: R (RMC), G (GGA), Z (ZDA), L (GLL) or constant text."""

    def __init__(self, talker, items, decimals):
        self.talker, self.items, self.decimals = talker, items, decimals
        self.lines = {i: i.splitlines(keepends=True) for i in items if len(i) > 1}
        self.dated, self.day, self.cache = Dated(), None, {}

    def _fields(self, valid, frac):
        key = (self.dated.day, valid, frac)
        if key not in self.cache:
            d, t = self.dated, self.talker
            place = "4717.11437,N,00833.91522,E" if valid else ",,,"
            self.cache[key] = (
                Field(
                    f"{t}RMC,",
                    f"{frac},{'A' if valid else 'V'},{place},"
                    f"{'0.004,77.52' if valid else ','},{d.ddmmyy},,,{'A' if valid else 'N'}",
                ),
                Field(
                    f"{t}GGA,",
                    f"{frac},{place},{'1,08,1.01,499.6,M,48.0,M' if valid else '0,00,99.99,,,,'},,",
                ),
                Field(f"{t}ZDA,", f"{frac},{d.zda},00,00"),
                Field(f"{t}GLL,{place},", f"{frac},{'A,A' if valid else 'V,N'}"),
            )
        return self.cache[key]

    def epoch(self, label, status, fraction=0.0, sixty=False, share=1.0):
        """Text of an epoch and where its RMC ends; status A, V (with time) or N (no time).

        share: so much of the constant text is sent this time.
        """
        # 23:59:60 is in the day that it ends.
        second = self.dated.set(label - sixty)
        frac = (
            ""
            if not self.decimals
            else f".{int(fraction * 10 ** self.decimals + .5):0{self.decimals}d}"
        )
        if status != "N":
            rmc, gga, zda, gll = self._fields(status == "A", frac)
            h, m, s = second // 3600, second // 60 % 60, second % 60
            if sixty:
                h, m, s = 23, 59, 60
            clock = TWO[h] + TWO[m] + TWO[s]
            x = TWO_XOR[h] ^ TWO_XOR[m] ^ TWO_XOR[s]
        out, end, n = [], 0, 0
        for item in self.items:
            if item == "R":
                text = (
                    rmc.fill(clock, x)
                    if status != "N"
                    else summed(f"{self.talker}RMC,,V,,,,,,,,,,N")
                )
                end = n + len(text)
            elif item == "G":
                text = (
                    gga.fill(clock, x)
                    if status != "N"
                    else summed(f"{self.talker}GGA,,,,,,0,00,99.99,,,,,,")
                )
            elif item == "Z":
                text = (
                    zda.fill(clock, x) if status != "N" else summed(f"{self.talker}ZDA,,,,,00,00")
                )
            elif item == "L":
                text = (
                    gll.fill(clock, x) if status != "N" else summed(f"{self.talker}GLL,,,,,,V,N")
                )
            elif share < 1:
                lines = self.lines[item]
                text = "".join(lines[: round(share * len(lines))])
            else:
                text = item
            n += len(text)
            out.append(text)
        return "".join(out), end


def filler(size, talker="GP"):
    """About size bytes of sentences that carry no time."""
    out, i = [], 0
    while size > 20:
        i += 1
        text = summed(f"{talker}VTG,77.5,T,,M,0.0,N"[: size - 5])
        if size > 60:
            satellites = "".join(
                f",{(i * 7 + j * 3) % 32 + 1:02d},{j * 17:02d},{(i + j) * 71 % 360:03d},{20 + j * 5}"
                for j in range(min(4, (size - 17) // 13))
            )
            text = summed(f"{talker}GSV,4,{i % 4 + 1},16{satellites}")
        out.append(text)
        size -= len(text)
    return "".join(out)


class Piece:
    """Bytes that leave the receiver without a pause, belonging to one epoch."""

    __slots__ = ("start", "text", "end", "status", "k", "said", "made", "hurt", "late", "torn")

    def __init__(self, start, text, end, status, k, said, made):
        self.start, self.text, self.end, self.status = start, text, end, status
        self.k, self.said, self.made, self.hurt = k, said, made, False
        self.late = False  # read when the line had been left alone
        self.torn = False  # another part of its burst is hurt


class Wire:
    """The send buffer and the line: put() an epoch, get pieces with the time of their first bit."""

    def __init__(self, byte_s, buffer, whole_epochs, free):
        self.byte_s, self.buffer, self.whole, self.free = byte_s, buffer, whole_epochs, free
        self.pieces = []

    def put(self, made, text, end, status, k, said, epoch=None):
        start = self.free
        if start <= made:
            start = made
        elif (room := self.buffer - int((start - made) / self.byte_s)) < len(text):
            text, end = self._squeeze(text, end, room, status)
            if not text:
                return
        self.pieces.append(Piece(start, text, end, status, k, said, epoch or made))
        self.free = start + len(text) * self.byte_s

    def _squeeze(self, text, end, room, status):
        """What of an epoch still finds room, and where its RMC (or other time) then ends.

        A ZDA has the time, but no word on the fix.
        """
        if self.whole:
            return "", 0
        others = ("GGA", "ZDA") if status == "A" else ("GGA",)
        out, n, kept, end_kept = [], 0, 0, 0
        for sentence in text.splitlines(keepends=True):
            n += len(sentence)
            if kept + len(sentence) <= room:
                out.append(sentence)
                kept += len(sentence)
                if n == end or (not end_kept and sentence[3:6] in others):
                    end_kept = kept
        return "".join(out), end_kept


def cut(pieces, byte_s, windows):
    """Bytes on the wire during a window are nobody's."""
    for a, b in windows:
        out = []
        for p in pieces:
            last = p.start + len(p.text) * byte_s
            if p.start >= b or last <= a:
                out.append(p)
            elif p.start < a:
                p.text = p.text[: int((a - p.start) / byte_s)]
                if p.end > len(p.text):
                    p.end = 0  # its RMC was not read to the end
                out.append(p)
            elif last > b:
                lost = int((b - p.start) / byte_s) + 1
                p.text, p.end, p.start = p.text[lost:], p.end - lost, p.start + lost * byte_s
                if p.end <= 0 or p.end < 60:
                    p.end = 0
                if p.text:
                    out.append(p)
        pieces = out
        after = next((p for p in pieces if p.start >= b), None)
        if after and "$" not in after.text[: after.end]:
            after.end = 0  # the first half of its sentence was nobody's
    return pieces


def _waits(piece, o, fifo, byte_s, t):
    """Whether bytes from o on had reached the reader at t: a FIFO of them, or all."""
    there = int((t - piece.start) / byte_s)
    return there - o >= fifo or there >= len(piece.text) + 3


def read(pieces, byte_s, how, stalls, begin, end, rnd, alone=()):
    """[(instant, text)] of the reads, and [(instant, piece)] for each RMC as its end is read.

    alone: {second: (since, until)}, when the line is left alone, unless something waits at since;
    where since is None, from the first read in that second on. Such a read is (instant, text, since).
    Of a burst that has lasted for LONG_S the reads are no further apart than OFTEN_S.
    """
    fifo, pause, wake = how["fifo"], how["pause"], how["wake"]
    random = rnd.random
    reads, heard = [], []
    alone = dict(alone)
    i = o = si = 0
    n, ns = len(pieces), len(stalls)
    last = began = done = begin - 1.0
    while i < n and pieces[i].start + len(pieces[i].text) * byte_s <= begin:
        i += 1
    if i < n and pieces[i].start < begin:
        o = int((begin - pieces[i].start) / byte_s) + 1
        if o >= len(pieces[i].text):
            i, o = i + 1, 0
    while i < n:
        p = pieces[i]
        left = len(p.text) - o
        at = p.start + ((o + fifo) if left >= fifo else (o + left + 3.2)) * byte_s
        first = p.start + o * byte_s
        apart = pause if first - began < LONG_S else min(pause, OFTEN_S)
        if first - done > IDLE_S:
            began = first
        if at < last + apart:
            at = last + apart
        at += wake * random()
        since, until = alone.get(int(at), (at, at))
        listens = since is None
        put_off = not listens and since < at < until and not _waits(p, o, fifo, byte_s, since)
        if put_off:
            at = until
        elif listens or since < at:
            del alone[int(at)]  # a read ends it for this second
        while si < ns and stalls[si][1] <= at - wake:
            si += 1
        if si < ns and stalls[si][0] <= at < stalls[si][1]:
            at = stalls[si][1] + wake * random()
        if at >= end:
            break
        got, n_got, fresh = [], 0, []
        while i < n:
            p = pieces[i]
            if p.start > at:
                break
            avail = int((at - p.start) / byte_s)
            size = len(p.text)
            if avail >= size:
                part = p.text[o:] if o else p.text
                if p.end > o:
                    fresh.append((n_got + p.end - o, p))
                got.append(part)
                n_got += len(part)
                done = p.start + size * byte_s
                i, o = i + 1, 0
                continue
            avail -= (avail - o) % fifo
            if avail > o:
                got.append(p.text[o:avail])
                if o < p.end <= avail:
                    fresh.append((n_got + p.end - o, p))
                n_got += avail - o
                o = avail
                done = p.start + o * byte_s
            break
        if n_got > TTY:
            got = ["".join(got)[:TTY]]
            for place, p in fresh:
                p.hurt = p.hurt or place > TTY
        for place, p in fresh:
            p.late = put_off
            if place <= TTY:
                heard.append((at, p))
        # Behind a read that was put off the line is watched: the next byte is heard at once.
        last = at - pause if put_off or listens else at
        if listens and at < until:
            alone[int(at)] = (at, until)
        if n_got:
            reads.append((at, "".join(got), since) if put_off else (at, "".join(got)))
    return reads, heard
