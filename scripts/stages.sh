#!/bin/sh
# Stages of `make test` one after another, and what each of them took.
#
#   scripts/stages.sh STAGE[+STAGE]...
#
# A stage is a target of the Makefile; two with a + between them run at the same time, and what the
# second says is shown once both have ended. The first that fails ends it; the table is printed all
# the same. Processor seconds are those of everything that was started: on a busy machine they say
# more than the clock does.
set -eu
cd "$(dirname "$0")/.."

place=$(mktemp -d)
beside=
# shellcheck disable=SC2317 # the trap calls it
finish() {
    # Make ends what it has started.
    [ -z "$beside" ] || kill "$beside" 2>/dev/null || true
    rm -rf "$place"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Sets BUSY: processor seconds, user and system, of all that has ended so far.
processor() {
    # A subshell would count its own children alone, hence no pipe.
    times >"$place/times"
    BUSY=$(awk -F '[ms ]+' 'NR == 2 { print int($1 * 60 + $2 + $3 * 60 + $4) }' "$place/times")
}

line() { # name seconds processor
    printf '%-20s %5d s, processors %5d s\n' "$1" "$2" "$3"
}

stage() { "${MAKE:-make}" --no-print-directory "$1"; }

# The second as a process of its own, into a log. One that fails does not wait for the other.
pair() { # stage stage
    "${MAKE:-make}" --no-print-directory "$2" >"$place/log" 2>&1 &
    beside=$!
    stage "$1" || return
    echo "stage $1 has ended, $2 goes on; what it said:"
    code=0
    wait "$beside" || code=$?
    beside=
    cat "$place/log"
    return "$code"
}

run() { # stage[+stage]
    case $1 in
    *+*) pair "${1%%+*}" "${1#*+}" ;;
    *) stage "$1" ;;
    esac
}

rc=0
began=$(date +%s)
for name in "$@"; do
    started=$(date +%s)
    processor
    before=$BUSY
    run "$name" || rc=$?
    processor
    took=$(line "$name" $(($(date +%s) - started)) $((BUSY - before)))
    echo "stage $took"
    echo "$took" >>"$place/table"
    [ "$rc" = 0 ] || break
done
echo
cat "$place/table"
line all $(($(date +%s) - began)) "$BUSY"
[ "$rc" = 0 ] || echo "$name failed"
exit "$rc"
