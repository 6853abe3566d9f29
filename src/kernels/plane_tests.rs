//! Four-bit codes and signs: every tier of this machine against plain loops over
//! unpacked values, and packing that is written down a second time here.

use proptest::prelude::*;

use super::{
    BATCH_PROBES, GROUP_ROWS, Kernels, LANE_BYTES, Lane, MAX_LANES, MAX_SUM, NIBBLE_GROUP_ROWS,
    NibbleBatch, RUN, SignBatch, SignTables, Tier,
};

/// Knuth's MMIX linear congruence.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn byte(&mut self) -> u8 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0.to_be_bytes()[0]
    }
}

fn query(codes: &[i8]) -> Vec<Lane> {
    let lanes = codes.as_chunks::<LANE_BYTES>().0;
    lanes.iter().map(|&codes| Lane(codes)).collect()
}

/// Code `64 k + j` in the low bits of byte `32 k + j`, code `64 k + 32 + j` in its
/// high ones.
fn packed(codes: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; codes.len() / 2];
    for (at, &code) in codes.iter().enumerate() {
        let (lane, place) = (at / 64, at % 64);
        bytes[32 * lane + place % 32] |= code << (4 * (place / 32));
    }
    bytes
}

/// Asks every tier for the rows `wanted` and compares; other places stay.
fn nibbles_agree(query_codes: &[i8], rows: &[Vec<u8>], wanted: &[u16]) {
    let mut right = vec![i32::MIN; rows.len()];
    for &row in wanted {
        let products = query_codes.iter().zip(&rows[usize::from(row)]);
        right[usize::from(row)] = products.map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
    }
    let query = query(query_codes);
    let plane: Vec<u8> = rows.iter().flat_map(|row| packed(row)).collect();
    for tier in Tier::available() {
        let mut out = vec![i32::MIN; rows.len()];
        let kernels = Kernels::force(tier).unwrap();
        kernels.nibble_dots(&query, &plane, wanted, &mut out);
        assert_eq!(out, right, "tier {tier}, {} codes", query_codes.len());
    }
}

/// Each code alone meets its own place in the query, in each row of a step of four
/// and of the rest.
#[test]
fn every_nibble_meets_its_own_code() {
    let codes: Vec<i8> = (0..128u8).map(|at| (at * 2).wrapping_sub(128).cast_signed()).collect();
    for place in 0..codes.len() {
        let rows: Vec<Vec<u8>> = (0..7u8)
            .map(|row| (0..codes.len()).map(|at| u8::from(at == place) * (15 - row)).collect())
            .collect();
        nibbles_agree(&codes, &rows, &[0, 1, 2, 3, 4, 5, 6]);
    }
}

/// The largest sums of either sign, at every width.
#[test]
fn nibbles_do_not_overflow() {
    for width in 1..=MAX_LANES {
        for code in [i8::MIN, i8::MAX, -127, 1] {
            let rows = vec![vec![15u8; width * LANE_BYTES]; 5];
            nibbles_agree(&vec![code; width * LANE_BYTES], &rows, &[0, 1, 2, 3, 4]);
        }
        // Signs in turn, so that neighbours do not cancel in the same sum everywhere.
        for run in [1, 2, 4, 8, 16, 32] {
            let codes: Vec<i8> = (0..width * LANE_BYTES)
                .map(|at| if at / run % 2 == 0 { i8::MIN } else { i8::MAX })
                .collect();
            let row: Vec<u8> =
                (0..width * LANE_BYTES).map(|at| if at / run % 2 == 0 { 15 } else { 0 }).collect();
            nibbles_agree(&codes, &[row], &[0]);
        }
    }
}

/// Asks every tier for the rows `wanted` and compares; other places stay.
fn bits_agree(levels: &[i8], rows: &[Vec<u8>], wanted: &[u16]) {
    let mut right = vec![i32::MIN; rows.len()];
    for &row in wanted {
        let row = usize::from(row);
        let bits = rows[row].iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
        right[row] =
            levels.iter().zip(bits).map(|(&level, set)| i32::from(level) * i32::from(set)).sum();
    }
    let plane: Vec<u8> = rows.concat();
    for tier in Tier::available() {
        let mut out = vec![i32::MIN; rows.len()];
        Kernels::force(tier).unwrap().bit_sums(&query(levels), &plane, wanted, &mut out);
        assert_eq!(out, right, "tier {tier}, {} levels", levels.len());
    }
}

/// Each bit alone finds its own level, in each row of a step of four and of the rest.
#[test]
fn every_bit_finds_its_own_level() {
    let levels: Vec<i8> = (0..192u8).map(|at| at.wrapping_sub(100).cast_signed()).collect();
    for place in 0..levels.len() {
        let row: Vec<u8> = (0..24).map(|byte| u8::from(byte == place / 8) << (place % 8)).collect();
        bits_agree(&levels, &vec![row; 7], &[0, 1, 2, 3, 4, 5, 6]);
    }
}

/// The largest sums of either sign, at every width.
#[test]
fn bits_do_not_overflow() {
    for width in 1..=MAX_LANES {
        for level in [i8::MIN, i8::MAX] {
            let rows = vec![vec![0xFF; width * LANE_BYTES / 8]; 5];
            bits_agree(&vec![level; width * LANE_BYTES], &rows, &[0, 1, 2, 3, 4]);
        }
    }
}

/// `table[g][s]` is added for each four dimensions with the signs `s`.
fn naive_sums(tables: &[[u8; 16]], signs: &[Vec<u8>]) -> Vec<u16> {
    let sum = |row: &Vec<u8>| -> u16 {
        let bytes = row.iter().zip(tables.chunks(2));
        bytes
            .map(|(&signs, pair)| {
                let (low, high) = (usize::from(signs % 16), usize::from(signs / 16));
                u16::from(pair[0][low]) + u16::from(pair[1][high])
            })
            .sum()
    };
    signs.iter().map(sum).collect()
}

/// Whether every entry is the sum of what its signs add, as the index makes them. The
/// portable tier needs that, for it has no look-up, and so do seven signs in one look-up; the others
/// look anything up.
fn is_additive(table: &[u8; 16]) -> bool {
    let sum = |signs: usize| {
        (0..4)
            .filter(|bit| signs >> bit & 1 == 1)
            .fold(table[0], |sum, bit| sum.wrapping_add(table[1 << bit].wrapping_sub(table[0])))
    };
    (0..16).all(|signs| table[signs] == sum(signs))
}

/// Four parts of at most 7, added up.
fn additive(random: &mut Random) -> [u8; 16] {
    let parts: [u8; 4] = std::array::from_fn(|_| random.byte() % 8);
    // From the top down for parts that are negative.
    let flip = usize::from(random.byte() % 16);
    std::array::from_fn(|signs| {
        (0..4).map(|bit| parts[bit] * u8::from((signs ^ flip) >> bit & 1 == 1)).sum()
    })
}

/// `signs` has a row of `tables.len() / 2` bytes for each row of whole groups.
fn signs_agree(tables: &[[u8; 16]], signs: &[Vec<u8>]) {
    let right = naive_sums(tables, signs);
    let mut lanes = Vec::new();
    for group in signs.chunks(GROUP_ROWS) {
        let lane = |byte: usize, first: usize| {
            Lane(std::array::from_fn(|row| group[first + row][byte].cast_signed()))
        };
        lanes.extend((0..tables.len() / 2).flat_map(|byte| [lane(byte, 0), lane(byte, 64)]));
    }
    let additive = tables.iter().all(is_additive);
    for tier in Tier::available() {
        let adds =
            matches!(tier, Tier::Portable | Tier::Simsimd | Tier::Avx512Popcnt | Tier::AmxInt8);
        if adds && !additive {
            continue;
        }
        let kernels = Kernels::force(tier).unwrap();
        let mut out = vec![u16::MAX; signs.len()];
        let mut made = SignTables::blank(kernels);
        made.set(tables);
        made.sums(&lanes, &mut out);
        assert_eq!(out, right, "tier {tier}, {} tables", tables.len());
    }
}

#[test]
fn the_largest_sums_of_signs_fit() {
    for count in [16, 32, 128, MAX_LANES * LANE_BYTES / 4] {
        let signs = vec![vec![0xA5; count / 2]; GROUP_ROWS];
        // All of a run's sum in one table, each in turn, or as even as can be.
        for most in 0..RUN {
            let entry = |at: usize| if at % RUN == most { MAX_SUM } else { 0 };
            let tables: Vec<_> = (0..count).map(|at| [entry(at); 16]).collect();
            signs_agree(&tables, &signs);
        }
        let entry = |at: usize| MAX_SUM / 8 + u8::from(!at.is_multiple_of(RUN));
        let tables: Vec<_> = (0..count).map(|at| [entry(at); 16]).collect();
        signs_agree(&tables, &signs);
    }
}

/// Each row, dimension by dimension: one set bit, and tables without equal entries.
#[test]
fn every_sign_is_looked_up_for_its_own_row() {
    const TABLES: usize = 16;
    let mut tables = vec![[0; 16]; TABLES];
    for (at, table) in tables.iter_mut().enumerate() {
        *table = std::array::from_fn(|signs| u8::try_from((at * 7 + signs * 3) % 32).unwrap());
    }
    for bit in 0..TABLES * 4 {
        let signs: Vec<Vec<u8>> = (0..2 * GROUP_ROWS)
            .map(|row| {
                let bit = (bit + row) % (TABLES * 4);
                (0..TABLES / 2).map(|byte| u8::from(bit / 8 == byte) << (bit % 8)).collect()
            })
            .collect();
        signs_agree(&tables, &signs);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn tiers_agree_on_any_nibbles(
        width in 1usize..=MAX_LANES,
        count in 1u8..=20,
        wanted in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        seed in any::<u64>(),
        extreme in 0u8..=8,
    ) {
        let mut random = Random(seed);
        // `extreme` of 8 values are the largest that there is.
        let mut byte = |largest: u8| {
            let value = random.byte();
            if random.byte() % 8 < extreme { largest } else { value }
        };
        let codes: Vec<i8> =
            (0..width * LANE_BYTES).map(|_| byte(i8::MIN.cast_unsigned()).cast_signed()).collect();
        let rows: Vec<Vec<u8>> =
            (0..count).map(|_| (0..codes.len()).map(|_| byte(15) % 16).collect()).collect();
        let wanted: Vec<u16> =
            wanted.iter().map(|at| u16::try_from(at.index(rows.len())).unwrap()).collect();
        nibbles_agree(&codes, &rows, &wanted);
    }

    #[test]
    fn tiers_agree_on_any_bits(
        width in 1usize..=MAX_LANES,
        count in 1u8..=20,
        wanted in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        seed in any::<u64>(),
    ) {
        let mut random = Random(seed);
        let levels: Vec<i8> =
            (0..width * LANE_BYTES).map(|_| random.byte().cast_signed()).collect();
        let rows: Vec<Vec<u8>> =
            (0..count).map(|_| (0..levels.len() / 8).map(|_| random.byte()).collect()).collect();
        let wanted: Vec<u16> =
            wanted.iter().map(|at| u16::try_from(at.index(rows.len())).unwrap()).collect();
        bits_agree(&levels, &rows, &wanted);
    }

    #[test]
    fn tiers_agree_on_any_signs(
        width in 1usize..=MAX_LANES,
        groups in 0usize..=4,
        seed in any::<u64>(),
        sums in any::<bool>(),
    ) {
        let mut random = Random(seed);
        let mut tables = vec![[0; 16]; width * LANE_BYTES / 4];
        if sums {
            tables.fill_with(|| additive(&mut random));
            prop_assert!(tables.iter().all(is_additive));
        } else {
            tables.as_flattened_mut().fill_with(|| random.byte() % (MAX_SUM / 8 + 1));
        }
        let signs: Vec<Vec<u8>> = (0..groups * GROUP_ROWS)
            .map(|_| (0..tables.len() / 2).map(|_| random.byte()).collect())
            .collect();
        signs_agree(&tables, &signs);
    }
}

/// A probe's tables, made of a rotated vector of random components.
pub(super) fn random_tables(kernels: Kernels, width: usize, random: &mut Random) -> SignTables {
    let mut component = || i32::from(random.byte()) * 256 + i32::from(random.byte()) - 32768;
    let rotated: Vec<i32> = (0..width * LANE_BYTES).map(|_| component()).collect();
    let mut tables = SignTables::blank(kernels);
    tables.fill(&rotated);
    tables
}

/// Rows of all kinds: random, all bits, none, and one bit each.
pub(super) fn groups_of_signs(width: usize, groups: usize, random: &mut Random) -> Vec<Lane> {
    let lanes = 2 * width * LANE_BYTES / 8;
    let mut rows = vec![Lane::ZERO; groups * lanes];
    for (at, byte) in Lane::bytes_mut(&mut rows).iter_mut().enumerate() {
        let row = at % LANE_BYTES;
        *byte = match row % 8 {
            0 => 0xFF,
            1 => 0,
            2 => u8::from(at / LANE_BYTES / 2 % (width * 8) == row % (width * 8)) << (row % 8),
            _ => random.byte(),
        };
    }
    rows
}

/// The sums of several probes together are those of each, on every tier that makes them.
#[test]
fn a_batch_of_probes_has_the_sums_of_each() {
    let mut random = Random(41);
    for tier in Tier::available() {
        let kernels = Kernels::force(tier).unwrap();
        for width in [1, 2, 3, 8, 9, 16, MAX_LANES] {
            let probes: Vec<_> =
                (0..BATCH_PROBES).map(|_| random_tables(kernels, width, &mut random)).collect();
            for count in 1..=BATCH_PROBES {
                let Some(batch) = SignBatch::new(kernels, probes[..count].iter()) else {
                    let fewest = kernels.fewest_in_batch();
                    assert!(fewest.is_none_or(|fewest| count < fewest), "tier {tier}, {count}");
                    continue;
                };
                let groups = count % 3 + 1;
                let rows = groups_of_signs(width, groups, &mut random);
                let mut sums = vec![u16::MAX; count * groups * GROUP_ROWS];
                batch.sums(&rows, sums.chunks_exact_mut(groups * GROUP_ROWS));
                let mut right = vec![0; groups * GROUP_ROWS];
                for (probe, sums) in probes.iter().zip(sums.chunks_exact(right.len())) {
                    probe.sums(&rows, &mut right);
                    assert_eq!(sums, right, "tier {tier}, {width} lanes, {count} probes");
                }
            }
        }
    }
    // A level that does not fit a byte twice: then each probe by its tables.
    for tier in Tier::available() {
        let kernels = Kernels::force(tier).unwrap();
        let mut probes: Vec<_> =
            (0..BATCH_PROBES).map(|_| random_tables(kernels, 2, &mut random)).collect();
        let mut rotated = [1; 2 * LANE_BYTES];
        rotated[7] = -100_000;
        probes[3].fill(&rotated);
        assert!(Lane::codes(probes[3].levels()).iter().any(|level| *level < -63));
        assert!(SignBatch::new(kernels, probes.iter()).is_none(), "tier {tier}");
    }
    let amx = Kernels::force(Tier::AmxInt8).map(Kernels::fewest_in_batch);
    assert_eq!(amx.is_ok_and(|fewest| fewest.is_some()), Tier::AmxInt8.is_available());
}

/// A probe with codes of all kinds.
pub(super) fn random_codes(width: usize, random: &mut Random) -> Vec<Lane> {
    let extreme = random.byte().is_multiple_of(3);
    let mut code = || if extreme { -128 } else { random.byte().cast_signed() };
    query(&(0..width * LANE_BYTES).map(|_| code()).collect::<Vec<_>>())
}

/// A plane of rows of all kinds: random, all codes 15, none, and one code each.
pub(super) fn nibble_rows(width: usize, rows: usize, random: &mut Random) -> Vec<u8> {
    let dimension = width * LANE_BYTES;
    let row = |row: usize| {
        let mut code = |at: usize| match row % 8 {
            0 => 15,
            1 => 0,
            2 => {
                if at == row * 13 % dimension {
                    15
                } else {
                    0
                }
            }
            _ => random.byte() % 16,
        };
        packed(&(0..dimension).map(&mut code).collect::<Vec<_>>())
    };
    (0..rows).flat_map(row).collect()
}

/// The products of several probes together are those of each, on every tier that makes them.
#[test]
fn a_batch_of_probes_has_the_products_of_each() {
    let mut random = Random(53);
    for tier in Tier::available() {
        let kernels = Kernels::force(tier).unwrap();
        for width in [1, 2, 3, 8, 9, MAX_LANES] {
            let probes: Vec<_> =
                (0..BATCH_PROBES).map(|_| random_codes(width, &mut random)).collect();
            for count in 1..=BATCH_PROBES {
                let probes = probes[..count].iter().map(|probe| &probe[..]);
                let Some(batch) = NibbleBatch::new(kernels, probes.clone()) else {
                    let unit = kernels.nibble_batch_unit();
                    assert!(unit.is_none_or(|unit| count < unit.fewest), "tier {tier}, {count}");
                    continue;
                };
                let rows = (count % 5 + 1) * NIBBLE_GROUP_ROWS;
                let plane = nibble_rows(width, rows, &mut random);
                let mut dots = vec![i32::MIN; count * rows];
                batch.dots(&plane, dots.chunks_exact_mut(rows));
                let wanted: Vec<u16> = (0..).take(rows).collect();
                let mut right = vec![0; rows];
                let reference = Kernels::force(Tier::Reference).unwrap();
                for (probe, dots) in probes.zip(dots.chunks_exact(rows)) {
                    reference.nibble_dots(probe, &plane, &wanted, &mut right);
                    assert_eq!(dots, right, "tier {tier}, {width} lanes, {count} probes");
                }
            }
        }
    }
    for tier in [Tier::Avx512Vnni, Tier::Avx512Popcnt, Tier::AmxInt8, Tier::NeonI8mm] {
        let unit = Kernels::force(tier).map(Kernels::nibble_batch_unit);
        assert_eq!(unit.is_ok_and(|unit| unit.is_some()), tier.is_available(), "tier {tier}");
    }
}
