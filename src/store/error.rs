//! Why the store could not be used.

use std::{error::Error as StdError, io, path::Path, sync::Arc};

use rusqlite::{Error, ErrorCode, ffi};

use crate::{
    domain::{order::OrderNumber, text::cause},
    locales::{Said, Text, store as texts},
};

/// What kind of failure it is. Every kind but [`StoreErrorKind::Other`] means that the store
/// cannot be used (exit status 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// Another process held it for longer than is waited.
    Locked,
    /// It cannot be read as a store: broken, or another application's file.
    Damaged,
    /// A newer version of the program made it.
    Newer,
    /// The file, its folder or a file beside it cannot be opened or written.
    Unwritable,
    /// There is none at a path that was named, or the path is a link to nothing.
    Missing,
    /// It has no orders, and there is nothing to answer from.
    Empty,
    /// The disk is full.
    Full,
    /// Anything else: a mistake of this program, or no memory.
    Other,
}

use StoreErrorKind as Kind;

/// A failure of the store. Holds no value of any row.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{said}")]
pub struct StoreError {
    /// What code branches on.
    pub kind: StoreErrorKind,
    /// What people read: the store's path, and what to do.
    pub said: Said,
    #[source]
    /// Shared by the requests that failed together.
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl StoreError {
    fn new(kind: Kind, message: Text, hint: impl Into<Option<Text>>) -> Self {
        let hint = hint.into();
        let said = Said { message, hint };
        Self {
            kind,
            said,
            source: None,
        }
    }

    fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What SQLite, or a value that it gave, says of the store at `path`.
    pub(super) fn sqlite(path: &Path, error: Error) -> Self {
        let shown = path.display();
        let made = match kind_of(&error) {
            Kind::Locked => Self::locked(path),
            Kind::Damaged if is_no_database(&error) => Self::not_a_store(path),
            Kind::Damaged => Self::damaged(path),
            Kind::Full => Self::full(path),
            Kind::Unwritable => Self::unwritable(path, Text::same(&error)),
            kind @ (Kind::Newer | Kind::Missing | Kind::Empty | Kind::Other) => {
                Self::new(kind, texts::other(shown, error.to_string()), None)
            }
        };
        made.caused_by(error)
    }

    /// What the file system says of the store at `path` or a file beside it.
    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        let made = match error.kind() {
            io::ErrorKind::NotFound if path.is_symlink() => Self::missing(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::full(path),
            _ => Self::unwritable(path, Text::same(cause(&error))),
        };
        made.caused_by(error)
    }

    /// The thread of a ledger cannot be started, or has ended.
    pub(super) fn no_writer(path: &Path, error: Option<io::Error>) -> Self {
        let message = texts::other(path.display(), texts::no_writer());
        let made = Self::new(Kind::Other, message, None);
        match error {
            Some(error) => made.caused_by(error),
            None => made,
        }
    }

    /// The same with another hint.
    pub fn with_hint(mut self, hint: Text) -> Self {
        self.said.hint = Some(hint);
        self
    }

    /// The same failure where it hits the outcome of an order that was sent.
    pub(super) fn outcome_lost(mut self, number: &OrderNumber) -> Self {
        let Said { message, hint } = self.said;
        self.said = Said {
            message: texts::outcome_lost(number, message),
            hint: Some(match (hint, texts::outcome_lost_hint(number)) {
                (Some(first), then) => texts::hints(first, then),
                (None, then) => then,
            }),
        };
        self
    }

    /// Nothing is at the path.
    pub fn missing(path: &Path) -> Self {
        let message = texts::missing(path.display());
        // Nothing is loaded through such a link either.
        let hint = match path.is_symlink() {
            true => texts::link_hint(),
            false => texts::missing_hint(),
        };
        Self::new(Kind::Missing, message, hint)
    }

    /// Nothing was ever imported that could be judged.
    pub fn no_orders(path: &Path) -> Self {
        let message = texts::no_orders(path.display());
        Self::new(Kind::Empty, message, texts::no_orders_hint())
    }

    pub(super) fn locked(path: &Path) -> Self {
        let message = texts::locked(path.display());
        Self::new(Kind::Locked, message, texts::locked_hint())
    }

    /// A run may be screening an order, and its lock file does not tell whether it lives.
    pub(super) fn untold_run(lock: &Path) -> Self {
        let message = texts::untold_run(lock.display());
        Self::new(Kind::Locked, message, texts::untold_run_hint())
    }

    pub(super) fn damaged(path: &Path) -> Self {
        let message = texts::damaged(path.display());
        Self::new(Kind::Damaged, message, texts::damaged_hint())
    }

    pub(super) fn not_a_store(path: &Path) -> Self {
        let message = texts::not_a_store(path.display());
        Self::new(Kind::Damaged, message, texts::not_a_store_hint())
    }

    pub(super) fn newer(path: &Path, found: i64, known: i64) -> Self {
        let message = texts::newer(path.display(), found, known);
        Self::new(Kind::Newer, message, texts::newer_hint())
    }

    pub(super) fn read_only(path: &Path) -> Self {
        Self::unwritable(path, texts::read_only())
    }

    /// It waits for whoever may write it.
    pub(super) fn older(path: &Path) -> Self {
        let message = texts::unwritable(path.display(), texts::older());
        Self::new(Kind::Unwritable, message, texts::older_hint())
    }

    fn unwritable(path: &Path, cause: Text) -> Self {
        let message = texts::unwritable(path.display(), cause);
        Self::new(Kind::Unwritable, message, texts::unwritable_hint())
    }

    /// A copy of the store does not fit into `folder`.
    pub(super) fn no_room(folder: &Path) -> Self {
        let message = texts::no_room(folder.display());
        Self::new(Kind::Full, message, texts::full_hint())
    }

    pub(super) fn full(path: &Path) -> Self {
        let message = texts::full(path.display());
        Self::new(Kind::Full, message, texts::full_hint())
    }
}

fn is_no_database(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::NotADatabase)
}

fn kind_of(error: &Error) -> Kind {
    match error {
        // A table or column is missing.
        Error::SqliteFailure(failure, Some(said))
            if failure.code == ErrorCode::Unknown && said.starts_with("no such ") =>
        {
            Kind::Damaged
        }
        Error::SqliteFailure(failure, _) => kind_of_code(*failure),
        // The statements are this program's own: one that SQLite does not understand, and a value
        // that its column cannot hold, mean that the file is not as this program left it.
        Error::SqlInputError { .. }
        | Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => Kind::Damaged,
        Error::InvalidPath(_) | Error::NulError(_) => Kind::Unwritable,
        _ => Kind::Other,
    }
}

fn kind_of_code(failure: ffi::Error) -> Kind {
    match (failure.code, failure.extended_code) {
        (
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed,
            _,
        ) => Kind::Locked,
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)
        | (
            ErrorCode::SystemIoFailure,
            ffi::SQLITE_IOERR_SHORT_READ
            | ffi::SQLITE_IOERR_READ
            | ffi::SQLITE_IOERR_DATA
            | ffi::SQLITE_IOERR_CORRUPTFS,
        ) => Kind::Damaged,
        (
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure,
            _,
        ) => Kind::Unwritable,
        (ErrorCode::DiskFull, _) => Kind::Full,
        _ => Kind::Other,
    }
}
