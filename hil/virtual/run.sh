#!/bin/sh
# Boots the virtual rig: a machine under QEMU with the kernel's real drivers for
# cameras and serial converters, that runs one script and gives back its files.
#
#   hil/virtual/run.sh arm64|amd64 FOLDER
#   hil/virtual/run.sh arm64|amd64          only gets what the machine is made of
#
# FOLDER is the machine's /rig: it runs FOLDER/run (a program or a script of
# busybox sh) there, as root. Afterwards FOLDER/out has what that wrote, with
# `output` (both streams), `rc`, `kernel.log`, and `console.log` of the whole boot.
# The exit status is that of `run`; 124 where the machine did not end in time; 77 where
# nothing was run.
#
#   KAIMEN_VIRTUAL_SECONDS  the longest that the machine may run (default 600)
#   KAIMEN_MODULE_SOCKET    a socket that QEMU makes: whoever connects to it is a USB
#                           serial converter (FTDI) plugged in, and unplugged when they leave
#   KAIMEN_CONSOLE_SOCKET   a socket that QEMU makes: the machine's serial console
#
# Everything comes from Debian's packages, unpacked under target/virtual. Where there is no
# network to have them from, the line says "skipped: reason"; where CI=true, that is a failure.
# A package that is broken is one everywhere.
set -eu
cd "$(dirname "$0")/../.."
OUT=$PWD/target/virtual
mkdir -p "$OUT"

say() { echo "virtual: $*"; }
fail() {
    say "$*"
    exit 1
}
skip() {
    say "skipped: $*"
    [ "${CI:-}" != true ] || fail "nothing may be skipped in CI"
    exit 77
}
have() { command -v "$1" >/dev/null 2>&1; }

. hil/virtual/packages.sh
. hil/virtual/initramfs.sh

# Without the processor's own virtualisation: the machine's speed says nothing.
boot() { # arm64|amd64 folder
    module=
    [ -z "${KAIMEN_MODULE_SOCKET:-}" ] || module="-device qemu-xhci,id=usb
        -chardev socket,id=module,path=$KAIMEN_MODULE_SOCKET,server=on,wait=off
        -device usb-serial,bus=usb.0,chardev=module,serial=KAIMEN-MODULE-1"
    line="-serial file:$2/out/console.log"
    [ -z "${KAIMEN_CONSOLE_SOCKET:-}" ] ||
        line="-chardev socket,id=console,path=$KAIMEN_CONSOLE_SOCKET,server=on,wait=off,logfile=$2/out/console.log
            -serial chardev:console"
    case $1 in
    arm64)
        machine="qemu-system-aarch64 -machine virt -cpu cortex-a76"
        console=ttyAMA0
        ;;
    amd64)
        machine="qemu-system-x86_64 -machine q35 -cpu max"
        console=ttyS0
        ;;
    esac
    started=$(date +%s)
    # shellcheck disable=SC2086 # the machine's options are words of their own
    become $machine -accel tcg,thread=multi -smp 2 -m 512 -nodefaults -no-reboot -display none \
        -L "$TOOLS/usr/share/qemu" -L "$TOOLS/usr/share/seabios" -L "$TOOLS/usr/lib/ipxe/qemu" \
        -kernel "$KERNEL" -initrd "$INITRD" -append "console=$console quiet panic=-1 mitigations=off" \
        -fsdev local,id=rig,path="$2",security_model=none -device virtio-9p-pci,fsdev=rig,mount_tag=rig \
        $module $line </dev/null &
    machine=$!
    trap 'kill $machine 2>/dev/null || true' EXIT INT TERM
    watch "$machine" "${KAIMEN_VIRTUAL_SECONDS:-600}"
    trap - EXIT INT TERM
    say "$1 ran for $(($(date +%s) - started)) s"
}

# Waits for the machine to end, and ends it where it does not.
watch() { # process seconds
    left=$2
    while kill -0 "$1" 2>/dev/null; do
        if [ "$left" -le 0 ]; then
            kill "$1" 2>/dev/null || true
            sleep 1
            kill -9 "$1" 2>/dev/null || true
            say "the machine did not end within $2 s"
            overdue=yes
            break
        fi
        sleep 1
        left=$((left - 1))
    done
    wait "$1" 2>/dev/null || true
}

[ $# = 1 ] || [ $# = 2 ] || fail "usage: hil/virtual/run.sh arm64|amd64 [FOLDER]"
case $1 in arm64 | amd64) ;; *) fail "there is no virtual rig for $1" ;; esac
if [ $# = 1 ]; then
    tools
    guest "$1"
    initramfs "$1"
    exit 0
fi
[ -x "$2/run" ] || fail "$2/run is not there, or is not executable"
shared=$(cd "$2" && pwd)
# QEMU's options are split at spaces.
case $shared in *[[:space:],]*) fail "$shared has a space or a comma in its name" ;; esac
rm -rf "$shared/out"
mkdir "$shared/out"
overdue=
tools
guest "$1"
initramfs "$1"
boot "$1" "$shared"
[ -z "$overdue" ] || exit 124
[ -e "$shared/out/rc" ] || {
    tail -n 40 "$shared/out/console.log"
    fail "the machine ended without a result"
}
exit "$(cat "$shared/out/rc")"
