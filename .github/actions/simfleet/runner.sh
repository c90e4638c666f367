# shellcheck shell=bash
# What a script of this action has of the runner: a folder, the log, the page of the run, outputs. Sourced, not run, and first.

# Its own scratch folder, which nobody else on the machine can have made before.
work=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/simfleet.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Where a person reads on, as Markdown.
this_run() {
  if [ -z "${GITHUB_RUN_ID:-}" ]; then
    printf 'this run'
  else
    printf '[this run](%s/actions/runs/%s)' "${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-}" "$GITHUB_RUN_ID"
  fi
}

# What is true or false, and nothing else: a word that was meant as one of the two is never taken for the other.
switch() { # NAME VALUE
  case $2 in
    true | false) printf '%s' "$2" ;;
    *) echo "::error title=$1::$1 is true or false, not '${2//[^A-Za-z0-9 _.-]/?}'" >&2; return 64 ;;
  esac
}

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

# The end of a file as a block of text in which nothing is markup and nobody is mentioned. However it is escaped, it fits into a
# comment.
preformatted() { # FILE
  printf '<pre>\n%s\n</pre>\n' "$(tail -c 10000 "$1" | iconv -c -f UTF-8 -t UTF-8 | jq -Rrs '@html')"
}

output() { # NAME VALUE: an output of the step
  [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}
