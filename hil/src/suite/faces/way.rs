//! The tests: enrolled, found again, told from others; nobody; too poor.

use super::super::latency::Latency;
use super::super::{Context, Recorder, Stop};
use super::album::read;
use super::bench::{Bench, Tally};
use super::spoil::{RAMPS, Ramp};
use crate::camera::Picture;
use crate::device::Eye;
use crate::face::{Look, Seen};
use crate::library::{Decision, Engine, Verdict};
use crate::record::Limits;
use crate::site::{self, Member};

/// 2024-01-08 09:30 in Shanghai.
const NOW: i64 = 1_704_677_400;
/// People whose faces are shown in the report.
const SHOWN: usize = 6;
/// The least share of other pictures of enrolled people that find their owner; below the second
/// it is marginal. A model for mobile devices misses a tenth of pictures taken years apart.
const OTHERS: (f64, f64) = (0.6, 0.85);

pub(super) fn decided(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let bench = Bench::of(context)?;
    context.each_eye(recorder, |eye| {
        let engine = Engine::open(&context.library, &bench.settings())?;
        let mut door = Door { bench: &bench, engine, recorder, eye, latency: Latency::default() };
        let enrolled = door.enrol()?;
        door.come_again(&enrolled)?;
        door.strangers()?;
        let name = door.eye.name().to_owned();
        door.latency.record(recorder, &format!("{name}, from frame to vector"), Limits::NONE)
    })
}

/// One camera and one engine.
struct Door<'a, 'eye> {
    bench: &'a Bench,
    engine: Engine,
    recorder: &'a Recorder,
    eye: &'a mut Eye<'eye>,
    latency: Latency,
}

impl Door<'_, '_> {
    fn title(&self, what: &str) -> String {
        format!("{}, {what}", self.eye.name())
    }

    /// The face in a picture that is shown; none is logged with its reason.
    fn face(&mut self, who: &str, picture: &Picture) -> Result<Option<Seen>, Stop> {
        self.recorder.check()?;
        match self.bench.probe(self.eye, picture, &mut self.latency)? {
            Ok(seen) => Ok(Some(seen)),
            Err(reason) => {
                self.recorder.log("test", format!("{who}: no probe: {reason}"));
                Ok(None)
            }
        }
    }

    fn ask(&self, who: &str, seen: &Seen) -> Result<Decision, Stop> {
        let decision = self.engine.identify_face(&seen.vector, NOW)?;
        let Decision { verdict, userid, score, .. } = &decision;
        let words = if userid.is_empty() { "nobody" } else { userid };
        // The library's word for no score at all.
        let score = if *score == i32::MIN { "none".to_owned() } else { score.to_string() };
        self.recorder.log("test", format!("{who}: {verdict:?}, {words}, score {score}"));
        Ok(decision)
    }

    /// Everybody by their first picture, over the cloud's answer; who of them was enrolled.
    fn enrol(&mut self) -> Result<Vec<bool>, Stop> {
        let (mut members, mut enrolled) = (Vec::new(), Vec::new());
        for (number, person) in self.bench.album.people.iter().enumerate() {
            let Some(first) = person.pictures.first() else { continue };
            let seen = self.face(&person.name, &read(first)?)?;
            if let Some(seen) = seen.as_ref().filter(|_| number < SHOWN) {
                let (width, height) = (seen.aligned.width(), seen.aligned.height());
                self.recorder.colour(
                    &self.title(&person.name),
                    width,
                    height,
                    seen.aligned.rgb(),
                )?;
            }
            members
                .extend(seen.iter().map(|seen| Member::staff(&person.name).face(1, &seen.vector)));
            enrolled.push(seen.is_some());
        }
        let count = members.len();
        if count == 0 {
            return Err(Stop::Fail("of nobody a template could be made".to_owned()));
        }
        self.engine.sync(&site::answer(members))?;
        let kept = f64::from(self.engine.stats()?.face_templates);
        let all = Limits::exactly(count as f64);
        self.recorder.measure(&self.title("templates"), kept, "", all, count as u64);
        let share = count as f64 / enrolled.len() as f64;
        let limits = Limits::at_least(0.8).marginal_below(1.0);
        self.recorder.measure(&self.title("enrolled"), share, "of all", limits, count as u64);
        Ok(enrolled)
    }

    /// Enrolled people show the same picture again, and their others.
    fn come_again(&mut self, enrolled: &[bool]) -> Result<(), Stop> {
        let (mut same, mut others) = (Tally::default(), Tally::default());
        let (mut asked, mut taken_for_another) = (0, 0);
        for (person, _) in self.bench.album.people.iter().zip(enrolled).filter(|(_, is)| **is) {
            for (number, file) in person.pictures.iter().enumerate() {
                let who = format!("{}, picture {}", person.name, number + 1);
                let seen = self.face(&who, &read(file)?)?;
                let decision = seen.map(|seen| self.ask(&who, &seen)).transpose()?;
                let pass = decision.filter(|decision| decision.verdict == Verdict::Pass);
                let own = pass.as_ref().is_some_and(|pass| pass.userid == person.name);
                asked += 1;
                taken_for_another += u64::from(pass.is_some() && !own);
                if number == 0 { same.add(own) } else { others.add(own) }
            }
        }
        let limits = Limits::at_least(OTHERS.0).marginal_below(OTHERS.1);
        same.record(self.recorder, &self.title("found by the same picture"), Limits::exactly(1.0));
        others.record(self.recorder, &self.title("found by other pictures"), limits);
        self.recorder.none_of(&self.title("taken for another"), taken_for_another, asked);
        Ok(())
    }

    fn strangers(&mut self) -> Result<(), Stop> {
        let (mut asked, mut let_in) = (0, 0);
        for file in &self.bench.album.strangers {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let who = format!("stranger {}", name.unwrap_or_default());
            let Some(seen) = self.face(&who, &read(file)?)? else { continue };
            asked += 1;
            let_in += u64::from(self.ask(&who, &seen)?.verdict != Verdict::Unknown);
        }
        if asked == 0 {
            return Err(Stop::Skip("no face of a stranger was seen (strangers/)".to_owned()));
        }
        self.recorder.none_of(&self.title("strangers found"), let_in, asked);
        Ok(())
    }
}

pub(super) fn nobody(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let bench = Bench::of(context)?;
    let mut pictures = vec![
        ("nothing".to_owned(), Picture::black(640, 480)),
        ("dim noise".to_owned(), noise(640, 480)),
    ];
    for file in &bench.album.empty {
        pictures.push((file.display().to_string(), read(file)?));
    }
    context.each_eye(recorder, |eye| {
        let mut faces = 0;
        for (what, picture) in &pictures {
            recorder.check()?;
            let (look, frame) = bench.shown(eye, picture)?;
            let (Look::Good(seen) | Look::Refused(seen, _)) = look else { continue };
            faces += 1;
            recorder.log("test", format!("{what}: a face, score {:.2}", seen.face.score));
            recorder.colour(what, frame.width(), frame.height(), frame.rgb())?;
        }
        let title = format!("{}, faces where there are none", eye.name());
        recorder.none_of(&title, faces, pictures.len() as u64);
        Ok(())
    })
}

/// Greys from 0 to 60, the same every time.
fn noise(width: u32, height: u32) -> Picture {
    let mut random = fastrand::Rng::with_seed(7);
    let mut picture = Picture::black(width, height);
    for pixel in picture.pixels_mut() {
        pixel.fill(random.u8(0..60));
    }
    picture
}

pub(super) fn poor(context: &Context, recorder: &Recorder) -> Result<(), Stop> {
    let bench = Bench::of(context)?;
    let first = bench.album.people.iter().find_map(|person| person.pictures.first());
    let Some(first) = first else { return Err(Stop::Skip("nobody to be shown".to_owned())) };
    let picture = read(first)?.staged(640, 480);
    context.each_eye(recorder, |eye| {
        let Look::Good(seen) = bench.shown(eye, &picture)?.0 else {
            return Err(Stop::Fail(format!("{}: too poor already", first.display())));
        };
        for ramp in RAMPS {
            climb(&bench, eye, recorder, (&picture, seen.quality.eye_distance), &ramp)?;
        }
        Ok(())
    })
}

/// Makes the picture worse until it gives no probe, which has to come with the fault's name.
fn climb(
    bench: &Bench,
    eye: &mut Eye<'_>,
    recorder: &Recorder,
    (picture, eye_distance): (&Picture, f32),
    ramp: &Ramp,
) -> Result<(), Stop> {
    let mut values = Vec::new();
    let title = format!("{}, {}", eye.name(), ramp.name);
    for step in ramp.steps {
        recorder.check()?;
        let (look, frame) = bench.shown(eye, &ramp.spoilt(picture, *step, eye_distance))?;
        let refusals = match look {
            Look::Good(seen) => {
                values.push(f64::from((ramp.measure)(&seen.quality)));
                continue;
            }
            Look::Refused(seen, refusals) => {
                values.push(f64::from((ramp.measure)(&seen.quality)));
                refusals
            }
            Look::Nobody => Vec::new(),
        };
        let words: Vec<_> = refusals.iter().map(ToString::to_string).collect();
        let found = if words.is_empty() { "no face".to_owned() } else { words.join(", ") };
        recorder.log("test", format!("{}, step {step}: {found}", ramp.name));
        recorder.colour(&title, frame.width(), frame.height(), frame.rgb())?;
        recorder.series(&title, ramp.unit, &values)?;
        let named = refusals.iter().any(|refusal| ramp.faults.contains(&refusal.fault));
        if named || ramp.any_end {
            let steps = values.len() as f64;
            recorder.measure(&format!("{title}, refused at step"), steps, "", Limits::NONE, 1);
            return Ok(());
        }
        return Err(Stop::Fail(format!("{}: refused as {found}", ramp.name)));
    }
    Err(Stop::Fail(format!("{}: never refused", ramp.name)))
}
