# The compilers, linkers and emulators of the targets: sourced by the scripts beside it, from
# the root of the repository, after `NAME` (what their lines begin with) was set.
#
# Rust is rustup's where it has the target installed; else Debian's rustc-web with the sources of
# its library, unpacked under target/tools and not installed. What is missing besides is installed
# with apt where that is possible. Where nothing helps, the line says "skipped: reason"; where
# CI=true, that is a failure.
# shellcheck shell=sh disable=SC2153 # NAME is the sourcing script's

TOOLS=$PWD/target/tools
# Debug builds for other machines, all in one folder: what they share, Rust's own library first of
# all, is built once.
# shellcheck disable=SC2034 # for the scripts that source this
FOREIGN=${CARGO_TARGET_DIR:-target}/foreign
CARGO=${CARGO:-cargo}
HOST=$(rustc -vV | sed -n 's/^host: //p')
# What a vendor's reader runs; the first is where everything is developed.
# shellcheck disable=SC2034 # for the scripts that source this
TARGETS="x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu armv7-unknown-linux-gnueabihf
    aarch64-unknown-linux-musl"
APT_LOG=$TOOLS/apt-$NAME.log
# A deadline for every program that is run under an emulator, in seconds.
DEADLINE=1800
mkdir -p "$TOOLS"

say() { echo "$NAME: $*"; }

die() {
    say "$*"
    exit 1
}

skip() {
    say "skipped: $*"
    [ "${CI:-}" != true ] || die "nothing may be skipped in CI"
    exit 0
}

have() { command -v "$1" >/dev/null 2>&1; }

can_install() { [ "$(id -u)" = 0 ] && have apt-get; }

# Stages run beside each other, and apt waits for no other: it fails.
one_apt() { DEBIAN_FRONTEND=noninteractive flock "$TOOLS/apt.lock" apt-get -qq "$@"; }

# Once a run. Some list often cannot be had; what is missing is named later.
refresh() {
    [ -z "${refreshed:-}" ] && can_install || return 0
    refreshed=yes
    one_apt update >"$APT_LOG" 2>&1 || one_apt update >"$APT_LOG" 2>&1 ||
        say "the package lists could not all be refreshed; trying anyway"
}

# Installs what is named, or says in one line what is missing.
install() { # packages
    [ -n "$*" ] || return 0
    can_install || skip "missing $*; on Debian: apt install $*"
    say "installing $*"
    refresh
    one_apt install -y --no-install-recommends "$@" \
        >"$APT_LOG" 2>&1 || skip "apt cannot install $*; see $APT_LOG"
}

# The prefix of a target's C tools and of its library's folder.
c_prefix() { # target
    case $1 in
    "$HOST") ;;
    aarch64-*) echo aarch64-linux-gnu ;;
    armv7-*) echo arm-linux-gnueabihf ;;
    *) die "unknown target $1" ;;
    esac
}

# A tool of binutils, for a target.
binutil() { # target tool
    set -- "$(c_prefix "$1")" "$2"
    echo "${1:+$1-}$2"
}

# The C compiler of a target.
cc_of() { # target
    case $1 in
    "$HOST") echo gcc ;;
    *-musl) echo "$TOOLS/musl/gcc" ;;
    *) binutil "$1" gcc ;;
    esac
}

# What `readelf -h` says of a program for the target.
machine() { # target
    case $1 in
    x86_64-*) echo X86-64 ;;
    aarch64-*) echo AArch64 ;;
    armv7-*) echo ARM ;;
    esac
}

# Dies unless a program or a shared library is of the target's machine and floating-point ABI.
is_for() { # target file
    readelf -h "$2" | grep -q "Machine: .*$(machine "$1")\$" || die "$2 is not for $1"
    case $1 in
    *hf) readelf -h "$2" | grep -q 'hard-float ABI' || die "$2 is not of the hard-float ABI" ;;
    esac
}

# Dies unless a program needs neither a shared library nor a loader.
is_static() { # file
    ! readelf -lW "$1" | grep -q INTERP || die "$1 asks for a loader"
    ! readelf -dW "$1" | grep -q NEEDED || die "$1 is not static"
}

# The name of a target in the environment of cargo.
cargo_name() { echo "$1" | tr 'a-z-' 'A-Z_'; }

# Linker, C library and emulator of each target.
c_tools() { # targets
    missing=""
    for target in "$@"; do
        case $target in
        "$HOST") have gcc || missing="$missing gcc libc6-dev" ;;
        aarch64-*) need_cross aarch64-linux-gnu gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
        armv7-*) need_cross arm-linux-gnueabihf gcc-arm-linux-gnueabihf libc6-dev-armhf-cross ;;
        *) die "unknown target $target" ;;
        esac
        [ "$target" = "$HOST" ] || have qemu-aarch64-static || have qemu-aarch64 ||
            missing="$missing qemu-user-static"
    done
    # shellcheck disable=SC2086 # the packages are words of their own
    install $missing
    for target in "$@"; do
        case $target in *-musl) musl ;; esac
    done
}

need_cross() { # prefix compiler library
    have "$1-gcc" || missing="$missing $2"
    [ -e "/usr/$1/lib/crt1.o" ] || [ -e "/usr/lib/$1/crt1.o" ] || missing="$missing $3"
}

# How a program of a target is run here.
emulator() { # target [processor]
    case $1 in
    "$HOST") return 0 ;;
    aarch64-*) set -- qemu-aarch64 aarch64-linux-gnu "${2:-max}" ;;
    armv7-*) set -- qemu-arm arm-linux-gnueabihf "${2:-max}" ;;
    esac
    prefix=/usr/$2
    [ -d "$prefix/lib" ] || prefix=/
    echo "$(command -v "$1-static" || command -v "$1") -cpu $3 -L $prefix"
}

# Sets RUSTC, and STD: the words that cargo needs for a library that is built, or nothing.
rust_for() { # target
    STD=
    unset RUSTC_BOOTSTRAP
    if ls "$(rustc --print target-libdir --target "$1")"/libstd-*.rlib >/dev/null 2>&1; then
        RUSTC=$(command -v rustc)
    else
        RUSTC=$(find "$TOOLS" -maxdepth 2 -path '*/rust-*/rustc' | sort -V | tail -n 1)
        [ -n "$RUSTC" ] || unpack_rust "$1"
        # Library and compiler are of one version, and only built together.
        export RUSTC_BOOTSTRAP=1
        STD=-Zbuild-std=std,panic_unwind,test
    fi
    export RUSTC
    say "tool chain of $1: $("$RUSTC" --version), ${STD:-library installed}"
}

# Debian's newest rustc-web, its library as source, and the LLVM it needs.
unpack_rust() { # target
    if ! have apt-get || ! have dpkg-deb; then
        skip "no Rust for $1; with rustup: rustup target add $1"
    fi
    refresh
    version=$(apt-cache madison rust-web-src | awk '{ print $3 }' | sort -V | tail -n 1)
    needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    if [ "$(printf '%s\n' "$needed" "${version:-0}" | sort -V | head -n 1)" != "$needed" ]; then
        skip "no Rust $needed for $1; apt has rust-web-src ${version:-not at all}"
    fi
    library=$(depends_on libstd-rust-web-dev "$version" libstd-rust-web)
    llvm=$(depends_on "$library" "$version" libllvm)
    say "unpacking Debian's rustc-web $version"
    part=$TOOLS/unpacking
    rm -rf "$part"
    mkdir -p "$part/debs"
    (cd "$part/debs" && apt-get -qq -o APT::Sandbox::User=root download "rustc-web=$version" \
        "libstd-rust-web-dev=$version" "$library=$version" "rust-web-src=$version" "$llvm") \
        >"$APT_LOG" 2>&1 || skip "apt cannot download rustc-web $version; see $APT_LOG"
    for package in "$part"/debs/*.deb; do
        # Only the library of the sources: the compiler's own are ten times as many.
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$part" --wildcards --no-wildcards-match-slash \
            --exclude='./usr/src/*/compiler' --exclude='./usr/src/*/src' --exclude='./usr/share'
    done
    rm -r "$part/debs"
    cat >"$part/rustc" <<'RUSTC'
#!/bin/sh
usr=$(dirname "$0")/usr
LD_LIBRARY_PATH=$(echo "$usr"/lib/*-linux-gnu) exec "$usr/bin/rustc" "$@"
RUSTC
    chmod +x "$part/rustc"
    home=$TOOLS/rust-${version%%+*}
    rm -rf "$home"
    mv "$part" "$home"
    RUSTC=$home/rustc
}

# The package that PACKAGE of VERSION depends on and whose name starts so.
depends_on() { # package version start
    apt-cache show "$1=$2" | sed -n 's/^Depends: //p' | tr ', ' '\n' | grep "^$3" | head -n 1
}

# musl for AArch64: Debian's musl-dev of that architecture, unpacked beside the Rust above, and
# a compiler that uses it instead of glibc. The system's own list of architectures stays as it is.
musl() {
    [ ! -e "$TOOLS/musl/ready" ] || return 0
    { have apt-get && have dpkg-deb; } || skip "no musl for AArch64; with rustup: rustup target add aarch64-unknown-linux-musl"
    refresh
    # "http://mirror bookworm", of the suite that musl-dev comes from here.
    from=$(apt-cache policy musl-dev |
        sed -n 's|^ *[0-9]* \([a-z]*://[^ ]*\) \([^ /]*\)/main .* Packages$|\1 \2 main|p' | head -n 1)
    [ -n "$from" ] || skip "no apt source has musl-dev"
    part=$TOOLS/unpacking
    rm -rf "$part"
    mkdir -p "$part/apt/lists/partial" "$part/apt/cache/archives/partial"
    echo "deb [arch=arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from" >"$part/apt/sources"
    cat >"$part/apt/conf" <<CONF
#clear APT::Architectures;
APT::Architecture "amd64";
APT::Architectures { "amd64"; "arm64"; };
Dir::Etc::sourcelist "$part/apt/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$part/apt/lists";
Dir::Cache "$part/apt/cache";
APT::Sandbox::User "root";
CONF
    (
        cd "$part"
        export APT_CONFIG="$part/apt/conf"
        apt-get -qq update || apt-get -qq update
        apt-get -qq download musl-dev:arm64
    ) >"$APT_LOG" 2>&1 || skip "apt cannot download musl-dev:arm64; see $APT_LOG"
    dpkg-deb -x "$part"/musl-dev_*.deb "$part"
    rm -r "$part/apt" "$part"/*.deb
    # A static program that may lie anywhere has another start file than the specs know (-static-pie),
    # and unwinding finds its tables by the header that they do not ask for.
    sed -e "s#/usr/\(include\|lib\)/aarch64-linux-musl#$TOOLS/musl&#g" \
        -e 's#^%{!shared: \(.*/\)Scrt1\.o}#%{static-pie:\1rcrt1.o;!shared:\1Scrt1.o}#' \
        -e 's#^-dynamic-linker \([^ ]*\) #%{static-pie:-static -pie --no-dynamic-linker -z text;!static:-dynamic-linker \1} --eh-frame-hdr #' \
        "$part/usr/lib/aarch64-linux-musl/musl-gcc.specs" >"$part/specs"
    [ "$(grep -c static-pie "$part/specs")" = 2 ] || die "musl-gcc.specs was not understood"
    # gcc's helpers ask for the processor under the name that only glibc has. The unwinder below is
    # found before gcc's.
    printf '#!/bin/sh\nexec aarch64-linux-gnu-gcc "$@" -specs %s -B%s -Wl,--defsym=__getauxval=getauxval\n' \
        "$TOOLS/musl/specs" "$TOOLS/musl/usr/lib/aarch64-linux-musl" >"$part/gcc"
    chmod +x "$part/gcc"
    rm -rf "$TOOLS/musl"
    mv "$part" "$TOOLS/musl"
    musl_unwinder
    : >"$TOOLS/musl/ready"
}

# The unwinder: gcc's own with what it wants of glibc, also under the name that Rust asks for on musl.
musl_unwinder() {
    lib=$TOOLS/musl/usr/lib/aarch64-linux-musl
    "$TOOLS/musl/gcc" -std=c99 -Wall -Wextra -Werror -O2 -c dist/musl/dl_find_object.c -o "$TOOLS/musl/dl_find_object.o"
    cp "$(aarch64-linux-gnu-gcc -print-file-name=libgcc_eh.a)" "$lib/libgcc_eh.a"
    aarch64-linux-gnu-ar rD "$lib/libgcc_eh.a" "$TOOLS/musl/dl_find_object.o"
    ln -sf libgcc_eh.a "$lib/libunwind.a"
}

# Words for rustc, that what it builds names none of this machine's folders: of the project, of its
# crates, of Rust's library.
remapped() {
    printf '%s' "--remap-path-prefix=$PWD=kaimen"
    for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        printf ' %s' "--remap-path-prefix=$folder=crates"
    done
    [ -z "$STD" ] || printf ' %s' "--remap-path-prefix=$(dirname "$RUSTC")/usr/src=rust"
}

# Cargo for a target, with the linker, and with the emulated processor for what it runs.
# `rust_for` has been called.
cargo_for() { # target processor verb words...
    target=$1
    processor=$2
    verb=$3
    shift 3
    name=$(cargo_name "$target")
    if [ "$target" != "$HOST" ]; then
        export "CARGO_TARGET_${name}_LINKER=$(cc_of "$target")"
        export "CARGO_TARGET_${name}_RUNNER=$(emulator "$target" "$processor")"
    fi
    case $target in
    # The library and the start files are those of the compiler above.
    *-musl) flags="-C link-self-contained=no" ;;
    *) flags= ;;
    esac
    export "CARGO_TARGET_${name}_RUSTFLAGS=$flags ${EXTRA_RUSTFLAGS:-}"
    # shellcheck disable=SC2086 # STD is words of its own
    timeout "$DEADLINE" "$CARGO" "$verb" --quiet --locked --target "$target" $STD "$@" || {
        code=$?
        [ $code != 124 ] || echo "$NAME: not done within $DEADLINE seconds"
        return $code
    }
}
