//! The README's C example is the marked region of `c_examples/02_door.c`, which
//! is built and run.

use std::path::Path;

/// The region between the marks, without the indentation of its first line.
fn region(source: &str) -> String {
    let (_, rest) = source.split_once("/* README begin */\n").expect("the mark before");
    let (region, _) = rest.split_once("/* README end */").expect("the mark behind");
    let indentation = region.len() - region.trim_start().len();
    let lines = region.trim_end().lines().map(|line| line.get(indentation..).unwrap_or(""));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The first block of C in a text.
fn c_block(text: &str) -> Option<&str> {
    Some(text.split_once("```c\n")?.1.split_once("```")?.0)
}

#[test]
fn the_readme_quotes_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(root.join("c_examples/02_door.c")).unwrap();
    let region = region(&source);
    assert!((8..=20).contains(&region.lines().count()), "a short example:\n{region}");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let block = c_block(&readme).expect("README.md has no ```c block");
    assert!(block == region, "README.md must quote c_examples/02_door.c:\n```c\n{region}```");
}

#[test]
fn the_region_loses_its_indentation() {
    let source =
        "x\n    /* README begin */\n    a;\n    if (b)\n        c;\n    /* README end */\n";
    assert_eq!(region(source), "a;\nif (b)\n    c;\n");
    assert_eq!(c_block("text\n```c\na;\n```\n"), Some("a;\n"));
    assert_eq!(c_block("```rust\n```"), None);
}
