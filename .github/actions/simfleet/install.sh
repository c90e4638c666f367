#!/usr/bin/env bash
# Prints where the program is, of the version of this action: a simfleet that is on the PATH; or the released one, if GitHub
# attests that the release workflow built it from this very tag or commit; or one that is built here from the action's own files.
#
#   ACTION_REPOSITORY, ACTION_REF   whose action this is, and which tag or commit of it
#   GITHUB_TOKEN                    reads attestations
set -euo pipefail
if command -v simfleet; then
  simfleet --version >&2
  exit
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
# Where nobody has been before: not the workspace, in which a pull request can put anything.
folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/simfleet-program.XXXXXX")
mkdir "$folder/bin"

# The archive of the release is taken for nothing but what its attestation says, and for nothing at all without one.
released() {
  local system source archive repository=${ACTION_REPOSITORY:-}
  [ -n "$repository" ] && command -v gh >/dev/null || return 1
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) system=x86_64-unknown-linux-musl ;;
    Linux-aarch64) system=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) system=x86_64-apple-darwin ;;
    Darwin-arm64) system=aarch64-apple-darwin ;;
    *) return 1 ;;
  esac
  if [ "${ACTION_REF:-}" = "v$version" ]; then
    source=(--source-ref "refs/tags/v$version")
  elif [[ ${ACTION_REF:-} =~ ^[0-9a-f]{40}$ ]]; then
    source=(--source-digest "$ACTION_REF")
  else
    return 1 # A branch has no release.
  fi
  archive=$folder/simfleet-v$version-$system.tar.gz
  curl --silent --show-error --fail --location --max-time 300 --output "$archive" \
    "${GITHUB_SERVER_URL:-https://github.com}/$repository/releases/download/v$version/${archive##*/}" || return 1
  (cd "$folder" && GH_TOKEN=${GITHUB_TOKEN:-} gh attestation verify "$archive" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/release.yml" --deny-self-hosted-runners "${source[@]}") || return 1
  tar -xzf "$archive" -C "$folder/bin" --strip-components=1 "simfleet-v$version-$system/simfleet"
}

# With none of the job's secrets, for what is built runs code of its dependencies; and in the action's own folder, for Cargo reads its
# configuration from where it stands, and in the workspace that is whatever a pull request put there.
built() {
  local name clean=(CARGO_HOME="$folder/cargo" CARGO_TARGET_DIR="$folder/target")
  for name in PATH HOME TMPDIR RUSTUP_HOME SSL_CERT_FILE SSL_CERT_DIR HTTPS_PROXY https_proxy NO_PROXY no_proxy; do
    [ -z "${!name:-}" ] || clean+=("$name=${!name}")
  done
  (cd "$root" && env -i "${clean[@]}" cargo install --locked --quiet --path . --root "$folder")
}

if ! released >&2; then
  echo "simfleet action: there is no attested release of ${ACTION_REF:-this action}: simfleet $version is built from the action's files" >&2
  built >&2
fi
"$folder/bin/simfleet" --version >&2
# For the steps that follow.
[ -z "${GITHUB_PATH:-}" ] || echo "$folder/bin" >>"$GITHUB_PATH"
echo "$folder/bin/simfleet"
