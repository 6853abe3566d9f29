#!/bin/sh
# The rig where no hardware is: a machine under QEMU with the kernel's real drivers for cameras
# and serial converters. First the machine is a board: the C reader runs on it, and this machine
# drives it over its serial console (suite `door`). Then the suites run in it. The fingerprint
# module is emulated outside of it, on its USB serial converter.
#
#   hil/virtual.sh [--short] [arm64|amd64] [OPTIONS of `kaimen-hil run`]
#
# --short is what `make test` runs: everything answers, frames are counted, the camera and the
# module are unplugged and plugged in again, and the door.
#
# Reports are in target/hil-virtual/ARCHITECTURE: door/report.html and out/report/report.html.
# Where there is no network to have packages from, the line says "skipped: reason"; where CI=true,
# that is a failure.
set -eu
cd "$(dirname "$0")/.."

CARGO=${CARGO:-cargo}
short=
[ "${1:-}" != --short ] || {
    short=yes
    shift
}
case ${1:-} in
arm64 | amd64)
    architecture=$1
    shift
    ;;
*) architecture=arm64 ;;
esac
[ -z "$short" ] || set -- smoke "capture/frame rate and drops" "capture/unplugged while it streams" \
    "faults/unplugged in a transfer" "$@"
folder=$PWD/target/hil-virtual/$architecture
# A socket's path must be short.
sockets=$(mktemp -d)
machine=
emulator=
finish() {
    # QEMU's script ends QEMU.
    for process in $machine $emulator; do
        kill "$process" 2>/dev/null || true
    done
    rm -rf "$sockets"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Looked for before anything is built.
rc=0
sh hil/virtual/run.sh "$architecture" || rc=$?
[ $rc = 0 ] || { [ $rc = 77 ] && exit 0; } || exit $rc

# shellcheck disable=SC2034 # what the lines of scripts/toolchain.sh begin with
NAME=virtual
. scripts/toolchain.sh
case $architecture in
arm64) target=aarch64-unknown-linux-gnu ;;
amd64) target=x86_64-unknown-linux-gnu ;;
esac
c_tools $target
rust_for $target

# In words of their own again when a shell reads them.
quoted() {
    for word in "$@"; do
        printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
    done
}

build() {
    here=${CARGO_TARGET_DIR:-target}/debug
    # This machine's library is what the board's decisions are compared with.
    # shellcheck disable=SC2086 # the words are words of their own
    (unset RUSTC RUSTC_BOOTSTRAP &&
        "$CARGO" build --quiet --locked ${KAIMEN_HIL_BUILD:---package kaimen-hil} --bin kaimen-hil &&
        sh scripts/c_gates.sh lib)
    # Debug builds: on an emulated processor no time says anything. The library in one go with the
    # programs, so that it is built once.
    cargo_for $target max build --package kaimen-hil --bins --package kaimen --lib \
        --features kaimen/capi --target-dir "$FOREIGN"
    rm -rf "$folder"
    mkdir -p "$folder"
    for file in kaimen-hil kaimen-virtual-guest libkaimen.so; do
        cp "$FOREIGN/$target/debug/$file" "$folder/$file"
    done
    CC=$(cc_of $target) sh hil/board/build.sh "$folder/libkaimen.so" "$folder/kaimen-door"
}

# What the machine does: it is a board until it is told to go on, or nobody does.
guest_script() {
    commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
    cat <<GUEST
#!/bin/sh
console=\$(sed 's/.* //' /sys/class/tty/console/active)
LD_LIBRARY_PATH=/lib:/rig ./kaimen-door "/dev/\$console" &
door=\$!
left=600
while [ ! -e go-on ] && [ \$left -gt 0 ]; do
    sleep 1
    left=\$((left - 1))
done
kill \$door 2>/dev/null
./kaimen-virtual-guest plug KAIMEN-CAM-1 /tmp/camera &
./kaimen-virtual-guest tell /tmp/camera plug
exec ./kaimen-hil run --rig rig.toml --report out/report --commit $commit$(quoted "$@")
GUEST
}

# The emulator of the module, for the suites in the machine.
emulate() {
    "$here/kaimen-hil" emulate --profile R503 --socket "$sockets/module" --finger 1 --seconds 900 \
        2>"$sockets/emulator" &
    emulator=$!
}

build
guest_script "$@" >"$folder/run"
chmod +x "$folder/run"
cp hil/rig.virtual.toml "$folder/rig.toml"
cp hil/rig.board.toml "$sockets/rig.toml"

KAIMEN_MODULE_SOCKET=$sockets/module KAIMEN_CONSOLE_SOCKET=$sockets/console \
    KAIMEN_VIRTUAL_SECONDS=${KAIMEN_VIRTUAL_SECONDS:-900} sh hil/virtual/run.sh "$architecture" "$folder" &
machine=$!
left=60
while [ ! -S "$sockets/console" ] && [ $left -gt 0 ]; do
    sleep 1
    left=$((left - 1))
done
door=0
"$here/kaimen-hil" run door --rig "$sockets/rig.toml" --library target/capi/debug/libkaimen.so \
    --report "$folder/door" --deadline 900 || door=$?
: >"$folder/go-on"
emulate
wait "$machine" || rc=$?
machine=
[ ! -e "$folder/out/output" ] || cat "$folder/out/output"
for report in "$folder/door/report.html" "$folder/out/report/report.html"; do
    [ ! -e "$report" ] || echo "report: $report"
done
[ $rc != 0 ] || rc=$door
exit $rc
