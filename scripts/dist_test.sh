#!/bin/sh
# A release archive as its user meets it: unpacked somewhere, found by pkg-config and by CMake, and
# the C examples in it built with it and run. `scripts/dist.sh TARGET` has made it.
#
#   scripts/dist_test.sh [TARGET]...      (default: this machine's)
#   scripts/dist_test.sh --reproducible   makes this machine's again, in another folder
set -eu
cd "$(dirname "$0")/.."
NAME=dist-test
. scripts/toolchain.sh
. scripts/library.sh

DIST=$PWD/target/dist
OUT=$PWD/target/dist-test
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
ABI=$(sed -n 's/^#define KAIMEN_ABI_VERSION \([0-9]*\)$/\1/p' include/kaimen.h)
WARNINGS="-Wall -Wextra -Werror"
LIST=$PWD/ffi-symbols.txt

unpack() { # target
    name=kaimen-$VERSION-$1
    (cd "$DIST" && grep " $name.tar.gz\$" SHA256SUMS | sha256sum -c --quiet -) || die "$1: SHA256SUMS is wrong"
    rm -rf "${OUT:?}/$1"
    mkdir -p "$OUT/$1"
    tar -C "$OUT/$1" -xzf "$DIST/$name.tar.gz"
    home=$OUT/$1/$name
    (cd "$home" && sha256sum -c --quiet SHA256SUMS) || die "$1: the SHA256SUMS inside is wrong"
    listed=$(wc -l <"$home/SHA256SUMS")
    [ "$(find "$home" -type f ! -name SHA256SUMS | wc -l)" = "$listed" ] || die "$1: SHA256SUMS is not complete"
    # Nothing of the machine that made it.
    for secret in "$PWD" "${CARGO_HOME:-$HOME/.cargo}" registry/src; do
        ! grep -rlF "$secret" "$home" || die "$1: names $secret"
    done
    EXAMPLES=$(cd "$home/share/kaimen/c_examples" && find . -name '*.c' | sort | sed 's|./||; s|\.c$||')
    [ "$(echo "$EXAMPLES" | wc -l)" -ge 9 ] || die "$1: the examples are missing"
}

# What it exports: the list, no more, under the interface's own name and version.
exports() { # target
    (cd "$OUT/$1" && "$(binutil "$1" ar)" t "$home/lib/libkaimen.a") | grep -qx kaimen.o ||
        die "$1: the archive is not one object"
    "$(binutil "$1" nm)" -g --defined-only "$home/lib/libkaimen.a" | awk 'NF == 3 { print $3 }' | sort |
        diff - "$LIST" >&2 || die "$1: the static library defines something else"
    case $1 in *-musl) return 0 ;; esac
    so=$home/lib/libkaimen.so.$ABI
    "$(binutil "$1" nm)" -D --defined-only "$so" | awk '$2 != "A" { print $3 }' | sort >"$OUT/$1/exported"
    sed "s/\$/@@KAIMEN_$ABI/" "$LIST" | diff "$OUT/$1/exported" - >&2 || die "$1: the shared library exports something else"
    dynamic=$("$(binutil "$1" readelf)" -dW "$so")
    echo "$dynamic" | grep -q "SONAME.*\[libkaimen.so.$ABI\]" || die "$1: the SONAME is wrong"
    ! echo "$dynamic" | grep -q TEXTREL || die "$1: the shared library writes to its program text"
    [ "$(readlink "$home/lib/libkaimen.so")" = "libkaimen.so.$ABI" ] || die "$1: libkaimen.so is no link"
}

run() { # target program
    # shellcheck disable=SC2046 # the emulator's words are words of their own
    LD_LIBRARY_PATH=$home/lib timeout 300 $(emulator "$1") "$2" 20 >"$OUT/$1/run.log" 2>&1 || {
        tail -n 20 "$OUT/$1/run.log"
        die "$1: $2 failed"
    }
}

pkg() { PKG_CONFIG_PATH=$home/lib/pkgconfig PKG_CONFIG_LIBDIR='' pkg-config "$@" kaimen; }

# C11 for the one example that has threads. As C++ two things are asked too much: void pointers become
# others without a cast, and C11's atomics are of no use.
standard() { # compiler example
    case $1-$2 in
    g++-03* | tcc-03*) return 1 ;;
    g++-*) echo "-x c++ -std=c++20 -fpermissive -w" ;;
    tcc-*) echo "-Wall -Werror" ;;
    *) echo "-std=c11 -O1 $WARNINGS" ;;
    esac
}

# Each example by one compiler and pkg-config, shared or static.
compile() { # target compiler kind
    for example in $EXAMPLES; do
        flags=$(standard "$(basename "$2")" "$example") || continue
        case $3 in
        shared) libraries="$(pkg --libs) -lpthread -lm" ;;
        # The library by its name, so that the shared one beside it is not taken; what it needs.
        static) libraries="$home/lib/libkaimen.a $(pkg --libs --static | sed 's/-L[^ ]*//g; s/-lkaimen//')" ;;
        esac
        case $1 in *-musl) libraries="-static $libraries" ;; esac
        program=$OUT/$1/$example.$(basename "$2").$3
        # shellcheck disable=SC2046,SC2086 # flags are words of their own
        "$2" $flags $(pkg --cflags) "$home/share/kaimen/c_examples/$example.c" -o "$program" \
            $(case $flags in -x*) echo "-x none" ;; esac) $libraries 2>"$OUT/$1/compile.log" || {
            tail -n 20 "$OUT/$1/compile.log"
            die "$1: $2, $3: $example does not build"
        }
        run "$1" "$program"
        # An example that was linked the wrong way proves nothing.
        needs=$("$(binutil "$1" readelf)" -dW "$program" | grep -c 'NEEDED.*libkaimen' || :)
        [ "$3$needs" = shared1 ] || [ "$3$needs" = static0 ] || die "$program: is not linked $3"
    done
    say "$1: $(basename "$2") by pkg-config, $3"
}

by_cmake() { # target kind
    toolchain=
    [ "$1" = "$HOST" ] || toolchain="-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_C_COMPILER=$(cc_of "$1")"
    case $1 in *-musl) toolchain="$toolchain -DCMAKE_EXE_LINKER_FLAGS=-static" ;; esac
    folder=$OUT/$1/cmake-$2
    # shellcheck disable=SC2086 # the words are words of their own
    { cmake -S tests/dist/app -B "$folder" $toolchain "-DCMAKE_PREFIX_PATH=$home" "-DKAIMEN_KIND=$2" \
        "-DKAIMEN_EXAMPLES=$(echo $EXAMPLES | tr ' ' ';')" "-DKAIMEN_SOURCES=$home/share/kaimen/c_examples" &&
        cmake --build "$folder"; } >"$OUT/$1/cmake.log" 2>&1 || {
        tail -n 20 "$OUT/$1/cmake.log"
        die "$1: CMake, $2"
    }
    for example in $EXAMPLES; do
        run "$1" "$folder/$example"
    done
    say "$1: CMake, $2"
}

# What a reader's flash has to hold, against dist/sizes.txt.
sizes() { # target
    # shellcheck disable=SC2046,SC2086 # flags are words of their own
    $(cc_of "$1") -std=c99 -O2 $(pkg --cflags) $(case $1 in *-musl) echo -static ;; esac) \
        "$home/share/kaimen/c_examples/02_door.c" -o "$OUT/$1/door" "$home/lib/libkaimen.a" \
        -Wl,--gc-sections $(pkg --libs --static | sed 's/-L[^ ]*//g; s/-lkaimen//')
    "$(binutil "$1" strip)" "$OUT/$1/door"
    within "$1" face-program "$OUT/$1/door"
    case $1 in *-musl) ;; *) within "$1" shared-library "$home/lib/libkaimen.so.$ABI" ;; esac
}

# A panic is caught in a static program: there the unwinder is what its linker found.
panic() { # target
    # shellcheck disable=SC2046,SC2086 # flags are words of their own
    $(cc_of "$1") -std=c99 $WARNINGS -static $(pkg --cflags) tests/dist/panic.c -o "$OUT/$1/panic" \
        -Wl,--wrap=clock_gettime "$home/lib/libkaimen.a" $(pkg --libs --static | sed 's/-L[^ ]*//g; s/-lkaimen//')
    is_static "$OUT/$1/panic"
    run "$1" "$OUT/$1/panic"
    say "$1: a panic caught in a static program"
}

# Another Rust library beside this one, linked before it and after it; a panic is caught in both.
two_rusts() {
    folder=$OUT/$HOST/two
    mkdir -p "$folder"
    rustc --edition 2024 -C opt-level=1 -C lto=fat tests/dist/second.rs --out-dir "$folder"
    wrap="-Wl,--wrap=clock_gettime"
    for order in "$home/lib/libkaimen.a $folder/libsecond.a" "$folder/libsecond.a $home/lib/libkaimen.a"; do
        # shellcheck disable=SC2046,SC2086 # flags are words of their own
        gcc -std=c99 $WARNINGS -DANOTHER_RUST $(pkg --cflags) tests/dist/panic.c -o "$folder/two" $wrap $order \
            $(pkg --libs --static | sed 's/-L[^ ]*//g; s/-lkaimen//')
        run "$HOST" "$folder/two"
    done
    # The gate looks: the library as cargo makes it cannot be linked beside another.
    # shellcheck disable=SC2046,SC2086 # flags are words of their own
    if gcc -DANOTHER_RUST $(pkg --cflags) tests/dist/panic.c -o "$folder/raw" $wrap "$CROSS/$HOST/release/libkaimen.a" \
        "$folder/libsecond.a" $(pkg --libs --static | sed 's/-L[^ ]*//g; s/-lkaimen//') >"$folder/raw.log" 2>&1; then
        say "cargo's own library linked beside another one as well: is the merging still needed?"
    fi
    say "$HOST: beside another Rust library, a panic caught in both"
}

# The papers, by tools that know their formats. They are Python's, in a folder of their own.
papers() { # target
    venv=$TOOLS/python
    if [ ! -e "$venv/ready" ]; then
        python3 -c 'import venv, ensurepip' 2>/dev/null || install python3-venv
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install -q 'oelint-adv==9.11.2' 'cyclonedx-python-lib[json-validation]==11.12.0' \
            >"$TOOLS/pip.log" 2>&1 || skip "pip cannot install the linters; see target/tools/pip.log"
        : >"$venv/ready"
    fi
    "$venv/bin/python" tests/dist/sbom.py "$home/share/doc/kaimen/kaimen.cdx.json" Cargo.lock ||
        die "$1: the bill of materials is not valid"
    # Not asked: whether the page is there (it is the vendor's to fill in), and what else of a layer's
    # kinds of recipe it could be (it has only binaries of the target).
    "$venv/bin/oelint-adv" --quiet --nobackup --suppress oelint.vars.homepageping --suppress \
        oelint.var.bbclassextend --exit-zero "$home"/share/kaimen/yocto/kaimen_*.bb >"$OUT/oelint.log" 2>&1
    [ ! -s "$OUT/oelint.log" ] || {
        cat "$OUT/oelint.log"
        die "$1: oelint-adv"
    }
    say "$1: CycloneDX schema, oelint-adv"
}

# The host's archive once more, from a copy of the sources in another folder.
reproducible() {
    rm -rf "$OUT/again"
    mkdir -p "$OUT/again/target"
    git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$OUT/again"
    # The time that the first one bears.
    first=kaimen-$VERSION-$HOST
    tar -C "$OUT/again/target" -xzf "$DIST/$first.tar.gz" "$first/README.md"
    SOURCE_DATE_EPOCH=$(stat -c %Y "$OUT/again/target/$first/README.md")
    export SOURCE_DATE_EPOCH
    sh "$OUT/again/scripts/dist.sh" "$HOST" >"$OUT/again.log" 2>&1 || {
        tail -n 20 "$OUT/again.log"
        die "the second archive could not be made"
    }
    cmp "$DIST/$first.tar.gz" "$OUT/again/target/dist/$first.tar.gz" ||
        die "two folders gave two archives"
    rm -rf "$OUT/again"
    say "$HOST: two folders, the same bytes"
}

if [ "${1:-}" = --reproducible ]; then
    reproducible
    exit 0
fi
[ $# -gt 0 ] || set -- "$HOST"
c_tools "$@"
missing=
for tool in cmake pkg-config clang g++ tcc; do
    have "$tool" || missing="$missing $tool"
done
# shellcheck disable=SC2086 # the packages are words of their own
install $missing
for target in "$@"; do
    unpack "$target"
    exports "$target"
    sizes "$target"
    case $target in
    "$HOST")
        for compiler in gcc clang g++ tcc; do
            compile "$target" "$compiler" shared
        done
        for compiler in gcc clang g++; do
            compile "$target" "$compiler" static
        done
        two_rusts
        papers "$target"
        ;;
    *-musl)
        compile "$target" "$(cc_of "$target")" static
        panic "$target"
        ;;
    *)
        compile "$target" "$(cc_of "$target")" shared
        compile "$target" "$(cc_of "$target")" static
        ;;
    esac
    case $target in
    *-musl) by_cmake "$target" static ;;
    *)
        by_cmake "$target" shared
        by_cmake "$target" static
        ;;
    esac
done
