//! O-PLUX's API: the register call, version 3.0, and the normalisation of names.
//!
//! The facts are those of WIRE.md, read from public integrations. They were not checked against
//! the provider's own servers.
//!
//! [`register::build`] makes the request of an order, [`Client::register`] signs and sends it.
//! A text of the server that holds anything [`Sensitive`] never leaves this folder.

mod answer;
mod call_error;
mod client;
pub mod hash;
pub mod names;
pub mod register;
mod sensitive;
pub mod signature;
pub mod wire;
mod withheld;

pub use call_error::{CallError, CallErrorKind};
pub use client::{Client, Endpoint, Registered};
pub use names::Names;
pub use sensitive::Sensitive;

#[cfg(test)]
pub(crate) mod tests;
