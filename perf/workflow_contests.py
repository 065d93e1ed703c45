"""The contests of workflows: how fast the engine is, what a job costs, how long a large graph takes to be read."""
import shutil
import sys

from bench import Claim, Contest, Contestant, read_json_line

JOBS = 2000  # that run
SNAKEMAKE_JOBS = 200  # it takes some 11 ms for each
PLANNED = 10_000  # and one that needs them all


def write_peers(folder, count):
    """`count` times `true` and one job behind them, its output kept in a file: for us and for each peer."""
    jobs = range(count)
    (folder / "fan.yaml").write_text(
        "workflow:\n  nodes:\n" + "".join(f'    j{i}: {{exec: "true"}}\n' for i in jobs) +
        '    all: {exec: "true"}\n  dependencies:\n' + "".join(f"    - j{i},all\n" for i in jobs))
    (folder / "Makefile").write_text(
        "all: " + " ".join(f"j{i}.out" for i in jobs) + "\n\t@true\n.PHONY: all\n" +
        "".join(f"j{i}.out:\n\t@true >j{i}.out\n" for i in jobs))
    (folder / "build.ninja").write_text(
        "rule job\n  command = true >$out\n" + "".join(f"build j{i}.out: job\n" for i in jobs) +
        "build all: phony " + " ".join(f"j{i}.out" for i in jobs) + "\n")
    (folder / "Snakefile").write_text(
        f'rule all:\n    input: expand("j{{i}}.out", i=range({count}))\n'
        'rule job:\n    output: "j{i}.out"\n    shell: "true >{output}"\n')


def in_folder(count, command):
    return Contestant(["sh", "-c", "cd {folder} && " + command], prepare=lambda folder: write_peers(folder, count))


def installed(contestants):
    """Those whose program is there; the others are told."""
    there = {}
    for name, contestant in contestants.items():
        program = name.split()[0]
        if program in ("sciwright", "bare") or shutil.which(program):
            there[name] = contestant
        else:
            print(f"workflow: {program} is not installed (perf/packages.txt names it), it is left out", file=sys.stderr)
    return there


def per_job(name, count=JOBS):
    return lambda m: 1e3 * m[f"{name}.wall_s"] / count


def engine(build):
    """Jobs that are over as soon as somebody asks. What is left: the graph, journal, ledger, and a folder for each job."""
    return Contest(
        "engine", "A workflow of 100,000 nodes in a hundred layers, whose jobs take no time, in a tmpfs: three changes of state for each node, each "
                  "a line of the journal that is written before what it tells of is done.",
        {"sciwright": Contestant([build / "perf/engine_rate_perf", 100_000, "{folder}"], read_json_line)},
        [Claim("changes of state", lambda m: m["sciwright.events_per_s"], 50_000, at_least=True, unit="/s")],
        rounds=3, scratch="/dev/shm")


def workflow(build):
    program = build / "bin/sciwright"
    there = installed({
        "sciwright run": in_folder(JOBS, f"{program} workflow run fan.yaml -q -j2"),
        "bare run": Contestant(["env", "TMPDIR={folder}", build / "perf/local_jobs_perf", JOBS, 2, "bare"]),
        "make run": in_folder(JOBS, "make -s -j2 all"),
        "ninja run": in_folder(JOBS, "ninja -j2 --quiet all"),
        "parallel run": in_folder(JOBS, f"seq {JOBS} | parallel -j2 --results out --joblog log true"),
        "snakemake run": in_folder(SNAKEMAKE_JOBS, "snakemake -c2 --quiet all"),
        "sciwright plan": in_folder(PLANNED, f"{program} workflow run fan.yaml --dry-run"),
        "make plan": in_folder(PLANNED, "make -n all"),
        "ninja plan": in_folder(PLANNED, "ninja -n all"),
        "snakemake plan": in_folder(PLANNED, "snakemake -n --quiet all")})
    claims = [Claim("a trivial local job of `workflow run`, its process included", per_job("sciwright run"), 0.3, unit="ms"),
              Claim("what that adds to the bare process", lambda m: per_job("sciwright run")(m) - per_job("bare run")(m), 0.3,
                    unit="ms"),
              Claim("load and plan of 10,001 jobs", lambda m: m["sciwright plan.wall_s"], 0.1)]
    for peer in ("make", "ninja", "parallel", "snakemake"):
        if f"{peer} run" not in there:
            continue
        count = SNAKEMAKE_JOBS if peer == "snakemake" else JOBS
        claims += [Claim(f"{peer} / sciwright, a job", lambda m, peer=peer, count=count: per_job(f"{peer} run", count)(m) /
                         per_job("sciwright run")(m), 1, at_least=True, unit="×")]
        if peer != "parallel":
            claims.append(Claim(f"{peer} / sciwright, load and plan",
                                lambda m, peer=peer: m[f"{peer} plan.wall_s"] / m["sciwright plan.wall_s"], 1, at_least=True, unit="×"))
    return Contest(
        "workflow", f"{JOBS} times `true` and one job behind them, two at a time, in a tmpfs ({SNAKEMAKE_JOBS} for snakemake); then 10,001 jobs that are only "
                    "planned. bare: the processes alone, from one parent. Whole processes, each with what it keeps: ours a journal, a ledger, and for each job a record and two files of "
                    "output; make, ninja and snakemake one file for each job, GNU parallel (which knows no graph) its results and a log.",
        there, claims, rounds=3, scratch="/dev/shm")
