# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""Flattened device trees (Devicetree Specification, chapter 5): read, written, looked into."""

import struct

MAGIC, VERSION, COMPATIBLE_VERSION = 0xD00DFEED, 17, 16
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9


class Node:
    def __init__(self, name):
        self.name = name
        self.props = {}  # name: bytes
        self.nodes = []

    def child(self, name):
        for node in self.nodes:
            if node.name == name:
                return node
        return None

    def at(self, path):
        """The node of a path from here, "/a/b"; None: there is none."""
        node = self
        for name in path.strip("/").split("/"):
            node = node.child(name) if node and name else node
        return node

    def walk(self, path=""):
        """All nodes below, each with its path from here; itself first."""
        yield path or "/", self
        for node in self.nodes:
            yield from node.walk(path + "/" + node.name)


def string_at(data, offset):
    return data[offset:data.index(b"\0", offset)].decode()


def read(data):
    magic, total, structs, strings = struct.unpack_from(">4I", data)
    if magic != MAGIC or total > len(data):
        raise ValueError("no device tree blob")
    at, stack, root = structs, [], None
    while True:
        (token,) = struct.unpack_from(">I", data, at)
        at += 4
        if token == BEGIN_NODE:
            node = Node(string_at(data, at))
            at += len(node.name) + 1
            if stack:
                stack[-1].nodes.append(node)
            root = root or node
            stack.append(node)
        elif token == PROP:
            length, name = struct.unpack_from(">2I", data, at)
            stack[-1].props[string_at(data, strings + name)] = data[at + 8:at + 8 + length]
            at += 8 + length
        elif token == END_NODE:
            stack.pop()
        elif token == END:
            return root
        elif token != NOP:
            raise ValueError(f"token {token} at {at - 4}")
        at += -at % 4


def padded(data):
    return data + bytes(-len(data) % 4)


def write(root):
    strings = bytearray()
    names = {}

    def name_offset(name):
        if name not in names:
            names[name] = len(strings)
            strings.extend(name.encode() + b"\0")
        return names[name]

    def node_bytes(node):
        out = struct.pack(">I", BEGIN_NODE) + padded(node.name.encode() + b"\0")
        for name, value in node.props.items():
            out += struct.pack(">3I", PROP, len(value), name_offset(name)) + padded(value)
        for child in node.nodes:
            out += node_bytes(child)
        return out + struct.pack(">I", END_NODE)

    structs = node_bytes(root) + struct.pack(">I", END)
    begin = 40 + 16  # the header and an empty memory reservation block
    header = struct.pack(">10I", MAGIC, begin + len(structs) + len(strings), begin,
                         begin + len(structs), 40, VERSION, COMPATIBLE_VERSION, 0, len(strings),
                         len(structs))
    return header + bytes(16) + structs + bytes(strings)
