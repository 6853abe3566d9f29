//! A synthetic site from a seed.

use crate::clock::{MON_0930, MON_2015, SAT_2340};
use crate::draw::Draw;
use crate::layout::TEMPLATE_BYTES;
use crate::member::Member;
use crate::site::{PAGE, Probe, Settings, Site};
use crate::space::{DIMENSION, Space, quality};
use crate::{cast, faults};
use serde_json::Value;

/// Good members of one answer; the rest of a page has room for the faulty.
const GOOD_PER_PAGE: usize = 170;

/// Members of the crowd who come to the door, and strangers who do.
const VISITS: usize = 10;
const STRANGERS: usize = 6;

/// A site of that many good members, of which the cast comes first, and the
/// faulty records on top.
pub(crate) fn generate(seed: u64, count: usize) -> Site {
    let space = Space::new();
    let draw = &mut Draw::new(seed);
    let (mut members, mut probes) = cast::cast(draw, &space);
    let crowd = count.saturating_sub(members.len());
    members.extend((0..crowd).map(|number| Member::of_crowd(draw, &space, number)));
    for visit in 0..VISITS {
        let member = &members[draw.below(members.len())];
        let now = [MON_0930, MON_0930, MON_2015, SAT_2340][visit % 4];
        let a = quality(draw);
        probes.push(Probe::of(draw, &space, member, a, now));
    }
    probes.extend((0..STRANGERS).map(|_| Probe::stranger(draw, &space, MON_0930)));
    let faulty = faults::groups(draw, &space);
    let settings = Settings {
        element: "i8",
        dimension: DIMENSION,
        expected_bytes: TEMPLATE_BYTES,
        scale: 1.0 / 128.0,
        threshold_millionths: 400_000,
        margin_millionths: 50_000,
    };
    Site { pages: pages(members, faulty), probes, settings }
}

/// Cuts the members into answers and scatters the faulty groups over them.
fn pages(members: Vec<Member>, faulty: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    let records: Vec<Value> = members.into_iter().map(|member| member.record).collect();
    let mut pages: Vec<Vec<Value>> = records.chunks(GOOD_PER_PAGE).map(<[Value]>::to_vec).collect();
    let count = pages.len();
    for (index, group) in faulty.into_iter().enumerate() {
        let page = &mut pages[index % count];
        let middle = page.len() / 2;
        page.splice(middle..middle, group);
    }
    debug_assert!(pages.iter().all(|page| page.len() <= PAGE), "room for the faulty");
    pages
}

#[cfg(test)]
mod tests;
