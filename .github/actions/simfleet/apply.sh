#!/usr/bin/env bash
# After a merge: plan what is declared now, and apply it. What costs money or cannot be undone is applied only as the
# plan that somebody who did not write it approved on the pull request.
#
# The environment: see runner.sh, github.sh, marker.sh and program.sh; and
#   GITHUB_SHA        the commit that was merged
#   SIMFLEET_JOURNAL  the journal, on a file that outlives this runner
#   APPROVE           a plan id that a person approves by hand (workflow_dispatch), instead of a review
#   ACK               KIND=N, one a line: guards that are lifted by hand
#   PLAN_FILE         where the plan is kept (default: plan.json)
# Exit codes are those of `simfleet apply`: 3 is refused, and nothing was written.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=runner.sh
source "$here/runner.sh"
# shellcheck source=github.sh
source "$here/github.sh"
# shellcheck source=marker.sh
source "$here/marker.sh"
# shellcheck source=approval.sh
source "$here/approval.sh"
# shellcheck source=program.sh
source "$here/program.sh"
: "${GITHUB_SHA:?the commit that was merged}"

plan_file=${PLAN_FILE:-plan.json}
if [ -z "${SIMFLEET_JOURNAL:-}" ]; then
  echo "::warning title=no journal::SIMFLEET_JOURNAL is not set: the journal ends with this runner, and with it what is known of answers that were lost. See simfleet explain journal"
fi

rm -f "$plan_file"
code=0
simfleet plan "${paths[@]}" --out "$plan_file" >"$work/plan.txt" 2>&1 || code=$?
case $code in
  0 | 5) ;; # In doubt: apply settles that first.
  *)
    quoting cat "$work/plan.txt"
    { printf '**Not applied: there is no plan.**\n\n'; preformatted "$work/plan.txt"; } >"$work/page.md"
    summary "$work/page.md"
    exit "$code"
    ;;
esac
plan_id=$(jq -r .planId "$plan_file")
output plan-id "$plan_id"
simfleet show "$plan_file" --format markdown --max-bytes 900000 >"$work/page.md"
summary "$work/page.md"

find_approval "$GITHUB_SHA"
flags=()
if [ -n "${APPROVE:-}" ]; then
  flags+=("--approve=$APPROVE")
  said="plan $APPROVE was approved by hand"
elif [ -n "$approved" ]; then
  # And not --yes, which would let another, reversible plan pass.
  flags+=("--approve=$approved")
  said="plan $approved was approved by $approver on pull request #$pull"
else
  flags+=(--yes)
  said="not approved: $why_not; so only what is reversible, or approved by the manifests, is applied"
fi
while IFS= read -r ack; do
  [ -z "$ack" ] || flags+=("--ack=$ack")
done <<<"${ACK:-}"
echo "$said"

# A runner that cancels tells this script only. The program hears it from here, and stops between two calls to the carrier. Once: a
# second signal would break it off.
told=false
# shellcheck disable=SC2329 # the trap calls it
stop() {
  waiting=true
  [ "$told" = true ] || kill -TERM "$applying" 2>/dev/null || true
  told=true
}
"${program[@]}" apply "$plan_file" "${flags[@]}" >"$work/apply.txt" 2>&1 &
applying=$!
trap 'stop' INT TERM
waiting=true
# A signal ends a wait, not the program.
while [ "$waiting" = true ]; do
  waiting=false code=0
  wait "$applying" || code=$?
done
trap - INT TERM
quoting cat "$work/apply.txt"
output exit-code "$code"

case $code in
  0) verdict='Applied.' ;;
  3) verdict='Refused; nothing was written.' ;;
  4) verdict='Partly applied.' ;;
  5) verdict='Operations are in doubt: their outcome is unknown.' ;;
  130 | 143) verdict='Stopped.' ;;
  *) verdict='Failed.' ;;
esac
# Backquotes in these formats are Markdown's.
# shellcheck disable=SC2016
{
  marker_line apply
  printf '**%s** Plan `%s`; %s.\n\n' "$verdict" "$plan_id" "$said"
  case $code in
    0) ;;
    3)
      if [ -n "$approved" ] && [ "$approved" != "$plan_id" ]; then
        printf 'The plan that was approved (`%s`) is not the plan of now: the carrier, the date or the manifests moved in between. ' "$approved"
      fi
      printf 'The plan of now is on the page of %s. To apply it, run this workflow by hand with its plan id; or open a pull request, whose plan is of now, and have it approved by somebody else.\n\n' "$(this_run)"
      ;;
    *) printf 'The next apply takes up what is left. `simfleet ops list` shows what is in doubt.\n\n' ;;
  esac
  preformatted "$work/apply.txt"
} >"$work/outcome.md"
summary "$work/outcome.md"
if [ -n "$pull" ]; then
  sticky_comment "$pull" "$work/outcome.md" ||
    echo "::warning title=no comment::the outcome could not be written to pull request #$pull; see the page of this run"
fi
exit "$code"
