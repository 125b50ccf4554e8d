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

pub use cause::{MainCause, main_cause};
pub use group::Group;
pub use suggestion::{NearEvent, SuggestedBecause, Suggestion, near, suggest};
pub use traced::{Rules, Traced, is_by_thanks_offer};
pub use verdict::{Counts, Drift, Status, Verdict, candidates, drift, verdict};

use verdict::newest_first;

/// A kind of thing that JSON tells by its name.
macro_rules! serialised_by_name {
    ($kind:ty) => {
        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

/// The same, with those names.
macro_rules! named {
    ($kind:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $kind {
            /// The name in JSON.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        $crate::domain::matching::serialised_by_name!($kind);
    };
}

use {named, serialised_by_name};
