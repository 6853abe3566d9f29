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

# The folders that a panic's message could name: of the project, of its crates, of Rust's library.
remapped() {
    printf '%s' "--remap-path-prefix=$PWD=kaimen"
    for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        printf ' %s' "--remap-path-prefix=$folder=crates"
    done
    [ -z "$STD" ] || printf ' %s' "--remap-path-prefix=$(dirname "$RUSTC")/usr/src=rust"
}

# What `readelf -h` says of a program for the target.
machine() { # target
    case $1 in
    x86_64-*) echo X86-64 ;;
    aarch64-*) echo AArch64 ;;
    armv7-*) echo ARM ;;
    esac
}

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
        readelf -h "$file" | grep -q "Machine: .*$(machine "$1")\$" || die "$file is not for $1"
    done
    case $1 in
    *hf) readelf -h "$folder/01_version" | grep -q 'hard-float ABI' || die "$1 is not of the hard-float ABI" ;;
    *-musl) ! readelf -d "$folder/01_version" | grep -q NEEDED || die "$1 is not static" ;;
    esac
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
