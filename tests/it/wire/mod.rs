//! O-PLUX's API against real sockets: a small server written by hand, and documents written by
//! hand from WIRE.md, which stand for the provider's.

mod documents;
mod failures;
mod halt;
mod names;
mod orders;
mod privacy;
mod sandbox;
mod server;
