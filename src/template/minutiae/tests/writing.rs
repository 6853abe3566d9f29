//! What the formats cannot hold.

use super::*;

/// Changes the record and writes it.
fn refused(format: MinutiaeFormat, change: impl Fn(&mut Record)) -> (usize, WriteFault) {
    let mut record = record();
    change(&mut record);
    let error = write(&record, format).expect_err("must be refused");
    assert_eq!(error.format, format);
    (error.view, error.fault)
}

#[test]
fn numbers_of_views() {
    for format in MinutiaeFormat::ALL {
        let limit = if format.is_card() || format == MinutiaeFormat::Xyt { 1 } else { 255 };
        for found in [0, limit + 1] {
            let fault = refused(format, |record| record.views = vec![view(); found]);
            assert_eq!(fault, (0, WriteFault::Views { found, limit }), "{format}");
        }
        let full = Record { product: 0, views: vec![view(); limit] };
        let read = read_as(format, &write(&full, format).unwrap()).unwrap();
        assert_eq!(read.views.len(), limit, "{format}");
    }
}

#[test]
fn numbers_of_minutiae() {
    for format in MinutiaeFormat::ALL {
        let fault = |count: usize| {
            let minutiae = vec![minutiae()[0]; count];
            let mut record = record();
            record.views[0].minutiae = minutiae.into();
            write(&record, format).err().map(|error| error.fault)
        };
        let empty = matches!(
            format,
            MinutiaeFormat::Iso2005
                | MinutiaeFormat::Ansi2004
                | MinutiaeFormat::Ansi2009
                | MinutiaeFormat::Ansi2009Am1
        );
        let min = usize::from(!empty);
        let none = (!empty).then_some(WriteFault::Minutiae { found: 0, min });
        assert_eq!(fault(0), none, "{format}");
        assert_eq!(fault(255), None, "{format}");
        assert_eq!(fault(256), Some(WriteFault::Minutiae { found: 256, min }), "{format}");
    }
}

#[test]
fn coordinates() {
    for format in MinutiaeFormat::ALL {
        // The last length that the format holds, in a unit that needs no rounding.
        let (limit, resolution) = match format {
            MinutiaeFormat::IsoNormalCard => (16_383, 1000),
            MinutiaeFormat::IsoCompactCard => (255, 100),
            _ => (16_383, 197),
        };
        let change = |by: u16| {
            move |record: &mut Record| {
                let view = &mut record.views[0];
                (view.resolution_x, view.resolution_y) = (resolution, resolution);
                view.minutiae.iter_mut().for_each(|m| (m.x, m.y) = (m.x.min(200), m.y.min(200)));
                view.minutiae[2].y = limit + by;
            }
        };
        let mut fits = record();
        change(0)(&mut fits);
        assert!(write(&fits, format).is_ok(), "{format}");
        let fault = refused(format, change(1));
        assert_eq!(fault, (0, WriteFault::Coordinate { axis: "y", minutia: 2, limit }), "{format}");
    }
    // 25.5 mm are 502.35 pixels of 500 dpi.
    let mut edge = record();
    edge.views[0].minutiae[0].x = 503;
    assert!(write(&edge, MinutiaeFormat::IsoCompactCard).is_ok(), "25.53 mm round down");
    edge.views[0].minutiae[0].x = 504;
    assert!(write(&edge, MinutiaeFormat::IsoCompactCard).is_err());
}

#[test]
fn numbers_outside_their_ranges() {
    for format in MinutiaeFormat::ALL {
        let fault = refused(format, |record| record.views[0].minutiae[1].angle = TURN);
        let range = |field, limit| (0, WriteFault::Range { field, minutia: 1, limit });
        assert_eq!(fault, range("angle", TURN - 1), "{format}");
        let fault = refused(format, |record| record.views[0].minutiae[1].quality = 101);
        assert_eq!(fault, range("quality", 100), "{format}");
        let fault = refused(format, |record| record.views[0].quality = 101);
        let field = WriteFault::Field { field: "quality", found: 101, limit: 100 };
        assert_eq!(fault, (0, field), "{format}");
        for found in [0, 98, 1001] {
            let fault = refused(format, |record| record.views[0].resolution_y = found);
            assert_eq!(fault, (0, WriteFault::Resolution { found }), "{format}");
            // Cards have their own resolution.
            let at = write_at(&record(), format, Some(found)).map_err(|error| error.fault);
            let expected = WriteFault::Resolution { found };
            assert_eq!(at.err(), (!format.is_card()).then_some(expected), "{format}");
        }
    }
}

#[test]
fn what_the_short_views_cannot_hold() {
    for format in [MinutiaeFormat::Iso2005, MinutiaeFormat::Ansi2004] {
        let fault = refused(format, |record| {
            record.views.push(View { number: 16, ..view() });
        });
        let field = WriteFault::Field { field: "number", found: 16, limit: 15 };
        assert_eq!(fault, (1, field), "{format}");
        let fault = refused(format, |record| {
            record.views.push(View { resolution_x: 200, ..view() });
        });
        assert_eq!(fault, (1, WriteFault::Differs), "{format}");
        // Later impression types have no code here; sizes become the largest.
        let mut record = record();
        record.views[0].impression = 29;
        record.views.push(View { width: 300, height: 100, ..view() });
        let read = read(&write(&record, format).unwrap()).unwrap();
        let found: Vec<_> =
            read.views.iter().map(|view| (view.impression, view.width, view.height)).collect();
        assert_eq!(found, [(0, 300, 200), (2, 300, 200)], "{format}");
    }
}

#[test]
fn sizes() {
    // Not known: the smallest that holds all.
    let mut unknown = record();
    (unknown.views[0].width, unknown.views[0].height) = (0, 0);
    for format in [MinutiaeFormat::Iso2005, MinutiaeFormat::Iso2011, MinutiaeFormat::Ansi2009] {
        let read = read(&write(&unknown, format).unwrap()).unwrap();
        assert_eq!((read.views[0].width, read.views[0].height), (200, 191), "{format}");
    }
    // Too large once scaled.
    let mut large = record();
    large.views[0].width = 40_000;
    let error = write_at(&large, MinutiaeFormat::Iso2011, Some(394)).unwrap_err();
    let field = WriteFault::Field { field: "width", found: 80_000, limit: 65_535 };
    assert_eq!(error.fault, field);
    assert!(write(&large, MinutiaeFormat::IsoNormalCard).is_ok(), "a card has no size");
    let error = write(&large, MinutiaeFormat::Xyt).unwrap_err();
    let field = WriteFault::Field { field: "width", found: 40_000, limit: 16_383 };
    assert_eq!(error.fault, field);
}

#[test]
fn the_product_is_kept_where_there_is_room() {
    let record = Record { product: 0x0033_0502, ..record() };
    for format in MinutiaeFormat::ALL {
        let read = read_as(format, &write(&record, format).unwrap()).unwrap();
        let kept = matches!(
            format,
            MinutiaeFormat::Ansi2004 | MinutiaeFormat::Ansi2009 | MinutiaeFormat::Ansi2009Am1
        );
        assert_eq!(read.product, if kept { record.product } else { 0 }, "{format}");
    }
}
