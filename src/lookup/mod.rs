//! One order number through the store and the rules: what `trace` and `demo` share. It reads the store alone and never touches the network.
//!
//! ```text
//! trace.rs       which event belongs to a number, and why there is none
//! row.rs         that as it is shown in JSON
//! ```

pub mod row;
pub mod trace;

pub use trace::{Rules, trace};
