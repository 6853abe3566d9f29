#!/bin/sh
# Measures face_1n with every competitor that can be had; see bench.rs.
#
#     make bench-1n ARGS="--sizes 10000 --rounds 9 --json target/face_1n.json"
#
# KAIMEN_BENCH_DIMENSION=128 before it measures templates of so many components instead of 512.
#
# FAISS and sqlite-vec go into a virtual environment in the target folder. What
# cannot be installed is left out, and the bench says so.
set -eu
# Paths in the arguments are those of the caller: the folder is not changed.
here=$(dirname "$0")
target=${CARGO_TARGET_DIR:-$here/../../target}/bench-1n
venv=$target/venv

say() { echo "bench-1n: $*" >&2; }

install() { # package: as it was when this was written
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$1" ||
        say "could not install $1; going on without"
}

prepare() {
    [ -e "$venv/complete" ] && return
    say "installing the side programs into $venv"
    mkdir -p "$target"
    python3 -m venv "$venv" || { say "python3 makes no virtual environment"; return; }
    for package in numpy faiss-cpu==1.15.1 sqlite-vec==0.1.9 apsw; do install "$package"; done
    "$venv/bin/python" -c "import numpy, faiss, sqlite_vec, apsw" && : >"$venv/complete" || true
}

if command -v python3 >/dev/null 2>&1; then prepare; else say "there is no python3"; fi
# Whole: cargo runs the bench in the folder of its package.
if [ -x "$venv/bin/python" ]; then KAIMEN_BENCH_PYTHON=$(cd "$venv" && pwd)/bin/python && export KAIMEN_BENCH_PYTHON; fi

features=peers
command -v c++ >/dev/null 2>&1 || { say "no C++ compiler: going on without NumKong and USearch"; features=; }
# --json is relative to the folder of the caller; cargo would run in the package's.
KAIMEN_BENCH_FOLDER=$(pwd) exec "${CARGO:-cargo}" bench --quiet --locked --bench face_1n \
    --manifest-path "$here/Cargo.toml" --target-dir "$target" --features "$features" -- "$@"
