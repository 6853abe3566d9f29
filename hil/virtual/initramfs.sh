# The initial RAM disk of the virtual rig: busybox, the C library, the modules
# that `modules` names in the order in which they load, and `init`. Sourced by run.sh.

initramfs() { # arm64|amd64
    INITRD=$OUT/$1/initrd.gz
    here=hil/virtual
    if [ -e "$INITRD" ] && [ -z "$(find $here/init $here/modules $here/initramfs.sh "$GUEST" -maxdepth 0 -newer "$INITRD")" ]; then
        return 0
    fi
    root=$OUT/$1/root
    rm -rf "$root"
    mkdir -p "$root/bin" "$root/lib" "$root/modules"
    cp "$GUEST/bin/busybox" "$root/bin/busybox"
    c_library "$1" "$root/lib"
    [ -e "$GUEST/lib/modules/$RELEASE/modules.dep" ] || tool depmod -b "$GUEST" "$RELEASE"
    module_order "$root/modules"
    cp $here/init "$root/init"
    chmod 755 "$root/init"
    (cd "$root" && find . | tool cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$INITRD.part"
    mv "$INITRD.part" "$INITRD"
}

# What a Rust program links: it runs with the C library it is given, not with this machine's.
c_library() { # arm64|amd64 folder
    case $1 in
    arm64) loader=ld-linux-aarch64.so.1 ;;
    amd64) loader=ld-linux-x86-64.so.2 ;;
    esac
    for name in $loader libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libutil.so.1 libgcc_s.so.1; do
        file=$(find "$GUEST/lib" "$GUEST/usr/lib" -path '*-linux-gnu/*' -name "$name" | head -n 1)
        [ -n "$file" ] || fail "no $name in Debian's packages for $1"
        cp -L "$file" "$2/$name"
    done
    [ "$1" = arm64 ] || ln -s lib "${2%/lib}/lib64"
}

# Copies the modules, and writes one line for each: its file, its options.
module_order() { # folder
    : >"$1/order"
    sed -e '/^#/d' -e '/^$/d' hil/virtual/modules | while read -r module options; do
        # What is built into the kernel is no file, and needs no loading.
        tool modprobe -d "$GUEST" -S "$RELEASE" --show-depends "$module" >"$OUT/depends" 2>&1 ||
            fail "modprobe: $(cat "$OUT/depends")"
        sed -n 's/^insmod \([^ ]*\).*/\1/p' "$OUT/depends" | while read -r file; do
            name=${file##*/}
            [ ! -e "$1/$name" ] || continue
            cp "$file" "$1/$name"
            if [ "$(echo "${name%.ko}" | tr - _)" = "$(echo "$module" | tr - _)" ]; then
                echo "$name $options" >>"$1/order"
            else
                echo "$name" >>"$1/order"
            fi
        done
    done
}
