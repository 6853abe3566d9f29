#!/bin/sh
# Stages of `make test` one after another, and what each of them took.
#
#   scripts/stages.sh STAGE...
#
# A stage is a target of the Makefile. The first that fails ends it; the table is printed all the
# same. Processor seconds are those of everything that a stage has started: on a busy machine they
# say more than the clock does.
set -eu
cd "$(dirname "$0")/.."

table=$(mktemp)
clock=$(mktemp)
trap 'rm -f "$table" "$clock"' EXIT
trap 'exit 130' INT TERM

# Sets BUSY: processor seconds, user and system, of all that has ended so far.
processor() {
    # A subshell would count its own children alone, hence no pipe.
    times >"$clock"
    BUSY=$(awk -F '[ms ]+' 'NR == 2 { print int($1 * 60 + $2 + $3 * 60 + $4) }' "$clock")
}

line() { # name seconds processor
    printf '%-10s %5d s, processors %5d s\n' "$1" "$2" "$3"
}

rc=0
began=$(date +%s)
for stage in "$@"; do
    started=$(date +%s)
    processor
    before=$BUSY
    "${MAKE:-make}" --no-print-directory "$stage" || rc=$?
    processor
    took=$(line "$stage" $(($(date +%s) - started)) $((BUSY - before)))
    echo "stage $took"
    echo "$took" >>"$table"
    [ "$rc" = 0 ] || break
done
echo
cat "$table"
line all $(($(date +%s) - began)) "$BUSY"
[ "$rc" = 0 ] || echo "$stage failed"
exit "$rc"
