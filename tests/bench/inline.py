"""Writes the rosters of a manifest folder as inline YAML lists, 4,000 lines a document."""

import csv
import sys
from pathlib import Path

source, target = Path(sys.argv[1]), Path(sys.argv[2])
target.mkdir(parents=True)
for manifest in sorted(source.rglob("*.yaml")):
    text = manifest.read_text()
    (target / manifest.name).write_text(text.split("  rosters:")[0] if "  rosters:" in text else text)
    if "  rosters:" not in text:
        continue
    head, name = text.split("  rosters:")[0], manifest.stem
    roster = source / text.split("csv:")[1].split("}")[0].strip().strip('"')
    with roster.open(newline="") as file:
        rows = list(csv.DictReader(file))
    documents = []
    for start in range(0, len(rows), 4000):
        lists = {"sim": [], "chip": []}
        for row in rows[start : start + 4000]:
            fields = ", ".join(f'{key}: "{value}"' for key, value in row.items() if key != "kind" and value)
            lists[row["kind"]].append(f"    - {{{fields}}}\n")
        document = head.replace(f"name: {name}", f"name: {name}-{start // 4000:03d}")
        for key, entries in (("sims", lists["sim"]), ("chipSims", lists["chip"])):
            if entries:
                document += f"  {key}:\n" + "".join(entries)
        documents.append(document)
    (target / manifest.name).write_text("---\n".join(documents))
