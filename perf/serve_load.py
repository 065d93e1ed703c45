"""What `sciwright serve` bears: requests at a set rate, streams, memory. Prints one line of JSON.

    serve_load.py PROGRAM FOLDER [SECONDS]

`hey` holds 1,000 requests a second (20 connections of 50 each): summaries, one job, and a workflow of 1,000 nodes whole.
A change is a line that is appended to a journal, as an engine does it; each of 100 clients of its stream notes when it
has it. Memory is the service's own (VmRSS) after it has shown a workflow of 100,000 nodes.
"""
import csv
import io
import json
import re
import select
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CLIENTS = 100
CHANGES = 50


def write_workflow(root, name, count):
    """A run of which half is done: nodes in chains of ten, a definition and a journal."""
    folder = root / name
    (folder / f"{name}.state").mkdir(parents=True)
    nodes = [f"n{i}" for i in range(count)]
    text = "workflow:\n  nodes:\n" + "".join(f'    {node}: {{exec: "true"}}\n' for node in nodes)
    text += "  dependencies:\n" + "".join(
        "    - " + ",".join(nodes[i:i + 10]) + "\n" for i in range(0, count, 10))
    (folder / f"{name}.yaml").write_text(text)
    (folder / f"{name}.state" / "workflow.yaml").write_text(text)
    journal = Journal(folder / f"{name}.state" / "journal.jsonl")
    journal.append(event="begin", schema_version=1, workflow=name, run=1, host="h", pid=1, nodes=nodes, definition="")
    for node in nodes[:count // 2]:
        journal.append(event="submitted", node=node, attempt=1, site="local")
        journal.append(event="ended", node=node, attempt=1, status="done", exit_code=0)
    journal.flush()
    return journal


class Journal:
    """Lines of an engine's journal."""

    def __init__(self, path):
        self.path, self.seq, self.waiting = path, 0, []

    def append(self, **fields):
        self.seq += 1
        self.waiting.append(json.dumps({"seq": self.seq, "utc_ns": time.time_ns(), **fields}) + "\n")

    def flush(self):
        with open(self.path, "a") as file:
            file.write("".join(self.waiting))
        self.waiting = []


def get(port, path):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").read()


def hey_ms(port, path, seconds):
    """Median and 99th percentile in milliseconds, and the rate reached."""
    done = subprocess.run(["hey", "-z", f"{seconds}s", "-c", "20", "-q", "50", "-o", "csv", f"http://127.0.0.1:{port}{path}"],
                          capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    bad = [row for row in rows if row["status-code"] != "200"]
    if bad or not rows:
        sys.exit(f"{path}: {len(bad)} of {len(rows)} answers were not 200")
    times = sorted(float(row["response-time"]) for row in rows)
    last = max(float(row["offset"]) for row in rows)
    return 1e3 * times[len(times) // 2], 1e3 * times[int(len(times) * 0.99)], len(rows) / last


def stream_ms(port, name, journal):
    """The slowest client's delay of each change, milliseconds."""
    request = f"GET /api/v1/workflows/{name}/events?since={journal.seq} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
    poll, clients = select.epoll(), {}
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(request.encode())
        clients[client.fileno()] = client
        poll.register(client, select.EPOLLIN)
    time.sleep(0.5)
    delays = []
    for change in range(CHANGES):
        journal.append(event="progress", node="n1", progress=change, values={}, message="")
        wanted, missing = f"id: {journal.seq}\n".encode(), set(clients)
        start = time.perf_counter()
        journal.flush()
        while missing and time.perf_counter() < start + 5:
            for descriptor, _ in poll.poll(0.1):
                if wanted in clients[descriptor].recv(65536):
                    missing.discard(descriptor)
        if missing:
            sys.exit(f"{len(missing)} of {CLIENTS} clients did not hear of a change within 5 s")
        delays.append(1e3 * (time.perf_counter() - start))
        time.sleep(0.013)
    return sorted(delays)


def resident_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def serve(program, root):
    process = subprocess.Popen([program, "serve", "--port", "0", "--root", root], stdout=subprocess.PIPE, text=True)
    return process, int(re.search(r":(\d+)/", process.stdout.readline())[1])


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    numbers = {}
    journal = write_workflow(folder / "small", "thousand", 1000)
    process, port = serve(program, folder / "small")
    for what, path in [("list", "/api/v1/workflows"), ("job", "/api/v1/workflows/thousand/jobs/n7"),
                       ("whole", "/api/v1/workflows/thousand")]:
        get(port, path)
        numbers[f"{what}_p50_ms"], numbers[f"{what}_p99_ms"], numbers[f"{what}_rate"] = hey_ms(port, path, seconds)
    delays = stream_ms(port, "thousand", journal)
    numbers["change_p50_ms"], numbers["change_max_ms"] = delays[len(delays) // 2], delays[-1]
    process.terminate()
    process.wait()
    write_workflow(folder / "large", "hundred-thousand", 100_000)
    process, port = serve(program, folder / "large")
    start = time.perf_counter()
    get(port, "/api/v1/workflows")
    numbers["large_first_s"] = time.perf_counter() - start
    numbers["large_summary_mb"] = resident_mb(process.pid)
    numbers["large_whole_bytes"] = len(get(port, "/api/v1/workflows/hundred-thousand"))
    numbers["large_whole_mb"] = resident_mb(process.pid)
    process.terminate()
    process.wait()
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
