//! The conventions at the top of the header, as far as the sources show them.
//!
//! Each check is a function from text to complaints. It runs over the real
//! sources, and over a bad snippet that it must complain about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// An exported function as it stands in the source.
#[derive(Debug, Default)]
struct Export {
    name: String,
    doc: String,
    /// Name and type.
    parameters: Vec<(String, String)>,
    result: String,
    body: String,
}

impl Export {
    fn fails(&self) -> bool {
        self.result == "kaimen_status"
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// All Rust files under a folder of the repository.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "{folder} has no sources");
    files
}

fn ffi_source() -> String {
    rust_files("src/ffi").iter().map(read).collect()
}

/// Source without comments and without what stands between double quotes.
fn code(source: &str) -> String {
    let mut code = String::new();
    for line in source.lines() {
        let line = line.split("//").next().unwrap_or("");
        for (place, piece) in line.split('"').enumerate() {
            code += if place % 2 == 0 { piece } else { "\"\"" };
        }
        code.push('\n');
    }
    code
}

/// The text up to the bracket that closes the one at the start.
fn bracketed(text: &str) -> &str {
    let (open, mut depth) = (text.chars().next().expect("a bracket"), 0);
    let close = [('(', ')'), ('{', '}')].into_iter().find(|pair| pair.0 == open).unwrap().1;
    for (at, letter) in text.char_indices() {
        depth += i32::from(letter == open) - i32::from(letter == close);
        if depth == 0 {
            return &text[1..at];
        }
    }
    panic!("not closed: {text}")
}

/// Everything that is exported, found by its attribute.
fn exports(source: &str) -> Vec<Export> {
    let mut exports = Vec::new();
    let lines: Vec<&str> = source.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if !line.trim_start().starts_with("#[unsafe(no_mangle)]") {
            continue;
        }
        let mut doc: Vec<&str> = lines[..at]
            .iter()
            .rev()
            .map_while(|line| line.trim_start().strip_prefix("///"))
            .map(str::trim)
            .collect();
        doc.reverse();
        let item = lines[at + 1..].join("\n");
        let signature = item.split_once("fn ").expect("a function").1;
        let (name, _) = signature.split_once('(').expect("parameters");
        let parameters = bracketed(&signature[name.len()..]);
        let rest = &signature[name.len() + parameters.len() + 2..];
        let brace = rest.find('{').expect("a body");
        let result = rest[..brace].trim().trim_start_matches("->").trim();
        exports.push(Export {
            name: name.to_owned(),
            doc: doc.join(" "),
            parameters: parameters
                .split(',')
                .filter_map(|parameter| parameter.split_once(':'))
                .map(|(name, kind)| (name.trim().to_owned(), kind.trim().to_owned()))
                .collect(),
            result: result.to_owned(),
            body: bracketed(&rest[brace..]).trim().to_owned(),
        });
    }
    exports
}

/// Convention 12: the whole body is one call of the guard.
fn unguarded(export: &Export) -> Option<String> {
    let Export { name, body, .. } = export;
    let guard = if export.fails() { "boundary::call(" } else { "boundary::plain(" };
    let call = body.trim_start_matches("super::");
    let whole = call.starts_with(guard) && {
        let arguments = bracketed(&call[guard.len() - 1..]);
        call.len() == guard.len() + arguments.len() + 1
    };
    (!whole).then(|| format!("{name}: the body is not exactly one {guard}…)"))
}

/// Conventions 1 to 3 and 10: names, the handle first, the detail last.
fn misshapen(export: &Export) -> Vec<String> {
    let Export { name, parameters, .. } = export;
    let mut complaints = Vec::new();
    if !name.starts_with("kaimen_") {
        complaints.push(format!("{name}: not called kaimen_…"));
    }
    let detail = ("detail".to_owned(), "*mut kaimen_detail".to_owned());
    if export.fails() && parameters.last() != Some(&detail) {
        complaints.push(format!("{name}: the last parameter is not the detail"));
    }
    if !export.fails() && !matches!(export.result.as_str(), "" | "u32" | "usize" | "*const c_char")
    {
        complaints.push(format!("{name}: returns {}", export.result));
    }
    for (at, (parameter, kind)) in parameters.iter().enumerate() {
        let is_handle = ["engine", "request", "report"]
            .iter()
            .any(|noun| *kind == format!("*mut kaimen_{noun}") && name.contains(noun));
        if is_handle && at != 0 {
            complaints.push(format!("{name}: the handle {parameter} is not first"));
        }
    }
    complaints
}

/// Convention 2: a comment that says which statuses there are, and that they exist.
fn undocumented(
    export: &Export,
    names: &BTreeSet<&str>,
    statuses: &BTreeSet<String>,
) -> Vec<String> {
    let Export { name, doc, parameters, .. } = export;
    let mut complaints = Vec::new();
    if doc.len() < 20 {
        complaints.push(format!("{name}: no comment"));
    }
    if !export.fails() {
        return complaints;
    }
    match doc.split_once("Statuses: ") {
        None => complaints.push(format!("{name}: does not say its statuses")),
        Some((_, list)) => {
            let refers = list.starts_with("as ");
            if !refers && !list.starts_with("`KAIMEN_OK`") {
                complaints.push(format!("{name}: the statuses do not begin with `KAIMEN_OK`"));
            }
            // What every function of this shape can answer.
            let pointers = parameters.iter().any(|(at, kind)| at != "detail" && kind.contains('*'));
            if !refers && pointers && !list.contains("`KAIMEN_ERR_NULL`") {
                complaints.push(format!("{name}: does not name `KAIMEN_ERR_NULL`"));
            }
            let handle = parameters.iter().any(|(_, kind)| {
                ["*const kaimen_", "*mut kaimen_"]
                    .iter()
                    .filter_map(|prefix| kind.strip_prefix(prefix))
                    .any(|noun| matches!(noun, "engine" | "request" | "report"))
            });
            if !refers && handle && !list.contains("`KAIMEN_ERR_HANDLE`") {
                complaints.push(format!("{name}: does not name `KAIMEN_ERR_HANDLE`"));
            }
        }
    }
    // "Statuses: as `kaimen_x`" needs an x that says them.
    if let Some(other) = doc.split_once("Statuses: as `").and_then(|(_, rest)| rest.split_once('`'))
        && !names.contains(other.0)
    {
        complaints.push(format!("{name}: there is no {} to look at", other.0));
    }
    for word in doc.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
        let is_status = word == "KAIMEN_OK" || word.starts_with("KAIMEN_ERR_");
        if is_status && !statuses.contains(word) {
            complaints.push(format!("{name}: there is no status {word}"));
        }
    }
    complaints
}

/// Parameters that the conventions explain for all functions.
const CONVENTIONAL: [&str; 8] =
    ["engine", "request", "report", "probe", "config", "userid", "user_type", "detail"];

/// Pointers and sizes are spoken of in the comment, unless a convention does.
fn unmentioned(export: &Export) -> Vec<String> {
    let Export { name, doc, parameters, .. } = export;
    let init = name.ends_with("_init") || name.contains("_preset_");
    parameters
        .iter()
        .filter(|(parameter, kind)| {
            // The receiver of a handle is no handle yet.
            let is_output = kind.starts_with("*mut *mut");
            let is_conventional = CONVENTIONAL.contains(&parameter.as_str()) && !is_output;
            let is_told = doc.contains(&format!("`{parameter}`"));
            (kind.contains('*') || kind == "usize") && !is_conventional && !is_told && !init
        })
        .map(|(parameter, _)| format!("{name}: the comment does not speak of `{parameter}`"))
        .collect()
}

/// Public items of the interface are prefixed.
fn unprefixed(source: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for line in source.lines() {
        for (item, prefix) in [
            ("pub struct ", "kaimen_"),
            ("pub type ", "kaimen_"),
            ("pub const ", "KAIMEN_"),
            ("pub static ", "KAIMEN_"),
            ("pub enum ", "kaimen_"),
            ("pub unsafe extern \"C\" fn ", "kaimen_"),
            ("pub extern \"C\" fn ", "kaimen_"),
        ] {
            if line.strip_prefix(item).is_some_and(|name| !name.starts_with(prefix)) {
                complaints.push(format!("not called {prefix}…: {line}"));
            }
        }
        // Convention: no enum crosses the boundary, its size is the compiler's.
        if line.starts_with("pub enum ") {
            complaints.push(format!("an enum in the interface: {line}"));
        }
    }
    complaints
}

/// Convention 6: structs with a size have an `_init`, and only they.
fn without_init(source: &str, exports: &[Export]) -> Vec<String> {
    let names: BTreeSet<_> = exports.iter().map(|export| export.name.as_str()).collect();
    let mut complaints = Vec::new();
    for (at, _) in source.match_indices("#[repr(C)]") {
        let item = source[at..].split_once("pub struct ").expect("a struct").1;
        let name = item.split_once(" {").expect("fields").0;
        let body = bracketed(&item[name.len() + 1..]);
        let first = body.lines().map(str::trim).find(|line| line.starts_with("pub "));
        let sized = first == Some("pub struct_size: u32,");
        let init = names.contains(format!("{name}_init").as_str());
        // The element of an array that never grows.
        if name != "kaimen_member_key" && !(sized && init) {
            complaints.push(format!("{name}: no struct_size at its start, or no {name}_init"));
        }
        for line in body.lines().map(str::trim).filter(|line| line.starts_with("pub ")) {
            for kind in ["bool", "isize", "c_int", "c_long", "Option<", "&"] {
                if line.split_once(": ").is_some_and(|(_, field)| field.starts_with(kind)) {
                    complaints.push(format!("{name}: {line} has no fixed width in C"));
                }
            }
        }
    }
    complaints
}

/// C linkage belongs to `src/ffi`.
fn foreign_linkage(source: &str) -> bool {
    // Between quotes nothing is left, so `extern "C"` reads `extern ""`.
    ["no_mangle", "export_name", "extern \"\"", "link_section"]
        .iter()
        .any(|word| code(source).contains(word))
}

/// `unsafe` belongs to `src/ffi` and `src/kernels`.
fn has_unsafe(source: &str) -> bool {
    code(source)
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|word| word == "unsafe")
}

fn statuses() -> BTreeSet<String> {
    let source = read("src/status.rs");
    let names = source.lines().filter_map(|line| line.strip_prefix("pub const "));
    names.filter_map(|line| line.split_once(": i32 =")).map(|(name, _)| name.to_owned()).collect()
}

fn none(complaints: impl IntoIterator<Item = String>) {
    let complaints: Vec<_> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_export_is_guarded() {
    let exports = exports(&ffi_source());
    assert!(exports.len() >= 40, "the sources were not understood: {}", exports.len());
    none(exports.iter().filter_map(unguarded));
    let bad = "#[unsafe(no_mangle)]\npub extern \"C\" fn kaimen_x() -> u32 {\n    7\n}\n";
    assert!(unguarded(&self::exports(bad)[0]).is_some());
    for body in [
        "let x = 1;\n    boundary::plain(0, || x)",
        "boundary::plain(0, || 1) + 1",
        "boundary::call(detail, || Ok(()))",
        "boundary::plain(0, || 1);\n    2",
    ] {
        let bad = Export { body: body.to_owned(), result: "u32".to_owned(), ..Export::default() };
        assert!(unguarded(&bad).is_some(), "{body}");
    }
}

#[test]
fn every_export_has_its_shape() {
    none(exports(&ffi_source()).iter().flat_map(misshapen));
    let bad = "#[unsafe(no_mangle)]\npub extern \"C\" fn engine_x(a: u32, engine: *mut kaimen_engine) \
               -> kaimen_status {\n}\n";
    assert_eq!(misshapen(&exports(bad)[0]).len(), 3, "{:?}", misshapen(&exports(bad)[0]));
}

#[test]
fn every_export_is_documented() {
    let (exports, statuses) = (exports(&ffi_source()), statuses());
    assert!(statuses.len() > 30, "the statuses were not understood: {statuses:?}");
    let names: BTreeSet<_> = exports.iter().map(|export| export.name.as_str()).collect();
    none(exports.iter().flat_map(|export| undocumented(export, &names, &statuses)));
    let bad = Export {
        doc: "A long enough comment.".to_owned(),
        result: "kaimen_status".to_owned(),
        ..Export::default()
    };
    assert_eq!(undocumented(&bad, &names, &statuses).len(), 1);
    let doc = "A comment. Statuses: `KAIMEN_OK`, `KAIMEN_ERR_NONSENSE`.".to_owned();
    let parameters = vec![("engine".to_owned(), "*const kaimen_engine".to_owned())];
    // No NULL, no HANDLE, and one that does not exist.
    assert_eq!(undocumented(&Export { doc, parameters, ..bad }, &names, &statuses).len(), 3);
    assert_eq!(undocumented(&Export::default(), &names, &statuses).len(), 1);
    let bad = Export {
        doc: "A long enough comment. Statuses: as `kaimen_nothing`.".to_owned(),
        result: "kaimen_status".to_owned(),
        ..Export::default()
    };
    assert_eq!(undocumented(&bad, &names, &statuses).len(), 1);
}

#[test]
fn every_pointer_and_size_is_spoken_of() {
    none(exports(&ffi_source()).iter().flat_map(unmentioned));
    let parameters = vec![
        ("engine".to_owned(), "*mut *mut kaimen_engine".to_owned()),
        ("count".to_owned(), "usize".to_owned()),
        ("now".to_owned(), "i64".to_owned()),
    ];
    let bad = Export { doc: "`now` only.".to_owned(), parameters, ..Export::default() };
    assert_eq!(unmentioned(&bad).len(), 2);
}

#[test]
fn names_are_prefixed() {
    let files = rust_files("src/ffi").into_iter();
    // What is not public or not in the header is Rust's own business.
    none(files.flat_map(|file| unprefixed(&read(file))));
    assert!(statuses().iter().all(|name| name == "KAIMEN_OK" || name.starts_with("KAIMEN_ERR_")));
    let bad = "pub struct engine {\npub const SIZE: u32 = 1;\npub enum kaimen_e {\n";
    assert_eq!(unprefixed(bad).len(), 3);
}

#[test]
fn every_struct_has_a_size_and_an_init() {
    let source = ffi_source();
    assert!(source.matches("#[repr(C)]").count() >= 14);
    none(without_init(&source, &exports(&source)));
    let bad = "#[repr(C)]\npub struct kaimen_x {\n    pub flag: bool,\n}\n";
    assert_eq!(without_init(bad, &[]).len(), 2);
}

#[test]
fn c_linkage_and_unsafe_stay_in_their_folders() {
    let (ffi, kernels) = (root().join("src/ffi"), root().join("src/kernels"));
    for path in rust_files("src") {
        let source = read(&path);
        let name = path.strip_prefix(root()).unwrap().display();
        assert!(path.starts_with(&ffi) || !foreign_linkage(&source), "C linkage in {name}");
        let allowed = path.starts_with(&ffi) || path.starts_with(&kernels);
        assert!(allowed || !has_unsafe(&source), "unsafe code in {name}");
    }
    assert!(foreign_linkage("extern \"C\" fn f() {}"));
    assert!(foreign_linkage("#[unsafe(no_mangle)]"));
    assert!(!foreign_linkage("// extern \"C\""));
    assert!(has_unsafe("x = unsafe { y };"));
    assert!(!has_unsafe("/// unsafe\n\"unsafe\" unsafe_code"));
}
