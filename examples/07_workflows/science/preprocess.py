"""Leaves events of at least a magnitude: preprocess.py MAGNITUDE, from catalogue.csv to events.csv."""

import csv
import sys

least = float(sys.argv[1])
with open("catalogue.csv", newline="") as source, open("events.csv", "w", newline="") as target:
    rows = csv.reader(source)
    out = csv.writer(target, lineterminator="\n")
    header = next(rows)
    out.writerow(header)
    magnitude = header.index("mag")
    count = 0
    for row in rows:
        if float(row[magnitude]) >= least:
            out.writerow(row)
            count += 1
print(f"# cloudmesh status=done progress=100 events={count}")
