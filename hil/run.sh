#!/bin/sh
# The rig on this machine: builds the library and the harness, runs the suites,
# leaves a report in target/hil.
#
#   hil/run.sh                      the library and emulated modules
#   hil/run.sh --rig rig.toml ...   a rig, and any option of `kaimen-hil run`
set -eu
cd "$(dirname "$0")/.."

CARGO=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}
command -v "$CARGO" >/dev/null 2>&1 || {
    echo "hil: cargo is missing: install Rust 1.89 or newer (rustup.rs)" >&2
    exit 3
}
"$CARGO" build --release --package kaimen --features capi
"$CARGO" build --package kaimen-hil --bin kaimen-hil
[ $# -gt 0 ] || set -- --rig hil/rig.emulated.toml
exec "$target/debug/kaimen-hil" run --library "$target/release/libkaimen.so" --report "$target/hil" "$@"
