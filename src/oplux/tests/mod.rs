//! O-PLUX's API against real sockets: a small server written by hand, and documents written by
//! hand from WIRE.md, which stand for the provider's.

mod calls;
mod documents;
pub(crate) mod orders;
pub(crate) mod server;
