# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Sentences as receivers write them, and the sky that fills a line."""
import time


def checksum(body):
    x = 0
    for c in body.encode("ascii", "replace"):
        x ^= c
    return x


def sentence(body):
    return f"${body}*{checksum(body):02X}\r\n".encode("ascii")


def parse(line):
    """Fields of a good sentence (b'$...*hh'), or None."""
    if not line.startswith(b"$") or b"*" not in line:
        return None
    body, _, tail = line[1:].rpartition(b"*")
    try:
        text = body.decode("ascii")
        if int(tail[:2], 16) != checksum(text):
            return None
    except ValueError:
        return None
    return text.split(",")


# Satellites in view by talker: (name, first number, how many).
SKIES = {
    "gps": (("GP", 1, 11),),
    "gps+glo": (("GP", 1, 11), ("GL", 65, 9)),
    "gps+bds": (("GP", 1, 11), ("GB", 1, 12)),
    "four": (("GP", 1, 12), ("GL", 65, 9), ("GA", 1, 9), ("GB", 1, 13)),
}


class Voice:
    """Sentences of one second. `sky` is a name above; decimals of the time of day."""

    def __init__(self, sky="gps", decimals=2, nmea41=False):
        self.sky, self.decimals, self.nmea41 = SKIES[sky], decimals, nmea41
        self.talker = "GP" if sky == "gps" else "GN"

    def say(self, kind, utc, fix=True, known=True):
        """Bytes of one kind (RMC, GGA, ...) for a UTC second; without a fix the status says so."""
        make = getattr(self, "_" + kind.lower(), None)
        return make(utc, fix, known) if make else b""

    def _clock(self, utc, known):
        if not known:
            return "", ""
        t = time.gmtime(utc)
        hms = time.strftime("%H%M%S", t) + ("." + "0" * self.decimals if self.decimals else "")
        return hms, time.strftime("%d%m%y", t)

    def _rmc(self, utc, fix, known):
        hms, date = self._clock(utc, known)
        where = "4717.11437,N,00833.91522,E,0.004,77.52" if fix else ",,,,,"
        tail = ",V" if self.nmea41 else ""
        return sentence(
            f"{self.talker}RMC,{hms},{'A' if fix else 'V'},{where},{date},,,"
            f"{'A' if fix else 'N'}{tail}"
        )

    def _gga(self, utc, fix, known):
        hms, _ = self._clock(utc, known)
        where = (
            "4717.11437,N,00833.91522,E,1,08,1.01,499.6,M,48.0,M,,"
            if fix
            else ",,,,0,00,99.99,,,,,,"
        )
        return sentence(f"{self.talker}GGA,{hms},{where}")

    def _gll(self, utc, fix, known):
        hms, _ = self._clock(utc, known)
        where = "4717.11364,N,00833.91565,E" if fix else ",,,"
        return sentence(f"{self.talker}GLL,{where},{hms},{'A,A' if fix else 'V,N'}")

    def _vtg(self, utc, fix, known):
        what = "77.52,T,,M,0.004,N,0.008,K,A" if fix else ",,,,,,,,N"
        return sentence(f"{self.talker}VTG,{what}")

    def _zda(self, utc, fix, known):
        hms, _ = self._clock(utc, known)
        date = time.strftime("%d,%m,%Y", time.gmtime(utc)) if known else ",,"
        return sentence(f"{self.talker}ZDA,{hms},{date},00,00")

    def _gst(self, utc, fix, known):
        hms, _ = self._clock(utc, known)
        return sentence(f"{self.talker}GST,{hms},1.8,,,,1.7,1.3,2.2")

    def _gns(self, utc, fix, known):
        hms, _ = self._clock(utc, known)
        return sentence(
            f"{self.talker}GNS,{hms},4717.11437,N,00833.91522,E,AA,12,0.91,499.6,48.0,,"
        )

    def _gsa(self, utc, fix, known):
        out = b""
        for i, (_, first, n) in enumerate(self.sky):
            used = [f"{first + 2 * j:02d}" for j in range(min(8, n // 2 + 1))] if fix else []
            used += [""] * (12 - len(used))
            tail = f",{i + 1}" if self.nmea41 else ""
            out += sentence(
                f"{self.talker}GSA,A,{3 if fix else 1},{','.join(used)},1.94,1.18,1.54{tail}"
            )
        return out

    def _gsv(self, utc, fix, known):
        out = b""
        for talker, first, n in self.sky:
            parts = [
                f"{first + i:02d},{(i * 37) % 80 + 5:02d},{(i * 71) % 360:03d},{(i * 13) % 30 + 18:02d}"
                for i in range(n)
            ]
            pages = (n + 3) // 4
            for p in range(pages):
                body = f"{talker}GSV,{pages},{p + 1},{n:02d}," + ",".join(parts[4 * p : 4 * p + 4])
                out += sentence(body + (",1" if self.nmea41 else ""))
        return out

    def _txt(self, utc, fix, known):
        return sentence(f"{self.talker}TXT,01,01,01,ANTENNA OK")
