#!/bin/sh
# The release archive of each target, target/dist/kaimen-VERSION-TARGET.tar.gz, and SHA256SUMS.
#
#   scripts/dist.sh [TARGET]...           (default: this machine's)
#
# The static library is one object whose only globals are those of ffi-symbols.txt, so that it can
# be linked beside any other Rust library; the shared library is made of the same object. The same
# commit gives the same bytes, whatever folder it lies in; SOURCE_DATE_EPOCH, if it is set, is the
# time that everything bears, else it is the commit's.
set -eu
cd "$(dirname "$0")/.."
NAME=dist
. scripts/toolchain.sh
. scripts/library.sh

OUT=target/dist
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
ABI=$(sed -n 's/^#define KAIMEN_ABI_VERSION \([0-9]*\)$/\1/p' include/kaimen.h)
{ [ -n "$VERSION" ] && [ -n "$ABI" ]; } || die "Cargo.toml or include/kaimen.h was not understood"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} ||
    die "no commit to take the time from: set SOURCE_DATE_EPOCH"
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC0
umask 022

# Fills in what @NAMES@ stand for.
fill() { # template target
    case $2 in armv7-*) bytes=4 ;; *) bytes=8 ;; esac
    case $2 in
    *-musl)
        shared="" skeletons="" cmake_targets="kaimen::static; CMAKE_EXE_LINKER_FLAGS=-static"
        floor="Needs no C library of the target. There is no shared library: this is for programs that are static as a whole. \`share/kaimen/musl/README.md\` says which compilers link them."
        link="gcc -static door.c \$(pkg-config --cflags --libs --static kaimen) -o door"
        ;;
    *)
        cmake_targets="kaimen::shared or kaimen::static"
        skeletons="| skeletons of a Buildroot package and a Yocto recipe | \`share/kaimen/buildroot\`, \`share/kaimen/yocto\` |"
        shared="| the shared library, SONAME \`libkaimen.so.$ABI\` | \`lib/libkaimen.so.$ABI\` |"
        glibc=$("$(binutil "$2" objdump)" -T "$folder/lib/libkaimen.so.$ABI" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
        floor="The shared library needs glibc ${glibc#GLIBC_} or newer."
        link="gcc door.c \$(pkg-config --cflags --libs kaimen) -o door # shared
gcc door.c \$(pkg-config --cflags kaimen) lib/libkaimen.a $(libraries "$2") -o door # static"
        ;;
    esac
    compiler=$("$RUSTC" --version | cut -d' ' -f1,2)
    LINK=$link awk -v version="$VERSION" -v target="$2" -v abi="$ABI" -v bytes="$bytes" -v shared="$shared" \
        -v skeletons="$skeletons" -v cmake_targets="$cmake_targets" -v floor="$floor" -v compiler="$compiler" -v private="$(libraries "$2")" \
        -v mit="$(md5sum <LICENSE-MIT | cut -d' ' -f1)" \
        -v apache="$(md5sum <LICENSE-APACHE | cut -d' ' -f1)" '
        BEGIN { split(version, part, "."); cmake = private; gsub(/ /, ";", cmake) }
        $0 == "@SHARED_LINE@" { if (shared != "") print shared; next }
        $0 == "@SKELETONS_LINE@" { if (skeletons != "") print skeletons; next }
        {
            gsub(/@VERSION@/, version); gsub(/@TARGET@/, target); gsub(/@ABI@/, abi)
            gsub(/@MAJOR@/, part[1]); gsub(/@MINOR@/, part[2]); gsub(/@POINTER_BYTES@/, bytes)
            gsub(/@LIBS_PRIVATE@/, private); gsub(/@LIBS_CMAKE@/, cmake)
            gsub(/@PKG_CONFIG_LINES@/, ENVIRON["LINK"]); gsub(/@FLOOR_LINE@/, floor)
            gsub(/@CMAKE_TARGETS@/, cmake_targets)
            gsub(/@COMPILER@/, compiler); gsub(/@MD5_MIT@/, mit); gsub(/@MD5_APACHE@/, apache)
            print
        }' "$1"
}

# Everything beside the libraries.
papers() { # target
    mkdir -p "$folder/include" "$folder/lib/pkgconfig" "$folder/lib/cmake/kaimen" \
        "$folder/share/doc/kaimen" "$folder/share/kaimen/c_examples"
    cp include/kaimen.h "$folder/include/"
    cp c_examples/*.[ch] "$folder/share/kaimen/c_examples/"
    cp LICENSE-MIT LICENSE-APACHE CHANGELOG.md "$folder/share/doc/kaimen/"
    fill dist/README.md "$1" >"$folder/README.md"
    fill dist/kaimen.pc.in "$1" >"$folder/lib/pkgconfig/kaimen.pc"
    for config in kaimen-config kaimen-config-version; do
        fill "dist/cmake/$config.cmake.in" "$1" >"$folder/lib/cmake/kaimen/$config.cmake"
    done
    case $1 in
    *-musl) cp -r dist/musl "$folder/share/kaimen/" ;;
    *) skeletons "$1" ;;
    esac
    sh scripts/dist_licences.sh "$1" >"$folder/share/doc/kaimen/LICENCES.txt"
    sh scripts/dist_sbom.sh "$1" >"$folder/share/doc/kaimen/kaimen.cdx.json"
    ! grep -rn '@[A-Z_]*@' "$folder" --include=*.pc --include=*.cmake --include=*.mk --include=*.bb \
        --include=README.md || die "something was not filled in"
}

# Packages that install the shared library.
skeletons() { # target
    mkdir "$folder/share/kaimen/buildroot" "$folder/share/kaimen/yocto"
    cp dist/buildroot/Config.in "$folder/share/kaimen/buildroot/"
    fill dist/buildroot/kaimen.mk.in "$1" >"$folder/share/kaimen/buildroot/kaimen.mk"
    fill dist/yocto/kaimen.bb.in "$1" >"$folder/share/kaimen/yocto/kaimen_$VERSION.bb"
}

archive() { # target
    rust_for "$1" >/dev/null
    sh scripts/cross.sh "$1"
    name=kaimen-$VERSION-$1
    folder=$OUT/$name
    rm -rf "$folder" "$folder.tar.gz"
    mkdir -p "$folder/lib"
    merge "$1" "$folder/lib/kaimen.o"
    case $1 in
    *-musl) ;;
    *)
        share "$1" "$folder/lib/kaimen.o" "$folder/lib/libkaimen.so.$ABI"
        ln -s "libkaimen.so.$ABI" "$folder/lib/libkaimen.so"
        ;;
    esac
    (cd "$folder/lib" && "$(binutil "$1" ar)" crD libkaimen.a kaimen.o && rm kaimen.o)
    papers "$1"
    (cd "$folder" && find . -type f | sort | xargs sha256sum >../digests && mv ../digests SHA256SUMS)
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        --mode=go-w --format=gnu -C "$OUT" -cf "$folder.tar" "$name"
    gzip -9n "$folder.tar"
    say "$(du -h "$folder.tar.gz" | tr '\t' ' ')"
}

[ $# -gt 0 ] || set -- "$HOST"
c_tools "$@"
for target in "$@"; do
    archive "$target"
done
(cd "$OUT" && sha256sum kaimen-"$VERSION"-*.tar.gz >SHA256SUMS)
