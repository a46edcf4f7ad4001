#!/usr/bin/env bash
# Today's library against the last release's.
#   baseline.sh check LIBRARY CC   abidiff, and a program compiled with the release's headers runs on today's library
#   baseline.sh make LIBRARY       on a release: write tests/abi/baseline from a library built with debugging information
# Exit status 77: there is no baseline yet (it begins with tag 0.1.0).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
baseline=$here/baseline
root=$(cd "$here/../.." && pwd)

make() {
  mkdir -p "$baseline"
  abidw --headers-dir "$root/include" --drop-private-types --no-comp-dir-path --out-file "$baseline/libniem.abi" "$1"
  rm -rf "$baseline/include"
  cp -r "$root/include" "$baseline/include"
}

check() {
  local library=$1 cc=$2 version
  if [ ! -f "$baseline/libniem.abi" ]; then
    echo "no baseline"
    exit 77
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # New functions are welcome; whatever else differs is not.
  abidiff --headers-dir2 "$root/include" --drop-private-types --no-added-syms "$baseline/libniem.abi" "$library"
  version=$(sed -n 's/^#define NIEM_VERSION_[A-Z]* //p' "$root/include/niem/base.h" | paste -sd .)
  "$cc" -std=c99 -DNIEM_EXPECTED_VERSION="\"$version\"" -I"$baseline/include" "$here/consumer/consumer.c" -o "$work/consumer" \
    "$library"
  LD_LIBRARY_PATH=$(dirname "$library") "$work/consumer"
}

case ${1:-} in
make | check) "$@" ;;
*) sed -n '2,5s/^# //p' "$0" && exit 2 ;;
esac
