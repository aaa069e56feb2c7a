# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""MediaTek ($PMTK), Airoha ($PAIR) and Quectel's own commands ($PQTM).

Acknowledgements: $PMTK001,cmd,flag (0 invalid, 1 unsupported, 2 failed, 3 done); $PAIR001,cmd,result
(0 done, 1 wait, 2 failed, 3 unsupported, 4 parameter); $PQTM...,OK or ,ERROR,n (1 parameter,
2 failed, 3 unsupported)."""
from base import Model, Receiver
from nmea import sentence

# Places of the sentences in PMTK314, and their numbers in PAIR062.
PMTK314 = {0: "GLL", 1: "RMC", 2: "VTG", 3: "GGA", 4: "GSA", 5: "GSV", 17: "ZDA"}
PAIR062 = {0: "GGA", 1: "GLL", 2: "GSA", 3: "GSV", 4: "RMC", 5: "VTG", 6: "ZDA", 7: "GRS", 8: "GST"}
MTK_RATES = (4800, 9600, 14400, 19200, 38400, 57600, 115200)
PAIR_RATES = (9600, 115200, 230400, 460800, 921600, 3000000)
PQTM_RATES = (9600, 115200, 230400, 460800, 921600)

MTK_FACTORY = {
    "nmea.GGA": 1, "nmea.GSA": 1, "nmea.RMC": 1, "nmea.VTG": 1, "nmea.GSV": 5, "nmea.GLL": 0,
    "nmea.ZDA": 0, "tp.mode": 4, "tp.len": 100, "pps_sync": 0,
}  # fmt: skip
LC_FACTORY = {
    **{f"nmea.{k}": 1 for k in ("GGA", "GLL", "GSA", "GSV", "RMC", "VTG")},
    "nmea.ZDA": 0, "nmea.GRS": 0, "nmea.GST": 0, "nmea.PQTMLS": 0, "tp.enable": 1, "tp.len": 100,
    "tp.mode": 3, "tp.polarity": 1, "svin": 0, "svin.dur": 0, "rcvr_mode": 1, "nav_mode": 0,
}  # fmt: skip
BASE = {"baud": 9600, "sky": "gps+glo", "decimals": 3, "flash": True, "bbr": False, "buffer": 2048,
        "factory": MTK_FACTORY}  # fmt: skip


def of(**k):
    return Model(**{**BASE, **k})


MTK_MODELS = {
    m.name: m
    for m in (
        # MT3339: no memory but what a battery keeps
        of(name="pa6h", version="AXN_2.31_3339_13101700,5632,PA6H,1.0", sky="gps", flash=False, bbr=True,
           pps255=True, pps285=True),
        of(name="l76b", version="AXN_5.1.6_3333_18060500,0001,Quectel-L76B,1.0", flash=False, bbr=True,
           pps255=True, pps285=True),
        of(name="l80-r", version="AXN_3.8_3333_16042118,0000,V3.8.1 GP+GL,", flash=False, bbr=True,
           pps255=True, pps285=False, sky="gps"),
    )
}  # fmt: skip
AIROHA_MODELS = {
    m.name: m
    for m in (
        of(name="lc76g", version="AG3352Q_V2.5.0.AG3352_20230420", baud=115200, factory=LC_FACTORY,
           nmea41=True, sky="four", pqtm=("VERNO", "CFGPPS", "SAVEPAR", "CFGNMEADP", "SRR"), pps=1,
           rate_now=True, verno="LC76GABNR12A03S,2023/04/20,11:22:33", rates=PAIR_RATES),
        of(name="lc29hea", version="AG3335M_V2.5.0.AG3335_20230118", baud=460800, factory=LC_FACTORY,
           nmea41=True, sky="four", pqtm=("VERNO", "CFGPPS", "SAVEPAR", "CFGMSGRATE", "SRR", "CFGSVIN"),
           pps=1, rate_now=False, verno="LC29HEANR11A03S,2022/11/15,16:00:00", rates=PAIR_RATES),
    )
}  # fmt: skip
PQTM_MODELS = {
    m.name: m
    for m in (
        of(name="lg290p", version="", baud=460800, factory=LC_FACTORY, nmea41=True, sky="four",
           pqtm=("VERNO", "CFGPPS", "SAVEPAR", "RESTOREPAR", "CFGMSGRATE", "CFGUART", "SRR", "CFGSVIN",
                 "CFGFIXRATE", "CFGRCVRMODE"), pps=1, rate_now=True,
           verno="LG290P03AANR01A06S,2025/05/14,10:20:30", rates=PQTM_RATES),
        of(name="pqtm-9600", version="", baud=9600, factory=LC_FACTORY, sky="gps",
           pqtm=("VERNO", "CFGPPS", "SAVEPAR", "CFGMSGRATE", "CFGUART", "SRR"), pps=1, rate_now=True,
           verno="L86NR01A01S,2024/01/01,00:00:00", rates=PQTM_RATES),
    )
}  # fmt: skip


def number(text, low, high):
    return int(text) if text.lstrip("-").isdigit() and low <= int(text) <= high else None


class Mtk(Receiver):
    """Settings last over a power cycle only where a battery keeps the RAM."""

    family = "mtk"

    def other_ack(self):
        return sentence("PMTK001,605,3")

    def command(self, kind, data, now):
        name = data[0]
        if not name.startswith("PMTK") or not name[4:].isdigit():
            return
        n, args = int(name[4:]), data[1:]
        self.note(name, n not in (0, 605, 400, 414, 430))
        if n == 605:
            self.answer(sentence(f"PMTK705,{self.m.version}"), now)
            return
        if n == 414:
            body = ",".join(str(self.s.get("nmea." + PMTK314.get(i, ""), 0)) for i in range(19))
            self.answer(sentence("PMTK514," + body), now)
            return
        if n == 400:
            self.answer(sentence(f"PMTK500,{self.s['interval_ms']},0,0,0.0,0.0"), now)
            return
        flag = 2 if self.refuses() else self.set_(n, args, now)
        if flag is not None:
            self.answer(sentence(f"PMTK001,{n},{flag}"), now, ack=True)
        if self.m.bbr:
            self.save(flash=False)

    def rate_changed(self):
        super().rate_changed()
        if self.m.bbr:
            self.save(flash=False)

    def set_(self, n, a, now):
        """The flag of the acknowledgement, or None where there is none."""
        if n == 251:
            rate = number(a[0], 0, 1000000) if a else None
            if rate == 0:
                rate = self.m.baud
            if rate not in MTK_RATES:
                return 0
            self.set_rate(rate, now, "now")
            return None
        if n == 314:
            if a == ["-1"]:
                self.s.update({k: v for k, v in self.factory().items() if k.startswith("nmea.")})
                return 3
            if len(a) not in (19, 20, 21, 22) or any(number(x or "0", 0, 5) is None for x in a):
                return 0
            for i, kind in PMTK314.items():
                self.s["nmea." + kind] = int(a[i] or 0)
            return 3
        if n in (220, 300):
            ms = number(a[0], 100, 10000) if a else None
            if ms is None:
                return 0
            self.s["interval_ms"] = ms
            return 3
        if n == 255:
            if not self.m.pps255 or not a:
                return 1
            self.s["pps_sync"] = number(a[0], 0, 1) or 0
            return 3
        if n == 285:
            mode = number(a[0], 0, 4) if len(a) == 2 else None
            if not self.m.pps285 or mode is None:
                return 1
            self.s.update({"tp.mode": mode, "tp.len": number(a[1], 0, 999) or 100})
            return 3
        if n in (101, 102, 103, 104):
            if n == 104:
                self.clear()
                was = self.s["baud"]
                self.s = self.defaults()
                new, self.s["baud"] = self.s["baud"], was
                if new != was:
                    self.set_rate(new, now, "now")
            if n >= 103:
                self.started = now
            self.answers.append((now + 0.3, sentence("PMTK010,001")))
            return None
        return 3 if n == 0 else 1


class Airoha(Receiver):
    family = "airoha"
    order = ("GGA", "GSA", "GSV", "RMC", "GLL", "VTG", "ZDA", "GRS", "GST")

    def other_ack(self):
        return sentence("PAIR001,050,0")

    def command(self, kind, data, now):
        name = data[0]
        if name.startswith("PQTM"):
            self.pqtm(name[4:], data[1:], now)
            return
        if not name.startswith("PAIR") or not name[4:].isdigit() or not self.m.version:
            return
        n, args = int(name[4:]), data[1:]
        changes = n not in (20, 21, 51, 63, 81, 865)
        self.note(name, changes)
        result, reply = (2, None) if self.refuses(changes) else self.pair(n, args, now)
        self.answer(sentence(f"PAIR001,{n:03d},{result}"), now, ack=True)
        if reply and not result:
            self.answers.append((self.answers[-1][0] if self.answers else now, sentence(reply)))

    def pair(self, n, a, now):
        """(result, a reply or None)."""
        if n == 20:
            return 0, f"PAIR020,{self.m.version},S,N,9ff6c6f,2211170844,,,,,"
        if n == 21:
            return 0, f"PAIR021,{self.m.version}"
        if n == 50:
            ms = number(a[0], 100, 1000) if a else None
            if ms is None:
                return 4, None
            self.s["interval_ms"] = ms
            return 0, None
        if n == 51:
            return 0, f"PAIR051,{self.s['interval_ms']}"
        if n == 62:
            kind, rate = (number(a[0], -1, 8), number(a[1], 0, 20)) if len(a) == 2 else (None, None)
            if kind is None or rate is None:
                return 4, None
            if kind < 0:
                self.s.update({k: v for k, v in self.factory().items() if k.startswith("nmea.")})
            else:
                self.s["nmea." + PAIR062[kind]] = rate
            return 0, None
        if n == 63:
            kind = number(a[0], 0, 8) if a else None
            return (4, None) if kind is None else (0, f"PAIR063,{kind},{self.s['nmea.' + PAIR062[kind]]}")
        if n == 80:
            mode = number(a[0], 0, 9) if a else None
            if mode is None:
                return 4, None
            self.s["nav_mode"] = mode
            return 0, None
        if n == 81:
            return 0, f"PAIR081,{self.s['nav_mode']}"
        if n == 513:
            return (0 if self.save(bbr=False) else 2), None
        if n == 514:
            self.clear()
            return 0, None
        if n == 752:
            if len(a) != 2 or number(a[0], 0, 4) is None:
                return 4, None
            self.s.update({"tp.mode": int(a[0]), "tp.len": number(a[1], 1, 999) or 100})
            return 0, None
        if n == 864:
            rate = number(a[2], 0, 10**7) if len(a) == 3 and a[0] == "0" and a[1] == "0" else None
            if rate not in self.m.rates:
                return 4, None
            self.new_uart(rate, now)
            return 0, None
        if n == 865:
            return 0, f"PAIR865,0,0,{self.s['baud']}"
        if n == 23:  # the whole module starts anew
            self.s = self.defaults()
            return 0, None
        if n in (4, 5, 6, 7):
            if n >= 6:
                self.started = now
            if n == 7:
                self.clear()
                self.s = {**self.defaults(), "baud": self.s["baud"]}
            return 0, None
        return 3, None

    def new_uart(self, rate, now):
        """Some take the rate at once, some only with the next start."""
        if self.m.rate_now:
            self.set_rate(rate, now, "after")
        elif "rate-ignored" not in self.faults:
            self.flash["baud"] = rate

    def pqtm(self, name, a, now):
        changes = name != "VERNO" and a[:1] != ["R"]
        self.note("PQTM" + name + ("," + a[0] if a else ""), changes)
        if name in ("COLD", "WARM", "HOT", "SRR"):
            self.s = self.defaults() if name == "SRR" else self.s
            self.started = now if name == "COLD" else self.started
            return
        if name == "VERNO":
            reply = self.m.verno
        elif self.refuses(changes):
            reply = "ERROR,2"
        elif name not in self.m.pqtm:
            reply = "ERROR,3"
        else:
            reply = getattr(self, "q_" + name.lower())(a, now) or "ERROR,1"
        self.answer(sentence(f"PQTM{name},{reply}"), now, ack=True)

    def q_savepar(self, a, now):
        return "OK" if self.save(bbr=False) else "ERROR,2"

    def q_restorepar(self, a, now):
        self.clear()
        return "OK"

    def q_cfgpps(self, a, now):
        s = self.s
        if a[:1] == ["R"]:
            return f"OK,1,{s['tp.enable']},{s['tp.len']},{s['tp.mode']},{s['tp.polarity']},0"
        if a[:3] == ["W", "1", "0"]:
            s["tp.enable"] = 0
            return "OK"
        if a[:3] != ["W", "1", "1"] or len(a) < 6:
            return None
        length, mode, polarity = number(a[3], 1, 999), number(a[4], 1, 5), number(a[5], 0, 1)
        if None in (length, mode, polarity):
            return None
        s.update({"tp.enable": 1, "tp.len": length, "tp.mode": mode, "tp.polarity": polarity})
        return "OK"

    def q_cfgmsgrate(self, a, now):
        if len(a) < 2:
            return None
        key = "nmea." + a[1]
        own = a[1].startswith("PQTM")
        if key not in self.s or (own and len(a) < (4 if a[0] == "W" else 3)):
            return None
        if a[0] == "R":
            return f"OK,{a[1]},{self.s[key]}" + (",1" if own else "")
        rate = number(a[2], 0, 20) if len(a) > 2 else None
        if rate is None:
            return None
        self.s[key] = rate
        return "OK"

    def q_cfguart(self, a, now):
        if a[:1] == ["R"]:
            return f"OK,1,{self.s['baud']},8,0,1,0"
        a = a[1:]
        if len(a) in (2, 6) and a[0] in ("1", "2", "3"):
            if a[0] != "1":
                return "OK"
            a = a[1:]
        rate = number(a[0], 0, 10**7) if a else None
        if rate not in self.m.rates:
            return None
        self.new_uart(rate, now)
        return "OK"

    def q_cfgfixrate(self, a, now):
        if a[:1] == ["R"]:
            return f"OK,{self.s['interval_ms']}"
        ms = number(a[1], 50, 1000) if len(a) == 2 else None
        if ms is None:
            return None
        self.s["interval_ms"] = ms
        return "OK"

    def q_cfgrcvrmode(self, a, now):
        if a[:1] == ["R"]:
            return f"OK,{self.s['rcvr_mode']}"
        self.s["rcvr_mode"] = number(a[1], 0, 2) or 0 if len(a) == 2 else 0
        return "OK"

    def q_cfgsvin(self, a, now):
        if a[:1] == ["R"]:
            return f"OK,{self.s['svin']},{self.s['svin.dur']},0.0,0.0000,0.0000,0.0000"
        if len(a) < 3 or number(a[1], 0, 2) is None or number(a[2], 0, 86400) is None:
            return None
        self.s.update({"svin": int(a[1]), "svin.dur": int(a[2])})
        return "OK"

    def q_cfgnmeadp(self, a, now):
        return "OK"

    def frames_of(self, utc, now):
        n = self.s["nmea.PQTMLS"]
        if not n or self.fixes % n or not self.leap_known(now):
            return []
        week, tow = self.gps(utc)
        leap = self.leap(now)
        return [sentence(f"PQTMLS,1,{tow},1,{week},{leap},0,1,,137,7,{leap}")]


class Pqtm(Airoha):
    family = "pqtm"

    def other_ack(self):
        return sentence("PQTMCFGRCVRMODE,OK")
