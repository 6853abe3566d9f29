#!/bin/sh
# Builds that leave parts out (the cargo features `fingerprint` and `store`).
#
#   scripts/parts.sh          each combination: no warnings, its tests; the smallest within its size
#   scripts/parts.sh sizes    the sizes of all of them, for the table in README.md
#
# The whole library is what everything else builds and tests.
set -eu
cd "$(dirname "$0")/.."
NAME=parts
. scripts/toolchain.sh
. scripts/library.sh

OUT=target/parts
# Where library.sh finds what was built.
CROSS=$OUT
ABI=$(sed -n 's/^#define KAIMEN_ABI_VERSION \([0-9]*\)$/\1/p' include/kaimen.h)
[ -n "$ABI" ] || die "include/kaimen.h was not understood"
# What asks for a part that may not be there.
NEED_A_PART="07_finger 09_store"
mkdir -p "$OUT"

# Parts are features with commas between them; none is an empty word.
tests() { # parts tests...
    parts=$1
    shift
    "$CARGO" clippy --quiet --locked --package kaimen --all-targets --no-default-features \
        --features "capi $parts" -- -D warnings
    "$CARGO" test --quiet --locked --package kaimen --no-default-features --features "capi $parts" \
        "$@" >"$OUT/tests.log" 2>&1 || {
        tail -n 60 "$OUT/tests.log"
        die "the tests of a build with ${parts:-neither} failed"
    }
    passed=$(sed -n 's/^test result: ok. \([1-9][0-9]*\) passed.*/\1/p' "$OUT/tests.log" | paste -sd+ -)
    [ -n "$passed" ] || die "with ${parts:-neither}: no test was run"
    say "with ${parts:-neither}: no warnings, $passed tests"
}

# The library of this machine with some parts, as the archive would have it, and the program that
# only identifies faces.
ship() { # parts
    CROSS_OUT=$OUT CROSS_PARTS="--no-default-features --features ${1:-capi}" sh scripts/cross.sh "$HOST"
    # The same symbols in every build, which merge insists on.
    merge "$HOST" "$OUT/kaimen.o"
    share "$HOST" "$OUT/kaimen.o" "$OUT/libkaimen.so.$ABI"
    link 02_door -O2
    "$(binutil "$HOST" strip)" "$OUT/02_door"
}

# An example with the static library.
link() { # example flags...
    example=$1
    shift
    # shellcheck disable=SC2046 # the libraries are words of their own
    $(cc_of "$HOST") -std=c11 "$@" -Iinclude "c_examples/$example.c" -o "$OUT/$example" \
        "$OUT/kaimen.o" -Wl,--gc-sections $(libraries "$HOST")
}

# A vendor's code is compiled and linked as ever, and what needs no part works.
examples() {
    for source in c_examples/*.c; do
        example=$(basename "$source" .c)
        [ "$example" = 02_door ] || link "$example" -O1 -Wall -Wextra -Werror
        case " $NEED_A_PART " in *" $example "*) continue ;; esac
        timeout 300 "$OUT/$example" 20 >"$OUT/run.log" 2>&1 || {
            tail -n 20 "$OUT/run.log"
            die "$example failed"
        }
    done
    say "without parts: every example links, all but $NEED_A_PART run"
}

sizes() {
    for parts in fingerprint,store fingerprint store ""; do
        ship "$parts" >"$OUT/ship.log" || die "not built: $(tail -n 5 "$OUT/ship.log")"
        say "${parts:-neither}: 02_door $(wc -c <"$OUT/02_door"), shared library $(wc -c <"$OUT/libkaimen.so.$ABI")"
    done
}

c_tools "$HOST"
rust_for "$HOST" >/dev/null
if [ "${1:-}" = sizes ]; then
    sizes
    exit 0
fi
tests "" --lib --test parts
tests fingerprint --test parts
tests store --test parts
ship ""
examples
within "$HOST" face-program-bare "$OUT/02_door"
within "$HOST" shared-library-bare "$OUT/libkaimen.so.$ABI"
