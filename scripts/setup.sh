#!/bin/sh
# What `make test` needs beside Rust: installed with apt where that is possible,
# else named in one line.
set -eu

missing=""
need() { # command package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need gcc gcc
need g++ g++
need clang clang
need tcc tcc
need nm binutils
need valgrind valgrind
[ -e /usr/include/stdlib.h ] || missing="$missing libc6-dev"
for tool in fmt clippy; do
    cargo "$tool" --version >/dev/null 2>&1 || {
        echo "setup: missing cargo $tool; with rustup: rustup component add rustfmt clippy" >&2
        exit 1
    }
done
# The page of the rig's report is opened in a browser, where one can be had.
if ! command -v chromium >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "setup: installing chromium"
        apt-get update -qq || true
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null ||
            echo "setup: chromium cannot be installed; the test of the rig's page is skipped"
    else
        echo "setup: no chromium; the test of the rig's page is skipped (on Debian: apt install chromium)"
    fi
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: installing$missing"
    apt-get update -qq || echo "setup: the package lists could not all be refreshed; trying anyway"
    # shellcheck disable=SC2086 # the packages are words of their own
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "setup: missing$missing; on Debian: apt install$missing" >&2
    exit 1
fi
