"""The way Python tools time and log: dictionaries by name and wall-clock time, a JSON document per log line.

Written for the comparison: the same work per call as a class-level stopwatch (a dictionary by name for each fact) and an
mllog line (a dictionary, json.dumps, one flushed write). Prints one JSON object of nanoseconds.
"""
import json
import os
import tempfile
import threading
import time

NAMES = [f"timer of phase {i}" for i in range(1000)]
ROUNDS = 20
LINES = 20_000


class StopWatch:
    begin, end, total, state, text = {}, {}, {}, {}, {}

    @classmethod
    def start(cls, name):
        cls.total.setdefault(name, 0.0)
        cls.begin[name] = time.time()
        cls.end[name] = cls.state[name] = cls.text[name] = None

    @classmethod
    def stop(cls, name, state=True):
        cls.end[name] = time.time()
        cls.total[name] += cls.end[name] - cls.begin[name]
        cls.state[name] = state


def measure():
    for _ in range(ROUNDS):
        for name in NAMES:
            StopWatch.start(name)
            StopWatch.stop(name)


def nanoseconds(count, work):
    start = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - start) / count


def two_threads():
    other = threading.Thread(target=measure)
    other.start()
    measure()
    other.join()


def lines():
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "mllog.log"), "a") as log:
        for i in range(LINES):
            record = {"namespace": "", "time_ms": int(time.time() * 1e3), "event_type": "POINT_IN_TIME",
                      "key": "eval_error", "value": 0.124,
                      "metadata": {"file": "stopwatch.py", "lineno": 54, "epoch_num": i}}
            log.write(":::MLLOG " + json.dumps(record) + "\n")
            log.flush()


def main():
    pairs = ROUNDS * len(NAMES)
    print(json.dumps({"one_thread_ns": nanoseconds(pairs, measure), "two_threads_ns": nanoseconds(pairs, two_threads),
                      "mllog_line_ns": nanoseconds(LINES, lines)}))


if __name__ == "__main__":
    main()
