//! The best codes: every tier of this machine against a search that is written down a
//! second time here.

use proptest::prelude::*;

use super::{BestCode, CODE_WORDS, CodeGroup, CodeWeights, GROUP_CODES, Kernels, MAX_GROUPS, Tier};

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
