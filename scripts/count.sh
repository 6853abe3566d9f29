#!/bin/sh
# Instructions that a search takes a row, counted by callgrind: figures that do not
# depend on the machine's mood. Valgrind knows no AVX-512.
set -eu
cd "$(dirname "$0")/.."
CARGO=${CARGO:-cargo}
rows=8192
command -v valgrind >/dev/null 2>&1 || { echo "count: missing valgrind; on Debian: apt install valgrind" >&2; exit 1; }
program=$("$CARGO" bench --locked --no-run --bench face_count 2>&1 |
    sed -n 's/.*(\(.*face_count-[0-9a-f]*\))$/\1/p')

# Instructions of the whole program.
count() { # tier mode searches
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" $rows "$3" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

echo "| tier | mode | instructions a row, 512 components, $rows rows, a stranger at 0.3 |"
echo "|---|---|---|"
for tier in portable avx2; do
    for mode in proven fast; do
        # What is there with one search and with five more: the five.
        one=$(count $tier $mode 1)
        six=$(count $tier $mode 6)
        echo "| $tier | $mode | $(((six - one) / 5 / rows)) |"
    done
done
