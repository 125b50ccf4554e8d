//! An event (イベント): one screening, as O-PLUX keeps it, and as it tells of it when it is asked
//! (WIRE.md, get an event); and how a call about one fails.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{
    named,
    number::OrderNumber,
    text::{self, Words},
    time::JstTime,
};

pub use super::number::EventId;

named! {
    /// The service that screened: O-PLUX, or its simplified sister (R15). The two are never mixed up.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Service {
        /// O-PLUX.
        #[default]
        OPlux = "o-plux",
        /// 不正利用チェッカー.
        FraudChecker = "fraud-checker",
    }
}

named! {
    /// The automatic result (自動審査結果, O-PLUX 与信結果), by its name on the wire.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum AutoResult {
        /// No objection.
        Ok = "OK",
        /// Fraud.
        Ng = "NG",
        /// On hold.
        Hold = "HOLD",
        /// To be reviewed by a person.
        Review = "REVIEW",
    }
}

impl AutoResult {
    /// The results by their names, and by the Japanese words for them that leave no doubt.
    pub const WORDS: Words<Self> = &[
        ("ok", Self::Ok),
        ("ng", Self::Ng),
        ("hold", Self::Hold),
        ("review", Self::Review),
        ("可", Self::Ok),
        ("承認", Self::Ok),
        ("不可", Self::Ng),
        ("否認", Self::Ng),
        ("非承認", Self::Ng),
        ("保留", Self::Hold),
        ("ホールド", Self::Hold),
        ("要確認", Self::Review),
        ("要審査", Self::Review),
        ("要目視", Self::Review),
        ("要レビュー", Self::Review),
        ("レビュー", Self::Review),
    ];

    /// The result that a word of a user or of an admin screen stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        text::meaning(Self::WORDS, word)
    }
}

/// One reason (O-PLUX 判定理由): a rule that fired.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Reason {
    /// The rule's code (ルールコード).
    pub code: Option<String>,
    /// What the rule says (判定理由).
    pub description: Option<String>,
}

/// What a good answer to a registration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screening {
    /// O-PLUX's ID of the event.
    pub event_id: EventId,
    /// The result as O-PLUX wrote it: usually one of [`AutoResult`], but kept whatever it is.
    pub result: String,
    /// ルールグループ.
    pub rule_group: Option<String>,
    /// The rules that fired.
    pub reasons: Vec<Reason>,
    /// Other events that look alike.
    pub similars: Vec<Similar>,
}

/// An event that looks like another one (`similars`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Similar {
    /// Its イベントID.
    pub event_id: EventId,
    /// Its 加盟店管理ID, where it is told. A text: O-PLUX files what other tools register, too.
    pub merchant_management_id: Option<String>,
}

/// An event as it was answered when it was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What O-PLUX says of it.
    pub record: EventRecord,
    /// Which of the two services screened (R15).
    pub service: Service,
    /// Other events that look alike.
    pub similars: Vec<Similar>,
}

/// What is known of an event from O-PLUX's admin screen or API: any of it may be unknown but its
/// ID and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// 加盟店管理ID: the order number of the payment that was screened, under which O-PLUX files the
    /// event (R12).
    pub merchant_management_id: OrderNumber,
    /// イベントID.
    pub event_id: EventId,
    /// 審査申請日時.
    pub requested_at: Option<JstTime>,
    /// 審査モデルID.
    pub model_id: Option<String>,
    /// 自動審査結果. A text: one that this program does not know is kept as it is written.
    pub auto_result: Option<String>,
    /// 目視審査結果: OK, NG or HOLD, set by a person; likewise a text.
    pub manual_result: Option<String>,
    /// 目視審査メモ.
    pub memo: Option<String>,
    /// ルールグループ.
    pub rule_group: Option<String>,
    /// ルールコード and 判定理由, paired.
    pub reasons: Vec<Reason>,
    /// 決済ステータス.
    pub settle_status: Option<String>,
}

impl EventRecord {
    /// An event of which only the ID and the number are known.
    pub fn of(merchant_management_id: OrderNumber, event_id: EventId) -> Self {
        Self {
            merchant_management_id,
            event_id,
            requested_at: None,
            model_id: None,
            auto_result: None,
            manual_result: None,
            memo: None,
            rule_group: None,
            reasons: Vec::new(),
            settle_status: None,
        }
    }

    /// The automatic result, where it is one that is known.
    pub fn known_result(&self) -> Option<AutoResult> {
        self.auto_result.as_deref().and_then(AutoResult::from_name)
    }

    /// Whether it waits for a person (R14).
    pub fn waits_for_a_person(&self) -> bool {
        waits_for_a_person(self.auto_result.as_deref(), self.manual_result.as_deref())
    }
}

/// Whether an event waits for a person (R14): its automatic result is HOLD or REVIEW, and nobody has
/// set a manual one.
pub fn waits_for_a_person(auto_result: Option<&str>, manual_result: Option<&str>) -> bool {
    let auto_result = auto_result.and_then(AutoResult::from_name);
    matches!(auto_result, Some(AutoResult::Hold | AutoResult::Review)) && manual_result.is_none()
}

/// An event as O-PLUX tells it now. `None` is what the answer does not hold; a text that the answer
/// holds and leaves empty is `Some` of nothing: O-PLUX has none (any more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulledEvent {
    /// イベントID.
    pub event_id: EventId,
    /// 加盟店管理ID. WIRE.md knows of no answer that names it; one that does is believed.
    pub merchant_management_id: Option<OrderNumber>,
    /// 審査申請日時.
    pub requested_at: Option<JstTime>,
    /// Until when O-PLUX waits for a decision (`authori_deadline_datetime`).
    pub deadline: Option<JstTime>,
    /// 自動審査結果, as O-PLUX writes it.
    pub auto_result: Option<String>,
    /// 目視審査結果, by its name where it is known, else as O-PLUX writes it; `Some(None)` where
    /// nobody has set one.
    pub manual_result: Option<Option<String>>,
    /// 目視審査メモ.
    pub memo: Option<Option<String>>,
    /// The reason of the manual result.
    pub manual_reason: Option<Option<String>>,
    /// What the rules add up to.
    pub score: Option<Score>,
    /// The rules, whether they fired or not.
    pub rules: Option<Vec<Rule>>,
    /// Other events that look alike.
    pub similars: Option<Vec<SimilarEvent>>,
}

/// What the rules add up to, or what one of them gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// For OK.
    pub ok: Option<Number>,
    /// For NG.
    pub ng: Option<Number>,
    /// For HOLD.
    pub hold: Option<Number>,
}

/// A rule of the model, and whether it fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// ルールコード.
    pub code: Option<String>,
    /// What it says.
    pub description: Option<String>,
    /// Whether it fired. A rule that does not say so did: the register call names no others.
    pub fired: bool,
    /// What it gives.
    #[serde(flatten)]
    pub score: Score,
    /// What it met in the order: O-PLUX's name of the place.
    pub touchpoint: Option<String>,
}

/// An event that looks like another one, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimilarEvent {
    /// Its イベントID.
    pub event_id: EventId,
    /// The rule that found it.
    pub rule_code: Option<String>,
    /// What the two have in common: O-PLUX's names of the places.
    pub touchpoints: Option<String>,
}

impl PulledEvent {
    /// An event of which only the ID is known.
    pub fn of(event_id: EventId) -> Self {
        Self {
            event_id,
            merchant_management_id: None,
            requested_at: None,
            deadline: None,
            auto_result: None,
            manual_result: None,
            memo: None,
            manual_reason: None,
            score: None,
            rules: None,
            similars: None,
        }
    }

    /// The rules that fired, as the reasons of the event.
    pub fn reasons(&self) -> Vec<Reason> {
        let rules = self.rules.iter().flatten().filter(|rule| rule.fired);
        let reasons = rules.map(|rule| Reason {
            code: rule.code.clone(),
            description: rule.description.clone(),
        });
        let says = |reason: &Reason| reason.code.is_some() || reason.description.is_some();
        reasons.filter(says).collect()
    }
}

/// The kinds of failure of one order or event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// A configured address breaks the rules: nothing can be sent.
    Address,
    /// HTTP 401 or 403: the credentials are not accepted.
    CredentialsRejected,
    /// Any other 4xx, or `result` 20: nothing was registered. It is known, and the same call sends
    /// it again.
    Refused,
    /// The connection never opened, after all retries: nothing arrived.
    Unreachable,
    /// The connection never opened, and another try would end alike: TLS, or a proxy that asks for
    /// another login.
    Barred,
    /// The connection opened, and no whole answer came, of a call that may be made again.
    NoAnswer,
    /// 429 or 503, after all retries: nothing was registered.
    Busy,
    /// Whether it arrived is not known. It is never sent again by itself.
    OutcomeUnknown,
    /// An answer that cannot be used: a result that nobody knows, whose event is kept, or no answer
    /// about an event.
    UnexpectedAnswer,
    /// Not sent, since the sending was ended: by an interruption, by credentials that were rejected
    /// for an order before, or after five in a row that could not be reached. It certainly did not
    /// arrive, and the same call sends it again.
    NotSent,
    /// O-PLUX has no such event.
    NotFound,
    /// The store has no event of that number: nothing was asked.
    NoEvent,
}

impl TroubleKind {
    /// The name in JSON (`error.code`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Address => "config-invalid",
            Self::CredentialsRejected => "credentials-rejected",
            Self::Refused => "refused",
            Self::Unreachable | Self::Barred | Self::NoAnswer => "unreachable",
            Self::Busy => "busy",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::UnexpectedAnswer => "unexpected-answer",
            Self::NotSent => "not-sent",
            Self::NotFound | Self::NoEvent => "not-found",
        }
    }

    /// Whether O-PLUX was not reached: after five of these in a row nothing more is sent.
    pub fn is_out_of_reach(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::Barred | Self::NoAnswer | Self::Busy
        )
    }

    /// Whether the service has said that it did not do what it was asked to.
    pub fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::CredentialsRejected | Self::NotFound
        )
    }

    /// Whether the service may have done what it was asked to, for all that is known.
    pub fn may_be_done(self) -> bool {
        self.has_left() && !self.is_refusal()
    }

    /// Whether a request left, and may have arrived.
    pub fn has_left(self) -> bool {
        !matches!(
            self,
            Self::Address | Self::Unreachable | Self::Barred | Self::NotSent | Self::NoEvent
        )
    }
}
