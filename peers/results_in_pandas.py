"""The way notebooks put results together: json.load for each file, a DataFrame, groupby. Prints one JSON object: of each
model mean, deviation, median, count, least and most."""
import json
import sys
from pathlib import Path

import pandas

rows = []
for path in Path(sys.argv[1]).rglob("result.json"):
    with open(path) as file:
        result = json.load(file)
    if result["valid"]:
        rows.append({"model": result["model"], "accuracy": result["scores"][0]["accuracy"]})
table = pandas.DataFrame(rows).groupby("model")["accuracy"].agg(["mean", "std", "median", "count", "min", "max"])
table = table.sort_values("mean", ascending=False)
print(json.dumps({model: list(row) for model, row in zip(table.index, table.to_numpy().tolist())}))
