//! The event log: what happened at the door and is to be reported, kept until it was.

use serde::{Deserialize, Serialize};

use super::Engine;
use super::member::MemberId;
use crate::error::Error;
use crate::protocol::UserType;
use crate::store::DamagedEvent;
pub use crate::store::EventStats;

/// `pass_type` of an access record (protocol facts, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PassType {
    /// 1
    In,
    /// 2
    Out,
    /// 3: the direction is not known.
    Unknown,
}

/// `pass_method` of an access record (protocol facts, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PassMethod {
    /// 1
    Face,
    /// 2
    QrCode,
    /// 3
    Remote,
    /// 4
    Finger,
    /// 5: WeCom scans the reader's QR code.
    ScansReader,
    /// 6: the reader scans the phone's QR code.
    ScansPhone,
}

/// What happened at the door.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Who; `None` if nobody was recognised as a member.
    pub member: Option<MemberId>,
    /// When, in Unix seconds. The cloud drops what is earlier than 2018 without a word.
    pub time: i64,
    /// In which direction.
    pub pass_type: PassType,
    /// By what.
    pub pass_method: PassMethod,
    /// `KAIMEN_VERDICT_…` of the C interface, whose numbers never change their meaning; 0 where
    /// no decision was made.
    pub verdict: u32,
    /// `KAIMEN_REASON_…`, likewise.
    pub reason: u32,
    /// Score of the decision; stays here, the cloud is not told.
    pub score: Option<i32>,
    /// Slot that was found; stays here.
    pub slot: Option<u8>,
}

/// The layout of [`StoredEvent`].
const LAYOUT: u8 = 1;

/// An event as bytes, behind the number of the layout. Fields are never reordered.
#[derive(Serialize, Deserialize)]
struct StoredEvent<'a> {
    userid: &'a str,
    /// `None`: nobody.
    user_type: Option<u8>,
    time: i64,
    pass_type: PassType,
    pass_method: PassMethod,
    verdict: u32,
    reason: u32,
    score: Option<i32>,
    slot: Option<u8>,
}

impl Event {
    fn to_record(&self) -> Result<Vec<u8>, Error> {
        let Event { time, pass_type, pass_method, verdict, reason, score, slot, .. } = *self;
        let userid = self.member.as_ref().map_or("", MemberId::userid);
        let user_type = self.member.as_ref().map(|member| member.user_type().number());
        let stored = StoredEvent {
            userid,
            user_type,
            time,
            pass_type,
            pass_method,
            verdict,
            reason,
            score,
            slot,
        };
        postcard::to_extend(&stored, vec![LAYOUT]).map_err(|_| Error::Unstorable)
    }

    fn from_record(record: &[u8]) -> Result<Event, DamagedEvent> {
        let Some((&LAYOUT, rest)) = record.split_first() else { return Err(DamagedEvent) };
        let stored: StoredEvent<'_> = postcard::from_bytes(rest).map_err(|_| DamagedEvent)?;
        let member = match stored.user_type {
            None => None,
            Some(number) => {
                let user_type = UserType::from_number(number.into()).ok_or(DamagedEvent)?;
                Some(MemberId::new(stored.userid, user_type).ok_or(DamagedEvent)?)
            }
        };
        let StoredEvent { time, pass_type, pass_method, verdict, reason, score, slot, .. } = stored;
        Ok(Event { member, time, pass_type, pass_method, verdict, reason, score, slot })
    }
}

impl Engine {
    /// Appends an event; it is durable when this returns. Waits for a commit that is being
    /// written, so call it when the door is open already. In a full log the oldest
    /// event makes room and is counted as dropped.
    ///
    /// Returns the event's sequence number, 1 or more, which grows by one each time.
    ///
    /// # Errors
    /// [`Error::NoStore`], [`Error::Store`].
    pub fn append_event(&self, event: &Event) -> Result<u64, Error> {
        let record = event.to_record()?;
        Ok(self.store()?.get()?.append_event(&record)?)
    }

    /// Hands over the oldest events behind the sequence number `after` (0: from the start), at
    /// most `most`. One whose record is damaged has its number still.
    ///
    /// # Errors
    /// [`Error::NoStore`], [`Error::Store`].
    pub fn events(
        &self,
        after: u64,
        most: usize,
        mut take: impl FnMut(u64, Result<Event, DamagedEvent>),
    ) -> Result<(), Error> {
        let mut store = self.store()?;
        let mut read = |sequence, record: Result<&[u8], DamagedEvent>| {
            take(sequence, record.and_then(Event::from_record));
        };
        Ok(store.get()?.events(after, most, &mut read)?)
    }

    /// Forgets the events up to and with `up_to`, because the cloud has them. Returns how many.
    ///
    /// # Errors
    /// [`Error::NoStore`], [`Error::Store`].
    pub fn acknowledge_events(&self, up_to: u64) -> Result<u64, Error> {
        Ok(self.store()?.get()?.acknowledge(up_to)?)
    }

    /// The event log in numbers.
    ///
    /// # Errors
    /// [`Error::NoStore`], [`Error::Store`].
    pub fn event_stats(&self) -> Result<EventStats, Error> {
        Ok(self.store()?.get()?.event_stats())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_comes_back_as_it_was() {
        let event = Event {
            member: MemberId::new("zhangsan", UserType::Visitor),
            time: 1_795_397_400,
            pass_type: PassType::Out,
            pass_method: PassMethod::Finger,
            verdict: 2,
            reason: 103,
            score: Some(-7),
            slot: Some(9),
        };
        let record = event.to_record().unwrap();
        assert!(Event::from_record(&record) == Ok(event.clone()));
        let nobody = Event { member: None, score: None, slot: None, ..event };
        assert!(Event::from_record(&nobody.to_record().unwrap()) == Ok(nobody));
        for end in 0..record.len() {
            assert!(Event::from_record(&record[..end]).is_err());
        }
        assert!(Event::from_record(&[2, 0, 0]).is_err());
    }
}
