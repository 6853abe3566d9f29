#!/bin/sh
# Builds the reader program of a board against a shared library, which it needs beside it.
#
#   [CC=aarch64-linux-gnu-gcc] hil/board/build.sh LIBKAIMEN.SO PROGRAM
set -eu
library=$1
program=$2
root=$(dirname "$0")/../..
"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wconversion -Werror -O1 -g \
    -I"$root/include" -o "$program" "$root"/hil/board/*.c \
    -L"$(dirname "$library")" -lkaimen -Wl,-rpath,'$ORIGIN' -Wl,--allow-shlib-undefined
