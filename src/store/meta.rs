//! The entries of `meta` and `copy`: what has to be known before a record can be read.

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
    COPY, COUNTERS_KEY, DATA_KEY, FORMAT, FORMAT_KEY, ID_KEY, META, SIDE_KEY, STATE_KEY, Side,
};

/// A store whose key has proven right.
pub(super) struct Opened {
    pub(super) id: StoreId,
    pub(super) side: Side,
    pub(super) keys: Keys,
    /// `None` if both copies are damaged.
    pub(super) state: Option<State>,
    /// `None` if both copies are damaged.
    pub(super) counters: Option<Counters>,
}

/// Looks at a database that redb has opened; makes it a store if it is new.
pub(super) fn open(database: &Database, key: &StoreKey) -> Result<Opened, StoreError> {
    let is_new = {
        let transaction = database.begin_read()?;
        transaction.list_tables()?.next().is_none()
    };
    if is_new {
        create(database, key)?;
    }
    look(&database.begin_read()?, key)
}

fn create(database: &Database, key: &StoreKey) -> Result<(), StoreError> {
    let transaction = database.begin_write()?;
    let id: StoreId = random::bytes()?;
    let data = DataKey::random()?;
    write_head(&transaction, &id, Side::A, &data, key)?;
    let keys = Keys::new(&data, &id);
    put(&transaction, STATE_KEY, &keys.state.seal(&[], &State::new()?.to_bytes())?)?;
    put(&transaction, COUNTERS_KEY, &keys.counters.seal(&[], &Counters::NEW.to_bytes())?)?;
    open_side(&transaction, Side::A)?;
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
) -> Result<(), StoreError> {
    put(transaction, FORMAT_KEY, &FORMAT.to_le_bytes())?;
    put(transaction, ID_KEY, id)?;
    put(transaction, SIDE_KEY, &[side.to_byte()])?;
    put(transaction, DATA_KEY, &data.seal(key, id)?)
}

/// Creates the tables of a side.
pub(super) fn open_side(transaction: &WriteTransaction, side: Side) -> Result<(), StoreError> {
    transaction.open_table(side.members())?;
    transaction.open_table(side.identities())?;
    transaction.open_table(side.events())?;
    Ok(())
}

/// Writes an entry to both tables.
pub(super) fn put(
    transaction: &WriteTransaction,
    name: &'static str,
    value: &[u8],
) -> Result<(), StoreError> {
    for table in [META, COPY] {
        transaction.open_table(table)?.insert(name, value)?;
    }
    Ok(())
}

/// The entries of one name, one or two of them.
pub(super) fn get(transaction: &ReadTransaction, name: &str) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut values: Vec<Vec<u8>> = Vec::new();
    for table in [META, COPY] {
        let Some(value) = transaction.open_table(table)?.get(name)? else { continue };
        if !values.iter().any(|other| other == value.value()) {
            values.push(value.value().to_vec());
        }
    }
    Ok(values)
}

/// The first of an entry's copies that opens.
pub(super) fn get_sealed(
    transaction: &ReadTransaction,
    name: &str,
    sealer: &Sealer,
) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    Ok(get(transaction, name)?.iter().find_map(|sealed| sealer.open(&[], sealed)))
}

fn look(transaction: &ReadTransaction, key: &StoreKey) -> Result<Opened, StoreError> {
    check_format(transaction)?;
    let ids = get(transaction, ID_KEY)?;
    let sealed_keys = get(transaction, DATA_KEY)?;
    let sides = get(transaction, SIDE_KEY)?;
    if ids.is_empty() || sealed_keys.is_empty() || sides.is_empty() {
        return Err(StoreError::NotAStore { what: "a database of another program" });
    }
    let pairs = ids.iter().flat_map(|id| sealed_keys.iter().map(move |sealed| (id, sealed)));
    let (id, data) = pairs
        .filter_map(|(id, sealed)| {
            let id = StoreId::try_from(id.as_slice()).ok()?;
            Some((id, DataKey::unseal(sealed, key, &id)?))
        })
        .next()
        .ok_or(StoreError::WrongKey)?;
    let side = sides
        .iter()
        .find_map(|side| Side::from_byte(*side.first()?))
        .ok_or(StoreError::Damaged { what: "its side" })?;
    let keys = Keys::new(&data, &id);
    let state = get_sealed(transaction, STATE_KEY, &keys.state)?;
    let counters = get_sealed(transaction, COUNTERS_KEY, &keys.counters)?;
    Ok(Opened {
        id,
        side,
        state: state.and_then(|bytes| State::from_bytes(&bytes)),
        counters: counters.and_then(|bytes| Counters::from_bytes(&bytes)),
        keys,
    })
}

/// The format is known if either copy says so.
fn check_format(transaction: &ReadTransaction) -> Result<(), StoreError> {
    let formats = get(transaction, FORMAT_KEY)?;
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
        0 => Err(StoreError::NotAStore { what: "a database of another program" }),
        found => Err(StoreError::Newer { found, known: FORMAT }),
    }
}
