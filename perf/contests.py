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


def cloudmask_data(build):
    return Contest(
        "cloudmask-data", "One 1200 × 1500 scene: reading beside HDF5 alone, and what comes after the network.",
        {"sciwright": Contestant([build / "perf/cloudmask_data_perf", 2], read_json_line)},
        [Claim("HDF5 alone / reader + normalise + patches", lambda m: m["sciwright.hdf5_s"] / m["sciwright.patches_s"],
               0.8, at_least=True, unit="×"),
         Claim("stitch, mask and score a scene", lambda m: m["sciwright.score_s"], 0.15)], rounds=5)


def waiting(_text, folder):
    """How long a run's training waited for data, as a share of its epochs."""
    timing = json.loads((folder / "run" / "result.json").read_text())["details"]["timing"]
    return {"wait_fraction": timing["data_wait_s"] / timing["training_s"], **timing}


def cloudmask_run(build):
    common = [build / "bin/sciwright", "run", "cloudmask", "--quiet", "--out", "{folder}/run"]
    streamed = ["--epochs", "2", "--set", "data.memory_mb=0"]
    return Contest(
        "cloudmask-run", "Whole runs on simulated scenes: the default, and two epochs with every patch from the disk.",
        {"default": Contestant(common, waiting), "streamed": Contestant(common + streamed, waiting)},
        [Claim("embedded default", lambda m: m["default.wall_s"], 240),
         Claim("waiting for data, streamed", lambda m: m["streamed.wait_fraction"], 0.02, unit="of training")],
        rounds=1)


def contests(build):
    out = [startup(build), cloudmask_data(build), cloudmask_run(build)]
    if CATALOG.exists():
        out += [earthquake_data(build), earthquake_run(build)]
    else:
        print(f"no catalogue at {CATALOG}: its contests are left out", file=sys.stderr)
    return out
