#!/bin/sh
# The kernels and the index on AArch64: their unit tests, built for it and run
# under qemu-user on processors that differ in their instructions.
#
#   scripts/emulate.sh [PROCESSOR:TIER]...
#
# TIER is what the library has to find on that PROCESSOR (a name of `qemu-aarch64
# -cpu help`): a kernel that was left out, or chosen where it cannot run, fails.
#
# The compiler is rustup's where `rustup target add aarch64-unknown-linux-gnu`
# was done; else Debian's rustc-web with its sources, unpacked under
# target/emulate and not installed. What is missing besides is installed with
# apt where that is possible. Where nothing helps, the line says "skipped:
# reason"; where CI=true, that is a failure. Nothing here says how fast it is.
set -eu
cd "$(dirname "$0")/.."

MODELS="cortex-a53:neon cortex-a76:neon-dotprod max:neon-i8mm"
TARGET=aarch64-unknown-linux-gnu
OUT=target/emulate
CARGO=${CARGO:-cargo}
mkdir -p "$OUT"

say() { echo "emulate: $*"; }

skip() {
    say "skipped: $*"
    if [ "${CI:-}" = true ]; then
        say "nothing may be skipped in CI"
        exit 1
    fi
    exit 0
}

have() { command -v "$1" >/dev/null 2>&1; }

can_install() { [ "$(id -u)" = 0 ] && have apt-get; }

# Once a run. Some list often cannot be had; what is missing is named later.
refresh() {
    if [ -z "${refreshed:-}" ] && can_install; then
        refreshed=yes
        apt-get update -qq >"$OUT/apt.log" 2>&1 || say "the package lists could not all be refreshed; trying anyway"
    fi
}

# The linker and C library of the target, and the emulator.
tools() {
    missing=""
    have aarch64-linux-gnu-gcc || missing="$missing gcc-aarch64-linux-gnu"
    [ -n "$(ls /usr/aarch64-linux-gnu/lib/crt1.o /usr/lib/aarch64-linux-gnu/crt1.o 2>/dev/null)" ] ||
        missing="$missing libc6-dev-arm64-cross"
    have qemu-aarch64-static || have qemu-aarch64 || missing="$missing qemu-user-static"
    if [ -n "$missing" ]; then
        can_install || skip "missing$missing; on Debian: apt install$missing"
        say "installing$missing"
        refresh
        # shellcheck disable=SC2086 # the packages are words of their own
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
            >"$OUT/apt.log" 2>&1 || skip "apt cannot install$missing; see $OUT/apt.log"
    fi
    qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64)
}

# Sets RUSTC and the words that cargo needs for it.
tool_chain() {
    std=
    if ls "$(rustc --print target-libdir --target $TARGET)"/libstd-*.rlib >/dev/null 2>&1; then
        RUSTC=$(command -v rustc)
    else
        RUSTC=$(find "$PWD/$OUT" -maxdepth 2 -path '*/rust-*/rustc' | sort -V | tail -n 1)
        [ -n "$RUSTC" ] || unpack
        # Library and compiler are of one version, and only built together.
        export RUSTC_BOOTSTRAP=1
        std=-Zbuild-std=std,panic_unwind,test
    fi
    export RUSTC
    say "tool chain: $("$RUSTC" --version), $TARGET ${std:-installed}"
}

# Debian's newest rustc-web, its library as source, and the LLVM it needs.
unpack() {
    if ! have apt-get || ! have dpkg-deb; then
        skip "no Rust for $TARGET; with rustup: rustup target add $TARGET"
    fi
    refresh
    version=$(apt-cache madison rust-web-src | awk '{ print $3 }' | sort -V | tail -n 1)
    needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    if [ "$(printf '%s\n' "$needed" "${version:-0}" | sort -V | head -n 1)" != "$needed" ]; then
        skip "no Rust $needed for $TARGET; apt has rust-web-src ${version:-not at all}"
    fi
    library=$(depends_on libstd-rust-web-dev "$version" libstd-rust-web)
    llvm=$(depends_on "$library" "$version" libllvm)
    say "unpacking Debian's rustc-web $version"
    part=$PWD/$OUT/unpacking
    rm -rf "$part"
    mkdir -p "$part/debs"
    (cd "$part/debs" && apt-get -qq -o APT::Sandbox::User=root download "rustc-web=$version" \
        "libstd-rust-web-dev=$version" "$library=$version" "rust-web-src=$version" "$llvm") \
        >"$OUT/apt.log" 2>&1 || skip "apt cannot download rustc-web $version; see $OUT/apt.log"
    for package in "$part"/debs/*.deb; do
        # Only the library of the sources: the compiler's own are ten times as many.
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$part" --wildcards --no-wildcards-match-slash \
            --exclude='./usr/src/*/compiler' --exclude='./usr/src/*/src' --exclude='./usr/share'
    done
    rm -r "$part/debs"
    cat >"$part/rustc" <<'END'
#!/bin/sh
usr=$(dirname "$0")/usr
LD_LIBRARY_PATH=$(echo "$usr"/lib/*-linux-gnu) exec "$usr/bin/rustc" "$@"
END
    chmod +x "$part/rustc"
    home=$PWD/$OUT/rust-${version%%+*}
    rm -rf "$home"
    mv "$part" "$home"
    RUSTC=$home/rustc
}

# The package that PACKAGE of VERSION depends on and whose name starts so.
depends_on() { # package version start
    apt-cache show "$1=$2" | sed -n 's/^Depends: //p' | tr ', ' '\n' | grep "^$3" | head -n 1
}

# Unoptimised dependencies: the tests take a second, building takes minutes.
tests() { # processor tier [test]
    processor=$1
    tier=$2
    shift 2
    prefix=/usr/aarch64-linux-gnu
    [ -d $prefix/lib ] || prefix=/
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="$qemu -cpu $processor -L $prefix" \
        KAIMEN_EXPECT_TIER=$tier "$CARGO" test --quiet --locked --lib --target $TARGET \
        --target-dir "$OUT" --config 'profile.dev.package."*".opt-level=0' $std -- "$@"
}

run() { # processor tier
    log=$OUT/$1.log
    # Left out: what compares millions of rows one code at a time. It takes minutes here,
    # and the tiers are compared by the other tests of the cascade as well.
    if ! tests "$1" "$2" kernels:: index:: --skip error_law --skip every_way_of_searching >"$log" 2>&1; then
        tail -n 60 "$log"
        say "$1 failed"
        exit 1
    fi
    # A filter that finds no test, or a test that says nothing, proves nothing.
    if ! grep -q "detected $2\$" "$log" || ! passed=$(grep -o '[1-9][0-9]* passed' "$log"); then
        tail -n 60 "$log"
        say "$1: the log does not show that $2 was tested"
        exit 1
    fi
    say "$1: $passed, $(grep -o 'tiers .*' "$log")"
}

tools
tool_chain
# shellcheck disable=SC2086 # the models are words of their own
[ $# -gt 0 ] || set -- $MODELS
for model in "$@"; do
    run "${model%%:*}" "${model#*:}"
done
# The gate looks: a tier that is not the one expected must fail.
if tests "${model%%:*}" another the_detected_tier >"$OUT/another.log" 2>&1 ||
    ! grep -q '1 failed' "$OUT/another.log"; then
    say "a tier that was not expected passed; see $OUT/another.log"
    exit 1
fi
