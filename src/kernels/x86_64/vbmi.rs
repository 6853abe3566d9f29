//! AVX-512 VBMI: `vpermi2b` looks up seven signs of 64 rows in one instruction, where
//! `vpshufb` takes a mask, a shift and two look-ups for eight of 32. The eighth sign adds what it
//! is worth under a mask.

use crate::kernels::sign_tables::{READY, ReadyTables, SignTables};
use crate::kernels::signs::{GROUP_ROWS, Groups, RUN, SignTable};
use crate::kernels::{LANE_BYTES, Lane};
use core::arch::x86_64::{
    __m512i, _mm_loadu_si128, _mm512_add_epi8, _mm512_add_epi16, _mm512_broadcast_i32x4,
    _mm512_load_si512, _mm512_loadu_si512, _mm512_mask_add_epi8, _mm512_movepi8_mask,
    _mm512_permutex2var_epi8, _mm512_permutex2var_epi64, _mm512_permutexvar_epi8, _mm512_set_epi64,
    _mm512_set1_epi8, _mm512_setzero_si512, _mm512_slli_epi16, _mm512_srli_epi16,
    _mm512_storeu_si512, _mm512_sub_epi16, _mm512_unpackhi_epi16, _mm512_unpacklo_epi16,
};

/// Bytes of a row whose sums are added before they are widened.
const RUN_BYTES: usize = RUN / 2;

/// Makes the tables of the first bytes of a row.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::kernels) fn prepare_signs(tables: &mut SignTables) {
    let (fours, ready) = tables.parts();
    fill(ready, fours);
}

/// See [`SignTables::sums`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::kernels) fn sign_sums(tables: &SignTables, rows: &[Lane], out: &mut [u16]) {
    let groups = Groups::new(tables.fours(), rows);
    add(&tables.ready, groups, 0, out);
    for (pass, fours) in tables.fours().chunks(2 * READY).enumerate().skip(1) {
        pass_of(fours, groups, pass * READY, out);
    }
}

/// A pass over bytes from `first` on, whose tables are not ready. Not inlined: they need not
/// lie on the stack of shorter rows.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn pass_of(fours: &[SignTable], groups: Groups<'_>, first: usize, out: &mut [u16]) {
    let mut ready = ReadyTables::ZERO;
    fill(&mut ready, fours);
    add(&ready, groups, first, out);
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn fill(ready: &mut ReadyTables, fours: &[SignTable]) {
    // Sixteen times each entry of the upper table, first 0 to 3, then 4 to 7.
    let first = {
        const EACH: i64 = 0x0101_0101_0101_0101;
        _mm512_set_epi64(3 * EACH, 3 * EACH, 2 * EACH, 2 * EACH, EACH, EACH, 0, 0)
    };
    let second = _mm512_add_epi8(first, _mm512_set1_epi8(4));
    let places = ready.sevens.iter_mut().zip(&mut ready.eighths);
    for ([lower, upper], (sevens, eighth)) in fours.as_chunks::<2>().0.iter().zip(places) {
        let (low, high) = (broadcast(lower), broadcast(upper));
        for (half, order) in sevens.as_chunks_mut().0.iter_mut().zip([first, second]) {
            store_table(half, _mm512_add_epi8(low, _mm512_permutexvar_epi8(order, high)));
        }
        *eighth = upper[8].wrapping_sub(upper[0]);
    }
}

/// Writes the sums of the bytes from `first` on, or adds them to those of the bytes before.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn add(ready: &ReadyTables, groups: Groups<'_>, first: usize, out: &mut [u16]) {
    for (at, out) in out.as_chunks_mut::<GROUP_ROWS>().0.iter_mut().enumerate() {
        let pairs = groups.get(at).get(first..).unwrap_or(&[]);
        for (sums, out) in sums(ready, pairs).into_iter().zip(out.as_chunks_mut().0) {
            store(sums, out, first > 0);
        }
    }
}

/// Sums of even rows, and of odd ones.
type Sums = [__m512i; 2];

/// The sums of both halves of a group: two registers of rows share the loads of a table.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn sums(ready: &ReadyTables, pairs: &[[Lane; 2]]) -> [Sums; 2] {
    let zero = _mm512_setzero_si512();
    // Sums of odd rows, and of even rows plus 256 times the odd ones.
    let (mut odd, mut both) = ([zero; 2], [zero; 2]);
    let pairs = pairs.as_chunks::<RUN_BYTES>().0.iter();
    let sevens = ready.sevens.as_chunks::<RUN_BYTES>().0.iter();
    let eighths = ready.eighths.as_chunks::<RUN_BYTES>().0.iter();
    for ((pairs, sevens), eighths) in pairs.zip(sevens).zip(eighths) {
        let mut sums = [zero; 2];
        for ((pair, sevens), &eighth) in pairs.iter().zip(sevens).zip(eighths) {
            let sevens = load_sevens(sevens);
            let eighth = _mm512_set1_epi8(eighth.cast_signed());
            for (sum, lane) in sums.iter_mut().zip(pair) {
                *sum = _mm512_add_epi8(*sum, look_up(load(lane), sevens, eighth));
            }
        }
        for (half, sum) in sums.into_iter().enumerate() {
            both[half] = _mm512_add_epi16(both[half], sum);
            odd[half] = _mm512_add_epi16(odd[half], _mm512_srli_epi16::<8>(sum));
        }
    }
    [0, 1].map(|half| [_mm512_sub_epi16(both[half], _mm512_slli_epi16::<8>(odd[half])), odd[half]])
}

/// What the eight signs of each row add.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn look_up(signs: __m512i, sevens: [__m512i; 2], eighth: __m512i) -> __m512i {
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

#[inline]
#[target_feature(enable = "avx512f")]
fn store_table(half: &mut [u8; LANE_BYTES], table: __m512i) {
    // SAFETY: 64 writable bytes; the unaligned store asks no more.
    unsafe { _mm512_storeu_si512(half.as_mut_ptr().cast(), table) };
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_sevens(sevens: &[u8; 2 * LANE_BYTES]) -> [__m512i; 2] {
    let [low, high] = sevens.as_chunks::<LANE_BYTES>().0 else { unreachable!("two halves") };
    // SAFETY: 64 readable bytes each; the unaligned load asks no more.
    [low, high].map(|half| unsafe { _mm512_loadu_si512(half.as_ptr().cast()) })
}

/// The signs of 64 rows.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(lane: &Lane) -> __m512i {
    // SAFETY: a `Lane` is 64 readable bytes aligned to 64.
    unsafe { _mm512_load_si512(lane.0.as_ptr().cast()) }
}
