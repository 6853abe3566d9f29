//! The numbers in `src/ffi/layout.rs`, which the Rust compiler asserts, are the
//! numbers in `tests/c/layout.c`, which C compilers assert.
//!
//! `KAIMEN_BLESS=1 cargo test --test layout` writes the C file.

use std::fmt::Write;
use std::path::Path;

const C_FILE: &str = "tests/c/layout.c";

/// A name and its numbers with 64-bit and 32-bit pointers.
struct Place {
    name: String,
    wide: usize,
    narrow: usize,
}

struct Struct {
    size: Place,
    fields: Vec<Place>,
}

/// Reads `name [64-bit, 32-bit]`.
fn place(line: &str) -> Option<Place> {
    let (name, rest) = line.split_once(" [")?;
    let (wide, rest) = rest.split_once(", ")?;
    let (narrow, _) = rest.split_once(']')?;
    Some(Place { name: name.to_owned(), wide: wide.parse().ok()?, narrow: narrow.parse().ok()? })
}

/// Reads the list in the one `layout!` call.
fn structs(source: &str) -> Vec<Struct> {
    let list = source.split_once("\nlayout! {\n").expect("the layout! call").1;
    let mut structs: Vec<Struct> = Vec::new();
    for line in list.lines().map(str::trim).filter(|line| !line.starts_with('}')) {
        let place = place(line).unwrap_or_else(|| panic!("not a place: {line}"));
        if line.ends_with('{') {
            structs.push(Struct { size: place, fields: Vec::new() });
        } else {
            structs.last_mut().expect("a field within a struct").fields.push(place);
        }
    }
    structs
}

fn c_file(structs: &[Struct]) -> String {
    let mut text = String::from(
        "/* Generated from src/ffi/layout.rs by the test `layout`; run `make header`. */\n\
         #include \"kaimen.h\"\n\n\
         #if UINTPTR_MAX == UINT64_MAX\n\
         #define NUMBER(wide, narrow) (wide)\n\
         #else\n\
         #define NUMBER(wide, narrow) (narrow)\n\
         #endif\n\
         #define SIZE(type, wide, narrow) \\\n    \
         _Static_assert(sizeof(type) == NUMBER(wide, narrow), \"size of \" #type)\n\
         #define OFFSET(type, field, wide, narrow) \\\n    \
         _Static_assert(offsetof(type, field) == NUMBER(wide, narrow), #type \".\" #field)\n\
         #define FIELD(type, field) sizeof(((type *)0)->field)\n",
    );
    for Struct { size, fields } in structs {
        let name = &size.name;
        writeln!(text, "\nSIZE({name}, {}, {});", size.wide, size.narrow).unwrap();
        for field in fields {
            let Place { name: field, wide, narrow } = field;
            writeln!(text, "OFFSET({name}, {field}, {wide}, {narrow});").unwrap();
        }
        let sizes: Vec<_> =
            fields.iter().map(|field| format!("FIELD({name}, {})", field.name)).collect();
        let sum = sizes.join(" +\n                   ");
        let message = format!("\"no padding, no other field in {name}\"");
        writeln!(text, "_Static_assert(sizeof({name}) ==\n                   {sum},").unwrap();
        writeln!(text, "               {message});").unwrap();
    }
    text
}

#[test]
fn both_sides_assert_the_same_numbers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(root.join("src/ffi/layout.rs")).unwrap();
    let structs = structs(&source);
    let generated = c_file(&structs);
    let path = root.join(C_FILE);
    if std::env::var_os("KAIMEN_BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{C_FILE} is not current; run `make header` and commit it");
}

#[test]
fn every_struct_of_the_header_is_asserted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(root.join("src/ffi/layout.rs")).unwrap();
    let mut asserted: Vec<_> = structs(&source).into_iter().map(|s| s.size.name).collect();
    asserted.sort();
    let header = std::fs::read_to_string(root.join("include/kaimen.h")).unwrap();
    let mut declared: Vec<_> = header
        .lines()
        .filter_map(|line| line.strip_prefix("typedef struct ")?.strip_suffix(" {"))
        .collect();
    declared.sort_unstable();
    assert!(declared.len() > 10, "the header was not understood: {declared:?}");
    assert_eq!(asserted, declared);
}

#[test]
fn a_pointer_makes_the_columns_differ() {
    let source = "x\nlayout! {\n    kaimen_x [16, 12] {\n        at [8, 4],\n    }\n}\n";
    let text = c_file(&structs(source));
    assert!(text.contains("SIZE(kaimen_x, 16, 12);\nOFFSET(kaimen_x, at, 8, 4);"), "{text}");
}
