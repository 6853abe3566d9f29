//! Every bound of the engine, each with its reason.
//!
//! The constants are hard limits of the format or of the fixed-size C structs.
//! What a reader may choose within them is in `engine::Limits`, which the
//! configuration carries and which is checked before memory is taken.

/// Longest `userid` in bytes. The protocol page says 1 to 64, the
/// multi-algorithm page (path 95409) 1 to 128; the longer one is accepted.
pub const USERID_BYTES: usize = 128;
/// Longest `name` in bytes that is kept; it is shown on a screen.
pub const NAME_BYTES: usize = 256;
/// Longest `public_key` text in bytes: a compressed P-256 point takes 44, an
/// uncompressed one 88 in base64; anything far longer is not a key.
pub const PUBLIC_KEY_BYTES: usize = 256;
/// Longest algorithm name in bytes. The protocol gives no limit.
pub const ALGORITHM_BYTES: usize = 64;
/// Longest rule text in bytes (decision in section 9 of the protocol facts).
pub const RULE_BYTES: usize = 256;
/// Most rules of one member (decision in section 9 of the protocol facts).
pub const RULES_PER_MEMBER: usize = 64;
/// Face slots of one member: ids 0 to 11 (path 95409).
pub const FACE_SLOTS: u32 = 12;
/// Finger slots of one member: ten fingers, ids 0 to 9. The protocol gives no
/// upper bound; larger ids are reported and skipped.
pub const FINGER_SLOTS: u32 = 10;
/// Most members in one request (`get_userinfo_by_ids`).
pub const MEMBERS_PER_REQUEST: usize = 200;
/// Longest `req_id` in bytes.
pub const REQ_ID_BYTES: usize = 128;
/// Deepest nesting of unknown JSON values that is skipped. The answer itself
/// nests five deep.
pub const JSON_DEPTH: usize = 64;
/// Smallest and largest dimension of a template vector.
pub const DIMENSION: core::ops::RangeInclusive<usize> = 32..=2048;
/// Most algorithms that a configuration may name for one modality: the
/// protocol lets a reader announce five for each (path 95409).
pub const ALGORITHMS_PER_MODALITY: usize = 5;
/// Most candidates that one search returns: more than a screen shows, and few
/// enough to be kept without allocating.
pub const CANDIDATES: usize = 64;
/// Most probes of one call: what an audit hands over at a time, and few enough that
/// their prepared forms stay below two megabytes.
pub const PROBES: usize = 64;
/// Most threads that a configuration may ask for: more than a reader's processor has.
pub const THREADS: usize = 64;
/// Most members that a configuration may allow: their numbers are 32 bits wide,
/// and a reader is meant for one company.
pub const MEMBERS: usize = 4_000_000;
/// Most face templates that a configuration may allow: handles are 32 bits
/// wide, and the index is meant for devices.
pub const FACE_TEMPLATES: usize = 16_000_000;
/// Most finger templates that a configuration may allow, for the same reasons.
pub const FINGER_TEMPLATES: usize = 16_000_000;
/// Largest template that a configuration may allow, in bytes. A photo instead
/// of a vector has a few hundred kilobytes (protocol facts, 5.3).
pub const TEMPLATE_BYTES: usize = 4 << 20;
/// Largest answer that a configuration may allow, in bytes: 200 members with
/// every slot full take a few megabytes, and an offset in it fits 32 bits.
pub const JSON_BYTES: usize = 256 << 20;
/// Most bytes of member records that a configuration may allow: what a 32-bit
/// address space can hold at all.
pub const RECORD_BYTES: usize = 1 << 31;
/// Most bytes of opaque templates that a configuration may allow, for the same reason.
pub const OPAQUE_BYTES: usize = 1 << 31;
/// Most items of one report: an answer of 200 members whose every rule,
/// template and field is worth a line stays below it. Later ones are counted.
pub const REPORT_ITEMS: usize = 20_000;
/// Most minutiae of one view: every format counts them in one byte, and a finger has
/// rarely more than 200.
pub const MINUTIAE_PER_VIEW: usize = 255;
/// Most views of one minutiae record. All formats but ISO/IEC 19794-2:2011 count them in
/// one byte; ten fingers with sixteen views each stay below it.
pub const VIEWS_PER_RECORD: usize = 255;
/// Largest coordinate of a minutia, in pixels or in a card's units: 14 bits.
pub const MINUTIA_COORDINATE: u16 = 0x3fff;
/// Resolutions that a minutiae record may state, in pixels per centimetre: the standards
/// ask for 99 (250 dpi) or more, and the finest unit of a card, 0.01 mm, is 1000 (2540 dpi).
pub const MINUTIAE_RESOLUTION: core::ops::RangeInclusive<u16> = 99..=1000;
/// Most minutiae of a view that are kept. With 56 and 64 some rates were a little better and others
/// worse, with 40 those of FVC were worse; each costs memory and time.
pub const FINGER_POINTS: usize = 48;
/// Fewer minutiae than this make a weak template: a convention (8 to 10 are usual), not measured.
pub const FINGER_WEAK: usize = 10;
/// Farthest that minutiae of one view may be apart along an axis, in pixels of 500 dpi: 16
/// inches, more than a hand; their places fit 16 bits.
pub const FINGER_PIXELS: f32 = 8000.0;
/// Largest record of one member in the store, in bytes: every slot full of the largest templates
/// that a configuration may allow (22 of 4 MiB), ten fingers of 255 views as codes (6 MB) and the rest, so that no
/// member whom an engine takes is refused by its store. It is held in memory whole.
pub const STORE_RECORD_BYTES: usize = 96 << 20;
/// Largest settings record in the store, in bytes: it is read whole at every open.
pub const STORE_SETTINGS_BYTES: usize = 64 << 10;
/// Largest event in the store, in bytes: an access record is a few hundred.
pub const STORE_EVENT_BYTES: usize = 4 << 10;
/// Memory for pages of the store's file that a configuration may allow, in bytes: half of it
/// must hold the pages that a commit touches at a time.
pub const STORE_CACHE_BYTES: core::ops::RangeInclusive<usize> = 256 << 10..=1 << 30;
