//! The local store: SQLite, one file, safe under several processes, kills and power cuts.
//!
//! - Every change is one IMMEDIATE transaction that is on the disk when the call returns (WAL,
//!   `synchronous=FULL`).
//! - What is decided from the store and then written is decided within that transaction.
//! - No personal data comes in: of an order the store takes
//!   [`OrderFacts`](crate::domain::order::OrderFacts), which have none.
//!
//! ```text
//! open.rs        the file as a store: how it is made, opening it, its shape, a transaction
//! error.rs       why the store cannot be used
//!
//! table.rs       how a row of any table is written, and how the domain's things stand in columns
//! orders.rs events.rs attempts.rs log.rs
//!                the tables: an order with its payment history; an event; a try to send, and the
//!                runs that send; what was changed from here
//! pulled.rs      what `pull` keeps: the table `pulled`, the marks, and what has changed
//!
//! outcome.rs     what is known of the screening of a number, and whether it is sent
//! ledger.rs      many orders at once: one thread that writes
//!
//! import.rs      very many rows in one transaction
//! list.rs        rows by filters, newest first
//! look.rs        what `trace` and `reconcile` ask, of one moment
//! upkeep.rs      the whole store: is it sound, a copy of it, what is too old in it
//! ```
//!
//! The functions that take a connection are the pieces; the methods of [`Store`] put one transaction
//! around them, the [`Ledger`] one around those of many orders, and a [`Load`] one around a whole
//! import.
//!
//! The store's shape comes from numbered SQL files, run once each and in order, never edited later
//! and never undone. The number of the last one that ran stands in the file (`PRAGMA user_version`).

mod attempts;
mod error;
mod events;
mod import;
mod ledger;
mod list;
mod log;
mod look;
mod open;
mod orders;
mod outcome;
mod pulled;
mod table;
mod upkeep;

#[cfg(test)]
mod tests;

pub use attempts::{Attempt, AttemptId, AttemptState, End, Run};
pub use error::{StoreError, StoreErrorKind};
pub use events::{EventFilter, Origin, StoredEvent};
pub use import::{Counts, Load, Loading, OtherNumber};
pub use ledger::Ledger;
pub use list::Filter;
pub use log::{LogEntry, LogFilter};
pub use look::{EventLine, Look, OrderLine, PaymentLine};
pub use open::Store;
pub use orders::{MethodFilter, OrderFilter};
pub use outcome::{Begin, Finish, StoredOutcome};
pub use pulled::{Change, EventDetails, Kept, KeptOrder, Pull};
pub use upkeep::{Contents, Pruned};

pub use rusqlite::version as sqlite_version;
