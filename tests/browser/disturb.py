"""Gives the rosters of an imported fleet names, labels, and something to do for more than ten thousand lines.

Names of every kind: short, long, Japanese, from right to left, and such as mean harm.
"""

import csv
import sys
from pathlib import Path

NAMES = [
    "kiosk-{}",
    "上野駅 自販機 {} 号",
    "gate {} " + "with a very long name that nobody would give a line but somebody did " * 2,
    "قارئ البوابة {}",
    "<img src=x onerror=alert({})> & \"quotes\"",
    "averylongnamewithoutanyspaceinittobreakatwhichoverflowsunlessitiswrapped{}",
]
PLANS = ["fixed-3mb", "fixed-500mb", "fixed-1gb"]

for path in sorted(Path(sys.argv[1]).rglob("*.csv")):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    started = 0
    for number, row in enumerate(rows):
        if number % 3 == 0:
            row["name"] = NAMES[number // 3 % len(NAMES)].format(number)
        row["labels"] = ["site=ueno;floor=2", "site=osaka", "site=sapporo"][number % 3]
        if row["kind"] == "chip":
            if row["state"] == "Allocated" and started < 20:
                row["state"], row["ratePlan"], started = "Active", "fixed-500mb", started + 1
        elif row["state"] == "Active":
            if number % 400 == 7:
                row["state"], row["terminationDate"] = "Terminated", ""
            else:
                row["ratePlan"] = next(plan for plan in PLANS if plan != row["ratePlan"])
        elif row["state"] == "Suspended":
            row["state"] = "Active"
    columns = list(dict.fromkeys([*rows[0], "name", "labels"]))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
