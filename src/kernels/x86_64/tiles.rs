//! The tile registers of AMX: eight matrices of 16 lines of 64 bytes. One by another is added to a third in 16
//! cycles.
//!
//! Intrinsics for tiles are not stable, hence `asm!`. The compiler does not know tile registers, so they
//! keep what they hold from one block of it to the next.

use core::arch::asm;
use core::arch::x86_64::__cpuid_count;

use crate::kernels::LANE_BYTES;

/// Lines and, in numbers of 32 bits, columns of a tile of sums.
const TILE: usize = 16;

/// Whether the processor has them for int8, and the system lets this process use them.
pub(super) fn is_available() -> bool {
    has_tiles() && is_permitted()
}

fn has_tiles() -> bool {
    const TILES: u32 = 1 << 24;
    const INT8: u32 = 1 << 25;
    #[allow(unused_unsafe, reason = "not unsafe in every version of the compiler")]
    // SAFETY: every processor with AVX-512, which is asked for first, has the instruction, and leaf 7 of it.
    let leaf = unsafe { __cpuid_count(7, 0) };
    leaf.edx & (TILES | INT8) == TILES | INT8
}

/// Tiles are 8 KiB of state that Linux saves only of processes that have asked for it (Documentation/arch/x86/xstate.rst).
/// It refuses where a thread's stack for signals is too small for them, or where it has none of this.
#[cfg(target_os = "linux")]
fn is_permitted() -> bool {
    const REQUEST_PERMISSION: libc::c_long = 0x1023;
    const TILE_DATA: libc::c_long = 18;
    // SAFETY: this call takes two numbers and touches no memory of ours.
    unsafe { libc::syscall(libc::SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_permitted() -> bool {
    false
}

/// What each tile is: 16 lines of 64 bytes.
#[repr(C, align(64))]
struct Shape {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    bytes: [u16; 16],
    lines: [u8; 16],
}

static SHAPE: Shape = {
    let mut shape =
        Shape { palette: 1, start: 0, reserved: [0; 14], bytes: [0; 16], lines: [0; 16] };
    let mut at = 0;
    while at < 8 {
        shape.bytes[at] = 64;
        shape.lines[at] = 16;
        at += 1;
    }
    shape
};

const _: () = assert!(size_of::<Shape>() == 64);

/// The tile registers, in use while this lives. 0 to 3 hold sums, 4 to 7 what is multiplied.
pub(super) struct Tiles(());

/// What tiles 0 to 3 hold.
#[derive(Clone)]
#[repr(align(64))]
pub(super) struct TileSums(pub(super) [[[i32; TILE]; TILE]; 4]);

impl TileSums {
    pub(super) const ZERO: TileSums = TileSums([[[0; TILE]; TILE]; 4]);
}

impl Tiles {
    /// Only where [`is_available`] says so.
    #[inline]
    pub(super) fn begin() -> Tiles {
        // SAFETY: the caller's tier was found to have tiles and the permission to use them; the
        // 64 bytes that are read are a valid description of them.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const SHAPE, options(readonly, nostack, preserves_flags));
        }
        Tiles(())
    }

    /// The sums.
    #[inline]
    pub(super) fn store(&self, sums: &mut TileSums) {
        // SAFETY: tiles are set up while `self` lives; each store writes 16 lines of 64 bytes, one of
        // the four tiles of `sums`.
        unsafe {
            asm!(
                "tilestored [{to} + {stride}], tmm0",
                "tilestored [{to} + {stride} + 1024], tmm1",
                "tilestored [{to} + {stride} + 2048], tmm2",
                "tilestored [{to} + {stride} + 3072], tmm3",
                to = in(reg) sums.0.as_mut_ptr(),
                stride = in(reg) LANE_BYTES,
                options(nostack, preserves_flags),
            );
        }
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: a `Tiles` exists only where the tier does. Whoever uses tiles sets them up first.
        unsafe { asm!("tilerelease", options(nomem, nostack, preserves_flags)) };
    }
}
