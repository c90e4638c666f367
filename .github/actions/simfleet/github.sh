# shellcheck shell=bash
# The few calls of GitHub's REST API that this action makes. Sourced, not run.
#
#   GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY   as GitHub Actions sets them
#   BOT_LOGIN   who writes with that token (default: whom the token says, else github-actions[bot])

: "${GITHUB_TOKEN:?a token}" "${GITHUB_REPOSITORY:?owner/name}" "${work:?program.sh comes first}"
api=${GITHUB_API_URL:-https://api.github.com}

# One call: METHOD PATH [JSON-FILE]. The answer is on stdout; anything but success ends in an error with what GitHub said.
github() {
  local method=$1 path=$2 body=${3:-} answer status
  local arguments=(--silent --show-error --max-time 60 --request "$method" --header 'Accept: application/vnd.github+json'
    --header 'X-GitHub-Api-Version: 2022-11-28')
  [ -z "$body" ] || arguments+=(--header 'Content-Type: application/json' --data-binary "@$body")
  # What is asked twice may be answered twice, what is posted twice may be there twice.
  [ "$method" = POST ] || arguments+=(--retry 3)
  answer=$(mktemp "$work/answer.XXXXXX")
  # The token is no argument: those can be seen by every process of the machine.
  if ! status=$(curl "${arguments[@]}" --config <(printf 'header = "Authorization: Bearer %s"\n' "$GITHUB_TOKEN") \
    --output "$answer" --write-out '%{http_code}' "$api/$path"); then
    rm -f "$answer"
    echo "simfleet action: $method $path: no answer" >&2
    return 1
  fi
  case $status in
    2??) cat "$answer" && rm -f "$answer" ;;
    *)
      echo "simfleet action: $method $path: $status $(jq -r '.message? // empty' "$answer" 2>/dev/null | head -c 300)" >&2
      rm -f "$answer"
      return 1
      ;;
  esac
}

# All pages of a list, as one JSON array.
github_list() { # PATH
  local path=$1 page=1 found separator='?' all
  all=$(mktemp "$work/list.XXXXXX")
  case $path in *\?*) separator='&' ;; esac
  while :; do
    found=$(github GET "$path${separator}per_page=100&page=$page") || { rm -f "$all"; return 1; }
    printf '%s\n' "$found" >>"$all"
    [ "$(jq length <<<"$found")" -ge 100 ] || break
    page=$((page + 1))
  done
  jq -s 'add' "$all" && rm -f "$all"
}

# Who writes with this token. A workflow's own token may not ask, and is github-actions[bot].
bot() {
  if [ -z "${BOT_LOGIN:-}" ]; then
    BOT_LOGIN=$(github GET user 2>/dev/null | jq -r '.login // empty') || true
    BOT_LOGIN=${BOT_LOGIN:-github-actions[bot]}
  fi
  printf '%s' "$BOT_LOGIN"
}

# Those of a list of comments or issues that the bot wrote and that begin with exactly this line.
ours() { # MARKER-LINE
  jq --arg marker "$1" --arg bot "$(bot)" \
    'map(select(.user.login == $bot and ((.body // "") | gsub("\r"; "") | split("\n")[0]) == $marker))'
}

# Puts a comment on a pull request, in place of the one that begins with the same line.
sticky_comment() { # NUMBER FILE
  local number=$1 file=$2 marker id body
  marker=$(head -n 1 "$file")
  body=$(mktemp "$work/body.XXXXXX")
  jq -n --rawfile body "$file" '{body: $body}' >"$body"
  # Callers look at the code, and then `set -e` does not: who could not read the comments must not write a second one.
  id=$(github_list "repos/$GITHUB_REPOSITORY/issues/$number/comments" | ours "$marker" | jq -r '.[0].id // empty') || return
  if [ -n "$id" ]; then
    github PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" "$body" >/dev/null || return
  else
    github POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" "$body" >/dev/null || return
  fi
  rm -f "$body"
}
