#!/bin/sh
# Builds the program for USB readers, `kaimen-fprint`, against the system's libfprint.
#
#   [CC=…] [CFLAGS=…] hil/reader/build.sh PROGRAM
#
# Without libfprint's headers the line says "skipped: reason" (exit code 77); where CI=true, they are
# installed with apt, and a program that cannot be built is a failure.
set -eu
program=$1
here=$(dirname "$0")

# libfprint-2-dev of Debian 12 does not depend on what its pkg-config file requires.
packages="libfprint-2-dev libglib2.0-dev pkg-config"

skip() {
    echo "reader: skipped: $*"
    [ "${CI:-}" != true ] || exit 1
    exit 77
}
usable() { command -v pkg-config >/dev/null 2>&1 && pkg-config --exists libfprint-2 2>/dev/null; }

if ! usable && [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "reader: installing $packages"
    apt-get update -qq || true
    # shellcheck disable=SC2086 # the packages are words of their own
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null || true
fi
usable || skip "no libfprint-2 to build with; on Debian: apt install $packages"

version=$(pkg-config --modversion libfprint-2)
# As the system's, so that their warnings are not ours.
includes=$(pkg-config --cflags libfprint-2 | sed 's/-I/-isystem /g')
# shellcheck disable=SC2046,SC2086 # flags are words of their own
"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wconversion -Werror -O1 -g ${CFLAGS:-} \
    "-DFPRINT_VERSION=\"$version\"" $includes -o "$program" "$here/kaimen-fprint.c" $(pkg-config --libs libfprint-2)
