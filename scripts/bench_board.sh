#!/bin/sh
# kaimen-bench as one static program for each target: target/bench-board/TARGET/release/kaimen-bench,
# to be copied to a board (board/README.md).
#
#   scripts/bench_board.sh [TARGET]...     (default: this machine's)
#
# Each is looked at: its machine, that it needs nothing of the board, and that it works, by a quick
# run here (under qemu-user but for this machine's). An emulator's times are refused unless forced.
# Where the compilers come from is in toolchain.sh.
set -eu
cd "$(dirname "$0")/.."
NAME=bench-board
. scripts/toolchain.sh

OUT=target/bench-board
# All groups, the smallest galleries: minutes under an emulator otherwise.
SHORT="--quick --face-sizes 1000 --finger-sizes 100 --threads 1 --rounds 1 --seconds 1"
mkdir -p "$OUT"

build() { # target
    rust_for "$1"
    # On musl a program is static anyhow.
    EXTRA_RUSTFLAGS="-C target-feature=+crt-static $(remapped)"
    export EXTRA_RUSTFLAGS
    cargo_for "$1" max build --release --target-dir "$OUT" --package kaimen-bench >"$OUT/$1.log" 2>&1 || {
        tail -n 40 "$OUT/$1.log"
        die "$1 could not be built"
    }
}

# Runs it, with everything that it says in a log; its exit code has to be CODE.
bench() { # target log code words...
    target=$1
    log=$2
    expected=$3
    shift 3
    code=0
    # shellcheck disable=SC2046 # the emulator's words are words of their own
    timeout 300 $(emulator "$target") "$program" "$@" >"$log" 2>&1 || code=$?
    [ "$code" = "$expected" ] || {
        tail -n 20 "$log"
        die "$target: kaimen-bench $* ended with $code instead of $expected"
    }
}

# An emulator's times are neither shown nor written unless forced.
check_refusal() { # target
    bench "$1" "$log" 4 run --quick --json "$json"
    grep -q 'this is an emulator' "$log" || die "$1: the refusal does not say why; see $log"
    ! grep -q 'p50' "$log" || die "$1: shows times of an emulator; see $log"
    [ ! -e "$json" ] || die "$1: writes a record of an emulator"
}

check() { # target
    program=$OUT/$1/release/kaimen-bench
    log=$OUT/$1.run.log
    json=$OUT/$1.json
    rm -f "$json" "$OUT/$1.html"
    is_for "$1" "$program"
    is_static "$program"
    ! grep -qF "$PWD" "$program" || die "$1: names a folder of this machine"
    [ "$1" = "$HOST" ] || check_refusal "$1"
    # shellcheck disable=SC2086 # the options are words of their own
    bench "$1" "$log" 0 run $SHORT --json "$json" --force-emulated
    [ "$1" = "$HOST" ] || grep -q '"emulated": *true' "$json" || die "$1: the record does not say that it is an emulator's"
    bench "$1" "$OUT/$1.report.log" 0 report "$json" -o "$OUT/$1.html"
    say "$1: static, $(wc -c <"$program") bytes; a quick run$([ "$1" = "$HOST" ] || echo ', refused unless forced'), and its page"
}

[ $# -gt 0 ] || set -- "$HOST"
c_tools "$@"
for target in "$@"; do
    build "$target"
    check "$target"
done
