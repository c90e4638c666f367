#!/usr/bin/env bash
# In GitLab CI: plans once, and shows the plan in the log, as reports, and on a merge request as one note that is always
# of now.
#
#   plan.sh PATH…
#
#   NOTES_TOKEN        may write notes (a project access token); without it there is no note
#   REDACT             `false` shows telephone numbers as they are
#   SIMFLEET_PROGRAM   the program (default: simfleet, on the PATH)
# Exit codes are those of `simfleet plan`; changes are no failure.
set -euo pipefail

program=("${SIMFLEET_PROGRAM:-simfleet}")
# The one place that decides how telephone numbers are shown.
if [ "${REDACT:-true}" != false ]; then
  program+=(--redact)
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gitlab() { # METHOD PATH [JSON-FILE]
  local arguments=(--silent --show-error --fail --max-time 60 --request "$1")
  [ -z "${3:-}" ] || arguments+=(--header 'Content-Type: application/json' --data-binary "@$3")
  # The token is no argument: those can be seen by every process of the machine.
  curl "${arguments[@]}" --config <(printf 'header = "PRIVATE-TOKEN: %s"\n' "$NOTES_TOKEN") "$CI_API_V4_URL/$2"
}

# Puts a note on the merge request, in place of the one of ours that begins with the same line.
note() { # FILE
  [ -n "${NOTES_TOKEN:-}" ] && [ -n "${CI_MERGE_REQUEST_IID:-}" ] || return 0
  local notes="projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes" marker me page=1 found id=''
  marker=$(head -n 1 "$1")
  me=$(gitlab GET user | jq .id)
  jq -n --rawfile body "$1" '{body: $body}' >"$work/note.json"
  while [ -z "$id" ]; do
    found=$(gitlab GET "$notes?per_page=100&page=$page")
    id=$(jq -r --arg marker "$marker" --argjson me "$me" \
      'map(select(.author.id == $me and (.body | gsub("\r"; "") | split("\n")[0]) == $marker))[0].id // empty' <<<"$found")
    [ "$(jq length <<<"$found")" -ge 100 ] || break
    page=$((page + 1))
  done
  if [ -n "$id" ]; then
    gitlab PUT "$notes/$id" "$work/note.json" >/dev/null
  else
    gitlab POST "$notes" "$work/note.json" >/dev/null
  fi
}

# Reports that a job promises have to be there, also when there is no plan.
echo '[]' >gl-code-quality-report.json
rm -f plan.json simfleet.xml
code=0
"${program[@]}" plan "$@" --out plan.json >"$work/plan.txt" 2>&1 || code=$?
cat "$work/plan.txt"
case $code in
  0 | 3 | 5) ;;
  *)
    # A plan of some accounts only is not what is reviewed.
    rm -f plan.json
    {
      printf '<!-- simfleet plan -->\n**There is no plan.**\n\n<pre>\n%s\n</pre>\n' "$(tail -c 20000 "$work/plan.txt" | iconv -c -f UTF-8 -t UTF-8 | jq -Rrs '@html')"
    } >"$work/plan.md"
    note "$work/plan.md"
    exit "$code"
    ;;
esac
"${program[@]}" show plan.json --format gitlab >gl-code-quality-report.json
"${program[@]}" show plan.json --format junit >simfleet.xml
"${program[@]}" show plan.json --format markdown >"$work/plan.md"
note "$work/plan.md"
exit "$code"
