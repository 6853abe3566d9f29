#!/bin/sh
# The library for each target, optimised as it is shipped: target/cross/TARGET/release.
#
#   scripts/cross.sh [TARGET]...
#
# CROSS_OUT is another folder than target/cross, CROSS_PARTS what cargo is told of the parts to build
# (`--no-default-features`; scripts/parts.sh).
#
# No path of this machine is in what it builds: two folders give the same bytes.
# Each result is looked at: the machine that it is for, and a C program on the static library, run
# where it can be (under qemu-user). Where the compilers come from is in toolchain.sh, and each
# line says it.
set -eu
cd "$(dirname "$0")/.."
NAME=cross
. scripts/toolchain.sh

OUT=${CROSS_OUT:-target/cross}
LINK_FLAGS=$(sed -n 's/^LINK_FLAGS="\(.*\)"$/\1/p' scripts/c_gates.sh)
mkdir -p "$OUT"

# musl's is static alone: what it is for is a program without a shared library.
kinds() { # target
    case $1 in *-musl) echo staticlib ;; *) echo staticlib,cdylib ;; esac
}

# Words that link a program with the static library.
link_flags() { # target
    case $1 in *-musl) echo "-static -lgcc_eh" ;; *) echo "$LINK_FLAGS" ;; esac
}

build() { # target
    rust_for "$1"
    rm -f "$OUT/$1/release/libkaimen.a" "$OUT/$1/release/libkaimen.so"
    EXTRA_RUSTFLAGS=$(remapped)
    export EXTRA_RUSTFLAGS
    # shellcheck disable=SC2086 # the words about parts are words of their own
    cargo_for "$1" max rustc --release --target-dir "$OUT" --lib --features capi ${CROSS_PARTS:-} \
        --crate-type "$(kinds "$1")" -- --print native-static-libs >"$OUT/$1.log" 2>&1 || {
        tail -n 40 "$OUT/$1.log"
        die "$1 could not be built"
    }
}

check() { # target
    folder=$OUT/$1/release
    # shellcheck disable=SC2046 # the flags are words of their own
    $(cc_of "$1") -std=c99 -Wall -Wextra -Werror -O2 -Iinclude c_examples/01_version.c \
        -o "$folder/01_version" "$folder/libkaimen.a" $(link_flags "$1")
    for file in "$folder/01_version" "$folder"/libkaimen.so; do
        [ -e "$file" ] || continue
        is_for "$1" "$file"
    done
    case $1 in *-musl) is_static "$folder/01_version" ;; esac
    # shellcheck disable=SC2046 # the emulator's words are words of their own
    said=$(timeout 60 $(emulator "$1") "$folder/01_version") || die "$1: the program failed"
    say "$1: $(kinds "$1"); $said"
}

# shellcheck disable=SC2086 # the targets are words of their own
[ $# -gt 0 ] || set -- $TARGETS
c_tools "$@"
for target in "$@"; do
    build "$target"
    check "$target"
done
