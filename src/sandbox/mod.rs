//! The sandbox: an O-PLUX on loopback, to rehearse with.
//!
//! It speaks the register call, version 3.0, gets and updates events, version 1.0, and the name API,
//! checks what it is sent, and decides by the last digit of the buyer's `fixed_number`:
//!
//! | digit | result |
//! | --- | --- |
//! | 0 | OK by the rule `TEST_OKTEL`, as in O-PLUX's own test environment |
//! | 1 | NG |
//! | 2 | HOLD |
//! | 3 | REVIEW |
//! | any other | OK, without a rule |
//!
//! Where it is asked to, it plays the shop's ecforce too (`ecforce`).
//!
//! Model IDs, result codes and answers are those of WIRE.md; the codes of its rules, and of its
//! refusals but `InvalidData.AuthoriModelNone`, are its own.

mod call;
mod check;
mod ecforce;
mod routes;
mod server;
mod state;
mod v1;

pub use ecforce::{SPAN_SECONDS, methods_toml};
pub use server::{Running, StartError};

/// 加盟店ID.
pub const SHOP_ID: &str = "SP00EXAMPLE";
/// 接続元ID.
pub const CONNECTION_ID: &str = "0123456789ABCDEF0123456789ABCDEF";
/// シークレットキー. It opens nothing but this sandbox.
pub const SECRET_KEY: &str = "sandbox-secret-key";
/// The token of its ecforce's admin API. It opens nothing but this sandbox.
pub const TOKEN: &str = "sandbox-token";
/// 審査モデルID: for cards, and for deferred payment.
pub const MODEL_IDS: [&str; 2] = ["CRD_01", "ATB_01"];
/// How far a request's datetime may be from now, in seconds. WIRE.md does not say how far O-PLUX
/// lets it be; a quarter of an hour passes a clock that is badly set and stops a replay.
pub const TOLERANCE_SECONDS: u64 = 15 * 60;
