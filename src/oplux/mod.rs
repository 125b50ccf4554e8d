//! O-PLUX's API: the register call, version 3.0, the normalisation of names, and in `v1` how an
//! event is got and updated, version 1.0.
//!
//! The facts are those of WIRE.md, read from public integrations. They were not checked against
//! the provider's own servers.
//!
//! [`register::build`] makes the request of an order, [`Client::register`] signs and sends it.
//! A text of the server that holds anything [`Sensitive`] never leaves this folder.

mod answer;
pub(crate) mod client;
pub mod register;
mod sensitive;
pub mod v1;

pub use client::{Client, Registered};
pub use register::Names;
pub use sensitive::Sensitive;
pub use v1::EventClient;

#[cfg(test)]
mod tests;
