//! What comes through a pointer from C: checked, then copied or borrowed.
//!
//! Every raw pointer of the interface goes through one of these functions.
//! They check what can be checked (NULL, sizes, encodings); that a non-NULL
//! pointer is valid for its documented extent is the caller's promise.

use core::ffi::{c_char, c_void};

use crate::error::Error;

/// A struct of the interface that starts with `uint32_t struct_size`.
///
/// # Safety
/// The type is `repr(C)`, `Copy`, starts with a `u32` that holds its size, has
/// no padding, and every bit pattern of its other fields is valid.
pub(super) unsafe trait Versioned: Copy {
    /// As its `_init` function fills it; `struct_size` is set.
    fn new() -> Self;
}

/// NULL is an error that names the argument.
pub(super) fn not_null<T>(pointer: *const T, name: &'static str) -> Result<*const T, Error> {
    if pointer.is_null() { Err(Error::Null { name }) } else { Ok(pointer) }
}

/// Checks the `struct_size` that the caller's struct carries and returns it.
///
/// A larger struct comes from a newer header: fine as long as the part that
/// this version does not know is all zero. A smaller one was not initialised.
///
/// # Safety
/// `pointer` is not NULL and valid for reads of the size that it states.
unsafe fn checked_size<T: Versioned>(
    pointer: *const T,
    name: &'static str,
) -> Result<usize, Error> {
    let known = size_of::<T>();
    // SAFETY: every versioned struct starts with its u32 size (trait contract),
    // readable by this function's contract; unaligned reads need no alignment.
    let stated = unsafe { pointer.cast::<u32>().read_unaligned() } as usize;
    // A stated size far beyond any real struct is uninitialised memory; it
    // must not make the check of the tail run through foreign memory.
    if stated < known || stated > known + MAX_UNKNOWN_TAIL {
        return Err(Error::StructSize { name, stated, known });
    }
    for offset in known..stated {
        // SAFETY: offset < stated, and the caller promises that many bytes.
        let byte = unsafe { pointer.cast::<u8>().add(offset) };
        // SAFETY: as above.
        if unsafe { byte.read() } != 0 {
            return Err(Error::StructTail { name, stated, known });
        }
    }
    Ok(stated)
}

/// How much larger than ours a struct of a newer header may be, in bytes.
const MAX_UNKNOWN_TAIL: usize = 4096;

/// Copies a versioned struct in.
///
/// # Safety
/// `pointer` is NULL or valid for reads of the size that it states.
pub(super) unsafe fn read_struct<T: Versioned>(
    pointer: *const T,
    name: &'static str,
) -> Result<T, Error> {
    not_null(pointer, name)?;
    // SAFETY: not NULL, and the rest is this function's own contract.
    unsafe { checked_size(pointer, name) }?;
    // SAFETY: at least size_of::<T>() bytes are readable (checked_size).
    Ok(unsafe { pointer.read_unaligned() })
}

/// Refuses a result struct that cannot be written, before any work is done.
///
/// # Safety
/// `pointer` is NULL or valid for reads and writes of the size that it states.
pub(super) unsafe fn check_out_struct<T: Versioned>(
    pointer: *mut T,
    name: &'static str,
) -> Result<(), Error> {
    not_null(pointer, name)?;
    // SAFETY: not NULL, and the rest is this function's own contract.
    unsafe { checked_size(pointer.cast_const(), name) }.map(|_| ())
}

/// Copies a result out; `struct_size` stays the caller's.
///
/// # Safety
/// [`check_out_struct`] succeeded for `pointer`.
pub(super) unsafe fn write_struct<T: Versioned>(pointer: *mut T, value: T) {
    // SAFETY: the struct starts with its u32 size and is readable (contract).
    let stated = unsafe { pointer.cast::<u32>().read_unaligned() };
    // SAFETY: size_of::<T>() bytes are writable (contract).
    unsafe { pointer.write_unaligned(value) };
    // SAFETY: as above; the first field is the size.
    unsafe { pointer.cast::<u32>().write_unaligned(stated) };
}

/// Fills a struct for its `_init` function; NULL is ignored.
///
/// # Safety
/// `pointer` is NULL or valid for writes of `T`.
pub(super) unsafe fn init_struct<T: Versioned>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: not NULL, and writable by contract.
        unsafe { pointer.write_unaligned(T::new()) };
    }
}

/// Writes a plain result.
///
/// # Safety
/// `pointer` is NULL or valid for writes of `T`.
pub(super) unsafe fn write_out<T>(
    pointer: *mut T,
    value: T,
    name: &'static str,
) -> Result<(), Error> {
    not_null(pointer, name)?;
    // SAFETY: not NULL, and writable by contract.
    unsafe { pointer.write_unaligned(value) };
    Ok(())
}

/// Borrows a buffer. Size 0 is the empty slice, whatever the pointer.
///
/// # Safety
/// `pointer` is NULL or valid for reads of `size` bytes that nobody changes
/// while the slice lives.
pub(super) unsafe fn bytes<'a>(
    pointer: *const c_void,
    size: usize,
    name: &'static str,
) -> Result<&'a [u8], Error> {
    if size == 0 {
        return Ok(&[]);
    }
    not_null(pointer, name)?;
    if size > isize::MAX.unsigned_abs() {
        return Err(Error::Argument { name, reason: "larger than the address space allows" });
    }
    // SAFETY: not NULL, readable for `size` bytes by contract, size <= isize::MAX.
    Ok(unsafe { core::slice::from_raw_parts(pointer.cast::<u8>(), size) })
}

/// Borrows a NUL-terminated string of at most `max` bytes, NUL not counted.
/// Reads no further than `max + 1` bytes.
///
/// # Safety
/// `pointer` is NULL or points to a NUL-terminated string that nobody changes
/// while the slice lives.
pub(super) unsafe fn text<'a>(
    pointer: *const c_char,
    max: usize,
    name: &'static str,
) -> Result<&'a str, Error> {
    not_null(pointer, name)?;
    let mut length = 0;
    loop {
        // SAFETY: no NUL was met before `length`, so the string goes on.
        let at = unsafe { pointer.add(length) };
        // SAFETY: as above.
        if unsafe { at.read() } == 0 {
            break;
        }
        length += 1;
        if length > max {
            return Err(Error::Argument { name, reason: "longer than the header allows" });
        }
    }
    // SAFETY: `length` bytes before the NUL were just read.
    let bytes = unsafe { core::slice::from_raw_parts(pointer.cast::<u8>(), length) };
    core::str::from_utf8(bytes).map_err(|_| Error::Utf8 { name })
}

/// Borrows an optional string: NULL is `None`.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn optional_text<'a>(
    pointer: *const c_char,
    max: usize,
    name: &'static str,
) -> Result<Option<&'a str>, Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: this function's contract is that of `text`.
    unsafe { text(pointer, max, name) }.map(Some)
}

/// Copies text into a fixed array, cut at a character boundary so that a
/// terminating NUL always fits. Returns the array.
pub(super) fn fixed_text<const N: usize>(text: &str) -> [c_char; N] {
    let mut out = [0; N];
    let mut end = text.len().min(N - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for (target, byte) in out.iter_mut().zip(&text.as_bytes()[..end]) {
        *target = c_char::from_ne_bytes([*byte]);
    }
    out
}
