#!/usr/bin/env bash
# In GitLab CI: validates, for the log and as reports. Needs no secret, and so works in the pipelines of forks.
#
#   validate.sh PATH…
#
#   SIMFLEET_REDACT          `false` shows telephone numbers as they are (default: `true`)
#   SIMFLEET_REDACTION_KEY   makes the tokens the same in every job; without it they are the same within this one
#   SIMFLEET_PROGRAM         the program (default: simfleet, on the PATH)
# Exit codes are those of `simfleet validate`.
set -euo pipefail

: "${SIMFLEET_REDACT:=true}"
case $SIMFLEET_REDACT in
  true | false) export SIMFLEET_REDACT ;;
  *) echo "SIMFLEET_REDACT is true or false, not '$SIMFLEET_REDACT'" >&2; exit 64 ;;
esac
# A pipeline of a fork has no secrets. What it says of the lines is hidden all the same, with a key that ends with the job.
[ -n "${SIMFLEET_REDACTION_KEY:-}" ] || SIMFLEET_REDACTION_KEY=$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')
export SIMFLEET_REDACTION_KEY

program=${SIMFLEET_PROGRAM:-simfleet}
# What is found is said last, by the command whose exit code counts. Reports of it are there by then.
"$program" validate "$@" --format gitlab >gl-code-quality-report.json || true
"$program" validate "$@" --format junit >simfleet.xml || true
"$program" validate "$@"
