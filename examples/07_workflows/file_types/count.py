"""Counts the words that hello.sh wrote."""

import collections
import json

with open("words.txt") as file:
    counts = collections.Counter(file.read().split())
with open("counts.json", "w") as file:
    json.dump(counts, file)
print(f"# cloudmesh status=done progress=100 words={sum(counts.values())}")
