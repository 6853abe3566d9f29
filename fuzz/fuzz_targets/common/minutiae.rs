//! What holds for any bytes read as one format of minutiae records.

use kaimen::limits;
use kaimen::template::minutiae::{Assumed, MinutiaeFormat, convert, detect, read, read_as, write};

/// No panic, no more minutiae than the bytes hold, every number in its range; and what was
/// read is written and comes back.
pub fn check(format: MinutiaeFormat, bytes: &[u8]) {
    if let Some(told) = detect(bytes) {
        assert_eq!(read(bytes).is_ok(), read_as(told, bytes).is_ok());
    }
    let Ok(record) = read_as(format, bytes) else { return };
    let minutiae: usize = record.views.iter().map(|view| view.minutiae.len()).sum();
    assert!(minutiae * 3 <= bytes.len() && record.views.len() <= limits::VIEWS_PER_RECORD);
    for view in &record.views {
        for minutia in view.minutiae.iter() {
            assert!(minutia.x.max(minutia.y) <= limits::MINUTIA_COORDINATE);
            assert!(minutia.angle < 11_520 && minutia.quality <= 100);
            assert!(view.at_500_dpi(minutia).iter().all(|value| value.is_finite()));
        }
    }
    if let Ok(written) = write(&record, format) {
        let again = read_as(format, &written).expect("what was written is read");
        let of = |record: &kaimen::template::minutiae::Record| -> Vec<_> {
            record.views.iter().map(|view| view.minutiae.to_vec()).collect()
        };
        assert!(of(&again) == of(&record));
        assert_eq!(write(&again, format).as_ref(), Ok(&written));
    } else {
        assert!(record.views.iter().any(|view| view.minutiae.is_empty()));
    }
    for to in MinutiaeFormat::ALL {
        if let Ok(converted) = convert(Some(format), bytes, to, &Assumed::default()) {
            assert!(read_as(to, &converted).is_ok());
        }
    }
}
