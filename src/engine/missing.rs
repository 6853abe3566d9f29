//! Who was asked for and is left out of the answer: no longer in this reader's
//! scope, and to be removed. Whoever might have been answered stays.

use std::collections::HashMap;

use crate::protocol::{Form, RequestPart, UserType};

/// Who was asked for, and not yet met in the answer.
pub(super) struct Missing<'p> {
    part: &'p RequestPart<'p>,
    /// Which types were met, by userid.
    met: HashMap<&'p str, [bool; 3]>,
    /// A record whose userid could not be read may be anybody's.
    anybody: bool,
}

impl<'p> Missing<'p> {
    pub(super) fn new(part: &'p RequestPart<'p>) -> Self {
        let met = part.members().iter().map(|member| (&*member.userid, [false; 3])).collect();
        Self { part, met, anybody: false }
    }

    /// A record of this member was met, usable or not. The old form asks
    /// without a type: any type is an answer.
    pub(super) fn meet(&mut self, userid: &str, user_type: Option<UserType>) {
        let Some(met) = self.met.get_mut(userid) else { return };
        match user_type.filter(|_| self.part.form() == Form::UserItems) {
            Some(user_type) => met[usize::from(user_type.number())] = true,
            None => *met = [true; 3],
        }
    }

    /// A record was met whose userid could not be read.
    pub(super) fn meet_anybody(&mut self) {
        self.anybody = true;
    }

    /// Those who are left, in the order in which they were asked for.
    pub(super) fn left(&self) -> impl Iterator<Item = (&'p str, UserType)> {
        let is_met = |userid: &str, user_type: UserType| {
            self.anybody
                || self.met.get(userid).is_none_or(|met| met[usize::from(user_type.number())])
        };
        self.part.missing(is_met).map(|member| (&*member.userid, member.user_type))
    }
}
