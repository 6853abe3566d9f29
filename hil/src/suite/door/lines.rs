//! Lines that came damaged, and requests for what cannot be done.

use std::time::Duration;

use super::probe::{Probe, Times, decide};
use super::{NOW, gallery, opened};
use crate::board::{BoardError, request};
use crate::library::Verdict;
use crate::record::Limits;
use crate::site;
use crate::suite::{Context, Recorder, Stop};

/// Lines that no reader can make sense of; each has an end, and is answered with number 0.
fn noise() -> Vec<(&'static str, Vec<u8>)> {
    let good = request(1, &format!("face 512 {NOW}"));
    let mut flipped = good.clone().into_bytes();
    flipped[4] ^= 1;
    let cut = good.as_bytes().split_at(good.len() / 2).0.to_vec();
    let ended = |mut line: Vec<u8>| {
        line.push(b'\n');
        line
    };
    vec![
        ("words", b"open the door\n".to_vec()),
        ("a changed bit", flipped),
        ("half a line", ended(cut)),
        ("no sum", format!("K> 1 face 512 {NOW}\n").into_bytes()),
        (
            "bytes of all values but the end",
            ended((0..=255).filter(|byte| *byte != b'\n').collect()),
        ),
        ("5000 bytes", ended(vec![b'K'; 5000])),
        ("more words than a request has", request(1, "a b c d e f g h i j").into_bytes()),
        ("no words", request(1, "").into_bytes()),
    ]
}

/// Whole lines that ask for what cannot be done. The probe before them is used up.
fn refusals() -> Vec<(&'static str, Option<Vec<u8>>, String)> {
    let face = |vector: &[f32]| vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut not_a_number = site::face(1);
    not_a_number[7] = f32::NAN;
    let whole: Vec<u8> = face(&site::face(1));
    let short = whole.split_at(whole.len() - 1).0.to_vec();
    let face_words = |size: usize| format!("face {size} {NOW}");
    vec![
        ("no such verb", None, "unlock".to_owned()),
        ("a word is missing", None, "face 512".to_owned()),
        ("no probe was sent", None, face_words(512)),
        ("another length than was sent", Some(whole.clone()), face_words(whole.len() - 4)),
        ("a probe with a byte too few", Some(short.clone()), face_words(short.len())),
        ("a probe that is no number", Some(face(&not_a_number)), face_words(whole.len())),
        ("a probe of nothing", Some(vec![0; whole.len()]), face_words(whole.len())),
        ("a face as a finger", Some(whole.clone()), format!("finger {} {NOW}", whole.len())),
        ("a clock that is none", Some(whole.clone()), format!("face {} noon", whole.len())),
        ("half a byte", None, "data abc".to_owned()),
        ("other digits", None, "data zz".to_owned()),
        ("an answer of the cloud that is none", Some(b"{\"body\":".to_vec()), "sync 8".to_owned()),
    ]
}

pub(super) fn damaged(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    context.each_board(recorder, |open, _| {
        let board = &mut open.board;
        gallery(context, board)?;
        let mut asked = 0;
        for (what, line) in noise() {
            recorder.check()?;
            board.send_bytes(&line)?;
            let answer = board.answer(0, what, Duration::ZERO)?;
            if answer != "error line" {
                return Err(Stop::Fail(format!("{what}: {answer}")));
            }
            asked += 1;
        }
        for (what, record, words) in refusals() {
            recorder.check()?;
            if let Some(record) = record {
                board.data(&record)?;
            }
            match board.ask(&words, "") {
                Err(BoardError::Refused { answer, .. }) => {
                    recorder.log("test", format!("{what}: {answer}"));
                }
                Err(other) => return Err(other.into()),
                Ok(answer) => return Err(Stop::Fail(format!("{what}: {answer}"))),
            }
            asked += 1;
        }
        recorder.measure("damaged lines answered", f64::from(asked), "", Limits::exactly(20.0), 1);
        opened(recorder, board, 0, 0)?;
        // And it works as before.
        let decided = decide(board, &Probe::Face(site::face(2)), NOW, &mut Times::default())?;
        if decided.verdict != Verdict::Pass || decided.userid != site::userid(2) {
            return Err(Stop::Fail(format!("after all that: {decided:?}")));
        }
        opened(recorder, board, 1, 0)
    })
}
