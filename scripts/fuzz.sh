#!/bin/sh
# Runs every fuzz target for some seconds, or one for as long as it is told.
#
#   scripts/fuzz.sh SECONDS [TARGET]...
#
# Works with a stable tool chain and without cargo-fuzz: the flags below are the
# ones that cargo-fuzz passes. Corpora grow in fuzz/corpus; what fails is left in
# fuzz/artifacts, and given as the only argument to the program it fails again.
set -eu
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || {
    echo "usage: scripts/fuzz.sh SECONDS [TARGET]..." >&2
    exit 2
}
seconds=$1
shift
[ $# -gt 0 ] || set -- protocol_answer rules template ingest c_calls minutiae_iso2005 minutiae_iso2011 \
    minutiae_normal_card minutiae_compact_card minutiae_ansi2004 minutiae_ansi2009 \
    minutiae_ansi2009am1 minutiae_xyt module_packets module_answers usbip_commands camera_frame

host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="--cfg fuzzing -Zsanitizer=address -Cunsafe-allow-abi-mismatch=sanitizer \
-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
-Ccodegen-units=1"
"${CARGO:-cargo}" build --quiet --release --manifest-path fuzz/Cargo.toml --target "$host" \
    --target-dir fuzz/target

seed=src/protocol/testdata/get_userinfo_by_ids.answer.json
for target in "$@"; do
    corpus=fuzz/corpus/$target
    mkdir -p "$corpus" "fuzz/artifacts/$target"
    case $target in
    protocol_answer) cp "$seed" "$corpus/page" ;;
    ingest)
        { cat "$seed" && printf '\0' && cat "$seed"; } >"$corpus/page"
        member='{"errcode":0,"body":{"userinfo":[{"userid":"a","user_type":0,"fa_ver":1,"fa_list":[{"id":0,"data":"fwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}]}}'
        printf '%s\0%s' "$member" "$member" >"$corpus/face"
        ;;
    rules) printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0Asia/Shanghai\n9:00-10:00 * * 1-5 *' >"$corpus/page" ;;
    # Synthetic records of one minutia each; cards need none.
    minutiae_iso2005) printf 'FMR\0 20\0\0\0\0\44\0\0\0\310\0\310\0\305\0\305\1\0\7\0\74\1\100\12\0\24\20\120\0\0' >"$corpus/one" ;;
    minutiae_ansi2004) printf 'FMR\0 20\0\0\46\1\3\0\0\0\0\0\310\0\310\0\305\0\305\1\0\7\0\74\1\100\12\0\24\20\120\0\0' >"$corpus/one" ;;
    minutiae_ansi2009*)
        version=0 && [ "$target" = minutiae_ansi2009 ] || version=5
        printf 'FMR\00003%s\0\0\0\0\56\1\3\0\0\0\0\0\1\0\7\0\0\74\1\3\0\1\0\310\0\310\0\305\0\305\1\100\12\0\24\20\120\0\0' "$version" >"$corpus/one"
        ;;
    minutiae_iso2011) printf 'FMR\000030\0\0\0\0\67\0\1\0\0\0\0\50\377\377\377\377\377\377\377\377\377\0\0\0\0\0\0\7\0\0\305\0\305\0\0\310\0\310\140\1\100\12\0\24\20\120\0\0' >"$corpus/one" ;;
    # Lengths of the pieces, then an acknowledgement of the factory's address, with noise around it.
    module_packets) printf '\3\20\357\1\377\377\377\377\7\0\3\0\0\12\125\357\1' >"$corpus/one" ;;
    # A count of templates; a transfer of one packet.
    module_answers)
        printf '\0\0\16\0\357\1\377\377\377\377\7\0\5\0\0\3\0\17' >"$corpus/count"
        printf '\4\0\31\0\357\1\377\377\377\377\7\0\3\0\0\12\357\1\377\377\377\377\10\0\4\1\2\0\17' >"$corpus/transfer"
        ;;
    # In pieces of 48 bytes: GET_DESCRIPTOR of the device; a format is agreed on, and a frame asked for.
    usbip_commands)
        zeros='\0\0\0\0\0\0\0\0\0\0\0\0'
        printf "\\60\\0\\0\\0\\1\\0\\0\\0\\1\\0\\1\\0\\2\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\22$zeros\\200\\6\\0\\1\\0\\0\\22\\0" >"$corpus/descriptor"
        {
            printf "\\60\\0\\0\\0\\1\\0\\0\\0\\1\\0\\1\\0\\2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\42$zeros\\41\\1\\0\\2\\1\\0\\42\\0"
            printf "\\0\\0\\1\\1\\25\\26\\5\\0$zeros$zeros\\0\\0"
            printf "\\0\\0\\0\\1\\0\\0\\0\\2\\0\\1\\0\\2\\0\\0\\0\\1\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\100\\0$zeros\\0\\0\\0\\0\\0\\0\\0\\0"
        } >"$corpus/frame"
        ;;
    # YUYV, 4 x 2, no padding.
    camera_frame) printf '\0\4\2\10\0\0\20\200\353\200\20\200\353\200\20\200\353\200\20\200\353\200' >"$corpus/yuyv" ;;
    minutiae_xyt) printf '10 180 180 80\n100 193 203\n' >"$corpus/two" ;;
    esac
    log=fuzz/artifacts/$target.log
    if ! "fuzz/target/$host/release/$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=8192 -artifact_prefix="fuzz/artifacts/$target/" "$corpus" >"$log" 2>&1; then
        tail -n 40 "$log"
        echo "fuzz: $target failed; see $log"
        exit 1
    fi
    # A target that is not instrumented finds nothing new, ever.
    grep -q 'inline 8-bit counters' "$log" || {
        echo "fuzz: $target is not instrumented"
        exit 1
    }
    echo "fuzz: $target: $(grep -E '^Done|DONE' "$log" | tr '\n' ' ')"
done
