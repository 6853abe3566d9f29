//! `include/kaimen.h` is generated from the sources: it must be current.
//!
//! `KAIMEN_BLESS=1 cargo test --test header` writes it (`make header`).

use std::path::Path;

const HEADER: &str = "include/kaimen.h";

/// The order of topics in the header.
const SOURCES: [&str; 16] = [
    "src/status.rs",
    "src/ffi/types.rs",
    "src/ffi/detail.rs",
    "src/ffi/version.rs",
    "src/ffi/vendor.rs",
    "src/ffi/config.rs",
    "src/ffi/request.rs",
    "src/ffi/report.rs",
    "src/ffi/engine.rs",
    "src/ffi/import.rs",
    "src/ffi/store.rs",
    "src/ffi/decision.rs",
    "src/ffi/identify.rs",
    "src/ffi/events.rs",
    "src/ffi/audit.rs",
    "src/ffi/minutiae.rs",
];

fn generate() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    config.header = Some(std::fs::read_to_string(root.join("src/ffi/preamble.h")).unwrap());
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(root.join(source));
    }
    let mut text = Vec::new();
    builder.generate().unwrap().write(&mut text);
    String::from_utf8(text).unwrap()
}

#[test]
fn header_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(HEADER);
    let generated = generate();
    if std::env::var_os("KAIMEN_BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "{HEADER} is not what the sources say; run `make header` and commit it"
    );
}
