#!/bin/sh
# The gates of the C interface that need a C tool chain.
#
#   scripts/c_gates.sh [lib|header|examples|asan|valgrind|tsan|memory|all]...
#
# Each gate says what it ran. A gate whose tool is not installed prints
# "skipped: reason"; where CI=true, that is a failure.
set -eu
cd "$(dirname "$0")/.."

TARGET=target/capi
OUT=$TARGET/c_gates
WARNINGS="-Wall -Wextra -Wpedantic -Werror -Wconversion -Wshadow"
# What the static library needs; tests/c_abi.rs compares it with rustc's list.
LINK_FLAGS="-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc"
EXAMPLES="01_version 02_door 03_threads 04_errors 05_request 06_batch 07_finger 08_vendor 09_store"
CARGO=${CARGO:-cargo}
mkdir -p "$OUT"

say() { echo "c_gates: $*"; }

skip() {
    say "skipped: $*"
    if [ "${CI:-}" = true ]; then
        say "nothing may be skipped in CI"
        exit 1
    fi
}

have() { command -v "$1" >/dev/null 2>&1; }

# Only one example needs more than C99.
standard() {
    case $1 in
    03_threads) echo c11 ;;
    *) echo c99 ;;
    esac
}

lib() {
    "$CARGO" rustc --quiet --locked --lib --features capi --target-dir "$TARGET" -- \
        --print native-static-libs >"$OUT/build.log" 2>&1 || {
        cat "$OUT/build.log"
        exit 1
    }
}

# The header alone, twice, from C and from C++, with compilers that differ.
header() {
    echo '#include "kaimen.h"' >"$OUT/once.c"
    printf '#include "kaimen.h"\n#include "kaimen.h"\nint kaimen_twice;\n' >"$OUT/twice.c"
    cp "$OUT/once.c" "$OUT/once.cc"
    cp "$OUT/twice.c" "$OUT/twice.cc"
    for compiler in gcc clang; do
        if have "$compiler"; then
            for file in once twice; do
                "$compiler" -std=c99 $WARNINGS -Wno-empty-translation-unit -Iinclude \
                    -fsyntax-only "$OUT/$file.c"
            done
            # Layouts of this machine's pointers, and of 32-bit ones where the
            # compiler has a switch for them.
            "$compiler" -std=c11 $WARNINGS -Iinclude -fsyntax-only tests/c/layout.c
            if [ "$(uname -m)" = x86_64 ]; then
                "$compiler" -std=c11 $WARNINGS -Iinclude -fsyntax-only -ffreestanding -m32 \
                    tests/c/layout.c
            fi
            say "header and layout: $compiler"
        else
            skip "header: no $compiler"
        fi
    done
    if have clang; then
        for triple in armv7-linux-gnueabihf aarch64-linux-gnu; do
            clang --target=$triple -std=c11 $WARNINGS -Iinclude -fsyntax-only -ffreestanding \
                tests/c/layout.c
            say "layout: $triple"
        done
    fi
    for compiler in g++ clang++; do
        if have "$compiler"; then
            for file in once twice; do
                "$compiler" -std=c++17 $WARNINGS -Iinclude -fsyntax-only "$OUT/$file.cc"
            done
            say "header: $compiler"
        else
            skip "header: no $compiler"
        fi
    done
    if have tcc; then
        for file in once twice; do
            tcc -Wall -Werror -Iinclude -c "$OUT/$file.c" -o "$OUT/$file.o"
        done
        say "header: tcc"
    else
        skip "header: no tcc"
    fi
    # The gate looks: a wrong number and a wrong call must not compile.
    printf '#include "kaimen.h"\n_Static_assert(sizeof(kaimen_probe) == 1, "x");\n' \
        >"$OUT/wrong.c"
    if gcc -std=c11 -Iinclude -fsyntax-only "$OUT/wrong.c" 2>/dev/null; then
        say "a wrong size compiled"
        exit 1
    fi
    printf '#include "kaimen.h"\nvoid f(kaimen_report *r) { kaimen_engine_close(r); }\n' \
        >"$OUT/wrong.c"
    if gcc -std=c99 -Werror -Iinclude -fsyntax-only "$OUT/wrong.c" 2>/dev/null; then
        say "a handle of another kind compiled"
        exit 1
    fi
}

# Each example linked statically and dynamically; the exit code is the verdict.
examples() {
    lib
    for example in $EXAMPLES; do
        gcc -std="$(standard $example)" $WARNINGS -O1 -g -Iinclude "c_examples/$example.c" \
            -o "$OUT/$example.static" "$TARGET/debug/libkaimen.a" $LINK_FLAGS
        "$OUT/$example.static" >"$OUT/$example.log" 2>&1 || fail "$example.static"
        gcc -std="$(standard $example)" $WARNINGS -O1 -g -pthread -Iinclude \
            "c_examples/$example.c" -o "$OUT/$example.shared" -L"$TARGET/debug" -lkaimen -lm
        LD_LIBRARY_PATH=$TARGET/debug "$OUT/$example.shared" >"$OUT/$example.log" 2>&1 ||
            fail "$example.shared"
        # An example that links the wrong way proves nothing.
        if ! nm -D --undefined-only "$OUT/$example.shared" | grep -q ' kaimen_live_handles$'; then
            say "$example.shared does not use the shared library"
            exit 1
        fi
        say "$example: static, shared"
    done
}

fail() {
    cat "$OUT/${1%.*}.log"
    say "$1 failed"
    exit 1
}

# Examples under AddressSanitizer, LeakSanitizer and UBSan.
asan() {
    lib
    flags="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    for example in $EXAMPLES; do
        gcc -std="$(standard $example)" $WARNINGS $flags -Iinclude "c_examples/$example.c" \
            -o "$OUT/$example.asan" "$TARGET/debug/libkaimen.a" $LINK_FLAGS
        nm "$OUT/$example.asan" | grep -q ' __asan_init' || {
            say "$example.asan is not instrumented"
            exit 1
        }
        "$OUT/$example.asan" >"$OUT/$example.log" 2>&1 || fail "$example.asan"
    done
    # The gate looks: a leak must be reported.
    printf '#include <stdlib.h>\nint main(void) { return malloc(7) == NULL; }\n' >"$OUT/leak.c"
    gcc $flags -O0 "$OUT/leak.c" -o "$OUT/leak.asan"
    if "$OUT/leak.asan" >"$OUT/leak.log" 2>&1; then
        say "a leak was not reported"
        exit 1
    fi
    say "asan, ubsan: $EXAMPLES"
}

# Examples under valgrind: every byte that is read was written, and is still
# there.
memcheck() {
    if ! have valgrind; then
        skip "no valgrind"
        return
    fi
    examples
    # The gate looks: a read of what was never written must be reported.
    printf '#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n%s}\n' \
        'char *p = malloc(1); if (*p) { puts("set"); } return 0;' >"$OUT/unset.c"
    gcc -O0 -g "$OUT/unset.c" -o "$OUT/unset"
    if valgrind --quiet --error-exitcode=9 "$OUT/unset" >"$OUT/unset.log" 2>&1; then
        say "a read of unset memory was not reported"
        exit 1
    fi
    # The last one: what ThreadSanitizer has to leave out, tests/c/tsan.supp.
    for example in 02_door 04_errors 03_threads 06_batch 07_finger 08_vendor; do
        valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
            "$OUT/$example.static" 20 >"$OUT/$example.log" 2>&1 || fail "$example.valgrind"
        say "valgrind: $example"
    done
}

# 03_threads with library and program under ThreadSanitizer. The instrumentation
# is rustc's and gcc's, the runtime rustc's own.
tsan() {
    runtime=$(ls "$(rustc --print target-libdir)"/librustc-*_rt.tsan.a 2>/dev/null || true)
    if [ ! -e "$runtime" ]; then
        skip "tsan: this tool chain has no ThreadSanitizer runtime"
        return
    fi
    host=$(rustc -vV | sed -n 's/^host: //p')
    RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer" \
        "$CARGO" rustc --quiet --locked --lib --features capi --crate-type staticlib \
        --target "$host" --target-dir target/tsan
    library=target/tsan/$host/debug/libkaimen.a
    for program in tests/c/race c_examples/03_threads; do
        name=$(basename $program).tsan
        gcc -std=c11 $WARNINGS -O1 -g -fsanitize=thread -Iinclude -c "$program.c" -o "$OUT/$name.o"
        gcc "$OUT/$name.o" -o "$OUT/$name" "$library" -Wl,--whole-archive "$runtime" \
            -Wl,--no-whole-archive -Wl,--export-dynamic $LINK_FLAGS -lstdc++ \
            2>"$OUT/link.log" || {
            tail -n 5 "$OUT/link.log"
            exit 1
        }
    done
    export TSAN_OPTIONS="suppressions=tests/c/tsan.supp halt_on_error=1 exitcode=66"
    # The gate looks: a race that only the library's own code makes.
    if "$OUT/race.tsan" >"$OUT/race.log" 2>&1; then
        say "the race on purpose was not reported"
        exit 1
    fi
    grep -q 'WARNING: ThreadSanitizer: data race' "$OUT/race.log" || fail race.tsan
    grep -q '#.*kaimen_engine_identify_face' "$OUT/race.log" || fail race.tsan
    "$OUT/03_threads.tsan" 300 >"$OUT/03_threads.log" 2>&1 || fail 03_threads.tsan
    say "tsan: $(tail -n 1 "$OUT/03_threads.log")"
}

# A process whose memory is limited: what README.md says that it holds, it holds; more is refused
# by a status, and nothing ends the process.
memory() {
    lib
    gcc -std=c99 $WARNINGS -O1 -Iinclude tests/c/memory.c -o "$OUT/memory" \
        "$TARGET/debug/libkaimen.a" $LINK_FLAGS
    for how in limited in_group; do
        $how 64 10000 0
        $how 64 40000 3
        $how 128 30000 0
        $how 128 100000 3
        # Wherever the border is: on either side of it the process lives.
        for members in 13000 16000 19000 22000; do
            $how 64 $members '[03]'
        done
    done
}

# With so much address space, which the program's own text is part of.
limited() { # megabytes members code
    code=0
    # shellcheck disable=SC3045 # every shell on Linux has it
    (ulimit -v $(($1 << 10)) && timeout 300 "$OUT/memory" "$2") >"$OUT/memory.log" 2>&1 || code=$?
    verdict "$code" "$3" memory.limited
    say "memory, $1 MB of address space: $(tail -n 1 "$OUT/memory.log")"
}

verdict() { # code pattern log
    # shellcheck disable=SC2254 # a pattern is meant
    case $1 in
    $2) ;;
    *) fail "$3" ;;
    esac
}

# In a control group of its own, where they can be made: there the kernel would kill.
in_group() { # megabytes members code
    group=/sys/fs/cgroup/kaimen-$$
    limit=$group/memory.max
    if ! mkdir "$group" 2>/dev/null || [ ! -e "$limit" ]; then
        rmdir "$group" 2>/dev/null || :
        group=/sys/fs/cgroup/memory/kaimen-$$
        limit=$group/memory.limit_in_bytes
        if ! mkdir "$group" 2>/dev/null || [ ! -e "$limit" ]; then
            # Not a failure in CI: the limit above asks the same of the library.
            say "memory, $1 MB: skipped: no control group of memory can be made here"
            return
        fi
    fi
    echo $(($1 << 20)) >"$limit"
    code=0
    # shellcheck disable=SC2016 # the inner shell's own words
    timeout 300 sh -c 'echo $$ >"$1/cgroup.procs" && exec "$2" "$3"' - "$group" "$OUT/memory" "$2" \
        >"$OUT/memory.log" 2>&1 || code=$?
    rmdir "$group"
    verdict "$code" "$3" memory.group
    say "memory, a control group of $1 MB: $(tail -n 1 "$OUT/memory.log")"
}

[ $# -gt 0 ] || set -- all
for gate in "$@"; do
    case $gate in
    lib | header | examples | asan | tsan | memory) "$gate" ;;
    valgrind) memcheck ;;
    all)
        header
        examples
        asan
        memcheck
        tsan
        memory
        ;;
    *)
        say "no gate is called $gate"
        exit 2
        ;;
    esac
done
