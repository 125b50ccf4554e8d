//! The TOML file (CONTRACT.md, Configuration): where it is, what may stand in it, how it is read,
//! edited with comments and order kept, and written; and the secrets.
//!
//! - [`schema`]: the one table of every key. Checking, editing and showing work from it.
//! - [`mod@load`]: reading and checking, all problems at once; [`Config`] is what comes out of it.
//! - [`account`]: what screening needs of it; [`secret`]: where secrets come from and go to.
//! - [`edit`]: changes to the text; [`template`]: what `config init` begins with.
//! - [`places`]: where the configuration and the store are; [`files`]: reading and writing.

pub mod account;
mod build;
mod check;
pub mod edit;
pub mod error;
pub mod files;
pub mod key;
pub mod load;
pub mod places;
pub mod schema;
pub mod secret;
pub mod template;
mod tree;
pub mod value;

pub use account::{Account, Draft, EventAccount};
pub use edit::{Change, Document};
pub use error::{ConfigError, ConfigErrorKind};
pub use files::{refuse_irregular, write_atomic};
pub use load::{Config, check_file, load};
pub use places::{Places, locate, locate_store};
pub use secret::Credential;
pub use tree::Shown;
