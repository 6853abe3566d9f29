//! Layouts by hand, leniency and refusals, properties, and the shared data.

mod conversion;
mod data;
mod detection;
mod layouts;
mod lenient;
mod properties;
mod strict;
mod writing;

use super::*;

/// A minutia in one line: x, y, angle in 1/11520 turn, kind, quality.
fn minutia(x: u16, y: u16, angle: u16, kind: MinutiaKind, quality: u8) -> Minutia {
    Minutia { x, y, angle, kind, quality }
}

/// Four synthetic minutiae whose angles are multiples of 22.5 degrees: exact in every
/// format but ANSI.
fn minutiae() -> Vec<Minutia> {
    vec![
        minutia(10, 20, 0, MinutiaKind::Ending, 80),
        minutia(100, 7, 720, MinutiaKind::Bifurcation, 1),
        minutia(3, 190, 5760, MinutiaKind::Other, 0),
        minutia(199, 99, 10_800, MinutiaKind::Ending, 100),
    ]
}

/// A view of 200 x 200 pixels at 500 dpi.
fn view() -> View {
    View {
        position: 7,
        number: 1,
        impression: 2,
        quality: 60,
        width: 200,
        height: 200,
        resolution_x: 197,
        resolution_y: 197,
        minutiae: minutiae().into(),
    }
}

fn record() -> Record {
    Record { product: 0, views: vec![view()] }
}

/// Everything of a minutia: the type's own `Debug` says nothing, on purpose.
fn numbers(view: &View) -> Vec<(u16, u16, u16, MinutiaKind, u8)> {
    view.minutiae.iter().map(|m| (m.x, m.y, m.angle, m.kind, m.quality)).collect()
}

/// Least distance of two angles on the circle, in 1/11520 turn.
fn apart(a: u16, b: u16) -> u16 {
    let apart = a.abs_diff(b) % TURN;
    apart.min(TURN - apart)
}

fn fault(result: Result<Record, ReadError>) -> ReadFault {
    result.expect_err("must be refused").fault
}
