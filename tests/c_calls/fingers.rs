//! The calls about fingers.

use kaimen::ffi::minutiae::kaimen_minutiae_convert;
use kaimen::template::minutiae::{
    Minutia, MinutiaKind, MinutiaeFormat, Record, STANDARD_RESOLUTION, TURN, View, write,
};

use super::*;

type Identify = unsafe extern "C" fn(
    *const kaimen_engine,
    *const kaimen_probe,
    i64,
    *mut kaimen_decision,
    *mut kaimen_detail,
) -> kaimen_status;
type Verify = unsafe extern "C" fn(
    *const kaimen_engine,
    *const kaimen_probe,
    *const c_char,
    u32,
    i64,
    *mut kaimen_decision,
    *mut kaimen_detail,
) -> kaimen_status;
type Search = unsafe extern "C" fn(
    *const kaimen_engine,
    *const kaimen_probe,
    i32,
    *mut kaimen_candidate,
    usize,
    *mut usize,
    *mut kaimen_detail,
) -> kaimen_status;

/// The calls of one modality.
pub(super) struct Questions {
    pub(super) modality: u32,
    pub(super) identify: Identify,
    pub(super) verify: Verify,
    pub(super) search: Search,
}

pub(super) const FACES: Questions = Questions {
    modality: KAIMEN_MODALITY_FACE,
    identify: kaimen_engine_identify_face,
    verify: kaimen_engine_verify_face,
    search: kaimen_engine_search_face,
};

pub(super) const FINGERS: Questions = Questions {
    modality: KAIMEN_MODALITY_FINGER,
    identify: kaimen_engine_identify_finger,
    verify: kaimen_engine_verify_finger,
    search: kaimen_engine_search_finger,
};

/// Every `KAIMEN_FORMAT_…`, and the numbers before and behind them.
const FORMATS: usize = KAIMEN_FORMAT_XYT as usize + 2;

impl Calls<'_> {
    /// Makes an algorithm of minutiae, of any format, most of the time of those that say
    /// what they are.
    pub(super) fn compare_minutiae(&mut self, algorithm: &mut kaimen_algorithm) {
        algorithm.modality = KAIMEN_MODALITY_FINGER;
        algorithm.format = KAIMEN_FORMAT_MINUTIAE;
        algorithm.threshold = 20_000;
        if self.byte() < 60 {
            algorithm.format = self.small(FORMATS);
        }
    }

    /// A record of one of three fingers of few minutiae, sometimes with a second view;
    /// sometimes cut, or with a byte changed.
    pub(super) fn record(&mut self) -> Vec<u8> {
        let mut views = vec![view(self.below(3) as u16, 4 + self.below(12) as u16)];
        if self.byte() < 40 {
            views.push(view(self.below(3) as u16, self.below(12) as u16));
        }
        let record = Record { product: 0, views };
        let format = MinutiaeFormat::ALL[if self.byte() < 60 { self.below(8) } else { 0 }];
        let mut bytes = write(&record, format).unwrap_or_default();
        if self.byte() < 30 && !bytes.is_empty() {
            let place = self.below(bytes.len());
            bytes[place] = self.byte();
        }
        if self.byte() < 20 {
            bytes.truncate(self.below(200));
        }
        bytes
    }

    /// A probe of a modality; the data must outlive it.
    pub(super) fn probe_of(
        &mut self,
        modality: u32,
    ) -> (Vec<u8>, Option<CString>, Box<Wild<kaimen_probe>>) {
        // Now and then a vector where a record is wanted.
        if modality == KAIMEN_MODALITY_FACE || self.byte() < 20 {
            return self.probe();
        }
        let data = self.record();
        let algorithm = if self.byte() < 20 { self.text() } else { None };
        let mut probe = Wild::new(kaimen_probe_init);
        probe.value.encoding = if self.byte() < 20 { self.small(4) } else { KAIMEN_PROBE_TEMPLATE };
        probe.value.data = data.as_ptr().cast();
        probe.value.size = data.len();
        probe.value.algorithm = algorithm.as_ref().map_or(null(), |name| name.as_ptr());
        self.disturb(&mut probe);
        (data, algorithm, probe)
    }

    pub(super) fn convert(&mut self) {
        let record = self.record();
        let from = if self.byte() < 160 { KAIMEN_FORMAT_MINUTIAE } else { self.small(FORMATS) };
        let to = self.small(FORMATS);
        let resolution = if self.byte() < 128 { 0 } else { self.small(1100) };
        let capacity = usize::from(self.byte()) * 2;
        let mut room = vec![0xa5_u8; capacity + 64];
        let mut needed = 77;
        let status = checked(self, |_, detail| {
            let (record, size) = (record.as_ptr().cast(), record.len());
            let buffer = room.as_mut_ptr().cast();
            let needed = &raw mut needed;
            // SAFETY: the arguments are valid for what they say.
            unsafe {
                kaimen_minutiae_convert(
                    from, record, size, to, resolution, buffer, capacity, needed, detail,
                )
            }
        });
        let used = if status == KAIMEN_OK { needed } else { 0 };
        assert!(used <= capacity && room[used..].iter().all(|byte| *byte == 0xa5));
        match status {
            KAIMEN_OK => {
                let mut again = 0;
                let written = room.as_ptr().cast();
                // SAFETY: as above; what was written is a record of that format.
                let status = unsafe {
                    kaimen_minutiae_convert(
                        to,
                        written,
                        used,
                        to,
                        0,
                        null_mut(),
                        0,
                        &raw mut again,
                        null_mut(),
                    )
                };
                assert_eq!(status, KAIMEN_ERR_BUFFER, "no record of format {to}");
                assert!(again > 0);
            }
            KAIMEN_ERR_BUFFER => assert!(needed > capacity),
            _ => assert_eq!(needed, 77),
        }
    }
}

/// A finger that nobody has; the same one for the same number.
fn view(number: u16, minutiae: u16) -> View {
    let minutia = |at: u16| Minutia {
        x: at * (61 + 17 * number) % 229,
        y: at * (89 + 31 * number) % 241,
        angle: at * (1013 + 97 * number) % TURN,
        kind: if at.is_multiple_of(3) { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
        quality: 0,
    };
    View::of(STANDARD_RESOLUTION, (0..minutiae).map(minutia).collect::<Vec<_>>().into())
}
