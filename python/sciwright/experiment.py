"""Studies, of a service or of a folder:

    from sciwright.experiment import Experiment

    for row in Experiment.open("project").rows():
        print(row["name"], row["values"], row["metrics"])
"""
import json
import os
import urllib.parse

from sciwright.service import Service


def _numbers(prefix, value, out):
    if isinstance(value, dict):
        for key, item in value.items():
            _numbers(f"{prefix}.{key}" if prefix else key, item, out)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        out[prefix] = value


def _metrics(result):
    out = {}
    scores = result.get("scores") or []
    _numbers("", scores[0] if scores else {}, out)
    for key in ("times_s", "energy", "io", "memory"):
        _numbers(key, result.get(key) or {}, out)
    return out


def _row(folder, entry):
    directory = entry.get("directory", entry["name"])
    run = os.path.join(folder, directory, "run") if directory != "." else os.path.join(folder, "run_" + entry["name"])
    row = {"name": entry["name"], "values": entry.get("parameters", {}), "metrics": {}, "run": None, "valid": None}
    try:
        with open(os.path.join(run, "result.json"), encoding="utf-8") as file:
            result = json.load(file)
    except FileNotFoundError:
        return row
    row.update(run=run, valid=result.get("valid"))
    if result.get("valid"):
        row["metrics"] = _metrics(result)
    return row


class Experiment:
    """A study of a service. `open` makes one of a folder instead, without any service."""

    def __init__(self, name, service=None):
        self.name = name
        self._service = service or Service()
        self._folder = None

    @classmethod
    def open(cls, folder):
        """The study of a folder with experiments.jsonl."""
        study = cls(os.path.basename(os.path.abspath(folder)))
        study._folder = os.fspath(folder)
        return study

    def _detail(self):
        return self._service.ask("GET", "/api/v1/experiments/" + urllib.parse.quote(self.name, safe=""))

    def rows(self):
        """A dict for each experiment: name, values, metrics, run; from a service also phase and attempt."""
        if self._folder is None:
            return self._detail()["rows"]
        entries = {}
        with open(os.path.join(self._folder, "experiments.jsonl"), encoding="utf-8") as file:
            for line in file:
                entry = json.loads(line) if line.endswith("\n") else {}
                if isinstance(entry.get("parameters"), dict):
                    entries[entry["name"]] = entry
        return [_row(self._folder, entry) for entry in entries.values()]

    def parameters(self):
        """Names of what varies."""
        if self._folder is None:
            return self._detail()["parameters"]
        return list(dict.fromkeys(name for row in self.rows() for name in row["values"]))

    def best(self, metric, direction="max"):
        """The row whose metric is best; None without one."""
        rows = [row for row in self.rows() if metric in row["metrics"]]
        if not rows:
            return None
        return (max if direction == "max" else min)(rows, key=lambda row: row["metrics"][metric])
