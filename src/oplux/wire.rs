//! The register call, version 3.0, as it is on the wire (WIRE.md, "Register an event").
//!
//! The sandbox reads the same types. None of them has a `Debug`: they hold personal data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::time::JstTime;

/// The version of the register call.
pub const VERSION: &str = "3.0";

/// The most characters of `device_info`: a longer one is not sent.
pub const LONGEST_DEVICE_INFO: usize = 2000;

/// A registration: the request of one screening.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// Who asks.
    pub info: Info,
    /// What is asked.
    pub telegram: Telegram,
    /// Whether `settle.datetime` is the request's own time, as no other is known.
    #[serde(skip)]
    pub(crate) settled_now: bool,
}

impl RegisterRequest {
    /// The same request, sent at `at` and signed for that time.
    pub fn signed(&self, at: JstTime, signature: String) -> Self {
        let mut request = self.clone();
        request.info.request_datetime = at.wire();
        request.info.signature = Some(signature);
        if self.settled_now {
            request.telegram.event.ec.settle.datetime = at.wire();
        }
        request
    }

    /// The order number under which the event is filed (加盟店管理ID).
    pub fn number(&self) -> &str {
        &self.telegram.event.event_id_for_shop
    }
}

impl std::fmt::Debug for RegisterRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RegisterRequest(********)")
    }
}

/// `info`: who asks.
#[derive(Clone, Serialize, Deserialize)]
pub struct Info {
    /// "3.0".
    pub version: String,
    /// 加盟店ID.
    pub shop_id: String,
    /// Null only where a request is shown and not sent (`--dry-run` without a secret).
    pub signature: Option<String>,
    /// `SHA256` or `SHA1`: of the signature.
    pub hash_method: String,
    /// `YYYY/MM/DD HH:MM:SS` in Tokyo.
    pub request_datetime: String,
}

/// `telegram`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Telegram {
    /// The event to be registered.
    pub event: EventBody,
}

/// `telegram.event`.
#[derive(Clone, Serialize, Deserialize)]
pub struct EventBody {
    /// 審査モデルID.
    pub model_id: String,
    /// 加盟店管理ID: the order number (R12).
    pub event_id_for_shop: String,
    /// "EC".
    pub event_type: String,
    /// The buyer's IP address. WIRE.md does not say what stands for an unknown one: left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address_only: Option<String>,
    /// From O-PLUX's browser script; left out where the shop does not have it, and where it has
    /// more than [`LONGEST_DEVICE_INFO`] characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_info: Option<String>,
    /// The purchase.
    pub ec: Ec,
}

/// `ec`: the purchase.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ec {
    /// "Web購入".
    pub media_code: String,
    /// How it is paid.
    pub settle: Settle,
    /// Who buys, and where it goes.
    pub customers: Customers,
    /// What is bought.
    pub items: Vec<ItemBody>,
}

/// `settle`: how it is paid.
#[derive(Clone, Serialize, Deserialize)]
pub struct Settle {
    /// In yen; 999999 where the shop sets no limit.
    pub limit_price: u64,
    /// "00" at registration.
    pub status: String,
    /// `YYYY/MM/DD HH:MM:SS` in Tokyo; the request's own where no other is known.
    pub datetime: String,
    /// In yen: what the customer is charged in the end.
    pub amount: u64,
    /// Settle method (WIRE.md, "Codes").
    pub method: String,
    /// An empty object where it is no card, or none is known.
    pub credit_card: CreditCard,
}

/// `credit_card`.
#[derive(Clone, Serialize, Deserialize)]
pub struct CreditCard {
    /// The first 6 to 8 digits, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bincode: Option<String>,
}

/// `customers`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Customers {
    /// Who buys.
    pub buyer: Party,
    /// Where it goes.
    pub deliveries: Vec<Party>,
}

/// A buyer, or a delivery.
#[derive(Clone, Serialize, Deserialize)]
pub struct Party {
    /// The name, hashed.
    pub hashed_name: HashedName,
    /// The address.
    pub address: AddressBody,
    /// The telephone numbers.
    pub tel: Tel,
    /// On a delivery only where it is the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// The company, where one is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Company>,
    /// The member's ID, empty where the order gives none; registered members only.
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `YYYY/MM/DD`, empty where it is not known; registered members only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_day: Option<String>,
    /// 1 male, 2 female, 3 not said or not known; registered members only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<u8>,
}

/// `hashed_name`. Hashes are SHA-256 in upper-case hex; that of an empty name is empty.
#[derive(Clone, Serialize, Deserialize)]
pub struct HashedName {
    /// The given name as entered.
    pub first_name_sha2: String,
    /// The family name as entered.
    pub last_name_sha2: String,
    /// The given name in its normalised writing.
    pub normalized_first_name_sha2: String,
    /// The family name in its normalised writing.
    pub normalized_last_name_sha2: String,
    /// "1" where the name API says that the family name exists, else "0".
    #[serde(rename = "validName")]
    pub valid_name: String,
    /// "1" where the name API says that the reading is right, else "0".
    #[serde(rename = "correctReading")]
    pub correct_reading: String,
    /// 0 where unknown.
    #[serde(rename = "correctReadingMatchCount")]
    pub correct_reading_match_count: i64,
    /// Only where the name API gave them.
    #[serde(flatten)]
    pub counts: LetterCounts,
}

/// The letters of a name, counted by the name API and handed on as it gave them.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterCounts {
    /// All letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_length: Option<Value>,
    /// 漢字.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kanji_count_in_name: Option<Value>,
    /// ひらがな.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hiragana_count_in_name: Option<Value>,
    /// カタカナ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub katakana_count_in_name: Option<Value>,
    /// Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alphabet_count_in_name: Option<Value>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_count_in_name: Option<Value>,
}

/// `address`.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddressBody {
    /// "JP".
    pub country: String,
    /// "JAPAN".
    #[serde(rename = "countryName")]
    pub country_name: String,
    /// Digits.
    pub zipcode: String,
    /// The prefecture.
    #[serde(rename = "addressA")]
    pub prefecture: String,
    /// The rest, joined.
    #[serde(rename = "addressC")]
    pub rest: String,
}

/// `tel`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tel {
    /// The order's telephone number, mobile or not; digits.
    pub fixed_number: String,
    /// A mobile number known besides. An order gives none: empty on the buyer, and on a delivery
    /// that is the buyer; left out on another delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_number: Option<String>,
}

/// `email`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Email {
    /// The address.
    pub pc: EmailAddress,
}

/// `email.pc`.
#[derive(Clone, Serialize, Deserialize)]
pub struct EmailAddress {
    /// What stands before the @, hashed with SHA-256.
    pub hashed_account_sha2: String,
    /// What stands after it.
    pub domain: String,
}

/// `company`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// The department. An order gives none, so it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
}

/// One of `items`. What an order does not say of one is left out, but for the category.
#[derive(Clone, Serialize, Deserialize)]
pub struct ItemBody {
    /// 商品番号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shop_item_id: Option<String>,
    /// In yen: what one costs after discounts.
    pub item_price: u64,
    /// How many.
    pub item_quantity: u32,
    /// 商品名.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_name: Option<String>,
    /// カテゴリ, 20 UTF-16 units at most; empty where there is none.
    pub item_category: String,
}

/// A good answer to a registration. The client reads answers more liberally (`answer.rs`); this is
/// how the sandbox writes one.
#[derive(Serialize)]
pub struct Registered {
    /// Milliseconds that the call took.
    pub time: u64,
    /// "10": done.
    pub result: &'static str,
    /// The event.
    pub telegram: RegisteredTelegram,
}

/// `telegram` of an answer.
#[derive(Serialize)]
pub struct RegisteredTelegram {
    /// The event that was registered.
    pub event: RegisteredEvent,
}

/// `telegram.event` of an answer.
#[derive(Serialize)]
pub struct RegisteredEvent {
    /// O-PLUX's event ID.
    pub id: String,
    /// The automatic result.
    pub aaresult: RegisteredResult,
    /// ルールグループ.
    pub rule_group: Option<String>,
    /// The rules that fired.
    pub rules: Vec<FiredRule>,
    /// Other events that look alike; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similars: Vec<RegisteredSimilar>,
}

/// One of the `similars` of an answer.
#[derive(Serialize)]
pub struct RegisteredSimilar {
    /// Its event ID.
    pub event_id: String,
    /// 加盟店管理ID.
    pub event_id_for_shop: String,
}

/// `aaresult` of an answer.
#[derive(Serialize)]
pub struct RegisteredResult {
    /// OK, NG, HOLD or REVIEW.
    pub result: &'static str,
}

/// A rule that fired.
#[derive(Serialize)]
pub struct FiredRule {
    /// ルールコード.
    pub code: String,
    /// 判定理由.
    pub description: String,
}

/// A refusal.
#[derive(Serialize)]
pub struct RefusedAnswer {
    /// Milliseconds that the call took.
    pub time: u64,
    /// 20: error.
    pub result: u8,
    /// Why.
    pub errors: Vec<ErrorBody>,
}

/// One of the `errors` of a refusal.
#[derive(Serialize)]
pub struct ErrorBody {
    /// Such as `InvalidData.AuthoriModelNone`.
    pub code: String,
    /// What O-PLUX says of it.
    pub message: String,
}
