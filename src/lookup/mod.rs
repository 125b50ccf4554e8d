//! One order number, or all of them, through the store and the rules: what `trace`, `reconcile`, the
//! lists and `demo` share. It reads the store alone and never touches the network.
//!
//! ```text
//! trace.rs       which event belongs to a number, and why there is none
//! row.rs         that as it is shown in JSON
//! summary.rs     what a reconciliation adds up to
//! reconcile.rs   the same for every order of the store, in the order of time
//! tables.rs      what that goes by: the store's tables, each read once and held small
//! texts.rs       texts held once each
//! whole.rs       a number with everything that belongs to it, for `orders show` and `events show`
//! ```

pub mod reconcile;
pub mod row;
pub mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod texts;
pub mod trace;
pub mod whole;

pub use trace::{Rules, trace};
