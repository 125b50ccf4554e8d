//! What the fields of orders, payments and events are called: in English, on the admin screens and
//! in their exports. The one table of it, and which column of a file is which field.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::source::{InputError, Source};
use crate::{
    domain::{
        order::Mapping,
        text::{folded, quoted_file, trim},
    },
    locales::{Text, input as texts},
};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Orders (受注).
    Orders,
    /// Payments (決済履歴).
    Payments,
    /// Events (イベント).
    Events,
}

impl FileKind {
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
    fn of(&self, kind: FileKind) -> &BTreeMap<String, String> {
        match kind {
            FileKind::Orders => &self.orders,
            FileKind::Payments => &self.payments,
            FileKind::Events => &self.events,
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
    pub(super) titles: &'static [&'static str],
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

/// In the order in which `import` reads them, and so the other two.
pub(super) const ORDERS: &[Field] = &[
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

/// A file of `events … --from-file`: event or number, and what it is updated to.
pub(super) const UPDATES: &[Field] = &[
    field("event_id", &["イベントID"]),
    field(
        "number",
        &["merchant_management_id", "加盟店管理ID", "受注番号"],
    ),
    field("result", &["manual_result", "目視審査結果", "目視審査"]),
    field("memo", &["目視審査メモ"]),
    field("settle_status", &["決済ステータス"]),
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
    /// Which columns are those of a kind of rows.
    pub(super) fn of<S: AsRef<str>>(kind: FileKind, headers: &[S], mapping: &Mapping) -> Self {
        Self::of_fields(kind.fields(), headers, mapping.of(kind))
    }

    /// Which columns are which fields. A header that is configured means what the configuration
    /// says and nothing else, and counts before all others of its field.
    pub(super) fn of_fields<S: AsRef<str>>(
        fields: &[Field],
        headers: &[S],
        mapping: &BTreeMap<String, String>,
    ) -> Self {
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
        for field in fields {
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

    /// The same of a file whose rows all have these headers.
    ///
    /// # Errors
    /// Where a header that is known stands twice, or a field that is required has none.
    pub(super) fn of_file(
        source: &Source,
        kind: FileKind,
        headers: &[String],
        mapping: &Mapping,
    ) -> Result<Self, InputError> {
        let layout = Self::of(kind, headers, mapping);
        layout.each_once(source, headers)?;
        let Some(field) = layout.missing(kind) else {
            return Ok(layout);
        };
        let (names, found) = (headers_of(kind, field, mapping), listed(headers, mapping));
        let message = texts::column_missing(source.name(), field.name, names, found);
        let hint = texts::hint_column(kind.name(), field.name);
        Err(InputError::new(message, hint))
    }

    /// That no header that is known stands twice.
    ///
    /// # Errors
    /// Where one does.
    pub(super) fn each_once(&self, source: &Source, headers: &[String]) -> Result<(), InputError> {
        let Some((first, second)) = self.twice else {
            return Ok(());
        };
        let header = shown(&headers[first]);
        let message = texts::two_columns(source.name(), header, first + 1, second + 1);
        Err(InputError::new(message, texts::hint_two_columns()))
    }

    /// How many fields have a column.
    pub(super) fn known(&self) -> usize {
        self.columns_of
            .iter()
            .filter(|columns| !columns.is_empty())
            .count()
    }

    /// The first field that is required and has no column.
    fn missing(&self, kind: FileKind) -> Option<&'static Field> {
        let mut fields = kind.fields().iter().zip(&self.columns_of);
        let missing = fields.find(|(field, columns)| field.is_required && columns.is_empty());
        missing.map(|(field, _)| field)
    }
}

/// What the rows are: as the caller says, unless the headers are those of another kind. `are_keys`:
/// they are the keys of JSON objects, and surely headers.
pub(super) fn kind(
    source: &Source,
    asked: Option<FileKind>,
    headers: &[String],
    are_keys: bool,
    mapping: &Mapping,
) -> Result<FileKind, InputError> {
    let name = source.name();
    match (asked, kind_of(headers, mapping)) {
        (None, Some(kind)) => Ok(kind),
        // An empty array of JSON has no keys, and nothing to load.
        (None, None) if headers.is_empty() => Ok(FileKind::Orders),
        (None, None) => {
            let found = match are_keys {
                true => named(headers, |_| true),
                false => listed(headers, mapping),
            };
            let message = texts::no_kind(name, found);
            Err(InputError::new(message, texts::hint_no_kind()))
        }
        (Some(kind), Some(told)) if is_no_kind(kind, told, headers, mapping) => {
            let message =
                texts::other_kind(name, texts::kind(told.name()), texts::kind(kind.name()));
            let hint = texts::hint_other_kind(told.name(), quoted_file(&source.argument()));
            Err(InputError::new(message, hint))
        }
        (Some(kind), _) => Ok(kind),
    }
}

/// The kind whose headers these are, by the column that only its rows have, whatever others stand
/// beside it: イベントID, else 決済受注番号, else 受注番号.
pub(super) fn kind_of<S: AsRef<str>>(headers: &[S], mapping: &Mapping) -> Option<FileKind> {
    FileKind::ALL.into_iter().find(|kind| {
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
    asked: FileKind,
    told: FileKind,
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
    let known = FileKind::ALL.map(|kind| Layout::of(kind, headers, mapping).known());
    known.into_iter().max().unwrap_or_default()
}

/// The headers that a field's column may have, for a message.
pub(super) fn headers_of(kind: FileKind, field: &Field, mapping: &Mapping) -> String {
    let configured = mapping.of(kind).get(field.name).map(String::as_str);
    let names = std::iter::once(field.name).chain(field.titles.iter().copied());
    let all: Vec<_> = configured.into_iter().chain(names).collect();
    format!("`{}`", all.join("`, `"))
}

/// Headers for a message. The first row of a file without a header is a person's: where it does
/// not read like one, it is told how many columns there are, and nothing of them.
pub(super) fn listed(headers: &[String], mapping: &Mapping) -> Text {
    if known_of_any(headers, mapping) > 0 {
        return named(headers, |_| true);
    }
    let filled = headers.iter().filter(|header| !shown(header).is_empty());
    let count = filled.clone().count();
    let like_titles = filled.filter(|header| is_like_a_title(header)).count();
    match like_titles * 2 >= count.max(1) {
        true => named(headers, is_like_a_title),
        false => texts::columns_not_told(count),
    }
}

/// The first headers, those that are not to be shown by their places.
fn named(headers: &[String], is_shown: impl Fn(&str) -> bool) -> Text {
    let all = headers.iter().enumerate();
    let all = all.filter(|(_, header)| !shown(header).is_empty());
    let names = all.take(20).map(|(column, header)| match is_shown(header) {
        true => format!("`{}`", told(header, column)),
        false => format!("`#{}`", column + 1),
    });
    Text::listed(names)
}

/// How titles of columns end, and nothing that a column holds of a person.
const TITLES: &str = "番号 日時 日付 年月日 金額 合計 氏名 名前 住所 状況 結果 方法 数量 単価 送料 手数料 \
                      消費税 備考 メモ コード ステータス アドレス 都道府県 商品名 会社名 様名";
/// The same of titles in English: their last word. (Date and Price are surnames, too.)
const TITLES_IN_ENGLISH: &str =
    "id number name amount total status email address phone zip code quantity";

fn is_like_a_title(header: &str) -> bool {
    let title = folded(shown(header));
    let last = title.rsplit([' ', '_', '-', '.']).next();
    !title.contains(|c: char| c.is_ascii_digit() || c == '@')
        && (TITLES.split(' ').any(|end| title.ends_with(end))
            || TITLES_IN_ENGLISH.split(' ').any(|word| last == Some(word)))
}

/// A header as the file writes it, without what stands around it.
pub(super) fn shown(header: &str) -> &str {
    trim(header).trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”'))
}

/// A header as it is compared: without blanks, and with one hyphen for those that are typed for
/// that of O-PLUX.
pub(super) fn header_key(header: &str) -> String {
    let folded = folded(shown(header));
    let seen = folded.chars().filter(|c| !c.is_whitespace());
    seen.map(|c| match c {
        '\u{2010}'..='\u{2015}' => '-',
        c => c,
    })
    .collect()
}

/// Headers of personal data: what stands in such a column is told by no message, whatever field
/// the configuration maps it to.
const PERSONAL: &str = "名前 氏名 カナ 住所 郵便 電話 tel phone メール mail 生年月日 birth ipアドレス \
                        デバイス カード番号 請求先 お届け先 配送先 address";

/// Whether a header, as it is compared, is one of personal data.
fn is_personal(key: &str) -> bool {
    PERSONAL.split(' ').any(|word| key.contains(word))
}

/// A header for a message; its place where it may be an e-mail address or a telephone number.
pub(super) fn told(header: &str, column: usize) -> String {
    let name = folded(shown(header));
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let is_of_telephone = |c: char| c.is_ascii_digit() || " +-().".contains(c);
    let is_telephone = digits >= 9 && name.chars().all(is_of_telephone);
    match is_telephone || name.contains('@') {
        true => format!("#{}", column + 1),
        false => shown(header).to_owned(),
    }
}
