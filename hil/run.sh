#!/bin/sh
# The rig on this machine: builds the library, the harness and the C reader, runs the suites,
# leaves a report in target/hil.
#
#   hil/run.sh [--debug]            the library, emulated modules, libfprint's virtual reader where there
#                                   is a libfprint, the C reader as a program here
#   hil/run.sh --rig rig.toml ...   a rig, and any option of `kaimen-hil run`
#
# KAIMEN_HIL_BUILD: packages and features that cargo builds the harness with; as other builds had
# them, nothing is built again.
# --debug takes the unoptimised library of the C gates, which other tests have built already.
set -eu
cd "$(dirname "$0")/.."

CARGO=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
command -v "$CARGO" >/dev/null 2>&1 || {
    echo "hil: cargo is missing: install Rust 1.89 or newer (rustup.rs)" >&2
    exit 3
}
if [ "${1:-}" = --debug ]; then
    shift
    sh scripts/c_gates.sh lib
    library=target/capi/debug/libkaimen.so
else
    "$CARGO" build --release --locked --package kaimen --features capi
    library=$target/release/libkaimen.so
fi
# shellcheck disable=SC2086 # the words are words of their own
"$CARGO" build --locked ${KAIMEN_HIL_BUILD:---package kaimen-hil} --bin kaimen-hil

# The emulated rig, with the reader of hil/board as a program in the place of a board.
emulated_rig() {
    mkdir -p "$target/hil-rig"
    cp "$library" "$target/hil-rig/libkaimen.so"
    sh hil/board/build.sh "$target/hil-rig/libkaimen.so" "$target/hil-rig/kaimen-door"
    cat hil/rig.emulated.toml - >"$target/hil-rig/rig.toml" <<'BOARD'

[[board]]
name = "reader"
program = "kaimen-door"
module = { profile = "R503" }
BOARD
    usb_reader
}

# libfprint's virtual reader, where there is a libfprint.
usb_reader() {
    rc=0
    sh hil/reader/build.sh "$target/hil-rig/kaimen-fprint" || rc=$?
    case $rc in
    0) ;;
    77) return 0 ;;
    *) exit $rc ;;
    esac
    cat >>"$target/hil-rig/rig.toml" <<'READER'

[[reader]]
name = "emulated USB reader"
emulated = true
program = "kaimen-fprint"
READER
}

has_rig=
for word in "$@"; do
    case $word in --rig | --rig=*) has_rig=yes ;; esac
done
[ -n "$has_rig" ] || {
    emulated_rig
    set -- --rig "$target/hil-rig/rig.toml" "$@"
}
exec "$target/debug/kaimen-hil" run --library "$library" --report "$target/hil" "$@"
