//! A site: everything that one run of the demo reads, and its files.

use crate::draw::Draw;
use crate::layout;
use crate::member::Member;
use crate::space::Space;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// Most members of one answer.
pub(crate) const PAGE: usize = 200;

/// The label of somebody who is not enrolled.
pub(crate) const STRANGER: &str = "stranger";

/// Somebody at the door.
pub(crate) struct Probe {
    /// The userid of who it really is, or [`STRANGER`].
    pub(crate) label: String,
    /// The member's kind; 0 for a stranger.
    pub(crate) user_type: u8,
    /// Unix seconds.
    pub(crate) now: i64,
    /// The template's bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Probe {
    /// A fresh capture of a member.
    pub(crate) fn of(
        draw: &mut Draw,
        space: &Space,
        member: &Member,
        quality: f64,
        now: i64,
    ) -> Probe {
        let bytes = layout::template(&space.sample(draw, &member.centre, quality));
        Probe { label: member.userid.clone(), user_type: member.user_type, now, bytes }
    }

    /// A capture of nobody who is enrolled.
    pub(crate) fn stranger(draw: &mut Draw, space: &Space, now: i64) -> Probe {
        let bytes = layout::template(&space.centre(draw));
        Probe { label: STRANGER.to_owned(), user_type: 0, now, bytes }
    }
}

/// What `site.conf` says besides the counts.
pub(crate) struct Settings {
    pub(crate) element: &'static str,
    pub(crate) dimension: usize,
    pub(crate) expected_bytes: usize,
    pub(crate) scale: f64,
    pub(crate) threshold_millionths: u32,
    pub(crate) margin_millionths: u32,
}

/// A whole site.
pub(crate) struct Site {
    /// The `userinfo` of each answer.
    pub(crate) pages: Vec<Vec<Value>>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) settings: Settings,
}

impl Site {
    pub(crate) fn records(&self) -> usize {
        self.pages.iter().map(Vec::len).sum()
    }

    /// All files by name, in the order in which they are written.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let answers = self.pages.iter().enumerate().map(|(index, userinfo)| {
            let number = index + 1;
            (format!("sync-{number:04}.json"), answer(number, userinfo))
        });
        let rest = std::iter::once_with(|| ("probes.tsv".to_owned(), self.probe_lines()));
        let last = std::iter::once_with(|| (CONF.to_owned(), self.conf()));
        answers.chain(rest).chain(last)
    }

    /// Writes the files into the folder, which is made where it is missing;
    /// files of an earlier site go first. `site.conf` comes last: where it
    /// lies, the site is whole.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        clear(dir)?;
        for (name, bytes) in self.files() {
            fs::write(dir.join(name), bytes)?;
        }
        Ok(())
    }

    fn probe_lines(&self) -> Vec<u8> {
        let mut lines = "# label\tuser_type\tnow\tbase64\n".to_owned();
        for Probe { label, user_type, now, bytes } in &self.probes {
            let data = layout::text(bytes);
            let _ = writeln!(lines, "{label}\t{user_type}\t{now}\t{data}");
        }
        lines.into_bytes()
    }

    fn conf(&self) -> Vec<u8> {
        let Settings {
            element,
            dimension,
            expected_bytes,
            scale,
            threshold_millionths,
            margin_millionths,
        } = self.settings;
        let (answers, records, probes) = (self.pages.len(), self.records(), self.probes.len());
        format!(
            "algorithm=default\n\
             element={element}\n\
             dimension={dimension}\n\
             header_bytes=0\n\
             expected_bytes={expected_bytes}\n\
             scale={scale}\n\
             threshold_millionths={threshold_millionths}\n\
             margin_millionths={margin_millionths}\n\
             zone=Asia/Shanghai\n\
             answers={answers}\n\
             records={records}\n\
             probes={probes}\n"
        )
        .into_bytes()
    }
}

const CONF: &str = "site.conf";
const SKIPPED: &str = "skipped";

/// Leaves the folder without a site and says why in the file `skipped`.
pub(crate) fn write_skipped(dir: &Path, reason: &str) -> io::Result<()> {
    clear(dir)?;
    fs::write(dir.join(SKIPPED), format!("{reason}\n"))
}

/// Makes the folder and removes from it what an earlier run wrote.
fn clear(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = [CONF, SKIPPED, "probes.tsv"].contains(&&*name)
            || (name.starts_with("sync-") && name.ends_with(".json"));
        if ours {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// One answer to `get_userinfo_by_ids`.
fn answer(number: usize, userinfo: &[Value]) -> Vec<u8> {
    let answer = json!({
        "headers": {"req_id": format!("site-{number:04}")},
        "body": {"userinfo": userinfo},
        "errcode": 0,
        "errmsg": "ok",
    });
    let mut bytes = answer.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}
