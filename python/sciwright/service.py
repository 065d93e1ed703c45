"""A service (`sciwright serve`) as Python sees it:

    from sciwright.service import Service

    service = Service("http://127.0.0.1:8000", token=open("token").read())
    for workflow in service.workflows():
        print(workflow.name, workflow.summary()["state"])
"""
import json
import os
import urllib.error
import urllib.parse
import urllib.request

_TYPES = {".zip": "application/zip", ".tar": "application/x-tar", ".gz": "application/gzip", ".tgz": "application/gzip",
          ".xz": "application/x-xz", ".txz": "application/x-xz"}


class ServiceError(Exception):
    """A refusal: `status` is HTTP's, `detail` a sentence, `problems` all that is wrong with what was sent."""

    def __init__(self, status, detail, problems=()):
        super().__init__(detail if not problems else "\n".join([detail, *problems]))
        self.status = status
        self.detail = detail
        self.problems = list(problems)


def _refusal(error):
    text = error.read()
    try:
        body = json.loads(text)
        return ServiceError(error.code, body["detail"], body.get("problems", ()))
    except (ValueError, KeyError, TypeError):
        return ServiceError(error.code, text.decode("utf-8", "replace") or error.reason)


class Service:
    """The addresses of a service. `url` may be the one that `sciwright serve` prints, with its #token=…; else the token
    is `token`, or what the environment has in SCIWRIGHT_TOKEN."""

    def __init__(self, url="http://127.0.0.1:8000", token=None, timeout_s=60):
        base, _, fragment = url.partition("#")
        if fragment.startswith("token=") and token is None:
            token = fragment.removeprefix("token=")
        self.url = base.rstrip("/")
        self.token = (token or os.environ.get("SCIWRIGHT_TOKEN", "")).strip()
        self.timeout_s = timeout_s

    def open(self, method, path, query=None, body=None, headers=None, timeout_s=None):
        """The answer as a file of bytes with `status` and `headers`. Raises ServiceError for a refusal."""
        url = self.url + path
        query = {key: value for key, value in (query or {}).items() if value is not None}
        if query:
            url += "?" + urllib.parse.urlencode(query)
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            return urllib.request.urlopen(request, timeout=timeout_s or self.timeout_s)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None

    def ask(self, method, path, query=None, body=None, headers=None):
        """The answer's JSON; None where it has none. A `body` that is not bytes is sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        with self.open(method, path, query, body, headers) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def events(self, path, since=0):
        """Server-sent events as (id, name, data), for ever: when the connection breaks they go on behind the last."""
        last = since
        while True:
            headers = {"Accept": "text/event-stream"}
            if last:
                headers["Last-Event-ID"] = str(last)
            try:
                with self.open("GET", path, headers=headers) as answer:
                    for event in _read_events(answer):
                        last = event[0] or last
                        yield event
                        if event[1] == "deleted":
                            return
            except (OSError, urllib.error.URLError) as error:
                if isinstance(error, urllib.error.URLError) and not isinstance(error.reason, TimeoutError):
                    raise

    def workflows(self):
        """All workflows."""
        from sciwright.workflow import Workflow
        return [Workflow(item["name"], self) for item in self.ask("GET", "/api/v1/workflows")["workflows"]]

    def add_workflow(self, source, name=None):
        """Adds a workflow: a path to its file or archive, or the text of a file. Returns it."""
        from sciwright.workflow import Workflow
        text = os.fspath(source)
        is_file = "\n" not in text
        body = open(text, "rb").read() if is_file else text.encode()
        kind = _TYPES.get(os.path.splitext(text)[1], "text/yaml") if is_file else "text/yaml"
        if is_file and name is None and kind == "text/yaml":
            name = os.path.splitext(os.path.basename(text))[0]
        answer = self.ask("POST", "/api/v1/workflows", {"name": name}, body, {"Content-Type": kind})
        return Workflow(answer["name"], self)

    def add_example(self, example, name=None):
        """Adds one of the shipped examples. Returns it."""
        from sciwright.workflow import Workflow
        return Workflow(self.ask("POST", "/api/v1/workflows", {"example": example, "name": name})["name"], self)

    def examples(self):
        """Names and descriptions of the shipped examples."""
        return self.ask("GET", "/api/v1/examples")["examples"]

    def experiments(self):
        """All studies."""
        from sciwright.experiment import Experiment
        return [Experiment(item["name"], self) for item in self.ask("GET", "/api/v1/experiments")["experiments"]]

    def runs(self):
        """Runs of benchmarks, a dict each."""
        return self.ask("GET", "/api/v1/runs")["runs"]

    def run(self, name):
        """One run: result, epochs, phases, power, host."""
        return self.ask("GET", "/api/v1/runs/" + urllib.parse.quote(name, safe=""))

    def leaderboards(self):
        """Valid runs by benchmark and score, best first."""
        return self.ask("GET", "/api/v1/leaderboards")["leaderboards"]

    def system(self):
        """The machine and the service."""
        return self.ask("GET", "/api/v1/system")

    def session(self):
        """What we may do."""
        return self.ask("GET", "/api/v1/session")


def _read_events(lines):
    event = {"id": None, "event": "message", "data": []}
    for raw in lines:
        line = raw.decode("utf-8").rstrip("\r\n")
        if not line:
            if event["data"]:
                number = int(event["id"]) if event["id"] else None
                yield number, event["event"], json.loads("\n".join(event["data"]))
            event = {"id": None, "event": "message", "data": []}
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "data":
            event["data"].append(value)
        elif key in ("id", "event"):
            event[key] = value
