//! What several commands share.
//!
//! One order through the store, the rules and O-PLUX (`screen`, `demo`). A stored outcome comes
//! before the rules; an attempt is on disk before its request leaves, and its outcome before
//! anything is shown.
//!
//! ```text
//! decide.rs      what is to be done with an order, by the rules and the store
//! screen.rs      one order sent and its outcome kept, and many of them, in the order that R9 asks for
//! outcome.rs     what became of an order, as it is shown, and what a batch adds up to
//! ```
//!
//! One order number, or all of them, through the store and the rules (`trace`, `reconcile`, the
//! lists, `demo`). It reads the store alone and never touches the network.
//!
//! ```text
//! trace.rs       which event belongs to a number, why there is none, and that as it is shown; with
//!                everything that belongs to the number, for `orders show` and `events show`
//! reconcile.rs   the same for every order of the store, in the order of time, and what it adds up to
//! tables.rs      what that goes by: the store's tables, each read once and held small
//! ```
//!
//! A batch of calls, of orders or events (`screen`, `pull`, `events review` and the other updates).
//!
//! ```text
//! calls.rs       which events are meant, one call after the other, what ends them, and their rows
//! ```

pub mod calls;
pub mod decide;
pub mod outcome;
pub mod reconcile;
pub mod screen;
mod tables;
pub mod trace;
