"""The stopwatch under the names of cloudmesh.common.StopWatch, so that a notebook changes one import:

    from sciwright.stopwatch import StopWatch, StopWatchBlock, benchmark, progress

What differs on purpose: times come from the monotonic clock; threads may measure at once, each its own
intervals, which nest; every interval is kept, not only the last; a decorated function returns its value; an
exception marks the timer failed; values stay numbers and objects; csv fields are quoted where they must be;
a progress line is one line, printed once; whether all went well is no submission_status; what is wrong with a file
or a fact of a submission is raised.
"""
import functools
import json
import math
import pprint
import sys
import time
import warnings

from sciwright import _core
from sciwright.submission import log_settings, submission_records

_COLUMNS = ["timer", "status", "time", "sum", "start", "tag", "msg", "uname.node", "user", "uname.system",
            "platform.version"]
_WORDS = {True: "ok", None: "failed"}
_STATES = {"ok": True, "failed": False, "False": False, "running": None}


def _finite(value):
    """JSON has no nan and no inf: null stands for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def _json(value):
    return None if value is None else json.dumps(_finite(value), default=str)


def _stamp(nanoseconds):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(nanoseconds // 10**9))


def _caller():
    """File and line outside this package that an MLCommons record is about."""
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__", "").startswith("sciwright."):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _python_facts():
    return [("python", sys.version.replace("\n", " ")), ("python.version", sys.version.split()[0])]


def progress(filename=None, status=None, progress=None, pid=None, time=False, stdout=True, stderr=False, append=None,
             with_banner=False, **values):
    """Prints, and appends to a file, the line by which a job says how far it is, and returns it:

        progress(progress=30, msg="epoch 3")    # cloudmesh status=running progress=30 pid=7 msg='epoch 3'

    As in the older form, a number in first place is the progress. Without a status it is "done" at 100 and
    "running" below; without a pid, the job of Slurm or LSF, or this process. `time` adds the time (UTC).
    """
    if isinstance(filename, (int, float)):
        filename, progress = None, filename
    percent = None if progress is None else float(progress)
    if percent is None and status is None:
        percent = 0.0
    line = _core.progress(status, percent, None if pid is None else str(pid), bool(time),
                          [(name, str(value)) for name, value in values.items()],
                          None if append is None else str(append), None if filename is None else str(filename))
    text = _core.with_banner(line) if with_banner else line
    if stdout:
        print(text, flush=True)
    if stderr:
        print(text, file=sys.stderr, flush=True)
    return line


def _check_name(name):
    if not isinstance(name, str):
        raise TypeError(f"the name of a timer must be a text, found {name!r}")


class StopWatch:
    """Named timers of this process. All methods belong to the class."""

    debug = False
    verbose = True
    _watch = _core.Stopwatch()
    _mllog = None

    @classmethod
    def start(cls, name, values=None, value=None, mllog_key=None, suppress_stopwatch=False, suppress_mllog=False,
              metadata=None):
        """Starts a timer. With an active log the timer is logged, too: as `mllog_key` + "_start", or by its name.
        `suppress_stopwatch`: only logs. `suppress_mllog`: only times."""
        _check_name(name)
        values = values if values is not None else value
        text = _json(values)  # which may fail, before anything is started
        if not suppress_mllog:
            cls._log("INTERVAL_START", name, mllog_key, values, metadata)
        if suppress_stopwatch:
            return
        cls._watch.start(name)
        cls._tell(name, "started ...")
        if text is not None:
            cls._watch.set_values(name, text)

    @classmethod
    def stop(cls, name, state=True, values=None, value=None, mllog_key=None, suppress_stopwatch=False,
             suppress_mllog=False, metadata=None):
        """Stops the newest timer of this name that this thread started. Raises Error when there is none."""
        _check_name(name)
        values = values if values is not None else value
        text = _json(values)
        if not suppress_stopwatch:
            cls._watch.stop(name, state is not None)
            cls._tell(name, "stopped ...")
            if state is not True and state is not None:
                cls._watch.set_status(name, str(state))
            if text is not None:
                cls._watch.set_values(name, text)
        if suppress_mllog:
            return
        if metadata is None and mllog_key is not None and mllog_key.lower() in ("run", "run_stop"):
            metadata = {"status": "success" if state is True else "aborted"}
        cls._log("INTERVAL_END", name, mllog_key, values, metadata)

    @classmethod
    def event(cls, name, msg=None, values=None, value=None, mllog_key=None, suppress_stopwatch=False,
              suppress_mllog=False, stack_offset=None, executioncounter=True, metadata=None):
        """A moment, with a message and values. `stack_offset` and `executioncounter` change nothing."""
        _check_name(name)
        values = values if values is not None else value
        text = _json(values)
        if not suppress_stopwatch:
            cls._watch.event(name, None if msg is None else str(msg), text)
            cls._tell(name, "event ...")
        if not suppress_mllog:
            cls._log("POINT_IN_TIME", name, mllog_key, values, metadata)

    @classmethod
    def get(cls, name, digits=4):
        """Seconds of the last interval; None while it runs, "undefined" for an unknown name."""
        last = cls._watch.last(name)
        if last is None:
            return "undefined"
        return None if last["duration_ns"] is None else round(last["duration_ns"] * 1e-9, digits)

    @classmethod
    def sum(cls, name, digits=4):
        """Seconds of all intervals of a name; "undefined" for an unknown name."""
        return "undefined" if cls._watch.last(name) is None else round(cls._watch.sum_ns(name) * 1e-9, digits)

    @classmethod
    def status(cls, name, value):
        cls._watch.set_status(name, _WORDS.get(value, str(value)))
        cls._tell(name, f"status {value}")

    @classmethod
    def get_status(cls, name):
        """True, None while it runs, False after a failure, or the word it was given."""
        status = cls._last(name)["status"]
        return _STATES.get(status, status)

    @classmethod
    def message(cls, name, value):
        cls._watch.set_message(name, str(value))

    @classmethod
    def get_message(cls, name):
        return cls._last(name)["message"]

    @classmethod
    def keys(cls):
        return cls._watch.names()

    @classmethod
    def clear(cls):
        cls._watch.clear()

    @classmethod
    def print(cls, *args):
        """print(label, name)"""
        if len(args) != 2:
            raise TypeError(f"StopWatch.print takes a label and a name, found {len(args)} arguments")
        if cls.verbose:
            print(args[0], cls._seconds(args[1]))

    @classmethod
    def output(cls, name):
        print(name, cls._seconds(name))

    @classmethod
    def progress(cls, *args, **kwargs):
        """The function `progress` of this module."""
        return progress(*args, **kwargs)

    def __str__(self):
        return self._watch.write("txt", _core.Report())

    @classmethod
    def systeminfo(cls, data=None):
        """The system table as text."""
        facts = dict(_core.Report().system_facts + _python_facts(), **(data or {}))
        width = max(map(len, facts))
        return "\n".join(f"{key:{width}}  {facts[key]}" for key in sorted(facts))

    @classmethod
    def get_sysinfo(cls, node=None, user=None):
        return dict(cls._report(node=node, user=user).system_facts)

    @classmethod
    def benchmark(cls, sysinfo=True, timers=True, csv=True, prefix="# csv", tag=None, sum=True, node=None, user=None,
                  version=None, attributes=None, total=False, filename=None):
        """Prints the system table, the timers as a table, and as csv lines that begin with the prefix."""
        report = cls._report(tag, node, user, version, attributes, total)
        if not sysinfo:
            report.system_facts = []
        report.prefix = (prefix or "# csv") if csv else ""
        report.timers = timers
        text = cls._watch.write("table", report)
        if csv and prefix is None and timers:
            table, lines = text.split("# csv,", 1)
            text = table + pprint.pformat(cls.get_benchmark(tag=tag)["benchmark"], indent=4) + "\n" + lines.replace(
                "\n# csv,", "\n")
        print(text)
        if filename:
            with open(filename, "w", encoding="utf-8") as file:
                file.write(text)

    @classmethod
    def get_benchmark(cls, sysinfo=True, tag=None, node=None, user=None, total=False):
        """The same as objects: {"sysinfo": …, "benchmark": {name: {start, stop, time, sum, status, msg, …}}}."""
        return json.loads(cls._watch.write("json", cls._report(tag, node, user, total=total)))

    @classmethod
    def export(cls, form, tag=None):
        """All timers as table, csv, json, yaml, txt, markdown, timers (every interval) or trace (Perfetto)."""
        return cls._watch.write(form, cls._report(tag))

    @staticmethod
    def load(filename, label=None, label_split_char=" ", attributes=None, prefix="# csv"):
        """Reads the csv lines of a log: {"headers": …, "data": rows}. Parts of the timer's name become the
        columns `label`, by default "name"."""
        label = label or ["name"]
        with open(filename, encoding="utf-8", errors="replace") as file:
            columns, rows, problems = _core.read_csv_lines(file.read(), prefix)
        for problem in problems:
            print(f"{filename}: {problem}", file=sys.stderr)
        attributes = attributes or [name for name in _COLUMNS if name in columns]
        missing = [name for name in attributes if name not in columns]
        if missing:
            raise KeyError(f"{filename}: no column {', '.join(missing)}; there are {', '.join(columns)}")
        order = [columns.index(name) for name in attributes]
        data = [[row[i] for i in order] + row[order[0]].split(label_split_char) for row in rows]
        return {"headers": attributes + label, "data": data}

    @classmethod
    def activate_mllog(cls, filename="cloudmesh_mllog.log", config=None, stack_offset=None, namespace=""):
        """From now on start, stop and event also append MLCommons records to a file. `config`: what mlperf_logging's
        config() takes, of which filename and default_namespace count; `stack_offset` changes nothing."""
        if config is not None:
            filename, namespace = log_settings(filename, config)
        cls._mllog = _core.Mllog(str(filename), namespace)

    @classmethod
    def deactivate_mllog(cls):
        cls._mllog = None

    @classmethod
    def log_event(cls, **values):
        """Points in time, for example log_event(EVAL_ACCURACY=0.93). A number stays a number."""
        for key, value in values.items():
            cls._log("POINT_IN_TIME", key.lower(), None, value, None)

    @classmethod
    def organization_submission(cls, configfile=None, **facts):
        """The submission_* records: benchmark (or name), org, platform, division, status, submitter, email, version,
        github_commit_version, as keywords, as submission={…}, or in the section `submission` of a YAML file."""
        cls._log_facts(submission_records("submission", configfile, facts))

    @classmethod
    def organization_mllog(cls, configfile=None, **facts):
        """The same of a section `benchmark`: name, organisation, platform, division, user, e-mail."""
        cls._log_facts(submission_records("benchmark", configfile, facts))

    @classmethod
    def status_submission(cls, success=True):
        """Logs whether all went well, as the point `status_submission`: "success" or "aborted". The record
        submission_status, into which cloudmesh writes it, says where the system stands."""
        cls._log("POINT_IN_TIME", "status_submission", None, "success" if success else "aborted", None)

    @classmethod
    def _log_facts(cls, records):
        for key, value in records:
            cls._log("POINT_IN_TIME", key, None, value, None)

    @classmethod
    def _seconds(cls, name):
        """The last interval for people; an unknown or running timer has none."""
        seconds = cls.get(name)
        return "running" if seconds is None else seconds if isinstance(seconds, str) else f"{seconds:.2f} s"

    @classmethod
    def _tell(cls, name, what):
        if cls.debug:
            print("Timer", name, what)

    @classmethod
    def _last(cls, name):
        last = cls._watch.last(name)
        if last is None:
            raise KeyError(name)
        return last

    @classmethod
    def _report(cls, tag=None, node=None, user=None, version=None, attributes=None, total=False):
        report = _core.Report()
        report.tag = tag or ""
        report.node = node or report.node
        report.user = user or report.user
        report.version = version or report.version
        report.columns = _COLUMNS[:3] if attributes == "short" else list(attributes or [])
        report.total = total
        facts = dict(report.system_facts + _python_facts())
        facts.update({"uname.node": report.node, "user": report.user})
        report.system_facts = sorted(facts.items())
        return report

    @classmethod
    def _log(cls, kind, name, mllog_key, values, metadata):
        """An interval's values become metadata: its value is null. "run" and "RUN_START" both mean run_start."""
        if cls._mllog is None:
            return
        key = (mllog_key or name).lower()
        value, metadata = values, dict(metadata or {})
        if kind != "POINT_IN_TIME":
            ending = "_start" if kind == "INTERVAL_START" else "_stop"
            key = key.removesuffix("_start").removesuffix("_stop") + ending
            value = None
            metadata.update(values if isinstance(values, dict) else {} if values is None else {"value": values})
        for place in sorted({"file", "lineno"} & metadata.keys()):
            warnings.warn(f"mllog '{key}': {place} is {metadata[place]!r} instead of the caller's", stacklevel=3)
        cls._mllog.write(kind, key, _json(value), _json(metadata), *_caller())


class StopWatchBlock:
    """with StopWatchBlock("train"): …  prints `# NAME, SECONDS, START, STOP[, DATA]` at the end, to a stream or a file."""

    def __init__(self, name, data=None, log=None, mode="w"):
        self.name, self.data, self.log, self.mode = name, data, log, mode

    def __enter__(self):
        StopWatch.start(self.name)
        return self

    def __exit__(self, kind, error, traceback):
        StopWatch.stop(self.name, state=True if kind is None else None)
        last = StopWatch._last(self.name)
        begin, end = last["start_ns"], last["start_ns"] + last["duration_ns"]
        line = f"# {self.name}, {StopWatch.get(self.name)}, {_stamp(begin)}, {_stamp(end)}"
        if self.data:
            line += f", {self.data}"
        if isinstance(self.log, str):
            with open(self.log, self.mode, encoding="utf-8") as file:
                print(line, file=file)
        else:
            print(line, file=self.log or sys.stdout)


def benchmark(function):
    """Times every call of a function under its name. The value is returned; an exception marks the timer failed."""
    @functools.wraps(function)
    def timed(*args, **kwargs):
        StopWatch.start(function.__name__)
        state = None
        try:
            value = function(*args, **kwargs)
            state = True
            return value
        finally:
            StopWatch.stop(function.__name__, state=state)
    return timed
