//! The rules of the integration as pure code: no I/O, no clock, no environment.
//!
//! `DOMAIN.md` names the rules R1 to R16; each stands in the file that bears its subject's name.

pub mod disposition;
pub mod eligibility;
pub mod event;
pub mod matching;
pub mod number;
pub mod order;
pub mod pasted;
pub mod payment;
pub mod private;
pub mod review;
pub mod settings;
pub mod text;
pub mod time;

pub(crate) use number::named;
