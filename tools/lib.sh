# What the scripts of tools/ share; they source it first. Works from any folder.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
VENV=$ROOT/.venv
PYTHON=$VENV/bin/python
RLIB=$ROOT/.rlib
# Where everything is built; another folder may be given, for example one on a faster disk.
NIEM_BUILD=${NIEM_BUILD:-$ROOT/build}
export ROOT VENV PYTHON RLIB NIEM_BUILD
export R_LIBS_USER=$RLIB

# Reference data of third parties is not part of the repository; tests that need it read this variable.
if [ -z "${NIEM_REFERENCE_DATA:-}" ] && [ -d "$ROOT/../shared" ]; then
  NIEM_REFERENCE_DATA=$(cd "$ROOT/../shared" && pwd)
  export NIEM_REFERENCE_DATA
fi

say() {
  printf '%s\n' "$*"
}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

processors() {
  getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# build PRESET [cmake's options]: configure and build it under $NIEM_BUILD.
build() {
  local preset=$1
  shift
  cmake --preset "$preset" -B "$NIEM_BUILD/$preset" "$@" &&
    cmake --build "$NIEM_BUILD/$preset" --parallel "$(processors)"
}

# check PRESET [ctest's options]: run its tests.
check() {
  local preset=$1
  shift
  ctest --test-dir "$NIEM_BUILD/$preset" --parallel "$(processors)" --output-on-failure --no-tests=error "$@"
}
