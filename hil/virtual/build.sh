#!/bin/sh
# Builds a program of the rig for an architecture of the virtual rig, and prints where it is
# on the last line.
#
#   hil/virtual/build.sh arm64|amd64 BINARY
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC2034 # what the lines of scripts/toolchain.sh begin with
NAME=virtual
. scripts/toolchain.sh

case $1 in
arm64) target=aarch64-unknown-linux-gnu ;;
amd64) target=x86_64-unknown-linux-gnu ;;
*) die "there is no virtual rig for $1" ;;
esac
c_tools "$target"
rust_for "$target"
cargo_for "$target" max build --package kaimen-hil --bin "$2" --target-dir "$FOREIGN"
echo "$FOREIGN/$target/debug/$2"
