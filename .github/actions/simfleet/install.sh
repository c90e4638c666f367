#!/usr/bin/env bash
# The program, of the version of this action: built from the action's own repository, unless there is one on the PATH.
set -euo pipefail
if command -v simfleet >/dev/null; then
  simfleet --version
  exit
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${RUNNER_TEMP:?}/simfleet-program
cargo install --locked --quiet --path "$here/../../.." --root "$root"
echo "$root/bin" >>"${GITHUB_PATH:?}"
"$root/bin/simfleet" --version
