//! What an engine is opened with, as C sees it.

use core::ffi::{c_char, c_void};

use super::boundary;
use super::detail::kaimen_detail;
use super::pointer::{self, Versioned};
use super::types::*;
use super::vendor::{self, kaimen_compare_fn};
use crate::engine::{AlgorithmConfig, Config, Limits};
use crate::error::Error;
use crate::index::SearchMode;
use crate::template::minutiae::MinutiaeFormat;
use crate::template::{Algorithm, Element, Modality, TemplateFormat, VectorFormat};

/// Element of a vector: IEEE 754 binary32, little-endian.
pub const KAIMEN_ELEMENT_F32: u32 = 1;
/// Element of a vector: IEEE 754 binary16, little-endian.
pub const KAIMEN_ELEMENT_F16: u32 = 2;
/// Element of a vector: signed byte.
pub const KAIMEN_ELEMENT_I8: u32 = 3;

/// Templates are vectors, compared by the cosine.
pub const KAIMEN_FORMAT_VECTOR: u32 = 1;
/// Templates are minutiae records, each in the format that it says it is in: any of the
/// following but the two cards. Fingers only.
///
/// The score is a false match level in thousandths, `10000 * log10(1 / FMR)`: 1 of 100
/// comparisons of different fingers reaches 20000, 1 of 10,000 reaches 40000. It was measured up to 40000
/// on all pairs of 135 fingers by three extractors; above, it goes on in a line, and nothing was measured. A search
/// through n fingers needs `10000 * log10(n)` more than a comparison with one: for 1 false match in
/// 1,000 searches of 1,000 fingers a threshold of 60000. Templates with a false resolution score too high.
pub const KAIMEN_FORMAT_MINUTIAE: u32 = 2;
/// Minutiae: ISO/IEC 19794-2:2005 record.
pub const KAIMEN_FORMAT_ISO_2005: u32 = 3;
/// Minutiae: ISO/IEC 19794-2:2011 record.
pub const KAIMEN_FORMAT_ISO_2011: u32 = 4;
/// Minutiae: ISO/IEC 19794-2 normal size card format, 5 bytes a minutia.
pub const KAIMEN_FORMAT_ISO_CARD: u32 = 5;
/// Minutiae: ISO/IEC 19794-2 compact size card format, 3 bytes a minutia.
pub const KAIMEN_FORMAT_ISO_COMPACT_CARD: u32 = 6;
/// Minutiae: ANSI/INCITS 378-2004 record.
pub const KAIMEN_FORMAT_ANSI_2004: u32 = 7;
/// Minutiae: ANSI/INCITS 378-2009 record.
pub const KAIMEN_FORMAT_ANSI_2009: u32 = 8;
/// Minutiae: ANSI/INCITS 378-2009/AM1 record.
pub const KAIMEN_FORMAT_ANSI_2009_AM1: u32 = 9;
/// Minutiae: text of NIST NBIS, "x y theta quality" a line.
pub const KAIMEN_FORMAT_XYT: u32 = 10;
/// Templates are bytes that only their vendor's own comparison can read (a closed SDK). `compare`
/// of the algorithm is that comparison; the library keeps the templates, 1 to `max_template_bytes`
/// each and `max_opaque_bytes` together, and does all the rest: slots, threads, threshold, margin,
/// rules. A probe is `KAIMEN_PROBE_TEMPLATE`, as `compare` wants it. For faces and for fingers.
///
/// Scores are the vendor's, on any scale of `int32_t`, higher for more alike (a distance is negated);
/// `INT32_MIN` alone is no score. `threshold`, `margin` and `floor` are on that scale. Set the
/// threshold: its default means nothing there.
pub const KAIMEN_FORMAT_OPAQUE: u32 = 11;

/// One algorithm: the layout of its templates and the meaning of its scores.
/// Fill it with `kaimen_algorithm_init` or a preset first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_algorithm {
    /// Size of this struct in bytes, set by `kaimen_algorithm_init`.
    pub struct_size: u32,
    /// `KAIMEN_MODALITY_…`.
    pub modality: u32,
    /// `KAIMEN_ELEMENT_…`. This and the next four are for vectors only.
    pub element: u32,
    /// Elements of the vector, 32 to 2048. No default.
    pub dimension: u32,
    /// Bytes to skip before the first element. Default 0.
    pub header_bytes: u32,
    /// Exact size of a decoded template in bytes; every other size is refused.
    /// Default 0: header and vector, nothing behind them.
    pub expected_bytes: u32,
    /// value = element * scale. Finite, above 0; a cosine does not see it, so
    /// it is not applied. Default 1.
    pub scale: f32,
    /// Lowest score that counts as the same person, 1 to `KAIMEN_SCORE_ONE`: of vectors
    /// the cosine in millionths, of minutiae the false match level (see
    /// `KAIMEN_FORMAT_MINUTIAE`), of opaque templates any score of the vendor's. Belongs to the
    /// model: take it from a measured false positive identification rate. Default `KAIMEN_SCORE_ONE`, which
    /// practically nobody reaches.
    pub threshold: i32,
    /// The best member must be ahead of every other member by at least this
    /// much, or the decision is ambiguous; 0 to `KAIMEN_SCORE_ONE`, of opaque templates from 0.
    /// Equal scores are ambiguous even at 0. Default 0.
    pub margin: i32,
    /// Lowest score of interest, -`KAIMEN_SCORE_ONE` to `KAIMEN_SCORE_ONE`, of opaque templates
    /// any. Decisions do not depend on it, but a probe below it is told apart from nobody no
    /// more: its decision has no score, nor does a margin count members below. The higher
    /// it is, the less a search costs; above `threshold - margin` it counts as that.
    /// Default `KAIMEN_SCORE_ONE`.
    pub floor: i32,
    /// `KAIMEN_SEARCH_…`. Default `KAIMEN_SEARCH_PROVEN`, which 0 means as well.
    pub search: u32,
    /// `KAIMEN_FORMAT_…`. Default `KAIMEN_FORMAT_VECTOR`, which 0 means as well.
    pub format: u32,
    /// Opaque templates: what comparing one probe may take, in milliseconds; 0 (default): as long as
    /// it likes. The clock is read before each call of `compare`; one that was begun is
    /// finished, so a call ends that much later. When the time is over before all templates
    /// were compared, the call fails with `KAIMEN_ERR_DEADLINE`: half a gallery decides nothing.
    pub deadline_ms: u32,
    /// Zero.
    pub reserved: [u32; 3],
    /// The name in the protocol, NUL-terminated, 1 to
    /// `KAIMEN_ALGORITHM_BYTES`. Default "default". The first algorithm of a
    /// modality is also meant by an absent name and by "default".
    pub name: [c_char; 72],
    /// Opaque templates: the vendor's comparison. Default NULL, which it is for all other formats.
    /// It and what `user` points to must be there until the engine is closed and every call
    /// of it has returned.
    pub compare: kaimen_compare_fn,
    /// Handed to `compare`; the library never looks at what it points to.
    pub user: *mut c_void,
    /// Zero.
    pub reserved_size: usize,
}

// SAFETY: repr(C), starts with its u32 size, integers, floats and pointers only (any bits are a valid
// raw pointer, and a function that may be NULL), no padding (the layout is asserted in `layout.rs`).
unsafe impl Versioned for kaimen_algorithm {
    fn new() -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            modality: KAIMEN_MODALITY_FACE,
            element: KAIMEN_ELEMENT_F32,
            dimension: 0,
            header_bytes: 0,
            expected_bytes: 0,
            scale: 1.0,
            threshold: KAIMEN_SCORE_ONE,
            margin: 0,
            floor: KAIMEN_SCORE_ONE,
            search: KAIMEN_SEARCH_PROVEN,
            format: KAIMEN_FORMAT_VECTOR,
            deadline_ms: 0,
            reserved: [0; 3],
            name: pointer::fixed_text("default"),
            compare: None,
            user: core::ptr::null_mut(),
            reserved_size: 0,
        }
    }
}

/// What an engine is opened with. Fill it with `kaimen_config_init` first.
/// Everything is copied; nothing has to outlive the call that takes it, but the `compare` and `user`
/// of opaque algorithms.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct kaimen_config {
    /// Size of this struct in bytes, set by `kaimen_config_init`.
    pub struct_size: u32,
    /// Whether a student without any rule may pass: 0 or 1. Default 0.
    pub student_default_pass: u32,
    /// Largest answer of the cloud in bytes, 1 to 268435456. Default 16 MiB.
    pub max_json_bytes: u64,
    /// Most bytes of member records (names, keys, rules, templates that are
    /// kept without being searched), 1 to 2147483648. Default 32 MiB.
    pub max_record_bytes: u64,
    /// Most bytes of searchable opaque templates, all algorithms together, 1 to 2147483648.
    /// Default 32 MiB; takes no memory without an opaque algorithm.
    pub max_opaque_bytes: u64,
    /// Most members, 1 to 4000000. Default 20000.
    pub max_members: u32,
    /// Most searchable face templates, 1 to 16000000. Default 40000.
    pub max_face_templates: u32,
    /// Largest decoded template in bytes, 1 to 4194304, and at least the
    /// `expected_bytes` of every algorithm. Default 65536.
    pub max_template_bytes: u32,
    /// Threads that a search of a large gallery (from some 32,000 vectors, 1,024 fingers or
    /// 257 opaque templates) may use: 0 to 64. With 0 and 1 (default) none is started and no
    /// memory taken; with more the engine keeps so many, asleep between searches, and waking
    /// them may allocate.
    pub threads: u32,
    /// Most searchable finger templates, each view of a record counted, 1 to 16000000.
    /// Default 40000; takes no memory without an algorithm for fingers.
    pub max_finger_templates: u32,
    /// Zero.
    pub reserved: [u32; 5],
    /// The reader's time zone, NUL-terminated: an IANA name ("Asia/Shanghai"),
    /// a POSIX TZ string ("CST-8") or a fixed offset ("+08:00"). The host's
    /// own setting is never read. NULL means "Asia/Shanghai".
    pub zone: *const c_char,
    /// The algorithms, at least one and at most five for each modality. No default.
    pub algorithms: *const kaimen_algorithm,
    /// How many.
    pub algorithm_count: usize,
    /// Zero.
    pub reserved_size: usize,
}

// SAFETY: repr(C), starts with its u32 size, integers and pointers only (any
// bits are a valid raw pointer), no padding (asserted in `layout.rs`).
unsafe impl Versioned for kaimen_config {
    fn new() -> Self {
        let Limits {
            members,
            face_templates,
            finger_templates,
            template_bytes,
            opaque_bytes,
            json_bytes,
            record_bytes,
        } = Limits::default();
        Self {
            struct_size: size_of::<Self>() as u32,
            student_default_pass: 0,
            max_json_bytes: json_bytes as u64,
            max_record_bytes: record_bytes as u64,
            max_opaque_bytes: opaque_bytes as u64,
            max_members: members as u32,
            max_face_templates: face_templates as u32,
            max_template_bytes: template_bytes as u32,
            threads: 1,
            max_finger_templates: finger_templates as u32,
            reserved: [0; 5],
            zone: core::ptr::null(),
            algorithms: core::ptr::null(),
            algorithm_count: 0,
            reserved_size: 0,
        }
    }
}

/// Fills a `kaimen_algorithm` with the defaults. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_algorithm_init(algorithm: *mut kaimen_algorithm) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(algorithm) }
    })
}

/// Fills a `kaimen_algorithm` for the 1072-byte face template of a widespread
/// family of terminals: 512 signed bytes (value / 128), then 560 bytes that are
/// not used (a vector for masked faces, landmarks, norms). Threshold 540000,
/// those terminals' own default; measure yours. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_algorithm_preset_int8_512_1072(algorithm: *mut kaimen_algorithm) {
    boundary::plain((), || {
        let format = VectorFormat::INT8_512_IN_1072;
        let preset = kaimen_algorithm {
            element: KAIMEN_ELEMENT_I8,
            dimension: format.dimension as u32,
            header_bytes: format.header_bytes as u32,
            expected_bytes: format.expected_bytes as u32,
            scale: format.scale,
            threshold: 540_000,
            ..Versioned::new()
        };
        if !algorithm.is_null() {
            // SAFETY: not NULL, and writable by the interface's conventions.
            unsafe { algorithm.write_unaligned(preset) };
        }
    })
}

/// Fills a `kaimen_config` with the defaults. NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_config_init(config: *mut kaimen_config) {
    boundary::plain((), || {
        // SAFETY: NULL or writable, by the interface's conventions.
        unsafe { pointer::init_struct(config) }
    })
}

/// The most memory that an engine of this configuration takes, in bytes, the
/// peak while an answer is applied included. Takes none of it.
///
/// `bytes`: written on success.
/// Statuses: as `kaimen_engine_open`, without `KAIMEN_ERR_TOO_MANY_HANDLES` and
/// `KAIMEN_ERR_MEMORY`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kaimen_config_required_bytes(
    config: *const kaimen_config,
    bytes: *mut u64,
    detail: *mut kaimen_detail,
) -> kaimen_status {
    boundary::call(detail, || {
        pointer::not_null(bytes, "bytes")?;
        // SAFETY: NULL or an initialised struct, by the interface's conventions.
        let required = unsafe { read_config(config) }?.required_bytes()?;
        // SAFETY: not NULL (checked above), writable by the conventions.
        unsafe { pointer::write_out(bytes, required, "bytes") }
    })
}

/// Copies a whole configuration in.
///
/// # Safety
/// `config` and what it points to are NULL or valid, as the header says.
pub(super) unsafe fn read_config(config: *const kaimen_config) -> Result<Config, Error> {
    // SAFETY: this function's own contract.
    let config = unsafe { pointer::read_struct(config, "config") }?;
    if config.reserved != [0; 5] || config.reserved_size != 0 {
        return Err(Error::Argument {
            name: "config",
            reason: "has reserved fields that are not zero",
        });
    }
    // SAFETY: this function's own contract.
    let zone = unsafe { pointer::optional_text(config.zone, 256, "zone") }?;
    let limit = |value: u64, name| {
        usize::try_from(value).map_err(|_| Error::Argument { name, reason: "is too large" })
    };
    Ok(Config {
        zone: zone.unwrap_or(crate::rules::DEFAULT_ZONE).to_owned(),
        student_default_pass: flag(config.student_default_pass, "student_default_pass")?,
        // SAFETY: this function's own contract.
        algorithms: unsafe { read_algorithms(config.algorithms, config.algorithm_count) }?,
        limits: Limits {
            members: limit(config.max_members.into(), "max_members")?,
            face_templates: limit(config.max_face_templates.into(), "max_face_templates")?,
            finger_templates: limit(config.max_finger_templates.into(), "max_finger_templates")?,
            template_bytes: limit(config.max_template_bytes.into(), "max_template_bytes")?,
            opaque_bytes: limit(config.max_opaque_bytes, "max_opaque_bytes")?,
            json_bytes: limit(config.max_json_bytes, "max_json_bytes")?,
            record_bytes: limit(config.max_record_bytes, "max_record_bytes")?,
        },
        threads: (config.threads as usize).max(1),
    })
}

/// Copies the array of algorithms in; the size of its elements is what the
/// first one states, so that an older program's array is walked correctly.
///
/// # Safety
/// `first` is NULL or points to `count` initialised structs.
unsafe fn read_algorithms(
    first: *const kaimen_algorithm,
    count: usize,
) -> Result<Vec<AlgorithmConfig>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if count > KAIMEN_ALGORITHMS {
        return Err(Error::Argument { name: "algorithm_count", reason: "is above 10" });
    }
    // SAFETY: at least one element, by contract.
    let stride = unsafe { pointer::read_struct(first, "algorithms") }?.struct_size as usize;
    let mut algorithms = Vec::with_capacity(count);
    for position in 0..count {
        // SAFETY: position < count elements of `stride` bytes, by contract.
        let at = unsafe { first.cast::<u8>().add(position * stride) };
        let algorithm: kaimen_algorithm =
            // SAFETY: as above.
            unsafe { pointer::read_struct(at.cast(), "algorithms") }.map_err(element(position))?;
        if algorithm.struct_size as usize != stride {
            let reason = "have elements of different struct_size";
            return Err(element(position)(Error::Argument { name: "algorithms", reason }));
        }
        algorithms.push(read_algorithm(&algorithm).map_err(element(position))?);
    }
    Ok(algorithms)
}

fn read_algorithm(algorithm: &kaimen_algorithm) -> Result<AlgorithmConfig, Error> {
    if algorithm.reserved != [0; 3] || algorithm.reserved_size != 0 {
        let reason = "have reserved fields that are not zero";
        return Err(Error::Argument { name: "algorithms", reason });
    }
    let modality = match algorithm.modality {
        KAIMEN_MODALITY_FACE => Modality::Face,
        KAIMEN_MODALITY_FINGER => Modality::Finger,
        _ => return Err(Error::Argument { name: "modality", reason: "is not a known modality" }),
    };
    let format = read_format(algorithm)?;
    let name = name_of(&algorithm.name)?;
    let search = match algorithm.search {
        0 | KAIMEN_SEARCH_PROVEN => SearchMode::Proven,
        KAIMEN_SEARCH_FAST => SearchMode::Fast,
        _ => return Err(Error::Argument { name: "search", reason: "is not a known search" }),
    };
    let matcher = vendor::matcher(algorithm)?;
    let kaimen_algorithm { threshold, margin, floor, .. } = *algorithm;
    let algorithm = Algorithm { name, modality, format };
    Ok(AlgorithmConfig { algorithm, threshold, margin, floor, search, matcher })
}

fn read_format(algorithm: &kaimen_algorithm) -> Result<TemplateFormat, Error> {
    match algorithm.format {
        0 | KAIMEN_FORMAT_VECTOR => read_vector_format(algorithm).map(TemplateFormat::Vector),
        KAIMEN_FORMAT_OPAQUE => Ok(TemplateFormat::Opaque),
        other => read_minutiae_format(other, "format").map(TemplateFormat::Minutiae),
    }
}

/// `None`: the format that a record says it is in.
pub(super) fn read_minutiae_format(
    format: u32,
    name: &'static str,
) -> Result<Option<MinutiaeFormat>, Error> {
    Ok(Some(match format {
        KAIMEN_FORMAT_MINUTIAE => return Ok(None),
        KAIMEN_FORMAT_ISO_2005 => MinutiaeFormat::Iso2005,
        KAIMEN_FORMAT_ISO_2011 => MinutiaeFormat::Iso2011,
        KAIMEN_FORMAT_ISO_CARD => MinutiaeFormat::IsoNormalCard,
        KAIMEN_FORMAT_ISO_COMPACT_CARD => MinutiaeFormat::IsoCompactCard,
        KAIMEN_FORMAT_ANSI_2004 => MinutiaeFormat::Ansi2004,
        KAIMEN_FORMAT_ANSI_2009 => MinutiaeFormat::Ansi2009,
        KAIMEN_FORMAT_ANSI_2009_AM1 => MinutiaeFormat::Ansi2009Am1,
        KAIMEN_FORMAT_XYT => MinutiaeFormat::Xyt,
        _ => return Err(Error::Argument { name, reason: "is not a known format" }),
    }))
}

fn read_vector_format(algorithm: &kaimen_algorithm) -> Result<VectorFormat, Error> {
    let element = match algorithm.element {
        KAIMEN_ELEMENT_F32 => Element::F32,
        KAIMEN_ELEMENT_F16 => Element::F16,
        KAIMEN_ELEMENT_I8 => Element::I8,
        _ => return Err(Error::Argument { name: "element", reason: "is not a known element" }),
    };
    let dimension = algorithm.dimension as usize;
    let header_bytes = algorithm.header_bytes as usize;
    let expected_bytes = match algorithm.expected_bytes as usize {
        0 => header_bytes.saturating_add(dimension.saturating_mul(element.bytes())),
        stated => stated,
    };
    let scale = algorithm.scale;
    Ok(VectorFormat { element, dimension, header_bytes, expected_bytes, scale })
}

fn name_of(name: &[c_char; 72]) -> Result<String, Error> {
    let bytes: Vec<u8> = name.iter().map(|c| c.to_ne_bytes()[0]).take_while(|c| *c != 0).collect();
    if bytes.len() == name.len() {
        return Err(Error::Argument { name: "name", reason: "is not NUL-terminated" });
    }
    String::from_utf8(bytes).map_err(|_| Error::Utf8 { name: "name" })
}

/// Says which element of an array an error is about.
pub(super) fn element(position: usize) -> impl Fn(Error) -> Error {
    move |error| Error::Element { position, error: Box::new(error) }
}

/// A C boolean: 0 or 1, so that garbage is not taken for "yes".
pub(super) fn flag(value: u32, name: &'static str) -> Result<bool, Error> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::Argument { name, reason: "is neither 0 nor 1" }),
    }
}
