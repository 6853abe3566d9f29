//! The event log: a bounded ring of sealed records, oldest first.

use redb::{ReadableTable, WriteTransaction};
use zeroize::Zeroizing;

use super::StoreError;
use super::counters::Counters;
use super::durable::Store;
use super::fault::guard;
use super::member::{DamagedEvent, Event, EventStats};
use super::meta::{self, Opened};
use crate::limits::STORE_EVENT_BYTES;

/// A sealed record; `None` where there is none that could be read.
type SealedEvent = Option<Vec<u8>>;

/// Most events that are read at once.
const PIECE: u64 = 64;

impl Store {
    /// Appends an event; it is durable when this returns. If the ring is full, the oldest is
    /// dropped for it and counted.
    ///
    /// Returns its sequence number: 1 for a store's first event, then one more each time.
    ///
    /// # Errors
    /// [`StoreError::NoEventLog`], [`StoreError::TooLarge`], those of the disk.
    pub fn append_event(&mut self, record: &[u8]) -> Result<u64, StoreError> {
        if self.options.events == 0 {
            return Err(StoreError::NoEventLog);
        }
        let (bytes, limit) = (record.len(), STORE_EVENT_BYTES);
        if bytes > limit {
            return Err(StoreError::TooLarge { bytes, limit });
        }
        self.ready()?;
        let mut counters = self.opened.counters;
        let sequence = counters.next;
        counters.next = sequence.saturating_add(1);
        let surplus = counters.pending().saturating_sub(self.options.events);
        counters.first = counters.first.saturating_add(surplus);
        counters.dropped = counters.dropped.saturating_add(surplus);
        self.change_events(counters, Some((sequence, record))).map(|()| sequence)
    }

    /// Calls `take` for the events after sequence number `after` (0: from the oldest), at most
    /// `most` of them, oldest first. They stay until they are acknowledged.
    ///
    /// # Errors
    /// Those of the disk. A damaged record is no error; `take` is told.
    pub fn events(
        &mut self,
        after: u64,
        most: usize,
        take: &mut dyn FnMut(u64, Event<'_>),
    ) -> Result<(), StoreError> {
        self.ready()?;
        let Counters { first, next, .. } = self.opened.counters;
        let mut at = first.max(after.saturating_add(1));
        let end = next.min(at.saturating_add(most as u64));
        let mut plain = Zeroizing::new(Vec::new());
        while at < end {
            let count = PIECE.min(end - at);
            let sealed = match self.read_events(at, count) {
                // One by one, past the damage.
                Err(StoreError::Damaged { .. }) => self.read_events_singly(at, count)?,
                other => other?,
            };
            for sealed in sealed {
                let place = at.to_le_bytes();
                let sealer = &self.opened.keys.events;
                let genuine =
                    sealed.is_some_and(|sealed| sealer.open_into(&[&place], &sealed, &mut plain));
                take(at, if genuine { Ok(plain.as_slice()) } else { Err(DamagedEvent) });
                at += 1;
            }
        }
        Ok(())
    }

    /// Removes the events up to and including sequence number `up_to`. Returns how many.
    ///
    /// # Errors
    /// Those of the disk; then all of them are still there.
    pub fn acknowledge(&mut self, up_to: u64) -> Result<u64, StoreError> {
        self.ready()?;
        let mut counters = self.opened.counters;
        let first = up_to.saturating_add(1).min(counters.next);
        let removed = first.saturating_sub(counters.first);
        if removed == 0 {
            return Ok(0);
        }
        counters.first = first;
        self.change_events(counters, None).map(|()| removed)
    }

    /// The event log in numbers.
    #[must_use]
    pub fn event_stats(&self) -> EventStats {
        self.opened.counters.stats(!self.opened.counters_proven)
    }

    /// The sealed records of `count` events; `None` where there is none.
    fn read_events(&mut self, from: u64, count: u64) -> Result<Vec<SealedEvent>, StoreError> {
        let side = self.opened.side;
        self.disk.read(|transaction| {
            let events = transaction.open_table(side.events())?;
            let read = |sequence| Ok(events.get(sequence)?.map(|sealed| sealed.value().to_vec()));
            (from..from + count).map(read).collect()
        })
    }

    /// As [`Self::read_events`]; `None` also where the file has no structure any more.
    fn read_events_singly(
        &mut self,
        from: u64,
        count: u64,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        let mut all = Vec::new();
        for sequence in from..from + count {
            self.ready()?;
            match self.read_events(sequence, 1) {
                Ok(mut one) => all.push(one.pop().flatten()),
                Err(StoreError::Damaged { .. }) => all.push(None),
                Err(error) => return Err(error),
            }
        }
        self.ready()?;
        Ok(all)
    }

    /// One transaction: the counters, what they leave behind, and perhaps a new event.
    fn change_events(
        &mut self,
        counters: Counters,
        event: Option<(u64, &[u8])>,
    ) -> Result<(), StoreError> {
        let transaction = self.disk.begin()?;
        let changed = guard(|| {
            write_events(&transaction, &self.opened, counters, event)?;
            Ok(transaction.commit()?)
        });
        self.settle(changed, |opened| opened.counters == counters)?;
        self.opened.counters = counters;
        self.opened.counters_proven = true;
        Ok(())
    }
}

fn write_events(
    transaction: &WriteTransaction,
    opened: &Opened,
    counters: Counters,
    event: Option<(u64, &[u8])>,
) -> Result<(), StoreError> {
    let Opened { keys, side, from, .. } = opened;
    let mut events = transaction.open_table(side.events())?;
    loop {
        let oldest = events.first()?.map(|(sequence, _)| sequence.value());
        let Some(sequence) = oldest.filter(|&sequence| sequence < counters.first) else { break };
        events.remove(sequence)?;
    }
    if let Some((sequence, record)) = event {
        let sealed = keys.events.seal(&[&sequence.to_le_bytes()], record)?;
        events.insert(sequence, sealed.as_slice())?;
    }
    meta::write_counters(transaction, keys, counters, from)
}
