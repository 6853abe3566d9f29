//! The records of one set as lines, one for each engine.

use std::collections::BTreeMap;

use crate::record::Record;

pub(crate) struct Line {
    pub(crate) engine: String,
    /// Templates and milliseconds, by templates.
    pub(crate) points: Vec<(f64, f64)>,
}

pub(crate) struct Lines {
    /// As they stand in the file.
    pub(crate) lines: Vec<Line>,
    /// All sizes, ascending.
    pub(crate) sizes: Vec<usize>,
    /// Components of a template.
    pub(crate) dimension: usize,
    /// What stands under the title.
    pub(crate) machine: String,
    pub(crate) made: String,
}

impl Lines {
    pub(crate) fn read(text: &str, set: &str) -> Result<Lines, String> {
        let records: Result<Vec<Record>, _> = text.lines().map(serde_json::from_str).collect();
        let mut records = records.map_err(|error| error.to_string())?;
        records.retain(|record| record.set == set);
        let last = records.last().ok_or_else(|| format!("no records of the set {set}"))?;
        let made = format!("{}, kaimen {}, {}", last.compiler, last.commit, last.date);
        let machine = last.machine.clone();
        let dimension = last.dimension;
        let mut sizes: Vec<usize> = records.iter().map(|record| record.size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let mut engines: Vec<&str> = Vec::new();
        for record in &records {
            if !engines.contains(&&*record.engine) {
                engines.push(&record.engine);
            }
        }
        let lines = engines.into_iter().map(|engine| line(engine, &records)).collect();
        Ok(Lines { lines, sizes, dimension, machine, made })
    }
}

fn line(engine: &str, records: &[Record]) -> Line {
    let own = records.iter().filter(|record| record.engine == engine);
    let points: BTreeMap<usize, f64> = own.map(|own| (own.size, own.one_ms)).collect();
    let points = points.into_iter().map(|(size, ms)| (size as f64, ms)).collect();
    Line { engine: engine.to_owned(), points }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(engine: &str, set: &str, size: usize, ms: f64) -> String {
        let numbers = format!(
            r#""size":{size},"dimension":512,"rounds":1,"one_ms":{ms},"mated_ms":1,"unmated_ms":1"#
        );
        let rest =
            r#""batch_ms":1,"batch":16,"bytes_per_template":1,"right":null,"probes":32,"floor":0"#;
        let made = r#""machine":"m","compiler":"c","commit":"k","date":"d""#;
        format!(r#"{{"engine":"{engine}","set":"{set}",{numbers},{rest},{made}}}"#)
    }

    #[test]
    fn a_line_for_each_engine_and_the_last_record_counts() {
        let text = [
            record("a", "iso", 100, 2.0),
            record("b", "iso", 10, 9.0),
            record("a", "iso", 10, 1.0),
            record("a", "ani", 10, 5.0),
            record("a", "iso", 10, 1.5),
        ];
        let lines = Lines::read(&text.join("\n"), "iso").unwrap();
        assert_eq!(lines.sizes, [10, 100]);
        let engines: Vec<_> = lines.lines.iter().map(|line| &*line.engine).collect();
        assert_eq!(engines, ["a", "b"]);
        assert_eq!(lines.lines[0].points, [(10.0, 1.5), (100.0, 2.0)]);
        assert!(Lines::read(&text.join("\n"), "none").is_err());
        assert!(Lines::read("{", "iso").is_err());
    }
}
