//! The TOML file (CONTRACT.md, Configuration): where it is, what may stand in it, how it is read,
//! edited with comments and order kept, and written; and the secrets.
//!
//! - [`schema`]: the one table of every key. [`value`]: what is allowed for each type of key, and
//!   what `config get` and `config show` give.
//! - [`mod@load`]: reading and checking ([`check`]), all mistakes at once; [`Config`] comes out.
//! - [`account`]: what screening needs of it; [`secret`]: where secrets come from.
//! - [`edit`]: changes to the text ([`splice`]) and to the secrets, and what `config init` begins with.
//! - [`files`]: where the configuration and the store are; reading and writing.

mod account;
mod check;
mod edit;
mod error;
mod files;
mod load;
mod schema;
pub mod secret;
mod splice;
mod value;

pub use account::Draft;
pub use edit::{Change, Document, edited_text, store_secret, template, text_to_edit};
pub use error::{ConfigError, ConfigErrorKind};
pub use files::{Places, locate, locate_store, parent, profiles, write_atomic};
pub use load::{Config, check_file, load};
pub use schema::single_keys;
pub use value::{KeyValue, worded};
