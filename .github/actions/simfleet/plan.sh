#!/usr/bin/env bash
# On a pull request: validate, plan once, and show the plan: in the log, as annotations, on the page of the run and as
# one comment that is always of now. Reads from the carrier, writes nothing to it.
#
# The environment: see runner.sh, github.sh, marker.sh and program.sh; and
#   GITHUB_EVENT_PATH   the event, of which the pull request and its last commit are taken
#   PLAN_FILE           where the plan is kept (default: plan.json)
#   SARIF_FILE          where the findings of validate are kept for code scanning (default: not)
#   STRICT              `true`: what is blocked fails the job (default: `false`)
# Exit codes are those of `simfleet plan`; changes are no failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=runner.sh
source "$here/runner.sh"
# shellcheck source=github.sh
source "$here/github.sh"
# shellcheck source=marker.sh
source "$here/marker.sh"

plan_file=${PLAN_FILE:-plan.json}
number=$(jq -r '.pull_request.number // empty' "${GITHUB_EVENT_PATH:-/dev/null}")
commit=$(jq -r '.pull_request.head.sha // empty' "${GITHUB_EVENT_PATH:-/dev/null}")
comment=$work/comment.md
published=false

# The comment is replaced whatever happens, but by the run of the last commit only: one of an earlier commit that ends late
# has nothing to say any more.
publish() { # [PAGE]
  published=true
  summary "${1:-$comment}"
  [ -n "$number" ] || return 0
  replace_comment || {
    echo "::warning title=no comment::the plan could not be written to the pull request; see the page of this run"
    return 1
  }
}

replace_comment() {
  local head
  head=$(github GET "repos/$GITHUB_REPOSITORY/pulls/$number" | jq -er .head.sha) || return
  if [ "$head" = "$commit" ]; then
    sticky_comment "$number" "$comment"
  else
    echo "::notice title=no comment::pull request #$number is at $head by now: the comment is of the run for that"
  fi
}

of_commit() { [ -z "$commit" ] || printf 'Of commit %s.\n\n' "${commit:0:12}"; }

# In place of a plan. It has no id: there is nothing to approve.
no_plan() { # TITLE [FILE]
  {
    marker_line plan
    of_commit
    printf '**%s** Nothing can be approved until there is a plan; %s has the log.\n\n' "$1" "$(this_run)"
    [ -z "${2:-}" ] || preformatted "$2"
  } >"$comment"
  publish || true
}

# Whatever ended the run, a plan of before never stands there as if it were of now.
# shellcheck disable=SC2329 # the trap calls it
ended() {
  [ "$published" = true ] || no_plan 'There is no plan: the run ended before there was one.'
  rm -rf "$work"
}
trap 'ended' EXIT

failed() { # TITLE FILE CODE
  no_plan "$1" "$2"
  exit "$3"
}

rm -f "$plan_file"
strict=$(switch strict "${STRICT:-false}")
# shellcheck source=program.sh
source "$here/program.sh"
if [ -n "${SARIF_FILE:-}" ]; then
  simfleet validate "${paths[@]}" --format sarif >"$SARIF_FILE" || true
fi
code=0
simfleet validate "${paths[@]}" --format github || code=$?
if [ "$code" != 0 ]; then
  simfleet validate "${paths[@]}" >"$work/findings.txt" 2>&1 || true
  title='There is no plan.'
  [ "$code" != 1 ] || title='The manifests are not valid.'
  failed "$title" "$work/findings.txt" "$code"
fi

arguments=("${paths[@]}" --out "$plan_file")
[ "$strict" = false ] || arguments+=(--strict)
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
{ head -n 1 "$work/plan.md"; plan_line "$plan_id" "$commit"; of_commit; tail -n +2 "$work/plan.md"; } >"$comment"
simfleet show "$plan_file" --format github
# The page of the run has more room than a comment.
simfleet show "$plan_file" --format markdown --max-bytes 900000 >"$work/page.md"
publish "$work/page.md" || [ "$code" != 0 ] || code=1
exit "$code"
