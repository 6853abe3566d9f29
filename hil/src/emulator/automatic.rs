//! Commands that go on by themselves: enrolment and identification of the R503.

use std::time::Duration;

use super::machine::Machine;
use super::template::Template;
use crate::module::{AutoEnrol, AutoIdentify, Confirmation, EnrolStep, IdentifyStep, instruction};

/// Without a finger for so long, the command ends (R503 manual).
const FINGER_WAIT: Duration = Duration::from_secs(10);

/// What the module is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Activity {
    Enrol {
        order: AutoEnrol,
        /// The round, from 1.
        round: u8,
        /// The finger of the last round has to leave first.
        lifting: bool,
        until: Duration,
    },
    Identify {
        order: AutoIdentify,
        failures: u8,
        until: Duration,
    },
}

impl Activity {
    pub(super) fn enrol(order: AutoEnrol, now: Duration) -> Activity {
        Activity::Enrol { order, round: 1, lifting: false, until: now + FINGER_WAIT }
    }

    pub(super) fn identify(order: AutoIdentify, now: Duration) -> Activity {
        Activity::Identify { order, failures: 0, until: now + FINGER_WAIT }
    }
}

impl Machine {
    /// Goes on with what the module is about.
    pub(super) fn tick(&mut self, now: Duration) {
        match self.activity {
            Some(Activity::Enrol { order, round, lifting, until }) => {
                self.begin_again(instruction::AUTO_ENROLL, usize::from(round - 1) * 2);
                self.enrol_on(order, round, lifting, until, now);
            }
            Some(Activity::Identify { order, failures, until }) => {
                self.begin_again(instruction::AUTO_IDENTIFY, 0);
                self.identify_on(order, failures, until, now);
            }
            None => {}
        }
    }

    fn enrol_on(
        &mut self,
        order: AutoEnrol,
        round: u8,
        lifting: bool,
        until: Duration,
        now: Duration,
    ) {
        let seen = self.take_image();
        match seen {
            Confirmation::Done if lifting => {
                if now >= until {
                    self.end_enrol(Confirmation::TimedOut, EnrolStep::Image(round), 0);
                }
            }
            Confirmation::Done => {
                self.report_enrol(order, EnrolStep::Image(round));
                let made = self.make_features(round);
                if made != Confirmation::Done {
                    return self.end_enrol(made, EnrolStep::Features(round), 0);
                }
                self.report_enrol(order, EnrolStep::Features(round));
                if round == EnrolStep::ROUNDS {
                    return self.finish_enrol(order);
                }
                let until = now + FINGER_WAIT;
                let (round, lifting) = (round + 1, order.lift);
                self.activity = Some(Activity::Enrol { order, round, lifting, until });
            }
            Confirmation::NoFinger if now < until => {
                self.activity = Some(Activity::Enrol { order, round, lifting: false, until });
            }
            Confirmation::NoFinger => {
                self.end_enrol(Confirmation::TimedOut, EnrolStep::Image(round), 0);
            }
            failed => self.end_enrol(failed, EnrolStep::Image(round), 0),
        }
    }

    fn finish_enrol(&mut self, order: AutoEnrol) {
        let first = self.profile.first_page();
        let everywhere = self.profile.capacity;
        let known = self.get(1).and_then(|features| self.search(features, first, everywhere));
        if known.is_some() && !order.duplicate {
            return self.end_enrol(Confirmation::AlreadyEnrolled, EnrolStep::Repeated, 0);
        }
        self.report_enrol(order, EnrolStep::Repeated);
        let merged = self.merge();
        if merged != Confirmation::Done {
            return self.end_enrol(merged, EnrolStep::Merged, 0);
        }
        self.report_enrol(order, EnrolStep::Merged);
        let named = u16::from(order.page);
        let page = if self.is_page(named) {
            Some(named)
        } else {
            (first..first + everywhere).find(|page| !self.library.contains_key(page))
        };
        match (page, self.get(1).cloned()) {
            (Some(page), _) if self.library.contains_key(&page) && !order.replace => {
                // Of the codes that the manual lists for this command, the one that fits.
                self.end_enrol(Confirmation::TemplateEmpty, EnrolStep::Stored, page);
            }
            (Some(page), Some(template)) => {
                self.library.insert(page, template);
                self.end_enrol(Confirmation::Done, EnrolStep::Stored, page);
            }
            _ => self.end_enrol(Confirmation::LibraryFull, EnrolStep::Stored, 0),
        }
    }

    fn report_enrol(&mut self, order: AutoEnrol, step: EnrolStep) {
        if order.steps {
            self.acknowledge(Confirmation::Done, &[step.byte(), 0, 0]);
        }
    }

    fn end_enrol(&mut self, confirmation: Confirmation, step: EnrolStep, page: u16) {
        self.activity = None;
        let [high, low] = page.to_be_bytes();
        self.acknowledge(confirmation, &[step.byte(), high, low]);
    }

    fn identify_on(&mut self, order: AutoIdentify, failures: u8, until: Duration, now: Duration) {
        match self.take_image() {
            Confirmation::Done => {}
            Confirmation::NoFinger if now < until => return,
            Confirmation::NoFinger => {
                return self.end_identify(Confirmation::TimedOut, IdentifyStep::Image, (0, 0));
            }
            failed => return self.end_identify(failed, IdentifyStep::Image, (0, 0)),
        }
        self.report_identify(order, IdentifyStep::Image);
        let made = self.make_features(1);
        if made != Confirmation::Done {
            return self.end_identify(made, IdentifyStep::Features, (0, 0));
        }
        self.report_identify(order, IdentifyStep::Features);
        let (start, count) = (u16::from(order.start), u16::from(order.count));
        let search = |probe: &Template| self.search(probe, start, count);
        match self.get(1).and_then(search) {
            Some(found) => self.end_identify(Confirmation::Done, IdentifyStep::Searched, found),
            None if failures + 1 < order.failures => {
                let (failures, until) = (failures + 1, now + FINGER_WAIT);
                self.activity = Some(Activity::Identify { order, failures, until });
            }
            None => self.end_identify(Confirmation::NotFound, IdentifyStep::Searched, (0, 0)),
        }
    }

    fn report_identify(&mut self, order: AutoIdentify, step: IdentifyStep) {
        if order.steps {
            self.acknowledge(Confirmation::Done, &[step.byte(), 0, 0, 0, 0]);
        }
    }

    fn end_identify(&mut self, confirmation: Confirmation, step: IdentifyStep, found: (u16, u16)) {
        self.activity = None;
        let [a, b] = found.0.to_be_bytes();
        let [c, d] = found.1.to_be_bytes();
        self.acknowledge(confirmation, &[step.byte(), a, b, c, d]);
    }
}
