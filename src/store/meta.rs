//! The entries of `meta` and `copy`: what has to be known before a record can be read.

use std::sync::Arc;

use redb::{Database, ReadTransaction, ReadableDatabase, WriteTransaction};
use zeroize::Zeroizing;

use super::StoreError;
use super::counters::Counters;
use super::key::StoreKey;
use super::keys::{DataKey, Keys, StoreId};
use super::random;
use super::seal::Sealer;
use super::state::State;
use super::tables::{
    COPY, COUNTERS_KEY, DATA_KEY, FORMAT, FORMAT_KEY, ID_KEY, META, Meta, STATE_KEY, Side,
};

/// A store whose key has proven right.
pub(super) struct Opened {
    pub(super) id: StoreId,
    pub(super) side: Side,
    /// Shared with the threads that open records.
    pub(super) keys: Arc<Keys>,
    /// A new one if both copies are damaged.
    pub(super) state: State,
    /// Whether it is the file's own.
    pub(super) state_proven: bool,
    /// As the table has them if both copies are damaged.
    pub(super) counters: Counters,
    /// Whether they are the file's own.
    pub(super) counters_proven: bool,
    /// The tables that can be read, of [`META`] and [`COPY`].
    pub(super) from: &'static [Meta],
}

/// Both tables, then each alone, for when the other has no structure any more.
pub(super) const SOURCES: [&[Meta]; 3] = [&[META, COPY], &[COPY], &[META]];

/// Looks at a database that redb has opened, in the tables `from`; makes it a store if there
/// is nothing in it yet.
pub(super) fn open(
    database: &Database,
    is_new: bool,
    key: &StoreKey,
    from: &'static [Meta],
) -> Result<Opened, StoreError> {
    if is_new {
        create(database, key)?;
    }
    look(&database.begin_read()?, key, from)
}

fn create(database: &Database, key: &StoreKey) -> Result<(), StoreError> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let id: StoreId = random::bytes()?;
    let data = DataKey::random()?;
    let keys = Keys::new(&data, &id);
    write_head(&transaction, &id, Side::A, &data, key, SOURCES[0])?;
    write_state(&transaction, &keys, &State::new()?, SOURCES[0])?;
    write_counters(&transaction, &keys, Counters::NEW, SOURCES[0])?;
    create_tables(&transaction, Side::A)?;
    transaction.commit()?;
    Ok(())
}

/// What names the store and holds its key.
pub(super) fn write_head(
    transaction: &WriteTransaction,
    id: &StoreId,
    side: Side,
    data: &DataKey,
    key: &StoreKey,
    into: &[Meta],
) -> Result<(), StoreError> {
    put(transaction, FORMAT_KEY, &FORMAT.to_le_bytes(), into)?;
    put(transaction, ID_KEY, id, into)?;
    put(transaction, DATA_KEY, &data.seal(side, key, id)?, into)
}

pub(super) fn write_state(
    transaction: &WriteTransaction,
    keys: &Keys,
    state: &State,
    into: &[Meta],
) -> Result<(), StoreError> {
    put(transaction, STATE_KEY, &keys.state.seal(&[], &state.to_bytes())?, into)
}

pub(super) fn write_counters(
    transaction: &WriteTransaction,
    keys: &Keys,
    counters: Counters,
    into: &[Meta],
) -> Result<(), StoreError> {
    put(transaction, COUNTERS_KEY, &keys.counters.seal(&[], &counters.to_bytes())?, into)
}

/// Creates the tables of a side.
pub(super) fn create_tables(transaction: &WriteTransaction, side: Side) -> Result<(), StoreError> {
    transaction.open_table(side.members())?;
    transaction.open_table(side.identities())?;
    transaction.open_table(side.events())?;
    Ok(())
}

/// Deletes the tables of a side, as far as there are any.
pub(super) fn delete_tables(transaction: &WriteTransaction, side: Side) -> Result<(), StoreError> {
    transaction.delete_table(side.members())?;
    transaction.delete_table(side.identities())?;
    transaction.delete_table(side.events())?;
    Ok(())
}

/// Writes an entry to the tables that can be read.
pub(super) fn put(
    transaction: &WriteTransaction,
    name: &'static str,
    value: &[u8],
    into: &[Meta],
) -> Result<(), StoreError> {
    for &table in into {
        transaction.open_table(table)?.insert(name, value)?;
    }
    Ok(())
}

/// The entries of one name, at most one from each table.
pub(super) fn get(
    transaction: &ReadTransaction,
    name: &str,
    from: &[Meta],
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut values: Vec<Vec<u8>> = Vec::new();
    for &table in from {
        let Some(value) = transaction.open_table(table)?.get(name)? else { continue };
        if !values.iter().any(|other| other == value.value()) {
            values.push(value.value().to_vec());
        }
    }
    Ok(values)
}

/// What opens of an entry's copies.
fn get_sealed(
    transaction: &ReadTransaction,
    name: &str,
    sealer: &Sealer,
    from: &[Meta],
) -> Result<Vec<Zeroizing<Vec<u8>>>, StoreError> {
    let copies = get(transaction, name, from)?;
    Ok(copies.iter().filter_map(|sealed| sealer.open(&[], sealed)).collect())
}

fn look(
    transaction: &ReadTransaction,
    key: &StoreKey,
    from: &'static [Meta],
) -> Result<Opened, StoreError> {
    check_tables(transaction)?;
    check_format(transaction, from)?;
    let (id, side, data) = unseal(transaction, key, from)?;
    let keys = Keys::new(&data, &id);
    let states = get_sealed(transaction, STATE_KEY, &keys.state, from)?;
    let counters = get_sealed(transaction, COUNTERS_KEY, &keys.counters, from)?;
    // Both copies are genuine, but one of them may be an old one: the newer counts.
    let states = states.iter().filter_map(|bytes| State::from_bytes(bytes));
    let counters = counters.iter().filter_map(|bytes| Counters::from_bytes(bytes));
    let state = states.max_by_key(|state| state.commits);
    let counters = counters.max_by_key(|counters| (counters.next, counters.first));
    let (state_proven, counters_proven) = (state.is_some(), counters.is_some());
    let state = state.map_or_else(State::new, Ok)?;
    let counters = counters.map_or_else(|| count(transaction, side), Ok)?;
    let keys = Arc::new(keys);
    Ok(Opened { id, side, keys, state, state_proven, counters, counters_proven, from })
}

/// The counters as the table of events has them: its first and last.
fn count(transaction: &ReadTransaction, side: Side) -> Result<Counters, StoreError> {
    use redb::ReadableTable;
    let events = transaction.open_table(side.events())?;
    let first = events.first()?.map_or(1, |(sequence, _)| sequence.value().max(1));
    let last = events.last()?.map_or(0, |(sequence, _)| sequence.value());
    Ok(Counters { first, next: last.saturating_add(1).max(first), dropped: 0 })
}

/// Tables there are; if none is ours, somebody else's.
fn check_tables(transaction: &ReadTransaction) -> Result<(), StoreError> {
    use redb::TableHandle;
    let mut is_empty = true;
    for table in transaction.list_tables()? {
        is_empty = false;
        if [META.name(), COPY.name()].contains(&table.name()) {
            return Ok(());
        }
    }
    Err(if is_empty {
        StoreError::Damaged { what: "the list of tables" }
    } else {
        StoreError::NotAStore { what: "a database of another program" }
    })
}

fn unseal(
    transaction: &ReadTransaction,
    key: &StoreKey,
    from: &[Meta],
) -> Result<(StoreId, Side, DataKey), StoreError> {
    let ids = get(transaction, ID_KEY, from)?;
    let sealed_keys = get(transaction, DATA_KEY, from)?;
    if ids.is_empty() || sealed_keys.is_empty() {
        return Err(StoreError::Damaged { what: "the entry of its key" });
    }
    for id in ids.iter().filter_map(|id| StoreId::try_from(id.as_slice()).ok()) {
        for sealed in &sealed_keys {
            if let Some((side, data)) = DataKey::unseal(sealed, key, &id) {
                return Ok((id, side, data));
            }
        }
    }
    Err(StoreError::WrongKey)
}

/// The format is known if either copy says so.
fn check_format(transaction: &ReadTransaction, from: &[Meta]) -> Result<(), StoreError> {
    let formats = get(transaction, FORMAT_KEY, from)?;
    let numbers = formats
        .iter()
        .filter_map(|bytes| Some(u64::from_le_bytes(bytes.as_slice().try_into().ok()?)));
    let mut newest = 0;
    for number in numbers {
        if number == FORMAT {
            return Ok(());
        }
        newest = newest.max(number);
    }
    match newest {
        0 => Err(StoreError::Damaged { what: "the entry of its format" }),
        found => Err(StoreError::Newer { found, known: FORMAT }),
    }
}
