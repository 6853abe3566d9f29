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

OUT=target/dist
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
ABI=$(sed -n 's/^#define KAIMEN_ABI_VERSION \([0-9]*\)$/\1/p' include/kaimen.h)
{ [ -n "$VERSION" ] && [ -n "$ABI" ]; } || die "Cargo.toml or include/kaimen.h was not understood"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)} ||
    die "no commit to take the time from: set SOURCE_DATE_EPOCH"
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC0
umask 022

# All of the library in one object: what the functions of the header reach. Groups that linkers
# choose one of (a personality's address for each) become its own: with its names local, another
# library's would be the wrong one.
merge() { # target object
    roots=$(sed 's/^/-u /' ffi-symbols.txt)
    # shellcheck disable=SC2086 # the roots are words of their own
    "$(binutil "$1" ld)" -r --gc-sections --force-group-allocation $roots \
        "target/cross/$1/release/libkaimen.a" -o "$2.all"
    # Bitcode of Rust's LLVM, of no use here, ends the tools that have another LLVM as a plugin.
    "$(binutil "$1" objcopy)" --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd \
        --keep-global-symbols=ffi-symbols.txt "$2.all" "$2"
    rm "$2.all"
    globals=$("$(binutil "$1" nm)" -g --defined-only "$2" | awk '{ print $3 }' | sort)
    [ "$globals" = "$(cat ffi-symbols.txt)" ] || die "$1: the globals of the object are not ffi-symbols.txt"
}

# The shared library of the same object: only what the list names is visible, under a version.
share() { # target object library
    {
        echo "KAIMEN_$ABI {"
        echo "global:"
        sed 's/$/;/' ffi-symbols.txt
        echo "local: *;"
        echo "};"
    } >"$2.map"
    # shellcheck disable=SC2046 # the libraries are words of their own
    $(cc_of "$1") -shared "$2" -o "$3" -Wl,-soname,"libkaimen.so.$ABI" \
        -Wl,--version-script="$2.map" -Wl,--gc-sections -Wl,--as-needed -Wl,-z,relro,-z,now \
        -Wl,--build-id=none -Wl,--no-undefined $(libraries "$1")
    "$(binutil "$1" strip)" --strip-unneeded "$3"
    rm "$2.map"
}

# The system libraries that rustc names for the target, each once, where it counts: last.
libraries() { # target
    said=$(sed -n 's/^note: native-static-libs: //p' "target/cross/$1.log" | tail -n 1)
    [ -n "$said" ] || die "rustc did not say what $1 is linked with"
    # On musl the unwinder is gcc's.
    echo "$said" | tr ' ' '\n' | sed 's/^-lunwind$/-lgcc_eh/' | tac | awk 'NF && !seen[$0]++' | tac | tr '\n' ' ' | sed 's/ $//'
}

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
