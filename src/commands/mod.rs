//! The commands, one file each; [`args`], the arguments that several take, and the [`context`] in
//! which they run.

pub mod args;
pub mod backup;
pub mod config;
pub mod context;
pub mod demo;
pub mod doctor;
pub mod events;
pub mod help;
pub mod import;
pub mod log;
pub mod methods;
pub mod orders;
pub mod prune;
pub mod pull;
pub mod reconcile;
pub mod sandbox;
pub mod screen;
pub mod trace;
