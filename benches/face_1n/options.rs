//! The command line.

use std::path::PathBuf;

use crate::people::Set;

pub(crate) const USAGE: &str = "\
face_1n: one face against a gallery; ours and the competitors, interleaved

    --sizes 10000,100000   templates in the gallery (10000,50000,100000,1000000)
    --sets iso,ani         how people are spread (iso)
    --rounds 21            rounds of single queries; a third of them of batches
    --only ours,read       engines whose name begins so (all)
    --floor 0.3            the threshold; as a rule that of one false positive in
                           a thousand strangers, estimated for each gallery
    --json PATH            the medians as JSON, a line for each engine and size
    --test                 a tiny gallery, one round";

pub(crate) struct Options {
    pub(crate) sizes: Vec<usize>,
    pub(crate) sets: Vec<Set>,
    pub(crate) rounds: usize,
    /// Beginnings of names; empty for all.
    pub(crate) only: Vec<String>,
    pub(crate) floor: Option<f64>,
    pub(crate) json: Option<PathBuf>,
}

impl Options {
    /// `cargo bench` adds `--bench`; `cargo test --benches` says nothing at all,
    /// and then it is a test.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let arguments: Vec<String> = arguments.collect();
        let test = arguments.is_empty() || arguments.iter().any(|a| a == "--test");
        let mut options = Options::default(test);
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            if argument == "--bench" || argument == "--test" {
                continue;
            }
            let value =
                arguments.next().ok_or_else(|| format!("{argument}: unknown or no value"))?;
            options.set(&argument, &value)?;
        }
        Ok(options)
    }

    fn default(test: bool) -> Options {
        let sizes: &[usize] = if test { &[640] } else { &[10_000, 50_000, 100_000, 1_000_000] };
        Options {
            sizes: sizes.to_vec(),
            sets: vec![Set::Iso],
            rounds: if test { 1 } else { 21 },
            only: Vec::new(),
            floor: None,
            json: None,
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = |_| format!("{name}: not a number: {value}");
        match name {
            "--sizes" => {
                let sizes: Result<Vec<usize>, _> = value.split(',').map(str::parse).collect();
                self.sizes = sizes.map_err(wrong)?;
            }
            "--rounds" => self.rounds = value.parse().map_err(wrong)?,
            "--sets" => self.sets = value.split(',').map(set).collect::<Result<_, _>>()?,
            "--only" => self.only = value.split(',').map(str::to_owned).collect(),
            "--floor" => self.floor = Some(value.parse().map_err(|error| format!("{error}"))?),
            "--json" => self.json = Some(value.into()),
            _ => return Err(format!("{name}: unknown")),
        }
        if self.rounds == 0 || self.sizes.contains(&0) {
            return Err(format!("{name}: 0 is too few"));
        }
        Ok(())
    }

    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only))
    }
}

fn set(name: &str) -> Result<Set, String> {
    let sets = [Set::Iso, Set::Ani].into_iter();
    sets.into_iter().find(|set| set.name() == name).ok_or_else(|| format!("--sets: {name}?"))
}
