# The Debian packages of the virtual rig, unpacked under target/virtual and
# installed nowhere. Sourced by run.sh, which defines `say` and `skip`.
#
#   $TOOLS     QEMU, kmod and cpio for this machine
#   $GUEST     kernel, modules, busybox and C library of the machine to boot
#
# apt keeps a state of its own here: only Debian's main suite, for the two
# architectures, so that no list of the system's own is changed or waited for.

SUITE=bookworm
MIRROR=${KAIMEN_DEBIAN_MIRROR:-http://deb.debian.org/debian}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Once a run, and only where something is missing.
private_apt() {
    [ -z "${APT_CONFIG:-}" ] || return 0
    have apt-get || skip "no apt-get: QEMU and the kernels are taken from Debian's packages"
    have dpkg-deb || skip "no dpkg-deb to unpack Debian's packages"
    [ -e $KEYRING ] || skip "no $KEYRING to check Debian's packages with"
    state=$OUT/apt
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    # The system's own mirror, if it names one in the usual place.
    uri=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
    echo "deb [arch=amd64,arm64 signed-by=$KEYRING] ${uri:-$MIRROR} $SUITE main" >"$state/sources.list"
    cat >"$state/apt.conf" <<END
#clear APT::Architectures;
APT::Architectures { "amd64"; "arm64"; };
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$state/lists";
Dir::Cache "$state/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::http::Timeout "30";
END
    export APT_CONFIG="$state/apt.conf"
    # The system's lists may be of another suite; a sync of the mirror may be under way.
    for pause in 2 5 10 0; do
        lists "$OUT/apt.log" && return 0
        sleep $pause
    done
    unset APT_CONFIG
    skip "apt cannot read the lists of $SUITE: $(grep '^[EW]:' "$OUT/apt.log" | head -n 1); see $OUT/apt.log"
}

lists() { # log
    timeout 300 apt-get -qq -o APT::Update::Error-Mode=any update >"$1" 2>&1
}

# A package that cannot be had where the network is there is broken, and that is a failure.
unavailable() { # reason
    ! lists "$OUT/apt-lists.log" ||
        fail "$*, though the lists of $SUITE can be read; see $OUT/apt.log"
    skip "$*; see $OUT/apt.log"
}

# Puts packages into a folder, whole or not at all.
unpack() { # folder package...
    whole=$1
    shift
    part=$whole.part
    rm -rf "$part"
    mkdir -p "$part/debs"
    # Mirrors hiccup; what is there already is not fetched again.
    for pause in 2 10 0; do
        (cd "$part/debs" && timeout 900 apt-get -qq download "$@") >>"$OUT/apt.log" 2>&1 && break
        [ $pause != 0 ] || unavailable "apt cannot download $*"
        sleep $pause
    done
    for package in "$part"/debs/*.deb; do
        dpkg-deb -x "$package" "$part" || fail "$(basename "$package") cannot be unpacked"
    done
    rm -r "$part/debs"
    rm -rf "$whole"
    mv "$part" "$whole"
}

# QEMU for both machines, with what it needs beyond what this system has.
tools() {
    TOOLS=$OUT/tools
    [ -d "$TOOLS" ] || {
        private_apt
        say "unpacking QEMU"
        planned=$(apt-get install -s -y --no-install-recommends \
            qemu-system-arm qemu-system-x86 seabios ipxe-qemu kmod cpio 2>>"$OUT/apt.log") ||
            unavailable "apt cannot plan the installation of QEMU"
        needed=$(echo "$planned" | awk '/^Inst/ { print $2 }')
        # What is installed already is used where it is.
        [ -n "$needed" ] || { mkdir -p "$TOOLS" && return 0; }
        # shellcheck disable=SC2086 # the packages are words of their own
        unpack "$TOOLS" $needed
        # The package links these by absolute paths.
        for name in depmod modprobe; do
            [ ! -x "$TOOLS/bin/kmod" ] || ln -sf kmod "$TOOLS/bin/$name"
        done
    }
}

# A program of $TOOLS, or of the system.
tool() (
    become "$@"
)

# The same in the place of this process, so that who ends it ends the program.
become() { # name argument...
    name=$1
    shift
    for place in usr/bin bin usr/sbin sbin; do
        if [ -x "$TOOLS/$place/$name" ]; then
            libraries=$(find "$TOOLS" -type d -path '*lib/*-linux-gnu' | tr '\n' ':')
            export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:-}"
            exec "$TOOLS/$place/$name" "$@"
        fi
    done
    PATH=$PATH:/usr/sbin:/sbin
    exec "$name" "$@"
}

# Kernel, busybox and C library for an architecture in Debian's words.
guest() { # arm64|amd64
    GUEST=$OUT/$1/packages
    [ -d "$GUEST" ] || {
        private_apt
        image=$(apt-cache depends "linux-image-$1:$1" | sed -n 's/.*Depends: \(linux-image-[0-9][^: ]*\).*/\1/p' |
            head -n 1)
        [ -n "$image" ] || unavailable "Debian's $SUITE names no kernel for $1"
        say "unpacking $image and busybox for $1"
        mkdir -p "$OUT/$1"
        unpack "$GUEST" "$image:$1" "busybox-static:$1" "libc6:$1" "libgcc-s1:$1"
    }
    KERNEL=$(find "$GUEST/boot" -name 'vmlinuz-*' | head -n 1)
    # shellcheck disable=SC2034 # initramfs.sh needs it
    RELEASE=${KERNEL##*/vmlinuz-}
}
