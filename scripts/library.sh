# The library as it is shipped, made of what scripts/cross.sh has built in $CROSS, and what it may
# weigh: sourced by the scripts beside it after toolchain.sh.
# shellcheck shell=sh disable=SC2154 # ABI is the sourcing script's

CROSS=target/cross

# All of the library in one object: what the functions of the header reach. Groups that linkers
# choose one of (a personality's address for each) become its own: with its names local, another
# library's would be the wrong one.
merge() { # target object
    roots=$(sed 's/^/-u /' ffi-symbols.txt)
    # shellcheck disable=SC2086 # the roots are words of their own
    "$(binutil "$1" ld)" -r --gc-sections --force-group-allocation $roots \
        "$CROSS/$1/release/libkaimen.a" -o "$2.all"
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
    said=$(sed -n 's/^note: native-static-libs: //p' "$CROSS/$1.log" | tail -n 1)
    [ -n "$said" ] || die "rustc did not say what $1 is linked with"
    # On musl the unwinder is gcc's.
    echo "$said" | tr ' ' '\n' | sed 's/^-lunwind$/-lgcc_eh/' | tac | awk 'NF && !seen[$0]++' | tac | tr '\n' ' ' | sed 's/ $//'
}

# A file against its line in dist/sizes.txt.
within() { # target what file
    most=$(awk -v target="$1" -v what="$2" '$1 == target && $2 == what { print $3 }' dist/sizes.txt)
    [ -n "$most" ] || die "$1: dist/sizes.txt has no line for $2"
    bytes=$(wc -c <"$3")
    [ "$bytes" -le "$most" ] || die "$1: $2 has $bytes bytes, dist/sizes.txt allows $most"
    say "$1: $2 $bytes bytes of $most"
    [ "$bytes" -ge $((most * 85 / 100)) ] || say "$1: $2: the budget can be lowered"
}
