//! Scores for another run: matrices, samples, and a manifest that reads them.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use ndarray::Array2;

use crate::EvalError;
use crate::data::{Database, Sample, write_npy};

/// Writes the matrix and the samples of a database into a folder.
///
/// # Errors
///
/// [`EvalError::Output`].
pub fn scores(folder: &Path, database: &Database, matrix: &Array2<f32>) -> Result<(), EvalError> {
    let path = folder.join(format!("{}.npy", database.name));
    let write = || -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        write_npy(BufWriter::new(File::create(&path)?), matrix)
    };
    write().map_err(|error| EvalError::output(&path, error))?;
    samples(folder, &format!("{}.references.csv", database.name), &database.references)?;
    if database.same {
        return Ok(());
    }
    samples(folder, &format!("{}.probes.csv", database.name), &database.probes)
}

fn samples(folder: &Path, name: &str, samples: &[Sample]) -> Result<(), EvalError> {
    let path = folder.join(name);
    let roles = samples.iter().any(|sample| sample.role.is_some());
    let write = || -> Result<(), csv::Error> {
        let mut out = csv::Writer::from_path(&path)?;
        let columns = ["file", "finger", "impression", "role"];
        out.write_record(&columns[..if roles { 4 } else { 3 }])?;
        for sample in samples {
            let role = sample.role.map_or("-", crate::data::Role::name);
            let fields = [&*sample.name, &*sample.finger, &*sample.impression, role];
            out.write_record(&fields[..if roles { 4 } else { 3 }])?;
        }
        out.flush().map_err(csv::Error::from)
    };
    write().map_err(|error| EvalError::output(&path, error))
}

/// Writes `run.toml`, the manifest of what [`scores`] wrote.
///
/// # Errors
///
/// [`EvalError::Output`].
pub fn manifest(folder: &Path, databases: &[Database]) -> Result<(), EvalError> {
    let path = folder.join("run.toml");
    let mut text = String::new();
    for database in databases {
        let name = &database.name;
        // A JSON string is a TOML string, too.
        let quoted = |text: String| serde_json::Value::String(text).to_string();
        let mut line = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
        let table = |side: &str| format!("[{{ file = {} }}]", quoted(format!("{name}.{side}.csv")));
        line("[[database]]\nname", quoted(name.clone()));
        line("tables", table("references"));
        if !database.same {
            line("probe_tables", table("probes"));
        }
        line("scores", quoted(format!("{name}.npy")));
        text.push('\n');
    }
    let write = || std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, &text));
    write().map_err(|error| EvalError::output(&path, error))
}
