#!/bin/sh
# The rig where no hardware is: the suites run in a machine under QEMU, over the kernel's real
# drivers for cameras and serial converters. The library and the harness are built for that
# machine; a fingerprint module is emulated outside of it, on its USB serial converter.
#
#   hil/virtual.sh [arm64|amd64] [OPTIONS of `kaimen-hil run`]
#
# The report is in target/hil-virtual/ARCHITECTURE/out/report. Where packages cannot be had,
# the line says "skipped: reason"; where CI=true, that is a failure.
set -eu
cd "$(dirname "$0")/.."

CARGO=${CARGO:-cargo}
case ${1:-} in
arm64 | amd64)
    architecture=$1
    shift
    ;;
*) architecture=arm64 ;;
esac
folder=$PWD/target/hil-virtual/$architecture
# A socket's path must be short.
sockets=$(mktemp -d)
emulator=
finish() {
    [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true
    rm -rf "$sockets"
}
trap finish EXIT INT TERM

# shellcheck disable=SC2034 # what the lines of scripts/toolchain.sh begin with
NAME=virtual
. scripts/toolchain.sh
case $architecture in
arm64) target=aarch64-unknown-linux-gnu ;;
amd64) target=x86_64-unknown-linux-gnu ;;
esac
out=${CARGO_TARGET_DIR:-target}/virtual
"$CARGO" build --package kaimen-hil --bin kaimen-hil
here=${CARGO_TARGET_DIR:-target}/debug/kaimen-hil
c_tools $target
rust_for $target
# Debug builds: on an emulated processor no time says anything.
cargo_for $target max build --package kaimen-hil --bins --target-dir "$out"
cargo_for $target max build --package kaimen --features capi --target-dir "$out"

mkdir -p "$folder"
for file in kaimen-hil kaimen-virtual-guest libkaimen.so; do
    cp "$out/$target/debug/$file" "$folder/$file"
done
cp hil/rig.virtual.toml "$folder/rig.toml"
cat >"$folder/run" <<GUEST
#!/bin/sh
./kaimen-virtual-guest plug KAIMEN-CAM-1 /tmp/camera &
./kaimen-virtual-guest tell /tmp/camera plug
exec ./kaimen-hil run --rig rig.toml --report out/report --commit "$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)" $*
GUEST
chmod +x "$folder/run"

# The emulator plugs itself in when QEMU listens.
(
    left=3600
    while [ ! -S "$sockets/module" ] && [ $left -gt 0 ]; do
        sleep 1
        left=$((left - 1))
    done
    sleep 1
    exec "$here" emulate --profile R503 --socket "$sockets/module" --finger 1 --seconds 900 2>"$sockets/emulator"
) &
emulator=$!
rc=0
KAIMEN_MODULE_SOCKET=$sockets/module sh hil/virtual/run.sh "$architecture" "$folder" || rc=$?
[ ! -e "$folder/out/output" ] || cat "$folder/out/output"
[ ! -e "$folder/out/report/report.html" ] || echo "report: $folder/out/report/report.html"
exit $rc
