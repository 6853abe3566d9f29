//! What redb says, and how it fails, in the store's words.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::StoreError;

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(error) => error.into(),
            redb::Error::DatabaseAlreadyOpen => Self::Locked,
            redb::Error::UpgradeRequired(_) => {
                Self::NotAStore { what: "a database of another program" }
            }
            redb::Error::PreviousIo => {
                Self::Io { number: None, text: "an earlier read or write failed".to_owned() }
            }
            redb::Error::TableDoesNotExist(_) => Self::Damaged { what: "a table is missing" },
            _ => Self::Damaged { what: "the database's structure" },
        }
    }
}

macro_rules! from_redb {
    ($($error:ty),*) => {$(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                redb::Error::from(error).into()
            }
        }
    )*};
}

from_redb!(
    redb::StorageError,
    redb::TableError,
    redb::DatabaseError,
    redb::TransactionError,
    redb::CommitError,
    redb::SetDurabilityError
);

/// redb trusts the structure of its pages: where that is damaged, it may panic. A panic of its
/// own is damage here; the caller throws the database away.
pub(super) fn guard<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or(Err(StoreError::Damaged { what: "the database's structure" }))
}
