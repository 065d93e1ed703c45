"""Benchmark and progress as test suites and notebooks use them."""
import contextlib
import io
import os
import re
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from sciwright.benchmark import Benchmark
from sciwright.stopwatch import StopWatch, progress


def printed(action, *args, **kwargs):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        action(*args, **kwargs)
    return out.getvalue()


class BenchmarkTest(unittest.TestCase):
    def setUp(self):
        StopWatch.clear()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return str(Path(self.folder.name) / name)

    def test_names_timers_after_file_and_function(self):
        Benchmark.Start()
        Benchmark.Stop()
        own = "benchmark_test/test_names_timers_after_file_and_function"
        self.assertEqual(StopWatch.keys(), [own])
        self.assertIs(StopWatch.get_status(own), True)
        self.assertEqual(Benchmark.name(), "test_names_timers_after_file_and_function")
        Benchmark.Status(False)
        self.assertIs(StopWatch.get_status(own), False)

    def test_a_stop_elsewhere_raises(self):
        def elsewhere():
            Benchmark.Stop()
        Benchmark.Start()
        with self.assertRaisesRegex(RuntimeError, "timer 'benchmark_test/elsewhere' is stopped"):
            elsewhere()

    def test_prints_its_timers_and_no_other(self):
        Benchmark.Start()
        Benchmark.Stop()
        text = printed(Benchmark.print, sysinfo=False, tag="t", node="n", user="u")
        rows = [line for line in text.splitlines() if line.startswith("# csv,")]
        self.assertEqual(len(rows), 2)
        self.assertRegex(rows[1], r"^# csv,benchmark_test/test_prints\w+,ok,0\.\d+,0\.\d+,[^,]*,t,None,n,u,")
        self.assertNotIn("# csv", printed(Benchmark.print, sysinfo=False, csv=False))

    def test_debug_makes_timers_talk(self):
        self.addCleanup(setattr, StopWatch, "debug", False)
        Benchmark.debug()
        self.assertEqual(printed(StopWatch.start, "x") + printed(StopWatch.stop, "x") + printed(StopWatch.event, "e"),
                         "Timer x started ...\nTimer x stopped ...\nTimer e event ...\n")

    def test_writes_files_to_test_with(self):
        with mock.patch.dict(os.environ, {"SCIWRIGHT_FOLDER": self.folder.name}):
            self.assertEqual(Benchmark.file("$SCIWRIGHT_FOLDER/random", 2), 2)
        self.assertEqual(os.path.getsize(self.path("random")), 2 * 1024 * 1024)
        Benchmark.yaml(self.path("services.yaml"), 2)
        self.assertEqual(Path(self.path("services.yaml")).read_text(),
                         "cloudmesh:\n  service0:\n    attribute: service0\n  service1:\n    attribute: service1\n")
        Benchmark.yaml(self.path("none.yaml"), 0)
        self.assertEqual(Path(self.path("none.yaml")).read_text(), "cloudmesh: {}\n")


class ProgressTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.log = str(Path(self.folder.name) / "job.log")
        jobless = {name: value for name, value in os.environ.items() if name not in ("SLURM_JOB_ID", "LSB_JOBID")}
        patch = mock.patch.dict(os.environ, jobless, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def test_prints_and_appends_one_line_once(self):
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            text = printed(progress, self.log, progress=30, pid=7, msg="epoch 3", x=1)
        self.assertEqual(text, "# cloudmesh status=running progress=30 pid=7 msg='epoch 3' x=1\n")
        self.assertEqual(errors.getvalue(), "")
        printed(progress, filename=self.log, progress=100, pid=7)
        self.assertEqual(Path(self.log).read_text(),
                         text + "# cloudmesh status=done progress=100 pid=7\n")

    def test_takes_the_progress_first_as_notebooks_do(self):
        self.assertEqual(printed(StopWatch.progress, 20), f"# cloudmesh status=running progress=20 pid={os.getpid()}\n")

    def test_knows_the_job_and_the_time(self):
        os.environ["SLURM_JOB_ID"] = "17"
        line = progress(status="ready", time=True, append="a=b", stdout=False)
        self.assertRegex(line, r"^# cloudmesh status=ready pid=17 time='\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}' a=b$")

    def test_prints_a_banner_and_to_stderr(self):
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            line = progress(progress="5", stdout=False, stderr=True, with_banner=True)
        rule = "# " + 78 * "#"
        self.assertEqual(errors.getvalue(), f"{rule}\n{line}\n{rule}\n")

    def test_refuses_what_nobody_could_read_and_writes_nothing(self):
        with self.assertRaisesRegex(RuntimeError, re.escape("progress: found 120, expected 0 to 100 (percent)")):
            progress(self.log, progress=120)
        self.assertFalse(os.path.exists(self.log))


if __name__ == "__main__":
    unittest.main()
