//! Text of the C interface.

use core::ffi::{CStr, c_char};

/// A NUL-terminated text in an array; a missing NUL ends at the array's end.
pub(super) fn of_array(array: &[c_char]) -> String {
    let bytes: Vec<u8> =
        array.iter().map(|c| c.to_ne_bytes()[0]).take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A static text of the library.
///
/// # Safety
/// `text` is NULL or a NUL-terminated text that lives as long as the call.
pub(super) unsafe fn of_pointer(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: not NULL, and NUL-terminated by this function's contract.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_ends_at_its_nul_or_its_end() {
        let array = [b'a', b'b', 0, b'c'].map(|byte| byte.cast_signed() as c_char);
        assert_eq!(of_array(&array), "ab");
        assert_eq!(of_array(&array[..2]), "ab");
        assert_eq!(of_array(&[]), "");
    }
}
