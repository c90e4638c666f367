#!/usr/bin/env bash
# On a schedule: what others changed at the carrier, as one issue that is open as long as there is drift.
#
# The environment: see runner.sh, github.sh, marker.sh and program.sh; and
#   SIMFLEET_JOURNAL  the journal that the applies keep: without it there is nothing to compare with
# Exit codes are those of `simfleet drift`, but drift that an issue tells of is no failure: 0.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=runner.sh
source "$here/runner.sh"
# shellcheck source=github.sh
source "$here/github.sh"
# shellcheck source=marker.sh
source "$here/marker.sh"
# shellcheck source=program.sh
source "$here/program.sh"

code=0
simfleet drift "${paths[@]}" --format markdown >"$work/drift.md" 2>"$work/drift.txt" || code=$?
quoting cat "$work/drift.txt" "$work/drift.md"
summary "$work/drift.md"
# 0 is none, 2 is drift, 5 is drift and lines that cannot be judged. With anything else nobody knows, and an issue stays.
case $code in
  0 | 2 | 5) ;;
  *) exit "$code" ;;
esac

{ marker_line drift; tail -n +2 "$work/drift.md"; } >"$work/issue.md"
issue=$(github_list "repos/$GITHUB_REPOSITORY/issues?state=open" | jq 'map(select(.pull_request == null))' |
  ours "$(marker_line drift)" | jq -r '.[0].number // empty')
title="simfleet: drift${MARKER:+ of $MARKER}"
body=$work/issue.json
if [ "$code" = 0 ]; then
  output drift false
  if [ -n "$issue" ]; then
    jq -n --rawfile body "$work/issue.md" '{body: $body, state: "closed", state_reason: "completed"}' >"$body"
    github PATCH "repos/$GITHUB_REPOSITORY/issues/$issue" "$body" >/dev/null
    echo "there is no drift any more: issue #$issue is closed"
  fi
  exit 0
fi
output drift true
jq -n --rawfile body "$work/issue.md" --arg title "$title" '{title: $title, body: $body}' >"$body"
if [ -n "$issue" ]; then
  github PATCH "repos/$GITHUB_REPOSITORY/issues/$issue" "$body" >/dev/null
else
  issue=$(github POST "repos/$GITHUB_REPOSITORY/issues" "$body" | jq -r .number)
fi
echo "issue #$issue tells of it"
[ "$code" = 2 ] || exit "$code"
