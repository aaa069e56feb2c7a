# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""What the tests of the Python module share. They write NTP units: never those of this machine."""
import ctypes
import os
import subprocess
import sys

NAMESPACES = ("unshare", "-U", "-r", "-i", "-n", "-m")


def segments():
    """Lines of the kernel's list, as dicts."""
    with open("/proc/sysvipc/shm", encoding="ascii") as file:
        names, *rows = (line.split() for line in file)
    return [dict(zip(names, map(int, row))) for row in rows]


def enter():
    """Refuses to run where it could do harm."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        users = file.read().split()[2:3]
    if users != ["1"] or segments() or subprocess.call(["mount", "-t", "tmpfs", "none", "/dev/shm"]):
        sys.exit(f"this needs shared memory of its own: '{' '.join(NAMESPACES)} python3 {sys.argv[0]}'")


def remove(unit):
    for row in segments():
        if row["key"] == 0x4E545030 + unit:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.shmctl(row["shmid"], 0, None):
                raise OSError(ctypes.get_errno(), "shmctl")


def make(unit, size, mode):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0x4E545030 + unit, size, mode | 0o3000) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def poke(unit, offset, value):
    """An int into the unit, past everything."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    at = libc.shmat(libc.shmget(0x4E545030 + unit, 0, 0), None, 0)
    ctypes.c_int.from_address(at + offset).value = value
    libc.shmdt(ctypes.c_void_p(at))
