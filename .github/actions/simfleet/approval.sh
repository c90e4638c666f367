# shellcheck shell=bash
# Which plan was approved on the pull request that a commit came from. Sourced, not run.
# What it sets is read by the script that sources it:
# shellcheck disable=SC2034

# Sets `pull` (empty: none), `approved` (a plan id, or empty) with `approver`, and `why_not`.
find_approval() { # COMMIT
  local commit=$1 found head shown id authors reviewers reviewer permission
  pull='' approved='' approver='' why_not=''
  found=$(github_list "repos/$GITHUB_REPOSITORY/commits/$commit/pulls" |
    jq -c --arg commit "$commit" 'map(select(.merged_at != null and .merge_commit_sha == $commit))[0] // empty')
  if [ -z "$found" ]; then
    why_not="commit $commit came from no pull request"
    return
  fi
  pull=$(jq -r .number <<<"$found")
  head=$(jq -r .head.sha <<<"$found")
  find_plan "$head"
  [ -n "$id" ] || return 0
  find_authors "$(jq -c .user.login <<<"$found")"
  [ -n "$authors" ] || return 0
  reviewers=$(approvals "$head")
  while IFS= read -r reviewer; do
    [ -n "$reviewer" ] || continue
    # Anybody may review a public repository; what counts is who may write to it.
    permission=$(github GET "repos/$GITHUB_REPOSITORY/collaborators/$reviewer/permission" | jq -r '.permission // empty') ||
      permission=''
    case $permission in
      admin | write | maintain)
        approved=$id approver=$reviewer
        return
        ;;
    esac
  done <<<"$reviewers"
  why_not="nobody but its authors approved pull request #$pull, with plan $id and its last commit before them"
}

# Sets `id`, the plan of this commit that the bot shows on `pull` (empty: none, and why_not), and `shown`, since when.
find_plan() { # COMMIT
  local node comment bot
  id=''
  node=$(github_list "repos/$GITHUB_REPOSITORY/issues/$pull/comments" | ours "$(marker_line plan)" | jq -r '.[0].node_id // empty')
  if [ -n "$node" ]; then
    comment=$(comment_now "$node")
    bot=$(bot)
    # Whoever may write to the repository may edit what the bot wrote, and put it back once it is approved. GraphQL calls
    # a bot by its name alone; no account of a person has brackets in its name.
    if ! jq -e --arg bot "$bot" '.lastEditedAt == null or
        (.editor != null and (.editor.login | rtrimstr("[bot]")) + (if .editor.__typename == "Bot" then "[bot]" else "" end) == $bot)' <<<"$comment" >/dev/null; then
      why_not="the plan on pull request #$pull was edited by $(jq -r '.editor.login // "somebody whose account is gone"' <<<"$comment"), and not by $bot; run its plan again, and approve that"
      return
    fi
    shown=$(jq -r .updatedAt <<<"$comment")
    id=$(jq -r .body <<<"$comment" | plan_of "$1")
  fi
  [ -n "$id" ] || why_not="pull request #$pull has no plan of its last commit"
}

# Sets `authors`, a JSON list of everybody who wrote what is in `pull` (empty: nobody can tell, and why_not).
find_authors() { # THE-OPENER, as JSON
  local commits unknown
  authors=''
  commits=$(github_list "repos/$GITHUB_REPOSITORY/pulls/$pull/commits")
  if [ "$(jq length <<<"$commits")" -ge 250 ]; then
    why_not="pull request #$pull has 250 commits or more, of which GitHub lists no others: nobody can tell who wrote them"
    return
  fi
  # web-flow is GitHub itself, which commits what is merged or edited in a browser, and signs it. Anybody can write its address.
  commits=$(jq -c 'map({sha, people: [.author.login,
    if .committer.login == "web-flow" and .commit.verification.verified == true then empty else .committer.login end]})' <<<"$commits")
  unknown=$(jq -r 'first(.[] | select(.people | any(. == null or . == "web-flow")) | "commit \(.sha)") // empty' <<<"$commits")
  if [ -n "$unknown" ] || [ "$1" = null ]; then
    why_not="GitHub knows no account of the author or committer of ${unknown:-pull request #$pull}, so nobody can tell that it was not the reviewer; commit with an address of one's account"
    return
  fi
  authors=$(jq -c --argjson opener "$1" '[.[].people[]] + [$opener]' <<<"$commits")
}

# Those who approved this commit of `pull`: the last word of each reviewer, said by none of the authors, and after the plan stood
# there. What was said in the same second may have been said of what stood there before. (Times of GitHub sort as texts.)
approvals() { # COMMIT
  github_list "repos/$GITHUB_REPOSITORY/pulls/$pull/reviews" |
    jq -r --argjson authors "$authors" --arg head "$1" --arg shown "$shown" '
      map(select(.user != null and .state != "COMMENTED" and .state != "PENDING"))
      | group_by(.user.login) | map(max_by(.submitted_at))[]
      | select(.state == "APPROVED" and .user.type != "Bot" and .commit_id == $head and .submitted_at > $shown)
      | .user.login | select(IN($authors[]) | not)'
}
