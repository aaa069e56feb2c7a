# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""The status segment as pps2shm_segment.h describes it, for ctypes: layout(HEADER)."""
import ctypes
import re

TYPES = {"int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "int64_t": ctypes.c_int64,
         "uint64_t": ctypes.c_uint64, "uint8_t": ctypes.c_uint8, "uint16_t": ctypes.c_uint16,
         "char": ctypes.c_char}


def constants(text):
    found = {}
    for name, value in re.findall(r"^#define (PPS2SHM_SEGMENT_\w+) +(\d+)", text, re.M):
        found[name] = int(value)
    for body in re.findall(r"^enum \{([^}]*)\};", text, re.M):
        if "=" not in body:
            found.update({name: i for i, name in enumerate(re.findall(r"\w+", body))})
    return found


def layout(header):
    """The structs by their names without pps2shm_segment_, and the constants."""
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    known = constants(text)
    structs = {}

    for name, body in re.findall(r"^struct pps2shm_segment_(\w+) \{(.*?)^\};", text, re.M | re.S):
        if "union" in body or "*" in body:
            continue
        fields = []
        for kind, names in re.findall(r"(struct \w+|\w+)\s+([^;]+);", body):
            base = TYPES.get(kind) or structs.get(kind.replace("struct pps2shm_segment_", ""))
            for one in names.split(","):
                field, *sizes = re.findall(r"[^\[\]]+", one.strip())
                made = base
                for words in reversed(sizes):
                    made = made * eval(words.replace("/", "//"), {}, known)
                fields.append((field.strip(), made))
        structs[name] = type(name, (ctypes.Structure,), {"_fields_": fields})
    return structs, known
