//! R12 to R14: which order numbers belong together, which event is the match, whether the two
//! sides differ, and why there is no event where there is none.
//!
//! ```text
//! group.rs        numbers that belong together, their payments, the order in which to search
//! verdict.rs      the candidates, the match, drift
//! cause.rs        the main cause of an order without an event
//! traced.rs       all of that, of one number
//! suggestion.rs   events that may be the one that is looked for, never the match
//! ```

mod cause;
mod group;
mod suggestion;
#[cfg(test)]
mod tests;
mod traced;
mod verdict;

pub use cause::{MainCause, WithoutEvent, main_cause};
pub use group::{Group, Histories, has_history, standing_of};
pub use suggestion::{
    AFTER_SECONDS, BEFORE_SECONDS, NearEvent, SuggestedBecause, Suggestion, suggest,
};
pub use traced::Traced;
#[cfg(test)]
use traced::is_by_thanks_offer;
pub use verdict::{Counts, Drift, Status, Verdict, candidates, drift, newest_first, verdict};
