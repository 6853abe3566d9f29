//! The event log: a bounded ring of sealed records, oldest first.

use redb::{ReadableTable, WriteTransaction};
use zeroize::Zeroizing;

use super::StoreError;
use super::counters::Counters;
use super::fault::guard;
use super::member::{DamagedEvent, EventStats};
use super::meta;
use super::store::Store;
use super::tables::COUNTERS_KEY;
use crate::limits::STORE_EVENT_BYTES;

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
        let mut counters = self.counters();
        let sequence = counters.next;
        counters.next = sequence.saturating_add(1);
        let surplus = counters.pending().saturating_sub(self.options.events);
        counters.first = counters.first.saturating_add(surplus);
        counters.dropped = counters.dropped.saturating_add(surplus);
        self.change_events(counters, Some(record)).map(|()| sequence)
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
        take: &mut dyn FnMut(u64, Result<&[u8], DamagedEvent>),
    ) -> Result<(), StoreError> {
        self.ready()?;
        let Counters { first, next, .. } = self.counters();
        let from = first.max(after.saturating_add(1));
        let Self { disk, opened, .. } = self;
        disk.read(|transaction| {
            let events = transaction.open_table(opened.side.events())?;
            let mut plain = Zeroizing::new(Vec::new());
            for sequence in (from..next).take(most) {
                let record = events.get(sequence)?;
                let sealer = &opened.keys.events;
                let place = sequence.to_le_bytes();
                let genuine = record
                    .is_some_and(|sealed| sealer.open_into(&[&place], sealed.value(), &mut plain));
                take(sequence, if genuine { Ok(plain.as_slice()) } else { Err(DamagedEvent) });
            }
            Ok(())
        })
    }

    /// Removes the events up to and including sequence number `up_to`. Returns how many.
    ///
    /// # Errors
    /// Those of the disk; then all of them are still there.
    pub fn acknowledge(&mut self, up_to: u64) -> Result<u64, StoreError> {
        self.ready()?;
        let mut counters = self.counters();
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
        self.counters().stats()
    }

    /// One transaction: the counters, what they leave behind, and perhaps a new event.
    fn change_events(
        &mut self,
        counters: Counters,
        record: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let transaction = self.disk.begin()?;
        let changed = guard(|| {
            self.write_events(&transaction, counters, record)?;
            Ok(transaction.commit()?)
        });
        match changed {
            Ok(()) => self.opened.counters = Some(counters),
            Err(_) => self.disk.close(),
        }
        changed
    }

    fn write_events(
        &self,
        transaction: &WriteTransaction,
        counters: Counters,
        record: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let keys = &self.opened.keys;
        let mut events = transaction.open_table(self.opened.side.events())?;
        loop {
            let oldest = events.first()?.map(|(sequence, _)| sequence.value());
            let Some(sequence) = oldest.filter(|&sequence| sequence < counters.first) else {
                break;
            };
            events.remove(sequence)?;
        }
        if let Some(record) = record {
            let sequence = counters.next - 1;
            let sealed = keys.events.seal(&[&sequence.to_le_bytes()], record)?;
            events.insert(sequence, sealed.as_slice())?;
        }
        let sealed = keys.counters.seal(&[], &counters.to_bytes())?;
        meta::put(transaction, COUNTERS_KEY, &sealed)
    }
}
