//! The layouts that C compiled against, asserted at compile time.
//!
//! `tests/c/layout.c` asserts the same numbers on the other side; the test
//! `layout` writes it from the list below. A number here never changes within
//! one ABI version: structs grow out of their reserved fields or at their end.

use core::mem::offset_of;

use super::audit::kaimen_pair;
use super::config::{kaimen_algorithm, kaimen_config};
use super::decision::{kaimen_access, kaimen_candidate, kaimen_decision, kaimen_probe};
use super::detail::kaimen_detail;
use super::engine::{kaimen_member, kaimen_stats};
use super::events::{kaimen_event, kaimen_event_stats};
use super::import::kaimen_page;
use super::report::{kaimen_report_line, kaimen_report_summary};
use super::request::{kaimen_member_key, kaimen_request_options};
use super::store::{kaimen_store_config, kaimen_wiped};
use super::version::kaimen_build_info;

/// Size of a field, found through a function that borrows it.
const fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Asserts the size, each offset, that no field is left out, and that the
/// fields fill the struct: there is no padding, so no byte of the library's
/// memory leaves it by accident.
macro_rules! layout {
    ($($name:ident [$size64:literal, $size32:literal] {
        $($field:ident [$at64:literal, $at32:literal],)*
    })*) => {$(
        const _: () = {
            let wide = cfg!(target_pointer_width = "64");
            assert!(size_of::<$name>() == if wide { $size64 } else { $size32 });
            $(assert!(offset_of!($name, $field) == if wide { $at64 } else { $at32 });)*
            assert!(size_of::<$name>() == 0 $(+ size_of_field(|value: &$name| &value.$field))*);
            let _: fn(&$name) = |$name { $($field: _),* }| ();
        };
    )*};
}

// Struct or field, then its size or offset with 64-bit and 32-bit pointers.
layout! {
kaimen_detail [352, 352] {
    struct_size [0, 0],
    status [4, 4],
    position [8, 8],
    matcher_status [12, 12],
    reserved [16, 16],
    field [32, 32],
    message [96, 96],
}
kaimen_build_info [128, 128] {
    struct_size [0, 0],
    abi_version [4, 4],
    template_format [8, 8],
    pointer_bits [12, 12],
    debug [16, 16],
    reserved [20, 20],
    version [32, 32],
    target [64, 64],
    tier [96, 96],
}
kaimen_algorithm [160, 148] {
    struct_size [0, 0],
    modality [4, 4],
    element [8, 8],
    dimension [12, 12],
    header_bytes [16, 16],
    expected_bytes [20, 20],
    scale [24, 24],
    threshold [28, 28],
    margin [32, 32],
    floor [36, 36],
    search [40, 40],
    format [44, 44],
    deadline_ms [48, 48],
    reserved [52, 52],
    name [64, 64],
    compare [136, 136],
    user [144, 140],
    reserved_size [152, 144],
}
kaimen_config [104, 88] {
    struct_size [0, 0],
    student_default_pass [4, 4],
    max_json_bytes [8, 8],
    max_record_bytes [16, 16],
    max_opaque_bytes [24, 24],
    max_members [32, 32],
    max_face_templates [36, 36],
    max_template_bytes [40, 40],
    threads [44, 44],
    max_finger_templates [48, 48],
    reserved [52, 52],
    zone [72, 72],
    algorithms [80, 76],
    algorithm_count [88, 80],
    reserved_size [96, 84],
}
kaimen_pair [320, 320] {
    struct_size [0, 0],
    score [4, 4],
    user_type [8, 8],
    slot [12, 12],
    other_user_type [16, 16],
    other_slot [20, 20],
    reserved [24, 24],
    userid [48, 48],
    other_userid [184, 184],
}
kaimen_request_options [48, 48] {
    struct_size [0, 0],
    form [4, 4],
    fingerprints [8, 8],
    faces [12, 12],
    public_keys [16, 16],
    reserved [20, 20],
}
kaimen_member_key [16, 12] {
    userid [0, 0],
    user_type [8, 4],
    reserved [12, 8],
}
kaimen_report_summary [152, 152] {
    struct_size [0, 0],
    items [4, 4],
    dropped [8, 8],
    generation [16, 16],
    counts [24, 24],
}
kaimen_report_line [512, 512] {
    struct_size [0, 0],
    kind [4, 4],
    status [8, 8],
    user_type [12, 12],
    position [16, 16],
    modality [20, 20],
    id [24, 24],
    reserved [32, 32],
    userid [56, 56],
    field [192, 192],
    message [256, 256],
}
kaimen_stats [80, 80] {
    struct_size [0, 0],
    members [4, 4],
    face_templates [8, 8],
    kept_templates [12, 12],
    stale_templates [16, 16],
    finger_templates [20, 20],
    generation [24, 24],
    index_bytes [32, 32],
    record_bytes [40, 40],
    opaque_bytes [48, 48],
    reserved2 [56, 56],
}
kaimen_member [344, 344] {
    struct_size [0, 0],
    face_templates [4, 4],
    kept_templates [8, 8],
    stale_templates [12, 12],
    rules [16, 16],
    rejected_rules [20, 20],
    openvid [24, 24],
    fa_ver [32, 32],
    fp_ver [40, 40],
    finger_templates [48, 48],
    reserved32 [52, 52],
    reserved [56, 56],
    name [80, 80],
}
kaimen_probe [64, 48] {
    struct_size [0, 0],
    encoding [4, 4],
    reserved [8, 8],
    data [32, 32],
    size [40, 36],
    algorithm [48, 40],
    reserved_size [56, 44],
}
kaimen_decision [224, 224] {
    struct_size [0, 0],
    verdict [4, 4],
    reason [8, 8],
    modality [12, 12],
    time [16, 16],
    generation [24, 24],
    rule_id [32, 32],
    score [40, 40],
    margin [44, 44],
    threshold [48, 48],
    slot [52, 52],
    user_type [56, 56],
    reserved [60, 60],
    userid [88, 88],
}
kaimen_candidate [168, 168] {
    struct_size [0, 0],
    user_type [4, 4],
    score [8, 8],
    slot [12, 12],
    reserved [16, 16],
    userid [32, 32],
}
kaimen_access [40, 40] {
    struct_size [0, 0],
    verdict [4, 4],
    reason [8, 8],
    reserved [12, 12],
    rule_id [24, 24],
    next_change [32, 32],
}
kaimen_store_config [80, 64] {
    struct_size [0, 0],
    max_events [4, 4],
    cache_bytes [8, 8],
    reserved [16, 16],
    path [48, 48],
    key [56, 52],
    key_callback [64, 56],
    user [72, 60],
}
kaimen_wiped [576, 576] {
    struct_size [0, 0],
    key_destroyed [4, 4],
    truncated [8, 8],
    reserved [12, 12],
    bytes [16, 16],
    overwritten [24, 24],
    reserved64 [32, 32],
    failures [64, 64],
}
kaimen_page [48, 48] {
    struct_size [0, 0],
    is_last [4, 4],
    version [8, 8],
    reserved [16, 16],
}
kaimen_event [208, 208] {
    struct_size [0, 0],
    user_type [4, 4],
    sequence [8, 8],
    time [16, 16],
    pass_type [24, 24],
    pass_method [28, 28],
    verdict [32, 32],
    reason [36, 36],
    score [40, 40],
    slot [44, 44],
    damaged [48, 48],
    reserved [52, 52],
    userid [72, 72],
}
kaimen_event_stats [72, 72] {
    struct_size [0, 0],
    reserved [4, 4],
    pending [8, 8],
    dropped [16, 16],
    first [24, 24],
    next [32, 32],
    reserved64 [40, 40],
}}
