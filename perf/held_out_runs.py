"""Small and long runs of the earthquake benchmark in random order, the small ones predicting the long ones. Prints one JSON object.

    held_out_runs.py SCIWRIGHT FOLDER [--pixels N]
"""
import argparse
import json
import random
import subprocess
from pathlib import Path

SMALL = {2: 3, 10: 3}  # epochs and runs
HELD_OUT = 5
LONG_EPOCHS = 50


def run_benchmark(program, folder, epochs, seed, pixels):
    settings = {"synthetic.start_date": "1985-01-01", "data.max_pixels": pixels, "features.window_stride": 8, "tft.hidden": 4, "tft.heads": 2,
                "training.schedule": "constant", "plots": "false", "predictions": "false", "energy.delay_s": 0}
    command = [program, "run", "earthquake", "--quiet", "--threads", "1", "--epochs", str(epochs), "--seed", str(seed), "--out", folder]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def total_s(folder):
    return json.loads((folder / "result.json").read_text())["times_s"]["Total"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pixels", type=int, default=10)
    options = parser.parse_args()
    plan = [("small", epochs, i) for epochs, num in SMALL.items() for i in range(num)]
    plan += [("long", LONG_EPOCHS, i) for i in range(HELD_OUT)]
    random.Random(1).shuffle(plan)  # so that a slow hour meets both
    for seed, (kind, epochs, i) in enumerate(plan, start=1):
        run_benchmark(options.program, options.folder / kind / f"{epochs}_{i}", epochs, seed, options.pixels)
    predicted = subprocess.run([options.program, "predict", options.folder / "small", "--epochs", str(LONG_EPOCHS), "--json"],
                               check=True, capture_output=True, text=True).stdout
    rows = {row["quantity"]: row for row in json.loads(predicted)["tables"][0]["rows"]}
    row = rows["times_s.Total"]
    totals = [total_s(options.folder / "long" / f"{LONG_EPOCHS}_{i}") for i in range(HELD_OUT)]
    print(json.dumps({
        "predicted_s": row["predicted"], "low_s": row["low"], "high_s": row["high"], "walltime_s": row["walltime_s"],
        **{f"held_out_{i}_s": total for i, total in enumerate(totals)},
        "num_close": sum(abs(total / row["predicted"] - 1) <= 0.05 for total in totals),
        "num_inside": sum(row["low"] <= total <= row["high"] for total in totals),
        "num_in_time": sum(total <= row["walltime_s"] for total in totals),
        "width_fraction": (row["high"] - row["low"]) / row["predicted"]}))


if __name__ == "__main__":
    main()
