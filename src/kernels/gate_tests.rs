//! Gates, the rotation and the tables of a probe: every tier of this machine against the reference, which is
//! compared with plain numbers.

use proptest::prelude::*;

use super::{Kernels, LANE_BYTES, Lane, MASK_ROWS, MAX_LANES, MAX_SUM, RUN, SignGate, Tier};

/// Whether a row is marked, tier by tier.
fn marks(rows: usize, gate: impl Fn(Kernels, &mut [u64])) -> Vec<(Tier, Vec<bool>)> {
    Tier::available()
        .map(|tier| {
            let mut masks = vec![u64::MAX; rows.div_ceil(MASK_ROWS)];
            gate(Kernels::force(tier).unwrap(), &mut masks);
            let marked = |row: usize| masks[row / MASK_ROWS] >> (row % MASK_ROWS) & 1 == 1;
            (tier, (0..rows).map(marked).collect())
        })
        .collect()
}

fn sign_gates_agree(gate: SignGate, sums: &[u16], alignments: &[u16]) {
    let admits = |(&sum, &alignment): (&u16, &u16)| {
        let product = i64::from(gate.slope) * i64::from(alignment) / 65536;
        i64::from(sum) >= i64::from(gate.base) + product
    };
    let right: Vec<bool> = sums.iter().zip(alignments).map(admits).collect();
    let all = marks(sums.len(), |kernels, masks| kernels.sign_gate(gate, sums, alignments, masks));
    for (tier, marked) in all {
        assert_eq!(marked, right, "tier {tier}, {gate:?}");
    }
}

/// Where 16 bits are only just enough, or not.
#[test]
fn sign_gates_agree_at_the_ends() {
    let ends = [0, 1, 2, 32_767, 32_768, 32_769, 65_534, 65_535];
    let (sums, alignments): (Vec<u16>, Vec<u16>) =
        ends.iter().flat_map(|&sum| ends.map(|alignment| (sum, alignment))).unzip();
    for base in [i16::MIN, -32_767, -1, 0, 1, 32_766, i16::MAX] {
        for slope in ends {
            sign_gates_agree(SignGate { base, slope }, &sums, &alignments);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn sign_gates_agree_on_anything(
        base in any::<i16>(),
        slope in any::<u16>(),
        rows in prop::collection::vec(any::<(u16, u16)>(), 0..200),
    ) {
        let (sums, alignments): (Vec<u16>, Vec<u16>) = rows.into_iter().unzip();
        sign_gates_agree(SignGate { base, slope }, &sums, &alignments);
    }

    #[test]
    fn dot_gates_agree_on_anything(
        least in prop_oneof![any::<i32>(), -2i32..=2, Just(i32::MIN), Just(i32::MAX)],
        dots in prop::collection::vec(prop_oneof![any::<i32>(), -2i32..=2], 0..200),
    ) {
        let right: Vec<bool> = dots.iter().map(|&dot| dot >= least).collect();
        for (tier, marked) in marks(dots.len(), |kernels, masks| kernels.dot_gate(least, &dots, masks)) {
            prop_assert_eq!(&marked, &right, "tier {}", tier);
        }
    }

    #[test]
    fn tiers_rotate_alike(
        width in 1usize..=MAX_LANES,
        codes in prop::collection::vec(any::<i8>(), MAX_LANES * LANE_BYTES),
    ) {
        let lanes: Vec<Lane> =
            codes.as_chunks::<LANE_BYTES>().0[..width].iter().map(|&codes| Lane(codes)).collect();
        let rotated = |tier| {
            let mut out = vec![i32::MAX; width * LANE_BYTES];
            Kernels::force(tier).unwrap().rotate(&lanes, &mut out);
            out
        };
        let right = rotated(Tier::Reference);
        for tier in Tier::available() {
            prop_assert_eq!(&rotated(tier), &right, "tier {}", tier);
        }
    }

    #[test]
    fn tiers_make_the_same_tables(
        width in 1usize..=MAX_LANES,
        spread in 0u32..=24,
        rotated in prop::collection::vec(-(1i32 << 24)..=1 << 24, MAX_LANES * LANE_BYTES),
        single in any::<prop::sample::Index>(),
    ) {
        // Of a length of at most 2^24.5, and one component that may outdo all others.
        let mut rotated: Vec<i32> =
            rotated[..width * LANE_BYTES].iter().map(|value| (value >> spread) / 64).collect();
        *single.get_mut(&mut rotated) = 1 << 24;
        let made = |tier| {
            let mut tables = vec![[0; 16]; rotated.len() / 4];
            let mut each = vec![i8::MIN; rotated.len()];
            let kernels = Kernels::force(tier).unwrap();
            let levels = kernels.sign_tables(&rotated, &mut tables, &mut each);
            (levels, tables, each)
        };
        let (levels, tables, each) = made(Tier::Reference);
        for tier in Tier::available() {
            prop_assert_eq!(&made(tier), &(levels, tables.clone(), each.clone()), "tier {}", tier);
        }
        let largest = |run: &[[u8; 16]; RUN]| -> u32 {
            run.iter().map(|table| u32::from(*table.iter().max().unwrap())).sum()
        };
        let (mut offset, mut product) = (0, 0i64);
        let mut singles = each.iter().map(|&level| i32::from(level));
        for (run, values) in tables.as_chunks::<RUN>().0.iter().zip(rotated.chunks(4 * RUN)) {
            prop_assert!(largest(run) <= u32::from(MAX_SUM));
            for (table, values) in run.iter().zip(values.chunks(4)) {
                // A table goes from none of its levels to all of them.
                let level = |bit: usize| (i32::from(table[1 << bit]) - i32::from(table[0])) / 2;
                prop_assert!((0..4).all(|bit| singles.next() == Some(level(bit))));
                offset += (0..4).map(|bit| level(bit).abs()).sum::<i32>();
                product += (0..4).map(|bit| i64::from(level(bit)) * i64::from(values[bit])).sum::<i64>();
            }
        }
        prop_assert_eq!((offset, product), (levels.offset, levels.product));
        prop_assert_eq!(each.iter().map(|&level| i32::from(level)).sum::<i32>(), levels.sum);
    }
}
