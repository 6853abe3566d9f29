#!/bin/sh
# The demo: builds the library and the reader, makes a site, decides its probes.
#
#     make demo                                          a made-up site, then real faces if there are any
#     make demo ARGS="--sync a.json --probe p.tsv"       one's own (see reader --help)
#
# MEMBERS=3000 and SEED=1 change the made-up site.
set -eu
cd "$(dirname "$0")/.."

CC=${CC:-cc}
target=${CARGO_TARGET_DIR:-target}
out=$target/demo
faces=../shared/data/faces

say() { printf '%s\n' "$@"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

if ! command -v cargo >/dev/null 2>&1; then
    fail "cargo is missing: install Rust 1.89 or newer (rustup.rs)"
fi
if ! command -v "$CC" >/dev/null 2>&1; then
    if [ "$CC" = cc ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "cc is missing: installing gcc and libc6-dev with apt-get"
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev; } >/dev/null ||
            fail "apt-get could not install gcc: install a C compiler"
    else
        fail "$CC is missing: install a C compiler (Debian: apt install gcc libc6-dev)"
    fi
fi

mkdir -p "$out"
say "== library (release, C interface)"
cargo build --release --features capi -p kaimen
say "== site generator and reader"
# The dev profile: the generator does not need the release profile's fat LTO.
cargo build -p kaimen-demo
# What a static Rust library needs of the system; tests/c_abi.rs compares it
# with what rustc prints for this crate.
case $(uname -s) in
Linux) libraries="-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc" ;;
*) libraries="-lpthread -lm" ;;
esac
# shellcheck disable=SC2086 # the libraries are words of their own
"$CC" -std=c99 -D_POSIX_C_SOURCE=200809L -O2 -Wall -Wextra -Iinclude demo/reader/*.c \
    "$target/release/libkaimen.a" $libraries -o "$out/reader"

if [ $# -gt 0 ]; then
    exec "$out/reader" "$@"
fi

say "" "== a made-up site: ${MEMBERS:-3000} members, seed ${SEED:-1}"
"$target/debug/kaimen-site" generate --out "$out/site" --members "${MEMBERS:-3000}" --seed "${SEED:-1}"
"$out/reader" --site "$out/site"

say "" "== real faces"
"$target/debug/kaimen-site" faces --data "$faces" --out "$out/faces"
if [ -e "$out/faces/site.conf" ]; then
    "$out/reader" --site "$out/faces"
fi
