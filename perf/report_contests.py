"""Reading, aggregating and predicting of runs: what `./dev bench` measures of it."""
import json
import math
import random
import subprocess
import time

from bench import PYTHON, ROOT, Claim, Contest, Contestant, read_json_line


def many_results(folder, noise=lambda: 0.0):
    """100,000 run folders with a result of about 4 KB each, a hundred models. `noise` is added to each score, time and energy."""
    details = {f"number_{i}": i / 7 for i in range(60)}
    for i in range(100_000):
        run = folder / f"{i // 1000:03}" / f"run_{i:06}"
        run.mkdir(parents=True)
        score = 0.8 + (i * 7919 % 1009) / 10090
        scores = {f"score_{k}": score - k / 100 + noise() for k in range(20)}
        document = {"benchmark": "cloudmask", "config_hash": f"{i:064x}", "details": details, "energy": {"joules": 100.0 + i % 17 + noise()},
                    "finished_utc": "2026-11-01T10:00:20.000Z", "io": None, "model": f"model_{i % 100:02}", "num_sessions": 1,
                    "program_version": "0.1.0", "reasons": [], "schema_version": 1,
                    "scores": [{"accuracy": score + noise(), "baselines": {"majority": {"accuracy": 0.8}}, **scores}], "seed": i,
                    "started_utc": "2026-11-01T10:00:00.000Z", "times_s": {"Total": 20.0 + i % 7 + noise(), "Training": 10.0 + i % 5 + noise()},
                    "valid": True, "waiting": None}
        (run / "result.json").write_text(json.dumps(document, indent=2))


def report(build):
    """The contestants of a round read equal trees, so pandas, the last, tells how far their tables are from each other."""
    ours = [build / "bin/sciwright", "report", "{folder}/runs", "--by", "accuracy", "--group", "model", "--json"]
    indexed = ["env", "SCIWRIGHT_CACHE={folder}/cache", *ours, "--index"]
    columns = ("mean", "standard_deviation", "median", "num", "min", "max")
    tables = {}

    def our_table(name):
        def read(text, _folder):
            tables[name] = {row["model"]: [row[key] for key in columns] for row in json.loads(text)["tables"][0]["rows"]}
            return {"groups": len(tables[name])}
        return read

    def difference(a, b):
        if a.keys() != b.keys():
            return math.inf
        return max(abs(x - y) for model in a for x, y in zip(a[model], b[model]))

    def pandas_table(text, _folder):
        table = json.loads(text)
        return {"groups": len(table), "difference": max(difference(table, other) for other in tables.values())}

    def tree(folder):
        many_results(folder / "runs")

    def tree_with_index(folder):
        tree(folder)
        time.sleep(3)  # newer files are not kept in an index
        command = [str(part).replace("{folder}", str(folder)) for part in indexed]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return Contest(
        "report", "100,000 run folders, each with a result of about 4 KB, on tmpfs, aggregated by one of a hundred models; without an index, "
                  "with one, and in pandas: the same means, deviations, medians, counts and ends, there without intervals and tests.",
        {"sciwright": Contestant(ours, our_table("sciwright"), tree),
         "indexed": Contestant(indexed, our_table("indexed"), tree_with_index),
         "pandas": Contestant([PYTHON, ROOT / "peers/results_in_pandas.py", "{folder}/runs"], pandas_table, tree)},
        [Claim("report of 100,000 runs", lambda m: m["sciwright.wall_s"], 2),
         Claim("with an index", lambda m: m["indexed.wall_s"], 0.2),
         Claim("its memory", lambda m: m["sciwright.peak_mb"] / 1024, 1, unit="GB"),
         Claim("largest difference of a number", lambda m: m["pandas.difference"], 1e-12, unit=""),
         Claim("pandas / sciwright", lambda m: m["pandas.wall_s"] / m["sciwright.wall_s"], 1, at_least=True, unit="×"),
         Claim("pandas / sciwright with an index", lambda m: m["pandas.wall_s"] / m["indexed.wall_s"], 1, at_least=True, unit="×")],
        rounds=3, scratch="/dev/shm")


def report_page(build):
    """Opened from disk, five times, each in a new browser. Numbers with all digits: they pack as badly as measured ones."""
    def make_runs(folder):
        generator = random.Random(1)
        many_results(folder / "runs", lambda: generator.random() / 100)

    def written(folder):
        make_runs(folder)
        subprocess.run(write(folder), check=True, stdout=subprocess.DEVNULL)

    def write(folder):
        return [build / "bin/sciwright", "report", f"{folder}/runs", "--by", "accuracy", "--group", "model", "--out",
                f"{folder}/page.html"]

    look = "cd web && SCREENSHOTS={folder} exec node tests/perf_report.mjs {folder}/page.html"
    return Contest(
        "report-page", "The page of 100,000 runs with a result of about 4 KB each: written from tmpfs, and opened in Chromium until it is drawn "
                       "and has sorted a table.",
        {"sciwright": Contestant(write("{folder}"), prepare=make_runs),
         "chromium": Contestant(["sh", "-c", look], read_json_line, written)},
        [Claim("size of the file", lambda m: m["chromium.size_mb"], 30, unit="MB"),
         Claim("interactive", lambda m: m["chromium.interactive_s"], 3),
         Claim("all runs filtered", lambda m: m["chromium.filter_s"], 1),
         Claim("all runs sorted", lambda m: m["chromium.sort_s"], 1)], rounds=1, scratch="/dev/shm")


def bootstrap(build):
    return Contest(
        "bootstrap", "BCa interval of the mean of 30 values from 10,000 resamples, ours and scipy's (vectorised).",
        {"sciwright": Contestant([build / "perf/bootstrap_perf"], read_json_line),
         "scipy": Contestant([PYTHON, ROOT / "peers/bootstrap.py"], read_json_line)},
        [Claim("scipy / sciwright", lambda m: m["scipy.interval_s"] / m["sciwright.interval_s"], 10, at_least=True, unit="×"),
         Claim("difference of the ends from scipy's of 300,000 resamples, in widths of the interval",
               lambda m: max(abs(m[f"sciwright.{end}"] - m[f"scipy.{end}"]) for end in ("low", "high"))
               / (m["scipy.high"] - m["scipy.low"]), 0.02, unit="")], rounds=5)


def prediction(build):
    return Contest(
        "prediction", "`sciwright predict` from three runs of 2 and three of 10 epochs of the earthquake benchmark, and five runs of 50 epochs that it "
                      "has not seen, all in random order.",
        {"predict": Contestant([PYTHON, ROOT / "perf/held_out_runs.py", build / "bin/sciwright", "{folder}"], read_json_line)},
        [Claim("held-out runs within 5 % of their prediction", lambda m: m["predict.num_close"], 4, at_least=True, unit="of 5"),
         Claim("inside the 95 % interval", lambda m: m["predict.num_inside"], 4, at_least=True, unit="of 5"),
         Claim("below the walltime of 5 % time-outs", lambda m: m["predict.num_in_time"], 4, at_least=True, unit="of 5"),
         Claim("width of the interval over the prediction", lambda m: m["predict.width_fraction"], 0.3, unit="")], rounds=1)
