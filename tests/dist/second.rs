//! Another Rust library in the same program, with a standard library of its own: it catches a panic
//! as kaimen does.
#![crate_type = "staticlib"]

/// 1 if a panic was caught.
#[unsafe(no_mangle)]
pub extern "C" fn second_catch() -> i32 {
    std::panic::set_hook(Box::new(|_| ()));
    let caught = std::panic::catch_unwind(|| {
        let none: Vec<u8> = Vec::new();
        none[std::hint::black_box(7)]
    });
    i32::from(caught.is_err())
}
