#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_stub.py STUB: what type checkers are told of the module is what it has, no more and no less, and
all of it says what it is."""
import ast
import inspect
import sys
import unittest

import ntpshm

with open(sys.argv.pop(), encoding="utf-8") as file:
    STUB = ast.parse(file.read())
EXTRA = {"__module__", "__doc__", "__weakref__", "n_fields", "n_sequence_fields", "n_unnamed_fields"}


def classes():
    return {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}


def members(node):
    """Of a class in the stub: what it has, and what its functions take."""
    found = {}
    for item in node.body:
        if isinstance(item, ast.AnnAssign):
            found[item.target.id] = None
        elif isinstance(item, ast.FunctionDef):
            decorated = any(getattr(d, "id", "") == "property" for d in item.decorator_list)
            found[item.name] = None if decorated else parameters(item.args)
    return found


def parameters(args):
    """(name, kind, default as text) of each but self."""
    plain = [(arg, "positional only") for arg in args.posonlyargs] + [(arg, "either") for arg in args.args]
    defaults = [None] * (len(plain) - len(args.defaults)) + args.defaults
    found = [(arg.arg, kind, default and ast.literal_eval(default))
             for (arg, kind), default in zip(plain, defaults)]
    if args.vararg:
        found.append((args.vararg.arg, "all", None))
    found += [(arg.arg, "by name", default and ast.literal_eval(default))
              for arg, default in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg:
        found.append((args.kwarg.arg, "all by name", None))
    return [(name, "either" if name in ("self",) else kind, default)
            for name, kind, default in found if name != "self"]


def signature(function):
    kinds = {"POSITIONAL_ONLY": "positional only", "POSITIONAL_OR_KEYWORD": "either",
             "VAR_POSITIONAL": "all", "KEYWORD_ONLY": "by name", "VAR_KEYWORD": "all by name"}
    return [(p.name, kinds[p.kind.name], None if p.default is p.empty else p.default)
            for p in inspect.signature(function).parameters.values() if p.name != "self"]


class Stub(unittest.TestCase):
    def test_it_names_all_that_is_shown(self):
        constants = {node.target.id for node in STUB.body if isinstance(node, ast.AnnAssign)}
        self.assertEqual(constants | set(classes()), set(ntpshm.__all__))
        self.assertEqual(set(ntpshm.__all__), {name for name in dir(ntpshm) if name[0] != "_"})
        for node in STUB.body:
            if isinstance(node, ast.AnnAssign):
                self.assertEqual(ast.literal_eval(node.value), getattr(ntpshm, node.target.id))

    def test_each_class_has_what_it_says(self):
        for name, node in classes().items():
            kind = getattr(ntpshm, name)
            has = set(vars(kind)) - set(dir(kind.__base__)) - EXTRA
            self.assertEqual(has - {"__match_args__", "__replace__"}, set(members(node)) - {"__init__"})

    def test_each_function_takes_what_it_says(self):
        for name, node in classes().items():
            kind = getattr(ntpshm, name)
            for function, wanted in members(node).items():
                if wanted is not None:
                    real = kind if function == "__init__" else getattr(kind, function)
                    self.assertEqual(signature(real), wanted, f"{name}.{function}")

    def test_everything_says_what_it_is(self):
        for name, node in classes().items():
            kind = getattr(ntpshm, name)
            self.assertTrue(kind.__doc__, name)
            for member in members(node):
                self.assertTrue(inspect.getdoc(getattr(kind, member)), f"{name}.{member}")


unittest.main()
