"""Gives every hundredth active card of the rosters in a folder another rate plan, so that there is something to plan."""

import csv
import sys
from pathlib import Path

for path in sorted(Path(sys.argv[1]).rglob("*.csv")):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    for number, row in enumerate(rows):
        if number % 100 == 0 and row.get("kind") == "sim" and row.get("state", "") in ("", "Active"):
            row["ratePlan"] = "fixed-3mb" if row.get("ratePlan") != "fixed-3mb" else "fixed-1gb"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
