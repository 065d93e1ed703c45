"""The Python stopwatch as notebooks use it."""
import contextlib
import importlib.util
import io
import json
import os
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from sciwright.stopwatch import StopWatch, StopWatchBlock, benchmark


def printed(action, *args, **kwargs):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        action(*args, **kwargs)
    return out.getvalue()


class StopWatchTest(unittest.TestCase):
    def setUp(self):
        StopWatch.clear()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return str(Path(self.folder.name) / name)

    def test_times_and_sums(self):
        for _ in range(3):
            StopWatch.start("loop")
            StopWatch.stop("loop")
        self.assertEqual(StopWatch.keys(), ["loop"])
        self.assertGreater(StopWatch.sum("loop", digits=9), StopWatch.get("loop", digits=9))
        self.assertIs(StopWatch.get_status("loop"), True)
        self.assertEqual(StopWatch.get("never"), "undefined")
        StopWatch.start("open")
        self.assertIsNone(StopWatch.get("open"))
        self.assertIsNone(StopWatch.get_status("open"))

    def test_prints_the_table_and_csv_of_the_original(self):
        StopWatch.event("start")
        StopWatch.event("ev", {"a": 1})
        text = printed(StopWatch.benchmark, sysinfo=False, tag="myexp", node="computer", user="gregor", version="V",
                       attributes=["timer", "status", "time", "sum", "tag", "msg", "uname.node", "user"])
        self.assertEqual(text, """

+---------+----------+--------+-------+-------+----------+--------------+--------+
| timer   | status   |   time |   sum | tag   | msg      | uname.node   | user   |
|---------+----------+--------+-------+-------+----------+--------------+--------|
| start   | ok       |      0 |     0 | myexp |          | computer     | gregor |
| ev      | ok       |      0 |     0 | myexp | {'a': 1} | computer     | gregor |
+---------+----------+--------+-------+-------+----------+--------------+--------+
# csv,timer,status,time,sum,tag,msg,uname.node,user
# csv,start,ok,0.0,0.0,myexp,None,computer,gregor
# csv,ev,ok,0.0,0.0,myexp,{'a': 1},computer,gregor

""")

    def test_a_decorated_function_returns_its_value_and_fails_visibly(self):
        @benchmark
        def halve(x):
            """Half of it."""
            return 10 / x
        self.assertEqual(halve(2), 5)
        self.assertEqual((halve.__name__, halve.__doc__), ("halve", "Half of it."))
        self.assertIs(StopWatch.get_status("halve"), True)
        with self.assertRaises(ZeroDivisionError):
            halve(0)
        self.assertIs(StopWatch.get_status("halve"), False)

    def test_a_block_prints_its_line_and_fails_on_an_exception(self):
        with StopWatchBlock("file", data={"step": 2}, log=self.path("a.log")):
            pass
        with contextlib.suppress(ValueError), StopWatchBlock("file", log=self.path("a.log"), mode="a"):
            raise ValueError
        first, second = Path(self.path("a.log")).read_text().splitlines()
        self.assertRegex(first, r"^# file, 0\.\d+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, \d{4}.*, \{'step': 2\}$")
        self.assertRegex(second, r"^# file, 0\.\d+, ")
        self.assertIs(StopWatch.get_status("file"), False)

    def test_threads_lose_nothing(self):
        def work():
            for _ in range(5000):
                StopWatch.start("step")
                StopWatch.stop("step")
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(StopWatch.get_benchmark()["benchmark"]["step"]["count"], 20000)

    def test_loads_its_csv_lines_back(self):
        StopWatch.event("a 10")
        StopWatch.event("b 20", "x, y")
        printed(StopWatch.benchmark, sysinfo=False, tag="t", filename=self.path("out.log"))
        loaded = StopWatch.load(self.path("out.log"), label=["name", "n"], attributes=["timer", "time", "msg"])
        self.assertEqual(loaded, {"headers": ["timer", "time", "msg", "name", "n"],
                                  "data": [["a 10", "0.0", "None", "a", "10"], ["b 20", "0.0", "x, y", "b", "20"]]})

    def test_status_message_and_words(self):
        StopWatch.start("x", values={"n": 1})
        StopWatch.message("x", "slow")
        StopWatch.stop("x", state=False)
        self.assertEqual((StopWatch.get_message("x"), StopWatch.get_status("x")), ("slow", False))
        StopWatch.status("x", True)
        self.assertIs(StopWatch.get_status("x"), True)
        self.assertEqual(printed(StopWatch.print, "took", "x"), "took 0.00 s\n")
        self.assertEqual(printed(StopWatch.output, "x"), "x 0.00 s\n")

    def test_a_stop_without_a_start_raises_and_leaves_the_rest(self):
        with self.assertRaisesRegex(RuntimeError, "timer 'x' is stopped, but this thread has not started it"):
            StopWatch.stop("x")
        StopWatch.event("fine")
        self.assertIn("fine", printed(StopWatch.benchmark, sysinfo=False))

    def test_values_that_are_no_number_become_null(self):
        nan, inf = float("nan"), float("inf")
        log = self.path("mllog.log")
        StopWatch.activate_mllog(log)
        StopWatch.start("n", values={"a": nan, "b": [1.5, inf]})
        StopWatch.stop("n", values={"c": (-inf,)})
        StopWatch.event("e", values=nan)
        StopWatch.log_event(EVAL_ACCURACY=nan)
        StopWatch.deactivate_mllog()
        rows = StopWatch.export("timers").splitlines()[1:]
        self.assertTrue(rows[0].endswith('"{""c"":[null]}"'), rows[0])
        lines = [json.loads(line.split(":::MLLOG ")[1]) for line in Path(log).read_text().splitlines()]
        self.assertEqual(lines[0]["metadata"]["a"], None)
        self.assertEqual(lines[0]["metadata"]["b"], [1.5, None])
        self.assertEqual([lines[2]["value"], lines[3]["value"]], [None, None])

    def test_metadata_may_name_another_place_with_a_warning(self):
        log = self.path("mllog.log")
        StopWatch.activate_mllog(log)
        with self.assertWarnsRegex(UserWarning, "mllog 'e': file is 'a.py' instead of the caller's"):
            StopWatch.event("e", metadata={"file": "a.py"})
        StopWatch.deactivate_mllog()
        self.assertEqual(Path(log).read_text().count('"file": "a.py"'), 1)
        self.assertEqual(Path(log).read_text().count('"file"'), 1)

    def test_refuses_names_that_are_no_text(self):
        for verb in (StopWatch.start, StopWatch.stop, StopWatch.event):
            with self.assertRaisesRegex(TypeError, "^the name of a timer must be a text, found 5$"):
                verb(5)

    def test_exports(self):
        StopWatch.event("e", values=[1])
        self.assertEqual(json.loads(StopWatch.export("json"))["benchmark"]["e"]["status"], "ok")
        self.assertTrue(StopWatch.export("timers").splitlines()[1].endswith(",,[1]"))
        self.assertIn('"e":', StopWatch.export("yaml"))
        self.assertEqual(len(json.loads(StopWatch.export("trace"))["traceEvents"]), 2)

    def test_the_system_table_knows_python(self):
        self.assertIn("python.version", StopWatch.get_sysinfo())
        self.assertIn("python.version", printed(StopWatch.benchmark))

    def test_benchmark_without_timers_is_the_system_table(self):
        StopWatch.event("e")
        text = printed(StopWatch.benchmark, timers=False)
        self.assertIn("python.version", text)
        self.assertNotIn("| e ", text)
        self.assertNotIn("# csv", text)
        self.assertIn("python.version", printed(StopWatch.benchmark, timers=False, prefix=None))

    def test_prints_no_seconds_of_a_timer_that_has_none(self):
        StopWatch.start("open")
        self.assertEqual(printed(StopWatch.print, "took", "open"), "took running\n")
        self.assertEqual(printed(StopWatch.output, "never"), "never undefined\n")

    def records(self, log):
        lines = [json.loads(line.split(":::MLLOG ")[1]) for line in Path(log).read_text().splitlines()]
        return [(line["key"], line["value"]) for line in lines]

    def test_times_without_logging_and_logs_without_timing(self):
        log = self.path("mllog.log")
        StopWatch.activate_mllog(log, config={"default_namespace": "x", "default_clear_line": False})
        for suppressed in ({"suppress_mllog": True}, {"suppress_stopwatch": True}):
            name = list(suppressed)[0]
            StopWatch.start(name, **suppressed)
            StopWatch.stop(name, **suppressed)
            StopWatch.event(name + "_event", **suppressed)
        StopWatch.deactivate_mllog()
        self.assertEqual(StopWatch.keys(), ["suppress_mllog", "suppress_mllog_event"])
        self.assertEqual([key for key, _ in self.records(log)],
                         ["suppress_stopwatch_start", "suppress_stopwatch_stop", "suppress_stopwatch_event"])
        self.assertIn('"namespace": "x"', Path(log).read_text())
        with self.assertRaisesRegex(KeyError, "no setting of the log: namespace"):
            StopWatch.activate_mllog(log, config={"namespace": "x"})

    def test_logs_who_submits_under_the_originals_names(self):
        log = self.path("mllog.log")
        StopWatch.activate_mllog(log)
        StopWatch.organization_mllog(benchmark={"name": "earthquake", "user": "Ada", "e-mail": "a@b",
                                                "organisation": "ACME"}, platform="laptop")
        StopWatch.organization_submission(submission={"version": "1.0", "github_commit_version": "abc"})
        StopWatch.status_submission(False)
        with self.assertRaisesRegex(KeyError, "no fact of a submission: orgg"):
            StopWatch.organization_submission(orgg="X")
        StopWatch.deactivate_mllog()
        self.assertEqual(self.records(log), [
            ("submission_benchmark", "earthquake"), ("submission_poc_name", "Ada"), ("submission_poc_email", "a@b"),
            ("submission_org", "ACME"), ("submission_platform", "laptop"), ("submission_version", "1.0"),
            ("submission_github_commit_version", "abc"), ("github_commit_version", "abc"),
            ("status_submission", "aborted")])

    @unittest.skipUnless(importlib.util.find_spec("yaml"), "needs PyYAML")
    def test_reads_who_submits_from_a_file(self):
        log, config = self.path("mllog.log"), self.path("config.yaml")
        Path(config).write_text("submission: {org: ACME}\n")
        StopWatch.activate_mllog(log)
        StopWatch.organization_submission(config)
        with self.assertRaisesRegex(ValueError, "expected a section 'benchmark'"):
            StopWatch.organization_mllog(config)
        StopWatch.deactivate_mllog()
        self.assertEqual(self.records(log), [("submission_org", "ACME")])

    def test_its_mllog_passes_the_rules(self):
        log = self.path("mllog.log")
        StopWatch.activate_mllog(log)
        StopWatch.organization_submission(benchmark="earthquake", org="ACME", platform="laptop", division="open",
                                          status="research", version="1.0", github_commit_version="abc")
        StopWatch.log_event(SEED=1, TRAIN_SAMPLES=10, EVAL_SAMPLES=5)
        StopWatch.start("INIT", mllog_key="INIT_START")
        StopWatch.stop("INIT", mllog_key="INIT_STOP")
        StopWatch.start("total", mllog_key="RUN_START")
        StopWatch.start("train epoch", mllog_key="epoch", values={"epoch_num": 1})
        StopWatch.stop("train epoch", mllog_key="epoch", values={"epoch_num": 1})
        StopWatch.event("result", values={"nnse": 0.9})
        StopWatch.stop("total", mllog_key="RUN_STOP")
        StopWatch.deactivate_mllog()
        StopWatch.event("not logged")
        check = subprocess.run([os.environ["SCIWRIGHT_PROGRAM"], "submission", "check", "--strict", log],
                               capture_output=True, text=True)
        self.assertEqual((check.returncode, check.stderr), (0, ""), check.stdout)
        epoch = [line for line in Path(log).read_text().splitlines() if '"epoch_start"' in line]
        self.assertIn('"value": null, "metadata": {"file": "stopwatch_test.py", "lineno": ', epoch[0])
        self.assertIn('"epoch_num": 1', epoch[0])


if __name__ == "__main__":
    unittest.main()
