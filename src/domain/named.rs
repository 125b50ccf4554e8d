//! Kinds of things whose states have names: the same ones in JSON, in the store, in the
//! configuration and on the command line.

/// An enum with the names of its states, in the order in which they are told.
macro_rules! named {
    ($(#[$meta:meta])* pub enum $kind:ident { $($(#[$doc:meta])* $state:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        pub enum $kind { $($(#[$doc])* $state,)+ }

        #[allow(dead_code, reason = "not every kind is listed, or looked for by its name")]
        impl $kind {
            /// Every state, in order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$state),+];

            /// The name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$state => $name,)+ }
            }

            /// The state of exactly that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|state| state.name() == name)
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

pub(crate) use named;
