//! What a person decides of an event at O-PLUX, and O-PLUX's codes for it (WIRE.md, update an event
//! and Codes).

use super::{
    event::AutoResult,
    named,
    text::{folded, trim},
};

/// The most characters of a memo.
pub const LONGEST_MEMO: usize = 500;

/// A code of O-PLUX with its names.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// On the wire.
    pub number: &'static str,
    /// In English, as it is typed.
    pub name: &'static str,
    /// In Japanese.
    pub ja: &'static str,
}

const fn code(number: &'static str, name: &'static str, ja: &'static str) -> Code {
    Code { number, name, ja }
}

/// 決済ステータス.
pub static SETTLE_STATUSES: [Code; 9] = [
    code("00", "before-billing", "請求前"),
    code("10", "billing", "請求中"),
    code("20", "paid", "入金済み"),
    code("30", "overdue", "延滞"),
    code("40", "collection", "債権回収"),
    code("50", "bad-debt", "貸倒れ"),
    code("60", "chargeback", "チャージバック"),
    code("99", "cancelled", "キャンセル"),
    code("100", "cancelled-after-sending", "発送後キャンセル"),
];

/// 決済方法.
pub static SETTLE_METHODS: [Code; 11] = [
    code("01", "deferred payment", "後払い"),
    code("02", "credit card", "クレジットカード"),
    code("03", "cash on delivery", "代金引換"),
    code("04", "prepayment", "前払い"),
    code("05", "e-money", "電子マネー"),
    code("06", "points", "ポイント"),
    code("07", "direct debit", "口座振替"),
    code("08", "instalments", "分割払い"),
    code("09", "Pay-easy", "ペイジー"),
    code("10", "PayPal", "PayPal(ペイパル)"),
    code("99", "other", "その他"),
];
/// The same without their names, as they are written.
pub static SETTLE_METHOD_CODES: [&str; 11] = {
    let mut numbers = [""; 11];
    let mut at = 0;
    while at < numbers.len() {
        numbers[at] = SETTLE_METHODS[at].number;
        at += 1;
    }
    numbers
};

/// Why a customer is on the blacklist, by how they paid.
pub static PAYMENT_CATEGORIES: [Code; 5] = [
    code("01", "unpaid", "後払い未払い"),
    code("02", "fraudulent-card", "カード不正利用"),
    code("03", "cod-refused", "代引き受取拒否"),
    code("04", "resale", "転売"),
    code("05", "point-exchange", "ポイント交換"),
];

/// Why besides.
pub static OTHER_CATEGORIES: [Code; 8] = [
    code("10", "overall", "総合判断"),
    code("20", "sample-abuse", "お試し品の不正購入"),
    code("30", "abusive-claims", "悪質クレーム"),
    code("40", "ticket-abuse", "チケット不正"),
    code("50", "business-buyer", "業者"),
    code("60", "mobile-device", "携帯端末"),
    code("70", "other", "その他"),
    code("80", "rental", "レンタル"),
];

impl Code {
    /// The code of this number (zeros before it may be left out) or name, however it is typed.
    pub fn find(table: &'static [Self], text: &str) -> Option<&'static Self> {
        let text = folded(trim(text));
        let bare = |number: &str| number.trim_start_matches('0').to_owned();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        table.iter().find(|code| match is_number {
            true => bare(code.number) == bare(&text),
            false => code.name == text.replace(['_', ' '], "-") || folded(code.ja) == text,
        })
    }

    /// Every code of a table as help lists it: `01 unpaid, 02 …`.
    pub fn listed(table: &[Self], in_japanese: bool) -> String {
        let code = |code: &Self| match in_japanese {
            true => format!("{} {}", code.number, code.ja),
            false => format!("{} {}", code.number, code.name),
        };
        table.iter().map(code).collect::<Vec<_>>().join(", ")
    }
}

/// 目視審査結果 on the wire; none for a result that nobody sets.
pub fn manual_code(result: AutoResult) -> Option<&'static str> {
    match result {
        AutoResult::Ok => Some("10"),
        AutoResult::Ng => Some("20"),
        AutoResult::Hold => Some("30"),
        AutoResult::Review => None,
    }
}

named! {
    /// Whom a blacklist names of an order.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Who {
        /// The buyer.
        Buyer = "buyer",
        /// The delivery address.
        Delivery = "delivery",
    }
}

impl Who {
    /// On the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Buyer => "10",
            Self::Delivery => "20",
        }
    }
}

/// One change of an event at O-PLUX. Only what is to change is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// 目視審査, with or without a memo.
    Review {
        /// 目視審査結果, where it changes.
        result: Option<AutoResult>,
        /// 目視審査メモ, where it changes.
        memo: Option<String>,
    },
    /// 決済ステータス.
    Settle(&'static Code),
    /// On the blacklist for these reasons, or taken off it.
    Blacklist {
        /// Whom.
        who: Who,
        /// By payment, and by other reasons; none takes them off.
        reasons: Option<(&'static Code, Option<&'static Code>)>,
    },
    /// Taken out of matching (true), or taken back (false).
    Deleted(bool),
}

impl Update {
    /// The name of the command that makes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Review { .. } => "review",
            Self::Settle(_) => "settle",
            Self::Blacklist { .. } => "blacklist",
            Self::Deleted(true) => "delete",
            Self::Deleted(false) => "restore",
        }
    }

    /// The fields on the wire, below `request.update.`.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        match self {
            Self::Review { result, memo } => {
                if let Some(code) = result.and_then(manual_code) {
                    fields.push(("maResult", code.to_owned()));
                }
                if let Some(memo) = memo {
                    fields.push(("memo", memo.clone()));
                }
            }
            Self::Settle(status) => fields.push(("settle_status", status.number.to_owned())),
            Self::Blacklist { who, reasons } => {
                let blacked = if reasons.is_some() { "1" } else { "0" };
                fields.push(("blacked", blacked.to_owned()));
                fields.push(("black_customer_type", who.code().to_owned()));
                if let Some((payment, other)) = reasons {
                    fields.push(("black_settle_category", payment.number.to_owned()));
                    let other = other.map(|code| ("black_other_category", code.number.to_owned()));
                    fields.extend(other);
                }
            }
            Self::Deleted(deleted) => {
                let value = if *deleted { "1" } else { "0" };
                fields.push(("deleted", value.to_owned()));
            }
        }
        fields
    }

    /// The fields as people and the log may see them: of a memo, which may hold a name, only how
    /// long it is.
    pub fn noted(&self) -> Vec<(&'static str, String)> {
        let fields = self.fields().into_iter();
        let noted = fields.map(|(name, value)| match name {
            "memo" => (name, format!("({} characters)", value.chars().count())),
            _ => (name, value),
        });
        noted.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_number_and_by_name() {
        for table in [
            &SETTLE_STATUSES[..],
            &PAYMENT_CATEGORIES[..],
            &OTHER_CATEGORIES[..],
        ] {
            for code in table {
                let bare = code.number.trim_start_matches('0');
                let names = [code.number, bare, code.name, code.ja];
                for name in names {
                    // `00` without its zeros is nothing.
                    if !name.is_empty() {
                        assert_eq!(Code::find(table, name), Some(code), "{name}");
                    }
                }
                let upper = format!(" {} ", code.name.to_uppercase());
                assert_eq!(Code::find(table, &upper), Some(code));
            }
            assert_eq!(Code::find(table, ""), None);
            assert_eq!(Code::find(table, "nothing"), None);
            assert_eq!(Code::find(table, "77"), None);
        }
        let find = |text| Code::find(&SETTLE_STATUSES, text).map(|code| code.number);
        assert_eq!(find("0"), Some("00"));
        assert_eq!(find("１００"), Some("100"));
        assert_eq!(find("bad debt"), Some("50"));
    }
}
