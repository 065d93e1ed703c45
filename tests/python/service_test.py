"""The Python client against a real service: every route of the interface is used, and answers as described."""
import json
import os
import re
import subprocess
import tempfile
import unittest

from sciwright.experiment import Experiment
from sciwright.service import Service, ServiceError
from sciwright.workflow import Workflow

PROGRAM = os.environ["SCIWRIGHT_PROGRAM"]
CHAIN = """workflow:
  nodes:
    a: {exec: "echo hello"}
    b: {exec: "true"}
  dependencies: ["a,b"]
"""


class RecordingService(Service):
    """Remembers what it asked for."""

    asked = set()

    def open(self, method, path, *arguments, **options):
        self.asked.add((method.lower(), path))
        return super().open(method, path, *arguments, **options)


class ServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.TemporaryDirectory()
        cls.process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--root", cls.root.name],
                                       stdout=subprocess.PIPE, text=True)
        cls.service = RecordingService(cls.process.stdout.readline().strip())

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        cls.process.wait()
        cls.process.stdout.close()
        cls.root.cleanup()

    def add(self, name, text=CHAIN):
        workflow = self.service.add_workflow(text, name)
        self.addCleanup(workflow.delete)
        return workflow

    def test_runs_a_workflow_and_follows_it(self):
        workflow = self.add("runs")
        self.assertEqual([item["name"] for item in workflow.plan()], ["a", "b"])
        workflow.run(jobs=1)
        names = []
        for event in workflow.follow():
            names.append(event["event"])
            if event["event"] == "end":
                break
        self.assertEqual(names[0], "begin")
        self.assertEqual(workflow.wait(30), "done")
        self.assertEqual(workflow.log("a"), "hello\n")
        self.assertEqual(len(workflow.events()), len(names))

    def test_a_refusal_has_its_problems(self):
        with self.assertRaises(ServiceError) as caught:
            self.service.add_workflow("workflow:\n  nodes:\n    a: {kind: slurmm, retries: many}\n", "bad")
        self.assertEqual(caught.exception.status, 422)
        self.assertGreaterEqual(len(caught.exception.problems), 2)

    def test_edits_a_workflow(self):
        workflow = self.add("edits")
        workflow.set_job("c", exec="date", parents=["b"])
        self.assertEqual(workflow.edges(), [("a", "b"), ("b", "c")])
        workflow.remove_job("c")
        self.assertEqual(list(workflow.jobs()), ["a", "b"])
        self.assertEqual(workflow.check("workflow:\n  nodes:\n    a: {retries: many}\n")[0]["line"], 3)
        workflow.set_definition(CHAIN)
        self.assertEqual(workflow.definition(), CHAIN)

    def test_files_need_no_service(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "demo.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(CHAIN)
            workflow = Workflow.open(path)
            self.assertEqual(workflow.state, "ready")
            workflow.run()
            self.assertEqual(workflow.wait(60), "done")
            self.assertEqual({name: job["status"] for name, job in workflow.jobs().items()}, {"a": "done", "b": "done"})
            self.assertEqual(workflow.log("a"), "hello\n")

    def open_file(self, text=CHAIN):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "demo.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return Workflow.open(path)

    def test_a_file_has_its_nodes_before_it_ran(self):
        workflow = self.open_file()
        self.assertEqual(workflow.summary(), {"name": "demo", "state": "ready", "nodes": 2, "counts": {"ready": 2}, "progress": 0.0})
        self.assertEqual(list(workflow.jobs()), ["a", "b"])
        self.assertEqual(workflow.edges(), [("a", "b")])
        self.assertIn("<svg", workflow.graph())
        self.assertIn("a (ready)", workflow.explain("b")[0])

    def test_a_file_is_followed_without_a_service(self):
        workflow = self.open_file()
        workflow.run()
        names = []
        for event in workflow.follow():
            names.append(event["event"])
            if event["event"] == "end":
                break
        self.assertEqual((names[0], names[-1]), ("begin", "end"))
        workflow.wait(60)

    def test_what_a_file_cannot_do_is_said(self):
        workflow = self.open_file()
        for wrong in (lambda: workflow.job("zz"), lambda: workflow.log("zz")):
            with self.assertRaises(ServiceError) as caught:
                wrong()
            self.assertEqual(str(caught.exception), "Job 'zz' not in workflow 'demo'")
        with self.assertRaises(ServiceError) as caught:
            workflow.delete()
        self.assertIn("needs a service", str(caught.exception))
        self.assertIn("demo.yaml", repr(workflow))
        with self.assertRaises(ServiceError):
            self.open_file("workflow:\n  nodes:\n    a: {kind: slurmm}\n").summary()

    def test_a_study_is_read_from_its_folder_as_from_the_service(self):
        folder = os.path.join(self.root.name, "study")
        os.makedirs(os.path.join(folder, "e1", "run"))
        source = os.path.join(folder, "study.yaml")
        with open(source, "w", encoding="utf-8") as file:
            file.write("experiment:\n  epoch: \"1,2\"\n")
        out = os.path.join(folder, "out")
        subprocess.run([PROGRAM, "experiment", "generate", "--config", source, "--source", "shell", "--out", out],
                       check=True, capture_output=True)
        rows = Experiment.open(out).rows()
        self.assertEqual([row["values"] for row in rows], [{"epoch": "1"}, {"epoch": "2"}])
        served = Experiment("study~out", self.service).rows()
        self.assertEqual([row["name"] for row in served], [row["name"] for row in rows])
        self.assertEqual([row["values"] for row in served], [row["values"] for row in rows])
        self.assertEqual([study.name for study in self.service.experiments()], ["study~out"])

    def test_z_every_operation_answers(self):
        """Whatever the document has is asked for here, or was before; no answer is a fault of the service's."""
        document = self.service.ask("GET", "/api/v1/openapi.json")
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if not any(used == method and _is_of(path, asked) for used, asked in self.service.asked):
                    self.check_answer(document, path, method, operation)

    def check_answer(self, document, path, method, operation):
        name = "op" + operation["operationId"]
        self.service.ask("POST", "/api/v1/workflows", {"name": name}, CHAIN.encode(), {"Content-Type": "text/yaml"})
        target = path.replace("{workflow}", name).replace("{job}", "b").replace("{study}", "study~out").replace("{run}", "x")
        body = b"workflow: {}" if method in ("post", "put") and "requestBody" in operation else None
        try:
            with self.service.open(method.upper(), target, body=body) as answer:
                code = answer.status
        except ServiceError as error:
            code = error.status
        self.assertIn(str(code), operation["responses"], f"{method} {path} gives {code}")
        self.assertLess(code, 500, f"{method} {path}")

    def test_the_document_is_valid(self):
        try:
            from openapi_spec_validator import validate
        except ImportError:
            self.skipTest("no openapi_spec_validator here; openapi_test.cpp checks the structure")
        validate(self.service.ask("GET", "/api/v1/openapi.json"))

    def test_answers_keep_to_their_schemas(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("no jsonschema here")
        workflow = self.add("schemas")
        document = self.service.ask("GET", "/api/v1/openapi.json")
        for path, name in [("/api/v1/workflows", "Workflows"), ("/api/v1/workflows/schemas", "WorkflowDetail"),
                           ("/api/v1/workflows/schemas?layout=true", "WorkflowDetail"),
                           ("/api/v1/workflows/schemas/jobs/a", "Job"), ("/api/v1/system", "System"),
                           ("/api/v1/workflows/schemas/events", "Events"), ("/api/v1/session", "Session"),
                           ("/api/v1/examples", "Examples"), ("/api/v1/experiments", "Experiments"),
                           ("/api/v1/runs", "Runs"), ("/api/v1/leaderboards", "Leaderboards"),
                           ("/api/v1/workflows/schemas/jobs/b/explanation", "Explanation")]:
            schema = {"$ref": "#/components/schemas/" + name, "components": document["components"]}
            jsonschema.validate(self.service.ask("GET", path), schema)
        self.assertEqual(workflow.state, "ready")


def _is_of(pattern, path):
    return re.fullmatch(re.sub(r"\{[a-z]+\}", "[^/]+", pattern), path.split("?")[0]) is not None


if __name__ == "__main__":
    unittest.main()
