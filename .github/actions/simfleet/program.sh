# shellcheck shell=bash
# The program as every script of this action calls it. Sourced, not run.
#
#   SIMFLEET_PROGRAM   the program (default: what install.sh finds or makes)
#   FLEET_PATHS        manifests: files or folders, one a line
#   REDACT             `false` shows telephone numbers as they are in logs, comments and issues (default: `true`)

: "${FLEET_PATHS:?the manifests, one file or folder a line}" "${here:?the folder of these scripts}"

# The one place that decides how telephone numbers are shown.
redact=$(switch redact "${REDACT:-true}")
if [ "$redact" = true ] && [ -z "${SIMFLEET_REDACTION_KEY:-}" ]; then
  echo "::error title=no key::SIMFLEET_REDACTION_KEY is not set: telephone numbers cannot be hidden. Set the secret (openssl rand -hex 32), or 'redact: false' to show them" >&2
  exit 64
fi

program=("${SIMFLEET_PROGRAM:-$("$here/install.sh")}")
[ "$redact" = false ] || program+=(--redact)

simfleet() { "${program[@]}" "$@"; }

paths=()
while IFS= read -r path; do
  # An empty line is none, and what begins with a dash is still a path.
  [ -z "$path" ] || case $path in -*) paths+=("./$path") ;; *) paths+=("$path") ;; esac
done <<<"$FLEET_PATHS"
