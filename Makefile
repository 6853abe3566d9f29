# kaimen: the two commands are `make demo` and `make test`.
#
# Both install what they need and name in one line what they cannot install.

CARGO ?= cargo
FEATURES := capi,simsimd

# The package of benches/face_1n, without the peers that take minutes to build. In a folder of its own, as fuzz/:
# a library that is a C library as well has one file name whatever its features are.
FACE_1N := --manifest-path benches/face_1n/Cargo.toml --target-dir $(or $(CARGO_TARGET_DIR),target)/bench-1n --locked

.PHONY: demo test parts bench count bench-1n bench-board bench-report lib header fuzz setup fmt lint docs rust-test c-gates emulate cross dist dist-test bench-test hil hil-short hil-virtual

# The main job: build the library and a C reader, feed it a site.
# `make demo ARGS="--sync answer.json --probe probes.tsv"` runs it on your own.
demo:
	@sh demo/run.sh $(ARGS)

# All tests, in the order in which they fail fastest, and how long each of them took.
test:
	@MAKE="$(MAKE)" sh scripts/stages.sh setup fmt lint docs rust-test bench-test hil-short parts+dist-test c-gates+emulate
	@echo "all checks passed"

# Speed, as ratios in one run each; records are in benches/record/.
bench:
	$(CARGO) bench --bench face_scan_ratio --bench face_limits
	$(CARGO) bench --bench import
	$(CARGO) bench --bench protocol --bench rules --bench face_scan

# Ours and every competitor, in one run (NumKong takes minutes to build):
# `make bench-1n ARGS="--sizes 10000,100000 --rounds 21 --json target/face_1n.json"`.
bench-1n:
	@CARGO="$(CARGO)" sh benches/face_1n/run.sh $(ARGS)

# One static program that measures a board: target/bench-board/TARGET/release/kaimen-bench
# (board/README.md), for this machine or for `TARGETS="aarch64-unknown-linux-gnu …"`.
bench-board:
	@sh scripts/bench_board.sh $(TARGETS)

# Draws what bench-1n has measured: latency against gallery size.
# `make bench-report JSON=target/face_1n.json SVG=benches/record/face_1n.svg`.
bench-report:
	$(CARGO) run --quiet $(FACE_1N) --bin report -- \
		$(or $(JSON),target/face_1n.json) $(or $(SVG),benches/record/face_1n.svg)

# Instructions a row of a search, by callgrind.
count:
	@sh scripts/count.sh

# What a vendor links: target/release/libkaimen.a and libkaimen.so.
lib:
	$(CARGO) build --release --features capi

# Writes what is generated from the sources: include/kaimen.h, its layout in
# tests/c/layout.c, and from the header the list of symbols.
header:
	KAIMEN_BLESS=1 $(CARGO) test --features capi --test header --test layout
	KAIMEN_BLESS=1 $(CARGO) test --features capi --test c_abi the_list_is_the_header

# Each fuzz target for SECONDS (default 60).
fuzz:
	@sh scripts/fuzz.sh $(or $(SECONDS),60)

setup:
	@sh scripts/setup.sh

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) clippy --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --locked -- -D warnings
	$(CARGO) fmt --manifest-path benches/face_1n/Cargo.toml --check
	$(CARGO) clippy $(FACE_1N) --all-targets -- -D warnings

docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --all-features --locked

# With the rig's faces: models of a few numbers stand in where no real ones are.
WHOLE := --workspace --features $(FEATURES),kaimen-hil/face
rust-test:
	$(CARGO) test $(WHOLE) --locked

# Builds without fingerprints, without the store, without both: warnings, tests, the least size.
# `make parts ARGS=sizes` weighs all of them.
parts:
	@CARGO="$(CARGO)" sh scripts/parts.sh $(ARGS)

# The quick C gates run inside the Rust tests (tests/c_examples.rs).
c-gates:
	@sh scripts/c_gates.sh valgrind tsan memory

# Unit tests of kernels and index, and the C examples, for ARM on emulated processors.
emulate:
	@sh scripts/emulate.sh

# The library for every target, or for `TARGETS="aarch64-unknown-linux-musl …"`.
cross:
	@sh scripts/cross.sh $(TARGETS)

# The release archive: this machine's, or of `TARGETS="…"`.
dist:
	@sh scripts/dist.sh $(TARGETS)

# The archive unpacked and used as a vendor would; sizes; the same bytes from another folder.
dist-test: dist
	@sh scripts/dist_test.sh $(TARGETS)
	@sh scripts/dist_test.sh --reproducible

# Benches are tests first: compiled, and run once. The packages and features are those of the tests,
# so that nothing else has to be built for them.
bench-test:
	$(CARGO) test $(WHOLE) --bench '*' --locked
	$(CARGO) test $(FACE_1N) --all-targets

# The rig without hardware: every suite that the library, emulated modules and the C
# reader as a program allow. `make hil ARGS="--rig rig.toml"` runs it on a real one.
hil:
	@CARGO="$(CARGO)" sh hil/run.sh $(ARGS)

# Both ways of the rig without hardware, as short as they can be: every suite here, then one
# boot of an arm64 machine: unplugging and plugging in again, and the door on its console.
# The harness is the one that the tests have built.
hil-short: export KAIMEN_HIL_BUILD = $(WHOLE)
hil-short:
	@CARGO="$(CARGO)" sh hil/run.sh --debug --endurance 2
	@CARGO="$(CARGO)" sh hil/virtual.sh --short arm64

# The same in a machine under QEMU, over the kernel's real drivers for cameras
# and serial converters, and with the machine as a board; then the drivers alone, unplugged in mid-transfer.
# `make hil-virtual MACHINE=amd64` for another machine than arm64.
hil-virtual:
	@CARGO="$(CARGO)" sh hil/virtual.sh $(or $(MACHINE),arm64) $(ARGS)
	KAIMEN_VIRTUAL_RIG=$(or $(MACHINE),arm64) $(CARGO) test --package kaimen-hil --test virtual_rig -- --nocapture
