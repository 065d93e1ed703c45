"""Workflows, of a service or of files:

    from sciwright.workflow import Workflow

    workflow = Workflow.open("demo.yaml")      # files; or Service(…).workflows()[0]
    workflow.run()
    workflow.wait()
    print(workflow.jobs()["train"]["status"])
"""
import json
import os
import subprocess
import time
import urllib.parse

from sciwright.service import Service, ServiceError

_OVER = ("done", "failed", "cancelled")
_POLL_S = 0.2


class _Files:
    """A workflow of a file: its journal is read, our program does the rest."""

    def __init__(self, file, program):
        self.file = os.path.abspath(file)
        self.program = program or os.environ.get("SCIWRIGHT_PROGRAM", "sciwright")
        stem = os.path.splitext(self.file)[0]
        self.state = stem + ".state"
        self.engine = None

    def events(self, since=0):
        try:
            with open(os.path.join(self.state, "journal.jsonl"), encoding="utf-8") as file:
                lines = [line for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines[since:]]

    def command(self, *words):
        done = subprocess.run([self.program, "workflow", *words[:1], self.file, *words[1:]], capture_output=True,
                              text=True, check=False)
        if done.returncode == 2:
            problems = done.stderr.strip().splitlines()
            raise ServiceError(422, problems[0] if problems else "the program failed", problems[1:])
        return done.stdout

    def ask(self, *words):
        return json.loads(self.command(*words))

    def status(self):
        """Name, state and jobs, as a service has them."""
        said = self.ask("status", "--json")
        jobs = {}
        for node in said["nodes"]:
            node["started_utc"], node["ended_utc"] = node.pop("started"), node.pop("ended")
            jobs[node["name"]] = node
        return said["status"], jobs, said["progress"]

    def follow(self, since):
        """Lines of the journal as they come; from its begin again when the state was removed."""
        while True:
            events = self.events()
            if len(events) < since:
                since = 0
            yield from events[since:]
            since = max(since, len(events))
            time.sleep(_POLL_S)

    def log(self, job, stream, offset):
        path = os.path.join(self.state, "jobs", job, "job." + stream)
        try:
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(max(0, size + offset) if offset < 0 else offset)
                return file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def run(self, jobs):
        log = os.path.join(self.state, "engine.log")
        os.makedirs(self.state, exist_ok=True)
        words = [self.program, "workflow", "run", self.file] + (["-j", str(jobs)] if jobs else [])
        with open(log, "ab") as out:
            self.engine = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                           start_new_session=True)


class Workflow:
    """A workflow of a service. `open` makes one of a file instead, without any service: all but `plan`, `check`, the
    changes of the file (`set_definition`, `set_job`, `remove_job`) and `delete` works there too."""

    def __init__(self, name, service=None):
        self.name = name
        self._service = service or Service()
        self._files = None
        self._path = "/api/v1/workflows/" + urllib.parse.quote(name, safe="")

    @classmethod
    def open(cls, file, program=None):
        """The workflow of a file; `program` runs it ($SCIWRIGHT_PROGRAM, else sciwright on the PATH)."""
        workflow = cls(os.path.splitext(os.path.basename(file))[0], Service())
        workflow._files = _Files(file, program)
        return workflow

    def __repr__(self):
        return f"<Workflow {self.name!r} of {self._files.file if self._files else self._service.url}>"

    def _ask(self, method, path="", query=None, body=None, headers=None):
        if self._files:
            raise ServiceError(422, f"this needs a service (sciwright serve); {self._files.file} was opened as a file")
        return self._service.ask(method, self._path + path, query, body, headers)

    def summary(self):
        """Name, state, counts of jobs by status, progress."""
        if not self._files:
            detail = self._ask("GET")
            return {key: value for key, value in detail.items() if key not in ("jobs", "edges", "colors")}
        state, jobs, progress = self._files.status()
        counts = {}
        for job in jobs.values():
            counts[job["status"]] = counts.get(job["status"], 0) + 1
        return {"name": self.name, "state": state, "nodes": len(jobs), "counts": counts, "progress": progress}

    @property
    def state(self):
        """"ready", "running", "done", "failed", "cancelled" or "stopped"."""
        return self.summary()["state"]

    def jobs(self):
        """Jobs by name, a dict each."""
        if self._files:
            return self._files.status()[1]
        return {job["name"]: job for job in self._ask("GET", "/jobs")["jobs"]}

    def job(self, name):
        """One job."""
        if not self._files:
            return self._ask("GET", self._job(name))
        jobs = self.jobs()
        if name not in jobs:
            raise ServiceError(404, f"Job '{name}' not in workflow '{self.name}'")
        return jobs[name]

    @staticmethod
    def _job(name):
        return "/jobs/" + urllib.parse.quote(name, safe="")

    def edges(self):
        """(before, after) for each."""
        if self._files:
            return [(edge["source"], edge["destination"]) for edge in self._files.ask("graph", "--format", "json")["edges"]]
        return [tuple(edge) for edge in self._ask("GET")["edges"]]

    def events(self, since=0):
        """What happened so far, behind the event with that number."""
        if self._files:
            return self._files.events(since)
        out = []
        while True:
            page = self._ask("GET", "/events", {"since": since})
            out += page["events"]
            if not page["events"]:
                return out
            since = page["last_id"]

    def follow(self, since=0):
        """What happened and what happens, for ever."""
        if self._files:
            yield from self._files.follow(since)
        for _, _, data in self._service.events(self._path + "/events", since):
            yield data

    def run(self, jobs=None):
        """Starts it; `jobs` at a time on this machine. It goes on when this program ends."""
        if self._files:
            return self._files.run(jobs)
        return self._ask("POST", "/run", body={"jobs": jobs} if jobs else {})

    def plan(self):
        """What would run."""
        return self._ask("POST", "/run", body={"dry_run": True})["plan"]

    def wait(self, timeout_s=None, poll_s=0.2):
        """Waits for its end; the state. Raises TimeoutError."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            # Before the engine of a file has begun, the state is still that of the run before.
            is_open = self._files is not None and self._files.engine is not None and self._files.engine.poll() is None
            state = self.state
            if not is_open and state in _OVER:
                return state
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"workflow {self.name} is {state} after {timeout_s} s")
            time.sleep(poll_s)

    def _request(self, verb, job=None):
        if self._files:
            self._files.command(verb, *([job] if job else []))
        elif job:
            self._ask("POST", self._job(job) + "/" + verb)
        else:
            self._ask("POST", "/" + verb)

    def cancel(self, job=None):
        """Ends it, or one of its jobs."""
        self._request("cancel", job)

    def hold(self, job=None):
        """Starts nothing more, or not this job."""
        self._request("hold", job)

    def release(self, job=None):
        """Undoes a hold."""
        self._request("release", job)

    def reset(self, job=None):
        """As if it, or this job and what depends on it, had not run."""
        self._request("reset", job)

    def retry(self, job):
        """Runs a failed job again."""
        self._request("retry", job)

    def resume(self):
        """Goes on with a run that was interrupted."""
        return self._files.run(None) if self._files else self._ask("POST", "/resume")

    def log(self, job, stream="out", offset=0):
        """What a job wrote from a byte on; negative: from the end."""
        if self._files:
            self.job(job)
            return self._files.log(job, stream, offset)
        query = {"stream": stream, "offset": offset}
        with self._service.open("GET", self._path + self._job(job) + "/log", query) as answer:
            return answer.read().decode("utf-8", "replace")

    def explain(self, job):
        """Why a job is where it is: (text, command that helps)."""
        if self._files:
            said = self._files.ask("explain", job, "--json")[0]
            return said["why"], said["fix"] or ""
        said = self._ask("GET", self._job(job) + "/explanation")
        return said["text"], said["command"]

    def definition(self):
        """The text of its file."""
        if self._files:
            with open(self._files.file, encoding="utf-8") as file:
                return file.read()
        with self._service.open("GET", self._path + "/definition") as answer:
            return answer.read().decode("utf-8")

    def check(self, text):
        """What is wrong with a text that would be its file: dicts with line, column and message."""
        return self._ask("PUT", "/definition", {"check": "true"}, text.encode(), {"Content-Type": "text/yaml"})["problems"]

    def set_definition(self, text):
        """Replaces its file. Raises ServiceError with all problems."""
        self._ask("PUT", "/definition", body=text.encode(), headers={"Content-Type": "text/yaml"})

    def set_job(self, name, parents=None, **fields):
        """Adds a node, or replaces keys of one: workflow.set_job("b", exec="date", parents=["a"])."""
        if parents is not None:
            fields["parents"] = list(parents)
        return self._ask("PUT", self._job(name), body=fields)

    def remove_job(self, name):
        """Removes a node and its edges."""
        self._ask("DELETE", self._job(name))

    def graph(self, format="svg"):
        """The drawing, as text: svg, dot or json."""
        if self._files:
            return self._files.command("graph", "--format", format)
        with self._service.open("GET", self._path + "/graph", {"format": format}) as answer:
            return answer.read().decode("utf-8")

    def delete(self):
        """Removes it with its logs."""
        self._ask("DELETE")
