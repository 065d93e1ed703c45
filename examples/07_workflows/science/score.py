"""The best validation skill of one model in a sweep, as a value of the node: score.py SWEEP MODEL."""

import json
import subprocess
import sys

sweep, model = sys.argv[1:]
command = ["sciwright", "experiment", "results", sweep, "--where", f"model == '{model}'"]
command += ["--by", "average.val", "--best", "1", "--json"]
groups = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["groups"]
best = next(group for group in groups if group["rank"] == 1)
rate = best["parameters"]["learning_rate"]
print(f"# cloudmesh status=done progress=100 skill={best['mean']:.4f} learning_rate={rate}")
