//! What the fields of orders, payments and events are called: in English, on the admin screens and
//! in their exports. The one table of it, and which column of a file is which field.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::headers::{header_key, is_personal, shown, told};
pub(super) use crate::domain::records::Mapping;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Orders (受注).
    Orders,
    /// Payments (決済履歴).
    Payments,
    /// Events (イベント).
    Events,
}

impl Kind {
    /// Every kind. Where the headers speak for several alike, the first is meant.
    pub const ALL: [Self; 3] = [Self::Events, Self::Payments, Self::Orders];

    /// The name on the command line and in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Events => "events",
        }
    }

    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Orders => ORDERS,
            Self::Payments => PAYMENTS,
            Self::Events => EVENTS,
        }
    }
}

impl Mapping {
    fn of(&self, kind: Kind) -> &BTreeMap<String, String> {
        match kind {
            Kind::Orders => &self.orders,
            Kind::Payments => &self.payments,
            Kind::Events => &self.events,
        }
    }
}

/// A field of a record, and the headers that its column may have.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in English: in JSON, in the configuration, and as a header.
    pub(super) name: &'static str,
    /// What the screens and the exports call it. Of several columns the first that is filled
    /// counts.
    titles: &'static [&'static str],
    pub(super) is_required: bool,
    /// Whether a message may repeat what stands there: no personal data, nor a number, in whose
    /// place a name or an address may have been put.
    pub(super) is_told: bool,
}

const fn key(name: &'static str, titles: &'static [&'static str]) -> Field {
    Field {
        name,
        titles,
        is_required: true,
        is_told: false,
    }
}

const fn field(name: &'static str, titles: &'static [&'static str]) -> Field {
    Field {
        name,
        titles,
        is_required: false,
        is_told: true,
    }
}

/// Free text, which may name a person.
const fn words(name: &'static str, titles: &'static [&'static str]) -> Field {
    Field {
        is_told: false,
        ..field(name, titles)
    }
}

/// In the order in which `records` reads them, and so the other two.
const ORDERS: &[Field] = &[
    key("number", &["受注番号"]),
    field("ecforce_id", &["受注ID"]),
    field("created_at", &["作成日", "作成日時", "受注日", "受注日時"]),
    // What tells a subscription's orders where 受注経路 does not. No fields of their own.
    words("定期受注番号", &[]),
    field("定期内受注（N番目）", &[]),
    field("channel", &["受注経路"]),
    words("offer", &["購入オファー"]),
    field("payment_method_id", &["支払い方法ID"]),
    words("payment_method", &["支払い方法"]),
    field("total", &["支払い合計", "合計", "合計金額"]),
    field("customer_id", &["顧客ID"]),
    field("registered", &["会員"]),
    field("purchase_number", &["購入回数"]),
    field("ad_url_id", &["広告URL ID"]),
    words("state", &["対応状況"]),
    words("payment_state", &["決済状況"]),
    field("result", &["O-PLUX 与信結果"]),
    words("reason", &["O-PLUX 判定理由"]),
];

const PAYMENTS: &[Field] = &[
    key("order_number", &["受注番号"]),
    key("payment_number", &["決済受注番号"]),
    field("at", &["決済日時"]),
    field("amount", &["決済金額"]),
    field("thanks_offer", &["サンクスオファー"]),
];

const EVENTS: &[Field] = &[
    key("merchant_management_id", &["加盟店管理ID"]),
    key("event_id", &["イベントID"]),
    field("requested_at", &["審査申請日時", "申請日時"]),
    words("model_id", &["審査モデルID", "モデルID"]),
    field("auto_result", &["自動審査結果", "自動審査"]),
    field("manual_result", &["目視審査結果", "目視審査"]),
    words("memo", &["目視審査メモ"]),
    words("rule_group", &["ルールグループ"]),
    words("rules", &["ルールコード"]),
    words("reasons", &["判定理由", "ルール説明文"]),
    words("settle_status", &["決済ステータス"]),
];

/// Where the fields stand in a file.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The columns of each field, the one that counts first in front.
    pub(super) columns_of: Vec<Vec<usize>>,
    /// The columns that are passed over.
    pub(super) unknown: Vec<usize>,
    /// Whether a message may repeat the cells of a column.
    pub(super) is_told: Vec<bool>,
    /// Two columns with one header that is known; the first is the field's.
    pub(super) twice: Option<(usize, usize)>,
}

impl Layout {
    /// Which columns are which fields. A header that is configured means what the configuration
    /// says and nothing else, and counts before all others of its field.
    pub(super) fn of<S: AsRef<str>>(kind: Kind, headers: &[S], mapping: &Mapping) -> Self {
        let mapping = mapping.of(kind);
        let keys: Vec<_> = headers
            .iter()
            .map(|header| header_key(header.as_ref()))
            .collect();
        let taken: HashSet<_> = mapping.values().map(|header| header_key(header)).collect();
        let mut columns: HashMap<&str, Vec<usize>> = HashMap::new();
        for (column, key) in keys.iter().enumerate() {
            columns.entry(key).or_default().push(column);
        }
        let mut twice = None;
        let mut column_of = |key: &str| {
            let columns = columns.get(key)?;
            if let [first, second, ..] = columns[..] {
                twice.get_or_insert((first, second));
            }
            columns.first().copied()
        };
        let mut columns_of = Vec::new();
        for field in kind.fields() {
            let configured = mapping
                .get(field.name)
                .and_then(|header| column_of(&header_key(header)));
            let names = std::iter::once(&field.name).chain(field.titles);
            let keys = names.map(|name| header_key(name));
            let free = keys.filter(|key| !taken.contains(key));
            let usual = free.filter_map(|key| column_of(&key));
            columns_of.push(configured.into_iter().chain(usual).collect());
        }
        let used: HashSet<_> = columns_of.iter().flatten().copied().collect();
        let is_unknown = |column: &usize| !used.contains(column) && !keys[*column].is_empty();
        Self {
            columns_of,
            unknown: (0..headers.len()).filter(is_unknown).collect(),
            is_told: keys.iter().map(|key| !is_personal(key)).collect(),
            twice,
        }
    }

    /// How many fields have a column.
    fn known(&self) -> usize {
        self.columns_of
            .iter()
            .filter(|columns| !columns.is_empty())
            .count()
    }

    /// The first field that is required and has no column.
    pub(super) fn missing(&self, kind: Kind) -> Option<&'static Field> {
        let mut fields = kind.fields().iter().zip(&self.columns_of);
        let missing = fields.find(|(field, columns)| field.is_required && columns.is_empty());
        missing.map(|(field, _)| field)
    }
}

/// The kind whose headers these are, by the column that only its rows have, whatever others stand
/// beside it: イベントID, else 決済受注番号, else 受注番号.
pub(super) fn kind_of<S: AsRef<str>>(headers: &[S], mapping: &Mapping) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| {
        let layout = Layout::of(*kind, headers, mapping);
        let fields = kind.fields().iter().zip(&layout.columns_of);
        // Of two that are required the first is the order's number.
        let own = fields.rev().find(|(field, _)| field.is_required);
        own.is_some_and(|(_, columns)| !columns.is_empty())
    })
}

/// Whether a file whose headers are those of `told` has nothing to read as `asked`: one that is
/// required is missing, or there is none that is not also one of `told`.
pub(super) fn is_no_kind<S: AsRef<str>>(
    asked: Kind,
    told: Kind,
    headers: &[S],
    mapping: &Mapping,
) -> bool {
    let layout = Layout::of(asked, headers, mapping);
    let of_told = Layout::of(told, headers, mapping).columns_of.concat();
    let mut columns = layout.columns_of.iter().flatten();
    asked != told
        && (layout.missing(asked).is_some() || columns.all(|column| of_told.contains(column)))
}

/// How many headers are known at all, of whatever kind.
pub(super) fn known_of_any<S: AsRef<str>>(headers: &[S], mapping: &Mapping) -> usize {
    let known = Kind::ALL.map(|kind| Layout::of(kind, headers, mapping).known());
    known.into_iter().max().unwrap_or_default()
}

/// The headers that a field's column may have, for a message.
pub(super) fn headers_of(kind: Kind, field: &Field, mapping: &Mapping) -> String {
    let configured = mapping.of(kind).get(field.name).map(String::as_str);
    let names = std::iter::once(field.name).chain(field.titles.iter().copied());
    let all: Vec<_> = configured.into_iter().chain(names).collect();
    format!("`{}`", all.join("`, `"))
}

/// Headers for a message. Where none is known, the row may be a person's, of a file without a
/// header: then only their places are told.
pub(super) fn listed(headers: &[String], mapping: &Mapping) -> String {
    let is_header = known_of_any(headers, mapping) > 0;
    let all = headers.iter().enumerate();
    let all = all.filter(|(_, header)| !shown(header).is_empty());
    let names = all.take(20).map(|(column, header)| match is_header {
        true => format!("`{}`", told(header, column)),
        false => format!("`#{}`", column + 1),
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(columns: &[(&str, &str)]) -> Mapping {
        let columns = columns.iter().map(|(a, b)| (a.to_string(), b.to_string()));
        Mapping {
            orders: columns.collect(),
            ..Mapping::default()
        }
    }

    /// Fields with their headers, and headers that are passed over.
    type Found<'h> = (Vec<(&'static str, Vec<&'h str>)>, Vec<&'h str>);

    /// The fields of orders with their headers, and the headers that are passed over.
    fn found<'h>(columns: &[(&str, &str)], headers: &[&'h str]) -> Found<'h> {
        let layout = Layout::of(Kind::Orders, headers, &mapping(columns));
        let fields = ORDERS.iter().zip(&layout.columns_of);
        let fields = fields.filter(|(_, columns)| !columns.is_empty());
        let named = |columns: &Vec<usize>| columns.iter().map(|c| headers[*c]).collect();
        let fields = fields.map(|(field, columns)| (field.name, named(columns)));
        let unknown = layout.unknown.iter().map(|column| headers[*column]);
        (fields.collect(), unknown.collect())
    }

    #[test]
    fn every_name_and_title_is_that_of_one_field() {
        for kind in Kind::ALL {
            let mut met = HashSet::new();
            for (place, field) in kind.fields().iter().enumerate() {
                for name in std::iter::once(&field.name).chain(field.titles) {
                    assert!(met.insert(header_key(name)), "{name}");
                    let layout = Layout::of(kind, &[*name], &Mapping::default());
                    assert_eq!(layout.columns_of[place], [0], "{name}");
                }
            }
        }
    }

    #[test]
    fn headers_are_known_in_every_spelling() {
        for (header, field) in [
            ("Number", "number"),
            (" 受注番号　", "number"),
            ("\"受注番号\"", "number"),
            ("受注番号\u{feff}", "number"),
            ("ｎｕｍｂｅｒ", "number"),
            ("購入オフ\u{30a1}ー", "offer"),
            ("購入ｵﾌｧｰ", "offer"),
            ("サンクスオファー", ""),
            ("O-PLUX与信結果", "result"),
            ("Ｏ－ＰＬＵＸ　与信結果", "result"),
            ("o−plux 与信結果", "result"),
            ("o‐plux 与信結果", "result"),
            ("広告ＵＲＬＩＤ", "ad_url_id"),
            ("定期内受注(N番目)", "定期内受注（N番目）"),
            ("顧客購入回数", ""),
            ("顧客番号", ""),
        ] {
            let expected = match field {
                "" => (vec![], vec![header]),
                field => (vec![(field, vec![header])], vec![]),
            };
            assert_eq!(found(&[], &[header]), expected);
        }
        // From a Mac: が as か and its mark.
        assert_eq!(header_key("ハ\u{309a}ス"), header_key("パス"));
    }

    #[test]
    fn of_several_columns_the_first_named_counts_first() {
        let (fields, unknown) = found(&[], &["受注日時", "作成日", "合計", "支払い合計", ""]);
        assert_eq!(
            fields,
            [
                ("created_at", vec!["作成日", "受注日時"]),
                ("total", vec!["支払い合計", "合計"])
            ]
        );
        assert_eq!(unknown, Vec::<&str>::new());
        let twice = |headers: &[&str]| Layout::of(Kind::Orders, headers, &mapping(&[])).twice;
        assert_eq!(twice(&["受注番号", "合計", "受注番号 "]), Some((0, 2)));
        assert_eq!(twice(&["受注番号", "メモ", "メモ"]), None);
    }

    #[test]
    fn the_configured_header_counts_first_and_the_names_after_it() {
        let columns = &[("number", "注文番号")][..];
        let of = |headers| found(columns, headers);
        assert_eq!(
            of(&["受注番号", "注文番号"]),
            (vec![("number", vec!["注文番号", "受注番号"])], vec![])
        );
        assert_eq!(
            of(&["受注番号"]),
            (vec![("number", vec!["受注番号"])], vec![])
        );
        // It means that field even where it is another one's name, and may serve two.
        assert_eq!(
            found(
                &[("number", "受注ID"), ("customer_id", "受注ID")],
                &["受注ID"]
            ),
            (
                vec![("number", vec!["受注ID"]), ("customer_id", vec!["受注ID"])],
                vec![]
            )
        );
    }

    #[test]
    fn the_headers_tell_the_kind() {
        for (headers, kind) in [
            (&["受注番号"][..], Some(Kind::Orders)),
            (&["受注番号", "購入オファー", "合計"], Some(Kind::Orders)),
            (&["受注番号", "決済受注番号"], Some(Kind::Payments)),
            (&["order_number", "payment_number"], Some(Kind::Payments)),
            (
                &["加盟店管理ID", "イベントID", "受注番号"],
                Some(Kind::Events),
            ),
            (
                &["受注番号", "決済受注番号", "合計", "受注日"],
                Some(Kind::Payments),
            ),
            (&["イベントID", "受注番号", "合計"], Some(Kind::Events)),
            (&["加盟店管理ID"], None),
            (&["氏名"], None),
            (&[], None),
        ] {
            assert_eq!(kind_of(headers, &Mapping::default()), kind, "{headers:?}");
        }
        assert_eq!(
            kind_of(&["注文"], &mapping(&[("number", "注文")])),
            Some(Kind::Orders)
        );
        let as_orders = |headers: &[&str]| {
            !is_no_kind(Kind::Orders, Kind::Payments, headers, &Mapping::default())
        };
        assert!(!as_orders(&["受注番号", "決済受注番号", "決済日時"]));
        assert!(as_orders(&["受注番号", "決済受注番号", "合計"]));
        assert!(!as_orders(&["決済受注番号", "合計"]));
    }

    #[test]
    fn what_may_be_a_persons_is_told_by_its_place() {
        let of = |headers: &[&str]| {
            let headers: Vec<_> = headers.iter().map(|header| header.to_string()).collect();
            listed(&headers, &Mapping::default())
        };
        let person = ["鈴木花子", "x@example.com", "03-5759-6380"];
        assert_eq!(of(&person), "`#1`, `#2`, `#3`");
        let headers = [
            &["受注番号", "棚番", "2026"][..],
            &person[1..],
            &["０９０１２３４５６７８"],
        ];
        assert_eq!(
            of(&headers.concat()),
            "`受注番号`, `棚番`, `2026`, `#4`, `#5`, `#6`"
        );
    }

    #[test]
    fn columns_of_personal_data_are_never_told() {
        let mapping = mapping(&[("total", "請求先電話番号")]);
        let layout = Layout::of(Kind::Orders, &["受注番号", "請求先電話番号"], &mapping);
        assert_eq!(layout.is_told, [true, false]);
    }
}
