"""Timers named after the code they are in, under the names of cloudmesh.common.Benchmark:

    from sciwright.benchmark import Benchmark

What differs on purpose: the caller's name is found without reading its source; `debug` is about the timers of
this process and writes no file; `file` needs no memory for what it writes; `yaml` prints nothing.
"""
import os
import sys

from sciwright.stopwatch import StopWatch

_MEBIBYTE = 1024 * 1024


def _path(text):
    return os.path.expanduser(os.path.expandvars(str(text)))


class Benchmark:
    """Timers of test functions, and files to test with. All methods belong to the class."""

    @staticmethod
    def debug():
        """From now on the timers of this process say what they do."""
        StopWatch.debug = True
        StopWatch.verbose = True

    @staticmethod
    def name(with_class=False):
        """Name of the function that calls, "<module>" outside of any; `with_class`: "file/function"."""
        frame = sys._getframe(1)
        while frame.f_globals is globals():
            frame = frame.f_back
        code = frame.f_code
        if not with_class:
            return code.co_name
        return os.path.basename(code.co_filename).removesuffix(".py") + "/" + code.co_name

    @staticmethod
    def Start(status=True):
        """Starts the timer of the function that calls."""
        StopWatch.start(Benchmark.name(with_class=True))

    @staticmethod
    def Stop():
        """Stops the timer of the function that calls. Raises Error when it does not run."""
        StopWatch.stop(Benchmark.name(with_class=True))

    @staticmethod
    def Status(value=True):
        """Says how it went for the function that calls: True, False, or a word."""
        StopWatch.status(Benchmark.name(with_class=True), value)

    @staticmethod
    def print(sysinfo=True, csv=True, tag=None, node=None, user=None):
        """Prints the system table, the timers as a table, and as csv lines."""
        StopWatch.benchmark(sysinfo=sysinfo, csv=csv, tag=tag, node=node, user=user)

    @staticmethod
    def yaml(path, n):
        """Writes a YAML file of n services, each with one attribute."""
        names = sorted(f"service{i}" for i in range(n))
        with open(_path(path), "w", encoding="utf-8") as file:
            file.write("cloudmesh:\n" if names else "cloudmesh: {}\n")
            for name in names:
                file.write(f"  {name}:\n    attribute: {name}\n")

    @staticmethod
    def file(path, n):
        """Writes a file of n MiB that no compression makes smaller, and returns its size in MiB."""
        location = _path(path)
        with open(location, "wb") as file:
            for _ in range(n):
                file.write(os.urandom(_MEBIBYTE))
        return os.path.getsize(location) // _MEBIBYTE
