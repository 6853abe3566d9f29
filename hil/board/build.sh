#!/bin/sh
# Builds the reader program of a board against a shared library, which it needs beside it.
#
#   [CC=aarch64-linux-gnu-gcc] [CFLAGS=…] hil/board/build.sh LIBKAIMEN.SO PROGRAM
set -eu
library=$1
program=$2
root=$(dirname "$0")/../..
# shellcheck disable=SC2086 # flags are words of their own
"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wconversion -Werror -O1 -g ${CFLAGS:-} \
    -I"$root/include" -o "$program" "$root"/hil/board/*.c \
    -L"$(dirname "$library")" -lkaimen -Wl,-rpath,'$ORIGIN' -Wl,--allow-shlib-undefined
