"""Tests of what the benches share: turns, programs that don't answer, CPU time, and the profile by crate. Nothing here measures."""

import importlib.util
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "counts")]
import crates  # noqa: E402
import run  # noqa: E402
from shared import figures, processes, redis  # noqa: E402

ECHO = [sys.executable, "-c", "import sys\nfor line in sys.stdin: print(sum(map(float, line.split())), flush=True)"]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Programs(unittest.TestCase):
    def test_every_bench_can_be_imported(self):
        for path in sorted(HERE.glob("*/bench.py")):
            with self.subTest(path.parent.name):
                spec = importlib.util.spec_from_file_location(f"bench_{path.parent.name}", path)
                spec.loader.exec_module(importlib.util.module_from_spec(spec))

    def test_contenders_take_turns_in_alternating_order(self):
        order = []

        def take(contender):
            order.append(contender)
            return len(order)

        turns = processes.take_turns({"a": 1, "b": 2}, 3, take)
        self.assertEqual(order, [1, 2, 2, 1, 1, 2])
        self.assertEqual(turns, {"a": [1, 4, 5], "b": [2, 3, 6]})

    def test_a_round_is_a_line_and_its_answer(self):
        contender = processes.Contender(ECHO)
        self.assertEqual(contender.round(16, 64), 80)
        self.assertEqual(contender.round(1, 2), 3)
        contender.end()
        self.assertEqual(contender.process.returncode, 0)

    def test_a_contender_that_never_answers_ends_the_bench(self):
        with mock.patch.object(processes, "PATIENCE", 0.2):
            contender = processes.Contender([sys.executable, "-c", "import time; time.sleep(600)"])
            with self.assertRaisesRegex(SystemExit, "no answer in 0.2 s"):
                contender.round(1, 1)
        contender.end()
        self.assertIsNotNone(contender.process.returncode)

    def test_a_contender_that_fails_shows_its_errors(self):
        contender = processes.Contender([sys.executable, "-c", "raise SystemExit('out of order')"])
        with self.assertRaisesRegex(SystemExit, "out of order"):
            contender.round(1, 1)
        contender.end()

    def test_the_arguments_of_a_program_that_exchanges(self):
        start = {"users": [{"username": "u", "object_id": "o"}], "spa": {"client_id": "c"}, "http_url": "", "https_url": "", "ca_file": "f", "connection_string": "s"}
        process = mock.Mock()
        process.stdout.readline.return_value = processes.json.dumps(start)
        emulator = processes.Emulator(process)
        with mock.patch.object(emulator, "call", return_value={"token": "t"}) as call:
            self.assertEqual(emulator.arguments(), ["s", "f", "t", "c", "o"])
        call.assert_called_once_with("GET", "/mint?kind=teams&user=u&client_id=c")

    def test_a_redis_that_never_becomes_ready_ends_the_bench(self):
        with mock.patch.object(redis, "READY", 0.2), self.assertRaisesRegex(SystemExit, "it does not answer"):
            redis.wait_until(lambda: redis.answers(1), "it does not answer")

    def test_cpu_time_is_that_of_the_other_process(self):
        busy = subprocess.Popen([sys.executable, "-c", "import threading\ndef spin():\n while True: pass\nthreading.Thread(target=spin).start()"])
        idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        try:
            end = time.monotonic() + 60
            while processes.cpu_seconds(busy.pid) < 0.5 and time.monotonic() < end:
                time.sleep(0.05)
            self.assertGreater(processes.cpu_seconds(busy.pid), processes.cpu_seconds(idle.pid) + 0.2)
            self.assertGreater(processes.resident_bytes(idle.pid), 2**20)
        finally:
            for process in (busy, idle):
                process.kill()
                process.wait()


class Sections(unittest.TestCase):
    def test_a_script_without_figures_leaves_its_section_out(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(run, "FOLDER", Path(folder)), mock.patch.object(run, "busy", lambda: 0.0):
            for script, why in ((["true"], "true wrote no figures"), (["false"], "false ended with 1")):
                with mock.patch.object(run, "SCRIPTS", {"client": (script,)}), self.assertRaisesRegex(run.Unmeasured, why):
                    run.measure("client", quick=True)

    def test_a_script_that_writes_no_json_leaves_its_section_out(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(run, "FOLDER", Path(folder)), mock.patch.object(run, "busy", lambda: 0.0):
            script = (["sh", "-c", f"echo '[' >{folder}/client-0.json"],)
            with mock.patch.object(run, "SCRIPTS", {"client": script}), self.assertRaisesRegex(run.Unmeasured, "wrote no figures"):
                run.measure("client", quick=True)

    def test_an_interrupted_run_keeps_the_sections_that_it_has_finished(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(run, "FOLDER", Path(folder)):
            path = Path(folder) / "committed.json"
            path.write_text('{"sections": {"scale": {"commit": "old"}, "client": {"commit": "old"}}}')
            with mock.patch.object(run, "RESULTS", path), mock.patch.object(run, "measure", side_effect=[{"commit": "new"}, KeyboardInterrupt]):
                self.assertRaises(KeyboardInterrupt, run.main, ["client", "scale"])
            self.assertEqual(run.json.loads(path.read_text("utf-8")), {"sections": {"client": {"commit": "new"}, "scale": {"commit": "old"}}})

    def test_a_section_is_measured_once_and_an_unknown_one_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(run, "FOLDER", Path(folder)):
            with mock.patch.object(run, "measure", side_effect=run.Unmeasured("no")) as measure:
                self.assertEqual(run.main(["--quick", "c", "hosts", "c"]), 1)
            self.assertEqual([call.args[0] for call in measure.call_args_list], ["c", "python", "jvm", "swift", "node"])
            with self.assertRaises(SystemExit):
                run.main(["moon"])

    def test_a_script_that_never_ends_is_ended_with_what_it_started(self):
        with tempfile.NamedTemporaryFile("r") as file, mock.patch.object(run, "LONGEST", 1):
            self.assertEqual(run.carry_out(["sh", "-c", f"sleep 600 & echo $! >{file.name}; wait"]), "took more than 1 s")
            started = int(file.read())
            end = time.monotonic() + 20
            while is_running(started) and time.monotonic() < end:
                time.sleep(0.05)
            self.assertFalse(is_running(started))

    #: Carries out a script, and prints when it waits for the script's end.
    WAITING = """
import run, signal, subprocess, sys
signal.signal(int(sys.argv[2]), signal.SIG_DFL)
wait = subprocess.Popen.wait
def announced(*arguments):
    print("waits", flush=True)
    return wait(*arguments)
subprocess.Popen.wait = announced
run.end_on_signals()
run.carry_out(["sh", "-c", sys.argv[1]])
"""

    def test_a_signal_ends_the_running_script_with_what_it_started(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number), tempfile.NamedTemporaryFile("r") as file:
                script = f"sleep 600 & echo $! >{file.name}; wait"
                bench = subprocess.Popen([sys.executable, "-c", self.WAITING, script, str(int(number))], cwd=HERE, stdout=subprocess.PIPE, text=True)
                try:
                    self.assertEqual(bench.stdout.readline(), "waits\n")
                    end = time.monotonic() + 60
                    while not Path(file.name).read_text().endswith("\n") and time.monotonic() < end:
                        time.sleep(0.05)
                    started = int(Path(file.name).read_text())
                    bench.send_signal(number)
                    self.assertEqual(bench.wait(60), 128 + number)
                finally:
                    bench.kill()
                    bench.wait()
                    bench.stdout.close()
                end = time.monotonic() + 20
                while is_running(started) and time.monotonic() < end:
                    time.sleep(0.05)
                self.assertFalse(is_running(started))

    def test_a_signal_that_is_ignored_stays_ignored(self):
        former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with mock.patch.object(signal, "signal") as changed:
                run.end_on_signals()
            self.assertEqual([call.args[0] for call in changed.call_args_list], [signal.SIGTERM])
        finally:
            signal.signal(signal.SIGHUP, former)

    def test_a_trial_makes_a_page_that_says_so_and_changes_no_committed_file(self):
        figure = '[{"name": "a thing", "contender": "acs-auth", "unit": "bytes", "values": [2048]}]'
        committed = run.RESULTS.read_bytes()
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(run, "FOLDER", Path(folder)), mock.patch.object(run, "busy", lambda: 0.0):
            script = Path(folder) / "script"
            script.write_text(f"#!/bin/sh\n[ $1 = --quick ] && [ $2 = --json ] && echo '{figure}' >$3\n")
            script.chmod(0o755)
            with mock.patch.dict(run.SCRIPTS, client=([str(script)],), scale=(["false"],)):
                self.assertEqual(run.main(["--quick", "client"]), 0)
                self.assertEqual(run.main(["--quick", "client", "scale"]), 1)
            page = (Path(folder) / "page/performance.md").read_text("utf-8")
        self.assertIn("| a thing | acs-auth | 2.00 KiB | one value |", page)
        self.assertIn("the figures mean nothing", page)
        self.assertEqual(run.RESULTS.read_bytes(), committed)

    def test_lines_of_a_script_become_figures(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "figures.json"
            command = [sys.executable, str(HERE / "shared/figures.py"), str(path)]
            subprocess.run(command, input="size\tlibrary\tbytes\t12\t13.5\n", text=True, check=True)
            written = run.json.loads(path.read_text("utf-8"))
            self.assertEqual(written, [{"name": "size", "contender": "library", "unit": "bytes", "values": [12, 13.5]}])
            self.assertEqual(figures.faults(written), [])


class Crates(unittest.TestCase):
    PROFILE = """version: 1
events: Ir

ob=(1) /a/acs-counts
fl=(1) x.rs
fn=(1) <hyper::proto::Dispatcher as core::future::Future>::poll
10 100
+2 20
cfn=(2) alloc::vec::Vec<T>::push
calls=3 12
* 5000
fn=(2)
12 7
fn=(3) aws_lc_0_1_sha256_block
1 40
ob=(2) /usr/lib/libc.so.6
fn=(4) malloc
1 9
totals: 176
"""

    def test_instructions_count_for_the_crate_of_a_function_without_what_it_calls(self):
        with tempfile.NamedTemporaryFile("w", suffix=".out") as file:
            file.write(self.PROFILE)
            file.flush()
            found = crates.instructions_by_crate(file.name)
        c = "cryptography and other code in C and assembly"
        self.assertEqual(found, {"hyper": 120, "the standard library": 7, c: 40, "the C library": 9})

    def test_the_crate_of_what_implements_a_trait(self):
        for name, crate in {
            "<&mut acs_auth::client::Client as core::fmt::Debug>::fmt": "acs_auth",
            "core::ptr::drop_in_place<acs_auth::client::Client>": "the standard library",
            "rustls::conn::ConnectionCore<Data>::process": "rustls",
        }.items():
            self.assertEqual(crates.crate_of(name, "/a/acs-counts"), crate)


if __name__ == "__main__":
    unittest.main()
