#!/bin/sh
# The library on ARM: its unit tests of kernels and index, and the C examples with the static and
# the shared library, run under qemu-user on processors that differ in their instructions.
#
#   scripts/emulate.sh [TARGET/PROCESSOR:TIER[:REFUSED[+REFUSED]...]]...
#
# TIER is what the library has to find on that PROCESSOR (a name of `qemu-aarch64 -cpu help`, with
# properties), REFUSED what it must not run there when asked to: a kernel that was left out of
# the build, or would be chosen where it cannot run, fails.
#
# Where the compilers come from is in toolchain.sh. Nothing here says how fast it is.
set -eu
cd "$(dirname "$0")/.."
NAME=emulate
. scripts/toolchain.sh

ARM64=aarch64-unknown-linux-gnu
ARM32=armv7-unknown-linux-gnueabihf
# AArch64 without dot products, with them, with matrix products; ARMv7 with NEON. ARMv7 without it is
# run by hand, for it takes as long as two others: $ARM32/cortex-a9,neon=off:portable:armv7-neon
MODELS="$ARM64/cortex-a53:neon:neon-dotprod+neon-i8mm $ARM64/cortex-a76:neon-dotprod:neon-i8mm
    $ARM64/max:neon-i8mm $ARM32/cortex-a7:armv7-neon"
EXAMPLES=$(sed -n 's/^EXAMPLES="\(.*\)"$/\1/p' scripts/c_gates.sh)
LINK_FLAGS=$(sed -n 's/^LINK_FLAGS="\(.*\)"$/\1/p' scripts/c_gates.sh)
OUT=target/emulate
mkdir -p "$OUT"

cargo_here() { # target processor verb words...
    on=$1
    model=$2
    what=$3
    shift 3
    cargo_for "$on" "$model" "$what" --target-dir "$FOREIGN" --lib "$@"
}

show() { # log message
    tail -n 60 "$1"
    die "$2"
}

unit_tests() { # target processor tier refused log
    # Left out: what compares hundreds of thousands of rows one code at a time. It takes minutes here,
    # and the tiers are compared by the other tests of the cascade as well.
    skips="--skip error_law --skip every_way_of_searching --skip rows_that_wait --skip a_template_finds"
    modules="kernels:: index::"
    case $1/$2 in
    # The index above portable kernels is what x86-64 tests; here it takes more than ten minutes.
    *neon=off) modules=kernels:: ;;
    # An emulated 32-bit processor takes minutes for each of these.
    "$ARM32"/*) skips="$skips --skip any_changes --skip a_floor_at_a_score --skip pairs_are_found --skip threads_find" ;;
    esac
    # shellcheck disable=SC2086 # the tests are words of their own
    KAIMEN_EXPECT_TIER=$3 KAIMEN_REFUSED_TIERS=$4 cargo_here "$1" "$2" test -- \
        $modules $skips >"$5" 2>&1 ||
        show "$5" "the unit tests of $1 failed on $2"
    # A filter that finds no test, or a test that says nothing, proves nothing.
    { grep -q "detected $3\$" "$5" && passed=$(grep -o '[1-9][0-9]* passed' "$5"); } ||
        show "$5" "$1 on $2: the log does not show that $3 was tested"
    say "$1 on $2: unit tests, $passed, $(grep -o 'tiers .*' "$5")"
}

# The libraries once a target, and each example linked with both of them.
build_examples() { # target
    [ ! -e "$OUT/$1/built" ] || return 0
    mkdir -p "$OUT/$1"
    cargo_here "$1" max rustc --features capi --crate-type staticlib,cdylib >"$OUT/build.log" 2>&1 ||
        show "$OUT/build.log" "the library for $1 could not be built"
    for example in $EXAMPLES; do
        # shellcheck disable=SC2086 # the flags are words of their own
        $(cc_of "$1") -std=c11 -Wall -Wextra -Werror -O1 -pthread -Iinclude "c_examples/$example.c" \
            -o "$OUT/$1/$example.static" "$FOREIGN/$1/debug/libkaimen.a" $LINK_FLAGS
        $(cc_of "$1") -std=c11 -Wall -Wextra -Werror -O1 -pthread -Iinclude "c_examples/$example.c" \
            -o "$OUT/$1/$example.shared" -L"$FOREIGN/$1/debug" -lkaimen -lm
    done
    : >"$OUT/$1/built"
}

# The exit code of an example is its verdict; the first one says which tier it runs on.
run_examples() { # target processor tier log
    for kind in static shared; do
        for example in $EXAMPLES; do
            program=$OUT/$1/$example.$kind
            # shellcheck disable=SC2046 # the emulator's words are words of their own
            timeout 300 $(emulator "$1" "$2") -E "LD_LIBRARY_PATH=$FOREIGN/$1/debug" "$program" 20 \
                >"$4" 2>&1 || show "$4" "$program failed on $2"
            case $example in
            01_*)
                grep -q "kernels: $3\$" "$4" || show "$4" "$program on $2 did not find $3"
                ;;
            esac
        done
    done
    say "$1 on $2: C examples, static and shared, kernels: $3"
}

model() { # target processor tier refused
    log=$OUT/$(echo "$1-$2" | tr ',=' '--').log
    unit_tests "$1" "$2" "$3" "$4" "$log"
    build_examples "$1"
    run_examples "$1" "$2" "$3" "$log"
}

# shellcheck disable=SC2086 # the models are words of their own
[ $# -gt 0 ] || set -- $MODELS
# shellcheck disable=SC2046 # targets have no spaces
c_tools $(printf '%s\n' "$@" | cut -d/ -f1 | sort -u)
rm -f "$OUT"/*/built
last=
for model in "$@"; do
    target=${model%%/*}
    [ "$target" = "$last" ] || rust_for "$target"
    last=$target
    IFS=: read -r processor tier refused <<MODEL
${model#*/}
MODEL
    model "$target" "$processor" "$tier" "$(echo "$refused" | tr + ' ')"
done
# The gate looks: a tier that is not the one expected must fail, and so must one that is not refused.
for wrong in KAIMEN_EXPECT_TIER=another "KAIMEN_EXPECT_TIER=$tier KAIMEN_REFUSED_TIERS=portable"; do
    # shellcheck disable=SC2086 # the variables are words of their own
    if (export $wrong && cargo_here "$target" "$processor" test -- kernels::tests:: >"$OUT/wrong.log" 2>&1) ||
        ! grep -q ' 1 failed' "$OUT/wrong.log"; then
        die "$wrong passed; see $OUT/wrong.log"
    fi
done
