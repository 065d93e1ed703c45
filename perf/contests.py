"""What `./dev bench` measures, and what is asked of it."""
import csv
import json
import statistics
import subprocess
import sys
from datetime import datetime

from bench import ROOT, Claim, Contest, Contestant, read_json_line
from workflow_contests import engine, workflow

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


def local_jobs(build):
    """In memory for all: ext4 looks at every inode that was deleted in the last minutes again before it makes a new one
    (`recently_deleted`), which a bench that removes its files meets from round to round, and a study does not."""
    count = 2000
    program = ["env", "TMPDIR={folder}", build / "perf/local_jobs_perf", count, 2]

    def shell(script):
        return Contestant(["sh", "-c", "cd {folder} && " + script])

    def make(recipe):
        rules = f"all: $(shell seq {count})\\n%::\\n\\t@{recipe}\\n.PHONY: all\\n"
        return shell(f"printf '%b' '{rules}' | make -s -j2 -f - all")

    def per_job_ms(name):
        return lambda m: 1e3 * m[f"{name}.wall_s"] / count

    return Contest(
        "local-jobs", f"{count} times `true`, two at a time, in a tmpfs; ours with a record, output files and a ledger. bare: the "
                      "processes alone, from one parent, which no launcher can undercut. Kept: the output of each job in files.",
        {"sciwright": Contestant(program, read_json_line), "bare": Contestant(program + ["bare"], read_json_line),
         "make": make("true"), "xargs": shell(f"seq {count} | xargs -P2 -n1 true"),
         "make kept": make("true >$@.out 2>$@.err"),
         "xargs kept": shell(f"seq {count} | xargs -P2 -I@ sh -c 'true >@.out 2>@.err'"),
         "parallel kept": shell(f"seq {count} | parallel -j2 --results out --joblog log true")},
        [Claim("a job of the local launcher, its process included", lambda m: m["sciwright.job_ms"], 0.3, unit="ms"),
         Claim("what it adds to the bare process", lambda m: m["sciwright.job_ms"] - m["bare.job_ms"], 0.3, unit="ms"),
         Claim("a job of make", per_job_ms("make"), 0.3, unit="ms"),
         Claim("sciwright / make kept", lambda m: m["sciwright.jobs_s"] / m["make kept.wall_s"], 1, unit="×"),
         Claim("sciwright / xargs kept", lambda m: m["sciwright.jobs_s"] / m["xargs kept.wall_s"], 1, unit="×"),
         Claim("sciwright / parallel kept", lambda m: m["sciwright.jobs_s"] / m["parallel kept.wall_s"], 1, unit="×")],
        rounds=5, scratch="/dev/shm")


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


def stopwatch(build):
    return Contest(
        "stopwatch", "Start + stop by name, 1,000 names in turn, alone and with a second thread at work; an MLCommons log "
                     "line with a flush each. The Python way is a class with dictionaries by name.",
        {"sciwright": Contestant([build / "perf/stopwatch_perf"], read_json_line),
         "python": Contestant([PYTHON, ROOT / "peers/stopwatch.py"], read_json_line)},
        [Claim("start + stop", lambda m: m["sciwright.one_thread_ns"], 100, unit="ns"),
         Claim("start + stop with 2 threads", lambda m: m["sciwright.two_threads_ns"], 300, unit="ns"),
         Claim("mllog line", lambda m: m["sciwright.mllog_line_ns"] / 1e3, 3, unit="µs"),
         Claim("Python / sciwright, start + stop",
               lambda m: m["python.one_thread_ns"] / m["sciwright.one_thread_ns"], 1, at_least=True, unit="×"),
         Claim("Python / sciwright, mllog line",
               lambda m: m["python.mllog_line_ns"] / m["sciwright.mllog_line_ns"], 1, at_least=True, unit="×")])


def period_of(text, _folder):
    """The mean period of a monitor's rows."""
    stamps = [row["utc"] for row in csv.DictReader(text.splitlines())]
    first, last = (datetime.fromisoformat(stamp[:26]) for stamp in (stamps[0], stamps[-1]))
    return {"period_s": (last - first).total_seconds() / (len(stamps) - 1)}


def monitor(build):
    """One processor package, whose counter is a file as the kernel's is: this needs no sensor."""
    program = build / "bin/sciwright"

    def counter(folder):
        zone = folder / "sys/class/powercap/intel-rapl:0"
        zone.mkdir(parents=True)
        (zone / "name").write_text("package-0\n")
        (zone / "energy_uj").write_text("1000000\n")

    def sampling(hertz, count):
        command = [program, "monitor", "--source", "powercap", "--root", "{folder}", "--delay", 1 / hertz, "--count", count]
        return Contestant(command, period_of if count > 1 else None, counter)

    def steady(name):
        return lambda m: 100 * (m[f"{name}.cpu_s"] - m["start.cpu_s"]) / m[f"{name}.wall_s"]

    def with_start(name):
        return lambda m: 100 * m[f"{name}.cpu_s"] / m[f"{name}.wall_s"]

    def error(name, period):
        return lambda m: 100 * abs(m[f"{name}.period_s"] / period - 1)

    return Contest(
        "monitor", "Sampling for 20 s, of one device, rows printed and kept in a file. start: one sample, which is what a start "
                   "and an end of the program cost; sampling is the rest.",
        {"start": sampling(10, 1), "10 Hz": sampling(10, 200), "100 Hz": sampling(100, 2000)},
        [Claim("processor at 10 Hz, sampling", steady("10 Hz"), 0.2, unit="% of a core"),
         Claim("processor at 10 Hz, start included", with_start("10 Hz"), 0.2, unit="% of a core"),
         Claim("processor at 100 Hz, sampling", steady("100 Hz"), 2, unit="% of a core"),
         Claim("processor at 100 Hz, start included", with_start("100 Hz"), 2, unit="% of a core"),
         Claim("error of the mean period at 10 Hz", error("10 Hz", 0.1), 0.1, unit="%"),
         Claim("error of the mean period at 100 Hz", error("100 Hz", 0.01), 0.1, unit="%")], rounds=3)


# Our rows in the order they are tried, and the options of the fio job that does the same.
FIO_JOBS = {("sequential write", None): "--rw=write --bs=1M --end_fsync=1 --fallocate=none",
            ("sequential read", "cold"): "--rw=read --bs=1M --invalidate=1",
            ("sequential read", "warm"): "--rw=read --bs=1M --pre_read=1 --invalidate=0 --loops=8",
            ("mmap read", "cold"): "--rw=read --bs=1M --ioengine=mmap --invalidate=1",
            ("mmap read", "warm"): "--rw=read --bs=1M --ioengine=mmap --pre_read=1 --invalidate=0 --loops=8",
            ("random read", "cold"): "--rw=randread --bs=4k --io_size=32M --invalidate=1",
            ("random read", "warm"): "--rw=randread --bs=4k --io_size=32M --pre_read=1 --invalidate=0 --loops=8"}
IO_ROUNDS = 5


def io_key(name, cache):
    return (f"{name} {cache}" if cache else name).replace(" ", "_") + "_mb_per_s"


def sciwright_io(text, _folder):
    rows = json.loads(text)["probes"][0]["rows"]
    return {io_key(row["name"], row["cache"]): row["bytes_per_s"] / 1e6 for row in rows if row["bytes_per_s"]}


def fio_io(_text, folder):
    """Medians over the jobs of a name, as our rows are medians over rounds."""
    rates = {}
    for job in json.loads((folder / "fio.json").read_text())["jobs"]:
        key = job["jobname"]
        rates.setdefault(key, []).append(job["write" if "write" in key else "read"]["bw_bytes"] / 1e6)
    return {key: statistics.median(values) for key, values in rates.items()}


def file_system(build):
    """Like is set beside like: a new file at each writing, whose predecessor was removed (a disk that is told of free
    blocks takes longer to write them again), no advice on read-ahead, no clock read at each block, the same order and
    number of rounds. fio counts milliseconds: what takes ten of them is looped. And it drops the cache when its clock
    runs already, a tenth of the time of a cold read here: dd does it before."""
    command = ["env", "-C", "{folder}", "fio", "--output=fio.json", "--output-format=json", "--filename=data",
               "--ioengine=psync", "--fadvise_hint=0", "--gtod_reduce=1", "--size=256M"]
    for (name, cache), options in FIO_JOBS.items():
        for index in range(IO_ROUNDS):
            command += [f"--name={io_key(name, cache)}", "--stonewall", *options.split()]
            if cache is None and index + 1 < IO_ROUNDS:
                command.append("--unlink=1")
            if cache == "cold":
                command.append("--exec_prerun=dd if=data iflag=nocache count=0 status=none")

    def ratio(key):
        return lambda m: 100 * abs(m[f"sciwright.{key}"] / m[f"fio.{key}"] - 1)

    return Contest(
        "file-system", "`sciwright io` and fio in the same directory, a file of 256 MiB, one thread; medians over five rounds "
                       "each.",
        {"sciwright": Contestant([build / "bin/sciwright", "io", "--json", "--rounds", IO_ROUNDS, "{folder}"], sciwright_io),
         "fio": Contestant(command, fio_io)},
        [Claim(f"{name} {cache}, difference from fio" if cache else f"{name}, difference from fio",
               ratio(io_key(name, cache)), 10, unit="%") for name, cache in FIO_JOBS], rounds=5)


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


def finished_study(build, folder):
    """A study of 100,000 experiments with the ledger and the records that as many jobs leave which ended well."""
    study = ROOT / "peers/study"
    subprocess.run([build / "bin/sciwright", "experiment", "generate", "--source", study / "job.in.sh", "--out",
                    folder / "out", "--quiet", "--yes", "--experiment", "epoch=[1-1000] repeat=[1-100]"], check=True)
    names = [f"epoch_{epoch}_repeat_{repeat}" for epoch in range(1, 1001) for repeat in range(1, 101)]
    with open(folder / "out/jobs.jsonl", "w") as ledger:
        for start in range(0, len(names), 1000):
            part = names[start:start + 1000]
            jobs = [{"id": name, "attempt": 1, "directory": name} for name in part]
            for event in ({"event": "intent", "utc_ns": 1, "schema_version": 1, "parcel": f"p{start}", "launcher": "slurm",
                           "jobs": jobs},
                          {"event": "submitted", "utc_ns": 2, "parcel": f"p{start}",
                           "scheduler_ids": [f"{start}_{i + 1}" for i in range(len(part))]}):
                ledger.write(json.dumps(event) + "\n")
    for i, name in enumerate(names):
        started = {"schema_version": 1, "job": name, "attempt": 1, "scheduler": "slurm", "event": "started",
                   "utc": "2026-11-25T10:00:00Z", "host": "n1", "pid": 12, "pid_start": "345", "boot": "b",
                   "scheduler_id": f"{i}_1"}
        ended = {"event": "ended", "utc": "2026-11-25T10:04:10Z", "exit_code": 0}
        (folder / "out" / name / "job.1.jsonl").write_text(json.dumps(started) + "\n" + json.dumps(ended) + "\n")


def experiment_status(build):
    status = [build / "bin/sciwright", "experiment", "status", "{folder}/out"]
    return Contest(
        "experiment-status", "Where 100,000 experiments are, from their ledger and records on tmpfs, without an index.",
        {"status": Contestant(status, prepare=lambda folder: finished_study(build, folder))},
        [Claim("status of 100,000", lambda m: m["status.wall_s"], 2),
         Claim("its memory", lambda m: m["status.peak_mb"], 200, unit="MB")], rounds=3, scratch="/dev/shm")


def many_results(folder):
    """100,000 run folders with a result of about 4 KB each, a hundred models."""
    details = {f"number_{i}": i / 7 for i in range(60)}
    for i in range(100_000):
        run = folder / f"{i // 1000:03}" / f"run_{i:06}"
        run.mkdir(parents=True)
        score = 0.8 + (i * 7919 % 1009) / 10090
        scores = {f"score_{k}": score - k / 100 for k in range(20)}
        document = {"benchmark": "cloudmask", "config_hash": f"{i:064x}", "details": details, "energy": {"joules": 100.0 + i % 17},
                    "finished_utc": "2026-11-01T10:00:20.000Z", "io": None, "model": f"model_{i % 100:02}", "num_sessions": 1,
                    "program_version": "0.1.0", "reasons": [], "schema_version": 1,
                    "scores": [{"accuracy": score, "baselines": {"majority": {"accuracy": 0.8}}, **scores}], "seed": i,
                    "started_utc": "2026-11-01T10:00:00.000Z", "times_s": {"Total": 20.0 + i % 7, "Training": 10.0 + i % 5},
                    "valid": True, "waiting": None}
        (run / "result.json").write_text(json.dumps(document, indent=2))


def report(build):
    ours = [build / "bin/sciwright", "report", "{folder}", "--by", "accuracy", "--group", "model", "--json"]

    def first_mean(text, _folder):
        rows = json.loads(text)["tables"][0]["rows"]
        return {"groups": len(rows), "best": rows[0]["mean"]}

    return Contest(
        "report", "100,000 run folders, each with a result of about 4 KB, on tmpfs, aggregated by one of a hundred models; in pandas the "
                  "same means, deviations, medians and counts, without intervals and tests.",
        {"sciwright": Contestant(ours, first_mean, many_results),
         "pandas": Contestant([PYTHON, ROOT / "peers/results_in_pandas.py", "{folder}"], read_json_line, many_results)},
        [Claim("report of 100,000 runs", lambda m: m["sciwright.wall_s"], 2),
         Claim("its memory", lambda m: m["sciwright.peak_mb"] / 1024, 1, unit="GB"),
         Claim("difference of the best means", lambda m: abs(m["sciwright.best"] - m["pandas.best"]), 1e-12, unit=""),
         Claim("pandas / sciwright", lambda m: m["pandas.wall_s"] / m["sciwright.wall_s"], 1, at_least=True, unit="×")],
        rounds=3, scratch="/dev/shm")


def bootstrap(build):
    return Contest(
        "bootstrap", "BCa interval of the mean of 30 values from 10,000 resamples, ours and scipy's (vectorised).",
        {"sciwright": Contestant([build / "perf/bootstrap_perf"], read_json_line),
         "scipy": Contestant([PYTHON, ROOT / "peers/bootstrap.py"], read_json_line)},
        [Claim("scipy / sciwright", lambda m: m["scipy.interval_s"] / m["sciwright.interval_s"], 10, at_least=True, unit="×"),
         Claim("difference of the ends from scipy's of 300,000 resamples, in widths of the interval",
               lambda m: max(abs(m[f"sciwright.{end}"] - m[f"scipy.{end}"]) for end in ("low", "high"))
               / (m["scipy.high"] - m["scipy.low"]), 0.02, unit="")], rounds=5)


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


def web_page(build):
    """Five loads a size, each in a browser that has not seen the page; from the first request on until a key is answered."""
    def load(nodes):
        return Contestant(["sh", "-c", f"cd web && SCIWRIGHT={build.resolve()}/bin/sciwright SCREENSHOTS={{folder}} exec node tests/perf.mjs {nodes}"],
                          read_json_line)
    return Contest(
        "web-page", "The page of a workflow with 1,000 and with 10,000 nodes in Chromium, until it is drawn and answers a key.",
        {"1000": load(1000), "10000": load(10000)},
        [Claim("interactive, 1,000 nodes", lambda m: m["1000.interactive_s"], 2),
         Claim("interactive, 10,000 nodes", lambda m: m["10000.interactive_s"], 5)], rounds=1)


def serve(build):
    return Contest(
        "serve", "The service under `hey` at 1,000 requests/s (20 connections) with a workflow of 1,000 nodes; 50 changes to 100 streams; memory "
                 "with 100,000 nodes.",
        {"sciwright": Contestant([PYTHON, ROOT / "perf/serve_load.py", build / "bin/sciwright", "{folder}"], read_json_line)},
        [Claim("p99 of the list of workflows", lambda m: m["sciwright.list_p99_ms"], 5, unit="ms"),
         Claim("p99 of one job", lambda m: m["sciwright.job_p99_ms"], 5, unit="ms"),
         Claim("p99 of the whole workflow", lambda m: m["sciwright.whole_p99_ms"], 5, unit="ms"),
         Claim("rate that was held", lambda m: m["sciwright.whole_rate"], 950, at_least=True, unit="/s"),
         Claim("a change at the last of 100 streams, slowest of 50", lambda m: m["sciwright.change_max_ms"], 100, unit="ms"),
         Claim("memory with 100,000 nodes", lambda m: m["sciwright.large_whole_mb"], 150, unit="MB")],
        rounds=3, scratch="/dev/shm")


def contests(build):
    out = [startup(build), stopwatch(build), monitor(build), file_system(build), local_jobs(build), experiment(build), experiment_status(build),
           report(build), bootstrap(build), engine(build), workflow(build), serve(build), web_page(build),
           cloudmask_data(build), cloudmask_run(build)]
    if CATALOG.exists():
        out += [earthquake_data(build), earthquake_run(build)]
    else:
        print(f"no catalogue at {CATALOG}: its contests are left out", file=sys.stderr)
    return out
