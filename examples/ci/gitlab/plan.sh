#!/usr/bin/env bash
# In GitLab CI: plans once, and shows the plan in the log, as reports, and on a merge request as one note that is always
# of now.
#
#   plan.sh PATH…
#
#   NOTES_TOKEN        may write notes (a project access token); without it there is no note
#   SIMFLEET_REDACT    `false` shows telephone numbers as they are (default: `true`)
#   SIMFLEET_PROGRAM   the program (default: simfleet, on the PATH)
# Exit codes are those of `simfleet plan`; changes are no failure.
set -euo pipefail

# In a pipeline of merged results the commit is one that GitLab made; the other is the one that people know.
commit=${CI_MERGE_REQUEST_SOURCE_BRANCH_SHA:-${CI_COMMIT_SHA:-}}
merge_request=''
[ -z "${NOTES_TOKEN:-}" ] || [ -z "${CI_MERGE_REQUEST_IID:-}" ] ||
  merge_request=projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID
marker='<!-- simfleet plan -->'
published=false
work=$(mktemp -d)

gitlab() { # METHOD PATH [JSON-FILE]
  local arguments=(--silent --show-error --fail --max-time 60 --request "$1")
  [ -z "${3:-}" ] || arguments+=(--header 'Content-Type: application/json' --data-binary "@$3")
  # The token is no argument: those can be seen by every process of the machine.
  curl "${arguments[@]}" --config <(printf 'header = "PRIVATE-TOKEN: %s"\n' "$NOTES_TOKEN") "$CI_API_V4_URL/$2"
}

# Puts a note on the merge request, in place of the one of ours that begins with the same line.
replace_note() { # FILE
  local me head page=1 found id=''
  head=$(gitlab GET "$merge_request" | jq -er .sha) || return
  if [ "$head" != "$commit" ]; then
    echo "merge request !$CI_MERGE_REQUEST_IID is at $head by now: its note is of the pipeline for that"
    return
  fi
  me=$(gitlab GET user | jq -e .id) || return
  jq -n --rawfile body "$1" '{body: $body}' >"$work/note.json"
  while [ -z "$id" ]; do
    found=$(gitlab GET "$merge_request/notes?per_page=100&page=$page") || return
    id=$(jq -r --arg marker "$marker" --argjson me "$me" \
      'map(select(.author.id == $me and (.body | gsub("\r"; "") | split("\n")[0]) == $marker))[0].id // empty' <<<"$found") || return
    [ "$(jq length <<<"$found")" -ge 100 ] || break
    page=$((page + 1))
  done
  if [ -n "$id" ]; then
    gitlab PUT "$merge_request/notes/$id" "$work/note.json" >/dev/null
  else
    gitlab POST "$merge_request/notes" "$work/note.json" >/dev/null
  fi
}

publish() { # FILE
  published=true
  [ -n "$merge_request" ] || return 0
  replace_note "$1" || { echo "the plan could not be written to the merge request" >&2; return 1; }
}

# In place of a plan.
no_plan() { # TITLE [FILE]
  {
    printf '%s\nOf commit %s.\n\n**%s**' "$marker" "${commit:0:12}" "$1"
    [ -z "${CI_JOB_URL:-}" ] || printf ' [This job](%s) has the log.' "$CI_JOB_URL"
    # Cut so that it fits, however it is escaped, and as UTF-8 whatever the locale.
    [ -z "${2:-}" ] || printf '\n\n<pre>\n%s\n</pre>\n' "$(tail -c 10000 "$2" | iconv -c -f UTF-8 -t UTF-8 | jq -Rrs '@html')"
  } >"$work/no-plan.md"
  publish "$work/no-plan.md" || true
}

# Whatever ended the job, a plan of before never stands there as if it were of now.
# shellcheck disable=SC2329 # the trap calls it
ended() {
  [ "$published" = true ] || no_plan 'There is no plan: the job ended before there was one.'
  rm -rf "$work"
}
trap 'ended' EXIT

# Reports that a job promises have to be there, also when there is no plan.
echo '[]' >gl-code-quality-report.json
rm -f plan.json simfleet.xml

: "${SIMFLEET_REDACT:=true}"
# The one place that decides how telephone numbers are shown.
case $SIMFLEET_REDACT in
  true | false) export SIMFLEET_REDACT ;;
  *) echo "SIMFLEET_REDACT is true or false, not '$SIMFLEET_REDACT'" >&2; exit 64 ;;
esac
simfleet() { command "${SIMFLEET_PROGRAM:-simfleet}" "$@"; }

code=0
simfleet plan "$@" --out plan.json >"$work/plan.txt" 2>&1 || code=$?
cat "$work/plan.txt"
case $code in
  0 | 3 | 5) ;;
  *)
    # A plan of some accounts only is not what is reviewed.
    rm -f plan.json
    no_plan 'There is no plan.' "$work/plan.txt"
    exit "$code"
    ;;
esac
simfleet show plan.json --format gitlab >gl-code-quality-report.json
simfleet show plan.json --format junit >simfleet.xml
if ! simfleet show plan.json --format markdown >"$work/plan.md" 2>"$work/show.txt"; then
  cat "$work/show.txt" >&2
  no_plan 'The plan does not fit into a note; plan it in parts.' "$work/show.txt"
  exit 1
fi
{ printf '%s\nOf commit %s.\n\n' "$marker" "${commit:0:12}"; tail -n +2 "$work/plan.md"; } >"$work/note.md"
publish "$work/note.md" || [ "$code" != 0 ] || code=1
exit "$code"
