# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""u-blox: messages, keys, factory settings and models."""
from base import Model

NMEA = {
    6: "GRS",
    9: "GBS",
    10: "DTM",
    0: "GGA",
    1: "GLL",
    2: "GSA",
    3: "GSV",
    4: "RMC",
    5: "VTG",
    7: "GST",
    8: "ZDA",
    13: "GNS",
}
# NAV and TIM messages with a length; those of `made` are really made.
MESSAGES = {
    (1, 0x03): "STATUS", (1, 0x07): "PVT", (1, 0x20): "TIMEGPS", (1, 0x21): "TIMEUTC",
    (1, 0x22): "CLOCK", (1, 0x26): "TIMELS", (1, 0x35): "SAT", (1, 0x3B): "NAVSVIN",
    (1, 0x61): "EOE", (0x0D, 0x01): "TP", (0x0D, 0x04): "SVIN", (0x0A, 0x38): "RF",
    (0x0A, 0x09): "HW", (0x27, 0x09): "SIG",
}  # fmt: skip
NEW = {"TIMELS": 8, "EOE": 8, "SAT": 8, "PVT": 7, "RF": 9, "SIG": 10, "NAVSVIN": 9}

# key -> (name, struct letter)
VALSET_KEYS = {
    0x40520001: ("baud", "I"),
    0x10730001: ("in.ubx", "B"), 0x10730002: ("in.nmea", "B"),
    0x10740001: ("out.ubx", "B"), 0x10740002: ("out.nmea", "B"),
    0x30210001: ("interval_ms", "H"), 0x30210002: ("nav_ratio", "H"), 0x20210003: ("timeref", "B"),
    0x20110021: ("dynmodel", "B"), 0x2011001C: ("utc_standard", "B"), 0x10110025: ("ackaiding", "B"),
    0x10050007: ("tp.active", "B"), 0x1005000B: ("tp.polarity", "B"), 0x1005000A: ("tp.align", "B"),
    0x10050008: ("tp.sync", "B"), 0x10050009: ("tp.locked", "B"),
    0x40050002: ("tp.period", "I"), 0x40050003: ("tp.period_lock", "I"),
    0x40050004: ("tp.len", "I"), 0x40050005: ("tp.len_lock", "I"),
    0x20050023: ("tp.isfreq", "B"), 0x20050030: ("tp.islen", "B"), 0x2005000C: ("tp.grid", "B"),
    0x30050001: ("tp.cable", "h"), 0x40050006: ("tp.delay", "i"),
    0x5005002A: ("tp.duty", "d"), 0x5005002B: ("tp.duty_lock", "d"), 0x20050035: ("tp.drive", "B"),
    0x20030001: ("tmode", "B"), 0x20030002: ("tmode.pos", "B"),
    0x40030003: ("tmode.x", "i"), 0x40030004: ("tmode.y", "i"), 0x40030005: ("tmode.z", "i"),
    0x4003000F: ("tmode.acc", "I"), 0x40030010: ("tmode.dur", "I"), 0x40030011: ("tmode.lim", "I"),
    0x209100BB: ("nmea.GGA", "B"), 0x209100CA: ("nmea.GLL", "B"), 0x209100C0: ("nmea.GSA", "B"),
    0x209100C5: ("nmea.GSV", "B"), 0x209100AC: ("nmea.RMC", "B"), 0x209100B1: ("nmea.VTG", "B"),
    0x209100D9: ("nmea.ZDA", "B"), 0x209100B6: ("nmea.GNS", "B"), 0x209100D4: ("nmea.GST", "B"),
    0x209100CF: ("nmea.GRS", "B"), 0x209100DE: ("nmea.GBS", "B"), 0x209100A7: ("nmea.DTM", "B"),
    0x40530001: ("uart2.baud", "I"),
    0x20910007: ("ubx.PVT", "B"), 0x2091001B: ("ubx.STATUS", "B"), 0x20910048: ("ubx.TIMEGPS", "B"),
    0x2091005C: ("ubx.TIMEUTC", "B"), 0x20910061: ("ubx.TIMELS", "B"), 0x20910066: ("ubx.CLOCK", "B"),
    0x20910016: ("ubx.SAT", "B"), 0x20910089: ("ubx.NAVSVIN", "B"), 0x20910160: ("ubx.EOE", "B"),
    0x2091017E: ("ubx.TP", "B"), 0x20910098: ("ubx.SVIN", "B"), 0x2091035A: ("ubx.RF", "B"),
    0x20910635: ("ubx.SIG", "B"), 0x1041000D: ("itfm", "B"),
    0x10930021: ("nmea_out.invfix", "B"), 0x10930022: ("nmea_out.mskfix", "B"),
    0x10930023: ("nmea_out.invtime", "B"), 0x10930024: ("nmea_out.invdate", "B"),
    # of other ports, which these modules have, too: kept, without effect
    0x10780001: ("usb.out.ubx", "B"), 0x10780002: ("usb.out.nmea", "B"),
}  # fmt: skip
TIMING_ONLY = ("tmode", "uart2")  # the timing product here has a second UART, too
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}

FACTORY = {
    **{f"nmea.{k}": 1 for k in ("GGA", "GLL", "GSA", "GSV", "RMC", "VTG")},
    **{f"nmea.{k}": 0 for k in ("ZDA", "GST", "GNS", "GRS", "GBS", "DTM")}, "uart2.baud": 38400,
    **{f"ubx.{k}": 0 for k in MESSAGES.values()},
    "nmea.TXT": 0, "in.ubx": 1, "in.nmea": 1, "out.ubx": 1, "out.nmea": 1, "nav_ratio": 1,
    "timeref": 1, "dynmodel": 0, "utc_standard": 0, "ackaiding": 0, "tmode": 0, "tmode.pos": 0,
    "tmode.x": 0, "tmode.y": 0, "tmode.z": 0, "tmode.acc": 0, "tmode.dur": 0, "tmode.lim": 0,
    "tp.active": 1, "tp.polarity": 1, "tp.align": 1, "tp.sync": 1, "tp.locked": 1, "tp.grid": 0,
    "tp.period": 1000000, "tp.period_lock": 1000000, "tp.len": 0, "tp.len_lock": 100000,
    "tp.isfreq": 0, "tp.islen": 1, "tp.cable": 50, "tp.delay": 0, "tp.duty": 0.0,
    "tp.duty_lock": 10.0, "tp.drive": 0, "itfm": 0, "nmea_out.invfix": 0, "nmea_out.mskfix": 0,
    "nmea_out.invtime": 0, "nmea_out.invdate": 0, "usb.out.ubx": 1, "usb.out.nmea": 1,
}  # fmt: skip


def model(name, gen, sw, hw, ext, **k):
    base = {"baud": 9600, "sky": "gps", "decimals": 2, "factory": FACTORY, "timing": False}
    base.update(flash=False, bbr=True, valset=False, legacy=True, buffer=4096, nmea41=gen >= 9)
    base.update(k)
    return Model(name=name, gen=gen, sw=sw, hw=hw, ext=ext, **base)


G4 = ("GPS;GLO;GAL;BDS", "SBAS;QZSS")
MODELS = {
    m.name: m
    for m in (
        model("neo-6m", 6, "7.03 (45969)", "00040007", ()),
        model("lea-6t", 6, "6.02 (36023)", "00040006", (), timing=True, flash=True),
        model("neo-7m", 7, "1.00 (59842)", "00070000", ("PROTVER 14.00", "GPS;SBAS;GLO;QZSS")),
        model("neo-m8n", 8, "EXT CORE 3.01 (107900)", "00080000",
              ("ROM BASE 2.01 (75331)", "FWVER=SPG 3.01", "PROTVER=18.00", "GPS;GLO;GAL;BDS",
               "SBAS;IMES;QZSS"), flash=True, sky="gps+glo"),
        model("neo-m8t", 8, "EXT CORE 3.01 (111141)", "00080000",
              ("ROM BASE 2.01 (75331)", "FWVER=TIM 1.10", "PROTVER=22.00", "MOD=NEO-M8T-0",
               "GPS;GLO;GAL;BDS", "SBAS;IMES;QZSS"), flash=True, timing=True, sky="gps+glo"),
        model("neo-m9n", 9, "EXT CORE 4.04 (7f89f7)", "00190000",
              ("ROM BASE 0x118B2060", "FWVER=SPG 4.04", "PROTVER=32.01", "MOD=NEO-M9N") + G4,
              flash=True, valset=True, baud=38400, sky="four"),
        model("zed-f9t", 9, "EXT CORE 1.00 (fbc9ae)", "00190000",
              ("ROM BASE 0x118B2060", "FWVER=TIM 2.20", "PROTVER=29.20", "MOD=ZED-F9T") + G4,
              flash=True, valset=True, baud=38400, sky="four", timing=True),
        model("max-m10s", 10, "ROM SPG 5.10 (7b202e)", "000A0000",
              ("FWVER=SPG 5.10", "PROTVER=34.10") + G4, valset=True, legacy=False, sky="four"),
        model("neo-f10t", 10, "EXT TIM 3.01 (0d8fc6)", "000A0000",
              ("FWVER=TIM 3.01", "PROTVER=40.10", "MOD=NEO-F10T") + G4, valset=True,
              legacy=False, baud=38400, sky="four", timing=True, flash=True),
    )
}  # fmt: skip
