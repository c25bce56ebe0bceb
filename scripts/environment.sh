# Sourced by the scripts beside it: an environment of the repository's own, in .venv.
# It is made once, and again only when what is to be installed has changed.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# environment EXTRAS: make sure that .venv has this package, editable, with EXTRAS ("" or "[test]").
environment() {
  local extras=$1 python="" name wanted
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    if [ -n "$name" ] && command -v "$name" >/dev/null &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$name
      break
    fi
  done
  [ -n "$python" ] || fail "expected Python 3.11 or newer on the path, found none"
  wanted=$(cat pyproject.toml hatch_build.py | cksum)" $extras $PWD"
  if [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && [ -f .venv/installed ]; then
    if grep -qxF "$wanted" .venv/installed; then
      say "environment: .venv is as it should be"
      return
    fi
  fi
  say "environment: making .venv with $("$python" --version) and installing dateline$extras"
  # What pip left unfinished, or another script installed less of, is made whole by installing again.
  [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || {
    rm -rf .venv
    "$python" -m venv .venv || fail "python -m venv failed; on Debian: apt-get install python3-venv"
  }
  touch .venv/installed
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".$extras"
  printf '%s\n' "$wanted" >>.venv/installed
}

# browser: make sure that there is a Chromium for the tests that a person's hands would do.
# System packages are installed by root on Debian alone, and said first.
browser() {
  local name
  for name in "${DATELINE_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then return; fi
  done
  if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; then
    say "browser: installing Debian's chromium for the tests (apt-get install chromium)"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
      say "browser: apt-get failed; the tests that need one skip"
  else
    say "browser: no Chromium here; the tests that need one skip (DATELINE_CHROMIUM names one)"
  fi
}
