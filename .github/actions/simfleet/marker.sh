# shellcheck shell=bash
# The hidden lines by which this action knows its comments and issues. Sourced, not run.
#
#   MARKER   a name, where several plans are comments on one pull request

: "${MARKER:=}"
case $MARKER in
  *[!A-Za-z0-9._/-]* | *--* | *-) echo "simfleet action: MARKER is letters, digits, dots, slashes and single dashes" >&2; exit 64 ;;
esac

marker_line() { printf '<!-- simfleet %s%s -->\n' "$1" "${MARKER:+: $MARKER}"; } # plan|apply|drift

# The second line of a comment with a plan: which plan, for which commit.
plan_line() { printf '<!-- simfleet plan-id: %s commit: %s -->\n' "$1" "$2"; } # PLAN_ID COMMIT

# Reads it back: PLAN_ID if the comment's second line names this commit.
plan_of() { # COMMIT, the comment on stdin
  tr -d '\r' | sed -n "2s/^<!-- simfleet plan-id: \(plan-[0-9a-f]\{1,64\}\) commit: $1 -->\$/\1/p"
}
