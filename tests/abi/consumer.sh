#!/usr/bin/env bash
# Install into an empty prefix and use it from outside: consumer.sh BUILD CC
# By find_package (shared, static, embedded), by pkg-config (shared, static), and from a prefix that was moved.
set -euo pipefail
build=$1 cc=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
version=$(sed -n 's/^#define NIEM_VERSION_[A-Z]* //p' "$root/include/niem/base.h" | paste -sd .)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$*"
  exit 1
}

cmake --install "$build" --prefix "$work/first" >"$work/install.log" || fail "$(cat "$work/install.log")"
mv "$work/first" "$work/prefix" # nothing installed may remember where it was built
# In pkg-config's file -pthread and -lm, in CMake's the targets: no path of the build may be left in either.
! grep -rlF -e "$build" -e "$root" "$work/prefix" --include='*.cmake' --include='*.pc' || fail "an installed file names the build's folders"

cmake -S "$here/consumer" -B "$work/build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$work/prefix" -DEXPECTED="$version" \
  >"$work/log" 2>&1 && cmake --build "$work/build" >>"$work/log" 2>&1 || fail "$(cat "$work/log")"
"$work/build/shared" || fail "the program that found libniem by find_package fails"
"$work/build/static" || fail "the program with the static libniem fails"
! readelf -d "$work/build/static" | grep -q libniem || fail "the static program asks for libniem.so"
readelf -d "$work/build/shared" | grep -q 'libniem\.so\.0' || fail "the program does not ask for libniem.so.0"
exported=$(nm -D --defined-only "$work/build/libembedding.so" | awk '{print $NF}' | grep -v '^_' || true)
[ "$exported" = embedding_version ] || fail "a library that embeds libniem exports: $exported"

libdir=$(dirname "$(find "$work/prefix" -name niem.pc)")
export PKG_CONFIG_PATH=$libdir
[ "$(pkg-config --modversion niem)" = "$version" ] || fail "pkg-config says version $(pkg-config --modversion niem)"
# shellcheck disable=SC2046
"$cc" -std=c99 -DNIEM_EXPECTED_VERSION="\"$version\"" "$here/consumer/consumer.c" -o "$work/by-pkg" $(pkg-config --cflags --libs niem)
LD_LIBRARY_PATH=$(dirname "$libdir") "$work/by-pkg" || fail "the program that found libniem by pkg-config fails"
# shellcheck disable=SC2046
"$cc" -std=c99 -DNIEM_EXPECTED_VERSION="\"$version\"" "$here/consumer/consumer.c" -o "$work/by-pkg-static" \
  $(pkg-config --static --cflags niem) "$(dirname "$libdir")/libniem.a" $(pkg-config --static --libs niem | sed 's/-lniem//')
"$work/by-pkg-static" || fail "the static program that found libniem by pkg-config fails"
