#!/bin/sh
# The bill of materials of a library for TARGET, as CycloneDX 1.6 in JSON, on standard output: each
# crate in it, with the digest by which cargo checks what it downloads, and Rust's library.
#
#   SOURCE_DATE_EPOCH=SECONDS scripts/dist_sbom.sh TARGET
set -eu
cd "$(dirname "$0")/.."
target=${1:?a target}
CARGO=${CARGO:-cargo}
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
rust=$("${RUSTC:-rustc}" --version | cut -d' ' -f2)
# A number of its own for each release, and the same one for the same release.
serial=$(printf '%s %s %s %s' "$version" "$target" "$rust" "$SOURCE_DATE_EPOCH" | sha256sum |
    sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)\(.\{12\}\).*/\1-\2-5\3-8\4-\5/')

# "name version digest" of what cargo downloads.
digests=$(awk -F'"' '/^name/ { n = $2 } /^version/ { v = $2 } /^checksum/ { print n, v, $2 }' Cargo.lock)

component() { # name version licence [digest]
    hashes=
    [ -z "${4:-}" ] || hashes="\"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"$4\"}],
      "
    cat <<JSON
    {
      "type": "library",
      "bom-ref": "pkg:cargo/$1@$2",
      "name": "$1",
      "version": "$2",
      $hashes"licenses": [{"expression": "$3"}],
      "purl": "pkg:cargo/$1@$2"
    }
JSON
}

cat <<HEAD
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "serialNumber": "urn:uuid:$serial",
  "version": 1,
  "metadata": {
    "timestamp": "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)",
    "component": {
      "type": "library",
      "bom-ref": "kaimen",
      "name": "kaimen",
      "version": "$version",
      "licenses": [{"expression": "MIT OR Apache-2.0"}],
      "properties": [{"name": "kaimen:target", "value": "$target"}]
    }
  },
  "components": [
HEAD
"$CARGO" tree --locked -p kaimen --features capi --target "$target" -e normal,no-proc-macro \
    --prefix none --no-dedupe -f '{p}|{l}' | sed 's/ (.*)|/|/; s/ v/|/' | grep -v '^kaimen|' | LC_ALL=C sort -u |
    while IFS='|' read -r name crate licence; do
        digest=$(echo "$digests" | sed -n "s/^$name $crate //p")
        [ -n "$digest" ] || { echo "dist: $name $crate: no digest in Cargo.lock" >&2; exit 1; }
        component "$name" "$crate" "$(echo "$licence" | sed 's|/| OR |')" "$digest"
        echo "    ,"
    done
component rust-std "$rust" "MIT OR Apache-2.0" | sed 's|pkg:cargo/rust-std|pkg:generic/rust-std|'
cat <<TAIL
  ],
  "dependencies": [
    {"ref": "kaimen"}
  ]
}
TAIL
