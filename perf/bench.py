"""Runs the contests of this folder and writes what was measured.

Every contest has contestants, each a command. All contestants run in turn, round after round, so that a busy or
hot machine treats them alike; medians and quartiles are over the rounds. A claim sets two of the numbers into a
ratio, or one against a bound. Losses are printed like wins.

    bench.py BUILD_FOLDER [--only NAME]... [--rounds N] [--page docs/performance.md]
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3"  # Debian's, which has the peers' packages


@dataclass
class Contestant:
    """A command. Its numbers: `wall_s`, `cpu_s`, `peak_mb` (not below this script's own), and what `read` finds in its
    output. `prepare` fills the folder before, which is not measured."""
    command: list
    read: Optional[Callable[[str, Path], dict]] = None
    prepare: Optional[Callable[[Path], None]] = None


@dataclass
class Claim:
    """`value(median)` is what is claimed, from medians by "contestant.number"; `bound` what it must not pass."""
    text: str
    value: Callable[[dict], float]
    bound: float
    at_least: bool = False
    unit: str = "s"

    def holds(self, value):
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass
class Contest:
    name: str
    what: str
    contestants: dict
    claims: list
    rounds: int = 5
    scratch: Optional[str] = None  # where {folder} is; None: the system's temporary folder


def run_once(contestant, folder):
    """One run: its numbers. A command that fails ends the bench with its output."""
    if contestant.prepare is not None:
        contestant.prepare(folder)
    command = [str(part).replace("{folder}", str(folder)) for part in contestant.command]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=errors, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        text = out.read()
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{text}{errors.read()}")
    numbers = {"wall_s": wall_s, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}
    if contestant.read is not None:
        numbers.update(contestant.read(text, folder))
    return numbers


def read_json_line(text, _folder):
    return json.loads(text.strip().splitlines()[-1])


def measure(contest, rounds):
    """All samples by "contestant.number"; the first round warms caches and does not count."""
    samples = {}
    for index in range(rounds + 1):
        for name, contestant in contest.contestants.items():
            with tempfile.TemporaryDirectory(prefix="sciwright-bench-", dir=contest.scratch) as folder:
                numbers = run_once(contestant, Path(folder))
            print(f"  {contest.name} round {index}: {name} {numbers['wall_s']:.3f} s", file=sys.stderr)
            if index == 0 and rounds > 1:
                continue
            for key, value in numbers.items():
                samples.setdefault(f"{name}.{key}", []).append(value)
    return samples


def summary(values):
    low, _, high = statistics.quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
    return {"median": statistics.median(values), "low": low, "high": high, "n": len(values)}


def judge(contest, samples):
    medians = {key: statistics.median(values) for key, values in samples.items()}
    rows = []
    for claim in contest.claims:
        value = claim.value(medians)
        rows.append({"text": claim.text, "value": value, "bound": claim.bound, "unit": claim.unit,
                     "at_least": claim.at_least, "reached": claim.holds(value)})
    return rows


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


HEAD = """# Performance

Written by `./dev bench --page docs/performance.md`; with `--only NAME` one part is measured again. Medians over rounds
in which all contestants take turns; machines differ, so trust the ratios, not the seconds.
"""


def sections(report):
    """The part of the page of each contest, by its name."""
    machine = f"{report['date']}, {report['cpus']} × {report['processor']}, {report['system']}"
    parts = {}
    for contest in report["contests"]:
        lines = [f"## {contest['name']}", "", f"{contest['what']} Measured {machine}.", "",
                 "| claim | measured | asked | reached |", "|---|---:|---:|---|"]
        for claim in contest["claims"]:
            sign = "≥" if claim["at_least"] else "≤"
            lines.append(f"| {claim['text']} | {claim['value']:.4g} {claim['unit']} | {sign} {claim['bound']:g} "
                         f"{claim['unit']} | {'yes' if claim['reached'] else '**no**'} |")
        lines += ["", "| number | median | quartiles | rounds |", "|---|---:|---:|---:|"]
        for key, s in contest["numbers"].items():
            lines.append(f"| {key} | {s['median']:.4g} | {s['low']:.4g} – {s['high']:.4g} | {s['n']} |")
        parts[contest["name"]] = "\n".join(lines) + "\n"
    return parts


def page(old, parts):
    """The old page with new parts in place of theirs; new contests come last."""
    kept = {text.split("\n", 1)[0]: "## " + text.rstrip("\n") + "\n" for text in old.split("\n## ")[1:]}
    return "\n".join([HEAD, *(kept | parts).values()])


def main():
    parser = argparse.ArgumentParser(description="Speed against peers and measured limits")
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", action="append", default=[], help="run only the contest of this name")
    parser.add_argument("--rounds", type=int, help="rounds of every contest")
    parser.add_argument("--page", type=Path, help="put the parts into this Markdown page (default: only print them)")
    options = parser.parse_args()

    from contests import contests
    known = contests(ROOT / options.build)
    unknown = set(options.only) - {contest.name for contest in known}
    if unknown:
        sys.exit(f"no contest {', '.join(sorted(unknown))}; known: {', '.join(c.name for c in known)}")
    report = {"schema_version": 1, "date": time.strftime("%Y-%m-%d", time.gmtime()), "cpus": os.cpu_count(),
              "processor": processor(), "system": f"{platform.system()} {platform.release()}", "contests": []}
    for contest in known:
        if options.only and contest.name not in options.only:
            continue
        samples = measure(contest, options.rounds or contest.rounds)
        report["contests"].append({"name": contest.name, "what": contest.what, "claims": judge(contest, samples),
                                   "numbers": {key: summary(values) for key, values in samples.items()},
                                   "samples": samples})
    (options.build / "bench.json").write_text(json.dumps(report, indent=1))
    parts = sections(report)
    if options.page:
        options.page.write_text(page(options.page.read_text() if options.page.exists() else "", parts))
    print(*parts.values(), sep="\n")


if __name__ == "__main__":
    main()
