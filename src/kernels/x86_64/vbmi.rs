//! AVX-512 VBMI: `vpermi2b` looks up seven signs of 64 rows in one instruction, where
//! `vpshufb` takes a mask, a shift and two look-ups for eight of 32. The eighth sign adds what it
//! is worth under a mask.

use core::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_add_epi8, _mm512_add_epi16, _mm512_broadcast_i32x4,
    _mm512_load_si512, _mm512_loadu_si512, _mm512_mask_add_epi8, _mm512_movepi8_mask,
    _mm512_permutex2var_epi8, _mm512_permutex2var_epi64, _mm512_permutexvar_epi8, _mm512_set_epi64,
    _mm512_set1_epi8, _mm512_setzero_si512, _mm512_slli_epi16, _mm512_srli_epi16,
    _mm512_storeu_si512, _mm512_sub_epi16, _mm512_unpackhi_epi16, _mm512_unpacklo_epi16,
};
use core::mem::MaybeUninit;

use crate::kernels::signs::{GROUP_ROWS, Groups, RUN, SignTable};
use crate::kernels::{LANE_BYTES, Lane};

/// Bytes of a row that are looked up in one pass: their tables take 8 KiB.
const PASS: usize = 64;

/// Bytes of a row whose sums are added before they are widened.
const RUN_BYTES: usize = RUN / 2;

/// What each pattern of the lower seven signs of a byte adds, in two registers.
type Sevens = [__m512i; 2];

/// The tables of some bytes of a row. Memory that is written before it is read: to clear it for
/// each block is a tenth of the block's time.
struct Bytes {
    sevens: [MaybeUninit<Sevens>; PASS],
    /// What the eighth sign adds.
    eighths: [i8; PASS],
    /// Bytes in use.
    len: usize,
}

/// See [`Kernels::sign_sums`](crate::kernels::Kernels::sign_sums).
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::kernels) fn sign_sums(table: &[SignTable], rows: &[Lane], out: &mut [u16]) {
    let groups = Groups::new(table, rows);
    for (pass, table) in table.chunks(2 * PASS).enumerate() {
        let mut bytes = Bytes::none();
        bytes.fill(table);
        for (at, out) in out.as_chunks_mut::<GROUP_ROWS>().0.iter_mut().enumerate() {
            let pairs = &groups.get(at)[pass * PASS..][..bytes.len];
            let halves = out.as_chunks_mut::<LANE_BYTES>().0;
            for (sums, out) in bytes.sums(pairs).into_iter().zip(halves) {
                store(sums, out, pass > 0);
            }
        }
    }
}

/// Sums of even rows, and of odd ones.
type Sums = [__m512i; 2];

impl Bytes {
    #[inline(always)]
    fn none() -> Bytes {
        Bytes { sevens: [const { MaybeUninit::uninit() }; PASS], eighths: [0; PASS], len: 0 }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn fill(&mut self, table: &[SignTable]) {
        // Sixteen times each entry of the upper table, first 0 to 3, then 4 to 7.
        let first = {
            const EACH: i64 = 0x0101_0101_0101_0101;
            _mm512_set_epi64(3 * EACH, 3 * EACH, 2 * EACH, 2 * EACH, EACH, EACH, 0, 0)
        };
        let second = _mm512_add_epi8(first, _mm512_set1_epi8(4));
        let tables = table.as_chunks::<2>().0.iter();
        let places = self.sevens.iter_mut().zip(&mut self.eighths);
        self.len = tables.len().min(PASS);
        for ([lower, upper], (sevens, eighth)) in tables.zip(places) {
            let (low, high) = (broadcast(lower), broadcast(upper));
            sevens.write([
                _mm512_add_epi8(low, _mm512_permutexvar_epi8(first, high)),
                _mm512_add_epi8(low, _mm512_permutexvar_epi8(second, high)),
            ]);
            *eighth = upper[8].wrapping_sub(upper[0]).cast_signed();
        }
    }

    #[inline(always)]
    fn sevens(&self) -> &[Sevens] {
        let sevens = &self.sevens[..self.len];
        // SAFETY: `fill` has written the first `len`, which is 0 before, and a `MaybeUninit` lies
        // in memory as what is in it.
        unsafe { core::slice::from_raw_parts(sevens.as_ptr().cast(), sevens.len()) }
    }

    /// The sums of both halves of a group: two registers of rows share the loads of a table.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn sums(&self, pairs: &[[Lane; 2]]) -> [Sums; 2] {
        let zero = _mm512_setzero_si512();
        // Sums of odd rows, and of even rows plus 256 times the odd ones.
        let (mut odd, mut both) = ([zero; 2], [zero; 2]);
        let pairs = pairs.as_chunks::<RUN_BYTES>().0.iter();
        let sevens = self.sevens().as_chunks::<RUN_BYTES>().0.iter();
        let eighths = self.eighths[..self.len].as_chunks::<RUN_BYTES>().0.iter();
        for ((pairs, sevens), eighths) in pairs.zip(sevens).zip(eighths) {
            let mut sums = [zero; 2];
            for ((pair, sevens), &eighth) in pairs.iter().zip(sevens).zip(eighths) {
                let eighth = _mm512_set1_epi8(eighth);
                for (sum, lane) in sums.iter_mut().zip(pair) {
                    *sum = _mm512_add_epi8(*sum, look_up(load(lane), sevens, eighth));
                }
            }
            for (half, sum) in sums.into_iter().enumerate() {
                both[half] = _mm512_add_epi16(both[half], sum);
                odd[half] = _mm512_add_epi16(odd[half], _mm512_srli_epi16::<8>(sum));
            }
        }
        [0, 1].map(|half| {
            [_mm512_sub_epi16(both[half], _mm512_slli_epi16::<8>(odd[half])), odd[half]]
        })
    }
}

/// What the eight signs of each row add.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn look_up(signs: __m512i, sevens: &Sevens, eighth: __m512i) -> __m512i {
    let found = _mm512_permutex2var_epi8(sevens[0], signs, sevens[1]);
    _mm512_mask_add_epi8(found, _mm512_movepi8_mask(signs), found, eighth)
}

/// Even and odd rows in turn, on top of what is there if `add`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn store([even, odd]: Sums, out: &mut [u16; LANE_BYTES], add: bool) {
    let low = _mm512_unpacklo_epi16(even, odd);
    let high = _mm512_unpackhi_epi16(even, odd);
    let front = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
    let back = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
    let places = out.as_chunks_mut::<32>().0;
    for (places, order) in places.iter_mut().zip([front, back]) {
        let mut sums = _mm512_permutex2var_epi64(low, order, high);
        if add {
            // SAFETY: 64 readable bytes; the unaligned load asks no more.
            let before = unsafe { _mm512_loadu_si512(places.as_ptr().cast()) };
            sums = _mm512_add_epi16(sums, before);
        }
        // SAFETY: 64 writable bytes; the unaligned store asks no more.
        unsafe { _mm512_storeu_si512(places.as_mut_ptr().cast(), sums) };
    }
}

/// A table in each quarter of a register.
#[inline]
#[target_feature(enable = "avx512f")]
fn broadcast(table: &SignTable) -> __m512i {
    // SAFETY: a table is 16 readable bytes; the unaligned load asks no more.
    let table = unsafe { _mm_loadu_si128(table.as_ptr().cast()) };
    _mm512_broadcast_i32x4(table)
}

/// The signs of 64 rows.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(lane: &Lane) -> __m512i {
    // SAFETY: a `Lane` is 64 readable bytes aligned to 64.
    unsafe { _mm512_load_si512(lane.0.as_ptr().cast()) }
}
