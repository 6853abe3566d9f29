//! The instants of the probes: Unix seconds of wall clocks in Shanghai.

pub(crate) const MON_0930: i64 = 1_795_397_400; // 2026-11-23 09:30:00
pub(crate) const MON_180059: i64 = 1_795_428_059; // 2026-11-23 18:00:59
pub(crate) const MON_180100: i64 = 1_795_428_060; // 2026-11-23 18:01:00
pub(crate) const MON_2015: i64 = 1_795_436_100; // 2026-11-23 20:15:00
pub(crate) const TUE_0930: i64 = 1_795_483_800; // 2026-11-24 09:30:00
pub(crate) const WED_0130: i64 = 1_795_541_400; // 2026-11-25 01:30:00
pub(crate) const WED_020059: i64 = 1_795_543_259; // 2026-11-25 02:00:59
pub(crate) const WED_020100: i64 = 1_795_543_260; // 2026-11-25 02:01:00
pub(crate) const SAT_0945: i64 = 1_795_830_300; // 2026-11-28 09:45:00
pub(crate) const SAT_2340: i64 = 1_795_880_400; // 2026-11-28 23:40:00
pub(crate) const SUN_1000: i64 = 1_795_917_600; // 2026-11-29 10:00:00
