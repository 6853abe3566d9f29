//! Every tier of this machine against the reference, bit for bit.

use proptest::prelude::*;

use super::{Kernels, LANE_BYTES, Lane, MAX_LANES, Tier, TierUnavailable};

/// One row per slice: codes, zero padded to whole lanes.
fn lanes(dimension: usize, rows: usize, mut code: impl FnMut(usize) -> i8) -> Vec<Lane> {
    let width = Lane::count(dimension);
    let mut lanes = vec![Lane::ZERO; width * rows];
    for row in 0..rows {
        for i in 0..dimension {
            lanes[row * width + i / LANE_BYTES].0[i % LANE_BYTES] = code(row * dimension + i);
        }
    }
    lanes
}

fn run(tier: Tier, query: &[Lane], rows: &[Lane], count: usize) -> Vec<i32> {
    let mut out = vec![i32::MIN; count];
    Kernels::force(tier).expect("an available tier").dot_rows(query, rows, &mut out);
    out
}

fn all_tiers_agree(query: &[Lane], rows: &[Lane], count: usize) -> Vec<i32> {
    let right = run(Tier::Reference, query, rows, count);
    for tier in Tier::available() {
        assert_eq!(run(tier, query, rows, count), right, "tier {tier}");
    }
    right
}

const DIMENSIONS: [usize; 17] =
    [1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 511, 512, 513, 1024, 1025, 2047, 2048];
/// 0 to 9: around the four rows of one step. The rest: a block and its neighbours.
const COUNTS: [usize; 13] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257];

/// A period of 251 bytes: swapped lanes or rows would show.
#[test]
fn tiers_agree_on_a_pattern_of_period_251() {
    let pattern = |i: usize| u8::try_from(i % 251).unwrap().cast_signed();
    for dimension in DIMENSIONS {
        for count in COUNTS {
            let query = lanes(dimension, 1, |i| pattern(i * 7 + 3));
            let rows = lanes(dimension, count, pattern);
            all_tiers_agree(&query, &rows, count);
        }
    }
}

/// The largest products of either sign, in every sum of every tier.
#[test]
fn tiers_agree_on_extremes() {
    for dimension in DIMENSIONS {
        let width = i32::try_from(dimension).unwrap();
        for (a, b) in [
            (-128i8, -128i8),
            (-128, 127),
            (127, -128),
            (127, 127),
            (-127, 127),
            (0, -128),
            (-128, 0),
            (-1, -128),
        ] {
            let query = lanes(dimension, 1, |_| a);
            let rows = lanes(dimension, 5, |_| b);
            let right = all_tiers_agree(&query, &rows, 5);
            assert_eq!(right, vec![width * i32::from(a) * i32::from(b); 5]);
        }
    }
}

/// An extreme on each single code, so that no position is handled apart.
#[test]
fn tiers_agree_on_single_extreme_codes() {
    for position in 0..200 {
        let query = lanes(200, 1, |i| if i == position { -128 } else { 1 });
        let rows = lanes(200, 3, |i| if i % 200 == position { -128 } else { -1 });
        let right = all_tiers_agree(&query, &rows, 3);
        assert_eq!(right, [128 * 128 - 199; 3]);
    }
}

#[test]
fn an_empty_query_gives_zeroes() {
    for tier in Tier::available() {
        assert_eq!(run(tier, &[], &[], 3), [0; 3]);
    }
}

#[test]
#[should_panic(expected = "rows are as wide as the query")]
fn a_wrong_number_of_rows_panics() {
    Kernels::detect().dot_rows(&[Lane::ZERO], &[Lane::ZERO; 3], &mut [0; 2]);
}

#[test]
#[should_panic(expected = "at most 32 lanes")]
fn a_row_that_is_too_wide_panics() {
    let lanes = [Lane::ZERO; MAX_LANES + 1];
    Kernels::detect().dot_rows(&lanes, &lanes, &mut [0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn tiers_agree_on_any_codes(
        dimension in 1usize..=2048,
        count in 0usize..=9,
        seed in any::<u64>(),
        extreme in 0u8..=8,
    ) {
        // A linear congruence (Knuth's MMIX constants); `extreme` of 8 codes are -128.
        let mut state = seed;
        let mut code = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let [choice, value, ..] = state.to_be_bytes();
            if choice % 8 < extreme { i8::MIN } else { value.cast_signed() }
        };
        let query = lanes(dimension, 1, &mut code);
        let rows = lanes(dimension, count, &mut code);
        all_tiers_agree(&query, &rows, count);
    }
}

/// The tier that runs is the one that the processor's own flags ask for; the
/// test prints it, so that a log shows what was tested. Who knows the processor
/// says its tier in `KAIMEN_EXPECT_TIER` (`scripts/emulate.sh`): a path that was
/// left out of the build fails there.
#[test]
fn the_detected_tier_is_the_best_of_this_processor() {
    let expected = expected_tier();
    let available: Vec<_> = Tier::available().map(Tier::name).collect();
    let line = format!(
        "target {}-{}, {}-endian, tiers {available:?}, detected {}\n",
        std::env::consts::ARCH,
        std::env::consts::OS,
        if cfg!(target_endian = "big") { "big" } else { "little" },
        Kernels::detect().tier(),
    );
    // Past the test harness, which hides what a passing test prints.
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    assert_eq!(Kernels::detect().tier(), expected);
    if let Some(name) = std::env::var_os("KAIMEN_EXPECT_TIER") {
        assert_eq!(name, Kernels::detect().tier().name());
    }
    assert_eq!(Tier::Simsimd.is_available(), cfg!(feature = "simsimd"));
}

/// A tier of another architecture, or of a better processor, is an error that names it, and never an
/// instruction that the processor does not know. `KAIMEN_REFUSED_TIERS` says which of the
/// architecture's tiers that must be here.
#[test]
fn a_tier_that_cannot_run_is_refused() {
    let (available, refused): (Vec<_>, Vec<_>) =
        Tier::ALL.into_iter().partition(|tier| tier.is_available());
    for tier in available {
        assert_eq!(Kernels::force(tier).map(Kernels::tier), Ok(tier));
    }
    assert!(!refused.is_empty(), "no machine runs every tier");
    for &tier in &refused {
        assert_eq!(Kernels::force(tier), Err(TierUnavailable(tier)));
        assert!(TierUnavailable(tier).to_string().contains(tier.name()));
    }
    for name in std::env::var("KAIMEN_REFUSED_TIERS").unwrap_or_default().split_whitespace() {
        assert!(refused.iter().any(|tier| tier.name() == name), "{name} is not refused");
    }
}

#[cfg(target_arch = "x86_64")]
fn expected_tier() -> Tier {
    let vnni = is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512bw");
    let popcnt = is_x86_feature_detected!("avx512vpopcntdq");
    match (vnni, is_x86_feature_detected!("avx2")) {
        (true, _) if popcnt && has_amx() => Tier::AmxInt8,
        (true, _) if popcnt => Tier::Avx512Popcnt,
        (true, _) => Tier::Avx512Vnni,
        (false, true) => Tier::Avx2,
        (false, false) => Tier::Portable,
    }
}

/// Not to be asked as the others are: that is not stable yet.
#[cfg(target_arch = "x86_64")]
fn has_amx() -> bool {
    std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains(" amx_int8"))
}

#[cfg(target_arch = "aarch64")]
fn expected_tier() -> Tier {
    let i8mm = std::arch::is_aarch64_feature_detected!("i8mm");
    match (i8mm, std::arch::is_aarch64_feature_detected!("dotprod")) {
        (true, true) => Tier::NeonI8mm,
        (false, true) => Tier::NeonDotprod,
        (_, false) => Tier::Neon,
    }
}

/// The kernel writes what the processor has into a file as well.
#[cfg(target_arch = "arm")]
fn expected_tier() -> Tier {
    // Not the emulated one's under qemu-user: there `scripts/emulate.sh` says what to expect.
    let neon = std::env::var("KAIMEN_EXPECT_TIER").map_or_else(
        |_| std::fs::read_to_string("/proc/cpuinfo").unwrap().contains(" neon"),
        |tier| tier == "armv7-neon",
    );
    if neon { Tier::Armv7Neon } else { Tier::Portable }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm")))]
fn expected_tier() -> Tier {
    Tier::Portable
}
