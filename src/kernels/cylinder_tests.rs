//! The best codes, and which pairs agree: every tier of this machine against a search that is written down a
//! second time here.

use proptest::prelude::*;

use super::{
    AgreementGate, BestCode, CODE_WORDS, CodeGroup, CodeWeights, GROUP_CODES, Kernels, MAX_GROUPS,
    MinutiaPairs, Proposal, Tier,
};

type Code = [u64; CODE_WORDS];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// About `eighths` of eight bits are set.
    fn code(&mut self, eighths: u8) -> Code {
        std::array::from_fn(|_| {
            let [a, b, c] = [self.next(), self.next(), self.next()];
            match eighths {
                0 => 0,
                1 => a & b & c,
                2 => a & b,
                3 => a & (b | c),
                4 => a,
                5 => a | (b & c),
                6 => a | b,
                7 => a | b | c,
                _ => u64::MAX,
            }
        })
    }
}

fn groups(columns: &[(Code, u16)]) -> (Vec<CodeGroup>, Vec<CodeWeights>) {
    let eights = columns.chunks(GROUP_CODES).map(|eight| {
        let mut group = CodeGroup::ZERO;
        let mut weights = [0; GROUP_CODES];
        for (at, (code, weight)) in eight.iter().enumerate() {
            for (words, word) in group.0.iter_mut().zip(code) {
                words[at] = *word;
            }
            weights[at] = *weight;
        }
        (group, weights)
    });
    eights.unzip()
}

/// Product and column of each row's best column, the first of equal ones.
fn naive(rows: &[Code], columns: &[(Code, u16)]) -> Vec<(u32, usize)> {
    let best = |row: &Code| {
        let product = |&(code, weight): &(Code, u16)| {
            (0..CODE_WORDS).map(|at| (row[at] & code[at]).count_ones()).sum::<u32>()
                * u32::from(weight)
        };
        let products = columns.iter().map(product).enumerate();
        products.fold(
            (0, 0),
            |best, (at, product)| {
                if product > best.0 { (product, at) } else { best }
            },
        )
    };
    rows.iter().map(best).collect()
}

fn all_tiers_agree(rows: &[Code], columns: &[(Code, u16)]) {
    let right = naive(rows, columns);
    let (groups, weights) = groups(columns);
    for tier in Tier::available() {
        let mut best = vec![BestCode::default(); rows.len()];
        let kernels = Kernels::force(tier).unwrap();
        kernels.best_codes(rows, &groups, &weights, &mut best);
        let found: Vec<_> = best.iter().map(|best| (best.product(), best.column())).collect();
        assert_eq!(found, right, "tier {tier}");
    }
}

/// Each bit alone, in each column, is found and counted once.
#[test]
fn every_bit_counts_in_every_column() {
    for bit in 0..64 * CODE_WORDS {
        let mut one = [0; CODE_WORDS];
        one[bit / 64] = 1 << (bit % 64);
        let column = bit % (GROUP_CODES * MAX_GROUPS);
        let mut columns = [([0; CODE_WORDS], 7); GROUP_CODES * MAX_GROUPS];
        columns[column].0 = one;
        all_tiers_agree(&[[u64::MAX; CODE_WORDS], one, [0; CODE_WORDS]], &columns);
    }
}

/// The largest product, and equal columns: the first one is best.
#[test]
fn the_largest_products_fit_and_the_first_of_equals_is_best() {
    let full = [u64::MAX; CODE_WORDS];
    let columns = [(full, u16::MAX); GROUP_CODES * MAX_GROUPS];
    all_tiers_agree(&[full], &columns);
    let mut best = [BestCode::default()];
    let (groups, weights) = groups(&columns);
    Kernels::detect().best_codes(&[full], &groups, &weights, &mut best);
    assert_eq!((best[0].product(), best[0].column()), (320 * 65_535, 0));
}

#[test]
fn without_columns_everything_is_the_first_one() {
    all_tiers_agree(&[[u64::MAX; CODE_WORDS]; 3], &[]);
    all_tiers_agree(&[], &[([1; CODE_WORDS], 1)]);
}

#[test]
#[should_panic(expected = "a column takes six bits")]
fn too_many_groups_panic() {
    let groups = [CodeGroup::ZERO; MAX_GROUPS + 1];
    let weights = [[0; GROUP_CODES]; MAX_GROUPS + 1];
    Kernels::detect().best_codes(&[], &groups, &weights, &mut []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn tiers_agree_on_any_codes(
        rows in 0usize..=50,
        columns in 0usize..=GROUP_CODES * MAX_GROUPS,
        density in (0u8..=8, 0u8..=8),
        seed in any::<u64>(),
        few_weights in any::<bool>(),
    ) {
        let mut random = Random(seed);
        let rows: Vec<Code> = (0..rows).map(|_| random.code(density.0)).collect();
        let columns: Vec<(Code, u16)> = (0..columns)
            .map(|_| {
                let weight = u16::try_from(random.next() >> 48).unwrap();
                (random.code(density.1), if few_weights { weight % 3 } else { weight })
            })
            .collect();
        all_tiers_agree(&rows, &columns);
    }
}

/// A pair that turns as the proposal does and lies where it says agrees; one that lies or turns
/// a little too far off does not.
#[test]
fn pairs_agree_up_to_the_gate() {
    // The probe is turned by a quarter and moved by (100, 200).
    let from = [[0.0, 10.0, 0.0, 10.0, 10.0, 10.0], [0.0, 0.0, 20.0, 0.0, 0.0, 0.0]];
    let to =
        [[100.0, 100.0, 80.0, 103.0, 104.0, 100.0], [200.0, 210.0, 200.0, 210.0, 210.0, 210.0]];
    let quarter = 1u32 << 30;
    let turned = [quarter, quarter + 50, quarter - 50, quarter, quarter, quarter + 51];
    let pairs = MinutiaPairs {
        from: [&from[0], &from[1]],
        to: [&to[0], &to[1]],
        turned: &turned,
        worth: &[1, 10, 100, 1000, 10_000, 100_000],
    };
    let proposal = Proposal { at: 0, cosine: 0.0, sine: 1.0 };
    let gate = AgreementGate { near: 9.0, soft: 0.0, turned: 50 };
    let soft = AgreementGate { soft: 0.1, ..gate };
    for tier in Tier::available() {
        let kernels = Kernels::force(tier).unwrap();
        assert_eq!(kernels.agreement(pairs, proposal, gate), 1111, "{tier}");
        assert_eq!(kernels.agreement(pairs, proposal, soft), 11_111, "{tier}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Places and turns from a small range, so that many pairs are at the edge of agreeing.
    #[test]
    fn tiers_agree_on_which_pairs_agree(
        count in 1usize..=64,
        at in any::<prop::sample::Index>(),
        (cosine, sine) in (-1.0f32..=1.0, -1.0f32..=1.0),
        (near, soft, turned) in (0.0f32..40_000.0, 0.0f32..0.5, 0u32..=1 << 31),
        seed in any::<u64>(),
    ) {
        let mut random = Random(seed);
        let mut places = || -> Vec<f32> {
            (0..count).map(|_| f32::from(i16::try_from(random.next() % 400).unwrap())).collect()
        };
        let (x, y, to_x, to_y) = (places(), places(), places(), places());
        let turns: Vec<u32> =
            (0..count).map(|_| u32::try_from(random.next() >> 60).unwrap() << 28).collect();
        let worth: Vec<i32> =
            (0..count).map(|_| i32::try_from(random.next() % 1025).unwrap()).collect();
        let pairs = MinutiaPairs {
            from: [&x, &y], to: [&to_x, &to_y], turned: &turns, worth: &worth,
        };
        let proposal = Proposal { at: at.index(count), cosine, sine };
        let gate = AgreementGate { near, soft, turned: turned.min((1 << 31) - 1) };
        let right = Kernels::force(Tier::Reference).unwrap().agreement(pairs, proposal, gate);
        for tier in Tier::available() {
            let found = Kernels::force(tier).unwrap().agreement(pairs, proposal, gate);
            prop_assert_eq!(found, right, "tier {}", tier);
        }
    }
}

/// Every bit alone, and all of them, in the last of an odd number of columns.
#[test]
fn every_bit_sets_codes_apart() {
    const COLUMNS: usize = 13;
    for tier in Tier::available() {
        let kernels = Kernels::force(tier).unwrap();
        for bit in 0..64 * CODE_WORDS {
            let mut planes = [[0; 16]; CODE_WORDS];
            planes[bit / 64][COLUMNS - 1] = 1 << (bit % 64);
            let mut apart = [[777; 16]; 2];
            let rows = [[0; CODE_WORDS], [u64::MAX; CODE_WORDS]];
            kernels.codes_apart(&rows, &planes, COLUMNS, &mut apart);
            assert_eq!(apart[0][..COLUMNS - 1], [0; COLUMNS - 1], "{tier}");
            assert_eq!(apart[1][..COLUMNS - 1], [320; COLUMNS - 1], "{tier}");
            assert_eq!([apart[0][COLUMNS - 1], apart[1][COLUMNS - 1]], [1, 319], "{tier}");
            assert_eq!(apart[0][COLUMNS..], [777; 16 - COLUMNS], "{tier}");
        }
    }
}

proptest! {
    #[test]
    fn tiers_agree_on_how_far_codes_are_apart(
        rows in 0usize..=48, columns in 0usize..=48, eighths in 0u8..=8, seed in any::<u64>(),
    ) {
        let mut random = Random(seed);
        let rows: Vec<Code> = (0..rows).map(|_| random.code(eighths)).collect();
        let mut planes = [[0; 48]; CODE_WORDS];
        planes.iter_mut().flatten().for_each(|word| *word = random.next() & random.next());
        let on = |tier| {
            let mut apart = [[9; 48]; 48];
            Kernels::force(tier).unwrap().codes_apart(&rows, &planes, columns, &mut apart);
            apart
        };
        let right = on(Tier::Reference);
        for tier in Tier::available() {
            prop_assert!(on(tier) == right, "tier {}", tier);
        }
    }
}
