# shellcheck shell=bash
# Which plan was approved on the pull request that a commit came from. Sourced, not run.

# Sets `pull` (empty: none), `approved` (a plan id, or empty) and `why_not`.
find_approval() { # COMMIT
  local commit=$1 found author head comments reviews reviewer when
  pull='' approved='' why_not=''
  found=$(github_list "repos/$GITHUB_REPOSITORY/commits/$commit/pulls" |
    jq -c --arg commit "$commit" 'map(select(.merged_at != null and .merge_commit_sha == $commit))[0] // empty')
  if [ -z "$found" ]; then
    why_not="commit $commit came from no pull request"
    return
  fi
  pull=$(jq -r .number <<<"$found")
  author=$(jq -r .user.login <<<"$found")
  head=$(jq -r .head.sha <<<"$found")
  comments=$(github_list "repos/$GITHUB_REPOSITORY/issues/$pull/comments" | ours "$(marker_line plan)")
  local shown id
  shown=$(jq -r '.[0].updated_at // empty' <<<"$comments")
  id=$(jq -r '.[0].body // empty' <<<"$comments" | plan_of "$head")
  if [ -z "$id" ]; then
    why_not="pull request #$pull has no plan of its last commit"
    return
  fi
  # The last word of each reviewer, on the last commit, and said when this plan stood there already: nobody approves
  # what was put there afterwards. (Times of GitHub sort as texts.)
  reviews=$(github_list "repos/$GITHUB_REPOSITORY/pulls/$pull/reviews" |
    jq -c --arg author "$author" --arg head "$head" --arg shown "$shown" '
      map(select(.state != "COMMENTED" and .state != "PENDING")) | group_by(.user.login) | map(max_by(.submitted_at))
      | map(select(.state == "APPROVED" and .user.login != $author and .user.type != "Bot"
          and .commit_id == $head and .submitted_at >= $shown))')
  while IFS= read -r reviewer; do
    [ -n "$reviewer" ] || continue
    # Anybody may review a public repository; what counts is who may write to it.
    when=$(github GET "repos/$GITHUB_REPOSITORY/collaborators/$reviewer/permission" | jq -r '.permission // empty') || when=''
    case $when in
      admin | write | maintain)
        # Read by the script that sources this.
        # shellcheck disable=SC2034
        approved=$id approver=$reviewer
        return
        ;;
    esac
  done < <(jq -r '.[].user.login' <<<"$reviews")
  # shellcheck disable=SC2034
  why_not="nobody but the author approved pull request #$pull with plan $id and its last commit before them"
}
