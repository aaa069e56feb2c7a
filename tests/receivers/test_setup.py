#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_setup.py PPS2SHM [--quick] [CASE]...: 'pps2shm receiver' against simulated receivers, as people
use it. --quick: few models of each family."""
import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from client import Simulated

PPS2SHM = os.path.abspath(sys.argv.pop(1))
QUICK = sys.argv[1:2] == ["--quick"] and bool(sys.argv.pop(1))
FULL = 0.20  # the bar: a line that is set up is emptier
AT_ONCE = 10

# Everything that can be on: --set of the simulator.
UBLOX_ALL = [f"--set=nmea.{kind}=1" for kind in ("ZDA", "GST", "GNS")]
SURVEY = {"tmode": 1}
RATES = {"nmea.RMC": 1, "nmea.GGA": 1, "nmea.GSA": 1, "nmea.GSV": 5, "nmea.GLL": 0, "nmea.VTG": 0}
STILL = {"dynmodel": 2}
PULSE = {"tp.active": 1, "tp.len": 0, "tp.align": 1, "tp.grid": 0, "tp.sync": 1, "tp.locked": 1}
LEAP = {"ubx.TIMELS": 30, "ubx.STATUS": 1}
JAMMED = {"ubx.RF": 30, "itfm": 1}

# A simulator takes what it does not know for a change.
QUESTIONS = {"PQTMVERNO", "PAIR020", "PAIR081", "PMTK605"}
# The pulse of MediaTek's and Airoha's: there is no command that asks for it.
UNASKED = ("tp.mode", "tp.width")


class Place:
    """A receiver, and a machine to set it up from: /etc and /var/lib of its own."""

    def __init__(self, *options, config=None):
        self.folder = tempfile.TemporaryDirectory()
        for name in ("etc", "lib"):
            os.mkdir(f"{self.folder.name}/{name}")
        self.link = f"{self.folder.name}/receiver"
        if config:
            with open(f"{self.folder.name}/etc/pps2shm.conf", "w", encoding="ascii") as file:
                file.write(config.format(device=self.link))
        self.simulated = Simulated(*options, "--link", self.link)
        self.factory = dict(self.state()["settings"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.simulated.__exit__()
        self.folder.cleanup()

    def start(self, *args):
        mounts = 'mount --bind "$0/etc" /etc && mount --bind "$0/lib" /var/lib && exec "$@"'
        return subprocess.Popen(
            ["unshare", "-U", "-r", "-m", "sh", "-c", mounts, self.folder.name, PPS2SHM, "receiver",
             *args, "--serial", self.link],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip

    def run(self, *args):
        ran = self.start(*args)
        ran.out, ran.err = ran.communicate(timeout=200)
        return ran

    def state(self):
        return self.simulated.state()

    def control(self, line):
        return self.simulated.control(line)

    def journal(self):
        return os.path.exists(f"{self.folder.name}/lib/pps2shm-receiver.json")

    def config(self):
        with open(f"{self.folder.name}/etc/pps2shm.conf", encoding="ascii") as file:
            return file.read()


def all_at_once(function, items):
    """function(item) for all, some at a time; the failures."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = {pool.submit(function, item): item for item in items}
        return {str(jobs[job]): job.exception() for job in jobs if job.exception()}


class Setup(unittest.TestCase):
    maxDiff = None

    def holds(self, function, items):
        failures = all_at_once(function, items)
        self.assertEqual(failures, {}, "\n".join(f"{k}: {v}" for k, v in failures.items()))

    def is_set_up(self, place, bps=115200, wanted=None):
        """By the simulator's own account, whatever the program says."""
        state = place.state()
        settings = state["settings"]
        self.assertEqual(settings["baud"], bps)
        for key, value in {**RATES, **(wanted or {})}.items():
            self.assertEqual(settings.get(key, value), value, key)
        if state["bytes_per_second"]:
            time.sleep(6)  # its average over ten seconds is of the new settings alone
            state = place.state()
        self.assertLess(state["bytes_per_second"] * 10 / bps, FULL)
        return state

    def is_as_before(self, place):
        now = place.state()["settings"]
        changed = {k: (v, now[k]) for k, v in place.factory.items() if now[k] != v and k not in UNASKED}
        self.assertEqual(changed, {})

    # -- as it should be ---------------------------------------------------------------------------

    def test_each_receiver_is_set_up_and_undone(self):
        cases = [
            ("neo-6m", UBLOX_ALL, {**STILL, **PULSE, "ubx.STATUS": 1}),
            ("neo-m8n", UBLOX_ALL + ["--set=out.nmea=0"], {**STILL, "out.nmea": 1, **PULSE, **LEAP}),
            ("neo-m8t", UBLOX_ALL + ["--set=tp.len=100000", "--set=tp.grid=1", "--set=interval_ms=200"],
             {**STILL, **PULSE, **LEAP, **SURVEY, "interval_ms": 1000}),
            ("neo-m9n", UBLOX_ALL + ["--rate=9600"], {**STILL, **PULSE, **LEAP, **JAMMED}),
            ("zed-f9t", UBLOX_ALL + ["--set=tp.len=100000", "--set=tp.grid=1"],
             {**STILL, **PULSE, **LEAP, **JAMMED, **SURVEY}),
            ("max-m10s", UBLOX_ALL, {**STILL, **PULSE, **LEAP, **JAMMED}),
            ("atgm336h", [], {}),
            ("atgm332d-5t", [], SURVEY),
            ("pa6h", [], {}),
            ("l80-r", [], {}),
            ("lc76g", ["--rate=9600"], {}),
            ("lc29hea", ["--rate=9600"], {}),
            ("pqtm-9600", [], {}),
        ]  # fmt: skip

        def one(case):
            model, options, wanted = case
            with Place("--model", model, *options) as place:
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                after = self.is_set_up(place, wanted=wanted)
                before = next(line for line in ran.out.splitlines() if line.startswith("line"))
                print(f"{model}: {before.split(': ')[0][11:]} -> {after['settings']['baud']} bit/s, "
                      f"{after['fill']:.1%}", flush=True)  # fmt: skip
                self.assertTrue(place.journal())
                ran = place.run("setup", "--dry-run", "--json")
                left = [s["key"] for s in json.loads(ran.out)["settings"] if s["differs"]]
                self.assertIn(left, ([], ["pulse"]))  # the pulse of some cannot be asked for
                ran = place.run("setup", "--undo", "--yes")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                self.is_as_before(place)
                self.assertFalse(place.journal())

        few = ("neo-m8n", "zed-f9t", "atgm332d-5t", "pa6h")
        self.holds(one, [case for case in cases if not QUICK or case[0] in few])

    def test_show_changes_nothing(self):
        def one(model):
            with Place("--model", model) as place:
                ran = place.run("show", "--json", "--seconds", "2")
                self.assertEqual(ran.returncode, 0, ran.err)
                said = json.loads(ran.out)
                self.assertEqual(said["line"]["bps"], place.factory["baud"])
                self.assertGreater(said["line"]["bytes_per_second"], 100)
                changes = {c["name"] for c in place.state()["commands"] if c["changes"]}
                self.assertEqual(changes - QUESTIONS, set())
                self.is_as_before(place)

        self.holds(one, ["neo-m8n", "max-m10s", "atgm336h", "l80-r", "lc76g", "lg290p", "tau1201",
                         "venus838", "plain"])  # fmt: skip

    def test_others_are_told_what_to_do_by_hand(self):
        def one(model):
            with Place("--model", model) as place:
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 1)
                self.assertIn("By hand", ran.out)
                self.is_as_before(place)

        self.holds(one, ["tau1201", "venus838", "plain", "sirf-4800"])

    def test_what_is_saved_lasts_and_is_undone(self):
        def one(model):
            with Place("--model", model, "--no-battery") as place:
                ran = place.run("setup", "--yes", "--save")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                place.control("power-cycle")
                time.sleep(1.5)
                self.is_set_up(place)
                ran = place.run("setup", "--undo", "--yes")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                place.control("power-cycle")
                time.sleep(1.5)
                self.is_as_before(place)

        self.holds(one, ["neo-m8n", "zed-f9t", "atgm336h", "pqtm-9600", "lc76g"])

    def test_without_save_a_power_cycle_brings_it_back(self):
        with Place("--model", "neo-m8n") as place:
            self.assertEqual(place.run("setup", "--yes").returncode, 0)
            place.control("power-cycle")
            time.sleep(1.5)
            self.is_as_before(place)

    def test_a_fixed_bit_rate_of_the_configuration_becomes_auto(self):
        text = "# mine\n[serial]\ndevice = {device}\nbaud = 9600 ; as delivered\n"
        with Place("--model", "neo-m8n", config=text) as place:
            was = place.config()
            ran = place.run("setup", "--yes")
            self.assertEqual(ran.returncode, 0, ran.err + ran.out)
            self.assertEqual(place.config(), was.replace("baud = 9600", "baud = auto"))
            self.assertEqual(place.run("setup", "--undo", "--yes").returncode, 0)
            self.assertEqual(place.config(), was)
            os.unlink(place.link)  # the same port under another name
            place.link, link = place.simulated.path, place.link
            os.symlink(place.link, link)
            self.assertEqual(place.run("setup", "--yes").returncode, 0)
            self.assertIn("baud = auto", place.config())

    def test_options(self):
        with Place("--model", "neo-m8t") as place:
            ran = place.run("setup", "--dry-run")
            self.assertIn("bit rate: 9600 -> 115200", ran.out)
            self.is_as_before(place)
            ran = place.run("setup")
            self.assertEqual(ran.returncode, 1)
            self.assertIn("use --yes", ran.err)
            ran = place.run("setup", "--undo", "--json")
            self.assertEqual((ran.returncode, json.loads(ran.out)), (0, {"applied": False}))
            self.is_as_before(place)
            ran = place.run("setup", "--yes", "--bps", "38400", "--moving")
            self.assertEqual(ran.returncode, 0, ran.err + ran.out)
            self.is_set_up(place, 38400, {"dynmodel": 0, "tmode": 0})
            self.assertEqual(place.run("setup", "--bps", "12345").returncode, 2)

    def test_a_journal_that_is_not_to_be_trusted_is_not_used(self):
        with Place("--model", "neo-m8n") as place:
            path = f"{place.folder.name}/lib/pps2shm-receiver.json"
            good = {"format": "pps2shm receiver journal", "version": 1, "device": place.link, "baud": "",
                    "receiver": "u-blox NEO-X", "saved": False, "settings": [
                        {"key": "GSV", "name": "GSV", "was": "off", "bps": 0,
                         "command": "b56206010300f003000002"}]}  # fmt: skip
            for text, mode, said in (
                ("{", 0o600, "damaged"),
                (json.dumps({**good, "version": 2}), 0o600, "damaged"),
                (json.dumps({**good, "settings": [{"key": "GSV", "command": "b5x2"}]}), 0o600, "damaged"),
                (json.dumps(good), 0o666, "others can write it"),
                (json.dumps(good), 0o600, "is of a u-blox NEO-X: nothing undone"),
            ):
                with open(path, "w", encoding="ascii") as file:
                    file.write(text)
                os.chmod(path, mode)
                ran = place.run("setup", "--undo", "--yes")
                self.assertEqual(ran.returncode, 1, text)
                self.assertIn(said, ran.err)
            self.is_as_before(place)

    def test_a_port_that_the_daemon_has_is_left_alone(self):
        with Place("--model", "neo-m8n") as place:
            with subprocess.Popen(
                ["unshare", "-U", "-r", "-i", "-n", PPS2SHM, "run", "--serial", place.simulated.path,
                 "--pps-source", "none", "--no-segment", "--state-file", "none"],
                stderr=subprocess.PIPE, text=True) as daemon:  # fmt: skip
                self.assertTrue(any("sentences:" in line for line in daemon.stderr))
                ran = place.run("show")
                daemon.terminate()
                daemon.stderr.read()
            self.assertEqual(ran.returncode, 1)
            self.assertIn("sudo systemctl stop pps2shm", ran.err)

    # -- receivers that do not do as they should ---------------------------------------------------

    def test_faults_that_are_got_over(self):
        def one(case):
            model, fault = case
            with Place("--model", model, "--fault", fault) as place:
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                self.is_set_up(place)

        faults = ("lost-acks=0.3", "slow-acks=2", "wrong-acks", "garbage")
        models = ("neo-m8n", "max-m10s", "atgm336h", "pqtm-9600")
        self.holds(one, [(model, fault) for model in models for fault in faults])

    def test_a_receiver_that_refuses_everything_is_left_as_it_is(self):
        def one(model):
            with Place("--model", model, "--fault", "nak") as place:
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 1, ran.out)
                self.is_as_before(place)

        self.holds(one, ["neo-m8n", "zed-f9t", "atgm336h", "pqtm-9600"])

    def test_a_rate_that_it_does_not_take_leaves_the_old_one(self):
        def one(model):
            with Place("--model", model, "--fault", "rate-ignored") as place:
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 1, ran.out)
                self.assertIn("bit rate: refused", ran.err)
                settings = place.state()["settings"]
                self.assertEqual(settings["baud"], place.factory["baud"])
                self.assertEqual(settings["nmea.GSV"], 5)  # the rest is done

        self.holds(one, ["neo-m8n", "zed-f9t", "atgm336h", "pqtm-9600"])

    def test_one_that_hears_nothing(self):
        with Place("--model", "neo-m8n", "--fault", "silent") as place:
            ran = place.run("setup", "--yes")
            self.assertEqual(ran.returncode, 1)
            self.assertIn("By hand", ran.out)

    def test_one_that_is_deaf_behind_a_new_rate_needs_its_power_cut(self):
        def one(model):
            with Place("--model", model, "--fault", "deaf-after-rate") as place:
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 1)
                self.assertIn("take its power away", ran.err)
                place.control("fault -deaf-after-rate")
                place.control("power-cycle")
                ran = place.run("setup", "--yes")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                self.is_set_up(place)

        self.holds(one, ["neo-m8n", "max-m10s"])

    def test_a_save_that_fails_is_told(self):
        def one(model):
            with Place("--model", model, "--fault", "save-fails") as place:
                ran = place.run("setup", "--yes", "--save")
                self.assertEqual(ran.returncode, 1, ran.out)
                self.assertIn("refused", ran.err)
                self.is_set_up(place)

        self.holds(one, ["neo-m8n", "zed-f9t"])

    # -- power and cable ---------------------------------------------------------------------------

    def cut(self, model, fault, back):
        """Whatever it came to, the next setup finishes, and an undo leads back to the factory's."""
        with Place("--model", model, "--fault", fault, *UBLOX_ALL[:1] * model.startswith("neo")) as place:
            place.run("setup", "--yes")
            if back:
                place.control(back)
            time.sleep(1)
            place.control("fault -" + fault.split("=")[0])
            ran = place.run("setup", "--yes")
            self.assertEqual(ran.returncode, 0, ran.err + ran.out)
            self.is_set_up(place)
            ran = place.run("setup", "--undo", "--yes")
            self.assertEqual(ran.returncode, 0, ran.err + ran.out)
            self.is_as_before(place)

    def test_power_cut_at_each_step(self):
        self.holds(lambda case: self.cut(case[0], f"power-cut={case[1]}", None),
                   [(m, n) for m in ("neo-m8n", "atgm336h", "zed-f9t") for n in (1, 2, 3, 5, 7)])  # fmt: skip

    def test_cable_pulled_at_each_step(self):
        self.holds(lambda case: self.cut(case[0], f"cable-cut={case[1]}", "replug"),
                   [(m, n) for m in ("neo-m8n", "max-m10s") for n in (1, 2, 4, 6)])  # fmt: skip

    def test_device_gone_at_a_step(self):
        """The last one changes its rate only when its full buffer is empty, after it was found at the old."""
        self.holds(lambda case: self.cut(case[0], f"hangup={case[1]}", "replug"),
                   [("neo-m8n", 1), ("neo-m8n", 3), ("max-m10s", 1)])  # fmt: skip

    def test_killed_at_any_moment(self):
        def one(seconds):
            with Place("--model", "neo-m8n") as place:
                ran = place.start("setup", "--yes")
                time.sleep(seconds)
                ran.send_signal(signal.SIGKILL)
                ran.communicate()
                place.control("unplug hangup")  # its lock outlives it here: the simulator has the pty open
                place.control("replug")
                again = place.run("setup", "--yes")
                self.assertEqual(again.returncode, 0, again.err + again.out)
                self.is_set_up(place)
                ran = place.run("setup", "--undo", "--yes")
                self.assertEqual(ran.returncode, 0, ran.err + ran.out)
                self.is_as_before(place)

        self.holds(one, [5.5, 6, 6.5, 7, 7.5])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *(f"Setup.{name}" for name in sys.argv[1:])], verbosity=2)
