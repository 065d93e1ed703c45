"""What `./dev bench` measures, and what is asked of it."""
import json
import sys

from bench import ROOT, Claim, Contest, Contestant, read_json_line

DATA = ROOT.parent / "shared" / "data" / "earthquake"
CATALOG = DATA / "socal_1950_2026.csv.xz"
PYTHON = "/usr/bin/python3"  # Debian's, which has the peers' packages


def phase_times(_text, folder):
    """The timers of a run, seconds by name, and all but the fit and the network's forecasts."""
    result = json.loads((folder / "run" / "result.json").read_text())
    times = {name.replace(" ", "_") + "_s": value for name, value in result["times_s"].items()}
    around = ["Initialize", "Sampling location", "Scores", "Visualize", "Final plots"]
    times["around_the_network_s"] = sum(result["times_s"].get(name, 0) for name in around)
    return times


def startup(build):
    program = build / "bin/sciwright"
    return Contest(
        "startup", "`sciwright --version`, process start to end, beside an interpreter that does nothing.",
        {"sciwright": Contestant([program, "--version"]), "python3": Contestant([PYTHON, "-c", "pass"]),
         "true": Contestant(["/bin/true"])},
        [Claim("sciwright --version", lambda m: m["sciwright.wall_s"] * 1e3, 10, unit="ms")], rounds=40)


def earthquake_data(build):
    return Contest(
        "earthquake-data", "805,138 catalogue rows to all windows of all pixels, beside the same in pandas.",
        {"sciwright": Contestant([build / "perf/earthquake_data_perf", CATALOG, 2], read_json_line),
         "pandas": Contestant([PYTHON, ROOT / "peers/earthquake_windows.py", CATALOG], read_json_line)},
        [Claim("catalogue to windows beyond unpacking", lambda m: m["sciwright.windows_s"] - m["sciwright.unpack_s"],
               1.5),
         Claim("binned cache", lambda m: m["sciwright.cache_s"], 0.1),
         Claim("pandas / sciwright", lambda m: m["pandas.windows_s"] / m["sciwright.windows_s"], 1, at_least=True,
               unit="×")], rounds=5)


def earthquake_run(build):
    program = build / "bin/sciwright"
    common = [program, "run", "earthquake", "--quiet", "--out", "{folder}/run"]
    real = common + ["--catalog", CATALOG, "--reference", DATA]
    tiny = ["--set", "tft.hidden=4", "--set", "tft.heads=1", "--epochs", "0.001"]
    return Contest(
        "earthquake-run", "Whole runs: all but the network on the real catalogue (888,000 windows), and the default "
                          "on a simulated one.",
        {"around the network": Contestant(real + tiny, phase_times),
         "baselines": Contestant(real + ["--model", "baselines"], phase_times),
         "nowcast": Contestant(real + ["--model", "nowcast"], phase_times),
         "default": Contestant(common, phase_times)},
        [Claim("Initialize + sampling + scores + plots", lambda m: m["around the network.around_the_network_s"], 15),
         Claim("peak memory", lambda m: m["around the network.peak_mb"] / 1024, 3, unit="GB"),
         Claim("embedded default", lambda m: m["default.wall_s"], 180),
         Claim("nowcast, whole run", lambda m: m["nowcast.wall_s"], 60)], rounds=1)


def experiment(build):
    study = ROOT / "peers/study"
    generate = [build / "bin/sciwright", "experiment", "generate", "--source", study / "job.in.sh", "--out",
                "{folder}/out", "--quiet", "--yes"]
    return Contest(
        "experiment", "Studies: a million combinations with their names; folders with config.yaml and script on tmpfs, "
                      "400 of them beside JUBE.",
        {"plan": Contestant([build / "perf/experiment_plan_perf"], read_json_line),
         "sciwright 400": Contestant(generate + ["--config", study / "study.yaml"]),
         "JUBE 400": Contestant(["jube", "run", study / "jube.yaml", "--hide-animation", "--outpath", "{folder}/out"]),
         "sciwright 10000": Contestant(generate + ["--experiment", "epoch=[1-100] repeat=[1-100]"]),
         "sciwright 100000": Contestant(generate + ["--experiment", "epoch=[1-1000] repeat=[1-100]"])},
        [Claim("plan", lambda m: m["plan.per_s"] / 1e6, 1, at_least=True, unit="million/s"),
         Claim("10,000 folders", lambda m: 1e4 / m["sciwright 10000.wall_s"], 5000, at_least=True, unit="/s"),
         Claim("100,000 folders / 10,000 folders", lambda m: m["sciwright 100000.wall_s"] / m["sciwright 10000.wall_s"],
               12, unit="×"),
         Claim("memory for 100,000", lambda m: m["sciwright 100000.peak_mb"], 200, unit="MB"),
         Claim("JUBE / sciwright, 400 folders", lambda m: m["JUBE 400.wall_s"] / m["sciwright 400.wall_s"], 1,
               at_least=True, unit="×")], rounds=3, scratch="/dev/shm")


def contests(build):
    out = [startup(build), experiment(build)]
    if CATALOG.exists():
        out += [earthquake_data(build), earthquake_run(build)]
    else:
        print(f"no catalogue at {CATALOG}: its contests are left out", file=sys.stderr)
    return out
