#!/usr/bin/env bash
# Previews the policies of a pull request and posts the result: as one comment that is written anew each
# time, and on the page of the run. Ends as the preview does. All input comes by the environment.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
out=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/rehearsal.XXXXXX")
marker='<!-- rehearsal-preview -->'

rehearsal() {
  "$root/node_modules/.bin/node" "$root/src/cli.ts" "$@"
}

# Each line of a text as the value of an option, or as itself where there is none.
arguments=()
add_lines() {
  local option=$1 line
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    [ -z "$option" ] || arguments+=("$option")
    arguments+=("$line")
  done <<<"$2"
}
add_lines --policies "$POLICIES"
add_lines --against "${AGAINST:-}"

if [ ! -x "$root/node_modules/.bin/node" ]; then
  (cd "$root" && npm ci --omit=dev --ignore-scripts --no-fund --no-audit >&2)
fi

gate=("${arguments[@]}")
arguments=()
add_lines --fail-on "${FAIL_ON:-}"
fail_on=("${arguments[@]}")
arguments=()
add_lines '' "$FLOWS"
flows=("${arguments[@]}")

status=0
rehearsal preview "${gate[@]}" "${fail_on[@]}" --format markdown --output "$out/preview.md" -- "${flows[@]}" || status=$?
if [ ! -s "$out/preview.md" ]; then
  echo 'There is no preview: see the log.' >"$out/preview.md"
else
  rehearsal preview "${gate[@]}" --format html --output "$out/preview.html" -- "${flows[@]}" || true
  echo "html=$out/preview.html" >>"${GITHUB_OUTPUT:-/dev/null}"
fi

{ echo "$marker"; cat "$out/preview.md"; } >"$out/comment.md"
cat "$out/preview.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

if [ "${COMMENT:-true}" = true ] && [ -n "${PULL_REQUEST:-}" ]; then
  comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
  own="[.[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id][0] // empty"
  # A pull request from a fork has a token that may not write: the page of the run has the preview.
  if known=$(gh api --paginate "$comments" --jq "$own" | head -n 1); then
    if [ -n "$known" ]; then
      gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -F "body=@$out/comment.md" ||
        echo '::warning::the comment could not be written: see the summary of the run'
    else
      gh api --silent --method POST "$comments" -F "body=@$out/comment.md" ||
        echo '::warning::no comment could be written: see the summary of the run'
    fi
  else
    echo '::warning::comments could not be read: see the summary of the run'
  fi
fi
exit "$status"
