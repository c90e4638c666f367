"""octoDNS planning N records, as the peer that `tests/bench/run` compares simfleet with.

    python octodns_peer.py FOLDER N     writes FOLDER/{desired,existing}/bench.test.yaml and config.yaml
    octodns-sync --config-file FOLDER/config.yaml      then plans: 1 record in 100 differs

The existing zone comes from a second folder, so that neither side pays for a network.
"""

import sys
from pathlib import Path

from octodns.provider.yaml import YamlProvider


class Existing(YamlProvider):
    """A target whose existing records are those of a folder (a YamlProvider as target reads none)."""

    def populate(self, zone, target=False, lenient=False):
        """Reads the zone as if this were a source, and says that it exists."""
        super().populate(zone, target=False, lenient=lenient)
        return True


def zone(count, changed):
    """The YAML of a zone of `count` A records, every 100th of them other than in the other zone."""
    for number in range(count):
        last = 2 if changed and number % 100 == 0 else 1
        yield (
            f"line-{number:07d}:\n"
            f"  ttl: 300\n"
            f"  type: A\n"
            f"  value: 10.{number >> 16 & 255}.{number >> 8 & 255}.{last}\n"
        )


def main():
    """Writes both zones and the configuration."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    for name, changed in (("desired", False), ("existing", True)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        with (folder / name / "bench.test.yaml").open("w") as file:
            file.write("---\n")
            file.writelines(zone(count, changed))
    (folder / "config.yaml").write_text(
        f"""---
manager: {{max_workers: 1}}
providers:
  desired: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/desired, default_ttl: 300, enforce_order: false}}
  existing: {{class: octodns_peer.Existing, directory: {folder}/existing, default_ttl: 300, enforce_order: false}}
zones:
  bench.test.: {{sources: [desired], targets: [existing]}}
"""
    )


if __name__ == "__main__":
    main()
