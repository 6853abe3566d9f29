#!/bin/sh
# The licence texts of every crate that a library for TARGET contains, on standard output. A crate
# without a text, or with a licence that deny.toml does not allow, is an error.
#
#   scripts/dist_licences.sh TARGET
set -eu
cd "$(dirname "$0")/.."
target=${1:?a target}
CARGO=${CARGO:-cargo}
registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
allowed=$(sed -n '/^allow = \[/,/^\]/s/^ *"\(.*\)",$/\1/p' deny.toml | head -n 20)

die() {
    echo "dist: $*" >&2
    exit 1
}

# Whether one of the choices of an expression is allowed, and every licence that is not a choice.
allow() { # expression
    echo "$1" | sed 's/ AND /\n/g' | tr -d '()' | sed 's/ OR / /g' | while read -r choices; do
        for choice in $choices; do
            echo "$allowed" | grep -qx "$choice" && continue 2
        done
        exit 1
    done
}

# What is in the library: no crate that only runs in the compiler. "name version licence".
crates=$("$CARGO" tree --locked -p kaimen --features capi --target "$target" -e normal,no-proc-macro \
    --prefix none --no-dedupe -f '{p}|{l}' | sed 's/ (.*)|/|/; s/ v/|/' | grep -v '^kaimen|' | sort -u)
[ "$(echo "$crates" | wc -l)" -gt 20 ] || die "cargo tree named too few crates: $crates"

cat <<HEAD
kaimen is under MIT or Apache-2.0 (LICENSE-MIT, LICENSE-APACHE). The libraries also contain the
crates below and the standard library of Rust, each under the licence that stands with it.

HEAD
echo "$crates" | while IFS='|' read -r name version licence; do
    allow "$licence" || die "$name $version: deny.toml does not allow $licence"
    folder=$(find "$registry" -mindepth 2 -maxdepth 2 -name "$name-$version" | head -n 1)
    [ -n "$folder" ] || die "$name $version: no sources; cargo fetch"
    texts=$(find "$folder" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' \
        -o -iname 'unlicense*' -o -iname 'notice*' -o -iname 'copyright*' \) | LC_ALL=C sort)
    [ -n "$texts" ] || die "$name $version: no licence text"
    echo "=== $name $version: $licence"
    echo "$texts" | while read -r text; do
        printf '\n--- %s\n\n' "$(basename "$text")"
        tr -d '\r' <"$text"
    done
    echo
done

# The library's own: rustup's Rust says it in one page, Debian's has the texts beside the sources.
rustc=${RUSTC:-rustc}
page=$("$rustc" --print sysroot)/share/doc/rust/COPYRIGHT-library.html
source=$(find "$(dirname "$rustc")/usr/src" -maxdepth 1 -name 'rustc-*' 2>/dev/null | head -n 1)
echo "=== The standard library of Rust: MIT OR Apache-2.0, and crates that it contains"
if [ -e "$page" ]; then
    # The page without its marks.
    sed 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&\(quot\|#34\);/"/g; s/&#39;/\x27/g; s/&amp;/\&/g' "$page" | cat -s
elif [ -n "$source" ]; then
    find "$source/COPYRIGHT" "$source"/library/vendor/*/ -maxdepth 1 -type f \( -iname 'licen[cs]e*' \
        -o -iname 'copy*' -o -iname 'unlicense*' \) | LC_ALL=C sort | while read -r text; do
        printf '\n--- %s\n\n' "${text#"$source"/}"
        tr -d '\r' <"$text"
    done
else
    die "no licence texts of the standard library beside $rustc"
fi
