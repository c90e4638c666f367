# shellcheck shell=bash
# The program as every script of this action calls it. Sourced, not run.
#
#   SIMFLEET_PROGRAM   the program (default: simfleet, on the PATH)
#   FLEET_PATHS        manifests: files or folders, one a line
#   REDACT             `false` shows telephone numbers as they are in logs, comments and issues

: "${FLEET_PATHS:?the manifests, one file or folder a line}"

program=("${SIMFLEET_PROGRAM:-simfleet}")
# The one place that decides how telephone numbers are shown.
if [ "${REDACT:-true}" != false ]; then
  if [ -z "${SIMFLEET_REDACTION_KEY:-}" ]; then
    echo "::error title=no key::SIMFLEET_REDACTION_KEY is not set: telephone numbers cannot be hidden. Set the secret (openssl rand -hex 32), or 'redact: false' to show them" >&2
    exit 64
  fi
  program+=(--redact)
fi

simfleet() { "${program[@]}" "$@"; }

paths=()
while IFS= read -r path; do
  # An empty line is none, and what begins with a dash is still a path.
  [ -z "$path" ] || case $path in -*) paths+=("./$path") ;; *) paths+=("$path") ;; esac
done <<<"$FLEET_PATHS"

# Its own scratch folder, for all scripts of a job.
work=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/simfleet-action
mkdir -p "$work"

# Runs a command whose output others wrote parts of (names in manifests, the carrier's messages): nothing in it is a
# command to the runner. The exit code is the command's.
quoting() {
  local token code=0
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$token"
  "$@" 2>&1 || code=$?
  echo
  echo "::$token::"
  return "$code"
}

# For the page of the run, if there is one. GitHub takes a mebibyte of a step.
summary() { [ -z "${GITHUB_STEP_SUMMARY:-}" ] || head -c 1000000 "$1" >>"$GITHUB_STEP_SUMMARY"; }

# The end of a file as a block of text in which nothing is markup and nobody is mentioned.
preformatted() { # FILE
  printf '<pre>\n%s\n</pre>\n' "$(tail -c 20000 "$1" | iconv -c -f UTF-8 -t UTF-8 | jq -Rrs '@html')"
}

output() { # NAME VALUE: an output of the step
  [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}
