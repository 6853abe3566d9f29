//! The figures of one gallery as Markdown.

use crate::gallery::{BATCH, PROBES};
use crate::measure::Figures;

/// What the others are compared with, where it took part: times of the engine
/// over times of this one, so that less is faster.
const BASES: [&str; 5] = ["read", "simsimd", "plain", "faiss-fastscan", "sqlite-vec"];
const BATCH_BASES: [&str; 3] = ["simsimd", "numkong-packed", "faiss-fastscan"];

pub(crate) fn print(figures: &[Figures]) {
    singles(figures);
    println!();
    batches(figures);
}

fn singles(figures: &[Figures]) {
    let bases = bases(figures, &BASES);
    let names: String = bases.iter().map(|base| format!(" / {} |", base.name)).collect();
    println!("| one query | ms | mated, ms | unmated, ms |{names} bytes | best row |");
    println!("|---|---|---|---|{}---|---|", "---|".repeat(bases.len()));
    for own in figures {
        let ratios: String = bases.iter().map(|base| ratio(own.one() / base.one())).collect();
        println!(
            "| {} | {:.3} | {:.3} | {:.3} |{ratios} {} | {} |",
            own.name,
            own.one(),
            own.mated,
            own.unmated,
            own.bytes,
            own.right.map_or("–".into(), |right| format!("{right} of {PROBES}")),
        );
    }
}

/// All columns but the first per query, and against reading the codes once.
fn batches(figures: &[Figures]) {
    let read = bases(figures, &["read"]);
    let bases = bases(figures, &BATCH_BASES);
    let names: String = bases.iter().map(|base| format!(" / {} |", base.name)).collect();
    let once: String = read.iter().map(|_| " per query / one read |").collect();
    println!("| {BATCH} queries | ms | per query, ms |{once}{names}");
    println!("|---|---|---|{}", "---|".repeat(read.len() + bases.len()));
    for own in figures {
        let query = own.batch / BATCH as f64;
        let once: String = read.iter().map(|base| ratio(query / base.one())).collect();
        let ratios: String = bases.iter().map(|base| ratio(own.batch / base.batch)).collect();
        println!("| {} | {:.3} | {query:.4} |{once}{ratios}", own.name, own.batch);
    }
}

fn bases<'a>(figures: &'a [Figures], names: &[&str]) -> Vec<&'a Figures> {
    names.iter().filter_map(|name| figures.iter().find(|own| own.name == *name)).collect()
}

fn ratio(ratio: f64) -> String {
    format!(" {ratio:.3} |")
}
