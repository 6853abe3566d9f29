//! Reading a minutiae record takes memory by its length, whatever it announces.

use allocation_counter::measure;
use kaimen::template::minutiae::{
    Minutia, MinutiaKind, MinutiaeFormat, Record, View, read, read_as, write,
};

/// Bytes at most for `length` bytes of record. The smallest minutia has 3 bytes and becomes 8;
/// the smallest view has 6 and becomes one of less than 64, in a list that grows by doubling.
/// An error message is none: it is made on demand.
fn bound(length: usize) -> u64 {
    u64::try_from(length * 36 + 1024).unwrap()
}

fn record(views: usize) -> Record {
    let minutia =
        |i: u16| Minutia { x: i, y: 200 - i, angle: i * 45, kind: MinutiaKind::Ending, quality: 0 };
    let view = View {
        position: 1,
        number: 0,
        impression: 0,
        quality: 0,
        width: 300,
        height: 300,
        resolution_x: 197,
        resolution_y: 197,
        minutiae: (0..60).map(minutia).collect::<Vec<_>>().into(),
    };
    Record { product: 0, views: vec![view; views] }
}

#[test]
fn memory_is_bounded_by_the_length() {
    let mut sources = Vec::new();
    for format in MinutiaeFormat::ALL {
        sources.push((format, write(&record(1), format).unwrap()));
        if let Ok(bytes) = write(&record(255), format) {
            sources.push((format, bytes));
        }
    }
    // As many views as can be announced, each as short as can be.
    let header = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 197, 0, 197, 255, 0];
    let empty = [&b"FMR\0 20\0"[..], &header, &[0; 6 * 255]].concat();
    sources.push((MinutiaeFormat::Iso2005, empty));
    let mut read_some = 0;
    for (format, bytes) in &sources {
        let mut changed = bytes.clone();
        for at in (0..bytes.len().min(80)).chain([bytes.len() - 1]) {
            for value in [0, 1, 255] {
                changed[at] = value;
                let info = measure(|| {
                    read_some += usize::from(read_as(*format, &changed).is_ok());
                    read_some += usize::from(read(&changed).is_ok());
                });
                assert!(info.bytes_max <= bound(bytes.len()), "{format} at {at}: {info:?}");
            }
            changed[at] = bytes[at];
        }
        let info = measure(|| assert!(read_as(*format, bytes).is_ok() || bytes[11] == 0));
        assert!(info.bytes_max <= bound(bytes.len()), "{format}: {info:?}");
    }
    assert!(read_some > 100, "most of them are refused, but not all: {read_some}");
    let control = measure(|| drop(std::hint::black_box(vec![1_u8; 100_000])));
    assert!(control.bytes_max >= 100_000);
}
