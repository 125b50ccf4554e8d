//! O-PLUX's API against real sockets: a small server written by hand, and documents written by
//! hand from WIRE.md, which stand for the provider's. The sandbox is tried with the same orders.

mod documents;
mod failures;
mod halt;
mod names;
pub(crate) mod orders;
mod privacy;
pub(crate) mod server;

// The sandbox's tests call through these; it imports no `http` itself.
pub(crate) use crate::http::{Halt, Url};
