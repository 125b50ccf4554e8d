//! One order number, or all of them, through the store and the rules: what `trace`, `reconcile` and
//! `demo` share. It reads the store alone and never touches the network.
//!
//! ```text
//! trace.rs       which event belongs to a number, and why there is none
//! row.rs         that as it is shown in JSON
//! summary.rs     what a reconciliation adds up to
//! reconcile.rs   the same for every order of the store, on several threads, in order
//! ```

pub mod reconcile;
pub mod row;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod trace;

pub use trace::{Rules, trace};
