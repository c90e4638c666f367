#!/usr/bin/env bash
# What the action does: plan, apply or drift, by the name in COMMAND.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for tool in curl iconv jq; do
  command -v "$tool" >/dev/null || { echo "simfleet action: $tool is missing" >&2; exit 1; }
done
case ${COMMAND:-} in
  plan | apply | drift) exec "$here/$COMMAND.sh" ;;
  *) echo "simfleet action: the command is plan, apply or drift, not '${COMMAND:-}'" >&2; exit 64 ;;
esac
