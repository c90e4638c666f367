# shellcheck shell=bash
# The few calls of GitHub's API that this action makes. Sourced, not run.
#
#   GITHUB_TOKEN, GITHUB_API_URL, GITHUB_GRAPHQL_URL, GITHUB_REPOSITORY   as GitHub Actions sets them
#   BOT_LOGIN   who writes with that token (default: whom the token says, else github-actions[bot])

: "${GITHUB_TOKEN:?a token}" "${GITHUB_REPOSITORY:?owner/name}" "${work:?runner.sh comes first}"
api=${GITHUB_API_URL:-https://api.github.com}

# One call: METHOD PATH [JSON-FILE]. The answer is on stdout; anything but success ends in an error with what GitHub said.
github() {
  local method=$1 path=$2 body=${3:-} url=$api/$2 answer status
  local arguments=(--silent --show-error --max-time 60 --request "$method" --header 'Accept: application/vnd.github+json'
    --header 'X-GitHub-Api-Version: 2022-11-28')
  [ -z "$body" ] || arguments+=(--header 'Content-Type: application/json' --data-binary "@$body")
  # What is asked twice may be answered twice, what is posted twice may be there twice.
  [ "$method" = POST ] || arguments+=(--retry 3)
  # On a server of one's own it is not below the other API.
  [ "$path" != graphql ] || url=${GITHUB_GRAPHQL_URL:-$url}
  answer=$(mktemp "$work/answer.XXXXXX")
  # The token is no argument: those can be seen by every process of the machine.
  if ! status=$(curl "${arguments[@]}" --config <(printf 'header = "Authorization: Bearer %s"\n' "$GITHUB_TOKEN") \
    --output "$answer" --write-out '%{http_code}' "$url"); then
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

# A comment as it is at one moment: what it says, since when, and who wrote it last (REST tells neither that nor all at once).
comment_now() { # NODE-ID
  local query
  query=$(mktemp "$work/query.XXXXXX")
  # The dollars are GraphQL's.
  # shellcheck disable=SC2016
  jq -n --arg id "$1" '{variables: {id: $id}, query: "query($id: ID!) { node(id: $id) { ... on IssueComment {
    body updatedAt lastEditedAt editor { __typename login } } } }"}' >"$query"
  # What GraphQL refuses, it answers with 200.
  github POST graphql "$query" |
    jq -ce 'if .data.node.body then .data.node else error("GraphQL: \(.errors // "no such comment")") end' || return
  rm -f "$query"
}

# Who writes with this token. A workflow's own token may not ask, and is github-actions[bot]; any other failure is no answer.
bot() {
  local answer
  if [ -z "${BOT_LOGIN:-}" ]; then
    if answer=$(github GET user 2>&1); then
      BOT_LOGIN=$(jq -er .login <<<"$answer") || return
    elif [[ $answer == *'Resource not accessible by integration'* ]]; then
      BOT_LOGIN='github-actions[bot]'
    else
      printf '%s\n' "$answer" >&2
      return 1
    fi
  fi
  printf '%s' "$BOT_LOGIN"
}

# Those of a list of comments or issues that the bot wrote and that begin with exactly this line.
ours() { # MARKER-LINE
  local bot
  bot=$(bot) || return
  jq --arg marker "$1" --arg bot "$bot" \
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
