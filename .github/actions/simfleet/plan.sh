#!/usr/bin/env bash
# On a pull request: validate, plan once, and show the plan: in the log, as annotations, on the page of the run and as
# one comment that is always of now. Reads from the carrier, writes nothing to it.
#
# The environment: see program.sh, github.sh and marker.sh; and
#   GITHUB_EVENT_PATH   the event, of which the pull request and its last commit are taken
#   PLAN_FILE           where the plan is kept (default: plan.json)
#   SARIF_FILE          where the findings of validate are kept for code scanning (default: not)
#   STRICT              `true`: what is blocked fails the job
# Exit codes are those of `simfleet plan`; changes are no failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=program.sh
source "$here/program.sh"
# shellcheck source=github.sh
source "$here/github.sh"
# shellcheck source=marker.sh
source "$here/marker.sh"

plan_file=${PLAN_FILE:-plan.json}
number=$(jq -r '.pull_request.number // empty' "${GITHUB_EVENT_PATH:-/dev/null}")
commit=$(jq -r '.pull_request.head.sha // empty' "${GITHUB_EVENT_PATH:-/dev/null}")
comment=$work/comment.md

# The comment is replaced whatever happens: a plan of an earlier commit never stands there as if it were of now.
publish() {
  summary "${1:-$comment}"
  if [ -n "$number" ]; then
    sticky_comment "$number" "$comment" || {
      echo "::warning title=no comment::the plan could not be written to the pull request; see the page of this run"
      return 1
    }
  fi
}

failed() { # TITLE FILE CODE
  { marker_line plan; printf '**%s**\n\nFor %s. Nothing can be approved until there is a plan.\n\n' "$1" "${commit:-this commit}"; preformatted "$2"; } >"$comment"
  publish || true
  exit "$3"
}

rm -f "$plan_file"
if [ -n "${SARIF_FILE:-}" ]; then
  simfleet validate "${paths[@]}" --format sarif >"$SARIF_FILE" || true
fi
code=0
simfleet validate "${paths[@]}" --format github || code=$?
if [ "$code" != 0 ]; then
  simfleet validate "${paths[@]}" >"$work/findings.txt" 2>&1 || true
  failed 'The manifests are not valid.' "$work/findings.txt" "$code"
fi

arguments=("${paths[@]}" --out "$plan_file")
[ "${STRICT:-false}" != true ] || arguments+=(--strict)
simfleet plan "${arguments[@]}" >"$work/plan.txt" 2>&1 || code=$?
quoting cat "$work/plan.txt"
# 0 is a plan, 3 is one with blocked lines (--strict), 5 one with operations in doubt. With anything else there is none, or
# one of some accounts only, which is not what is reviewed.
case $code in
  0 | 3 | 5) ;;
  *) rm -f "$plan_file"; failed 'There is no plan.' "$work/plan.txt" "$code" ;;
esac

plan_id=$(jq -r .planId "$plan_file")
output plan-id "$plan_id"
output changes "$(jq '.operations | length > 0' "$plan_file")"
show=(show "$plan_file" --format markdown)
[ -z "$MARKER" ] || show+=(--marker "$MARKER")
if ! simfleet "${show[@]}" >"$work/plan.md" 2>"$work/show.txt"; then
  failed 'The plan does not fit into a comment; plan it in parts.' "$work/show.txt" 1
fi
{ head -n 1 "$work/plan.md"; plan_line "$plan_id" "$commit"; tail -n +2 "$work/plan.md"; printf '\nOf %s.\n' "${commit:-this commit}"; } >"$comment"
simfleet show "$plan_file" --format github
# The page of the run has more room than a comment.
simfleet show "$plan_file" --format markdown --max-bytes 900000 >"$work/page.md"
publish "$work/page.md" || [ "$code" != 0 ] || code=1
exit "$code"
