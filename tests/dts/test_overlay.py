#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_overlay.py OVERLAY.dtbo BASE.dtb...: each parameter of the overlay, applied by fdtoverlay to
each of these trees. With --real ARM64-KERNEL instead of trees: to those of real Raspberry Pis, if
that tool has fetched them; else it is skipped (77)."""

import glob
import os
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import fdt  # noqa: E402

HERE = os.path.dirname(os.path.realpath(__file__))
OVERLAY, BASES = sys.argv[1], sys.argv[2:]


def real_boards(arm64_kernel):
    """Not that of the Pi 5: in Debian's kernel it has no GPIO bank yet."""
    where = subprocess.run([arm64_kernel, "--where"], stdout=subprocess.PIPE, text=True, check=False)
    boards = [board for chip in ("bcm2711", "bcm2837") for board in glob.glob(
        where.stdout.strip() + f"/usr/lib/linux-image-*/broadcom/{chip}-*.dtb")]
    if where.returncode or not boards:
        print(f"SKIPPED: no device trees of real boards here; {arm64_kernel} fetches them (100 MB)")
        sys.exit(77)
    return boards


if BASES[:1] == ["--real"]:
    BASES = real_boards(BASES[1])


def cells(data):
    return list(struct.unpack(f">{len(data) // 4}I", data))


class Applied:
    """A tree with the overlay in it, once for each list of parameters."""

    def __init__(self, base, *overlays):
        with tempfile.TemporaryDirectory() as folder:
            tree = base
            for i, given in enumerate(overlays or [[]]):
                dtbo, out = f"{folder}/{i}.dtbo", f"{folder}/{i}.dtb"
                subprocess.run([HERE + "/parameters", OVERLAY, dtbo, *given], check=True)
                subprocess.run(["fdtoverlay", "-i", tree, "-o", out, dtbo], check=True)
                tree = out
            with open(tree, "rb") as file:
                self.root = fdt.read(file.read())
        path = self.root.child("__symbols__").props["gpio"].rstrip(b"\0").decode()
        self.gpio = self.root.at(path)
        self.gpio_phandle = cells(self.gpio.props["phandle"])[0]

    def pps(self, name="pps@12"):
        return self.root.child(name)

    def pins(self, name="pps_pins@12"):
        return self.gpio.child(name)

    def new_nodes(self):
        return sorted(node.name for node in self.root.nodes + self.gpio.nodes if "pps" in node.name)

    def pinned(self, name):
        """The nodes that pinctrl-0 refers to."""
        known = {cells(node.props["phandle"])[0]: node.name
                 for node in self.gpio.nodes if "phandle" in node.props}
        return [known.get(phandle) for phandle in cells(self.pps(name).props["pinctrl-0"])]


class Overlay(unittest.TestCase):
    def on_each(self, *overlays):
        for base in BASES:
            with self.subTest(base=os.path.basename(base)):
                yield Applied(base, *overlays)

    def test_without_parameters_the_pulse_is_a_rising_edge_on_gpio_18_without_pull(self):
        for tree in self.on_each():
            pps = tree.pps()
            self.assertEqual(pps.props["compatible"], b"pps-gpio\0")
            self.assertEqual(pps.props["status"], b"okay\0")
            self.assertEqual(cells(pps.props["gpios"]), [tree.gpio_phandle, 18, 0])
            self.assertEqual(cells(tree.pins().props["brcm,pins"]), [18])
            self.assertEqual(cells(tree.pins().props["brcm,function"]), [0])
            self.assertEqual(cells(tree.pins().props["brcm,pull"]), [0])
            self.assertEqual(tree.pinned("pps@12"), ["pps_pins@12"])
            for absent in ("assert-falling-edge", "capture-clear", "echo-gpios", "reg"):
                self.assertNotIn(absent, pps.props)
            self.assertEqual(tree.new_nodes(), ["pps@12", "pps_pins@12"])

    def test_gpiopin_moves_the_line_and_names_the_nodes_by_it_in_hexadecimal(self):
        for pin, name in ((4, "4"), (27, "1b")):
            for tree in self.on_each([f"gpiopin={pin}"]):
                self.assertEqual(tree.new_nodes(), ["pps@" + name, "pps_pins@" + name])
                self.assertEqual(cells(tree.pps("pps@" + name).props["gpios"]),
                                 [tree.gpio_phandle, pin, 0])
                self.assertEqual(cells(tree.pins("pps_pins@" + name).props["brcm,pins"]), [pin])
                self.assertEqual(tree.pinned("pps@" + name), ["pps_pins@" + name])
                self.assertNotIn("reg", tree.pps("pps@" + name).props)

    def test_assert_falling_edge_is_said_to_the_driver(self):
        for tree in self.on_each(["assert_falling_edge"]):
            self.assertEqual(tree.pps().props["assert-falling-edge"], b"")
        for tree in self.on_each(["assert_falling_edge=off"]):
            self.assertNotIn("assert-falling-edge", tree.pps().props)

    def test_capture_clear_is_said_to_the_driver(self):
        for tree in self.on_each(["capture_clear"]):
            self.assertEqual(tree.pps().props["capture-clear"], b"")

    def test_pull_takes_the_words_off_down_and_up(self):
        for word, number in (("off", 0), ("down", 1), ("up", 2)):
            for tree in self.on_each(["pull=" + word]):
                self.assertEqual(cells(tree.pins().props["brcm,pull"]), [number])

    def test_echo_gives_the_driver_an_output_for_100_ms(self):
        for tree in self.on_each(["echo=23"]):
            self.assertEqual(cells(tree.pps().props["echo-gpios"]), [tree.gpio_phandle, 23, 0])
            self.assertEqual(cells(tree.pps().props["echo-active-ms"]), [100])
            self.assertEqual(tree.pinned("pps@12"), ["pps_pins@12", "pps_echo_pins@17"])
            echo = tree.pins("pps_echo_pins@17")
            self.assertEqual(cells(echo.props["brcm,pins"]), [23])
            self.assertEqual(cells(echo.props["brcm,function"]), [1])
            self.assertEqual(cells(tree.pins().props["brcm,function"]), [0])

    def test_echo_ms_is_the_length_of_the_echo(self):
        for given in (["echo=23", "echo_ms=5"], ["echo_ms=5", "echo=23"]):
            for tree in self.on_each(given):
                self.assertEqual(cells(tree.pps().props["echo-active-ms"]), [5])

    def test_echo_ms_without_echo_says_nothing_to_the_driver(self):
        for tree in self.on_each(["echo_ms=5"]):
            self.assertNotIn("echo-active-ms", tree.pps().props)
            self.assertEqual(tree.new_nodes(), ["pps@12", "pps_pins@12"])

    def test_all_parameters_go_together(self):
        for tree in self.on_each(["gpiopin=4", "assert_falling_edge", "capture_clear", "pull=up",
                                  "echo=23", "echo_ms=20"]):
            pps = tree.pps("pps@4")
            self.assertEqual(cells(pps.props["gpios"]), [tree.gpio_phandle, 4, 0])
            self.assertIn("assert-falling-edge", pps.props)
            self.assertIn("capture-clear", pps.props)
            self.assertEqual(cells(pps.props["echo-active-ms"]), [20])
            self.assertEqual(tree.pinned("pps@4"), ["pps_pins@4", "pps_echo_pins@17"])
            self.assertEqual(cells(tree.pins("pps_pins@4").props["brcm,pull"]), [2])

    def test_two_receivers_have_an_overlay_each(self):
        for tree in self.on_each(["gpiopin=4", "echo=5"], ["gpiopin=17", "echo=6", "pull=down"]):
            self.assertEqual(tree.new_nodes(), ["pps@11", "pps@4", "pps_echo_pins@5",
                                                "pps_echo_pins@6", "pps_pins@11", "pps_pins@4"])
            self.assertEqual(tree.pinned("pps@4"), ["pps_pins@4", "pps_echo_pins@5"])
            self.assertEqual(tree.pinned("pps@11"), ["pps_pins@11", "pps_echo_pins@6"])

    def test_nothing_else_in_the_tree_is_changed(self):
        for base in BASES:
            with open(base, "rb") as file:
                before = dict(fdt.read(file.read()).walk())
            after = dict(Applied(base, ["echo=23"]).root.walk())
            for path, node in before.items():
                if path != "/__symbols__":
                    self.assertEqual(after[path].props, node.props, path)
            new = [path.rsplit("/", 1)[1] for path in after if path not in before]
            self.assertEqual(sorted(new), ["pps@12", "pps_echo_pins@17", "pps_pins@12"])

    def test_every_parameter_has_a_test_here(self):
        with open(OVERLAY, "rb") as file:
            overrides = fdt.read(file.read()).child("__overrides__")
        self.assertEqual(sorted(overrides.props), ["assert_falling_edge", "capture_clear", "echo",
                                                   "echo_ms", "gpiopin", "pull"])

    def test_a_parameter_that_is_not_there_or_a_word_that_is_none_is_refused(self):
        for given in ("gpiopn=4", "pull=sideways"):
            run = subprocess.run([HERE + "/parameters", OVERLAY, "/dev/null", given],
                                 stderr=subprocess.DEVNULL, check=False)
            self.assertEqual(run.returncode, 1)


unittest.main(argv=sys.argv[:1])
