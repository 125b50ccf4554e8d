//! `oplux`: an operations tool for ecforce shops that screen orders with O-PLUX.
//!
//! The map of the house, from the bottom up:
//!
//! - `domain`: the rules R1 to R16 as pure code.
//! - `locales`: every sentence that people read, in English and in Japanese.
//! - `config`: the TOML file and the secrets; `input`: files and standard input into orders;
//!   `oplux` and `ecforce`: the two APIs, over `http`; `store`: SQLite; `output`: the only code that
//!   writes to the terminal; `logging`: each request in a file or there; `sandbox`: an O-PLUX on
//!   loopback.
//! - `engine`: what several commands share: screening one order, a batch, tracing one number,
//!   reconciling all. It may use all of the above.
//! - `commands`: one file a subcommand, which reads as: input, domain, client or store, domain,
//!   output.
//! - `cli` and `exit`: the command line, and the exit codes.
//!
//! Imports go downwards only; `tests/it/house.rs` checks that. README (For developers) says which files a
//! new rule, column, subcommand or migration touches.

pub mod cli;
pub mod commands;
mod config;
mod domain;
mod ecforce;
mod engine;
pub mod exit;
#[cfg(any(test, fuzzing))]
#[path = "../tests/fuzz/readers.rs"]
pub mod fuzzing;
mod http;
mod input;
mod locales;
mod logging;
mod oplux;
mod output;
mod sandbox;
mod store;
